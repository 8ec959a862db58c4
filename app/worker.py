"""One worker process: hears and judges calls until it is told to stop or its parent is gone."""

import os
import signal
import sys
import threading

from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import build_analyst, build_container, build_sending, build_workflows
from app.errors import DatabaseUnavailable
from app.settings import Settings
from app.telemetry import configure_logging, logger
from app.webhooks.jobs import start_sending
from app.work.engine import work
from app.work.fence import fence

EXIT_ORPHANED = 74
EXIT_NO_DATABASE = 69


def run_worker(settings: Settings, *, stopped: threading.Event | None = None) -> None:
    """Take jobs one at a time until told to stop by SIGTERM or SIGINT.

    Args:
        settings: As the operator set them.
        stopped: Set to stop from another thread; then no signal is caught.
    """
    ended = stopped or threading.Event()
    if stopped is None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
    container = build_container(settings, guard=fence)
    sender = start_sending(build_sending(container), stopped=ended)
    try:
        work(
            place=settings.database_place,
            leases=settings.leases_folder,
            workflows=build_workflows(container, analyst=build_analyst(settings)),
            timeout_s=settings.analysis_timeout_s,
            stopped=ended,
        )
    finally:
        ended.set()
        sender.join()
        container.close()


def main() -> None:
    """A child of `app.work.supervisor`: its standard input ends when the parent does."""
    settings = Settings()
    configure_logging(level=settings.log_level)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        run_worker(settings)
    except (SQLAlchemyError, DatabaseUnavailable) as error:
        # It is started again until the database answers.
        logger(__name__).error("worker.no-database", error=type(error).__name__)
        os._exit(EXIT_NO_DATABASE)
    sys.stderr.flush()
    # A job that is interrupted is taken up again by the next worker; its thread cannot be waited for.
    os._exit(0)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(EXIT_ORPHANED)


if __name__ == "__main__":
    main()
