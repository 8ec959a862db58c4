"""The unit of work: the only place that commits."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm import Session, sessionmaker

from app.errors import BadInput, DatabaseUnavailable
from app.telemetry import logger

Guard = Callable[[Session], None]
"""Looks at a writing transaction before it is committed, and raises to undo it."""

_LAST = "canvass-monitor.last"

_OF_THE_MACHINE = {
    getattr(sqlite3, name): name
    for name in ("SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOMEM")
}
"""What SQLite says where the disk is full or broken, or the file locked for too long."""

_PRIMARY = 0xFF
"""The part of an extended code of SQLite that holds the primary one."""


class Database:
    """Two engines over one database: one that writes, one that can only read.

    Attributes:
        writing_engine: On SQLite every transaction takes the write lock when it begins; on PostgreSQL they run beside
            one another, see `app.db.locks`.
        reading_engine: Refuses to write.
    """

    def __init__(
        self,
        *,
        writing_engine: Engine,
        reading_engine: Engine,
        carried: Mapping[Any, Any] | None = None,
        guard: Guard | None = None,
    ) -> None:
        """Get ready; no connection is opened yet.

        Args:
            writing_engine: Takes the write lock at BEGIN.
            reading_engine: Cannot write.
            carried: What a writing session carries in ``info``, e.g. the job queue.
            guard: Looks at every writing transaction before it is committed.
        """
        self.writing_engine = writing_engine
        self.reading_engine = reading_engine
        self._guard = guard
        self._write = sessionmaker(writing_engine, expire_on_commit=False, info=dict(carried or {}))
        self._read = sessionmaker(reading_engine, expire_on_commit=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that is committed when the block ends, and undone when it raises.

        Raises:
            BadInput: If a value is none that the database can hold, such as a text that is too long for its column.
            DatabaseUnavailable: If the database did not answer, or had no room or time for it; nothing was kept, or its
                answer to the commit was lost.
        """
        with self._write() as session, translated():
            last: list[Guard] = []
            session.info[_LAST] = last
            try:
                yield session
                session.flush()
                if self._guard is not None:
                    self._guard(session)
                for act in last:
                    act(session)
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view of the database; nothing can be written.

        Raises:
            BadInput: If a value is none that the database can hold.
            DatabaseUnavailable: If the database did not answer.
        """
        with self._read() as session, translated():
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.writing_engine.dispose()
        self.reading_engine.dispose()


def at_the_end(session: Session, act: Callable[[Session], None]) -> None:
    """Do something in this transaction after everything else, right before it is committed, once.

    Args:
        session: A writing session.
        act: The same function given twice is called once. It must not call this function.
    """
    last = session.info.get(_LAST)
    if last is None:
        raise RuntimeError("this session is none of Database.writing()")
    if act not in last:
        last.append(act)


@contextmanager
def translated() -> Iterator[None]:
    """What the database says inside the block, as errors of the program.

    Raises:
        BadInput: If a value is none that the database can hold.
        DatabaseUnavailable: If the database did not answer, or had no room or time.
    """
    try:
        yield
    except DataError as error:
        # Neither the statement nor its values: they can be what was said.
        raise BadInput("A value cannot be stored: it is too long or too large, or has signs that no text has.") from (
            error.orig
        )
    except (OperationalError, InterfaceError, NoConnectionLeft) as error:
        state = _state_of(error)
        if state is None:
            raise
        logger(__name__).error("database.unavailable", sqlstate=state)
        raise DatabaseUnavailable("The database does not answer.", sqlstate=state) from error


def _state_of(error: Exception) -> str | None:
    """What the database says of a fault of the machine, ``connection`` where it could say nothing; else None."""
    import psycopg

    if isinstance(error, NoConnectionLeft):
        return "pool"
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.Error):
        return _OF_THE_MACHINE.get(getattr(cause, "sqlite_errorcode", 0) & _PRIMARY)
    if not isinstance(cause, psycopg.Error):
        return None
    return cause.sqlstate or "connection"
