"""Deleting the sound of a call: for administrators."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from app.accounts.guard import Caller, needs
from app.accounts.policy import Right
from app.api.problems import MEDIA_TYPE
from app.api.v1.schemas.calls import Problem
from app.api.v1.schemas.deletions import Deletion, NewDeletion
from app.api.v1.service import Service, service_of

MAXIMUM_BODY_BYTES = 16 * 1024

router = APIRouter(prefix="/calls", tags=["calls"])

PROBLEM: dict[str, Any] = {
    "description": "A problem document",
    "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
}


@router.post(
    "/{call_id}/deletion",
    status_code=201,
    max_body_size=MAXIMUM_BODY_BYTES,
    responses=dict.fromkeys((401, 403, 404, 422, 503), PROBLEM),
)
def delete_recording(
    call_id: str,
    body: NewDeletion,
    caller: Annotated[Caller, Depends(needs(Right.ADMINISTER))],
    service: Annotated[Service, Depends(service_of)],
) -> Deletion:
    """Delete the sound of a call and all that was made from it; the call stays with what was found, and says why.

    The same again answers what was written the first time; after a 503 it finishes what the storage could not do.
    """
    return Deletion.of(service.delete_recording(call_id, reason=body.reason, actor=caller.actor))
