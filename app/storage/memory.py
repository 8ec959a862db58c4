"""Recordings in memory, for tests of one process."""

from collections.abc import Iterator
from pathlib import Path

from app.errors import NotFound
from app.storage.base import CHUNK_BYTES


class MemoryStorage:
    """Recordings that are gone with the process."""

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}

    def put_new(self, key: str, source: Path) -> bool:
        """See `app.storage.base.Storage`."""
        content = source.read_bytes()
        return self._objects.setdefault(key, content) is content

    def open_range(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See `app.storage.base.Storage`."""
        content = self._get(key)[start:end]
        for offset in range(0, len(content), CHUNK_BYTES):
            yield content[offset : offset + CHUNK_BYTES]

    def size_bytes(self, key: str) -> int:
        """See `app.storage.base.Storage`."""
        return len(self._get(key))

    def exists(self, key: str) -> bool:
        """See `app.storage.base.Storage`."""
        return key in self._objects

    def delete(self, key: str) -> None:
        """See `app.storage.base.Storage`."""
        self._get(key)
        del self._objects[key]

    def keys(self, folder: str) -> Iterator[str]:
        """See `app.storage.base.Storage`."""
        return (key for key in tuple(self._objects) if key.startswith(f"{folder}/"))

    def _get(self, key: str) -> bytes:
        try:
            return self._objects[key]
        except KeyError:
            raise NotFound(f"Nothing is stored under {key}.") from None
