"""Every query over webhooks."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.db.identifiers import new_id
from app.webhooks.tables import WebhookAttemptTable, WebhookDeliveryTable, WebhookEndpointTable

Endpoint, Delivery, Attempt = WebhookEndpointTable, WebhookDeliveryTable, WebhookAttemptTable

_ENABLED = (Endpoint.disabled_at.is_(None), Endpoint.removed_at.is_(None))


def endpoint(session: Session, endpoint_id: str, *, locked: bool = False) -> WebhookEndpointTable | None:
    """An endpoint that is not removed; locked for the rest of the transaction where that is asked for."""
    query = select(Endpoint).where(Endpoint.id == endpoint_id, Endpoint.removed_at.is_(None))
    return session.scalar(query.with_for_update(key_share=True) if locked else query)


def endpoints(session: Session, *, call_centre: str | None) -> Sequence[WebhookEndpointTable]:
    """The endpoints that are not removed, of one call centre or of all, the oldest first."""
    query = select(Endpoint).where(Endpoint.removed_at.is_(None))
    if call_centre is not None:
        query = query.where(Endpoint.call_centre == call_centre)
    return session.scalars(query.order_by(Endpoint.call_centre, Endpoint.id)).all()


def listening(session: Session, *, call_centre: str, event: str) -> tuple[WebhookEndpointTable, ...]:
    """The endpoints of a call centre that are to be told of an event."""
    rows = session.scalars(select(Endpoint).where(Endpoint.call_centre == call_centre, *_ENABLED).order_by(Endpoint.id))
    return tuple(row for row in rows if event in row.events)


def add_delivery(
    session: Session, *, endpoint_id: str, event: str, call_id: str | None, payload: str
) -> WebhookDeliveryTable:
    """A message that is due at once."""
    now = datetime.now(UTC)
    row = Delivery(
        id=new_id("msg"),
        endpoint_id=endpoint_id,
        event=str(event),
        call_id=call_id,
        payload=payload,
        created_at=now,
        next_attempt_at=now,
    )
    session.add(row)
    return row


def delivery(session: Session, delivery_id: str, *, endpoint_id: str) -> WebhookDeliveryTable | None:
    """A message of an endpoint."""
    return session.scalar(select(Delivery).where(Delivery.id == delivery_id, Delivery.endpoint_id == endpoint_id))


def deliveries(
    session: Session, *, endpoint_id: str, status: str | None, before: str | None, limit: int
) -> Sequence[WebhookDeliveryTable]:
    """Messages of an endpoint, the newest first."""
    query = select(Delivery).where(Delivery.endpoint_id == endpoint_id)
    if status is not None:
        query = query.where(Delivery.status == status)
    if before is not None:
        query = query.where(Delivery.id < before)
    return session.scalars(query.order_by(Delivery.id.desc()).limit(limit)).all()


def attempts(session: Session, *, delivery_ids: Sequence[str]) -> Sequence[WebhookAttemptTable]:
    """All attempts at some messages, the first ones first."""
    return session.scalars(select(Attempt).where(Attempt.delivery_id.in_(delivery_ids)).order_by(Attempt.id)).all()


def unfinished_attempts(session: Session, *, delivery_id: str) -> Sequence[WebhookAttemptTable]:
    """Attempts that have begun and not ended."""
    query = select(Attempt).where(Attempt.delivery_id == delivery_id, Attempt.took_ms.is_(None))
    return session.scalars(query.where(Attempt.error.is_(None))).all()


def is_anything_due(session: Session, *, at: datetime) -> bool:
    """Whether there is a message to send now."""
    return session.scalar(select(Endpoint.id).where(*_ENABLED, *_has_due(at)).limit(1)) is not None


def endpoints_with_due(session: Session, *, at: datetime) -> Sequence[WebhookEndpointTable]:
    """The endpoints that have a message to send now, locked; those that another worker has locked are left out.

    The lock lets new messages be entered meanwhile: judging never waits for sending.
    """
    query = select(Endpoint).where(*_ENABLED, *_has_due(at)).with_for_update(skip_locked=True, key_share=True)
    return session.scalars(query).all()


def due(session: Session, *, endpoint_id: str, at: datetime, limit: int) -> Sequence[WebhookDeliveryTable]:
    """Messages of an endpoint that are to be sent now, the longest due first."""
    query = select(Delivery).where(Delivery.endpoint_id == endpoint_id, *_due(at))
    return session.scalars(query.order_by(Delivery.next_attempt_at, Delivery.id).limit(limit)).all()


def count_under_way(session: Session, *, endpoint_id: str, at: datetime) -> int:
    """How many messages of an endpoint are being sent."""
    query = select(func.count()).select_from(Delivery).where(Delivery.endpoint_id == endpoint_id)
    query = query.where(Delivery.status == "pending", Delivery.next_attempt_at > at, Delivery.claim.is_not(None))
    return session.scalar(query) or 0


def give_up_pending(session: Session, *, endpoint_id: str, at: datetime) -> None:
    """End whatever an endpoint has not taken."""
    query = update(Delivery).where(Delivery.endpoint_id == endpoint_id, Delivery.status == "pending")
    session.execute(query.values(status="failed", claim=None, next_attempt_at=None, finished_at=at))


def replay_failed(session: Session, *, endpoint_id: str, since: datetime, at: datetime) -> int:
    """Let the messages that were given up since a time be due again; says how many."""
    chosen = (Delivery.endpoint_id == endpoint_id, Delivery.status == "failed", Delivery.created_at >= since)
    count = session.scalar(select(func.count()).select_from(Delivery).where(*chosen)) or 0
    fresh = {"status": "pending", "attempts": 0, "claim": None, "next_attempt_at": at, "finished_at": None}
    session.execute(update(Delivery).where(*chosen).values(fresh))
    return count


def forget(session: Session, *, before: datetime, limit: int) -> int:
    """Delete messages that ended before a time, with their attempts; says how many."""
    old = select(Delivery.id).where(Delivery.status != "pending", Delivery.finished_at < before).limit(limit)
    ids = session.scalars(old).all()
    session.execute(delete(Attempt).where(Attempt.delivery_id.in_(ids)))
    session.execute(delete(Delivery).where(Delivery.id.in_(ids)))
    return len(ids)


def waiting(session: Session) -> int:
    """How many messages are still to be sent."""
    return session.scalar(select(func.count()).select_from(Delivery).where(Delivery.status == "pending")) or 0


def disabled(session: Session) -> int:
    """How many endpoints are switched off because they failed."""
    query = select(func.count()).select_from(Endpoint)
    return session.scalar(query.where(Endpoint.disabled_at.is_not(None), Endpoint.removed_at.is_(None))) or 0


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Delivery.status == "pending", Delivery.next_attempt_at <= at)


def _has_due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    is_awake = or_(Endpoint.rests_until.is_(None), Endpoint.rests_until <= at)
    return (is_awake, exists().where(Delivery.endpoint_id == Endpoint.id, *_due(at)))
