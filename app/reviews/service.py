"""The officer's queue, one call, and decisions."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.approved_scripts.service import list_scripts
from app.audit.service import Actor, record
from app.calls.parts import sound_of
from app.calls.repository import derived_sound
from app.calls.service import get_call
from app.calls.tables import CallTable
from app.db.cursor import decode_cursor, encode_cursor
from app.db.identifiers import new_id
from app.db.locks import hold_row
from app.errors import BadInput, Conflict
from app.findings import repository as findings
from app.findings.tables import FindingTable
from app.retention.service import sound_state
from app.reviews import repository
from app.reviews.standing import is_decided, settle
from app.reviews.tables import DecisionTable
from app.reviews.views import CallView, DecisionRow, QueueFilter, QueuePage, QueueRow, RunRow
from app.runs import repository as runs
from app.runs.service import request_run
from app.runs.tables import RunTable

MAXIMUM_REASON_LENGTH = 4000


class Verdict(StrEnum):
    """What an officer says of a finding or a call."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    EXCUSED = "excused"
    UNDETERMINED = "undetermined"


def queue(
    session: Session,
    *,
    filter: QueueFilter,  # noqa: A002 - the word that the pages use
    cursor: str | None = None,
    limit: int = 50,
) -> QueuePage:
    """The calls to look at: flagged first by severity and confidence, oldest first among equals.

    Unreviewable ones come after the flagged, then those not judged yet, clear ones last.

    Raises:
        BadInput: If the cursor is none that this function made.
    """
    after = None if cursor is None else repository.Place.read(decode_cursor(cursor))
    conditions = repository.conditions(
        outcome=filter.outcome,
        severity=filter.severity,
        code=filter.code,
        call_centre=filter.call_centre,
        script=filter.script,
        review=filter.review,
    )
    rank = repository.only_rank(outcome=filter.outcome, severity=filter.severity)
    calls = repository.in_order(session, conditions=conditions, after=after, limit=limit + 1, rank=rank)
    shown = calls[:limit]
    more = len(calls) > limit
    return QueuePage(
        items=queue_rows(session, calls=shown),
        next=encode_cursor(repository.Place.of(shown[-1]).written()) if more else None,
        counts=repository.counts(session, call_centre=filter.call_centre, script=filter.script),
    )


def queue_rows(session: Session, *, calls: Sequence[CallTable]) -> tuple[QueueRow, ...]:
    """Calls as they stand in the queue, in the order given, with the codes of their current runs."""
    codes = repository.codes(session, call_ids=tuple(call.id for call in calls))
    return tuple(_row(call, codes.get(call.id, ())) for call in calls)


def open_call(session: Session, *, call_id: str, actor: Actor) -> CallView:
    """Lay one call before somebody; the view is written to the audit log, so the session must be a writing one.

    Raises:
        NotFound: If there is no such call, or none that the actor may see.
    """
    view = call_view(session, call_id=call_id, actor=actor)
    log_view(session, view=view, actor=actor)
    return view


def call_view(session: Session, *, call_id: str, actor: Actor) -> CallView:
    """The same without a trace; who shows what was found to somebody calls `log_view` as well.

    Raises:
        NotFound: If there is no such call, or none that the actor may see.
    """
    call = get_call(session, call_id=call_id, actor=actor)
    current = runs.current(session, call_id=call_id)
    derived = derived_sound(session, recording_sha256=call.sound_sha256 or call.recording_sha256)
    recordings = sound_of(session, call=call)
    return CallView(
        row=queue_rows(session, calls=(call,))[0],
        result=None if current is None else current.result,
        decisions=tuple(_decision(row) for row in repository.decisions(session, call_id=call_id)),
        peaks=None if derived is None else derived.peaks,
        has_playback=derived is not None and derived.playback_key is not None,
        runs=tuple(_run(row) for row in runs.of_call(session, call_id=call_id)),
        scripts=list_scripts(session),
        next_open=repository.next_open(session, after=call),
        sound=sound_state(session, call=call),
        cut=recordings if recordings.is_cut else None,
    )


def log_view(session: Session, *, view: CallView, actor: Actor) -> None:
    """Write down that somebody has seen what was found in a call; of one that waits there is nothing to see."""
    run = next((run.id for run in view.runs if run.is_current), None)
    if run is not None:
        record(session, actor=actor, action="call.viewed", subject=view.row.call_id, details={"run": run})


