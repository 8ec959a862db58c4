"""The approved scripts of ``/api/v1``: read, check a draft, publish. A call centre's key opens none of it.

A call centre needs the id of a script, which it is told, and learns from each result by which version a call was
judged; what its canvassers may say reaches them on paper, and what is listened for is none of its business.
"""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from app.accounts.guard import Caller, needs
from app.accounts.policy import Right
from app.api.problems import MEDIA_TYPE, problem
from app.api.v1.schemas.calls import Problem
from app.api.v1.schemas.scripts import (
    CheckedScript,
    Dated,
    Fault,
    NewScript,
    Publication,
    Published,
    ScriptList,
    ScriptSummary,
    Version,
    VersionList,
)
from app.api.v1.service import Service, service_of
from app.approved_scripts import service as approved_scripts
from app.approved_scripts.canonical import canonical_text
from app.errors import InvalidScript
from app.runs.drafts import check_draft, judged_otherwise

MAXIMUM_BODY_BYTES = 1024 * 1024
SOURCE = "script"
"""What a script that came in a request is called in its faults."""

router = APIRouter(prefix="/scripts", tags=["scripts"])

CanReadScripts = Annotated[Caller, Depends(needs(Right.READ_SCRIPTS))]
CanPublish = Annotated[Caller, Depends(needs(Right.PUBLISH))]
AService = Annotated[Service, Depends(service_of)]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": "A problem document", "content": content} for status in statuses}


@router.get("", responses=_problems(401, 403))
def list_scripts(_caller: CanReadScripts, service: AService) -> ScriptList:
    """All approved scripts, by id."""
    now = datetime.now(UTC)
    with service.database.reading() as session:
        ids = approved_scripts.list_scripts(session)
        found = [approved_scripts.timeline(session, script_id=script_id, at=now) for script_id in ids]
    return ScriptList(items=[ScriptSummary.of(timeline) for timeline in found])


@router.get("/{script_id}/versions", responses=_problems(401, 403, 404))
def list_versions(script_id: str, _caller: CanReadScripts, service: AService) -> VersionList:
    """All publications of a script, the last in force first, and how each stands now."""
    with service.database.reading() as session:
        found = approved_scripts.timeline(session, script_id=script_id, at=datetime.now(UTC))
    return VersionList(items=[Dated.at(dated) for dated in found])


@router.get("/{script_id}/versions/{version}", responses=_problems(401, 403, 404))
def get_version(script_id: str, version: str, _caller: CanReadScripts, service: AService) -> Version:
    """One version: the YAML as it was handed in, and the canonical content whose digest it is."""
    with service.database.reading() as session:
        found = approved_scripts.open_version(session, script_id=script_id, version=version)
    return Version.of(found, canonical=json.loads(canonical_text(found.script)))


@router.post("/check", max_body_size=MAXIMUM_BODY_BYTES, responses=_problems(401, 403, 422))
def check_script(request: Request, body: NewScript, _caller: CanReadScripts, service: AService) -> CheckedScript:
    """Every fault of a draft with its line and its mend; or how it will be compared and what it would change."""
    with service.database.reading() as session:
        checked = check_draft(
            session,
            content=body.content,
            source=SOURCE,
            effective_from=body.effective_from,
            ordinary_words=request.app.state.ordinary_words(),
        )
    if checked.draft is None:
        return CheckedScript(valid=False, faults=[Fault.of(fault) for fault in checked.faults])
    return CheckedScript.of(checked.draft)


@router.post(
    "",
    status_code=201,
    max_body_size=MAXIMUM_BODY_BYTES,
    response_model=Publication,
    responses={200: {"model": Publication, "description": "In force already"}, **_problems(401, 403, 422)},
)
def publish_script(body: NewScript, caller: CanPublish, service: AService, response: Response) -> Any:
    """Publish an immutable version; answered 200 where it is in force at that date already."""
    try:
        with service.database.writing() as session:
            done = approved_scripts.publish_version(
                session, content=body.content, source=SOURCE, actor=caller.actor, effective_from=body.effective_from
            )
            version = done.version
            others = judged_otherwise(
                session, script_id=version.script_id, version=version.version, since=version.effective_from
            )
    except InvalidScript as error:
        return _faulty(error)
    response.status_code = 201 if done.is_new else 200
    response.headers["Location"] = f"/api/v1/scripts/{version.script_id}/versions/{version.version}"
    return Publication(**Published.of(version).model_dump(), judged_otherwise=others)


def _faulty(error: InvalidScript) -> JSONResponse:
    faults = [Fault.of(fault).model_dump() for fault in error.faults]
    return problem(status=error.status, code=error.code, detail=error.message, next_step=error.advice, faults=faults)
