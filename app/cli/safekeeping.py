"""A backup that can be checked by itself, and an installation made from one."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app import __version__
from app.bootstrap import build_storage
from app.cli.output import progress
from app.db.dump import dump, dump_name, is_empty, load
from app.db.engine import open_database
from app.db.migrate import revisions
from app.errors import BadInput, NotFound, RecordingDamaged
from app.retention.repository import held, is_held, playback_keys
from app.settings import Settings
from app.storage.base import Storage, fetch, recording_key

MANIFEST, LIST, SECRET, RECORDINGS = "manifest.json", "recordings.txt", "secret.key", "recordings"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds.

    Attributes:
        recordings: How many recordings.
        size_bytes: Of all of them and of what was made of them.
        damaged: Digests of those that are not in it, for what is stored is not what was received, or is missing.
    """

    recordings: int
    size_bytes: int
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """What the database names: recordings with their sizes, and keys of what was made of them."""

    recordings: tuple[tuple[str, int], ...]
    derived: tuple[str, ...]

    @classmethod
    def seen(cls, session: Session) -> "_Named":
        return cls(tuple(held(session)), tuple(playback_keys(session)))


def make_backup(settings: Settings, *, folder: Path, with_recordings: bool, linked: bool) -> Kept:
    """Copy everything into a folder, while the service works.

    The database comes first, as it is at one moment; then every recording that it names, each verified by its digest,
    and what was made of them for the browser.
    The manifest is written last: a folder without one is no backup.

    Args:
        settings: Of the installation.
        folder: Empty, or made.
        with_recordings: Whether the recordings are copied.
        linked: Whether they are linked instead where that is possible: at once and without space, but on the same
            disk and in the same bytes.

    Raises:
        BadInput: If the folder is not empty, or there is no database of this version.
    """
    _check_database(settings)
    _begin_empty(folder)
    name = dump_name(settings.database_place)
    named = dump(settings.database_place, to=folder / name, look=_Named.seen)
    secret = settings.data / SECRET
    if secret.exists():
        shutil.copyfile(secret, folder / SECRET)
        (folder / SECRET).chmod(0o600)
    kept = _keep_recordings(settings, named, folder=folder, linked=linked) if with_recordings else Kept(0, 0)
    files = [file for file in (name, SECRET, LIST) if (folder / file).exists()]
    manifest = {
        "format": FORMAT,
        "software": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": name,
        "with_recordings": with_recordings,
        "damaged": kept.damaged,
        "sha256": {file: _digest(folder / file) for file in files},
    }
    _write_last(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")
    return kept


def restore_backup(settings: Settings, *, folder: Path) -> Kept:
    """Make an installation from a backup, in an empty place; the database comes last, and whole.

    Args:
        settings: Of the new installation: its data folder, and database and storage where they lie elsewhere.
        folder: The backup.

    Raises:
        BadInput: If it is no backup, or a part of it is damaged, or the place is not empty.
    """
    manifest = _read_manifest(folder)
    place = settings.database_place
    if manifest["database"] != dump_name(place):
        raise BadInput(
            "The backup is of another kind of database.", next_step="Set CANVASS_MONITOR_DATABASE as it was."
        )
    _refuse_used(settings, brings_recordings=manifest["with_recordings"])
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = _bring_recordings(settings, folder=folder) if manifest["with_recordings"] else Kept(0, 0)
    if (folder / SECRET).exists():
        shutil.copyfile(folder / SECRET, settings.data / SECRET)
        (settings.data / SECRET).chmod(0o600)
    load(place, source=folder / manifest["database"])
    return kept


def _check_database(settings: Settings) -> None:
    place = settings.database_place
    if is_empty(place):
        raise BadInput("There is no database to back up.", next_step="Check --data and CANVASS_MONITOR_DATABASE.")
    database = open_database(place)
    try:
        found = revisions(database.reading_engine)
    finally:
        database.close()
    if found.found != found.wanted:
        raise BadInput(
            f"The database is of another version of the program ({found.found}, not {found.wanted}).",
            next_step="Back it up with the version that it was used with, or start the service of this one once.",
        )


def _begin_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise BadInput(f"{folder} is not empty.", next_step="Name a new folder for each backup.")
    folder.chmod(0o700)


def _refuse_used(settings: Settings, *, brings_recordings: bool) -> None:
    used = [path for path in (settings.data / SECRET, settings.database_path) if path.exists()]
    # A backup without recordings is restored beside a storage that has outlived its database: nothing is written there.
    holds = brings_recordings and next(build_storage(settings).keys("sha256"), None) is not None
    if used or not is_empty(settings.database_place) or holds:
        raise BadInput(
            "There is an installation already, or a part of one: nothing is written over.",
            next_step="Name an empty data folder (--data), and an empty database and storage where they lie elsewhere.",
        )


def _keep_recordings(settings: Settings, named: "_Named", *, folder: Path, linked: bool) -> Kept:
    storage, damaged = build_storage(settings), []
    lines: list[str] = []
    with progress(named.recordings, "Recordings") as recordings:
        for sha256, _ in recordings:
            key = recording_key(sha256)
            target = _target(folder, key)
            try:
                if not (linked and _link(settings, sha256, target)):
                    fetch(storage, sha256=sha256, to=target)
            except RecordingDamaged:
                target.unlink(missing_ok=True)
                if _still_held(settings, sha256):
                    damaged.append(sha256)
                continue
            lines.append(_line(key, sha256, target))
    kept = len(lines)
    with progress(named.derived, "Playback") as derived:
        lines += [line for key in derived if (line := _copied(storage, key, folder=folder))]
    (folder / LIST).write_text("".join(lines), encoding="utf-8")
    return Kept(kept, sum(size for _, _, size in _listed(folder)), tuple(damaged))


def _copied(storage: Storage, key: str, *, folder: Path) -> str | None:
    """What was made of a recording; it is no evidence, and may be missing."""
    target = _target(folder, key)
    try:
        with target.open("wb") as file:
            file.writelines(storage.open_range(key))
    except NotFound:
        target.unlink()
        return None
    return _line(key, _digest(target), target)


def _target(folder: Path, key: str) -> Path:
    target = folder / RECORDINGS / key
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _line(key: str, sha256: str, file: Path) -> str:
    return f"{sha256} {file.stat().st_size} {key}\n"


def _link(settings: Settings, sha256: str, target: Path) -> bool:
    source = settings.recordings_folder / recording_key(sha256)
    try:
        os.link(source, target)
    except OSError:
        return False
    found = _digest(target)
    if found != sha256:
        raise RecordingDamaged("The recording in the storage is not what was received.", found=found)
    return True


def _still_held(settings: Settings, sha256: str) -> bool:
    """False for a recording that was deleted after the database was copied: its bytes are gone on purpose."""
    database = open_database(settings.database_place)
    try:
        with database.reading() as session:
            return is_held(session, sha256=sha256)
    finally:
        database.close()


def _bring_recordings(settings: Settings, *, folder: Path) -> Kept:
    storage = build_storage(settings)
    named = tuple(_listed(folder))
    with progress(named, "Recordings") as recordings:
        for key, sha256, _ in recordings:
            source = folder / RECORDINGS / key
            # A copy: the storage would link to what it is given, and the backup must stay by itself.
            with tempfile.TemporaryDirectory(dir=settings.data) as scratch:
                copy = Path(scratch) / "recording"
                if not source.is_file() or _digest(Path(shutil.copyfile(source, copy))) != sha256:
                    raise BadInput(
                        f"{key} of the backup is missing or damaged.",
                        next_step="Take another backup; empty the place first.",
                    )
                storage.put_new(key, copy)
    originals = sum(key == recording_key(sha256) for key, sha256, _ in named)
    return Kept(originals, sum(size for _, _, size in named))


def _listed(folder: Path) -> Iterator[tuple[str, str, int]]:
    for line in (folder / LIST).read_text(encoding="utf-8").splitlines():
        sha256, size_bytes, key = line.split(" ", 2)
        yield key, sha256, int(size_bytes)


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        digests: dict[str, str] = manifest["sha256"]
        if manifest["format"] != FORMAT:
            raise BadInput("The backup was made by a later version of the program.", next_step="Install that version.")
        faulty = [file for file, sha256 in digests.items() if _digest(folder / file) != sha256]
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(f"{folder} is no whole backup.", next_step="Name the folder that `backup` has made.") from None
    if faulty:
        raise BadInput(f"The backup is damaged: {', '.join(faulty)}.", next_step="Take another backup.")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_last(path: Path, content: str) -> None:
    """After everything else is on the disk."""
    os.sync()
    with path.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
