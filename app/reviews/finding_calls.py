"""Looking for calls: by what was said, found and decided, and by everything that is known of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.service import Actor, record
from app.calls.tables import CallTable
from app.db.cursor import decode_cursor, encode_cursor
from app.errors import Forbidden
from app.reviews.filters import CallSearch, best_way, statement, written_place
from app.reviews.service import queue_rows
from app.reviews.views import QueueRow
from app.runs.tables import RunTable
from app.search.excerpts import Excerpt, excerpt_of
from app.search.words import Whose


@dataclass(frozen=True, slots=True)
class FoundPage:
    """One page of the calls that were looked for.

    Attributes:
        items: The newest first.
        next: Cursor of the next page, or None.
    """

    items: tuple[QueueRow, ...]
    next: str | None


def find_calls(
    session: Session, *, search: CallSearch, actor: Actor, cursor: str | None = None, limit: int = 50
) -> FoundPage:
    """The calls that fit, the newest first; who sees a page of them calls `log_search` as well.

    Args:
        session: Any session.
        search: What is looked for.
        actor: Who looks; a call centre sees its own calls only, and its canvassers' words only.
        cursor: Where the page before ended, or None.
        limit: At most so many.

    Raises:
        Forbidden: If a call centre looks for what contacts have said.
        BadInput: If the cursor is none of this list.
    """
    if actor.call_centre is not None:
        if search.text is not None and search.whose is not Whose.CANVASSER:
            raise Forbidden("A call centre's key looks for the canvassers' words only.", next_step="Leave `whose` out.")
        if search.calls.call_centre not in (None, actor.call_centre):
            return FoundPage((), None)
        search = replace(search, calls=replace(search.calls, call_centre=actor.call_centre))
    after = None if cursor is None else decode_cursor(cursor)
    said_in = best_way(session, search)
    rows = session.execute(statement(search, after=after, limit=limit + 1, said_in=said_in)).all()
    shown = rows[:limit]
    calls: list[CallTable] = [row[0] for row in shown]
    following = encode_cursor(written_place(shown[-1])) if len(rows) > limit else None
    return FoundPage(queue_rows(session, calls=calls), following)


def log_search(session: Session, *, search: CallSearch, actor: Actor, continued: bool, found: int) -> None:
    """Write down who looked for what. The entry alone holds it: no log does.

    A search in the contacts' words tells that they were said, so it is written down as what it is: their showing.

    Args:
        session: A writing session.
        search: What was looked for.
        actor: Who looked.
        continued: Whether it was a further page.
        found: How many calls were shown.
    """
    is_reveal = search.text is not None and search.whose is not Whose.CANVASSER
    details = {**_written(search), "continued": continued, "shown": found}
    record(session, actor=actor, action="contact-words.searched" if is_reveal else "calls.searched", details=details)


def excerpts(session: Session, *, search: CallSearch, call_ids: tuple[str, ...]) -> dict[str, Excerpt]:
    """Where in each call it was said; nobody's words but those that were looked through."""
    terms = search.terms
    if not terms:
        return {}
    query = select(RunTable.call_id, RunTable.result).where(RunTable.is_current, RunTable.call_id.in_(call_ids))
    found: dict[str, Excerpt] = {}
    for call_id, result in session.execute(query):
        excerpt = excerpt_of((result or {}).get("transcript") or {}, terms=terms, whose=search.whose)
        if excerpt is not None:
            found[call_id] = excerpt
    return found


def _written(search: CallSearch) -> Mapping[str, Any]:
    chosen = asdict(search)
    chosen.update(chosen.pop("calls"))
    if search.text is None:
        chosen.pop("whose")
    # A number is looked for by its keyed digest, and nothing but that is kept of it.
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in chosen.items()
        if value is not None
    }
