"""Approved scripts: the list, one version, and a draft on its way to be published."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile

from app.accounts.policy import Right
from app.accounts.service import Account
from app.approved_scripts.authoring import MAXIMUM_SIZE_BYTES
from app.errors import BadInput, InvalidScript
from app.web.library import library_of
from app.web.pages import PageRoute, go_to, officer, render
from app.web.presenters.scripts import DraftPage, draft_page, otherwise, own_rows, version_address, version_rows

MAXIMUM_FORM_BYTES = 1024 * 1024

router = APIRouter(prefix="/scripts", route_class=PageRoute)
Officer = Annotated[Account, Depends(officer)]
Field = Annotated[str, Form()]


@router.get("")
def show_scripts(request: Request, account: Officer) -> Response:
    """All approved scripts with their versions."""
    timelines = library_of(request).timelines(account)
    scripts = [(timeline[0].published, version_rows(timeline)) for timeline in timelines]
    return render(request, "scripts.html", account=account, scripts=scripts)


@router.get("/{script_id}/versions/{version}")
def show_version(request: Request, script_id: str, version: str, account: Officer) -> Response:
    """One version as an officer reads it."""
    found, timeline = library_of(request).version(account, script_id=script_id, version=version)
    return render(request, "script.html", account=account, found=found, rows=own_rows(found, timeline))


@router.get("/draft")
def show_draft(request: Request, account: Officer, script: str = "", version: str = "") -> Response:
    """An empty draft, or one that begins as a version that was published."""
    content = ""
    if script and version:
        found, _ = library_of(request).version(account, script_id=script, version=version)
        content = found.content
    return _page(request, account, DraftPage(content=content))


@router.post("/draft", max_body_size=MAXIMUM_FORM_BYTES)
def check_draft(
    request: Request,
    account: Officer,
    *,
    content: Field = "",
    day: Field = "",
    time: Field = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """The faults of a draft at their lines, or what it would do and the way to publish it."""
    try:
        typed = _typed(content, file)
        since = _moment(day, time)
        checked = library_of(request).check(account, content=typed, since=since)
    except BadInput as error:
        return _page(request, account, DraftPage(content=content, day=day, time=time), fault=error)
    return _page(request, account, draft_page(checked, content=typed, day=day, time=time, since=since))


@router.post("/publish", max_body_size=MAXIMUM_FORM_BYTES)
def publish(
    request: Request,
    account: Officer,
    *,
    content: Field = "",
    day: Field = "",
    time: Field = "",
    version: Field = "",
    confirmed: Field = "",
) -> Response:
    """Publish what was looked at and confirmed."""
    typed = _plain(content)
    try:
        since = _moment(day, time)
        if confirmed != "yes":
            raise BadInput("It was not confirmed.", next_step="Read what it will do, tick the box and publish.")
        done = library_of(request).publish(account, content=typed, since=since, version=version)
    except (InvalidScript, BadInput) as error:
        checked = library_of(request).check(account, content=typed, since=_moment_or_none(day, time))
        page = draft_page(checked, content=typed, day=day, time=time, since=_moment_or_none(day, time))
        return _page(request, account, page, fault=None if isinstance(error, InvalidScript) else error)
    return go_to(request, version_address(done.script_id, done.version))


def _page(request: Request, account: Account, page: DraftPage, *, fault: BadInput | None = None) -> Response:
    return render(
        request,
        "script_draft.html",
        account=account,
        status=422 if fault is not None or page.faults else 200,
        page=page,
        fault=fault,
        otherwise=otherwise(page.draft) if page.draft else "",
        may_publish=Right.PUBLISH in account.rights,
    )


def _typed(content: str, file: UploadFile | None) -> str:
    """What was uploaded, else what was typed."""
    if file is None or not file.filename:
        return _plain(content)
    try:
        return _plain(file.file.read(MAXIMUM_SIZE_BYTES + 1).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("The file is no text in UTF-8.", next_step="Save it as UTF-8, or paste its text.") from None


def _plain(content: str) -> str:
    """Browsers send their own ends of lines."""
    return content.replace("\r\n", "\n")


def _moment(day: str, time: str) -> datetime | None:
    """Day and time in UTC; None where no day is given."""
    if not day:
        if time:
            raise BadInput("A time is given without its day.", next_step="Give both, or none of them.")
        return None
    try:
        return datetime.fromisoformat(f"{day}T{time or '00:00'}").replace(tzinfo=UTC)
    except ValueError:
        raise BadInput(
            "Day or time cannot be read.", next_step="Write the day as 2026-06-01 and the time as 09:00."
        ) from None


def _moment_or_none(day: str, time: str) -> datetime | None:
    try:
        return _moment(day, time)
    except BadInput:
        return None
