"""Whether a call still waits for a decision."""

from collections.abc import Sequence, Set

from sqlalchemy.orm import Session

from app.calls.tables import CallTable
from app.domain.deviation import Severity
from app.domain.finding import Outcome
from app.findings import repository as findings
from app.findings.tables import FindingTable
from app.reviews import repository
from app.reviews.tables import DecisionTable
from app.runs import repository as runs
from app.runs.tables import RunTable
from app.search.index import keep_in_step


def is_decided(call: CallTable) -> bool:
    """Whether a person has decided the call, or each of its major and critical findings."""
    return call.review == "decided"


def settle(session: Session, call_id: str) -> None:
    """Bring the call's place in the review up to date; called when its current run or its decisions change.

    A decision counts for the words that it was made on: when the call is judged again, one on a finding counts if the
    same finding with the same quote is there, one on the call as a whole if all findings and the outcome are the same,
    so that new findings are looked at.
    """
    call = session.get_one(CallTable, call_id)
    current = runs.current(session, call_id=call_id)
    if current is None:
        return
    decisions = repository.decisions(session, call_id=call_id)
    rows = findings.of_run(session, run_id=current.id)
    decided_on = {decision.run_id for decision in decisions if decision.finding_id is None}
    standing_on = {run_id for run_id in decided_on if _found_the_same(session, run_id, current, rows)}
    if standing_on or _all_decided(rows, decisions):
        call.review = "decided"
    else:
        call.review = None if current.outcome == Outcome.CLEAR else "open"
    verdicts = _standing_verdicts(rows, decisions, on=standing_on)
    keep_in_step(session, call=call, run=current, findings=rows, verdicts=verdicts)
    session.flush()


def _found_the_same(session: Session, run_id: str, current: RunTable, rows: Sequence[FindingTable]) -> bool:
    if run_id == current.id:
        return True
    run = session.get_one(RunTable, run_id)
    if (run.outcome, run.reason, run.script_id) != (current.outcome, current.reason, current.script_id):
        return False
    return _words(findings.of_run(session, run_id=run_id)) == _words(rows)


def _words(rows: Sequence[FindingTable]) -> set[tuple[str, str | None, str]]:
    return {(row.finding_id, row.quote, row.severity) for row in rows}


def _all_decided(rows: Sequence[FindingTable], decisions: Sequence[DecisionTable]) -> bool:
    weighty = {(row.finding_id, row.quote) for row in rows if row.severity != Severity.MINOR}
    return bool(weighty) and weighty <= {(decision.finding_id, decision.quote) for decision in decisions}


def _standing_verdicts(
    rows: Sequence[FindingTable], decisions: Sequence[DecisionTable], *, on: Set[str]
) -> frozenset[str]:
    """The newest verdict on the call as a whole, and on each finding whose words are still there."""
    there = {(row.finding_id, row.quote) for row in rows}
    standing: dict[str | None, str] = {}
    for decision in decisions:
        if decision.run_id in on if decision.finding_id is None else (decision.finding_id, decision.quote) in there:
            standing.setdefault(decision.finding_id, decision.verdict)
    return frozenset(standing.values())
