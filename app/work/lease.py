"""Proof of life of a worker: a lock that ends with its process, whatever becomes of it.

Beside SQLite it is a locked file, which the operating system unlocks. On PostgreSQL it is a lock of the database server
on a connection of its own: it ends with the process, and within half a minute where a machine is cut off.
"""

import fcntl
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.db.engine import lasting_engine
from app.db.locks import LEASES, number_of
from app.db.place import Place


def new_executor_id() -> str:
    """A name for one start of one process; never used again."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Lease(Protocol):
    """What a worker holds while it lives."""

    def stands(self) -> bool:
        """Whether it is still held; a worker that lost it must end, since others take over its work."""
        ...

    def taken_from(self, executor_id: str) -> AbstractContextManager[bool]:
        """Take the lease of another worker for the length of a block; whether that was possible: the other is dead."""
        ...

    def release(self) -> None:
        """End it by hand; the work of this executor can be taken over from now on."""
        ...


def take_lease(place: Place, *, folder: Path, executor_id: str) -> Lease:
    """The lease of this process.

    Args:
        place: The database.
        folder: Where locked files lie, beside SQLite.
        executor_id: Of this start of this process.

    Raises:
        OSError: If another process holds it.
    """
    if isinstance(place, str):
        return ServerLease(place, executor_id=executor_id)
    return FileLease(folder, executor_id=executor_id)


def count_living(place: Place, *, folder: Path) -> int:
    """How many workers hold a lease: on this machine beside SQLite, on all machines with PostgreSQL.

    Raises:
        SQLAlchemyError: If the database does not answer.
    """
    if not isinstance(place, str):
        return sum(_is_held(path) for path in folder.glob("*.lock"))
    engine = lasting_engine(place)
    query = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        " AND (classid::bigint >> 16) = :kind"
    )
    with engine.connect() as connection:
        return connection.scalar(query, {"kind": LEASES}) or 0


class FileLease:
    """A file lock that is held as long as the process lives."""

    def __init__(self, folder: Path, *, executor_id: str) -> None:
        """Take the lock.

        Raises:
            OSError: If another process holds it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._path = lease_path(folder, executor_id=executor_id)
        self._file = _lock(self._path)

    def stands(self) -> bool:
        """Whether the file is still the one that is locked, and not another of the same name."""
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return False

    @contextmanager
    def taken_from(self, executor_id: str) -> Iterator[bool]:
        """Take another worker's lease for the length of a block, which is possible only where its process is dead."""
        try:
            other = FileLease(self._folder, executor_id=executor_id)
        except OSError:
            yield False
            return
        try:
            yield True
        finally:
            other.release()

    def release(self) -> None:
        """Unlock and delete the file."""
        self._path.unlink(missing_ok=True)
        self._file.close()


class ServerLease:
    """A lock of the database server that is held as long as the connection stands."""

    def __init__(self, place: str, *, executor_id: str) -> None:
        """Connect, and take the lock.

        Raises:
            OSError: If another process holds it.
            SQLAlchemyError: If the server does not answer.
        """
        self._engine = lasting_engine(place)
        self._connection = self._engine.connect()
        if not self._try(executor_id):
            self.release()
            raise BlockingIOError("another worker holds this lease")

    def stands(self) -> bool:
        """Whether the connection still stands; asks the server."""
        try:
            return bool(self._connection.scalar(text("SELECT 1")) == 1)
        except SQLAlchemyError:
            return False

    @contextmanager
    def taken_from(self, executor_id: str) -> Iterator[bool]:
        """Take another worker's lease for the length of a block, which is possible only where its connection is gone.

        Raises:
            SQLAlchemyError: If the server does not answer; then our own lease is lost as well.
        """
        taken = self._try(executor_id)
        try:
            yield taken
        finally:
            if taken:
                self._connection.execute(select(func.pg_advisory_unlock(number_of(executor_id, kind=LEASES))))

    def release(self) -> None:
        """Close the connection, and with it the lock."""
        self._connection.close()
        self._engine.dispose()

    def _try(self, executor_id: str) -> bool:
        lock = func.pg_try_advisory_lock(number_of(executor_id, kind=LEASES))
        return bool(self._connection.scalar(select(lock)))


def lease_path(folder: Path, *, executor_id: str) -> Path:
    """The file of an executor."""
    return folder / (executor_id.replace(":", "_").replace("/", "_") + ".lock")


def _lock(path: Path) -> IO[bytes]:
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file


def _is_held(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
