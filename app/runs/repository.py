"""Every query over runs."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.runs.tables import RunTable


def current(session: Session, *, call_id: str) -> RunTable | None:
    """The run whose result counts."""
    return session.scalar(select(RunTable).where(RunTable.call_id == call_id, RunTable.is_current))


def of_call(session: Session, *, call_id: str) -> Sequence[RunTable]:
    """All runs of a call, the newest first."""
    query = select(RunTable).where(RunTable.call_id == call_id)
    return session.scalars(query.order_by(RunTable.created_at.desc(), RunTable.id.desc())).all()


def step_down(session: Session, *, call_id: str) -> None:
    """Let no run of the call be the current one, so that another can."""
    query = update(RunTable).where(RunTable.call_id == call_id, RunTable.is_current)
    session.execute(query.values(is_current=False))
