"""Jobs are enqueued in the transaction of the row that they belong to: both are there, or neither.

The only module, with `app.work.engine`, that knows the durable engine; see docs/decisions for why it is DBOS.
"""

from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from dbos import DBOSClient

APPLICATION = "canvass-monitor"
APPLICATION_VERSION = "1"
"""Set by hand, and raised only when pending work of the old version can no longer be run: the engine recovers the
pending work of its own version only."""

QUEUE = "calls"
SESSION_KEY = "canvass-monitor.queue"


class Priority(IntEnum):
    """What goes first; lower is sooner."""

    FRESH_UPLOAD = 1
    REQUEST = 10
    ARCHIVE = 100


class JobQueue:
    """The way into the durable engine's tables, which stand in the same database as everything else."""

    def __init__(self, database_path: Path) -> None:
        self._database_path = database_path
        self._client: DBOSClient | None = None

    def enqueue(
        self,
        session: Session,
        *,
        workflow: str,
        job_id: str,
        arguments: Mapping[str, Any],
        priority: Priority,
    ) -> None:
        """Add a job in the session's transaction; one whose id is there already is not added again.

        Args:
            session: A writing session.
            workflow: Name of the workflow that a worker has registered.
            job_id: The same for the same work.
            arguments: Keyword arguments that JSON can hold.
            priority: What goes first.
        """
        from dbos import EnqueueOptions

        options = EnqueueOptions(
            workflow_name=workflow,
            queue_name=QUEUE,
            workflow_id=job_id,
            app_version=APPLICATION_VERSION,
            priority=int(priority),
        )
        session.flush()
        self._connected().enqueue_in_transaction(session, options, **arguments)

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.destroy()
            self._client = None

    def _connected(self) -> "DBOSClient":
        if self._client is None:
            from dbos import DBOSClient
            from dbos._serialization import DBOSPortableJSONSerializer

            self._client = DBOSClient(
                system_database_url=engine_url(self._database_path),
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


def prepare_queue(database_path: Path) -> None:
    """Make or migrate the engine's own tables."""
    from dbos import DBOS

    quiet()
    DBOS.migrate(engine_url(database_path))


def engine_url(database_path: Path) -> str:
    """The database as the engine wants it named."""
    return f"sqlite:///{database_path.resolve()}"


def quiet() -> None:
    """Let the engine log what needs somebody, through our handlers only."""
    import logging

    engine_log = logging.getLogger("dbos")
    engine_log.setLevel(logging.WARNING)