def decide(
    session: Session,
    *,
    call_id: str,
    finding: str | None,
    verdict: str,
    reason: str,
    note: str | None,
    actor: Actor,
    run: str | None = None,
) -> DecisionRow:
    """Write down what a person decided; it supersedes what was decided before on the same finding.

    Args:
        session: A writing session.
        call_id: The call.
        finding: Id of a finding of the current run, or None for the call as a whole.
        verdict: confirmed, dismissed, excused or undetermined.
        reason: Why; not empty, at most 4000 characters.
        note: For colleagues, at most 4000 characters, or None.
        actor: Who decides.
        run: The result that the person saw, or None where that is not told.

    Raises:
        NotFound: If there is no such call.
        Conflict: If the whole call is decided on, and another result is current than the one that was seen.
        BadInput: If the verdict is unknown, the reason is empty, the call is not judged yet or has no such finding.
    """
    call = get_call(session, call_id=call_id, actor=actor)
    _check(verdict=verdict, reason=reason, note=note)
    # What is left to decide follows from all decisions: they are written one after the other.
    hold_row(session, CallTable, call_id)
    current = runs.current(session, call_id=call_id)
    if current is None:
        raise BadInput("The call is not judged yet.", next_step="Wait until its status is done.")
    if finding is None and run not in (None, current.id):
        raise Conflict("The call was judged again meanwhile.", next_step="Look at what was found now, and decide anew.")
    row = DecisionTable(
        id=new_id("decision"),
        call_id=call_id,
        run_id=current.id,
        finding_id=finding,
        quote=_quote(findings.of_run(session, run_id=current.id), finding),
        verdict=verdict,
        reason=reason.strip(),
        note=(note or "").strip() or None,
        decided_by=actor.id,
        decided_by_name=actor.name,
        decided_at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    details = {"decision": row.id, "finding": finding, "verdict": verdict}
    record(session, actor=actor, action="call.decided", subject=call_id, details=details)
    settle(session, call.id)
    return _decision(row)


def judge_again(session: Session, *, call_id: str, script_id: str | None, actor: Actor) -> str:
    """Have a call judged once more, by the version of the script that was in force when the call was made.

    Args:
        session: A writing session.
        call_id: The call.
        script_id: Another script, or None for the call's own.
        actor: Who asks for it.

    Returns:
        Id of the new run. What was found before stands until it is done.

    Raises:
        NotFound: If there is no such call.
        UnknownScript: If there is no such script.
    """
    return request_run(session, call_id=call_id, script_id=script_id, actor=actor)


def standing_decisions(decisions: Iterable[DecisionRow]) -> dict[str | None, DecisionRow]:
    """The decision that stands for each finding, and under None for the call as a whole.

    Args:
        decisions: Newest first, as in `CallView`.
    """
    standing: dict[str | None, DecisionRow] = {}
    for decision in decisions:
        standing.setdefault(decision.finding, decision)
    return standing


def _check(*, verdict: str, reason: str, note: str | None) -> None:
    if verdict not in tuple(Verdict):
        raise BadInput(f"The verdict must be one of {', '.join(Verdict)}.")
    if not reason.strip():
        raise BadInput("A decision needs a reason.")
    if max(len(reason), len(note or "")) > MAXIMUM_REASON_LENGTH:
        raise BadInput(f"Reason and note have at most {MAXIMUM_REASON_LENGTH} characters each.")


def _quote(rows: Sequence[FindingTable], finding: str | None) -> str | None:
    if finding is None:
        return None
    for row in rows:
        if row.finding_id == finding:
            return row.quote
    raise BadInput("The call has no such finding.", next_step="Name a finding of the call's current result.")


def _row(call: CallTable, codes: tuple[str, ...]) -> QueueRow:
    return QueueRow(
        call_id=call.id,
        external_id=call.external_id,
        call_centre=call.call_centre,
        canvasser_id=call.canvasser_id,
        started_at=call.started_at,
        received_at=call.received_at,
        script_id=call.script_id,
        duration=call.duration,
        status=call.status,
        outcome=call.outcome,
        reason=call.reason,
        worst_severity=call.worst_severity,
        top_confidence=call.top_confidence,
        codes=codes,
        findings=call.finding_count,
        decided=is_decided(call),
    )


def _decision(row: DecisionTable) -> DecisionRow:
    return DecisionRow(
        id=row.id,
        finding=row.finding_id,
        verdict=row.verdict,
        reason=row.reason,
        note=row.note,
        by=row.decided_by_name,
        at=row.decided_at,
        quote=row.quote,
    )


def _run(row: RunTable) -> RunRow:
    return RunRow(
        id=row.id,
        cause=row.cause,
        script_id=row.script_id,
        script_version=row.script_version,
        status=row.status,
        outcome=row.outcome,
        reason=row.reason,
        is_current=row.is_current,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


__all__ = [
    "CallView",
    "DecisionRow",
    "QueueFilter",
    "QueuePage",
    "QueueRow",
    "RunRow",
    "Verdict",
    "call_view",
    "decide",
    "judge_again",
    "log_view",
    "open_call",
    "queue",
    "queue_rows",
    "standing_decisions",
]
