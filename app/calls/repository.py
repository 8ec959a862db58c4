"""Every query over calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.tables import CallCentreTable
from app.calls.tables import PENDING_RANK, CallPartTable, CallTable, DerivedSoundTable
from app.db.identifiers import earliest_id
from app.db.planning import unindexed
from app.db.text import can_be_kept


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls to list, by what stands in their own row; None lets all through.

    Times and durations are half-open: from the first, up to the second.

    Attributes:
        outcome: flagged, clear or unreviewable.
        reason: Why it is unreviewable.
        severity: The worst of its findings.
        confidence_from: Least confidence of the surest of its worst findings.
        script: Id of the approved script that the call was made under.
        script_version: Version that its current run judged it by.
        call_centre: Its id.
        canvasser: The call centre's name for the canvasser.
        campaign: As the call centre says.
        disposition: As the dialler says.
        reached: What the recording shows at the other end.
        status: queued, running or done.
        review: ``open`` or ``decided``.
        external_id: The call centre's name for the call.
        dialled_digest: Keyed digest of the number.
        dialled_ends: The number's last three digits.
        started_from: When the call was made.
        started_to: When the call was made.
        received_from: When its recording came in.
        received_to: When its recording came in.
        duration_from: Seconds.
        duration_to: Seconds.
    """

    outcome: str | None = None
    reason: str | None = None
    severity: str | None = None
    confidence_from: float | None = None
    script: str | None = None
    script_version: str | None = None
    call_centre: str | None = None
    canvasser: str | None = None
    campaign: str | None = None
    disposition: str | None = None
    reached: str | None = None
    status: str | None = None
    review: str | None = None
    external_id: str | None = None
    dialled_digest: str | None = None
    dialled_ends: str | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None
    duration_from: float | None = None
    duration_to: float | None = None

    def conditions(self, *, only_precise: bool = False) -> tuple[ColumnElement[bool], ...]:
        """As SQL; what no database could hold lets nothing through.

        Args:
            only_precise: Whether the list has an order of its own, for which only few calls may be sorted.
        """
        if not all(can_be_kept(value) for value in self._equal().values()):
            return (false(),)
        columns, index = CallTable.__table__.c, self._index(only_precise=only_precise)
        conditions: list[ColumnElement[bool]] = [
            columns[name] == value if name == index else unindexed(columns[name]) == value
            for name, value in self._equal().items()
        ]
        for name, least, bound in self._ranges():
            if least is not None:
                conditions.append(columns[name] >= least)
            if bound is not None:
                conditions.append(columns[name] < bound)
        return (*conditions, *self._implied())

    def _equal(self) -> dict[str, str]:
        wanted = {
            "outcome": self.outcome,
            "reason": self.reason,
            "worst_severity": self.severity,
            "script_id": self.script,
            "script_version": self.script_version,
            "call_centre": self.call_centre,
            "canvasser_id": self.canvasser,
            "campaign": self.campaign,
            "disposition": self.disposition,
            "reached": self.reached,
            "status": self.status,
            "review": self.review,
            "external_id": self.external_id,
            "dialled_digest": self.dialled_digest,
            "dialled_ends": self.dialled_ends,
        }
        return {column: value for column, value in wanted.items() if value is not None}

    def _index(self, *, only_precise: bool) -> str | None:
        """The column that tells most: SQLite would take the first that has an index."""
        by_start = self.started_from is not None or self.started_to is not None
        useful = _PRECISE if by_start or only_precise else (*_PRECISE, *_COMMON)
        return next((name for name in useful if name in self._equal()), None)

    def _ranges(self) -> tuple[tuple[str, Any, Any], ...]:
        return (
            ("top_confidence", self.confidence_from, None),
            ("started_at", self.started_from, self.started_to),
            ("received_at", self.received_from, self.received_to),
            ("duration", self.duration_from, self.duration_to),
        )

    def _implied(self) -> tuple[ColumnElement[bool], ...]:
        """What follows from the rest and leads to an index: ids are in order of receipt; who waits has no outcome."""
        implied: list[ColumnElement[bool]] = []
        if self.received_from is not None:
            implied.append(CallTable.id >= earliest_id("call", at=_moved(self.received_from, -_SLACK)))
        if self.received_to is not None:
            implied.append(CallTable.id < earliest_id("call", at=_moved(self.received_to, _SLACK)))
        if self.status in ("queued", "running"):
            implied.append(CallTable.outcome.is_(None))
        return tuple(implied)


_PRECISE = ("dialled_digest", "external_id", "canvasser_id", "dialled_ends")
"""Few calls have the same."""

_COMMON = (
    "reason",
    "script_version",
    "campaign",
    "disposition",
    "worst_severity",
    "call_centre",
    "reached",
    "outcome",
    "script_id",
    "review",
)
"""So many may have the same that it is better to go through a span of time; those that may be rare come first."""

_SLACK = timedelta(hours=1)
"""A call gets its id before the time of its receipt is taken, by another reading of the clock."""


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return moment


def by_external_id(session: Session, *, call_centre: str, external_id: str) -> CallTable | None:
    """The call that a call centre has sent under this name."""
    query = select(CallTable).where(CallTable.call_centre == call_centre, CallTable.external_id == external_id)
    return session.scalar(query)


def parts(session: Session, *, call_id: str) -> Sequence[CallPartTable]:
    """The recordings of a call that was cut, by number; none of a call that was not."""
    query = select(CallPartTable).where(CallPartTable.call_id == call_id)
    return session.scalars(query.order_by(CallPartTable.number)).all()


def call_centres(session: Session) -> tuple[str, ...]:
    """All call centres, in order."""
    return tuple(session.scalars(select(CallCentreTable.id).order_by(CallCentreTable.id)))


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
    if call_centre is None:
        # Only what could not be judged has a reason, and all reasons stand in one index.
        return _counts(session, CallTable.reason, CallTable.reason.is_not(None))
    return _counts(session, CallTable.reason, CallTable.outcome == "unreviewable", *_of(call_centre))


_WAITING = (CallTable.queue_rank == PENDING_RANK, CallTable.status != "done")
"""The rank lets the index of the queue find the few that wait among all that were ever judged."""


def _of(call_centre: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if call_centre is None else (CallTable.call_centre == call_centre,)


def _counts(session: Session, column: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]) -> dict[str, int]:
    rows = session.execute(select(column, func.count()).where(*conditions).group_by(column))
    return {str(name): count for name, count in rows if name is not None}


def derived_sound(session: Session, *, recording_sha256: str) -> DerivedSoundTable | None:
    """What was made from a recording for the browser."""
    return session.get(DerivedSoundTable, recording_sha256)
