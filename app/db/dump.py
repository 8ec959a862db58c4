"""One consistent copy of a database in a file, and back: while others work, without stopping them."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Engine, create_engine, inspect, text
from sqlalchemy.orm import Session

from app.db.engine import lasting_engine, postgres_engine
from app.db.place import Place, described, postgres_url, without_secrets
from app.errors import BadInput

SQLITE_NAME, POSTGRES_NAME = "database.sqlite", "database.dump"
SYSTEM_SCHEMAS = ("pg_catalog", "information_schema")

Found = TypeVar("Found")


def dump_name(place: Place) -> str:
    """Name of the file for such a database."""
    return POSTGRES_NAME if isinstance(place, str) else SQLITE_NAME


def dump(place: Place, *, to: Path, look: Callable[[Session], Found]) -> Found:
    """Copy a database as it is at one moment.

    Args:
        place: The database.
        to: A file that is not there yet.
        look: Asked of the very state that is copied.

    Returns:
        What ``look`` found.

    Raises:
        BadInput: If the programs of PostgreSQL are not there or fail.
    """
    return _dump_postgres(place, to=to, look=look) if isinstance(place, str) else _dump_sqlite(place, to=to, look=look)


def load(place: Place, *, source: Path) -> None:
    """Bring a copy back; the place must be empty, and stays so where it fails.

    Raises:
        BadInput: If the programs of PostgreSQL are not there or fail.
    """
    if isinstance(place, str):
        given = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", "--format=custom")
        _run("pg_restore", *given, str(source), place=place)
        return
    staged = place.with_name(f".{place.name}.restoring")
    shutil.copyfile(source, staged)
    staged.chmod(0o600)
    with staged.open("rb") as file:
        os.fsync(file.fileno())
    staged.rename(place)


def is_empty(place: Place) -> bool:
    """Whether there is nothing yet: no file, or no table."""
    if not isinstance(place, str):
        return not place.exists()
    engine = lasting_engine(place)
    try:
        found = inspect(engine)
        schemas = [name for name in found.get_schema_names() if name not in SYSTEM_SCHEMAS]
        return not any(found.get_table_names(schema=schema) for schema in schemas)
    finally:
        engine.dispose()


def _dump_sqlite(place: Path, *, to: Path, look: Callable[[Session], Found]) -> Found:
    source = sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(to)) as target:
        source.backup(target)
        # One file without a log beside it, which would have to be carried along.
        target.execute("PRAGMA journal_mode=DELETE")
        fault = target.execute("PRAGMA quick_check").fetchone()[0]
    if fault != "ok":
        raise BadInput("The database is damaged: the check of its copy failed.", next_step="Restore the last backup.")
    engine = create_engine(f"sqlite:///{to}", hide_parameters=True)
    return _looked(engine, look)


def _dump_postgres(place: str, *, to: Path, look: Callable[[Session], Found]) -> Found:
    engine = postgres_engine(place, reading=True)

    def dumping(session: Session) -> Found:
        # What is seen here and what the program copies is one state; however long it takes.
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        snapshot = session.scalar(text("SELECT pg_export_snapshot()"))
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={to}", place=place)
        return look(session)

    return _looked(engine, dumping)


def _looked(engine: Engine, look: Callable[[Session], Found]) -> Found:
    try:
        with Session(engine) as session:
            return look(session)
    finally:
        engine.dispose()


def _run(program: str, *arguments: str, place: str) -> None:
    """Run a program of PostgreSQL; the password goes through its environment, where nobody else can read it."""
    url = postgres_url(place)
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    address = URL.create(
        "postgresql", username=url.username, host=url.host, port=url.port, database=url.database, query=url.query
    ).render_as_string()
    found = shutil.which(program)
    if found is None:
        raise BadInput(
            f"The program {program} is not there; it is needed for {described(place)}.",
            next_step="Install the client programs of PostgreSQL, of the server's version or later.",
        )
    done = subprocess.run(
        [found, f"--dbname={address}", *arguments], env={**os.environ, **password}, capture_output=True, check=False
    )
    if done.returncode:
        said = without_secrets(done.stderr.decode(errors="replace"), place=place)[:500]
        raise BadInput(f"{program} failed: {said}", next_step="Mend what it says, and run the command again.")
