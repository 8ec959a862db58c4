"""The calls of ``/api/v1``: upload, list, one call, its transcript, its sound, decisions and further runs."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response, StreamingResponse

from app.accounts.guard import Caller, needs
from app.accounts.policy import Right
from app.api.problems import MEDIA_TYPE, problem
from app.api.v1.filters import CallQuery
from app.api.v1.pressure import pushing_back
from app.api.v1.ranges import ByteRange, Unsatisfiable, parse_range
from app.api.v1.schemas.calls import (
    Call,
    CallList,
    CallSummary,
    Decision,
    NewDecision,
    NewRun,
    Problem,
    Receipt,
    Run,
    call_of,
)
from app.api.v1.schemas.metadata import METADATA_SCHEMA
from app.api.v1.service import Service, service_of
from app.api.v1.upload import announced_bytes, read_upload
from app.calls.metadata import MAXIMUM_PARTS
from app.errors import NotFound

MAXIMUM_BODY_BYTES = 64 * 1024

router = APIRouter(prefix="/calls", tags=["calls"])

CanUpload = Annotated[Caller, Depends(needs(Right.UPLOAD))]
CanRead = Annotated[Caller, Depends(needs(Right.READ))]
CanDecide = Annotated[Caller, Depends(needs(Right.DECIDE))]
CanJudgeAgain = Annotated[Caller, Depends(needs(Right.JUDGE_AGAIN))]
AService = Annotated[Service, Depends(service_of)]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": "A problem document", "content": content} for status in statuses}


_KINDS_OF_SOUND = ("audio/*", "video/*", "application/octet-stream")

_UPLOAD_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["metadata", "recording"],
                "properties": {
                    "metadata": METADATA_SCHEMA,
                    "recording": {"type": "string", "format": "binary"},
                },
            },
            "encoding": {
                "metadata": {"contentType": "application/json"},
                "recording": {"contentType": ", ".join(_KINDS_OF_SOUND)},
            },
        }
    },
}

_SOUND = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _KINDS_OF_SOUND}
_RANGE = {
    "name": "Range",
    "in": "header",
    "required": False,
    "description": "RFC 9110, one range of bytes: `bytes=FIRST-LAST`; several, and what is none, give the whole",
    "schema": {"type": "string"},
}
_ASK_WITHIN = "Ask for a range within, or leave the Range header out."

_CONTENT_DIGEST = {
    "name": "Content-Digest",
    "in": "header",
    "required": False,
    "description": "RFC 9530, `sha-256=:BASE64:`, of the body or of the recording; a part may carry its own as well",
    "schema": {"type": "string"},
}


@router.post(
    "",
    status_code=202,
    response_model=Receipt,
    responses={
        200: {"model": Receipt, "description": "Received before"},
        **_problems(400, 401, 403, 409, 410, 413, 415, 422, 429, 503),
    },
    openapi_extra={"requestBody": _UPLOAD_BODY, "parameters": [_CONTENT_DIGEST]},
)
async def upload_call(request: Request, caller: CanUpload, service: AService) -> JSONResponse:
    """Send a recording; the same upload again is answered 200 with the same call."""
    await run_in_threadpool(service.refuse_when_full, announced_bytes=announced_bytes(request))
    with pushing_back():
        upload = await read_upload(request, folder=service.incoming_folder, maximum_bytes=service.maximum_upload_bytes)
        received = await run_in_threadpool(service.receive, upload, actor=caller.actor)
    return JSONResponse(
        Receipt.of(received).model_dump(mode="json"),
        status_code=202 if received.is_new else 200,
        headers={"Location": f"/api/v1/calls/{received.call.id}"},
    )


@router.get("", responses=_problems(401, 403, 422))
def list_calls(caller: CanRead, service: AService, query: Annotated[CallQuery, Query()]) -> CallList:
    """Calls that fit all filters; a key sees its own call centre's only, and looks for its canvassers' words only.

    The newest come first: as they came in, as they were made where a span of that time is asked for, and as they were
    first judged where words are.
    """
    page = service.list_calls(
        actor=caller.actor, search=query.search(secret=service.secret), cursor=query.cursor, limit=query.limit
    )
    return CallList(items=[CallSummary.of(row) for row in page.items], next=page.next)


@router.get("/{call_id}", responses=_problems(401, 403, 404))
def get_call(call_id: str, caller: CanRead, service: AService) -> Call:
    """One call: its status and, when it is done, the call result under ``result``."""
    view = service.open_call(call_id, actor=caller.actor)
    return call_of(view)


@router.get("/{call_id}/transcript", responses=_problems(401, 403, 404))
def get_transcript(call_id: str, caller: CanRead, service: AService) -> dict[str, Any]:
    """What was heard; 404 until the call is done."""
    result = service.open_call(call_id, actor=caller.actor).result
    if result is None:
        raise NotFound("The call is not judged yet.", next_step="Wait until its status is done.")
    transcript: dict[str, Any] = result["transcript"]
    return transcript


@router.head("/{call_id}/recording", include_in_schema=False)
@router.get(
    "/{call_id}/recording",
    response_class=Response,
    responses={
        200: {"description": "The whole recording", "content": _SOUND},
        206: {"description": "The bytes of the range", "content": _SOUND},
        **_problems(401, 403, 404, 410, 416, 503),
    },
    openapi_extra={"parameters": [_RANGE]},
)
def get_recording(
    request: Request,
    call_id: str,
    caller: CanRead,
    service: AService,
    *,
    variant: Literal["original", "playback"] = "original",
    part: Annotated[int | None, Query(ge=1, le=MAXIMUM_PARTS, description="Of a call that lies in several")] = None,
) -> Response:
    """The sound, whole or a range of its bytes: the original, or an Opus that every browser plays."""
    asked = request.headers.get("range")
    span_asked = (asked or "whole")[:100] if request.method == "GET" else None
    sound = service.sound(call_id, actor=caller.actor, variant=variant, part=span_asked, number=part)
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": f'"{sound.etag}"',
        "Content-Disposition": f'inline; filename="{call_id}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
    if request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        asked = None
    try:
        span = parse_range(asked, size_bytes=sound.size_bytes)
    except Unsatisfiable:
        detail = f"The range begins behind the end: the recording has {sound.size_bytes} bytes."
        there = {"Accept-Ranges": "bytes", "Content-Range": f"bytes */{sound.size_bytes}"}
        return problem(status=416, code="range-not-satisfiable", detail=detail, next_step=_ASK_WITHIN, headers=there)
    whole = span or ByteRange(0, sound.size_bytes)
    headers["Content-Length"] = str(whole.end - whole.start)
    if span is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{sound.size_bytes}"
    body: Iterator[bytes] = iter(()) if request.method == "HEAD" else service.bytes_of(sound, whole.start, whole.end)
    return StreamingResponse(
        body, status_code=200 if span is None else 206, headers=headers, media_type=sound.media_type
    )


@router.post(
    "/{call_id}/decisions",
    status_code=201,
    max_body_size=MAXIMUM_BODY_BYTES,
    responses=_problems(401, 403, 404, 409, 422),
)
def add_decision(call_id: str, body: NewDecision, caller: CanDecide, service: AService) -> Decision:
    """Write down what a person decided on a finding, or without ``finding`` on the call as a whole."""
    decision = service.decide(
        call_id,
        finding=body.finding,
        run=body.run,
        verdict=body.verdict,
        reason=body.reason,
        note=body.note,
        actor=caller.actor,
    )
    return Decision.of(decision)


@router.post(
    "/{call_id}/runs", status_code=202, max_body_size=MAXIMUM_BODY_BYTES, responses=_problems(401, 403, 404, 410, 422)
)
def add_run(
    call_id: str, caller: CanJudgeAgain, service: AService, response: Response, body: NewRun | None = None
) -> Run:
    """Have a call judged once more, by its own script or another; what was found before stands until it is done."""
    run_id = service.judge_again(call_id, script_id=body.script if body else None, actor=caller.actor)
    response.headers["Location"] = f"/api/v1/calls/{call_id}"
    return Run(id=run_id, call=call_id, status="queued")
