"""Whether the service lives and can work; open to everybody, tells nothing else."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.errors import DatabaseUnavailable

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "The database does not answer"}})
def readyz(request: Request) -> JSONResponse:
    """The database answers too."""
    try:
        with request.app.state.database.reading() as session:
            session.execute(text("SELECT 1 FROM calls LIMIT 1"))
    except (SQLAlchemyError, DatabaseUnavailable):
        return JSONResponse({"status": "unavailable"}, status_code=503)
    return JSONResponse({"status": "ready"})
