"""A message is taken, tried, and either delivered, put off or given up; each step is one transaction.

A worker takes a message by moving it to where it will be due again should the worker die. So nothing that waits
holds a worker, and nothing is lost; a message may be sent twice, under the same id.
"""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.audit.service import SYSTEM, record
from app.db.identifiers import new_id
from app.telemetry import logger
from app.webhooks import repository
from app.webhooks.sending import Answer
from app.webhooks.service import salts_in_force
from app.webhooks.signing import secret_of
from app.webhooks.tables import WebhookAttemptTable, WebhookDeliveryTable, WebhookEndpointTable

JITTER = 0.2
"""Each pause is longer or shorter by up to this part, so that what failed together does not come back together."""

DISABLED_AFTER = timedelta(days=5)
"""A receiver that has taken nothing for so long, and lets a message run out of attempts, is told nothing any more."""

MOST_AT_ONCE = 4
"""Messages under way to one endpoint; one only while it fails, so that a dead one does not hold up the others."""

LONGEST_REST_S = 60.0
"""After a failure no other message is tried at the endpoint for as long as the failed one waits, and so long at most: a
receiver that comes back with thousands of messages due is asked now and then, not all the time."""

GONE = 410
ASKS_TO_WAIT = (429, 503)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message that a worker has taken, with all that it takes to send it.

    Attributes:
        delivery_id: The message, and its `webhook-id`.
        endpoint_id: For whom.
        attempt_id: The row of this attempt.
        claim: What the worker holds the message by.
        url: Where to.
        body: What to send.
        secrets: What to sign by; empty where the installation's key is not the one they were made under.
    """

    delivery_id: str
    endpoint_id: str
    attempt_id: str
    claim: str
    url: str = field(repr=False)
    body: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


def take(
    session: Session, *, at: datetime, held_for: timedelta, limit: int, key: bytes, most_attempts: int
) -> tuple[Parcel, ...]:
    """Take messages that are due, of as many endpoints as there are.

    Args:
        session: A writing session.
        at: Now.
        held_for: After so long they are due again, unless `settle_attempt` comes before.
        limit: At most so many.
        key: Of the installation.
        most_attempts: A message that a dead worker held for its last attempt is given up.
    """
    rows = list(repository.endpoints_with_due(session, at=at))
    random.shuffle(rows)
    parcels: list[Parcel] = []
    turns = [_taking(session, row, at=at, held_for=held_for, key=key, most_attempts=most_attempts) for row in rows]
    while turns and len(parcels) < limit:
        turn = turns.pop(0)
        parcel = next(turn, None)
        if parcel is not None:
            parcels.append(parcel)
            turns.append(turn)
    return tuple(parcels)


def settle_attempt(
    session: Session, *, parcel: Parcel, answer: Answer, at: datetime, pauses_s: tuple[float, ...]
) -> None:
    """Write down how an attempt went, and what becomes of the message.

    A worker that was thought dead may come late: that the message was taken counts all the same, a failure does not.

    Args:
        session: A writing session.
        parcel: What was sent.
        answer: How it went.
        at: Now.
        pauses_s: Before each further attempt.
    """
    endpoint = repository.endpoint(session, parcel.endpoint_id, locked=True)
    row = session.get(WebhookDeliveryTable, parcel.delivery_id)
    attempt = session.get(WebhookAttemptTable, parcel.attempt_id)
    if endpoint is None or row is None or attempt is None:
        return
    attempt.took_ms = round(answer.took_s * 1000)
    attempt.status_code, attempt.error = answer.status, answer.error
    if answer.is_taken:
        _end(row, status="delivered", at=at)
        endpoint.failing_since = endpoint.rests_until = None
    elif row.claim == parcel.claim and row.status == "pending":
        _put_off(session, endpoint=endpoint, row=row, answer=answer, at=at, pauses_s=pauses_s)


def _put_off(
    session: Session,
    *,
    endpoint: WebhookEndpointTable,
    row: WebhookDeliveryTable,
    answer: Answer,
    at: datetime,
    pauses_s: tuple[float, ...],
) -> None:
    endpoint.failing_since = endpoint.failing_since or at
    pause_s = pauses_s[min(row.attempts, len(pauses_s)) - 1]
    endpoint.rests_until = at + timedelta(seconds=min(pause_s, LONGEST_REST_S))
    if answer.status == GONE:
        _disable(session, endpoint=endpoint, why="gone", at=at)
    elif row.attempts > len(pauses_s):
        _end(row, status="failed", at=at)
        if at - endpoint.failing_since > DISABLED_AFTER:
            _disable(session, endpoint=endpoint, why="failing", at=at)
    else:
        pause_s *= random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
        if answer.status in ASKS_TO_WAIT:
            pause_s = max(pause_s, answer.retry_after_s or 0.0)
        row.claim, row.next_attempt_at = None, at + timedelta(seconds=pause_s)


def _disable(session: Session, *, endpoint: WebhookEndpointTable, why: str, at: datetime) -> None:
    endpoint.disabled_at, endpoint.disabled_why = at, why
    session.flush()
    repository.give_up_pending(session, endpoint_id=endpoint.id, at=at)
    record(session, actor=SYSTEM, action="webhook.disabled", subject=endpoint.id, details={"why": why}, at=at)
    logger(__name__).warning("webhook.disabled", endpoint=endpoint.id, why=why)


def _taking(
    session: Session,
    endpoint: WebhookEndpointTable,
    *,
    at: datetime,
    held_for: timedelta,
    key: bytes,
    most_attempts: int,
) -> Iterator[Parcel]:
    """Take the messages of one endpoint, one after the other, while it may have more under way."""
    most = 1 if endpoint.failing_since else MOST_AT_ONCE
    room = most - repository.count_under_way(session, endpoint_id=endpoint.id, at=at)
    salts = [secret_of(key, salt) for salt in salts_in_force(endpoint, at=at)]
    for row in repository.due(session, endpoint_id=endpoint.id, at=at, limit=max(0, room)):
        if row.claim is not None:
            for attempt in repository.unfinished_attempts(session, delivery_id=row.id):
                attempt.error = "interrupted"
        if row.attempts >= most_attempts:
            _end(row, status="failed", at=at)
            continue
        row.attempts += 1
        row.claim, row.next_attempt_at = secrets.token_hex(8), at + held_for
        attempt = WebhookAttemptTable(id=new_id("attempt"), delivery_id=row.id, began_at=at)
        session.add(attempt)
        yield Parcel(
            delivery_id=row.id,
            endpoint_id=endpoint.id,
            attempt_id=attempt.id,
            claim=row.claim,
            url=endpoint.url,
            body=row.payload,
            secrets=tuple(salt for salt in salts if salt is not None) if salts[0] is not None else (),
        )


def _end(row: WebhookDeliveryTable, *, status: str, at: datetime) -> None:
    row.status, row.claim, row.next_attempt_at, row.finished_at = status, None, None, at
