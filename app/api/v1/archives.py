"""The archive of ``/api/v1``: judged again in batches, compared, and promoted by a named person."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app.accounts.guard import Caller, needs
from app.accounts.policy import Right
from app.api.problems import MEDIA_TYPE
from app.api.v1.schemas.archives import (
    Archive,
    ArchiveCall,
    ArchiveComparison,
    ArchiveList,
    ArchivePlan,
    ArchiveSelection,
    ArchiveSums,
    NewArchive,
)
from app.api.v1.schemas.calls import Problem
from app.archives.desk import ArchiveDesk

MAXIMUM_BODY_BYTES = 16 * 1024

router = APIRouter(prefix="/archives", tags=["archives"])


def desk_of(request: Request) -> ArchiveDesk:
    """The desk that `app.main` has put up."""
    desk: ArchiveDesk = request.app.state.archives
    return desk


# Both are rights of people: no key of a call centre can hold them.
MayJudge = Annotated[Caller, Depends(needs(Right.JUDGE_AGAIN))]
MayDecide = Annotated[Caller, Depends(needs(Right.DECIDE))]
ADesk = Annotated[ArchiveDesk, Depends(desk_of)]
Cursor = Annotated[str | None, Query(max_length=500)]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": "A problem document", "content": content} for status in statuses}


@router.post("/plan", max_body_size=MAXIMUM_BODY_BYTES, responses=_problems(401, 403, 422, 503))
def plan_archive(caller: MayJudge, desk: ADesk, body: ArchiveSelection | None = None) -> ArchivePlan:
    """What judging these calls again would do: how many, which stages, for how long, and why; changes nothing."""
    return ArchivePlan.of(desk.plan(body.chosen() if body else {}))


@router.post("", status_code=202, max_body_size=MAXIMUM_BODY_BYTES, responses=_problems(401, 403, 422, 503))
def start_archive(body: NewArchive, caller: MayJudge, desk: ADesk, response: Response) -> Archive:
    """Judge these calls again; what comes of it are candidates, and counts when somebody promotes it."""
    view = desk.start(body.selection.chosen(), title=body.title, actor=caller.actor)
    response.headers["Location"] = f"/api/v1/archives/{view.id}"
    return Archive.of(view)


@router.get("", responses=_problems(401, 403, 422))
def list_archives(
    *, caller: MayJudge, desk: ADesk, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> ArchiveList:
    """Archive runs, the newest first."""
    found, following = desk.listed(cursor=cursor, limit=limit)
    return ArchiveList(items=[Archive.of(view) for view in found], next=following)


@router.get("/{archive_id}", responses=_problems(401, 403, 404))
def get_archive(archive_id: str, caller: MayJudge, desk: ADesk) -> Archive:
    """How far an archive run is, its rate and the time that is left."""
    return Archive.of(desk.view(archive_id))


@router.post("/{archive_id}/pause", responses=_problems(401, 403, 404, 409))
def pause_archive(archive_id: str, caller: MayJudge, desk: ADesk) -> Archive:
    """Let the workers end the call that they are at, and no more."""
    return Archive.of(desk.pause(archive_id, actor=caller.actor))


@router.post("/{archive_id}/resume", responses=_problems(401, 403, 404, 409))
def resume_archive(archive_id: str, caller: MayJudge, desk: ADesk) -> Archive:
    """Go on where it stopped."""
    return Archive.of(desk.resume(archive_id, actor=caller.actor))


@router.post("/{archive_id}/cancel", responses=_problems(401, 403, 404, 409))
def cancel_archive(archive_id: str, caller: MayJudge, desk: ADesk) -> Archive:
    """End it where it stands; the candidates that are there stay."""
    return Archive.of(desk.cancel(archive_id, actor=caller.actor))


@router.get("/{archive_id}/comparison", responses=_problems(401, 403, 404, 422))
def compare_archive(
    archive_id: str,
    *,
    caller: MayJudge,
    desk: ADesk,
    everything: bool = False,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ArchiveComparison:
    """What the candidates would change, in sum and call by call, each change with its cause."""
    page = desk.comparison(archive_id, cursor=cursor, limit=limit, everything=everything, actor=caller.actor)
    items = [ArchiveCall.of(call) for call in page.items]
    return ArchiveComparison(sums=ArchiveSums.of(desk.sums(archive_id)), items=items, next=page.next)


@router.post(
    "/{archive_id}/promotions",
    status_code=202,
    max_body_size=MAXIMUM_BODY_BYTES,
    responses=_problems(401, 403, 404, 409, 422),
)
def promote_archive(archive_id: str, caller: MayDecide, desk: ADesk, body: ArchiveSelection | None = None) -> Archive:
    """Let the candidates of these calls count, or of all; a newer run than the one compared with stays."""
    return Archive.of(desk.promote(archive_id, body.chosen() if body else {}, actor=caller.actor))
