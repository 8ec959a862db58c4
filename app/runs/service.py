"""One analysis of one call: asked for, begun, finished; the last finished one is current."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sqlalchemy.orm import Session

from app.approved_scripts.service import PublishedVersion, version_in_force
from app.audit.service import SYSTEM, Actor, record
from app.calls.metadata import CallMetadata
from app.calls.parts import CallSound, sound_of
from app.calls.service import Received, ReceivedRecording, find_known, get_call, receive
from app.calls.tables import CallTable
from app.db.identifiers import new_id
from app.db.locks import hold_row
from app.domain.finding import CallResult
from app.findings import repository as findings
from app.retention.service import refuse_deleted, tombstone_of
from app.runs import repository
from app.runs.results import stand, write_result
from app.runs.tables import RunTable
from app.work.queue import Priority, queue_of

JUDGE = "judge-call"
"""Name of the durable workflow; never renamed while work is pending under it."""

JUDGE_IN_PART = "judge-call-in-part"
"""Likewise, of the workflow that no longer waits for the parts of a call that are missing."""

WAIT_FOR_PARTS_S = 24 * 3600.0

Settle = Callable[[Session, str], None]
"""Called with the id of a call when its current run has changed, in the same transaction."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to know to judge one call.

    Attributes:
        run_id: The run.
        call_id: The call.
        attempt: Counted from 1.
        script_id: The approved script.
        script_version: The version that was in force.
        recording_sha256: What stands for what there is to hear.
        sound: The recordings.
        details: The metadata that were kept.
    """

    run_id: str
    call_id: str
    attempt: int
    script_id: str
    script_version: str
    recording_sha256: str
    sound: CallSound
    details: dict[str, object]


def foresee(
    session: Session, *, metadata: CallMetadata, recording: ReceivedRecording, actor: Actor, secret: bytes
) -> CallTable | None:
    """Refuse what `submit` would refuse, before anything is kept; the arguments are the same.

    Returns:
        The call that the same upload has entered before, or None.
    """
    version_in_force(session, script_id=metadata.script, at=metadata.started_at)
    return find_known(session, metadata=metadata, recording=recording, actor=actor, secret=secret)


def submit(
    session: Session,
    *,
    metadata: CallMetadata,
    recording: ReceivedRecording,
    actor: Actor,
    secret: bytes,
    priority: Priority = Priority.FRESH_UPLOAD,
    wait_for_parts_s: float = WAIT_FOR_PARTS_S,
) -> Received:
    """Enter an uploaded call, its first run and the job, all in the session's transaction.

    A call that comes in parts gets its run with the last of them, or when none has come in for a while.

    Args:
        session: A writing session.
        metadata: What the sender tells of it.
        recording: What lies in the storage.
        actor: Who sends it.
        secret: Key of this installation for digests of telephone numbers.
        priority: What is judged first.
        wait_for_parts_s: How long after a part the next is waited for.

    Raises:
        UnknownScript: If no version of the script was in force when the call was made.
        Forbidden: If the call centre is not the sender's.
        Conflict: If the call centre has sent something else under the same ``external_id``.
        RecordingDeleted: If it is a further part of a call whose sound was deleted.
    """
    version = version_in_force(session, script_id=metadata.script, at=metadata.started_at)
    received = receive(session, metadata=metadata, recording=recording, actor=actor, secret=secret)
    if not received.is_new:
        return received
    call = received.call
    if received.cut is not None:
        refuse_deleted(session, call_id=call.id)
        if received.cut.missing:
            number = len(received.cut.parts)
            _wait_for_parts(session, call=call, parts=number, priority=priority, seconds=wait_for_parts_s)
            return received
    _enqueue_upload(session, call=call, version=version, priority=priority)
    return received


def wait_no_longer(session: Session, *, call_id: str, parts: int, priority: Priority = Priority.FRESH_UPLOAD) -> bool:
    """Have a call judged with the parts that are there, if no other has come in meanwhile.

    Args:
        session: A writing session.
        call_id: The call.
        parts: How many were there when the waiting began; with each further one it began anew.
        priority: What is judged first.

    Returns:
        Whether it is to be judged.
    """
    call = hold_row(session, CallTable, call_id)
    if call is None:
        return False
    sound = sound_of(session, call=call)
    # A candidate of the archive may never count.
    runs = (run for run in _runs(session, call_id) if run.cause != "archive" or run.is_current)
    heard = max((run.created_at for run in runs), default=None)
    last = max(part.received_at for part in sound.parts)
    if len(sound.parts) != parts or tombstone_of(session, call_id=call_id) or (heard is not None and heard >= last):
        return False
    version = version_in_force(session, script_id=call.script_id, at=call.started_at)
    _enqueue_upload(session, call=call, version=version, priority=priority)
    return True


def _wait_for_parts(session: Session, *, call: CallTable, parts: int, priority: Priority, seconds: float) -> None:
    queue_of(session).enqueue(
        session,
        workflow=JUDGE_IN_PART,
        job_id=f"parts-{call.id}-{parts}",
        arguments={"call_id": call.id, "parts": parts, "priority": int(priority)},
        priority=priority,
        delay_s=seconds,
    )


def _enqueue_upload(session: Session, *, call: CallTable, version: PublishedVersion, priority: Priority) -> None:
    sha256 = sound_of(session, call=call).sha256
    identity = "\n".join((call.call_centre, call.external_id, sha256))
    job_id = f"call-{hashlib.sha256(identity.encode()).hexdigest()}"
    _enqueue(session, call=call, version=version, cause="upload", job_id=job_id, priority=priority)


def request_run(session: Session, *, call_id: str, script_id: str | None, actor: Actor) -> str:
    """Have a call judged once more; what was found before stands until the new run is done.

    Args:
        session: A writing session.
        call_id: The call.
        script_id: Another script, or None for the call's own.
        actor: Who asks for it.

    Returns:
        Id of the new run.

    Raises:
        NotFound: If there is no such call.
        RecordingDeleted: If its sound was deleted.
        UnknownScript: If no version of the script was in force when the call was made.
    """
    call = get_call(session, call_id=call_id, actor=actor)
    refuse_deleted(session, call_id=call_id)
    version = version_in_force(session, script_id=script_id or call.script_id, at=call.started_at)
    run_id = _enqueue(session, call=call, version=version, cause="request", priority=Priority.REQUEST)
    details = {"run": run_id, "script": version.script_id, "version": version.version}
    record(session, actor=actor, action="call.judged-again", subject=call_id, details=details)
    return run_id


def begin(session: Session, *, run_id: str) -> Task | None:
    """Count an attempt at a run.

    Returns:
        What there is to do, or None where the run is done already.
    """
    run, call = _held(session, run_id)
    if run.status == "done":
        return None
    run.attempts += 1
    run.status, run.started_at = "running", run.started_at or datetime.now(UTC)
    if call.status == "queued":
        call.status = "running"
    sound = sound_of(session, call=call)
    return Task(
        run_id=run.id,
        call_id=call.id,
        attempt=run.attempts,
        script_id=run.script_id,
        script_version=run.script_version,
        recording_sha256=sound.sha256,
        sound=sound,
        details=call.details,
    )


def put_back(session: Session, *, run_id: str) -> None:
    """Take back an attempt that failed for no fault of the call, such as a full disk: it does not count."""
    run, _ = _held(session, run_id)
    if run.status != "done":
        run.attempts -= 1


def finish(
    session: Session,
    *,
    run_id: str,
    result: CallResult,
    settle: Settle,
    hearing_key: str | None = None,
    replaces: bool = True,
) -> bool:
    """Keep the result of a run, which becomes the current one of its call.

    A worker that was thought dead may come late: the first to finish wins, and the run is never changed again.

    Args:
        session: A writing session.
        run_id: The run.
        result: What came of it.
        settle: Told of the call when its current run has changed.
        hearing_key: What it was heard with, or None where that is not known.
        replaces: Whether it takes the place of the run that is current, if there is one.

    Returns:
        Whether it was kept.
    """
    run, call = _held(session, run_id)
    if run.status == "done":
        return False
    standing = [other for other in _runs(session, call.id) if other.is_current]
    newer = any(not replaces or other.created_at > run.created_at for other in standing)
    if not newer:
        repository.step_down(session, call_id=call.id)
    write_result(run, result, is_current=not newer, hearing_key=hearing_key)
    findings.add_all(session, run_id=run.id, findings=result.findings)
    if not newer:
        stand(call, run=run, findings=result.findings)
    session.flush()
    details = {"call": call.id, "outcome": str(result.outcome), "findings": len(result.findings)}
    record(session, actor=SYSTEM, action="run.finished", subject=run.id, details=details)
    if not newer:
        settle(session, call.id)
    return True


def _held(session: Session, run_id: str) -> tuple[RunTable, CallTable]:
    """A run and its call as they are now; whoever changes either holds the row of the call."""
    run = session.get_one(RunTable, run_id)
    call = hold_row(session, CallTable, run.call_id)
    session.refresh(run)
    return run, cast(CallTable, call)


def _runs(session: Session, call_id: str) -> tuple[RunTable, ...]:
    return tuple(repository.of_call(session, call_id=call_id))


def _enqueue(
    session: Session,
    *,
    call: CallTable,
    version: PublishedVersion,
    cause: str,
    priority: Priority,
    job_id: str | None = None,
) -> str:
    run = RunTable(
        id=new_id("run"),
        call_id=call.id,
        cause=cause,
        script_id=version.script_id,
        script_version=version.version,
        created_at=datetime.now(UTC),
    )
    session.add(run)
    queue_of(session).enqueue(
        session, workflow=JUDGE, job_id=job_id or run.id, arguments={"run_id": run.id}, priority=priority
    )
    return run.id
