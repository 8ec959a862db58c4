"""The archive judged again: planned, watched, compared and let count."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.accounts.policy import Right, require
from app.accounts.service import Account
from app.archives.desk import ArchiveDesk
from app.errors import BadInput, Conflict, NotFound
from app.web.pages import PageRoute, desk_of, go_to, officer, render
from app.web.presenters.archives import choice_of, comparison_view, plan_view, run_view

router = APIRouter(prefix="/archives", route_class=PageRoute)
Field = Annotated[str, Form()]
PAGE_LENGTH = 50


def archivist(request: Request) -> Account:
    """Who asks, and may have calls judged again."""
    account = officer(request)
    require(account.rights, Right.JUDGE_AGAIN)
    return account


def archives_of(request: Request) -> ArchiveDesk:
    """The desk that `app.main` has put up."""
    desk: ArchiveDesk = request.app.state.archives
    return desk


Archivist = Annotated[Account, Depends(archivist)]
Archives = Annotated[ArchiveDesk, Depends(archives_of)]


@router.get("")
def show_archives(request: Request, account: Archivist, archives: Archives, after: str = "") -> Response:
    """All batches, the newest first."""
    found, following = archives.listed(cursor=after or None, limit=PAGE_LENGTH)
    rows = tuple(run_view(view) for view in found)
    return render(request, "archives.html", account=account, rows=rows, next=following)


@router.get("/new")
def show_plan(request: Request, account: Archivist, archives: Archives, planned: str = "") -> Response:
    """The form, with the dry run once something was chosen."""
    choice = choice_of(request.query_params)
    plan, fault = None, None
    try:
        plan = plan_view(archives.plan(choice.given)) if planned else None
    except BadInput as error:
        fault = error
    return render(
        request,
        "archive_new.html",
        account=account,
        status=422 if fault else 200,
        choice=choice,
        plan=plan,
        fault=fault,
        scripts=desk_of(request).scripts(),
    )


@router.post("")
async def start(request: Request, account: Archivist, archives: Archives) -> Response:
    """Start what was planned."""
    form = await request.form()
    choice = choice_of({name: value for name, value in form.items() if isinstance(value, str)})
    title = str(form.get("title") or "")
    view = await run_in_threadpool(archives.start, choice.given, title=title, actor=account.actor)
    return go_to(request, f"/archives/{quote(view.id, safe='')}")


@router.get("/{archive_id}")
def show_archive(request: Request, archive_id: str, account: Archivist, archives: Archives) -> Response:
    """How far one batch is."""
    return _page(request, archives, archive_id, account=account)


@router.get("/{archive_id}/progress")
def show_progress(request: Request, archive_id: str, account: Archivist, archives: Archives) -> Response:
    """The part of the page that moves; when it has come to rest, the whole page is shown again."""
    run = run_view(archives.view(archive_id))
    if not run.is_live:
        return go_to(request, run.address)
    return render(request, "parts/archive_progress.html", account=account, run=run)


@router.post("/{archive_id}/{verb}")
def turn(
    request: Request, archive_id: str, verb: str, *, account: Archivist, archives: Archives, sure: Field = ""
) -> Response:
    """Pause, go on, cancel or promote."""
    try:
        if verb == "promotion":
            _promote(archives, archive_id, account=account, is_sure=sure == "yes")
        else:
            _steer(archives, archive_id, verb=verb, account=account)
    except (BadInput, Conflict) as error:
        return _page(request, archives, archive_id, account=account, fault=error)
    return go_to(request, f"/archives/{quote(archive_id, safe='')}")


@router.get("/{archive_id}/comparison")
def show_comparison(
    request: Request,
    archive_id: str,
    *,
    account: Archivist,
    archives: Archives,
    everything: str = "",
    after: str = "",
) -> Response:
    """What the candidates would change."""
    run = run_view(archives.view(archive_id))
    page = archives.comparison(
        archive_id, cursor=after or None, limit=PAGE_LENGTH, everything=bool(everything), actor=account.actor
    )
    shown = comparison_view(archive_id, archives.sums(archive_id), page, everything=bool(everything))
    return render(
        request, "archive_comparison.html", account=account, run=run, shown=shown, everything=bool(everything)
    )


def _promote(archives: ArchiveDesk, archive_id: str, *, account: Account, is_sure: bool) -> None:
    require(account.rights, Right.DECIDE)
    if not is_sure:
        raise BadInput("Say that you are sure.", next_step="Tick the box above the button.")
    archives.promote(archive_id, {}, actor=account.actor)


def _steer(archives: ArchiveDesk, archive_id: str, *, verb: str, account: Account) -> None:
    verbs = {"pause": archives.pause, "resume": archives.resume, "cancel": archives.cancel}
    if verb not in verbs:
        raise NotFound("There is nothing at this address.", next_step="Go back to the archive runs.")
    verbs[verb](archive_id, actor=account.actor)


def _page(
    request: Request,
    archives: ArchiveDesk,
    archive_id: str,
    *,
    account: Account,
    fault: BadInput | Conflict | None = None,
) -> Response:
    return render(
        request,
        "archive.html",
        account=account,
        status=fault.status if fault else 200,
        run=run_view(archives.view(archive_id)),
        may_promote=Right.DECIDE in account.rights,
        fault=fault,
    )
