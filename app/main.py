"""The web service: JSON interface, review pages, and the workers beside it."""

import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI

from app import __version__
from app.accounts.guard import SESSION_COOKIE
from app.api.edge import Edge
from app.api.metrics import UploadCount
from app.api.middleware import RequestLog
from app.api.problems import install_problems
from app.api.router import build_router
from app.api.v1.service import Service
from app.bootstrap import Container, build_archives, build_container, build_webhooks, known_words
from app.calls.room import Room
from app.settings import Settings
from app.telemetry import configure_logging, logger
from app.web.routes import mount
from app.work.supervisor import Supervisor

if TYPE_CHECKING:
    import uvicorn

START_WITHIN_S = 30.0
ABANDONED_AFTER_S = 3600.0
"""An upload to which nothing was written for so long was broken off by a crash."""

SWEEP_EVERY_S = 600.0

TURN_S = 0.0005
"""How long one answer is worked on while another waits for the interpreter. After every word from the database an
answer waits its turn; at Python's 5 ms a list of eight such words came 40 ms later when somebody searched meanwhile."""


@dataclass(frozen=True, slots=True)
class RunningService:
    """A service that answers.

    Attributes:
        url: Where, without a slash at the end.
        container: What it works with.
        supervisor: Its workers.
    """

    url: str
    container: Container
    supervisor: Supervisor


def create_app(container: Container) -> FastAPI:
    """The web service over a container; starts no workers.

    Args:
        container: What it works with; the caller closes it.
    """
    app = FastAPI(
        title="Canvass Monitor",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.database = container.database
    app.state.service = build_service(container)
    app.state.uploads = UploadCount()
    app.state.ordinary_words = known_words
    app.state.webhooks = build_webhooks(container)
    app.state.archives = build_archives(container)
    install_problems(app, retry_after_s=container.settings.retry_after_s)
    app.include_router(build_router())
    mount(app, database=container.database, secret=container.secret, session_cookie=SESSION_COOKIE)
    app.add_middleware(Edge)
    app.add_middleware(RequestLog, answered=app.state.uploads.see)
    return app


def build_service(container: Container) -> Service:
    """The slices as another program uses them, over a container."""
    settings = container.settings
    return Service(
        database=container.database,
        storage=container.storage,
        secret=container.secret,
        incoming_folder=settings.incoming_folder,
        maximum_upload_bytes=settings.maximum_upload_bytes,
        minimum_free_bytes=settings.minimum_free_bytes,
        maximum_queued_calls=settings.maximum_queued_calls,
        room=Room(container.database, maximum=settings.maximum_queued_calls),
        wait_for_parts_s=settings.wait_for_parts_s,
    )


@contextmanager
def running(
    settings: Settings, *, host: str = "127.0.0.1", port: int = 0, slots: int | None = None
) -> Iterator[RunningService]:
    """Start the whole service, wait until it answers, and stop it at the end of the block.

    Args:
        settings: As the operator set them.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        slots: Worker processes; the settings' number where it is not given.

    Raises:
        OSError: If the address cannot be listened on.
        RuntimeError: If the service does not answer in time.
    """
    container = build_container(settings)
    swept = threading.Event()
    threading.Thread(target=_keep_sweeping, args=(settings.incoming_folder, swept), name="sweep", daemon=True).start()
    supervisor = Supervisor(slots=settings.slots if slots is None else slots, environment=settings.as_environment())
    try:
        with _web(container, host=host, port=port) as url:
            supervisor.start()
            logger(__name__).info("service.ready", url=url)
            yield RunningService(url=url, container=container, supervisor=supervisor)
    finally:
        swept.set()
        supervisor.stop()
        container.close()


def serve(settings: Settings, *, host: str = "127.0.0.1", port: int = 8000, slots: int | None = None) -> None:
    """Serve until SIGINT or SIGTERM; to be called in the main thread.

    Args:
        settings: As the operator set them.
        host: Address to listen on.
        port: Port to listen on.
        slots: Worker processes; the settings' number where it is not given.

    Raises:
        OSError: If the address cannot be listened on.
    """
    configure_logging(level=settings.log_level)
    sys.setswitchinterval(TURN_S)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with running(settings, host=host, port=port, slots=slots):
        stopped.wait()


@contextmanager
def _web(container: Container, *, host: str, port: int) -> Iterator[str]:
    import uvicorn

    listener = listen(host, port)
    config = uvicorn.Config(create_app(container), log_config=None, access_log=False, server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket whose connections send each piece of an answer at once.

    asyncio sees to that for sockets that it has opened itself, not for this one; without it the second piece waits for
    the acknowledgement of the first, 40 ms for whoever keeps the connection (measured 2026-11).

    Raises:
        OSError: If the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=1024)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _keep_sweeping(incoming: Path, stopped: threading.Event) -> None:
    _sweep(incoming)
    while not stopped.wait(SWEEP_EVERY_S):
        _sweep(incoming)


def _sweep(incoming: Path) -> None:
    """Take away what uploads left that were broken off by a crash; a link to a recording would outlive its deletion."""
    for path in incoming.glob("*"):
        with suppress(FileNotFoundError):
            # The time of the last change of any kind: a link is as new as it is, however old its bytes are.
            if time.time() - path.stat().st_ctime > ABANDONED_AFTER_S:
                path.unlink()


def _wait_until_started(server: "uvicorn.Server", thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the web service did not start; see the log")
        time.sleep(0.02)
