"""One call of a batch: begun, compared and kept, one transaction each way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.archives import repository
from app.archives.compare import Differing, compare, rows_of
from app.archives.scripts import Scripts
from app.archives.stages import Basis, Stage, causes_for, stage_for
from app.archives.tables import ArchiveCallTable, ArchiveTable
from app.calls.parts import CallSound, sound_of
from app.calls.tables import CallTable
from app.domain.finding import CallResult
from app.domain.script import ApprovedScript
from app.domain.serialization import result_to_json
from app.pipeline.upstream import Upstream
from app.runs import repository as runs
from app.runs.candidates import add_candidate
from app.runs.tables import RunTable


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to know of one call.

    Attributes:
        attempt: Counted from 1.
        base_run_id: The run that counts now.
        before: Its result, in the form of the contract.
        stage: The least that has to run.
        judged_by: The version that it was judged by.
        script: The version to judge by.
        details: The call's metadata.
    """

    archive_id: str
    call_id: str
    attempt: int
    base_run_id: str
    before: Mapping[str, Any]
    basis: Basis
    stage: Stage
    judged_by: ApprovedScript
    script: ApprovedScript
    sound: CallSound
    details: dict[str, Any]
    begun_at: datetime


def begin(
    session: Session, *, archive_id: str, epoch: int, chunk: int, upstream: Upstream | None, scripts: Scripts
) -> Task | None:
    """Count an attempt at the next call of a chunk.

    Args:
        session: A writing session.
        archive_id: The batch.
        epoch: Of the start that the job belongs to; a job of an earlier one has nothing to do.
        chunk: Counted from 0.
        upstream: What would hear and judge now; None where everything must be heard.
        scripts: Versions that are parsed already.

    Returns:
        What there is to do; None where the chunk is done, or the batch is paused, cancelled or over.
    """
    archive = session.get_one(ArchiveTable, archive_id)
    if archive.status != "running" or archive.epoch != epoch:
        return None
    row = repository.next_waiting(session, archive_id=archive_id, chunk=chunk)
    if row is None:
        return None
    row.attempts += 1
    call = session.get_one(CallTable, row.call_id)
    base = runs.current(session, call_id=call.id)
    if base is None:
        raise RuntimeError("a call of the archive has no current run")
    judged_by = scripts.load(session, script_id=base.script_id, version=base.script_version)
    script = scripts.in_force(session, script_id=base.script_id, at=call.started_at, else_version=base.script_version)
    basis = basis_of(base, call)
    before = base.result or {}
    stage, sound = Stage.HEARING, sound_of(session, call=call)
    if upstream is not None and _is_of_the_sound(sound, before):
        stage = stage_for(basis, upstream=upstream, judged_by=judged_by, script=script)
    return Task(
        archive_id=archive_id,
        call_id=call.id,
        attempt=row.attempts,
        base_run_id=base.id,
        before=before,
        basis=basis,
        stage=stage,
        judged_by=judged_by,
        script=script,
        sound=sound,
        details=call.details,
        begun_at=datetime.now(UTC),
    )


def put_back(session: Session, *, task: Task) -> None:
    """Take back an attempt that failed for no fault of the call."""
    row = session.get_one(ArchiveCallTable, (task.archive_id, task.call_id), with_for_update=True)
    if row.status != "done":
        row.attempts -= 1


def keep_as_it_is(session: Session, *, task: Task, seconds: float) -> bool:
    """End a call for which nothing upstream has changed: its result is taken as it is."""
    row = session.get_one(ArchiveCallTable, (task.archive_id, task.call_id), with_for_update=True)
    if row.status == "done":
        return False
    _end(row, task, stage=Stage.NOTHING, seconds=seconds, outcome=task.before.get("outcome"))
    row.unchanged = len(task.before.get("findings") or ())
    session.flush()
    return True


def keep(
    session: Session,
    *,
    task: Task,
    result: CallResult,
    stage: Stage,
    upstream: Upstream | None,
    hearing_key: str | None,
    seconds: float,
) -> bool:
    """Keep a candidate and what it changes; the first to finish wins, a replay changes nothing.

    Args:
        session: A writing session.
        task: From `begin`.
        result: What came of it.
        stage: What really ran.
        upstream: What heard and judged it, or None where that is not known.
        hearing_key: What it was heard with, or None where that is not known.
        seconds: Of work.

    Returns:
        Whether it was kept.
    """
    row = session.get_one(ArchiveCallTable, (task.archive_id, task.call_id), with_for_update=True)
    if row.status == "done":
        return False
    row.run_id = add_candidate(
        session,
        call_id=task.call_id,
        archive_id=task.archive_id,
        result=result,
        hearing_key=hearing_key,
        begun_at=task.begun_at,
        attempts=task.attempt,
    )
    causes = (
        frozenset()
        if upstream is None
        else causes_for(task.basis, upstream=upstream, judged_by=task.judged_by, script=task.script)
    )
    differing = Differing(causes, task.judged_by, task.script)
    compared = compare(task.before, result_to_json(result), differing=differing)
    session.add_all(rows_of(task.archive_id, task.call_id, compared.changes))
    row.changes, row.unchanged = len(compared.changes), compared.unchanged
    _end(row, task, stage=stage, seconds=seconds, outcome=result.outcome)
    session.flush()
    return True


def basis_of(run: RunTable, call: CallTable) -> Basis:
    """What a run rests on."""
    return Basis(
        script_version=run.script_version,
        ruleset=run.ruleset,
        profile=run.profile,
        models=run.models,
        engine=run.engine,
        hearing_key=run.hearing_key,
        shares_channel=run.shares_channel,
        reason=run.reason,
        worst_severity=call.worst_severity,
    )


def _is_of_the_sound(sound: CallSound, before: Mapping[str, Any]) -> bool:
    """Whether the transcript was made from the recording that the call has now."""
    heard = ((before.get("transcript") or {}).get("source") or {}).get("sha256")
    return heard in (None, sound.sha256)


def _end(row: ArchiveCallTable, task: Task, *, stage: Stage, seconds: float, outcome: str | None) -> None:
    row.status, row.stage, row.seconds = "done", stage, round(seconds, 4)
    row.base_run_id, row.finished_at = task.base_run_id, datetime.now(UTC)
    row.outcome_before, row.outcome_after = task.before.get("outcome"), outcome
