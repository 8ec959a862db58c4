"""The contract of every storage backend."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from app.errors import NotFound, RecordingDamaged

CHUNK_BYTES = 256 * 1024


class Storage(Protocol):
    """Where recordings live: written once under a key, never changed.

    Every method that reads or deletes raises `app.errors.NotFound` where there is nothing under the key, and every
    method `app.errors.StorageUnavailable` where a server is asked that does not answer in time.
    """

    def put_new(self, key: str, source: Path) -> bool:
        """Keep a file durably under a key.

        Args:
            key: As made by `recording_key` or `derived_key`.
            source: The whole file, flushed; it is left where it is.

        Returns:
            True if it was written, False if something is there already, which stays as it is.
        """
        ...

    def open_range(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes ``[start, end)`` in chunks of at most 256 KiB; to the end where ``end`` is None."""
        ...

    def size_bytes(self, key: str) -> int:
        """How many bytes."""
        ...

    def exists(self, key: str) -> bool:
        """Whether something is under the key."""
        ...

    def delete(self, key: str) -> None:
        """Take it away."""
        ...

    def keys(self, folder: str) -> Iterator[str]:
        """Every key below a folder such as ``sha256`` or ``derived/ab/cd/<digest>``, in no order."""
        ...


def recording_key(sha256: str) -> str:
    """Where the original of a recording lies.

    Args:
        sha256: Hex digest of its bytes.
    """
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def derived_key(sha256: str, *, name: str) -> str:
    """Where something lies that was made from a recording.

    Args:
        sha256: Hex digest of the original.
        name: What it is, with its version, e.g. ``playback-1.opus``.
    """
    return f"{derived_folder(sha256)}/{name}"


def derived_folder(sha256: str) -> str:
    """Where everything lies that was made from a recording.

    Args:
        sha256: Hex digest of the original.
    """
    return f"derived/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def fetch(storage: Storage, *, sha256: str, to: Path) -> None:
    """Copy the original of a recording into a file, and see that it is what was received.

    Args:
        storage: Where it lies.
        sha256: Hex digest of its bytes.
        to: The file; written over.

    Raises:
        RecordingDamaged: If other bytes are there, or none.
    """
    digest = hashlib.sha256()
    try:
        with to.open("wb") as file:
            for chunk in storage.open_range(recording_key(sha256)):
                digest.update(chunk)
                file.write(chunk)
    except NotFound:
        raise RecordingDamaged("The recording is not in the storage.", found=None, sha256=sha256) from None
    if digest.hexdigest() != sha256:
        message = "The recording in the storage is not what was received."
        raise RecordingDamaged(message, found=digest.hexdigest(), sha256=sha256)
