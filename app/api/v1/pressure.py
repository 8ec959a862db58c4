"""Pushes back where the disk is full after all, although uploads are refused well before."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import Busy, DatabaseUnavailable
from app.telemetry import logger

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DATABASE_FULL = frozenset({"53100", "SQLITE_FULL"})


@contextmanager
def pushing_back() -> Iterator[None]:
    """Let the sender come again later where a write inside the block finds no room; nothing of it was kept.

    Raises:
        Busy: In place of what the operating system or the database said.
    """
    try:
        yield
    except (OSError, DatabaseUnavailable) as error:
        if not _is_full(error):
            raise
        raise busy("disk", "The disk is full.") from error


def busy(what: str, detail: str) -> Busy:
    """The error to raise, after a word to the operator.

    Args:
        what: ``disk`` or ``queue``.
        detail: A sentence to the sender.
    """
    logger(__name__).warning("upload.pushed-back", full=what)
    return Busy(detail)


def _is_full(error: OSError | DatabaseUnavailable) -> bool:
    if isinstance(error, DatabaseUnavailable):
        return error.sqlstate in _DATABASE_FULL
    return error.errno in _FULL
