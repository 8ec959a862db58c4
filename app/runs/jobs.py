"""The durable workflow that judges one call; it may be begun any number of times, and ends once."""

import errno
import time
from dataclasses import dataclass, replace
from itertools import chain, repeat

from sqlalchemy.orm import Session

from app.approved_scripts.service import load_version
from app.calls.metadata import roles_of
from app.calls.service import keep_derived, keep_sound
from app.calls.tables import CallTable
from app.db.locks import hold_row
from app.db.session import Database
from app.domain.audio import UnreviewableReason
from app.errors import DatabaseUnavailable, RecordingDamaged, StorageUnavailable, Unreviewable, WeightsMissing
from app.retention.service import clear_derived, may_keep, note_damage, note_whole
from app.runs import repository
from app.runs.analyst import AnalysisOutput, Analyst
from app.runs.service import Settle, Task, begin, finish, put_back, wait_no_longer
from app.runs.sound import gathered
from app.runs.tables import RunTable
from app.runs.unjudged import unjudged
from app.storage.base import Storage, derived_key
from app.telemetry import failure, logger
from app.work.queue import Priority

PAUSES_S = (5.0, 15.0, 60.0)
"""How long a worker waits after each fault of the machine; the last over and over, until an operator has mended it."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EROFS})
"""What the operating system says where the disk is full or cannot be written, or there are no handles left."""

PLAYBACK_NAME = "playback-1.opus"


class MachineFault(Exception):
    """The machine could not do it, whatever the call; it is no attempt at the call."""


@dataclass(frozen=True, slots=True)
class Judging:
    """What the workflow works with.

    Attributes:
        database: Where the runs stand.
        storage: Where the recordings lie.
        analyst: Hears and judges.
        settle: Told of a call when its current run has changed.
        maximum_attempts: After so many the call ends unreviewable, processing-failed.
        profile: Named in the provenance of a failure.
    """

    database: Database
    storage: Storage
    analyst: Analyst
    settle: Settle
    maximum_attempts: int
    profile: str

    def judge(self, run_id: str) -> None:
        """Judge one call and keep the result; an attempt that raises or dies is made again, up to the maximum."""
        import structlog

        pauses = chain(PAUSES_S, repeat(PAUSES_S[-1]))
        while True:
            with self.database.writing() as session:
                task = begin(session, run_id=run_id)
            if task is None:
                return
            with structlog.contextvars.bound_contextvars(call=task.call_id, run=run_id, attempt=task.attempt):
                if task.attempt > self.maximum_attempts:
                    logger(__name__).error("run.given-up")
                    self._keep(task, self._unreviewable(task, UnreviewableReason.PROCESSING_FAILED))
                    return
                try:
                    if self._attempt(task):
                        return
                except MachineFault as fault:
                    logger(__name__).error("run.put-back", error=str(fault))
                    with self.database.writing() as session:
                        put_back(session, run_id=run_id)
                    time.sleep(next(pauses))

    def judge_in_part(self, call_id: str, parts: int, priority: int = Priority.FRESH_UPLOAD) -> None:
        """Let a call that waits for a part be judged without it, if none has come in meanwhile."""
        with self.database.writing() as session:
            is_due = wait_no_longer(session, call_id=call_id, parts=parts, priority=Priority(priority))
        logger(__name__).info("parts.waited-for", call=call_id, parts=parts, judged=is_due)

    def _attempt(self, task: Task) -> bool:
        logger(__name__).info("run.begun")
        try:
            self._keep(task, self._analyse(task))
        except Unreviewable as error:
            self._keep(task, self._unreviewable(task, error.reason))
        except RecordingDamaged as error:
            self._keep_unheard(task, error)
        except WeightsMissing as error:
            raise MachineFault("weights-missing") from error
        except StorageUnavailable as error:
            raise MachineFault("storage-unavailable") from error
        except DatabaseUnavailable as error:
            raise MachineFault("database-unavailable") from error
        except OSError as error:
            if error.errno in FULL:
                raise MachineFault(errno.errorcode[error.errno]) from error
            logger(__name__).error("run.failed", **failure(error))
            return False
        except Exception as error:
            # The message may hold words of the call: only its kind is logged.
            logger(__name__).error("run.failed", **failure(error))
            return False
        return True

    def _analyse(self, task: Task) -> AnalysisOutput:
        with self.database.reading() as session:
            script = load_version(session, script_id=task.script_id, version=task.script_version)
        with gathered(self.storage, task.sound) as sound:
            output = self.analyst(
                sound.path, call=task.call_id, script=script, raw=sound.raw, roles=roles_of(task.details)
            )
            return replace(output, result=sound.told_in(output.result))

    def _keep_unheard(self, task: Task, error: RecordingDamaged) -> None:
        """A call that was heard before keeps what was found then: other bytes, or none, say nothing about it."""
        output = self._unreviewable(task, UnreviewableReason.UNREADABLE)
        with self.database.writing() as session:
            call_id, sha256 = task.call_id, error.sha256 or task.recording_sha256
            is_damaged = note_damage(session, call_id=call_id, sha256=sha256, found=error.found)
            finish(session, run_id=task.run_id, result=output.result, settle=self.settle, replaces=False)
        logger(__name__).error("recording.damaged" if is_damaged else "recording.was-deleted")

    def _keep(self, task: Task, output: AnalysisOutput) -> None:
        playback_key = self._keep_playback(task, output)
        with self.database.writing() as session:
            if not all(may_keep(session, call_id=task.call_id, sha256=part.sha256) for part in task.sound.parts):
                # Deleted while it was heard: what was found stays, what was made of the sound goes.
                clear_derived(self.storage, sha256=task.recording_sha256)
            elif self._is_overtaken(session, task):
                clear_derived(self.storage, sha256=task.recording_sha256)
            elif playback_key is not None or output.peaks is not None:
                for part in task.sound.parts:
                    note_whole(session, sha256=part.sha256)
                self._replace_sound(session, task)
                keep_derived(
                    session,
                    recording_sha256=task.recording_sha256,
                    playback_key=playback_key,
                    peaks=output.peaks,
                )
            kept = finish(
                session,
                run_id=task.run_id,
                result=output.result,
                settle=self.settle,
                hearing_key=output.hearing_key,
            )
        outcome, reason = output.result.outcome, output.result.reason
        logger(__name__).info("run.finished", kept=kept, outcome=outcome, reason=reason)

    def _is_overtaken(self, session: Session, task: Task) -> bool:
        """Whether a run over more parts of a cut call ended first: its sound is the one to play."""
        hold_row(session, CallTable, task.call_id)
        standing = repository.current(session, call_id=task.call_id)
        own = session.get_one(RunTable, task.run_id)
        return task.sound.is_cut and standing is not None and standing.created_at > own.created_at

    def _replace_sound(self, session: Session, task: Task) -> None:
        """Of a call that was cut: what was made of fewer parts goes."""
        if task.sound.is_cut:
            before = keep_sound(session, call_id=task.call_id, sha256=task.recording_sha256)
            if before is not None:
                clear_derived(self.storage, sha256=before)

    def _keep_playback(self, task: Task, output: AnalysisOutput) -> str | None:
        if output.playback is None:
            return None
        key = derived_key(task.recording_sha256, name=PLAYBACK_NAME)
        try:
            self.storage.put_new(key, output.playback)
        finally:
            output.playback.unlink(missing_ok=True)
        return key

    def _unreviewable(self, task: Task, reason: UnreviewableReason) -> AnalysisOutput:
        return AnalysisOutput(
            unjudged(
                task.call_id,
                reason=reason,
                script_id=task.script_id,
                script_version=task.script_version,
                sha256=task.recording_sha256,
                profile=self.profile,
            )
        )
