"""Whether a database answers, can be written and has this version's schema; changes nothing."""

from dataclasses import dataclass

from sqlalchemy import inspect, text

from app.db.engine import open_database
from app.db.migrate import Revisions, revisions
from app.db.place import Place


@dataclass(frozen=True, slots=True)
class Answer:
    """What a database says of itself.

    Attributes:
        server: ``SQLite 3.40.1`` or ``PostgreSQL 18.6``.
        revisions: How far it is migrated.
        is_empty: Whether there is no table yet.
        is_writable: False for a standby of PostgreSQL, or where it was made read-only.
    """

    server: str
    revisions: Revisions
    is_empty: bool
    is_writable: bool


def ask(place: Place) -> Answer:
    """Ask a database.

    Takes the write lock of SQLite and gives it back: somebody who never lets go of it is found here.

    Args:
        place: The database; a SQLite file that is not there would be made.

    Raises:
        SQLAlchemyError, sqlite3.Error: If it does not answer.
    """
    database = open_database(place)
    try:
        found = revisions(database.reading_engine)
        with database.writing_engine.connect() as connection, connection.begin() as transaction:
            number = connection.dialect.server_version_info or ()
            shared = connection.dialect.name == "postgresql"
            writable = not shared or connection.scalar(text("SHOW transaction_read_only")) == "off"
            empty = not inspect(connection).get_table_names()
            transaction.rollback()
    finally:
        database.close()
    server = f"{'PostgreSQL' if shared else 'SQLite'} {'.'.join(map(str, number))}"
    return Answer(server=server, revisions=found, is_empty=empty, is_writable=writable)
