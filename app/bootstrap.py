"""The one composition root: which implementation stands behind each contract."""

import importlib
import tempfile
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy.orm import Session

import app.accounts.tables
import app.approved_scripts.tables
import app.archives.tables
import app.audit.tables
import app.calls.tables
import app.findings.tables
import app.installation.tables
import app.retention.tables
import app.reviews.tables
import app.runs.tables
import app.search.tables
import app.webhooks.tables
from app.archives.desk import ArchiveDesk
from app.archives.jobs import ArchiveWork
from app.archives.promotion import PROMOTE
from app.archives.service import JUDGE_CHUNK
from app.db.engine import open_database
from app.db.migrate import migrate, one_at_a_time
from app.db.session import Database, Guard, translated
from app.domain.audio import ChannelRoles, RawFormat
from app.domain.script import ApprovedScript
from app.domain.transcript import EngineInfo
from app.errors import RecordingDamaged, Unreviewable, WeightsMissing
from app.installation.service import agreed_secret
from app.model_store import ModelStore
from app.pipeline.analyze import Ears, analyze_recording
from app.pipeline.assessment.policy import Profile
from app.pipeline.audio.decode import decode
from app.pipeline.audio.playback import peaks, write_playback
from app.pipeline.detection.registry import RULESET
from app.pipeline.judge import Judge
from app.pipeline.language.dictionary import ordinary_words
from app.pipeline.rejudge import hear_findings, rejudge
from app.pipeline.speakers.voices import Ge2eEncoder
from app.pipeline.transcription.engines import load_engine
from app.pipeline.upstream import Upstream
from app.reviews.standing import settle
from app.runs.analyst import AnalysisOutput, Analyst, Rejudgement, Rejudging, Sound
from app.runs.jobs import Judging
from app.runs.service import JUDGE, JUDGE_IN_PART
from app.settings import Settings
from app.storage.base import Storage
from app.storage.filesystem import FilesystemStorage
from app.storage.memory import MemoryStorage
from app.storage.s3 import S3Storage
from app.webhooks.addresses import TargetRules, networks_of
from app.webhooks.desk import WebhookDesk
from app.webhooks.events import announce_judgement
from app.webhooks.jobs import Sending
from app.work.engine import Workflow
from app.work.lease import count_living
from app.work.queue import SESSION_KEY, JobQueue, prepare_queue

TABLES = (
    app.accounts.tables,
    app.approved_scripts.tables,
    app.archives.tables,
    app.audit.tables,
    app.calls.tables,
    app.findings.tables,
    app.installation.tables,
    app.retention.tables,
    app.reviews.tables,
    app.runs.tables,
    app.webhooks.tables,
    app.search.tables,
)
"""Every module of tables: foreign keys name tables of other slices, so each process needs all of them."""

GRAMMAR_MODEL = "en-core-web-sm"
SENTENCE_MODEL = "minilm-l6-v2-ct2"
DEVIATION_MODEL = "minilm-deviations"
LINE_MODEL = "mpnet-script-lines"
VOICE_MODEL = "ge2e-speaker"

SECOND_ENGINE = "faster-whisper"
"""Runs the second model: the engine that needs least memory beside another."""

STORAGE_BACKENDS: dict[str, Callable[[Settings], Storage]] = {
    "filesystem": lambda settings: FilesystemStorage(settings.recordings_folder),
    "memory": lambda _settings: MemoryStorage(),
    "s3": lambda settings: S3Storage(settings.storage, patience_s=settings.storage_patience_s),
}


def build_storage(settings: Settings) -> Storage:
    """Where recordings lie, by the setting ``storage``: a name of `STORAGE_BACKENDS`, or an address that begins so."""
    return STORAGE_BACKENDS[settings.storage.partition("://")[0]](settings)


@dataclass(frozen=True, slots=True)
class Container:
    """Everything that a door needs.

    Attributes:
        settings: As the operator set them.
        database: Where everything is kept.
        storage: Where recordings lie.
        queue: The way to the workers.
        secret: Key of this installation for digests of telephone numbers.
    """

    settings: Settings
    database: Database
    storage: Storage
    queue: JobQueue
    secret: bytes = field(repr=False)

    def close(self) -> None:
        """Give all connections back."""
        self.queue.close()
        self.database.close()


