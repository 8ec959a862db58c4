"""The contract of every storage backend."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

CHUNK_BYTES = 256 * 1024


class Storage(Protocol):
    """Where recordings live: written once under a key, never changed.

    Every method that reads or deletes raises `app.errors.NotFound` where there is nothing under the key.
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
    return f"derived/{sha256[:2]}/{sha256[2:4]}/{sha256}/{name}"


def fetch(storage: Storage, *, key: str, to: Path) -> None:
    """Copy what lies under a key into a file.

    Raises:
        NotFound: If there is nothing under the key.
    """
    with to.open("wb") as file:
        for chunk in storage.open_range(key):
            file.write(chunk)
