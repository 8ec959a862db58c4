"""The queue."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.accounts.service import Account
from app.reviews.service import QueueFilter
from app.web.pages import PageRoute, desk_of, officer, render
from app.web.presenters.queue import TABS, Choice, queue_page

router = APIRouter(route_class=PageRoute)
PAGE_LENGTH = 50


@router.get("/")
def show_queue(
    request: Request,
    account: Annotated[Account, Depends(officer)],
    *,
    show: str = "open",
    severity: str = "",
    code: str = "",
    script: str = "",
    call_centre: str = "",
    after: str = "",
) -> Response:
    """The calls of one tab, the worst and surest first."""
    choice = Choice(
        tab=show if show in TABS else "open",
        severity=severity,
        code=code,
        script=script,
        call_centre=call_centre.strip(),
        after=after,
    )
    desk = desk_of(request)
    page, scripts = desk.queue(account, chosen=filter_of(choice), cursor=after or None, limit=PAGE_LENGTH)
    return render(request, "queue.html", account=account, page=queue_page(page, choice=choice, scripts=scripts))


def filter_of(choice: Choice) -> QueueFilter:
    """The services' filter for what was chosen."""
    tab = TABS[choice.tab]
    return QueueFilter(
        outcome=tab.outcome,
        severity=choice.severity or None,
        code=choice.code or None,
        call_centre=choice.call_centre or None,
        script=choice.script or None,
        review=tab.review,
    )
