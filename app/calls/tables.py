"""A call as it was received, and how it stands."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Moment, Table

PENDING_RANK = 60
"""``queue_rank`` of a call that nobody has judged yet; the other ranks stand in app/runs/standing.py."""


LISTED_BY = (
    "script_id",
    "script_version",
    "canvasser_id",
    "campaign",
    "disposition",
    "reached",
    "reason",
    "worst_severity",
    "review",
    "dialled_ends",
)
"""By what calls are listed, the newest first, beside ``outcome`` and ``call_centre``: one index each, in that order."""

RECKONED_BY = (
    "basis",
    "started_at",
    "worst_severity",
    "duration",
    "outcome",
    "call_centre",
    "campaign",
    "canvasser_id",
    "id",
)
"""All that a plan for the archive looks at, whatever is chosen: one index, so that no row of a call is read."""


class CallTable(Table):
    """One call. What was received never changes; how it stands follows from its current run and the decisions.

    The columns from ``status`` on are copied from the current run and the decisions in the same transaction, so that
    the queue is one index scan. ``queue_doubt`` is one minus ``top_confidence``, so that all of the order ascends.
    ``basis`` stands for what that run rests on (`app.runs.basis`): what judging the archive again would take is
    reckoned from its index alone, since the rows of a million runs are 10 GB.
    Of a call that lies in several recordings the ``recording`` columns tell of the one that came in first, and
    ``sound_sha256`` stands for those that were put together last.
    """

    __tablename__ = "calls"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    call_centre: Mapped[str] = mapped_column(ForeignKey("call_centres.id"))
    external_id: Mapped[str] = mapped_column(String(200))
    script_id: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    canvasser_id: Mapped[str | None] = mapped_column(String(200))
    campaign: Mapped[str | None] = mapped_column(String(200))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    metadata_digest: Mapped[str] = mapped_column(String(64))
    dialled_digest: Mapped[str | None] = mapped_column(String(64))
    dialled_ends: Mapped[str | None] = mapped_column(String(3))
    disposition: Mapped[str | None] = mapped_column(String(200))
    recording_sha256: Mapped[str] = mapped_column(String(64))
    recording_size_bytes: Mapped[int] = mapped_column(BigInteger)
    recording_type: Mapped[str] = mapped_column(String(100))
    sound_sha256: Mapped[str | None] = mapped_column(String(64))

    status: Mapped[str] = mapped_column(String(16), default="queued")
    outcome: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    duration: Mapped[float | None] = mapped_column(Float)
    worst_severity: Mapped[str | None] = mapped_column(String(16))
    top_confidence: Mapped[float | None] = mapped_column(Float)
    finding_count: Mapped[int] = mapped_column(Integer, default=0)
    queue_rank: Mapped[int] = mapped_column(Integer, default=PENDING_RANK)
    queue_doubt: Mapped[float] = mapped_column(Float, default=1.0)
    review: Mapped[str | None] = mapped_column(String(16))
    script_version: Mapped[str | None] = mapped_column(String(80))
    reached: Mapped[str | None] = mapped_column(String(16))
    basis: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (
        UniqueConstraint("call_centre", "external_id"),
        CheckConstraint("status IN ('queued', 'running', 'done')", name="status"),
        CheckConstraint("review IN ('open', 'decided')", name="review"),
        Index("ix_calls_queue", "queue_rank", "queue_doubt", "started_at", "id"),
        Index("ix_calls_outcome_id", "outcome", "id"),
        Index("ix_calls_call_centre_id", "call_centre", "id"),
        Index("ix_calls_review_queue", "review", "queue_rank", "queue_doubt", "started_at", "id"),
        Index("ix_calls_outcome_queue", "outcome", "queue_rank", "queue_doubt", "started_at", "id"),
        Index("ix_calls_call_centre_outcome_reason", "call_centre", "outcome", "reason"),
        Index("ix_calls_call_centre_review", "call_centre", "review"),
        Index("ix_calls_script_id_outcome", "script_id", "outcome"),
        Index("ix_calls_script_id_review", "script_id", "review"),
        Index("ix_calls_started_at_id", "started_at", "id"),
        Index("ix_calls_recording_sha256", "recording_sha256"),
        Index("ix_calls_external_id", "external_id"),
        Index("ix_calls_dialled_digest", "dialled_digest"),
        Index("ix_calls_basis", *RECKONED_BY),
        *(Index(f"ix_calls_{column}_id", column, "id") for column in LISTED_BY),
    )


class CallPartTable(Table):
    """One of the recordings of a call that the dialler has cut; never changed.

    ``count`` is how many there are, as far as this part's sender knew.
    """

    __tablename__ = "call_parts"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    count: Mapped[int | None] = mapped_column(Integer)
    recording_sha256: Mapped[str] = mapped_column(String(64))
    recording_size_bytes: Mapped[int] = mapped_column(BigInteger)
    recording_type: Mapped[str] = mapped_column(String(100))
    raw: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_call_parts_recording_sha256", "recording_sha256"),)


class DerivedSoundTable(Table):
    """What the browser needs to play a recording; made from it, and made again at will."""

    __tablename__ = "derived_sounds"

    recording_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    playback_key: Mapped[str | None] = mapped_column(String(200))
    peaks: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Moment)
