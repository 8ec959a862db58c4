"""The durable workflows of the archive: chunks of calls that are judged again, and candidates that are to count."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import chain, repeat

import structlog

from app.archives import candidates, promotion, repository
from app.archives.candidates import Task
from app.archives.scripts import Scripts
from app.archives.service import LANES, enqueue_chunk, finish_if_done
from app.archives.stages import Stage
from app.archives.tables import ArchivePromotionTable, ArchiveTable
from app.calls.metadata import roles_of
from app.db.session import Database
from app.domain.audio import UnreviewableReason
from app.domain.finding import CallResult
from app.errors import DatabaseUnavailable, RecordingDamaged, StorageUnavailable, Unreviewable, WeightsMissing
from app.pipeline.assessment.in_part import judged_in_part
from app.pipeline.upstream import Upstream
from app.retention.service import note_damage, tombstone_of
from app.runs.analyst import Analyst, Rejudging
from app.runs.jobs import FULL, PAUSES_S, MachineFault
from app.runs.service import Settle
from app.runs.sound import GatheredSound, gathered
from app.runs.unjudged import unjudged
from app.storage.base import Storage
from app.telemetry import failure, logger

CHUNK_S = 45.0
"""After so long a chunk ends behind the call that it is at, and its rest queues again: fresh uploads go before it."""

PROMOTE_S = 20.0


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of one call, and by which stage."""

    result: CallResult
    stage: Stage
    hearing_key: str | None


