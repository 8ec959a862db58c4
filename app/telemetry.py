"""Structured logs: one JSON object a line on standard error, with identifiers and never with content."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

LONGEST_TRACE = 12


def configure_logging(*, level: str = "INFO") -> None:
    """Send all logs, the libraries' too, as JSON lines to standard error.

    Args:
        level: Least level that is written.
    """
    import structlog

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _place_of_exception,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    # Where standard error is gone, the library would print what was being handled there, message and all.
    logging.raiseExceptions = False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("uvicorn.access", "sqlalchemy", "alembic", "faster_whisper"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def logger(name: str) -> Any:
    """A logger whose events are named ``stage.verb``."""
    import structlog

    return structlog.stdlib.get_logger(name)


def failure(error: BaseException) -> dict[str, Any]:
    """What of an exception may stand in a log: its kind and where it was raised, never its message.

    A message can hold what was said: a text that could not be read, a value that a library did not like.

    Returns:
        ``error``, the name of its class, and ``at``, ``module:line`` from the outermost call to the innermost.
    """
    return {"error": type(error).__name__, "at": _lines(error.__traceback__)[-LONGEST_TRACE:]}


def _place_of_exception(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The libraries' exceptions too, the web server's among them, lose their messages here."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    return {**event, **failure(error)} if isinstance(error, BaseException) else event


def _lines(trace: TracebackType | None) -> list[str]:
    lines = []
    while trace is not None:
        lines.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return lines
