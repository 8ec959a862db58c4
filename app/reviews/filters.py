"""Which calls somebody looks for, and in which order they are listed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, Select, exists, false, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.calls.metadata import ENDING, number_digest
from app.calls.repository import CallFilter
from app.calls.tables import CallTable
from app.db.cursor import bad_cursor
from app.db.text import can_be_kept
from app.search.tables import CallTagTable, CallTextTable
from app.search.tokens import Term, parse_query
from app.search.words import Said, Whose, call_words

FEW = 1000
"""So many calls can be looked into one by one while somebody waits. With a million calls, going through the index of a
common word until 50 of so few have come by takes as long."""


@dataclass(frozen=True, slots=True)
class CallSearch:
    """What somebody looks for; None lets all through.

    Attributes:
        calls: What stands in a call's own row. Its ``confidence_from`` is not used, see below.
        text: Words and phrases that must all have been said, as `app.search.tokens.parse_query` reads them.
        whose: Who must have said them.
        code: A code that the call has a finding of.
        subject: Whom a finding concerns; together with ``code`` it is one finding of both.
        confidence_from: Least confidence of such a finding, or of the surest worst one where neither is given.
        verdict: A decision that stands, on a finding or on the call as a whole.
    """

    calls: CallFilter = field(default_factory=CallFilter)
    text: str | None = None
    whose: Whose = Whose.CANVASSER
    code: str | None = None
    subject: str | None = None
    confidence_from: float | None = None
    verdict: str | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """What must have been said."""
        return parse_query(self.text or "")

    @property
    def finding_tag(self) -> str | None:
        """By which tag of findings the calls are found."""
        match self.code, self.subject:
            case None, None:
                return None
            case code, None:
                return f"code/{code}"
            case None, subject:
                return f"subject/{subject}"
            case code, subject:
                return f"code/{code}/{subject}"


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is ordered: all columns descend.

    Attributes:
        columns: What tells two calls apart.
        kinds: Of the columns' values.
    """

    columns: tuple[ColumnElement[Any], ...]
    kinds: tuple[type, ...]

    def behind(self, place: list[Any]) -> ColumnElement[bool]:
        """Everything that comes after a place.

        Raises:
            BadInput: If the place is none of this order.
        """
        values = [
            _as_moment(value) if kind is datetime else value for value, kind in zip(place, self.kinds, strict=False)
        ]
        if [type(value) for value in values] != list(self.kinds) or len(place) != len(values):
            raise bad_cursor()
        if len(values) == 1:
            return self.columns[0] < values[0]
        return tuple_(*self.columns) < tuple_(*values)


BY_NUMBER = Order((call_words.c.rowid,), (int,))
"""Calls in which something was said: those that were first judged last come first."""

BY_NUMBER_OF_CALL = Order((CallTextTable.__table__.c.number,), (int,))
"""The same where the calls are gone through, not the words."""

BY_RECEIPT = Order((CallTable.__table__.c.id,), (str,))
"""Calls as they came in, the last first."""

BY_TAG = Order((CallTagTable.__table__.c.call_id,), (str,))
"""The same, by the tag that they are found by."""

BY_START = Order((CallTable.__table__.c.started_at, CallTable.__table__.c.id), (datetime, str))
"""Calls as they were made, the last first: where a span of time is asked for."""


class Way(StrEnum):
    """How the calls are gone through in which something was said."""

    ALONG_WORDS = "along-words"
    ALONG_CALLS = "along-calls"


def statement(
    search: CallSearch, *, after: list[Any] | None, limit: int, said_in: Way | Sequence[int] = Way.ALONG_WORDS
) -> Select[Any]:
    """The calls that are looked for and, behind each, its place in the order.

    Args:
        search: What is looked for.
        after: The place where the page before ended, as a cursor holds it, or None.
        limit: At most so many.
        said_in: The calls in which it was said, by number, where they are few; else how they are gone through. The
            calls found are the same.

    Raises:
        BadInput: If the place is none of this list.
    """
    query, order, tag = select(CallTable), BY_RECEIPT, search.finding_tag
    conditions = _further(search)
    if search.text is not None:
        order = BY_NUMBER if said_in is Way.ALONG_WORDS else BY_NUMBER_OF_CALL
        query = query.join(CallTextTable, CallTextTable.call_id == CallTable.id)
        if said_in is Way.ALONG_WORDS:
            query = query.join(call_words, call_words.c.rowid == CallTextTable.number)
        conditions.append(_said(search, said_in=said_in))
    if search.calls.started_from is not None or search.calls.started_to is not None:
        order = BY_START
    elif search.calls.received_from is not None or search.calls.received_to is not None:
        order = BY_RECEIPT
    elif search.text is None and tag is not None:
        order = BY_TAG
    if tag is not None and (order is BY_TAG or said_in is Way.ALONG_CALLS):
        query = query.join(CallTagTable, CallTagTable.call_id == CallTable.id)
        conditions += _of_tag(tag, least=search.confidence_from)
    elif tag is not None:
        conditions.append(_has_tag(tag, least=search.confidence_from))
    along_words = search.text is not None and said_in is not Way.ALONG_CALLS
    conditions += search.calls.conditions(only_precise=along_words or order is BY_TAG)
    if after is not None:
        conditions.append(order.behind(after))
    query = query.add_columns(*order.columns).where(*conditions)
    return query.order_by(*(column.desc() for column in order.columns)).limit(limit)


