"""Who stands at the door: FastAPI dependencies for the JSON interface and for pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from fastapi import Request, Response

from app.accounts.keys import KeyHolder, key_of
from app.accounts.policy import Right, require
from app.accounts.service import Account, SignedIn, account_of
from app.db.session import Database
from app.errors import Forbidden, NotSignedIn

SESSION_COOKIE = "canvass_monitor_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Caller = Account | KeyHolder
"""Somebody who may come in: an officer's browser or a call centre's program."""


def caller(request: Request) -> Caller:
    """Who asks, by key or by session.

    Raises:
        NotSignedIn: If there is neither, or it has ended.
        Forbidden: If the first password still stands, or another site's page sends the request.
    """
    header = request.headers.get("authorization")
    if header is not None:
        return _key_holder(request, header)
    account = _account(request)
    if account.must_change:
        raise Forbidden("The first password must be changed.", next_step="Sign in and choose a password of your own.")
    refuse_other_sites(request)
    return account


def needs(right: Right) -> Callable[[Request], Caller]:
    """A dependency that lets those in who have a right."""

    def allowed(request: Request) -> Caller:
        found = caller(request)
        require(found.rights, right)
        return found

    return allowed


def refuse_other_sites(request: Request) -> None:
    """Let no page of another site act with an officer's cookie.

    Every present browser sends ``Sec-Fetch-Site`` or ``Origin`` with an unsafe request; one without either does not
    come from a page.

    Raises:
        Forbidden: If the request comes from another site.
    """
    if request.method in SAFE_METHODS:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden("The request comes from another site.")
    if site is None and origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("The request comes from another site.")


def give_session(response: Response, *, signed_in: SignedIn, request: Request) -> None:
    """Let the browser keep a session; no script can read it, no other site sends it with a form."""
    response.set_cookie(
        SESSION_COOKIE,
        signed_in.token,
        expires=signed_in.expires_at.astimezone(UTC),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def take_session(response: Response) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax")


def _key_holder(request: Request, header: str) -> KeyHolder:
    scheme, _, key = header.partition(" ")
    if scheme.lower() == "bearer":
        with _database(request).reading() as session:
            holder = key_of(session, key=key.strip(), at=datetime.now(UTC))
        if holder is not None:
            return holder
    raise NotSignedIn("The key opens nothing: it is unknown, revoked or has expired.")


def _account(request: Request) -> Account:
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        with _database(request).reading() as session:
            account = account_of(session, token=token, at=datetime.now(UTC))
        if account is not None:
            return account
    raise NotSignedIn("A key or a session is needed.")


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
