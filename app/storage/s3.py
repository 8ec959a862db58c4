"""Recordings in a bucket of an S3-compatible server, through obstore.

Endpoint, region and credentials are those of the environment (``AWS_ENDPOINT_URL``, ``AWS_REGION``,
``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, …): they pass through no setting of ours, so none can be logged.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.errors import NotFound, StorageUnavailable
from app.storage.base import CHUNK_BYTES
from app.telemetry import logger

SCHEME = "s3"
STAGING = "staging"
"""Prefix of large files that are not whole yet; a lifecycle rule may delete what is a day old there."""

SINGLE_PUT_BYTES = 5 * 1024 * 1024
"""Larger files go up in parts, of which none but the last may be smaller in S3."""

PART_BYTES = 8 * 1024 * 1024
PARTS_AT_ONCE = 2
"""Memory of an upload: so many parts."""

READ_AHEAD_BYTES = 2 * 1024 * 1024
"""One request fetches so much, so that the time limit of a request bounds every wait, however large the file is."""

PATIENCE_S = 20.0
FIRST_PAUSE_S, LONGEST_PAUSE_S, TRIES = 0.1, 3.0, 6


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What lies in a bucket.

    Attributes:
        name: Below the prefix.
        size_bytes: How many.
        etag: Another for other bytes, as the server makes it; or None.
    """

    name: str
    size_bytes: int
    etag: str | None


