"""Puts the review pages into the service."""

from fastapi import APIRouter, Depends, FastAPI
from starlette.staticfiles import StaticFiles

from app.accounts.guard import refuse_other_sites
from app.db.session import Database
from app.web.desk import Desk
from app.web.pages import HERE
from app.web.security import SecurityHeaders
from app.web.views import archives, call, elsewhere, queue, scripts, search, session


def build_router() -> APIRouter:
    """All pages; to be included after everything else, since the last one catches every address that is none."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(refuse_other_sites)])
    for view in (session, queue, search, call, archives, scripts, elsewhere):
        router.include_router(view.router)
    return router


def mount(app: FastAPI, *, database: Database, secret: bytes, session_cookie: str) -> None:
    """Put the review pages and their files into the service, and the security headers on all of its answers.

    Args:
        app: The service; everything else must be in it already.
        database: Where everything is kept.
        secret: Key of this installation for digests of telephone numbers.
        session_cookie: Name of the cookie that holds an officer's session.
    """
    mount_desk(app, desk=Desk(database, secret), session_cookie=session_cookie)


def mount_desk(app: FastAPI, *, desk: Desk, session_cookie: str) -> None:
    """The same on any desk."""
    app.state.review_desk = desk
    app.state.review_cookie = session_cookie
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(build_router())
    app.add_middleware(SecurityHeaders)
