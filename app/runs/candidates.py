"""Analyses beside the current one, and what makes one of them count."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.audit.service import SYSTEM, Actor, record
from app.calls.tables import CallTable
from app.db.identifiers import new_id
from app.domain.finding import CallResult
from app.findings import repository as findings
from app.runs import repository
from app.runs.results import stand, write_result
from app.runs.service import Settle
from app.runs.tables import RunTable


class Promotion(StrEnum):
    """What became of a candidate that was to count."""

    PROMOTED = "promoted"
    SKIPPED = "skipped"


def add_candidate(
    session: Session,
    *,
    call_id: str,
    archive_id: str,
    result: CallResult,
    hearing_key: str | None,
    begun_at: datetime,
    attempts: int,
) -> str:
    """Keep an analysis that does not count: the call, its queue and its decisions stay as they are.

    Args:
        session: A writing session.
        call_id: The call.
        archive_id: The batch that it belongs to.
        result: What came of it.
        hearing_key: What it was heard with, or None where that is not known.
        begun_at: When the work on it began.
        attempts: How often.

    Returns:
        Id of its run.
    """
    run = RunTable(
        id=new_id("run"),
        call_id=call_id,
        cause="archive",
        script_id=result.script_id,
        script_version=result.script_version,
        created_at=begun_at,
        started_at=begun_at,
        attempts=attempts,
        archive_id=archive_id,
    )
    write_result(run, result, is_current=False, hearing_key=hearing_key)
    session.add(run)
    session.flush()
    findings.add_all(session, run_id=run.id, findings=result.findings)
    details = {"call": call_id, "outcome": str(result.outcome), "findings": len(result.findings), "archive": archive_id}
    record(session, actor=SYSTEM, action="run.finished", subject=run.id, details=details)
    return run.id


def promote(session: Session, *, run_id: str, instead_of: str | None, actor: Actor, settle: Settle) -> Promotion:
    """Let a candidate count, unless another run counts now than the one that it was compared with.

    Decisions are not touched: ``settle`` finds out which of them still stand on the same words.

    Args:
        session: A writing session.
        run_id: The candidate.
        instead_of: The run that was current when it was made.
        actor: Who has it count.
        settle: Told of the call when its current run has changed.
    """
    run = session.get_one(RunTable, run_id)
    call = session.get_one(CallTable, run.call_id, with_for_update=True)
    now = repository.current(session, call_id=call.id)
    if run.is_current or now is None or now.id != instead_of:
        return Promotion.PROMOTED if run.is_current else Promotion.SKIPPED
    if any(other.status != "done" for other in repository.of_call(session, call_id=call.id)):
        return Promotion.SKIPPED  # what was asked for meanwhile counts when it is done
    repository.step_down(session, call_id=call.id)
    run.is_current = True
    stand(call, run=run, findings=findings.of_run(session, run_id=run.id))
    session.flush()
    details = {"run": run.id, "instead_of": now.id, "archive": run.archive_id}
    record(session, actor=actor, action="call.result-promoted", subject=call.id, details=details)
    settle(session, call.id)
    return Promotion.PROMOTED