def build_container(settings: Settings, *, guard: Guard | None = None) -> Container:
    """Put everything together, and bring the database to this version's schema.

    Args:
        settings: As the operator set them; the data folder is made where it is not there.
        guard: Looks at every writing transaction before it is committed; that of a worker.

    Raises:
        OtherSecret: If the database was used with another key for the digests of numbers.
        DatabaseUnavailable: If PostgreSQL does not answer.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    queue = JobQueue(settings.database_place)
    database = open_database(settings.database_place, carried={SESSION_KEY: queue}, guard=guard)
    try:
        _bring_up_to_date(database, settings)
        with database.writing() as session:
            secret = agreed_secret(session, given=_given_secret(settings), file=settings.data / "secret.key")
        return Container(
            settings=settings, database=database, storage=build_storage(settings), queue=queue, secret=secret
        )
    except BaseException:
        queue.close()
        database.close()
        raise


def _bring_up_to_date(database: Database, settings: Settings) -> None:
    place = settings.database_place
    with translated(), one_at_a_time(place, lock=settings.data / "schema.lock"):
        migrate(database.writing_engine)
        prepare_queue(place)


def build_workflows(container: Container, *, analyst: Analyst) -> dict[str, Workflow]:
    """What the names of jobs mean."""
    judging = Judging(
        database=container.database,
        storage=container.storage,
        analyst=analyst,
        settle=settle_and_announce,
        maximum_attempts=container.settings.maximum_attempts,
        profile=container.settings.profile,
    )
    archive = ArchiveWork(
        database=container.database,
        storage=container.storage,
        analyst=analyst,
        settle=settle_and_announce,
        maximum_attempts=container.settings.maximum_attempts,
        profile=container.settings.profile,
    )
    return {
        JUDGE: judging.judge,
        JUDGE_IN_PART: judging.judge_in_part,
        JUDGE_CHUNK: archive.judge_chunk,
        PROMOTE: archive.promote,
    }


def settle_and_announce(session: Session, call_id: str) -> None:
    """What follows when the current run of a call has changed: its place in the review, and who is told."""
    settle(session, call_id)
    announce_judgement(session, call_id)


def build_webhooks(container: Container) -> WebhookDesk:
    """The webhooks as the API and the command line use them."""
    return WebhookDesk(database=container.database, rules=_target_rules(container.settings), key=container.secret)


def build_archives(container: Container) -> ArchiveDesk:
    """The archive as API, pages and command line use it; the models are looked up when they are asked for."""
    settings = container.settings
    return ArchiveDesk(
        database=container.database,
        upstream=cache(lambda: build_upstream(settings)),
        workers=lambda: max(1, count_living(settings.database_place, folder=settings.leases_folder)),
        settle=settle_and_announce,
    )


def build_sending(container: Container) -> Sending:
    """What sends webhooks."""
    settings = container.settings
    return Sending(
        database=container.database,
        rules=_target_rules(settings),
        timeout_s=settings.webhook_timeout_s,
        kept_for=timedelta(days=settings.webhook_log_days),
        pauses_s=settings.webhook_pauses_s,
        key=container.secret,
    )


def _target_rules(settings: Settings) -> TargetRules:
    return TargetRules(networks=networks_of(settings.webhook_allowed_networks), http=settings.webhook_allow_http)


def build_analyst(settings: Settings) -> Analyst:
    """The analysis of the workers, with its models loaded once.

    Raises:
        WeightsMissing: If the models are not fetched.
    """
    if settings.analyst is not None:
        module, _, name = settings.analyst.partition(":")
        return cast(Analyst, getattr(importlib.import_module(module), name))
    store = ModelStore()
    ears = build_ears(
        store,
        engine=settings.engine,
        model=settings.model,
        second_model=settings.second_model,
        beam_size=settings.beam_size,
        threads=settings.threads,
    )
    return RecordingAnalyst(
        ears=ears,
        judge=build_judge(store, profile=settings.profile),
        scratch=Path(tempfile.gettempdir()),
        upstream=Upstream(
            engine=ears.engine.info,
            second=ears.second.info if ears.second else None,
            voices=store.sha256(VOICE_MODEL),
            ruleset=RULESET,
            models=_judging_models(store),
            profile=settings.profile,
        ),
    )


def build_upstream(settings: Settings) -> Upstream:
    """What the workers hear and judge with, for a plan; loads no weights.

    Raises:
        WeightsMissing: If the models are not fetched here, or the analysis is one that cannot judge a text again.
    """
    analyst = build_analyst(settings)
    if not isinstance(analyst, Rejudging):
        raise WeightsMissing("The workers' analysis cannot tell what it hears and judges with.")
    return analyst.upstream


def build_ears(
    store: ModelStore,
    *,
    engine: str,
    model: str,
    second_model: str = "",
    beam_size: int | None = None,
    threads: int = 1,
) -> Ears:
    """Recogniser, voices, and another model for critical findings.

    Args:
        store: The model store.
        engine: Name of the recogniser.
        model: Its model: one of the manifest, a folder, or a size that its hub knows.
        second_model: Likewise, in CTranslate2's format; empty for none. It may be missing: then nobody asks it.
        beam_size: Hypotheses that the recogniser keeps; its own number where None.
        threads: CPU threads of the recogniser.

    Raises:
        UnknownEngine: If there is no such engine.
        WeightsMissing: If the models are not fetched.
    """
    first = load_engine(engine, model=model, store=store, beam_size=beam_size, threads=threads)
    second = load_engine(SECOND_ENGINE, model=second_model, store=store) if second_model else None
    if second and _same_weights(first.info, second.info):
        # The same weights hear the same, whichever engine runs them: that is no second opinion.
        second = None
    return Ears(first, Ge2eEncoder(store.path(VOICE_MODEL)), second)


def _same_weights(first: EngineInfo, second: EngineInfo) -> bool:
    if first.sha256 is None or second.sha256 is None:
        return first.model == second.model
    return first.sha256 == second.sha256


def build_judge(store: ModelStore, *, profile: str) -> Judge:
    """The text half of the analysis; needs no speech engine.

    Raises:
        WeightsMissing: If the models are not fetched.
    """
    return Judge(
        grammar_folder=store.path(GRAMMAR_MODEL),
        encoder_folder=store.path(SENTENCE_MODEL),
        classifier_folder=store.path(DEVIATION_MODEL),
        line_comparer_folder=store.path(LINE_MODEL),
        models=_judging_models(store),
        profile=Profile(profile),
    )


def _judging_models(store: ModelStore) -> tuple[tuple[str, str], ...]:
    names = (GRAMMAR_MODEL, SENTENCE_MODEL, DEVIATION_MODEL, LINE_MODEL)
    return tuple(sorted((name, f"sha256:{store.sha256(name)}") for name in names))


def known_words() -> frozenset[str]:
    """The words of the dictionary, for the preview of a script; none where the models are not fetched here."""
    try:
        return ordinary_words(ModelStore().path(GRAMMAR_MODEL))
    except WeightsMissing:
        return frozenset()


@dataclass(frozen=True, slots=True)
class RecordingAnalyst:
    """The analysis as the workers call it, with what the browser needs beside the result.

    Attributes:
        ears: Recogniser and voices.
        judge: The text half.
        scratch: Folder for the playback file until the caller takes it over.
        upstream: What all of them are, for provenance.
    """

    ears: Ears
    judge: Judge
    scratch: Path
    upstream: Upstream

    def __call__(
        self, path: Path, *, call: str, script: ApprovedScript, raw: RawFormat | None, roles: ChannelRoles | None
    ) -> AnalysisOutput:
        """Judge the recording under ``path`` by ``script``."""
        analysis = analyze_recording(
            path, call=call, script=script, ears=self.ears, judge=self.judge, raw=raw, roles=roles
        )
        if analysis.recording is None:
            return AnalysisOutput(analysis.result, hearing_key=self.upstream.hearing_key(script))
        self.scratch.mkdir(parents=True, exist_ok=True)
        playback = self.scratch / f"playback-{uuid.uuid4().hex}.opus"
        write_playback(analysis.recording, playback)
        outline = {"peaks": peaks(analysis.recording), "duration": analysis.recording.duration}
        return AnalysisOutput(analysis.result, playback, outline, self.upstream.hearing_key(script))

    def rejudge(
        self,
        before: Mapping[str, Any],
        *,
        judged_by: ApprovedScript,
        script: ApprovedScript,
        sound: Sound,
    ) -> Rejudgement:
        """Judge a transcript again, and listen only to findings that nobody has heard again yet.

        Where the recording is not there any more they stand as those of a transcript do: nobody has heard them again.
        """
        rejudged = rejudge(before, judged_by=judged_by, script=script, judge=self.judge, upstream=self.upstream)
        if not rejudged.unheard:
            return Rejudgement(rejudged.result)
        try:
            with sound() as file:
                recording = decode(file.path, raw=file.raw)
        except (RecordingDamaged, Unreviewable):
            return Rejudgement(rejudged.result)
        ears = self.ears
        result = hear_findings(
            rejudged, recording, script=script, judge=self.judge, engine=ears.engine, second=ears.second
        )
        return Rejudgement(result, heard_again=len(rejudged.unheard))


def _given_secret(settings: Settings) -> str | None:
    return None if settings.secret is None else settings.secret.get_secret_value()
