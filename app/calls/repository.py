"""Every query over calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.tables import CallCentreTable
from app.calls.tables import PENDING_RANK, CallTable, DerivedSoundTable


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls to list; None lets all through. Times are half-open: from the first, up to the second."""

    outcome: str | None = None
    script: str | None = None
    call_centre: str | None = None
    status: str | None = None
    external_id: str | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """As SQL."""
        wanted = (
            (CallTable.outcome, self.outcome),
            (CallTable.script_id, self.script),
            (CallTable.call_centre, self.call_centre),
            (CallTable.status, self.status),
            (CallTable.external_id, self.external_id),
        )
        conditions: list[ColumnElement[bool]] = [column == value for column, value in wanted if value is not None]
        if self.started_from is not None:
            conditions.append(CallTable.started_at >= self.started_from)
        if self.started_to is not None:
            conditions.append(CallTable.started_at < self.started_to)
        return tuple(conditions)


def by_external_id(session: Session, *, call_centre: str, external_id: str) -> CallTable | None:
    """The call that a call centre has sent under this name."""
    query = select(CallTable).where(CallTable.call_centre == call_centre, CallTable.external_id == external_id)
    return session.scalar(query)


def call_centres(session: Session) -> tuple[str, ...]:
    """All call centres, in order."""
    return tuple(session.scalars(select(CallCentreTable.id).order_by(CallCentreTable.id)))


def newest(
    session: Session,
    *,
    filter: CallFilter,  # noqa: A002 - the word of the pages
    further: Sequence[ColumnElement[bool]] = (),
    before: str | None = None,
    limit: int = 50,
) -> Sequence[CallTable]:
    """Calls as they came in, the newest first.

    Args:
        session: Any session.
        filter: Which.
        further: Conditions of other slices.
        before: Only those that came in before this id.
        limit: At most so many.
    """
    query = select(CallTable).where(*filter.conditions(), *further)
    if before is not None:
        query = query.where(CallTable.id < before)
    return session.scalars(query.order_by(CallTable.id.desc()).limit(limit)).all()


def waiting(session: Session) -> int:
    """How many calls wait for their first judgement."""
    return session.scalar(select(func.count()).select_from(CallTable).where(*_WAITING)) or 0


def oldest_waiting(session: Session) -> datetime | None:
    """When the call came in that has waited longest for its first judgement, or None where none waits."""
    return session.scalar(select(func.min(CallTable.received_at)).where(*_WAITING))


def waiting_by_status(session: Session) -> dict[str, int]:
    """How many calls are ``queued`` and ``running``."""
    return _counts(session, CallTable.status, *_WAITING)


def judged_by_outcome(session: Session, *, call_centre: str | None = None) -> dict[str, int]:
    """How many calls were judged, by outcome; of one call centre, or of all where it is None."""
    return _counts(session, CallTable.outcome, CallTable.outcome.is_not(None), *_of(call_centre))


def unreviewable_by_reason(session: Session, *, call_centre: str | None = None) -> dict[str, int]:
    """How many calls could not be judged, by reason; of one call centre, or of all where it is None."""
    return _counts(session, CallTable.reason, CallTable.outcome == "unreviewable", *_of(call_centre))


_WAITING = (CallTable.queue_rank == PENDING_RANK, CallTable.status != "done")
"""The rank lets the index of the queue find the few that wait among all that were ever judged."""


def _of(call_centre: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if call_centre is None else (CallTable.call_centre == call_centre,)


def _counts(session: Session, column: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]) -> dict[str, int]:
    rows = session.execute(select(column, func.count()).where(*conditions).group_by(column))
    return {str(name): count for name, count in rows if name is not None}


def has_recording(session: Session, *, sha256: str) -> bool:
    """Whether any call has this recording."""
    return session.scalar(select(CallTable.id).where(CallTable.recording_sha256 == sha256).limit(1)) is not None


def derived_sound(session: Session, *, recording_sha256: str) -> DerivedSoundTable | None:
    """What was made from a recording for the browser."""
    return session.get(DerivedSoundTable, recording_sha256)
