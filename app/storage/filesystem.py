"""Recordings in a folder.

Plain system calls rather than a library: a 202 must survive a power cut, so file and folder are flushed to the disk
before it is given, and a hard link is create-only without a second copy of the bytes.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import NotFound
from app.storage.base import CHUNK_BYTES

INCOMING = "incoming"
"""Folder of what is not whole yet; the service clears away what a crash has left there."""


class FilesystemStorage:
    """Recordings under one folder, which is made where it is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._folder.mkdir(parents=True, exist_ok=True)

    def put_new(self, key: str, source: Path) -> bool:
        """See `app.storage.base.Storage`."""
        target = self._path(key)
        _make_folders(target.parent, below=self._folder)
        staged = self._folder / INCOMING / f"put-{os.getpid()}-{os.urandom(8).hex()}"
        staged.parent.mkdir(exist_ok=True)
        try:
            _link_or_copy(source, staged)
            _flush(staged)
            os.link(staged, target)
        except FileExistsError:
            return False
        finally:
            staged.unlink(missing_ok=True)
        target.chmod(0o440)
        _flush(target.parent)
        return True

    def open_range(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See `app.storage.base.Storage`."""
        remaining = (self.size_bytes(key) if end is None else end) - start
        with _there(key), self._path(key).open("rb") as file:
            file.seek(start)
            while remaining > 0 and (chunk := file.read(min(CHUNK_BYTES, remaining))):
                remaining -= len(chunk)
                yield chunk

    def size_bytes(self, key: str) -> int:
        """See `app.storage.base.Storage`."""
        with _there(key):
            return self._path(key).stat().st_size

    def exists(self, key: str) -> bool:
        """See `app.storage.base.Storage`."""
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        """See `app.storage.base.Storage`."""
        with _there(key):
            self._path(key).unlink()

    def keys(self, folder: str) -> Iterator[str]:
        """See `app.storage.base.Storage`; what is being written is not there yet."""
        for parent, _, names in os.walk(self._path(folder)):
            below = Path(parent).relative_to(self._folder)
            yield from ((below / name).as_posix() for name in names if not name.startswith("."))

    def _path(self, key: str) -> Path:
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder) or path == self._folder:
            raise ValueError(f"the key {key!r} leads out of the storage")
        return path


@contextmanager
def _there(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotFound(f"Nothing is stored under {key}.") from None


def _make_folders(folder: Path, *, below: Path) -> None:
    missing = []
    while folder != below and not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        _flush(new.parent)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
