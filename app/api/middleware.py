"""An identifier for every request, and one line of log."""

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog

from app.telemetry import logger

_ACCEPTABLE = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class RequestLog:
    """Plain ASGI, so that bodies stream through untouched."""

    def __init__(self, app: Any, *, answered: Callable[[str, str, int], None]) -> None:
        """Get ready.

        Args:
            app: What serves.
            answered: Told of every answer: method, path and status.
        """
        self._app, self._answered = app, answered

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = given.decode() if _ACCEPTABLE.fullmatch(given) else secrets.token_hex(8)
        began, status = time.perf_counter(), 500

        async def sent(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self._app(scope, receive, sent)
            finally:
                self._answered(scope["method"], scope["path"], status)
                # The path only: a query can hold what a call centre calls its calls.
                logger(__name__).info(
                    "request.done",
                    method=scope["method"],
                    path=scope["path"],
                    status=status,
                    took_ms=round((time.perf_counter() - began) * 1000, 1),
                )
