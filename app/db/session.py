"""The unit of work: the only place that commits."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker


class Database:
    """Two engines over one database: one that writes, one that can only read.

    Attributes:
        writing_engine: Every transaction takes the write lock when it begins.
        reading_engine: Refuses to write.
    """

    def __init__(
        self,
        *,
        writing_engine: Engine,
        reading_engine: Engine,
        carried: Mapping[Any, Any] | None = None,
    ) -> None:
        """Get ready; no connection is opened yet.

        Args:
            writing_engine: Takes the write lock at BEGIN.
            reading_engine: Cannot write.
            carried: What a writing session carries in ``info``, e.g. the job queue.
        """
        self.writing_engine = writing_engine
        self.reading_engine = reading_engine
        self._write = sessionmaker(writing_engine, expire_on_commit=False, info=dict(carried or {}))
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
