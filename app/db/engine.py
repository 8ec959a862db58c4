"""Engines over the embedded default, SQLite.

A 202 must survive a power cut, hence ``synchronous=FULL``. A transaction that reads before it writes must hold the
write lock from its first statement: with the default BEGIN 102 of 200 concurrent ones failed, with IMMEDIATE none
(measured 2026-11).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

from app.db.session import Database

BUSY_TIMEOUT_MS = 30_000


def open_database(path: Path, *, carried: Mapping[Any, Any] | None = None) -> Database:
    """Open the database file, which is created where there is none.

    Args:
        path: The SQLite file; its folder must exist.
        carried: What a writing session carries in ``info``.
    """
    return Database(
        writing_engine=_engine(path, begin="BEGIN IMMEDIATE", pragmas=("synchronous=FULL",)),
        reading_engine=_engine(path, begin="BEGIN", pragmas=("query_only=ON",)),
        carried=carried,
    )


def _engine(path: Path, *, begin: str, pragmas: tuple[str, ...]) -> Engine:
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