@dataclass(frozen=True, slots=True)
class ArchiveWork:
    """What the workflows work with.

    Attributes:
        database: Where everything is kept.
        storage: Where the recordings lie.
        analyst: Hears and judges; one that can judge a transcript again saves the hearing.
        settle: Told of a call when its current run has changed.
        maximum_attempts: After so many a call ends as a failed candidate.
        profile: Named in the provenance of a failure.
        chunk_s: Seconds of work until the rest of a chunk queues again.
    """

    database: Database
    storage: Storage
    analyst: Analyst
    settle: Settle
    maximum_attempts: int
    profile: str
    chunk_s: float = CHUNK_S
    scripts: Scripts = field(default_factory=Scripts)

    def judge_chunk(self, archive_id: str, epoch: int, chunk: int, part: int) -> None:
        """Judge the calls of a chunk again, one transaction each, until it is done, stopped or its time is up."""
        end = time.monotonic() + self.chunk_s
        pauses = chain(PAUSES_S, repeat(PAUSES_S[-1]))
        while True:
            begun = time.monotonic()
            with self.database.writing() as session:
                task = candidates.begin(
                    session,
                    archive_id=archive_id,
                    epoch=epoch,
                    chunk=chunk,
                    upstream=self._upstream,
                    scripts=self.scripts,
                )
                if task is not None and task.stage is Stage.NOTHING:
                    candidates.keep_as_it_is(session, task=task, seconds=time.monotonic() - begun)
            if task is None:
                break
            if task.stage is not Stage.NOTHING:
                with structlog.contextvars.bound_contextvars(archive=archive_id, call=task.call_id):
                    self._try(task, pauses, begun=begun)
            if time.monotonic() >= end:
                break
        self._hand_on(archive_id, epoch=epoch, chunk=chunk, part=part)

    def promote(self, promotion_id: str, part: int) -> None:
        """Let candidates count, a few a transaction; the rest queues again when the time is up."""
        end = time.monotonic() + PROMOTE_S
        while True:
            with self.database.writing() as session:
                seen = promotion.go_on(session, promotion_id=promotion_id, settle=self.settle)
                if seen and time.monotonic() >= end:
                    row = session.get_one(ArchivePromotionTable, promotion_id)
                    promotion.enqueue(session, promotion=row, part=part + 1)
                    return
            if not seen:
                return
            time.sleep(promotion.BREATH_S)

    @property
    def _upstream(self) -> Upstream | None:
        return self.analyst.upstream if isinstance(self.analyst, Rejudging) else None

    def _try(self, task: Task, pauses: Iterator[float], *, begun: float) -> None:
        """One attempt; one that fails leaves the call waiting, so that it comes again."""
        try:
            made = self._make(task)
        except MachineFault as fault:
            logger(__name__).error("archive.put-back", error=str(fault))
            with self.database.writing() as session:
                candidates.put_back(session, task=task)
            time.sleep(next(pauses))
            return
        if made is None:
            return
        with self.database.writing() as session:
            kept = candidates.keep(
                session,
                task=task,
                result=made.result,
                stage=made.stage,
                upstream=self._upstream,
                hearing_key=made.hearing_key,
                seconds=time.monotonic() - begun,
            )
        logger(__name__).info("archive.judged", kept=kept, stage=made.stage, outcome=made.result.outcome)

    def _make(self, task: Task) -> _Made | None:
        if task.attempt > self.maximum_attempts:
            logger(__name__).error("archive.given-up")
            reason = UnreviewableReason.PROCESSING_FAILED
            return _Made(self._unreviewable(task, reason), Stage.FAILED, None)
        try:
            return self._judge(task)
        except Unreviewable as error:
            return _Made(self._unreviewable(task, error.reason), Stage.HEARING, None)
        except RecordingDamaged as error:
            return self._without_sound(task, error)
        except WeightsMissing as error:
            raise MachineFault("weights-missing") from error
        except StorageUnavailable as error:
            raise MachineFault("storage-unavailable") from error
        except DatabaseUnavailable as error:
            raise MachineFault("database-unavailable") from error
        except OSError as error:
            if error.errno in FULL:
                raise MachineFault("disk-full") from error
            logger(__name__).error("archive.failed", **failure(error))
        except Exception as error:
            # The message may hold words of the call: only its kind is logged.
            logger(__name__).error("archive.failed", **failure(error))
        return None

    def _without_sound(self, task: Task, error: RecordingDamaged) -> _Made:
        """Other bytes, or none, say nothing about the call: a candidate that never counts."""
        with self.database.writing() as session:
            sha256 = error.sha256 or task.sound.sha256
            is_damaged = note_damage(session, call_id=task.call_id, sha256=sha256, found=error.found)
        logger(__name__).error("recording.damaged" if is_damaged else "recording.was-deleted")
        return _Made(self._unreviewable(task, UnreviewableReason.UNREADABLE), Stage.FAILED, None)

    def _judge(self, task: Task) -> _Made:
        if task.stage is Stage.TEXT and isinstance(self.analyst, Rejudging):
            again = self.analyst.rejudge(
                task.before,
                judged_by=task.judged_by,
                script=task.script,
                sound=lambda: self._gathered(task),
            )
            stage = Stage.FINDINGS if again.heard_again else Stage.TEXT
            result = judged_in_part(again.result) if again.result.transcript.parts else again.result
            return _Made(result, stage, task.basis.hearing_key)
        roles = roles_of(task.details)
        with self._gathered(task) as sound:
            output = self.analyst(sound.path, call=task.call_id, script=task.script, raw=sound.raw, roles=roles)
        if output.playback is not None:
            # The browser's copy was made when the call came in.
            output.playback.unlink(missing_ok=True)
        return _Made(sound.told_in(output.result), Stage.HEARING, output.hearing_key)

    def _gathered(self, task: Task) -> AbstractContextManager[GatheredSound]:
        """The sound of a call, unless it was deleted: another call may still have the same bytes."""
        with self.database.reading() as session:
            if tombstone_of(session, call_id=task.call_id) is not None:
                raise RecordingDamaged("The sound of the call was deleted.", found=None)
        return gathered(self.storage, task.sound)

    def _hand_on(self, archive_id: str, *, epoch: int, chunk: int, part: int) -> None:
        """Queue the rest of the chunk, or the next chunk of its lane, or end the batch."""
        with self.database.writing() as session:
            archive = session.get_one(ArchiveTable, archive_id, with_for_update=True)
            if archive.status != "running" or archive.epoch != epoch:
                return
            if repository.has_waiting(session, archive_id=archive_id, chunk=chunk):
                enqueue_chunk(session, archive=archive, chunk=chunk, part=part + 1)
            elif (chunk + LANES) * archive.chunk_size < archive.total:
                enqueue_chunk(session, archive=archive, chunk=chunk + LANES)
            else:
                finish_if_done(session, archive=archive)

    def _unreviewable(self, task: Task, reason: UnreviewableReason) -> CallResult:
        return unjudged(
            task.call_id,
            reason=reason,
            script_id=task.script.id,
            script_version=task.script.version,
            sha256=task.sound.sha256,
            profile=self.profile,
        )
