"""Who did what: entries are only ever added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.tables import AuditEntryTable
from app.db.locks import hold
from app.db.session import at_the_end

_PENDING = "canvass-monitor.audit"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody, or some program, that does something.

    Attributes:
        kind: ``account`` (a person), ``key`` (a call centre's program), ``operator`` (the command line) or ``system``.
        id: Identifier of the account or key.
        name: For people to read; stands in decisions, never in the log.
        call_centre: The only call centre whose calls it may see, or None for all.
    """

    kind: Literal["account", "key", "operator", "system"]
    id: str
    name: str
    call_centre: str | None = None


SYSTEM = Actor(kind="system", id="system", name="Canvass Monitor")
OPERATOR = Actor(kind="operator", id="operator", name="the operator of this machine")


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    subject: str | None = None,
    details: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Add an entry in the transaction of what it tells of: both are kept, or neither.

    The entries are written right before the transaction is committed, one transaction after the other: their numbers
    have no gap, and nobody who reads the log up to a number misses one that comes later.

    Args:
        session: A writing session.
        actor: Who does it.
        action: ``noun.verb``, e.g. ``call.viewed``.
        subject: Identifier of what it was done to.
        details: Codes, identifiers and numbers; never what was said, a name or a telephone number. What somebody
            searched for is the one text that stands here, and nowhere else.
        at: When; now, where it is not given.
    """
    entry = AuditEntryTable(
        at=at or datetime.now(UTC),
        actor_kind=actor.kind,
        actor_id=actor.id,
        action=action,
        subject=subject,
        details=dict(details or {}),
    )
    session.info.setdefault(_PENDING, []).append(entry)
    at_the_end(session, _enter)


def _enter(session: Session) -> None:
    hold(session, "audit")
    last = session.scalar(select(func.max(AuditEntryTable.sequence))) or 0
    for number, entry in enumerate(session.info.pop(_PENDING), start=last + 1):
        entry.sequence = number
        session.add(entry)
    session.flush()
