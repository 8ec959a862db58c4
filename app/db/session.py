"""The unit of work: the only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker


class Database:
    """Two engines over one database: one that writes, one that can only read.

    Attributes:
        writing_engine: Every transaction takes the write lock when it begins.
        reading_engine: Refuses to write.
    """

    def __init__(self, *, writing_engine: Engine, reading_engine: Engine) -> None:
        self.writing_engine = writing_engine
        self.reading_engine = reading_engine
        self._write = sessionmaker(writing_engine, expire_on_commit=False)
        self._read = sessionmaker(reading_engine, expire_on_commit=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that is committed when the block ends, and undone when it raises."""
        with self._write() as session:
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view of the database; nothing can be written."""
        with self._read() as session:
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.writing_engine.dispose()
        self.reading_engine.dispose()
