"""Every address that is none."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.accounts.service import Account
from app.errors import NotFound
from app.web.pages import PageRoute, officer

router = APIRouter(route_class=PageRoute)


@router.get("/{path:path}")
def show_nothing(request: Request, path: str, account: Annotated[Account, Depends(officer)]) -> Response:
    """Nothing; strangers are not even told that."""
    raise NotFound("There is no such page.", next_step="Go back to the queue and look from there.")
