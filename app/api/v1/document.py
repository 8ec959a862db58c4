"""The OpenAPI document, which is not open to the world."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from app.accounts.guard import Caller, needs
from app.accounts.policy import Right

router = APIRouter(tags=["document"])


@router.get("/openapi.json")
def openapi_document(request: Request, _caller: Annotated[Caller, Depends(needs(Right.READ))]) -> dict[str, Any]:
    """This interface as an OpenAPI document."""
    document: dict[str, Any] = request.app.openapi()
    return document
