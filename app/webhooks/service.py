"""Endpoints and their log, as call centres and administrators use them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.tables import CallCentreTable
from app.audit.service import Actor, record
from app.db.identifiers import new_id
from app.db.text import can_be_kept
from app.errors import BadInput, Conflict, Forbidden, NotFound
from app.webhooks import repository
from app.webhooks.events import OFFERED, queue_test
from app.webhooks.signing import Salt, new_salt, secret_of
from app.webhooks.tables import WebhookAttemptTable, WebhookDeliveryTable, WebhookEndpointTable

MOST_ENDPOINTS = 10
LONGEST_OVERLAP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message with its attempts, the first one first."""

    row: WebhookDeliveryTable
    attempts: tuple[WebhookAttemptTable, ...]


def add_endpoint(
    session: Session, *, call_centre: str | None, url: str, events: Sequence[str], actor: Actor, key: bytes
) -> tuple[WebhookEndpointTable, str]:
    """Tell an address of events from now on. The address must have been checked (`app.webhooks.addresses`).

    Args:
        session: A writing session.
        call_centre: Whose calls; may be left out by a call centre's key.
        url: Where to.
        events: Which; all that are offered where it is empty.
        actor: Who asks for it.
        key: Of the installation.

    Returns:
        The endpoint and its secret, which is shown once.

    Raises:
        Forbidden: If the call centre is not the actor's.
        BadInput: If there is no such call centre or event, or there are too many endpoints.
        Conflict: If the call centre has that address already.
    """
    owner = _owner(session, call_centre=call_centre, actor=actor)
    wanted = tuple(dict.fromkeys(events)) or tuple(map(str, OFFERED))
    if not set(wanted) <= set(OFFERED):
        raise BadInput(f"Events are {', '.join(OFFERED)}.")
    present = repository.endpoints(session, call_centre=owner)
    if any(row.url == url for row in present):
        raise Conflict("This call centre has that address already.", next_step="Remove it first, or rotate its secret.")
    if len(present) >= MOST_ENDPOINTS:
        raise BadInput(f"A call centre has at most {MOST_ENDPOINTS} endpoints.", next_step="Remove one first.")
    fresh = new_salt(key)
    row = WebhookEndpointTable(
        id=new_id("webhook"),
        call_centre=owner,
        url=url,
        events=list(map(str, wanted)),
        created_at=datetime.now(UTC),
        secret_salt=fresh.salt,
        secret_check=fresh.check,
    )
    session.add(row)
    session.flush()
    record(session, actor=actor, action="webhook.added", subject=row.id, details={"call_centre": owner})
    return row, secret_of(key, fresh) or ""


def list_endpoints(session: Session, *, actor: Actor) -> Sequence[WebhookEndpointTable]:
    """The endpoints that the actor may see."""
    return repository.endpoints(session, call_centre=actor.call_centre)


def get_endpoint(session: Session, *, endpoint_id: str, actor: Actor, locked: bool = False) -> WebhookEndpointTable:
    """One endpoint.

    Raises:
        NotFound: If there is none, or none that the actor may see.
    """
    row = repository.endpoint(session, endpoint_id, locked=locked) if _is_id(endpoint_id) else None
    if row is None or actor.call_centre not in (None, row.call_centre):
        raise NotFound("There is no such webhook.")
    return row


def remove_endpoint(session: Session, *, endpoint_id: str, actor: Actor) -> None:
    """Tell it nothing any more; what it has not taken is given up.

    Raises:
        NotFound: If there is no such endpoint.
    """
    row = get_endpoint(session, endpoint_id=endpoint_id, actor=actor, locked=True)
    row.removed_at = datetime.now(UTC)
    repository.give_up_pending(session, endpoint_id=row.id, at=row.removed_at)
    record(session, actor=actor, action="webhook.removed", subject=row.id)


