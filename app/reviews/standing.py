"""Whether a call still waits for a decision."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.calls.tables import CallTable
from app.domain.deviation import Severity
from app.domain.finding import Outcome
from app.findings import repository as findings
from app.findings.tables import FindingTable
from app.reviews import repository
from app.reviews.tables import DecisionTable
from app.runs import repository as runs


def is_decided(call: CallTable) -> bool:
    """Whether a person has decided the call, or each of its major and critical findings."""
    return call.review == "decided"


def settle(session: Session, call_id: str) -> None:
    """Bring the call's place in the review up to date; called when its current run or its decisions change.

    A decision counts for the words that it was made on: when the call is judged again, one on a finding counts if the
    same finding with the same quote is there, one on the call as a whole does not, so that new findings are looked at.
    """
    call = session.get_one(CallTable, call_id)
    current = runs.current(session, call_id=call_id)
    if current is None:
        return
    decisions = repository.decisions(session, call_id=call_id)
    whole = any(decision.finding_id is None and decision.run_id == current.id for decision in decisions)
    rows = findings.of_run(session, run_id=current.id)
    if whole or _all_decided(rows, decisions):
        call.review = "decided"
    else:
        call.review = None if current.outcome == Outcome.CLEAR else "open"
    session.flush()


def _all_decided(rows: Sequence[FindingTable], decisions: Sequence[DecisionTable]) -> bool:
    weighty = {(row.finding_id, row.quote) for row in rows if row.severity != Severity.MINOR}
    return bool(weighty) and weighty <= {(decision.finding_id, decision.quote) for decision in decisions}
