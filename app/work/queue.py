"""Jobs are enqueued in the transaction of the row that they belong to: both are there, or neither.

The only module, with `app.work.engine`, that knows the durable engine; see docs/decisions for why it is DBOS.
"""

from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.orm import Session

from app.db.engine import postgres_engine
from app.db.place import Place

if TYPE_CHECKING:
    from dbos import DBOSClient
    from sqlalchemy import Engine

APPLICATION = "canvass-monitor"
APPLICATION_VERSION = "1"
"""Set by hand, and raised only when pending work of the old version can no longer be run: the engine recovers the
pending work of its own version only."""

QUEUE = "calls"
SCHEMA = "dbos"
"""Where the engine's tables stand on PostgreSQL."""

LISTENS = False
"""Jobs are found by asking; notifications would cost every process a connection. Never changed: it decides which
tables and triggers the engine makes."""

SESSION_KEY = "canvass-monitor.queue"


class Priority(IntEnum):
    """What goes first; lower is sooner."""

    FRESH_UPLOAD = 1
    REQUEST = 10
    ARCHIVE = 100


class JobQueue:
    """The way into the durable engine's tables, which stand in the same database as everything else."""

    def __init__(self, place: Place) -> None:
        """Get ready; nothing is opened yet.

        Args:
            place: The database.
        """
        self._place = place
        self._engine = engine_over(place)
        self._client: DBOSClient | None = None

    def enqueue(
        self,
        session: Session,
        *,
        workflow: str,
        job_id: str,
        arguments: Mapping[str, Any],
        priority: Priority,
        delay_s: float = 0.0,
    ) -> None:
        """Add a job in the session's transaction; one whose id is there already is not added again.

        Args:
            session: A writing session.
            workflow: Name of the workflow that a worker has registered.
            job_id: The same for the same work.
            arguments: Keyword arguments that JSON can hold.
            priority: What goes first.
            delay_s: Not to be begun before that many seconds have passed.
        """
        from dbos import EnqueueOptions

        options = EnqueueOptions(
            workflow_name=workflow,
            queue_name=QUEUE,
            workflow_id=job_id,
            app_version=APPLICATION_VERSION,
            priority=int(priority),
        )
        if delay_s > 0:
            options["delay_seconds"] = delay_s
        session.flush()
        self._connected().enqueue_in_transaction(session, options, **arguments)

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.destroy()
            self._client = None
        if self._engine is not None:
            self._engine.dispose()

    def _connected(self) -> "DBOSClient":
        if self._client is None:
            from dbos import DBOSClient
            from dbos._serialization import DBOSPortableJSONSerializer

            self._client = DBOSClient(
                system_database_url=engine_url(self._place),
                system_database_engine=self._engine,
                serializer=DBOSPortableJSONSerializer(),
                application_name=APPLICATION,
                lazy=True,
            )
        return self._client


def queue_of(session: Session) -> JobQueue:
    """The queue that a writing session carries, so that use-cases need not be handed one.

    Raises:
        RuntimeError: If the session carries none.
    """
    queue = session.info.get(SESSION_KEY)
    if queue is None:
        raise RuntimeError("this session carries no job queue; open it with Database.writing()")
    return cast(JobQueue, queue)


def prepare_queue(place: Place) -> None:
    """Make or migrate the engine's own tables; by one process at a time."""
    from dbos._serialization import DBOSPortableJSONSerializer
    from dbos._sys_db import SystemDatabase

    quiet()
    engine = engine_over(place)
    tables = SystemDatabase.create(
        system_database_url=engine_url(place),
        engine_kwargs={"pool_size": 2, "max_overflow": 0},
        engine=engine,
        schema=SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
        executor_id=None,
        use_listen_notify=LISTENS,
    )
    try:
        tables.run_migrations()
    finally:
        tables.destroy()
        if engine is not None:
            engine.dispose()


def engine_over(place: Place) -> "Engine | None":
    """The connections that the engine is to use on PostgreSQL; on SQLite it opens its own.

    Jobs are taken one at a time, so few are needed; and with its own it would look for a database named `postgres`.
    """
    return postgres_engine(place, pool_size=2, max_overflow=6) if isinstance(place, str) else None


def engine_url(place: Place) -> str:
    """The database as the engine wants it named.

    Of PostgreSQL it is a name and no more: the engine is given its connections, but will not start without a name.
    """
    return f"sqlite:///{place.resolve()}" if isinstance(place, Path) else f"postgresql:///{APPLICATION}"


def quiet() -> None:
    """Let the engine log what needs somebody, through our handlers only."""
    import logging

    engine_log = logging.getLogger("dbos")
    engine_log.setLevel(logging.WARNING)
