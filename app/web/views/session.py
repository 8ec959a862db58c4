"""Signing in and out, and one's own password."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app.accounts.guard import give_session, take_session
from app.accounts.service import Account
from app.errors import BadInput
from app.web.pages import PageRoute, desk_of, go_to, render, session_token, signed_in

router = APIRouter(route_class=PageRoute)
Field = Annotated[str, Form()]


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> Response:  # noqa: A002 - the word in the address
    """The sign-in page."""
    if desk_of(request).account(session_token(request)) is not None:
        return go_to(request, own_place(next))
    return render(request, "sign_in.html", next=own_place(next), username="", failed=False)


@router.post("/sign-in")
def do_sign_in(request: Request, username: Field = "", password: Field = "", next: Field = "/") -> Response:  # noqa: A002
    """Start a session. Which of name and password was wrong is not told."""
    signed = desk_of(request).sign_in(username=username, password=password)
    if signed is None:
        return render(request, "sign_in.html", status=401, next=own_place(next), username=username, failed=True)
    response = go_to(request, "/password" if signed.account.must_change else own_place(next))
    give_session(response, signed_in=signed, request=request)
    return response


@router.post("/sign-out")
def do_sign_out(request: Request) -> Response:
    """End the session."""
    token = session_token(request)
    if token:
        desk_of(request).sign_out(token=token)
    response = go_to(request, "/sign-in")
    take_session(response)
    return response


@router.get("/password")
def show_password(request: Request, account: Annotated[Account, Depends(signed_in)]) -> Response:
    """The page on which to choose a password."""
    return render(request, "password.html", account=account, fault=None)


@router.post("/password")
def do_change_password(
    request: Request,
    account: Annotated[Account, Depends(signed_in)],
    old: Field = "",
    new: Field = "",
    again: Field = "",
) -> Response:
    """Replace the password."""
    try:
        if new != again:
            raise BadInput("The two new passwords differ.", next_step="Type the new one twice.")
        desk_of(request).change_password(account, old=old, new=new, token=session_token(request) or "")
    except BadInput as error:
        return render(request, "password.html", account=account, status=422, fault=error)
    return go_to(request, "/")


def own_place(wanted: str) -> str:
    """A path of ours; anything else would let a link lead a signed-in officer to another site."""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\n" not in wanted
    return wanted if is_ours else "/"
