"""A batch over the archive, its frozen list of calls, what it would change, and who made it count."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Moment, Table


class ArchiveTable(Table):
    """One batch: a selection of calls, frozen when it was started, whose analyses are candidates.

    ``epoch`` counts how often it was started or taken up again, so that the jobs of an earlier start have other ids;
    at 0 it is paused until the list of its calls is whole.
    ``summary`` holds the counts of one that is finished, so that nobody counts a million rows again.
    """

    __tablename__ = "archives"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16))
    selection: Mapped[dict[str, Any]] = mapped_column(JSON)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    total: Mapped[int] = mapped_column(Integer)
    chunk_size: Mapped[int] = mapped_column(Integer)
    epoch: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str] = mapped_column(String(64))
    created_by_name: Mapped[str] = mapped_column(String(200))
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    __table_args__ = (
        CheckConstraint("status IN ('running', 'paused', 'cancelled', 'finished')", name="status"),
        Index("ix_archives_created_at", "created_at"),
    )


class ArchivePromotionTable(Table):
    """One promotion of candidates by a named person, done in pieces; ``total`` is how many were chosen."""

    __tablename__ = "archive_promotions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    archive_id: Mapped[str] = mapped_column(ForeignKey("archives.id"))
    selection: Mapped[dict[str, Any]] = mapped_column(JSON)
    total: Mapped[int] = mapped_column(Integer)
    actor_kind: Mapped[str] = mapped_column(String(16))
    promoted_by: Mapped[str] = mapped_column(String(64))
    promoted_by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_archive_promotions_archive_id", "archive_id"),)


class ArchiveCallTable(Table):
    """One call of a batch; the key (archive, call) makes a replay invisible.

    ``base_run_id`` is the run that was current when the call was compared; ``run_id`` the candidate, null where
    nothing upstream had changed. ``stage`` says what really ran.
    """

    __tablename__ = "archive_calls"

    archive_id: Mapped[str] = mapped_column(ForeignKey("archives.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    chunk: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer)
    base_run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    stage: Mapped[str | None] = mapped_column(String(16))
    seconds: Mapped[float | None] = mapped_column(Float)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome_before: Mapped[str | None] = mapped_column(String(16))
    outcome_after: Mapped[str | None] = mapped_column(String(16))
    changes: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    promotion_id: Mapped[str | None] = mapped_column(ForeignKey("archive_promotions.id"))
    promoted: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'done')", name="status"),
        CheckConstraint("stage IN ('nothing', 'text', 'findings', 'hearing', 'failed')", name="stage"),
        CheckConstraint("promoted IN ('promoted', 'skipped')", name="promoted"),
        Index("ix_archive_calls_position", "archive_id", "position", unique=True),
        Index("ix_archive_calls_chunk", "archive_id", "status", "chunk"),
        Index("ix_archive_calls_finished", "archive_id", "finished_at"),
        Index("ix_archive_calls_counts", "archive_id", "status", "stage", "seconds", "changes", "unchanged"),
        Index(
            "ix_archive_calls_changed",
            "archive_id",
            "position",
            sqlite_where=text("changes > 0"),
            postgresql_where=text("changes > 0"),
        ),
        Index("ix_archive_calls_promotion", "promotion_id", "promoted", "position"),
        Index("ix_archive_calls_stage", "stage", "finished_at"),
        Index("ix_archive_calls_call_id", "call_id"),
    )


class ArchiveChangeTable(Table):
    """One difference between what counts and a candidate, with its cause."""

    __tablename__ = "archive_changes"

    archive_id: Mapped[str] = mapped_column(ForeignKey("archives.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(16))
    code: Mapped[str | None] = mapped_column(String(32))
    severity: Mapped[str | None] = mapped_column(String(16))
    before_id: Mapped[str | None] = mapped_column(String(80))
    after_id: Mapped[str | None] = mapped_column(String(80))
    fields: Mapped[list[str]] = mapped_column(JSON)

    __table_args__ = (Index("ix_archive_changes_kind_cause", "archive_id", "kind", "cause", "code"),)
