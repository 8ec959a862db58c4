"""Proof of life of a worker: a locked file that the operating system unlocks when the process dies."""

import fcntl
import os
import secrets
import socket
from pathlib import Path
from typing import IO


def new_executor_id() -> str:
    """A name for one start of one process; never used again."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


class Lease:
    """A file lock that is held as long as the process lives."""

    def __init__(self, folder: Path, *, executor_id: str) -> None:
        """Take the lock.

        Raises:
            OSError: If another process holds it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._path = lease_path(folder, executor_id=executor_id)
        self._file = _lock(self._path)

    def release(self) -> None:
        """End it by hand; the work of this executor can be taken over from now on."""
        self._path.unlink(missing_ok=True)
        self._file.close()


def take_from_the_dead(folder: Path, *, executor_id: str) -> Lease | None:
    """Take the lease of another worker, which is possible only where its process is dead.

    Returns:
        The lease, to be released after its work is taken over; None where the worker lives.
    """
    try:
        return Lease(folder, executor_id=executor_id)
    except OSError:
        return None


def count_living(folder: Path) -> int:
    """How many workers hold a lease, on this machine."""
    return sum(_is_held(path) for path in folder.glob("*.lock"))


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