def best_way(session: Session, search: CallSearch) -> Way | tuple[int, ...]:
    """How to look for the calls in which something was said.

    No database can tell how often a phrase was said. So the index of words is asked for a few; where there are no more,
    all else is asked of these. Where there are more, SQLite takes every search in it for equally cheap: it is told to
    go along the calls where these are few, or in an order of their own. PostgreSQL plans by itself.
    """
    if not search.terms:
        return Way.ALONG_WORDS
    said = select(call_words.c.rowid).where(Said(search.terms, whose=search.whose)).limit(FEW)
    numbers = tuple(session.scalars(said))
    if len(numbers) < FEW:
        return numbers
    otherwise = replace(search, text=None)
    if session.get_bind().dialect.name != "sqlite" or otherwise == CallSearch(whose=search.whose):
        return Way.ALONG_WORDS
    calls = search.calls
    if any((calls.started_from, calls.started_to, calls.received_from, calls.received_to)):
        return Way.ALONG_CALLS
    some = statement(otherwise, after=None, limit=FEW).with_only_columns(CallTable.id).subquery()
    fitting = session.scalar(select(func.count()).select_from(some)) or 0
    return Way.ALONG_CALLS if fitting < FEW else Way.ALONG_WORDS


def written_place(row: Sequence[Any]) -> list[Any]:
    """The place of a row of `statement`, for a cursor."""
    return [value.isoformat() if isinstance(value, datetime) else value for value in row[1:]]


class NumberFields(TypedDict, total=False):
    """Those fields of a `CallFilter` that tell of the number."""

    dialled_ends: str
    dialled_digest: str


def by_number(given: str | None, *, secret: bytes) -> NumberFields:
    """Fields of a `CallFilter` that find the calls to a number.

    Args:
        given: The number as the call centre sent it, or its last three digits; None lets all through.
        secret: Key of this installation for digests of telephone numbers.
    """
    if given is None:
        return {}
    number = given.strip()
    if len(number) == ENDING and number.isdecimal():
        return {"dialled_ends": number}
    return {"dialled_digest": number_digest(number, secret=secret)}


def has_code(code: str) -> ColumnElement[bool]:
    """Whether the current run of a call has a finding of that code."""
    return _has_tag(f"code/{code}", least=None)


def _said(search: CallSearch, *, said_in: Way | Sequence[int]) -> ColumnElement[bool]:
    if not search.terms:
        return false()
    said = Said(search.terms, whose=search.whose)
    match said_in:
        case Way.ALONG_WORDS:
            return said
        case Way.ALONG_CALLS:
            return exists().where(call_words.c.rowid == CallTextTable.number, said)
        case numbers:
            return CallTextTable.number.in_(numbers)


def _further(search: CallSearch) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if search.verdict is not None:
        conditions.append(_has_tag(f"verdict/{search.verdict}", least=None))
    if search.finding_tag is None and search.confidence_from is not None:
        conditions.append(CallTable.top_confidence >= search.confidence_from)
    return conditions


def _has_tag(tag: str, *, least: float | None) -> ColumnElement[bool]:
    other = aliased(CallTagTable)
    return exists().where(other.call_id == CallTable.id, *_of_tag(tag, table=other, least=least))


def _of_tag(tag: str, *, table: Any = CallTagTable, least: float | None) -> list[ColumnElement[bool]]:
    if not can_be_kept(tag):
        return [false()]
    return [table.tag == tag, *(() if least is None else (table.confidence >= least,))]


def _as_moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment
