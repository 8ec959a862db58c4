"""The one composition root: which implementation stands behind each contract."""

import importlib
import os
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import app.accounts.tables
import app.approved_scripts.tables
import app.archives.tables
import app.audit.tables
import app.calls.tables
import app.findings.tables
import app.reviews.tables
import app.runs.tables
from app.db.engine import open_database
from app.db.migrate import migrate, one_at_a_time
from app.db.session import Database
from app.domain.audio import ChannelRoles, RawFormat
from app.domain.script import ApprovedScript
from app.domain.transcript import EngineInfo
from app.model_store import ModelStore
from app.pipeline.analyze import Ears, analyze_recording
from app.pipeline.assessment.policy import Profile
from app.pipeline.audio.playback import peaks, write_playback
from app.pipeline.judge import Judge
from app.pipeline.speakers.voices import Ge2eEncoder
from app.pipeline.transcription.engines import load_engine
from app.reviews.standing import settle
from app.runs.analyst import AnalysisOutput, Analyst
from app.runs.jobs import Judging
from app.runs.service import JUDGE
from app.settings import Settings
from app.storage.base import Storage
from app.storage.filesystem import FilesystemStorage
from app.storage.memory import MemoryStorage
from app.work.engine import Workflow
from app.work.queue import SESSION_KEY, JobQueue, prepare_queue

TABLES = (
    app.accounts.tables,
    app.approved_scripts.tables,
    app.audit.tables,
    app.archives.tables,
    app.calls.tables,
    app.findings.tables,
    app.reviews.tables,
    app.runs.tables,
)
"""Every module of tables: foreign keys name tables of other slices, so each process needs all of them."""

GRAMMAR_MODEL = "en-core-web-sm"
SENTENCE_MODEL = "minilm-l6-v2-ct2"
DEVIATION_MODEL = "minilm-deviations"
VOICE_MODEL = "ge2e-speaker"

SECOND_ENGINE = "faster-whisper"
"""Runs the second model: the engine that needs least memory beside another."""

STORAGE_BACKENDS: dict[str, Callable[[Settings], Storage]] = {
    "filesystem": lambda settings: FilesystemStorage(settings.recordings_folder),
    "memory": lambda _settings: MemoryStorage(),
}


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


def build_container(settings: Settings) -> Container:
    """Put everything together over the data folder, and bring its database to this version's schema.

    Args:
        settings: As the operator set them; the data folder is made where it is not there.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    queue = JobQueue(settings.database_path)
    database = open_database(settings.database_path, carried={SESSION_KEY: queue})
    with one_at_a_time(settings.data / "schema.lock"):
        migrate(database.writing_engine)
        prepare_queue(settings.database_path)
    return Container(
        settings=settings,
        database=database,
        storage=STORAGE_BACKENDS[settings.storage](settings),
        queue=queue,
        secret=_secret(settings.data / "secret.key"),
    )


def build_workflows(container: Container, *, analyst: Analyst) -> dict[str, Workflow]:
    """What the names of jobs mean."""
    judging = Judging(
        database=container.database,
        storage=container.storage,
        analyst=analyst,
        settle=settle,
        maximum_attempts=container.settings.maximum_attempts,
        profile=container.settings.profile,
    )
    return {JUDGE: judging.judge}


def build_analyst(settings: Settings) -> Analyst:
    """The analysis of the workers, with its models loaded once.

    Raises:
        WeightsMissing: If the models are not fetched.
    """
    if settings.analyst is not None:
        module, _, name = settings.analyst.partition(":")
        return cast(Analyst, getattr(importlib.import_module(module), name))
    store = ModelStore()
    return RecordingAnalyst(
        ears=build_ears(
            store,
            engine=settings.engine,
            model=settings.model,
            second_model=settings.second_model,
            beam_size=settings.beam_size,
            threads=settings.threads,
        ),
        judge=build_judge(store, profile=settings.profile),
        scratch=settings.incoming_folder,
    )


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
    names = (GRAMMAR_MODEL, SENTENCE_MODEL, DEVIATION_MODEL)
    models = tuple(sorted((name, f"sha256:{store.sha256(name)}") for name in names))
    return Judge(
        grammar_folder=store.path(GRAMMAR_MODEL),
        encoder_folder=store.path(SENTENCE_MODEL),
        classifier_folder=store.path(DEVIATION_MODEL),
        models=models,
        profile=Profile(profile),
    )


@dataclass(frozen=True, slots=True)
class RecordingAnalyst:
    """The analysis as the workers call it, with what the browser needs beside the result.

    Attributes:
        ears: Recogniser and voices.
        judge: The text half.
        scratch: Folder for the playback file until the caller takes it over.
    """

    ears: Ears
    judge: Judge
    scratch: Path

    def __call__(
        self, path: Path, *, call: str, script: ApprovedScript, raw: RawFormat | None, roles: ChannelRoles | None
    ) -> AnalysisOutput:
        """Judge the recording under ``path`` by ``script``."""
        analysis = analyze_recording(
            path, call=call, script=script, ears=self.ears, judge=self.judge, raw=raw, roles=roles
        )
        if analysis.recording is None:
            return AnalysisOutput(analysis.result)
        self.scratch.mkdir(parents=True, exist_ok=True)
        playback = self.scratch / f"playback-{uuid.uuid4().hex}.opus"
        write_playback(analysis.recording, playback)
        outline = {"peaks": peaks(analysis.recording), "duration": analysis.recording.duration}
        return AnalysisOutput(analysis.result, playback, outline)


def _secret(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        key = secrets.token_bytes(32)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
