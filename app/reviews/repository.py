"""Every query over the queue and the decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.calls.tables import PENDING_RANK, CallTable
from app.db.cursor import bad_cursor
from app.domain.deviation import Severity
from app.domain.finding import Outcome
from app.findings.tables import FindingTable
from app.reviews.filters import has_code
from app.reviews.tables import DecisionTable
from app.runs.standing import RANK_OF_FLAGGED, RANK_OF_SEVERITY
from app.runs.tables import RunTable

PENDING = "pending"
"""Instead of an outcome: calls that have none yet."""

MOST_COUNTED = 1000
"""A page that counts a million calls each time it is opened is slow; nobody needs to know how many more than this."""

_ORDER: tuple[InstrumentedAttribute[Any], ...] = (
    CallTable.queue_rank,
    CallTable.queue_doubt,
    CallTable.started_at,
    CallTable.id,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands in the order of the queue."""

    rank: int
    doubt: float
    started_at: datetime
    call_id: str

    @classmethod
    def of(cls, call: CallTable) -> "Place":
        """The place of a call."""
        return cls(rank=call.queue_rank, doubt=call.queue_doubt, started_at=call.started_at, call_id=call.id)

    @classmethod
    def read(cls, written: list[Any]) -> "Place":
        """Back from a cursor.

        Raises:
            BadInput: If it is no place in the queue.
        """
        try:
            rank, doubt, started_at, call_id = written
            place = cls(int(rank), float(doubt), datetime.fromisoformat(started_at), str(call_id))
            place.started_at.astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            raise bad_cursor() from None
        if place.started_at.tzinfo is None or abs(place.rank) > 1000:
            raise bad_cursor()
        return place

    def written(self) -> list[Any]:
        """For a cursor."""
        return [self.rank, self.doubt, self.started_at.isoformat(), self.call_id]

    def before(self, *, rank: int | None = None) -> ColumnElement[bool]:
        """Everything that comes after this place.

        Args:
            rank: Of all calls that are listed, where it is one.

        Raises:
            BadInput: If the place has another rank.
        """
        if rank is None:
            return tuple_(*_ORDER) > tuple_(self.rank, self.doubt, self.started_at, self.call_id)
        if rank != self.rank:
            raise bad_cursor()
        return tuple_(*_ORDER[1:]) > tuple_(self.doubt, self.started_at, self.call_id)


def conditions(
    *,
    outcome: str | None,
    severity: str | None,
    code: str | None,
    call_centre: str | None,
    script: str | None,
    review: str | None,
) -> tuple[ColumnElement[bool], ...]:
    """The queue's filter as SQL."""
    wanted = (
        (CallTable.outcome, None if outcome == PENDING else outcome),
        (CallTable.worst_severity, severity),
        (CallTable.call_centre, call_centre),
        (CallTable.script_id, script),
        (CallTable.review, review),
    )
    chosen: list[ColumnElement[bool]] = [column == value for column, value in wanted if value is not None]
    if outcome == PENDING:
        chosen.append(CallTable.outcome.is_(None))
    return (*chosen, *(() if code is None else (has_code(code),)))


def only_rank(*, outcome: str | None, severity: str | None) -> int | None:
    """The rank of all calls that the queue's filter lets through, where it is one."""
    if outcome == PENDING:
        return PENDING_RANK
    if severity in tuple(Severity) and outcome == Outcome.FLAGGED:
        return RANK_OF_FLAGGED + RANK_OF_SEVERITY[Severity(severity)]
    return None


def in_order(
    session: Session,
    *,
    conditions: Sequence[ColumnElement[bool]],
    after: Place | None,
    limit: int,
    rank: int | None = None,
) -> Sequence[CallTable]:
    """Calls in the order of the queue.

    Args:
        session: Any session.
        conditions: Of `conditions`.
        after: The place where the page before ended, or None.
        limit: At most so many.
        rank: That all of them have, where they do. It is left out of the order then: SQLite would use no index for a
            column that it is told both to be one value and to stand in a place.
    """
    query, order = select(CallTable).where(*conditions), _ORDER
    if rank is not None:
        query, order = query.where(CallTable.queue_rank == rank), _ORDER[1:]
    if after is not None:
        query = query.where(after.before(rank=rank))
    return session.scalars(query.order_by(*order).limit(limit)).all()


def next_open(session: Session, *, after: CallTable) -> str | None:
    """The open call that follows in the queue, or the first where none follows."""
    is_open = (CallTable.review == "open", CallTable.id != after.id)
    following = in_order(session, conditions=is_open, after=Place.of(after), limit=1)
    found = following or in_order(session, conditions=is_open, after=None, limit=1)
    return found[0].id if found else None


def counts(session: Session, *, call_centre: str | None, script: str | None) -> dict[str, int]:
    """Calls by outcome, open ones, decided ones and those not judged yet, each counted up to `MOST_COUNTED`."""
    of = conditions(outcome=None, severity=None, code=None, call_centre=call_centre, script=script, review=None)
    kinds: dict[str, ColumnElement[bool]] = {str(each): CallTable.outcome == str(each) for each in Outcome}
    kinds |= {PENDING: CallTable.outcome.is_(None)}
    kinds |= {review: CallTable.review == review for review in ("open", "decided")}
    numbers = []
    for is_of_kind in kinds.values():
        some = select(literal(1)).select_from(CallTable).where(is_of_kind, *of).limit(MOST_COUNTED).subquery()
        numbers.append(select(func.count()).select_from(some).scalar_subquery())
    return dict(zip(kinds, session.execute(select(*numbers)).one(), strict=True))


def codes(session: Session, *, call_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The codes of each call's current findings, worst first, each once."""
    current = and_(RunTable.id == FindingTable.run_id, RunTable.is_current)
    query = select(RunTable.call_id, FindingTable.code).join(RunTable, current)
    rows = session.execute(query.where(RunTable.call_id.in_(call_ids)).order_by(FindingTable.position))
    found: dict[str, dict[str, None]] = {}
    for call_id, code in rows:
        found.setdefault(call_id, {})[code] = None
    return {call_id: tuple(each) for call_id, each in found.items()}


def decisions(session: Session, *, call_id: str) -> Sequence[DecisionTable]:
    """All decisions on a call, newest first."""
    query = select(DecisionTable).where(DecisionTable.call_id == call_id)
    return session.scalars(query.order_by(DecisionTable.decided_at.desc(), DecisionTable.id.desc())).all()
