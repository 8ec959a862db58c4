"""``serve``, ``worker`` and ``demo``, and what the other commands share of the data folder."""

import getpass
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from app.audit.service import Actor
from app.bootstrap import Container, build_container
from app.settings import Settings

DataFolder = Annotated[Path | None, typer.Option("--data", help="Folder of database and recordings.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", help="Port to listen on; 0 takes a free one.")]


def settings_of(data: Path | None, **changes: object) -> Settings:
    """The settings of the environment, with the data folder of the command line."""
    given = {"data": data} if data else {}
    return Settings(**given, **{name: value for name, value in changes.items() if value is not None})  # type: ignore[arg-type]


@contextmanager
def container_of(data: Path | None) -> Iterator[Container]:
    """Everything over the data folder, for one administrative command."""
    container = build_container(settings_of(data))
    try:
        yield container
    finally:
        container.close()


def operator() -> Actor:
    """Whoever types at the command line, for the audit."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "operator"
    return Actor(kind="operator", id=name, name=name)


def serve(*, host: Host = "127.0.0.1", port: Port = 8000, data: DataFolder = None) -> None:
    """Serve API and review pages, with embedded workers, until stopped."""
    from app.main import serve as serve_until_stopped

    try:
        serve_until_stopped(settings_of(data), host=host, port=port)
    except OSError as error:
        raise typer.BadParameter(f"cannot listen on {host}:{port}: {error.strerror}", param_hint="--port") from error


def worker(
    *,
    slots: Annotated[int | None, typer.Option("--slots", min=1, help="Worker processes.")] = None,
    data: DataFolder = None,
) -> None:
    """Run further workers on the data folder until stopped."""
    from app.telemetry import configure_logging
    from app.work.supervisor import Supervisor

    settings = settings_of(data)
    configure_logging(level=settings.log_level)
    ended = until_signal()
    supervisor = Supervisor(slots=slots or settings.slots, environment=settings.as_environment())
    supervisor.start()
    try:
        ended.wait()
    finally:
        supervisor.stop()


def until_signal() -> threading.Event:
    """An event that SIGINT or SIGTERM sets; to be called in the main thread."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    return ended


def demo(
    *,
    stop: Annotated[bool, typer.Option("--exit", help="Stop when all sample calls are judged.")] = False,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: DataFolder = None,
) -> None:
    """Judge the sample calls through the real upload API, print where to look, and serve."""
    from app.cli.demo import run_demo

    run_demo(settings_of(data), fresh=data, host=host, port=port, ended=_ended() if stop else until_signal())


def _ended() -> threading.Event:
    event = threading.Event()
    event.set()
    return event
