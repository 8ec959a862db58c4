"""What `canvass-monitor doctor` looks at; it changes nothing but a file that it stores and takes away again."""

import secrets
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app import __version__
from app.audit.tables import AuditEntryTable
from app.bootstrap import DEVIATION_MODEL, GRAMMAR_MODEL, SECOND_ENGINE, SENTENCE_MODEL, VOICE_MODEL, build_storage
from app.calls import repository as calls
from app.db.engine import open_database
from app.db.health import Answer, ask
from app.db.place import without_secrets
from app.db.session import Database
from app.errors import CanvassMonitorError, DatabaseUnavailable, StorageUnavailable
from app.model_store import ModelStore
from app.pipeline.transcription.engines import ENGINES
from app.settings import Settings
from app.storage.base import CHUNK_BYTES
from app.work.lease import count_living

NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
"""No version of this program was used before."""

CLOCK_TOLERANCE = timedelta(minutes=1)
DATABASE_ERRORS = (SQLAlchemyError, sqlite3.Error, DatabaseUnavailable)
"""The second where the connection cannot be set up at all."""

ON_SERVER = "Check CANVASS_MONITOR_DATABASE, and that the server runs and lets this user write."

LIBRARIES = (
    "alembic",
    "av",
    "ctranslate2",
    "dbos",
    "fastapi",
    "faster-whisper",
    "openai-whisper",
    "openvino",
    "spacy",
    "sqlalchemy",
    "torch",
)


