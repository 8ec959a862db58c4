"""The OpenAPI document, which is not open to the world."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from app.accounts.guard import SESSION_COOKIE, Caller, needs
from app.accounts.policy import Right
from app.api.problems import MEDIA_TYPE
from app.api.v1.schemas.calls import Problem

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
PREFIX = "/api/v1/"
PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
WORDS = {
    "400": "The request cannot be read",
    "401": "No key and no session, or one that has ended",
    "403": "The key or the account may not do this",
    "404": "No such thing, or none that this key or account may see",
    "409": "The same identity with other content",
    "413": "More bytes than accepted",
    "415": "Not a kind of recording that is accepted",
    "416": "The range begins behind the end",
    "422": "Something in the request cannot be used",
    "429": "Queue or disk nearly full; come back later",
    "500": "Something failed that should not",
    "503": "Database or storage do not answer; come back later",
}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds", "schema": {"type": "string", "pattern": "^[0-9]+$"}}}
HEADERS = {
    "401": {"WWW-Authenticate": {"schema": {"type": "string"}}},
    "429": _RETRY_AFTER,
    "503": _RETRY_AFTER,
}

router = APIRouter(tags=["document"])


@router.get("/openapi.json")
def openapi_document(request: Request, _caller: Annotated[Caller, Depends(needs(Right.READ))]) -> Json:
    """This interface as an OpenAPI document."""
    document: Json = request.app.openapi()  # kept by the framework, so that it is completed once
    return document if "securitySchemes" in document.get("components", {}) else completed(document)


def completed(document: Json) -> Json:
    """The document as the framework makes it, with what it does not know: who may come in, and what goes wrong how.

    A route names the refusals that are its own; those that every route of its kind can answer are added here.

    Args:
        document: The framework's; it is changed.
    """
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for path, operation in _operations(document):
        if path.startswith(PREFIX):
            operation["security"] = [{"key": []}, {"session": []}]
        responses = operation["responses"]
        for status in {*responses, *_common(path, operation)}:
            if status.isdecimal() and int(status) >= 400 and path.startswith(PREFIX):
                further = {"headers": HEADERS[status]} if status in HEADERS else {}
                said = responses.get(status, {}).get("description", "")
                words = WORDS.get(status, said) if said in ("", "Validation Error", "A problem document") else said
                responses[status] = {"description": words, **PROBLEM, **further}
    schemas["Problem"] = Problem.model_json_schema()
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A call centre's key"},
        "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE, "description": "An officer's session"},
    }
    return document


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, item[method]


def _common(path: str, operation: Json) -> set[str]:
    """What any request of this kind can be answered."""
    found = {"401", "403", "500", "503"}
    places = {parameter["in"] for parameter in operation.get("parameters", ())}
    if "path" in places:
        found |= {"404"}
    if places & {"path", "query"}:
        found |= {"400"}
    if places & {"query"} or "requestBody" in operation:
        found |= {"422"}
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        found |= {"400", "413"}
    return found
