"""Rendering, and what goes wrong on a page: told in the look of the pages."""

from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.accounts.service import Account
from app.errors import BadInput, CanvassMonitorError, NotSignedIn
from app.telemetry import failure
from app.web import words
from app.web.desk import Desk
from app.web.security import nonce_of

HERE = Path(__file__).parent
log = structlog.get_logger(__name__)


class PasswordMustChange(CanvassMonitorError):
    """The first password still stands; only changing it works."""

    code = "password-must-change"
    status = 403
    next_step = "Choose a password of your own."


@cache
def environment() -> Environment:
    """The templates; a name that is not given is an error, never an empty place."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["words"] = words
    made.globals["m"] = made.get_template("macros.html").module
    return made


def render(
    request: Request,
    template: str,
    *,
    account: Account | None = None,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """One page, which no cache may keep: it can hold special-category data."""
    html = environment().get_template(template).render(nonce=nonce_of(request), account=account, **values)
    return HTMLResponse(html, status_code=status, headers={"cache-control": "no-store"})


def desk_of(request: Request) -> Desk:
    """The desk that `mount` has put up."""
    desk: Desk = request.app.state.review_desk
    return desk


def session_token(request: Request) -> str | None:
    """What the browser keeps of its session."""
    return request.cookies.get(request.app.state.review_cookie)


def signed_in(request: Request) -> Account:
    """Who asks, with a first password or one's own.

    Raises:
        NotSignedIn: If there is no session.
    """
    account = desk_of(request).account(session_token(request))
    if account is None:
        raise NotSignedIn("You are not signed in.")
    return account


def officer(request: Request) -> Account:
    """Who asks.

    Raises:
        NotSignedIn: If there is no session.
        PasswordMustChange: If the first password still stands.
    """
    account = signed_in(request)
    if account.must_change:
        raise PasswordMustChange("The first password must be changed.")
    return account


def is_htmx(request: Request) -> bool:
    """Whether a part of a page is asked for, not a page."""
    return request.headers.get("hx-request") == "true"


def wants_page(request: Request) -> bool:
    """Whether a person reads the answer; programs get the problem document of the API."""
    return is_htmx(request) or "text/html" in request.headers.get("accept", "")


class PageRoute(APIRoute):
    """A route whose errors are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, wrapped."""
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            try:
                return await handle(request)
            except CanvassMonitorError as error:
                if not wants_page(request):
                    raise
                return answer(request, error)
            except RequestValidationError:
                if not wants_page(request):
                    raise
                return answer(request, BadInput("The form is not complete."))
            except Exception as error:
                if not wants_page(request):
                    raise
                log.error("page.failed", path=request.url.path, **failure(error))
                return error_page(request, status=500, message="Something went wrong here.", next_step=_TRY_AGAIN)

        return handle_page


_TRY_AGAIN = "Nothing was lost. Try it again; if it fails once more, tell the administrator when it happened."


def answer(request: Request, error: CanvassMonitorError) -> Response:
    """An error as a page, or the way to the page that mends it."""
    if isinstance(error, NotSignedIn):
        return go_to(request, f"/sign-in?next={quote(_place(request), safe='')}")
    if isinstance(error, PasswordMustChange):
        return go_to(request, "/password")
    return error_page(request, status=error.status, message=error.message, next_step=error.advice)


def _place(request: Request) -> str:
    if request.method != "GET" or is_htmx(request):
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def go_to(request: Request, place: str) -> Response:
    """Lead the browser elsewhere, also out of an htmx request."""
    if is_htmx(request):
        return Response(status_code=204, headers={"hx-redirect": place})
    return RedirectResponse(place, status_code=303)


def error_page(request: Request, *, status: int, message: str, next_step: str) -> HTMLResponse:
    """An error in the look of the pages; as a notice where only a part was asked for."""
    if is_htmx(request):
        response = render(request, "parts/notice.html", status=status, message=message, next_step=next_step)
        response.headers["hx-retarget"] = "#notices"
        response.headers["hx-reswap"] = "innerHTML"
        return response
    try:
        account = desk_of(request).account(session_token(request))
    except Exception as error:
        log.error("page.account-failed", **failure(error))
        account = None
    return render(
        request, "error.html", account=account, status=status, code=status, message=message, next_step=next_step
    )
