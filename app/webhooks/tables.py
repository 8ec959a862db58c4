"""Who is told, what is to be told, and how each attempt went."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Moment, Table


class WebhookEndpointTable(Table):
    """An address of a call centre that is told of events.

    No secret stands here: it is made of the installation's key and the salt, see `app.webhooks.signing`. The check
    tells whether the key is still the one that the secret was handed out under.
    """

    __tablename__ = "webhook_endpoints"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    call_centre: Mapped[str] = mapped_column(ForeignKey("call_centres.id"))
    url: Mapped[str] = mapped_column(String(1000))
    events: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    secret_salt: Mapped[str] = mapped_column(String(32))
    secret_check: Mapped[str] = mapped_column(String(16))
    previous_salt: Mapped[str | None] = mapped_column(String(32))
    previous_check: Mapped[str | None] = mapped_column(String(16))
    previous_until: Mapped[datetime | None] = mapped_column(Moment)
    failing_since: Mapped[datetime | None] = mapped_column(Moment)
    rests_until: Mapped[datetime | None] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    disabled_why: Mapped[str | None] = mapped_column(String(16))
    removed_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("disabled_why IN ('gone', 'failing')", name="disabled_why"),
        Index("ix_webhook_endpoints_call_centre", "call_centre"),
    )


class WebhookDeliveryTable(Table):
    """One message to one endpoint; its id is the `webhook-id`, the same in every attempt.

    ``next_attempt_at`` is also how a claim ends: a worker that takes the delivery moves it to where it will be free
    again, so that a worker that dies holds it back for that long only. ``claim`` fences off one that comes late.
    """

    __tablename__ = "webhook_deliveries"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(ForeignKey("webhook_endpoints.id"))
    event: Mapped[str] = mapped_column(String(32))
    call_id: Mapped[str | None] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(String(16), default="pending")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(Moment)
    claim: Mapped[str | None] = mapped_column(String(32))
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("status IN ('pending', 'delivered', 'failed')", name="status"),
        Index("ix_webhook_deliveries_due", "endpoint_id", "status", "next_attempt_at"),
        Index("ix_webhook_deliveries_log", "endpoint_id", "id"),
        Index("ix_webhook_deliveries_finished", "status", "finished_at"),
    )


class WebhookAttemptTable(Table):
    """One attempt at a delivery; what the receiver answered is not kept, but for the status.

    Entered when it begins: an attempt without an end was cut short with its worker.
    """

    __tablename__ = "webhook_attempts"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("webhook_deliveries.id"))
    began_at: Mapped[datetime] = mapped_column(Moment)
    took_ms: Mapped[int | None] = mapped_column(Integer)
    status_code: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(32))

    __table_args__ = (Index("ix_webhook_attempts_delivery_id", "delivery_id", "id"),)
