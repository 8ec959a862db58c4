"""Everything that goes wrong, as ``application/problem+json`` (RFC 9457)."""

import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.errors import Busy, CanvassMonitorError, DatabaseUnavailable, NotSignedIn, StorageUnavailable
from app.telemetry import failure, logger

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:canvass-monitor:problem:"


def install_problems(app: FastAPI, *, retry_after_s: int) -> None:
    """Answer every error with a problem document.

    Args:
        app: The service.
        retry_after_s: What a 429 or 503 asks the sender to wait.
    """

    def ours(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, CanvassMonitorError)  # noqa: S101 - told by the registration below
        headers = {}
        if isinstance(error, Busy | StorageUnavailable | DatabaseUnavailable):
            headers["Retry-After"] = str(retry_after_s)
        if isinstance(error, NotSignedIn):
            headers["WWW-Authenticate"] = 'Bearer realm="canvass-monitor"'
        return problem(
            status=error.status,
            code=error.code,
            detail=error.message,
            next_step=error.advice,
            headers=headers,
        )

    app.add_exception_handler(CanvassMonitorError, ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _hung_up)
    app.add_exception_handler(Exception, _unforeseen)


def problem(
    *,
    status: int,
    code: str,
    detail: str,
    next_step: str | None = None,
    headers: dict[str, str] | None = None,
    **further: Any,
) -> JSONResponse:
    """A problem document."""
    body = {
        "type": TYPE_PREFIX + code,
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        **({"next_step": next_step} if next_step else {}),
        **further,
    }
    return JSONResponse(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - told by the registration
    # Without the input: it may hold what nobody should read in a log.
    errors = [{"where": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in error.errors()]
    detail = "; ".join(f"{fault['where']}: {fault['message']}" for fault in errors)
    return problem(
        status=422,
        code="invalid-request",
        detail=detail,
        next_step="Mend what the message names and send it again.",
        errors=errors,
    )


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - told by the registration
    status = HTTPStatus(error.status_code)
    code = status.phrase.lower().replace(" ", "-")
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        named = {method for method in headers.get("Allow", "").split(", ") if method}
        headers["Allow"] = ", ".join(sorted(named | _methods(request)))
    next_step = "See /api/v1/openapi.json for what can be sent."
    return problem(status=status.value, code=code, detail=str(error.detail), next_step=next_step, headers=headers)


def _hung_up(_request: Request, _error: Exception) -> JSONResponse:
    """For the log and the figures only: who has hung up reads no answer, and nothing of ours has failed."""
    logger(__name__).info("request.broken-off")
    detail = "The connection ended before the request did."
    return problem(status=400, code="broken-off", detail=detail, next_step="Send it again.")


def _methods(request: Request) -> set[str]:
    """All methods of the address: the framework names those of one function only."""
    for path, item in request.app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)), request.url.path):
            return {method.upper() for method in item}
    return set()


def _unforeseen(_request: Request, error: Exception) -> JSONResponse:
    logger(__name__).error("request.failed", **failure(error))
    return problem(
        status=500,
        code="internal-error",
        detail="Something failed that should not.",
        next_step=CanvassMonitorError.next_step,
    )
