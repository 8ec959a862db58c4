"""One worker process: takes jobs from the queue one at a time, and takes over those of dead workers.

A worker that lost its own lease ends, and is started again by the supervisor: others take over its job meanwhile.

Pattern and figures: 150 jobs under six random ``kill -9`` on this engine, each done exactly once (measured 2026-11).
"""

import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from app.db.place import Place
from app.telemetry import failure, logger
from app.work.fence import TakenOver
from app.work.lease import Lease, new_executor_id, take_lease
from app.work.queue import APPLICATION, APPLICATION_VERSION, LISTENS, QUEUE, engine_over, engine_url, quiet

POLLING_INTERVAL_S = 0.1
"""The engine's default of 1 s gave two jobs a second."""

RECOVERY_INTERVAL_S = 2.0
ENGINE_ATTEMPTS = 1000
"""The engine must not give a job up: the job counts its own attempts and ends with a recorded failure."""

LOOK_EVERY_S = 0.5

EXIT_HUNG = 75
EXIT_LEASE_LOST = 76
EXIT_FENCED_OFF = 77
EXIT_BROKEN = 70

Workflow = Callable[..., None]


class Watchdog:
    """Ends the process when one job takes too long; the supervisor starts another, which takes the job up again."""

    def __init__(self, *, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._since: float | None = None

    def watched(self, workflow: Workflow) -> Workflow:
        """The same workflow, timed."""

        def run(**arguments: object) -> None:
            self._since = time.monotonic()
            try:
                workflow(**arguments)
            except TakenOver:
                logger(__name__).error("worker.fenced-off")
                os._exit(EXIT_FENCED_OFF)
            except Exception as error:
                # A job writes its own failures down. What is left is a database or a disk that does not answer: the
                # engine would take the exception for the job's result, so the process ends and the job comes again.
                logger(__name__).error("worker.broken", **failure(error))
                os._exit(EXIT_BROKEN)
            self._since = None

        return run

    def look(self) -> None:
        """End the process if the present job has had its time; a hung recogniser cannot be stopped in any other way."""
        since = self._since
        if since is not None and time.monotonic() - since > self._timeout_s:
            logger(__name__).error("worker.hung", timeout_s=self._timeout_s)
            os._exit(EXIT_HUNG)


def work(
    *,
    place: Place,
    leases: Path,
    workflows: Mapping[str, Workflow],
    timeout_s: float,
    stopped: threading.Event,
) -> None:
    """Take jobs until told to stop.

    Args:
        place: The database.
        leases: Folder of the leases of SQLite; those of PostgreSQL are locks in the database.
        workflows: What a job's name means.
        timeout_s: A job that takes longer ends the process.
        stopped: Set to end after the present job.
    """
    from dbos import DBOS

    quiet()
    executor_id = new_executor_id()
    lease = take_lease(place, folder=leases, executor_id=executor_id)
    watchdog = Watchdog(timeout_s=timeout_s)
    _launch(place, executor_id=executor_id, workflows=workflows, watchdog=watchdog)
    logger(__name__).info("worker.ready", executor=executor_id)
    next_recovery = 0.0
    while not stopped.wait(min(LOOK_EVERY_S, timeout_s / 4)):
        watchdog.look()
        if not lease.stands():
            logger(__name__).error("worker.lease-lost", executor=executor_id)
            os._exit(EXIT_LEASE_LOST)
        if time.monotonic() >= next_recovery:
            _take_over(lease, executor_id=executor_id)
            next_recovery = time.monotonic() + RECOVERY_INTERVAL_S
    DBOS.destroy(workflow_completion_timeout_sec=0)
    lease.release()


def _launch(place: Place, *, executor_id: str, workflows: Mapping[str, Workflow], watchdog: Watchdog) -> None:
    from dbos import DBOS, DBOSConfig
    from dbos._serialization import DBOSPortableJSONSerializer

    config = DBOSConfig(
        name=APPLICATION,
        system_database_url=engine_url(place),
        application_version=APPLICATION_VERSION,
        executor_id=executor_id,
        serializer=DBOSPortableJSONSerializer(),
        use_listen_notify=LISTENS,
        log_level="WARNING",
        console_log_level="ERROR",
    )
    engine = engine_over(place)
    if engine is not None:
        config["system_database_engine"] = engine
    DBOS(config=config)
    for name, workflow in workflows.items():
        DBOS.workflow(name=name, max_recovery_attempts=ENGINE_ATTEMPTS)(watchdog.watched(workflow))
    DBOS.listen_queues([QUEUE])
    DBOS.launch()
    DBOS.register_queue(
        QUEUE, worker_concurrency=1, polling_interval_sec=POLLING_INTERVAL_S, on_conflict="always_update"
    )


def _take_over(lease: Lease, *, executor_id: str) -> None:
    from dbos import DBOS

    pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    for other in {status.executor_id for status in pending} - {executor_id, None}:
        with lease.taken_from(str(other)) as is_dead:
            if is_dead:
                # Not `resume_workflow`: it would reset the count of attempts, and a poison job would loop for ever.
                DBOS._recover_pending_workflows([str(other)])
                logger(__name__).warning("worker.taken-over", executor=other)
