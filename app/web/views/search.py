"""Looking for calls."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.accounts.service import Account
from app.web.pages import PageRoute, desk_of, officer, render
from app.web.presenters.search import SURENESS, WHOSE, SearchForm, search_page

router = APIRouter(route_class=PageRoute)
PAGE_LENGTH = 25


@router.get("/calls")
def search_calls(request: Request, account: Annotated[Account, Depends(officer)]) -> Response:
    """The calls that fit what was asked for, the newest first, with the words that were looked for."""
    desk = desk_of(request)
    form = SearchForm.read(request.query_params)
    search, faults = form.search(secret=desk.secret)
    found, excerpts, scripts = desk.search(account, search=search, cursor=form.after or None, limit=PAGE_LENGTH)
    page = search_page(found, form=form, search=search, excerpts=excerpts, scripts=scripts, faults=faults)
    return render(request, "search.html", account=account, page=page, whose=WHOSE, sureness=SURENESS)