class Level(StrEnum):
    """How it stands with one thing."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """What was found on one thing.

    Attributes:
        name: The thing.
        level: A fault keeps the service from working; a warning does not, or not yet.
        message: One sentence.
        next_step: What to do about it, or None where nothing is to be done.
    """

    name: str
    level: Level
    message: str
    next_step: str | None = None


def examine(settings: Settings, *, store: ModelStore) -> tuple[Check, ...]:
    """Look at everything that the service needs.

    Args:
        settings: As the operator set them.
        store: The model store; its weights are read and compared with their digests.

    Returns:
        A check of each thing, always the same things in the same order.
    """
    return (
        Check("versions", Level.OK, ", ".join(f"{name} {number}" for name, number in list(versions().items())[:3])),
        _database(settings),
        _storage(settings),
        _weights(settings, store),
        _clock(settings),
        _disk(settings),
        _workers(settings),
    )


def versions() -> dict[str, str]:
    """Versions of the program, of what it runs on and of the libraries that matter most."""
    found = {
        "canvass-monitor": __version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "sqlite": sqlite3.sqlite_version,
    }
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "not installed"
    return found


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    database = open_database(settings.database_place)
    try:
        yield database
    finally:
        database.close()


def _database(settings: Settings) -> Check:
    name, place = "database", settings.database_place
    if isinstance(place, Path) and not place.exists():
        step = "`canvass-monitor serve` makes it; check --data if there should be one."
        return Check(name, Level.WARNING, f"There is no database in {settings.data} yet.", step)
    try:
        answer = ask(place)
    except DATABASE_ERRORS as error:
        reason = without_secrets(str(getattr(error, "orig", None) or error), place=place).rstrip(".")
        step = "Restore it from a backup, or free it." if isinstance(place, Path) else ON_SERVER
        return Check(name, Level.FAULT, f"The database cannot be used: {reason}.", step)
    return _schema(name, answer)


def _schema(name: str, answer: Answer) -> Check:
    found = answer.revisions
    if answer.is_empty:
        step = "`canvass-monitor serve` makes its tables."
        return Check(name, Level.WARNING, f"{answer.server} answers; nothing is in the database yet.", step)
    if not found.is_known and found.found is not None:
        step = "Install that version again, or restore the database of this one."
        return Check(name, Level.FAULT, "The database was made by another version of the program.", step)
    if found.found != found.wanted:
        step = "Start `canvass-monitor serve` of this version once; it brings the database up to date."
        return Check(name, Level.FAULT, "The database is not migrated to this version of the program.", step)
    if not answer.is_writable:
        return Check(name, Level.FAULT, "The database can only be read.", ON_SERVER)
    return Check(name, Level.OK, f"{answer.server} answers, can be written and is migrated ({found.found}).")


def _storage(settings: Settings) -> Check:
    name, step = "storage", "Give the service's user the right to write there, or set another --data."
    if not settings.data.exists():
        parent = next(folder for folder in settings.data.resolve().parents if folder.exists())
        writable = _is_writable(parent)
        message = f"{settings.data} is not there yet, and {'can' if writable else 'cannot'} be made."
        return Check(name, Level.WARNING if writable else Level.FAULT, message, None if writable else step)
    key, content = f"doctor/{secrets.token_hex(8)}", secrets.token_bytes(CHUNK_BYTES + 1)
    try:
        storage = build_storage(settings)
        with tempfile.NamedTemporaryFile() as source:
            source.write(content)
            source.flush()
            storage.put_new(key, Path(source.name))
            twice = storage.put_new(key, Path(source.name))
        whole = b"".join(storage.open_range(key)) == content
        storage.delete(key)
    except (OSError, CanvassMonitorError) as error:
        reason = getattr(error, "strerror", None) or str(error).rstrip(".")
        step = error.advice if isinstance(error, StorageUnavailable) else step
        return Check(name, Level.FAULT, f"Recordings cannot be kept: {reason}.", step)
    if twice:
        step = "Take a server that knows conditional requests (If-None-Match), or a newer version of this one."
        return Check(name, Level.FAULT, "The storage writes over what is there: evidence could be replaced.", step)
    if not whole:
        return Check(name, Level.FAULT, "What was written is read back differently.", "Check the disk.")
    return Check(name, Level.OK, "A file was written, read back and deleted.")


def _is_writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _weights(settings: Settings, store: ModelStore) -> Check:
    name, step = "weights", "Run `canvass-monitor models fetch`."
    if settings.engine not in ENGINES:
        return Check(name, Level.FAULT, f"There is no engine {settings.engine!r}.", f"Set one of {', '.join(ENGINES)}.")
    needed = {GRAMMAR_MODEL, SENTENCE_MODEL, DEVIATION_MODEL, VOICE_MODEL}
    own = ENGINES[settings.engine].artefacts.get(settings.model)
    if own is None and not Path(settings.model).expanduser().exists():
        message = f"The model {settings.model!r} is neither in the manifest nor a folder: its hub will be asked for it."
        return Check(name, Level.WARNING, message, "Check that the workers can reach the hub.")
    try:
        faults = {status.artefact.id: status.fault for status in store.verify()}
    except CanvassMonitorError as error:
        return Check(name, Level.FAULT, error.message, error.advice)
    needed |= {own} if own else set()
    faulty = sorted(artefact for artefact in needed if faults.get(artefact, "it is not in the manifest"))
    if faulty:
        return Check(name, Level.FAULT, f"Missing, or other than the manifest says: {', '.join(faulty)}.", step)
    idle = sorted(artefact for artefact, fault in faults.items() if fault)
    if idle:
        second = ENGINES[SECOND_ENGINE].artefacts.get(settings.second_model)
        lost = "; critical findings are heard by no second model" if second in idle else ""
        return Check(name, Level.WARNING, f"Not needed now, but missing: {', '.join(idle)}{lost}.", step)
    return Check(name, Level.OK, f"{len(faults)} artefacts are there and match their digests.")


def _clock(settings: Settings) -> Check:
    name, step = "clock", "Set the clock, and let a time service keep it: judgement goes by when calls were made."
    now = datetime.now(UTC)
    if now < NOT_BEFORE:
        return Check(name, Level.FAULT, f"The clock says {now:%Y-%m-%d}, which is past.", step)
    newest = _newest_entry(settings)
    if newest is not None and newest > now + CLOCK_TOLERANCE:
        return Check(
            name,
            Level.FAULT,
            f"The clock says {now:%Y-%m-%d %H:%M} UTC; the log is already at {newest:%Y-%m-%d %H:%M}.",
            step,
        )
    drift_s = _drift_of_disk_s(settings)
    if abs(drift_s) > CLOCK_TOLERANCE.total_seconds():
        return Check(name, Level.WARNING, f"The disk's clock differs by {drift_s:.0f} s from this machine's.", step)
    return Check(name, Level.OK, f"The clock says {now:%Y-%m-%d %H:%M} UTC, after everything in the log.")


def _newest_entry(settings: Settings) -> datetime | None:
    if not _is_there(settings):
        return None
    try:
        with _opened(settings) as database, database.reading() as session:
            return session.scalar(select(func.max(AuditEntryTable.at)))
    except DATABASE_ERRORS:
        # The check of the database tells of it.
        return None


def _drift_of_disk_s(settings: Settings) -> float:
    """Network disks have clocks of their own."""
    try:
        with tempfile.NamedTemporaryFile(dir=settings.data) as file:
            file.write(b"x")
            file.flush()
            return Path(file.name).stat().st_mtime - time.time()
    except OSError:
        return 0.0


def _disk(settings: Settings) -> Check:
    name, step = "disk", "Free some space, or set CANVASS_MONITOR_DATA to a larger disk."
    folder = next(path for path in (settings.data.resolve(), *settings.data.resolve().parents) if path.exists())
    free, limit = shutil.disk_usage(folder).free, settings.minimum_free_bytes
    found = f"{free / 2**30:.1f} GiB are free; below {limit / 2**30:.1f} GiB uploads are refused."
    if free < limit:
        return Check(name, Level.FAULT, found, step)
    scratch = shutil.disk_usage(tempfile.gettempdir()).free
    if scratch < settings.maximum_upload_bytes:
        message = f"The folder for temporary files has {scratch / 2**30:.1f} GiB free, less than the largest recording."
        return Check(name, Level.WARNING, message, "Set TMPDIR to a larger disk.")
    return Check(name, Level.WARNING if free < 2 * limit else Level.OK, found, step if free < 2 * limit else None)


def _workers(settings: Settings) -> Check:
    name, where = "workers", "on this machine" if settings.database is None else "on all machines"
    living = waiting = 0
    try:
        if _is_there(settings):
            living = count_living(settings.database_place, folder=settings.leases_folder)
            with _opened(settings) as database, database.reading() as session:
                waiting = calls.waiting(session)
    except DATABASE_ERRORS:
        return Check(name, Level.OK, f"{living} workers live {where}.")
    message = f"{living} workers live {where}, and {waiting} calls wait."
    if waiting and not living:
        return Check(name, Level.WARNING, message, "Start `canvass-monitor serve` or `canvass-monitor worker`.")
    return Check(name, Level.OK, message)


def _is_there(settings: Settings) -> bool:
    place = settings.database_place
    return not isinstance(place, Path) or place.exists()
