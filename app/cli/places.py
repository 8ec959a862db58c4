"""Where recordings lie that are to be brought in: a folder, or a bucket."""

import hashlib
import json
import os
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from app.errors import BadInput, NotFound
from app.storage.base import CHUNK_BYTES
from app.storage.s3 import Bucket, StoredObject

BUCKET_MARK = "s3://"


class Place(Protocol):
    """Where recordings lie. Names are paths below it, with ``/``."""

    def names(self) -> Iterator[str]:
        """Every file, but for hidden ones and what lies in hidden folders; in no order."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        ...

    def below(self, name: str) -> str:
        """A name that may be given in full or with detours, as it stands below the place; ``.`` for none."""
        ...

    def size_bytes(self, name: str) -> int:
        """How large a file is."""
        ...

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file, a few at a time."""
        ...

    def sha256(self, name: str) -> str | None:
        """Hex digest of a file, or None where it must be fetched to know it."""
        ...

    def remember(self, name: str, *, sha256: str) -> None:
        """Keep the digest of a file that was fetched, so that it need not be fetched again to know it."""
        ...


class FolderPlace:
    """A folder and the folders in it; links to other folders are not followed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> Iterator[str]:
        """See `Place`."""
        for parent, folders, files in os.walk(self._folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for file in files:
                if not file.startswith("."):
                    yield Path(parent, file).relative_to(self._folder).as_posix()

    def has(self, name: str) -> bool:
        """See `Place`."""
        return (self._folder / name).is_file()

    def below(self, name: str) -> str:
        """See `Place`."""
        whole, folder = Path(os.path.normpath(name)), self._folder.resolve()
        return (whole.relative_to(folder) if whole.is_relative_to(folder) else whole).as_posix()

    def size_bytes(self, name: str) -> int:
        """See `Place`."""
        return (self._folder / name).stat().st_size

    def chunks(self, name: str) -> Iterator[bytes]:
        """See `Place`."""
        with (self._folder / name).open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    def sha256(self, name: str) -> str | None:
        """See `Place`; read again each time, for nothing tells whether a file was changed."""
        with (self._folder / name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def remember(self, name: str, *, sha256: str) -> None:
        """See `Place`; nothing is kept."""


class BucketPlace:
    """What lies under a prefix of a bucket; listed once.

    The digests of what was fetched are kept in a file, by the server's own mark of the content (ETag) and the size: an
    import that is run again fetches only what it has not seen.
    """

    def __init__(self, address: str, *, memory: Path) -> None:
        """List the bucket.

        Args:
            address: ``s3://bucket`` or ``s3://bucket/prefix``.
            memory: Folder of the files with digests; made where it is not there.

        Raises:
            StorageUnavailable: If the server does not answer.
        """
        self._bucket = Bucket(address)
        self._address = address.rstrip("/") + "/"
        self._objects = {found.name: found for found in self._bucket.list()}
        memory.mkdir(parents=True, exist_ok=True)
        self._file = memory / f"{hashlib.sha256(self._address.encode()).hexdigest()[:32]}.jsonl"
        self._known = _recalled(self._file)

    def names(self) -> Iterator[str]:
        """See `Place`."""
        return (name for name in self._objects if not any(part.startswith(".") for part in name.split("/")))

    def has(self, name: str) -> bool:
        """See `Place`."""
        return name in self._objects

    def below(self, name: str) -> str:
        """See `Place`."""
        return posixpath.normpath(name.removeprefix(self._address))

    def size_bytes(self, name: str) -> int:
        """See `Place`."""
        return self._found(name).size_bytes

    def chunks(self, name: str) -> Iterator[bytes]:
        """See `Place`."""
        listed = self._found(name)
        for chunk in self._bucket.read(name, start=0, end=listed.size_bytes):
            yield bytes(chunk)
        now = self._bucket.head(name)
        if (now.etag, now.size_bytes) != (listed.etag, listed.size_bytes):
            raise BadInput("It was changed while it was read.", next_step="Run the import again.")

    def sha256(self, name: str) -> str | None:
        """See `Place`."""
        mark = _mark(self._found(name))
        return self._known.get(mark) if mark else None

    def remember(self, name: str, *, sha256: str) -> None:
        """See `Place`."""
        mark = _mark(self._found(name))
        if mark:
            self._known[mark] = sha256
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps([mark, sha256]) + "\n")

    def _found(self, name: str) -> StoredObject:
        try:
            return self._objects[name]
        except KeyError:
            raise NotFound(f"{name} is not in the bucket.", next_step="List the bucket.") from None


def _mark(found: StoredObject) -> str | None:
    if found.etag is None:
        return None
    return hashlib.sha256(json.dumps([found.name, found.etag, found.size_bytes]).encode()).hexdigest()


def _recalled(file: Path) -> dict[str, str]:
    known = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            mark, sha256 = json.loads(line)
        except ValueError:
            continue  # cut off when the machine lost its power
        known[mark] = sha256
    return known
