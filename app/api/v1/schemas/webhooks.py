"""Webhooks, as other programs see them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.api.v1.schemas.common import Instant, Sent
from app.webhooks.service import Delivery
from app.webhooks.tables import WebhookEndpointTable


class NewWebhook(Sent):
    """An address to tell."""

    url: Annotated[str, Field(min_length=1, max_length=1000)]
    events: list[Literal["call.judged"]] = Field(default_factory=list, max_length=10)
    call_centre: str | None = Field(default=None, max_length=100)


class Webhook(BaseModel):
    """An address that is told."""

    id: str
    call_centre: str
    url: str
    events: list[str]
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: Literal["gone", "failing"] | None

    @classmethod
    def of(cls, row: WebhookEndpointTable) -> "Webhook":
        """An endpoint."""
        return cls.model_validate(row, from_attributes=True)


class CreatedWebhook(Webhook):
    """A new one, with its secret, which is never shown again."""

    secret: str


class WebhookList(BaseModel):
    """All webhooks of a call centre; there are few."""

    items: list[Webhook]
    next: None = None


class Rotation(Sent):
    """How long messages are signed by the old secret too."""

    overlap_seconds: int = Field(default=86_400, ge=0, le=604_800)


class Secret(BaseModel):
    """A secret, which is never shown again."""

    secret: str


class Attempt(BaseModel):
    """One attempt at a delivery."""

    at: datetime
    took_ms: int | None
    status: int | None
    error: str | None


class WebhookDelivery(BaseModel):
    """A message, and how it went; `id` is the `webhook-id`."""

    id: str
    event: str
    call: str | None
    status: Literal["pending", "delivered", "failed"]
    created_at: datetime
    next_attempt_at: datetime | None
    finished_at: datetime | None
    attempts: list[Attempt]

    @classmethod
    def of(cls, delivery: Delivery) -> "WebhookDelivery":
        """A delivery."""
        row = delivery.row
        attempts = [
            Attempt(at=one.began_at, took_ms=one.took_ms, status=one.status_code, error=one.error)
            for one in delivery.attempts
        ]
        return cls(
            id=row.id,
            event=row.event,
            call=row.call_id,
            status=row.status,  # type: ignore[arg-type]
            created_at=row.created_at,
            next_attempt_at=row.next_attempt_at,
            finished_at=row.finished_at,
            attempts=attempts,
        )


class WebhookDeliveryList(BaseModel):
    """One page of a delivery log."""

    items: list[WebhookDelivery]
    next: str | None


class Queued(BaseModel):
    """A message that will be sent."""

    delivery: str


class ReplayOfFailed(Sent):
    """Which of the messages that were given up to send again."""

    since: Instant | None = None


class Replayed(BaseModel):
    """How many messages will be sent again."""

    deliveries: int
