"""Every query over batches, their calls and their changes."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    String,
    Subquery,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from app.archives.selection import Selection, calls_of
from app.archives.tables import ArchiveCallTable, ArchiveChangeTable, ArchivePromotionTable, ArchiveTable
from app.calls.tables import CallTable
from app.findings.tables import FindingTable

Row = ArchiveCallTable


def chosen_calls(session: Session, *, selection: Selection, at_once: int) -> Iterator[Sequence[str]]:
    """The ids of the calls that are meant, in order, read piece by piece as they stand when the first is read.

    Args:
        session: A reading session, used for nothing else until the last piece is read.
        selection: Which calls.
        at_once: Length of a piece.
    """
    query = calls_of(session, selection, CallTable.id).order_by(CallTable.id)
    return session.scalars(query.execution_options(yield_per=at_once)).partitions()


def enter(session: Session, *, archive_id: str, position: int, call_ids: Sequence[str], chunk_size: int) -> None:
    """Write down calls of a batch, the first of them at a position."""
    # In one statement, with the list as one value: row by row it takes PostgreSQL three times as long.
    listed = _listed(session, call_ids)
    at = listed.c.place + position
    columns = ["archive_id", "call_id", "position", "chunk", "status", "attempts", "changes", "unchanged"]
    none = literal(0)
    chosen = select(literal(archive_id), listed.c.value, at, at // chunk_size, literal("waiting"), none, none, none)
    session.execute(insert(Row).from_select(columns, chosen))


def _listed(session: Session, values: Sequence[str]) -> Subquery:
    """Texts as a table of ``value`` and ``place``, which is counted from 0."""
    value = column("value", String)
    if session.get_bind().dialect.name == "sqlite":
        each = func.json_each(json.dumps(list(values))).table_valued(value, column("key", Integer))
        return select(each.c.value, each.c.key.label("place")).subquery()
    unnested = func.unnest(literal(list(values), ARRAY(String)))
    numbered = unnested.table_valued(value, with_ordinality="place").render_derived()
    return select(numbered.c.value, (cast(numbered.c.place, Integer) - 1).label("place")).subquery()


def newest(session: Session, *, before: str | None, limit: int) -> Sequence[ArchiveTable]:
    """Batches, the newest first, that were made before that of an id."""
    query = select(ArchiveTable)
    if before is not None:
        query = query.where(ArchiveTable.id < before)
    return session.scalars(query.order_by(ArchiveTable.id.desc()).limit(limit)).all()


def next_waiting(session: Session, *, archive_id: str, chunk: int) -> Row | None:
    """The call of a chunk that comes next, locked where the database can."""
    query = select(Row).where(Row.archive_id == archive_id, Row.chunk == chunk, Row.status == "waiting")
    return session.scalar(query.order_by(Row.position).limit(1).with_for_update())


def has_waiting(session: Session, *, archive_id: str, chunk: int | None = None) -> bool:
    """Whether a call of a chunk, or of the whole batch, still waits."""
    query = select(Row.position).where(Row.archive_id == archive_id, Row.status == "waiting")
    if chunk is not None:
        query = query.where(Row.chunk == chunk)
    return session.scalar(query.limit(1)) is not None


def first_waiting_chunks(session: Session, *, archive_id: str, lanes: int) -> tuple[int, ...]:
    """For each lane (chunks that are worked off one after the other) the first that is not done."""
    lane = Row.chunk % lanes
    query = select(func.min(Row.chunk)).where(Row.archive_id == archive_id, Row.status == "waiting")
    return tuple(sorted(session.scalars(query.group_by(lane))))


def counts(session: Session, *, archive_id: str) -> dict[tuple[str, str | None], tuple[int, float]]:
    """For each status and stage how many calls, and their seconds of work."""
    query = select(Row.status, Row.stage, func.count(), func.coalesce(func.sum(Row.seconds), 0.0))
    rows = session.execute(query.where(Row.archive_id == archive_id).group_by(Row.status, Row.stage))
    return {(status, stage): (number, float(seconds or 0.0)) for status, stage, number, seconds in rows}


def done_since(session: Session, *, archive_id: str, since: datetime) -> tuple[int, datetime | None]:
    """How many calls were done since then, and when the first of them."""
    query = select(func.count(), func.min(Row.finished_at))
    number, first = session.execute(query.where(Row.archive_id == archive_id, Row.finished_at >= since)).one()
    return number, first


def change_counts(session: Session, *, archive_id: str) -> tuple[tuple[str, str, str | None, int], ...]:
    """Kind, cause and code of the changes, and how many."""
    columns = (ArchiveChangeTable.kind, ArchiveChangeTable.cause, ArchiveChangeTable.code)
    query = select(*columns, func.count()).where(ArchiveChangeTable.archive_id == archive_id).group_by(*columns)
    return tuple((kind, cause, code, number) for kind, cause, code, number in session.execute(query.order_by(*columns)))


def call_sums(session: Session, *, archive_id: str) -> tuple[int, int]:
    """How many calls have changed, and how many findings have not."""
    changed = func.count().filter(Row.changes > 0)
    query = select(changed, func.coalesce(func.sum(Row.unchanged), 0))
    number, unchanged = session.execute(query.where(Row.archive_id == archive_id, Row.status == "done")).one()
    return number, unchanged


def compared(
    session: Session, *, archive_id: str, after: int | None, limit: int, everything: bool
) -> Sequence[tuple[Row, str]]:
    """Calls of a batch that are done, in its order, with the call centre's name; changed ones only if not all."""
    query = select(Row, CallTable.external_id).join(CallTable, CallTable.id == Row.call_id)
    query = query.where(Row.archive_id == archive_id, Row.status == "done")
    if not everything:
        # As it stands, not as a parameter: the partial index is for this condition.
        query = query.where(text("archive_calls.changes > 0"))
    if after is not None:
        query = query.where(Row.position > after)
    return [(row, name) for row, name in session.execute(query.order_by(Row.position).limit(limit))]


