"""Every query over runs."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select, text, update
from sqlalchemy.orm import Session

from app.runs.tables import DONE_AND_NO_CANDIDATE, RunTable


def current(session: Session, *, call_id: str) -> RunTable | None:
    """The run whose result counts."""
    return session.scalar(select(RunTable).where(RunTable.call_id == call_id, RunTable.is_current))


def of_call(session: Session, *, call_id: str) -> Sequence[RunTable]:
    """All runs of a call, the newest first."""
    query = select(RunTable).where(RunTable.call_id == call_id)
    return session.scalars(query.order_by(RunTable.created_at.desc(), RunTable.id.desc())).all()


def current_in_batches(session: Session, *columns: ColumnElement[Any], size: int) -> Iterator[Sequence[Row[Any]]]:
    """The current run of every call, in the order in which the calls came in.

    Args:
        session: Any session.
        columns: Of runs, ``call_id`` among them. A migration names them one by one: the table may have more of them in
            a later release than while it migrates.
        size: At most so many at once.
    """
    last = ""
    while True:
        query = select(*columns).where(RunTable.is_current, RunTable.call_id > last)
        batch = session.execute(query.order_by(RunTable.call_id).limit(size)).all()
        if not batch:
            return
        yield batch
        last = batch[-1].call_id


def last_paces(session: Session, *, limit: int) -> tuple[tuple[float, float], ...]:
    """Seconds of work and seconds of sound of the runs that were asked for last and are finished, the newest first.

    Args:
        session: Any session.
        limit: At most so many.
    """
    # A candidate of the archive may have taken over what was heard before: its pace is none of hearing. The condition
    # stands as it is, not as parameters: the partial index is for it.
    heard = (text(DONE_AND_NO_CANDIDATE), RunTable.duration > 0, RunTable.started_at.is_not(None))
    query = select(RunTable.started_at, RunTable.finished_at, RunTable.duration).where(*heard)
    rows = session.execute(query.order_by(RunTable.id.desc()).limit(limit)).all()
    return tuple(
        ((finished - started).total_seconds(), duration)
        for started, finished, duration in rows
        if started and finished and duration
    )


def step_down(session: Session, *, call_id: str) -> None:
    """Let no run of the call be the current one, so that another can."""
    query = update(RunTable).where(RunTable.call_id == call_id, RunTable.is_current)
    session.execute(query.values(is_current=False))
