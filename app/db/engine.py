"""Engines over the embedded default, SQLite, and over PostgreSQL.

A 202 must survive a power cut, hence ``synchronous=FULL`` and ``synchronous_commit=on``.

SQLite: a transaction that reads before it writes must hold the write lock from its first statement: with the default
BEGIN 102 of 200 concurrent ones failed, with IMMEDIATE none (measured 2026-11). PostgreSQL: transactions run beside one
another; what must not is told by `app.db.locks`.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

from app.db.place import Place, is_postgres, postgres_url
from app.db.session import Database, Guard

BUSY_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 30_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000
"""A transaction in which nothing happens for so long is ended by the server: its locks keep others waiting."""

CONNECT_TIMEOUT_S = 10
KEEPALIVE = {"idle": 10, "interval": 5, "count": 3}
"""Seconds without a word until the other side is asked, seconds between two questions, and how many stay unanswered
until the connection is given up: 25 s in all, on both sides."""

UNANSWERED_MS = 20_000
"""What was sent and is not acknowledged for so long ends the connection."""

ASKED_AFTER_S = 5.0
"""A connection that nobody used for so long is asked whether it still stands before it is used. Asked each time, a page
of three sessions waits for three words more from the database; one that broke within these seconds fails one answer,
and SQLAlchemy then replaces every connection that is older."""

_LAST_USED = "canvass-monitor.last-used"

ONE_ANSWER_ONE_PROCESS = {"max_parallel_workers_per_gather": "0", "jit": "off"}
"""What is read for a page or a program takes milliseconds and is asked for by many at once: further processes for one
answer, or a compiled plan, take longer than they save, and take the processor from the other answers."""


def open_database(place: Place, *, carried: Mapping[Any, Any] | None = None, guard: Guard | None = None) -> Database:
    """Open the database; a SQLite file is created where there is none.

    Args:
        place: The SQLite file, whose folder must exist, or the URL of a PostgreSQL database, which must exist.
        carried: What a writing session carries in ``info``.
        guard: Looks at every writing transaction before it is committed, and raises to undo it.
    """
    if isinstance(place, str):
        return Database(
            writing_engine=postgres_engine(place),
            reading_engine=postgres_engine(place, reading=True),
            carried=carried,
            guard=guard,
        )
    return Database(
        writing_engine=_sqlite_engine(place, begin="BEGIN IMMEDIATE", pragmas=("synchronous=FULL",)),
        reading_engine=_sqlite_engine(place, begin="BEGIN", pragmas=("query_only=ON",)),
        carried=carried,
        guard=guard,
    )


def postgres_engine(place: str, *, reading: bool = False, pool_size: int = 10, max_overflow: int = 10) -> Engine:
    """An engine over PostgreSQL; a connection that broke while nobody used it is replaced unnoticed.

    Args:
        place: The URL.
        reading: Whether its transactions cannot write; each sees the database as it was when it began.
        pool_size: Connections that are kept.
        max_overflow: Further ones while there is much to do.
    """
    engine = create_engine(
        postgres_url(place),
        pool_size=pool_size,
        max_overflow=max_overflow,
        hide_parameters=True,
        connect_args=_connect_arguments(),
    )
    _set_on_connect(engine, reading=reading)
    _ask_after_a_pause(engine)
    return engine


def lasting_engine(place: str) -> Engine:
    """An engine for connections that are held for long and run each statement in a transaction of its own."""
    engine = create_engine(
        postgres_url(place),
        poolclass=NullPool,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args=_connect_arguments(),
    )
    _set_on_connect(engine, reading=False)
    return engine


def engine_kind(place: Place) -> str:
    """``postgresql`` or ``sqlite``."""
    return "postgresql" if is_postgres(place) else "sqlite"


def _connect_arguments() -> dict[str, Any]:
    return {
        "application_name": "canvass-monitor",
        "connect_timeout": CONNECT_TIMEOUT_S,
        "keepalives": 1,
        **{f"keepalives_{name}": value for name, value in KEEPALIVE.items()},
        "tcp_user_timeout": UNANSWERED_MS,
    }


def _set_on_connect(engine: Engine, *, reading: bool) -> None:
    settings = {
        "synchronous_commit": "on",
        "timezone": "UTC",
        "lock_timeout": LOCK_TIMEOUT_MS,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
        "tcp_user_timeout": UNANSWERED_MS,
        **{f"tcp_keepalives_{name}": value for name, value in KEEPALIVE.items()},
    }
    if reading:
        settings |= {"default_transaction_read_only": "on", "default_transaction_isolation": "'repeatable read'"}
        settings |= ONE_ANSWER_ONE_PROCESS

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        was = connection.autocommit
        connection.autocommit = True
        connection.execute("; ".join(f"SET {name} = {value}" for name, value in settings.items()))
        connection.autocommit = was


def _ask_after_a_pause(engine: Engine) -> None:
    """Replace a connection that was not used for a while and does not answer, unnoticed, and all that are older."""

    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: Any) -> None:
        record.info[_LAST_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get(_LAST_USED, time.monotonic()) < ASKED_AFTER_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _sqlite_engine(path: Path, *, begin: str, pragmas: tuple[str, ...]) -> Engine:
    # Parameters can be what was said: no error message may carry them into a log.
    engine = create_engine(f"sqlite:///{path}", pool_size=20, max_overflow=20, hide_parameters=True)
    settings = (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "foreign_keys=ON", *pragmas)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for setting in settings:
            connection.execute(f"PRAGMA {setting}").close()

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