def rotate_secret(session: Session, *, endpoint_id: str, overlap: timedelta, actor: Actor, key: bytes) -> str:
    """Give an endpoint another secret; until the overlap ends messages are signed by both.

    Returns:
        The new secret, which is shown once.

    Raises:
        NotFound: If there is no such endpoint.
        BadInput: If the overlap is negative or longer than seven days.
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise BadInput("The overlap is at most 604800 seconds, seven days.")
    row = get_endpoint(session, endpoint_id=endpoint_id, actor=actor, locked=True)
    fresh = new_salt(key)
    row.previous_salt, row.previous_check = row.secret_salt, row.secret_check
    row.previous_until = datetime.now(UTC) + overlap
    row.secret_salt, row.secret_check = fresh.salt, fresh.check
    record(session, actor=actor, action="webhook.secret-rotated", subject=row.id)
    return secret_of(key, fresh) or ""


def enable(session: Session, *, endpoint_id: str, actor: Actor) -> WebhookEndpointTable:
    """Tell an endpoint again that was disabled; what was given up meanwhile can be replayed.

    Raises:
        NotFound: If there is no such endpoint.
    """
    row = get_endpoint(session, endpoint_id=endpoint_id, actor=actor, locked=True)
    if row.disabled_at is not None:
        row.disabled_at = row.disabled_why = row.failing_since = row.rests_until = None
        record(session, actor=actor, action="webhook.enabled", subject=row.id)
    return row


def send_test(session: Session, *, endpoint_id: str, actor: Actor) -> str:
    """Queue a message that tells of nothing.

    Returns:
        Its id.

    Raises:
        NotFound: If there is no such endpoint.
        Conflict: If the endpoint is disabled.
    """
    row = _enabled(session, endpoint_id=endpoint_id, actor=actor)
    delivery_id = queue_test(session, endpoint_id=row.id)
    record(session, actor=actor, action="webhook.tested", subject=row.id, details={"delivery": delivery_id})
    return delivery_id


def list_deliveries(
    session: Session, *, endpoint_id: str, status: str | None, before: str | None, limit: int, actor: Actor
) -> tuple[Delivery, ...]:
    """The log of an endpoint, the newest message first, each with its attempts.

    Raises:
        NotFound: If there is no such endpoint.
    """
    row = get_endpoint(session, endpoint_id=endpoint_id, actor=actor)
    found = repository.deliveries(session, endpoint_id=row.id, status=status, before=before, limit=limit)
    return _with_attempts(session, found)


def replay(session: Session, *, endpoint_id: str, delivery_id: str, actor: Actor) -> Delivery:
    """Send a message once more, from the start of the schedule and under the same id, whether it was taken or not.

    Raises:
        NotFound: If there is no such endpoint or message.
        Conflict: If the endpoint is disabled.
    """
    row = _enabled(session, endpoint_id=endpoint_id, actor=actor)
    found = repository.delivery(session, delivery_id, endpoint_id=row.id) if _is_id(delivery_id) else None
    if found is None:
        raise NotFound("There is no such delivery.", next_step="List the deliveries of the webhook.")
    found.status, found.attempts, found.claim = "pending", 0, None
    found.next_attempt_at, found.finished_at = datetime.now(UTC), None
    record(session, actor=actor, action="webhook.replayed", subject=row.id, details={"delivery": delivery_id})
    return _with_attempts(session, (found,))[0]


def replay_failed(session: Session, *, endpoint_id: str, since: datetime, actor: Actor) -> int:
    """Send every message once more that was given up, of those made since a time; says how many.

    Raises:
        NotFound: If there is no such endpoint.
        Conflict: If the endpoint is disabled.
    """
    row = _enabled(session, endpoint_id=endpoint_id, actor=actor)
    count = repository.replay_failed(session, endpoint_id=row.id, since=since, at=datetime.now(UTC))
    record(session, actor=actor, action="webhook.replayed", subject=row.id, details={"deliveries": count})
    return count


def salts_in_force(row: WebhookEndpointTable, *, at: datetime) -> tuple[Salt, ...]:
    """What the messages of an endpoint are signed by: its secret, and the one before while that overlaps."""
    present = Salt(row.secret_salt, row.secret_check)
    if row.previous_salt and row.previous_check and row.previous_until and row.previous_until > at:
        return (present, Salt(row.previous_salt, row.previous_check))
    return (present,)


def _owner(session: Session, *, call_centre: str | None, actor: Actor) -> str:
    if actor.call_centre is not None and call_centre not in (None, actor.call_centre):
        raise Forbidden("The key belongs to another call centre.")
    owner = actor.call_centre or call_centre
    if owner is None or not can_be_kept(owner) or session.get(CallCentreTable, owner) is None:
        raise BadInput("`call_centre` names none that is known here.", next_step="Make a key for it first.")
    return owner


def _enabled(session: Session, *, endpoint_id: str, actor: Actor) -> WebhookEndpointTable:
    """The endpoint, which is asked at once if it rested."""
    row = get_endpoint(session, endpoint_id=endpoint_id, actor=actor, locked=True)
    if row.disabled_at is not None:
        raise Conflict("The webhook is disabled.", next_step="Enable it first.")
    row.rests_until = None
    return row


def _with_attempts(session: Session, rows: Sequence[WebhookDeliveryTable]) -> tuple[Delivery, ...]:
    found = repository.attempts(session, delivery_ids=[row.id for row in rows])
    return tuple(
        Delivery(row=row, attempts=tuple(attempt for attempt in found if attempt.delivery_id == row.id)) for row in rows
    )


def _is_id(text: str) -> bool:
    """PostgreSQL takes no NUL in a text; nothing that is no identifier is looked for."""
    return text.isascii() and text.isprintable()
