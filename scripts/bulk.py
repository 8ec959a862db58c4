"""Writes rows into an empty database as fast as it takes them: no place for anything that must survive a power cut."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol


class Bulk(Protocol):
    """Takes rows."""

    def put(self, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        """Write rows into a table."""
        ...


@contextmanager
def opened(place: Path | str) -> Iterator[Bulk]:
    """A database whose indexes are made when the block ends.

    Args:
        place: The SQLite file, or the URL of the PostgreSQL database; migrated, and used by nobody else.
    """
    with _sqlite(place) if isinstance(place, Path) else _postgres(place) as bulk:
        yield bulk


class _Sqlite:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def put(self, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        """Write rows into a table."""
        places = ", ".join("?" * len(columns))
        named = ", ".join(f'"{column}"' for column in columns)
        self._connection.executemany(
            f"INSERT INTO {table} ({named}) VALUES ({places})",  # noqa: S608 - names of our own tables
            ([_moment(value) for value in row] for row in rows),
        )


@contextmanager
def _sqlite(place: Path) -> Iterator[Bulk]:
    import sqlite3

    connection = sqlite3.connect(place, isolation_level=None)
    for setting in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {setting}").fetchall()
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%' AND tbl_name IN"
    tables = "('calls', 'runs', 'findings', 'decisions', 'call_texts', 'call_tags')"
    indexes = connection.execute(f"{query} {tables}").fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    connection.execute("BEGIN")
    yield _Sqlite(connection)
    connection.execute("COMMIT")
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()


class _Postgres:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def put(self, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        """Write rows into a table."""
        named = ", ".join(f'"{column}"' for column in columns)
        with self._connection.cursor().copy(f"COPY {table} ({named}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


@contextmanager
def _postgres(place: str) -> Iterator[Bulk]:
    import psycopg

    with psycopg.connect(place) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        query = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE 'CREATE INDEX%'"
        )
        tables = "('calls', 'runs', 'findings', 'decisions', 'call_texts', 'call_words', 'call_tags')"
        indexes = connection.execute(f"{query} AND tablename IN {tables}").fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        yield _Postgres(connection)
        for _, definition in indexes:
            connection.execute(definition)
        connection.execute("SELECT setval('call_texts_number_seq', (SELECT max(number) FROM call_texts))")
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")  # an archive in use is on the disk, and not written out while it is read


def _moment(value: Any) -> Any:
    return value.isoformat(sep=" ", timespec="microseconds") if isinstance(value, datetime) else value
