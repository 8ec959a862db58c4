"""What people decided."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Moment, Table


class DecisionTable(Table):
    """One decision of one person; a later row supersedes it, nothing changes it.

    ``finding_id`` is null where the call as a whole was decided. ``quote`` repeats the words that were decided on, so
    that the decision is never moved to other words when the call is judged again.
    """

    __tablename__ = "decisions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"))
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    finding_id: Mapped[str | None] = mapped_column(String(80))
    quote: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(64))
    decided_by_name: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("verdict IN ('confirmed', 'dismissed', 'excused', 'undetermined')", name="verdict"),
        Index("ix_decisions_call_id_decided_at", "call_id", "decided_at"),
    )