def changes_of(session: Session, *, archive_id: str, call_ids: Sequence[str]) -> Sequence[ArchiveChangeTable]:
    """The changes of some calls of a batch, in order."""
    change = ArchiveChangeTable
    query = select(change).where(change.archive_id == archive_id, change.call_id.in_(call_ids))
    return session.scalars(query.order_by(change.call_id, change.number)).all()


def quotes(session: Session, *, run_ids: Sequence[str], finding_ids: Sequence[str]) -> dict[tuple[str, str], str]:
    """The words of some findings, by run and finding; those that were never said are left out."""
    query = select(FindingTable.run_id, FindingTable.finding_id, FindingTable.quote).where(
        FindingTable.run_id.in_(run_ids), FindingTable.finding_id.in_(finding_ids), FindingTable.quote.is_not(None)
    )
    return {(run, finding): str(quote) for run, finding, quote in session.execute(query)}


def choose_for_promotion(session: Session, *, promotion: ArchivePromotionTable, selection: Selection) -> int:
    """Mark the candidates that a promotion is of, and return how many; what a failure left is none."""
    query = update(Row).where(
        Row.archive_id == promotion.archive_id,
        Row.status == "done",
        Row.run_id.is_not(None),
        Row.stage != "failed",
        Row.promoted.is_(None),
        Row.promotion_id.is_(None),
    )
    if not selection.is_everything:
        query = query.where(Row.call_id.in_(calls_of(session, selection, CallTable.id)))
    session.execute(query.values(promotion_id=promotion.id).execution_options(synchronize_session=False))
    return _count(session, Row.promotion_id == promotion.id)


def next_to_promote(session: Session, *, promotion_id: str, limit: int) -> Sequence[Row]:
    """Candidates of a promotion that nobody has seen to, locked where the database can."""
    query = select(Row).where(Row.promotion_id == promotion_id, Row.promoted.is_(None))
    return session.scalars(query.order_by(Row.position).limit(limit).with_for_update()).all()


def promotions(session: Session, *, archive_id: str) -> Sequence[ArchivePromotionTable]:
    """The promotions of a batch, the newest first."""
    query = select(ArchivePromotionTable).where(ArchivePromotionTable.archive_id == archive_id)
    return session.scalars(query.order_by(ArchivePromotionTable.id.desc())).all()


def promoted_counts(session: Session, *, promotions: Sequence[str]) -> dict[tuple[str, str], int]:
    """For each of these promotions and what became of a candidate, how many."""
    chosen: tuple[ColumnElement[bool], ...] = (Row.promotion_id.in_(promotions), Row.promoted.is_not(None))
    query = select(Row.promotion_id, Row.promoted, func.count()).where(*chosen)
    rows = session.execute(query.group_by(Row.promotion_id, Row.promoted))
    return {(str(promotion), str(promoted)): number for promotion, promoted, number in rows}


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Row).where(condition)) or 0
