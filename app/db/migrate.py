"""Brings a database to the schema of this version of the program."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, func, select

from app.db.engine import lasting_engine
from app.db.locks import NAMES, number_of
from app.db.place import Place

if TYPE_CHECKING:
    from alembic.config import Config

ASK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Revisions:
    """How far a database is migrated.

    Attributes:
        found: Its revision, or None where it has never been migrated.
        wanted: The revision of this version of the program.
        is_known: Whether this version of the program knows the revision found.
    """

    found: str | None
    wanted: str
    is_known: bool


@contextmanager
def one_at_a_time(place: Place, *, lock: Path) -> Iterator[None]:
    """Hold back every other process and thread that opens the same database, until the block ends.

    A SQLite file that is new is switched to its write-ahead log and given its tables by several connections, and those
    of the durable engine do not wait for one another: without this lock 3 of 250 starts of four at once ended
    with "database is locked".

    Args:
        place: The database; one of PostgreSQL is locked by itself, for all machines.
        lock: A file beside the SQLite file; made where it is not there.
    """
    if isinstance(place, str):
        with lasting_engine(place).connect() as connection:
            # Asked for again and again: who waits inside a statement keeps others from making an index meanwhile.
            while not connection.scalar(select(func.pg_try_advisory_lock(number_of("migration", kind=NAMES)))):
                time.sleep(ASK_EVERY_S)
            yield  # given back when the connection is closed, also by a process that dies
        return
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # given back when the file is closed, also by a process that dies
        yield


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Run every migration that the database has not seen, in one transaction.

    Two processes that start at once must run it one after the other, see `one_at_a_time`.

    Args:
        engine: The writing engine.
        to: The revision to end at.
    """
    from alembic import command

    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def revisions(engine: Engine) -> Revisions:
    """How far a database is migrated; changes nothing."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config())
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    return Revisions(found=found, wanted=str(scripts.get_current_head()), is_known=found in known)


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