class Bucket:
    """What lies under one prefix of a bucket; faults of server and network are tried again for a while.

    Every method raises `app.errors.StorageUnavailable` where the server does not answer in time or refuses, and those
    that read raise `app.errors.NotFound` where there is nothing.
    """

    def __init__(self, address: str, *, patience_s: float = PATIENCE_S) -> None:
        """Get ready; the server is not asked yet.

        Args:
            address: ``s3://bucket`` or ``s3://bucket/prefix``.
            patience_s: How long one request may take, and for how long it is tried again; twice that in all.
        """
        from obstore.store import S3Store

        self.name, self.prefix = split_address(address)
        given_s = timedelta(seconds=patience_s)
        pauses = {"init_backoff": timedelta(seconds=FIRST_PAUSE_S), "max_backoff": timedelta(seconds=LONGEST_PAUSE_S)}
        self._store = S3Store(
            self.name,
            prefix=self.prefix or None,
            copy_if_not_exists="multipart",
            client_options={
                "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true", "yes"),
                "connect_timeout": min(given_s, timedelta(seconds=5)),
                "timeout": given_s,
            },
            retry_config={"max_retries": TRIES, "retry_timeout": given_s, "backoff": {**pauses, "base": 2}},
        )

    def create(self, name: str, source: Path) -> bool:
        """Upload a file of a few megabytes in one request; False where something is there already."""
        import obstore

        with self._asking("put"), _unless_there() as created:
            obstore.put(self._store, name, source, mode="create", use_multipart=False)
        return bool(created)

    def upload(self, name: str, source: Path) -> None:
        """Upload a file of any size in parts, over whatever is there."""
        import obstore

        with self._asking("upload"):
            parts = {"use_multipart": True, "chunk_size": PART_BYTES, "max_concurrency": PARTS_AT_ONCE}
            obstore.put(self._store, name, source, **parts)

    def copy_new(self, name: str, to: str) -> bool:
        """Copy within the bucket; False where something is at the new name already."""
        import obstore

        with self._asking("copy"), _unless_there() as created:
            obstore.copy(self._store, name, to, overwrite=False)
        return bool(created)

    def head(self, name: str) -> StoredObject:
        """What is told of one object."""
        import obstore

        with self._asking("head", name):
            return _stored(obstore.head(self._store, name), name=name)

    def read(self, name: str, *, start: int, end: int) -> Iterator[memoryview]:
        """The bytes ``[start, end)``, which must be there, in chunks of at most 256 KiB."""
        import obstore

        for first in range(start, end, READ_AHEAD_BYTES):
            with self._asking("get", name):
                piece = memoryview(
                    obstore.get_range(self._store, name, start=first, end=min(end, first + READ_AHEAD_BYTES))
                )
            for offset in range(0, len(piece), CHUNK_BYTES):
                yield piece[offset : offset + CHUNK_BYTES]

    def delete(self, name: str) -> None:
        """Take one object away, if it is there."""
        import obstore

        with self._asking("delete"):
            obstore.delete(self._store, name)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Everything below a prefix, which ends where a part of a name ends."""
        import obstore

        batches = obstore.list(self._store, prefix or None)
        while True:
            with self._asking("list"):
                batch = next(batches, None)
            if batch is None:
                return
            for found in batch:
                yield _stored(found, name=found["path"])

    @contextmanager
    def _asking(self, what: str, name: str | None = None) -> Iterator[None]:
        from obstore.exceptions import BaseError

        try:
            yield
        except FileNotFoundError:
            raise NotFound(f"Nothing is stored under {name}.") from None
        except BaseError as error:
            kind = type(error).__name__
            logger(__name__).error("storage.failed", bucket=self.name, request=what, error=kind)
            if _is_refusal(error):
                raise StorageUnavailable(
                    f"The bucket {self.name} refuses the credentials of the service.",
                    next_step="Mend AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the rights on the bucket.",
                ) from None
            # Its text names addresses and keys, and may hold what the server said: it goes no further.
            raise StorageUnavailable(f"The storage of the bucket {self.name} does not answer as it should.") from None


class S3Storage:
    """Recordings under one prefix of a bucket."""

    def __init__(self, address: str, *, patience_s: float = PATIENCE_S) -> None:
        """Get ready; the server is not asked yet.

        Args:
            address: ``s3://bucket`` or ``s3://bucket/prefix``.
            patience_s: As of `Bucket`.
        """
        self._bucket = Bucket(address, patience_s=patience_s)

    def put_new(self, key: str, source: Path) -> bool:
        """See `app.storage.base.Storage`.

        The parts of a large file are put together without a condition in S3's older servers and in obstore: it goes
        to a name of its own first, and is copied on the server on the condition that nothing is there.
        Not every server holds the name meanwhile: of two large files in the same instant SeaweedFS 4.48 now and then
        tells both that they were written. Under one digest they are the same bytes.
        """
        if source.stat().st_size <= SINGLE_PUT_BYTES:
            return self._bucket.create(key, source)
        if self.exists(key):
            return False
        staged = f"{STAGING}/{secrets.token_hex(16)}"
        try:
            self._bucket.upload(staged, source)
            return self._bucket.copy_new(staged, key)
        finally:
            self._clear(staged)

    def open_range(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See `app.storage.base.Storage`."""
        size = self.size_bytes(key)
        for chunk in self._bucket.read(key, start=start, end=size if end is None else min(end, size)):
            yield bytes(chunk)

    def size_bytes(self, key: str) -> int:
        """See `app.storage.base.Storage`."""
        return self._bucket.head(key).size_bytes

    def exists(self, key: str) -> bool:
        """See `app.storage.base.Storage`."""
        try:
            self._bucket.head(key)
        except NotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        """See `app.storage.base.Storage`."""
        self._bucket.head(key)
        self._bucket.delete(key)

    def keys(self, folder: str) -> Iterator[str]:
        """See `app.storage.base.Storage`."""
        return (found.name for found in self._bucket.list(folder))

    def _clear(self, staged: str) -> None:
        try:
            self._bucket.delete(staged)
        except StorageUnavailable:
            # The lifecycle rule comes by; what is going on with the upload itself is told by its own error.
            logger(__name__).warning("storage.staged-left")


def split_address(address: str) -> tuple[str, str]:
    """Bucket and prefix of an ``s3://`` address; the prefix without slashes around it.

    Raises:
        ValueError: If it is none.
    """
    parts = urlsplit(address, allow_fragments=False)
    if parts.scheme != SCHEME or not parts.netloc or parts.query or "@" in parts.netloc:
        raise ValueError(f"{address!r} is no address of a bucket, such as s3://bucket/prefix")
    return parts.netloc, parts.path.strip("/")


@contextmanager
def _unless_there() -> Iterator[list[bool]]:
    """Filled where the block went through, left empty where something was there already."""
    from obstore.exceptions import AlreadyExistsError

    created: list[bool] = []
    try:
        yield created
        created.append(True)
    except AlreadyExistsError:
        return


def _is_refusal(error: Exception) -> bool:
    from obstore.exceptions import PermissionDeniedError, UnauthenticatedError

    # A listing that is refused is an error of no kind.
    said = any(f"status code: {status}" in str(error) for status in ("401", "403"))
    return said or isinstance(error, PermissionDeniedError | UnauthenticatedError)


def _stored(found: Any, *, name: str) -> StoredObject:
    return StoredObject(name=name, size_bytes=int(found["size"]), etag=found["e_tag"])
