"""Brings a database to the schema of this version of the program."""

from pathlib import Path

from sqlalchemy import Engine


def migrate(engine: Engine, *, to: str = "head") -> None:
    """Run every migration that the database has not seen, in one transaction.

    Two processes that start at once run them one after the other: the transaction takes the write lock first.

    Args:
        engine: The writing engine.
        to: The revision to end at.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
