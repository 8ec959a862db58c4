"""Everything of the JSON interface, in order."""

from fastapi import APIRouter, Depends

from app.accounts.guard import caller
from app.api import health, metrics
from app.api.v1 import archives, calls, deletions, document, scripts, webhooks
from app.errors import NotFound


def build_router() -> APIRouter:
    """All routes; below ``/api`` nothing is open, whatever a route forgets."""
    router = APIRouter()
    router.include_router(health.router)
    router.include_router(metrics.router)
    version_1 = APIRouter(prefix="/api/v1", dependencies=[Depends(caller)])
    version_1.include_router(calls.router)
    version_1.include_router(deletions.router)
    version_1.include_router(archives.router)
    version_1.include_router(webhooks.router)
    version_1.include_router(scripts.router)
    version_1.include_router(document.router)
    router.include_router(version_1)
    router.add_api_route("/api/{path:path}", _nowhere, include_in_schema=False, dependencies=[Depends(caller)])
    return router


def _nowhere() -> None:
    raise NotFound("There is nothing at this address.", next_step="See /api/v1/openapi.json.")
