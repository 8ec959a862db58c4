"""One analysis of one call."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Float, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Moment, Table

DONE_AND_NO_CANDIDATE = "status = 'done' AND cause <> 'archive'"
"""As the partial index spells it, and the queries that are to use it."""


class RunTable(Table):
    """One analysis of one call; never changed once it is done, except that another may take its place.

    A trigger of the migrations refuses to change what a finished run found. The partial unique index lets a call have
    one current run at most, whatever a worker that was thought dead may still write. ``archive_id`` names the batch of
    a candidate; it is no foreign key, since SQLite would rebuild the table for one and lose its guards.
    ``engine`` is the recogniser and its model, ``hearing_key`` stands for all that it was heard with
    (`app.pipeline.upstream`), ``shares_channel`` says whether all voices lie on one channel, null where
    nobody was heard.
    """

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"))
    cause: Mapped[str] = mapped_column(String(16))
    script_id: Mapped[str] = mapped_column(String(200))
    script_version: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(16), default="queued")
    is_current: Mapped[bool] = mapped_column(Boolean, default=False)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    duration: Mapped[float | None] = mapped_column(Float)
    ruleset: Mapped[str | None] = mapped_column(String(80))
    profile: Mapped[str | None] = mapped_column(String(32))
    software: Mapped[str | None] = mapped_column(String(32))
    models: Mapped[dict[str, str] | None] = mapped_column(JSON)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    archive_id: Mapped[str | None] = mapped_column(String(64))
    engine: Mapped[str | None] = mapped_column(String(200))
    hearing_key: Mapped[str | None] = mapped_column(String(64))
    shares_channel: Mapped[bool | None] = mapped_column(Boolean)

    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'done')", name="status"),
        CheckConstraint("cause IN ('upload', 'request', 'archive')", name="cause"),
        Index("ix_runs_call_id_created_at", "call_id", "created_at"),
        Index("ix_runs_archive_id", "archive_id"),
        Index(
            "ix_runs_heard_id",
            "id",
            sqlite_where=text(DONE_AND_NO_CANDIDATE),
            postgresql_where=text(DONE_AND_NO_CANDIDATE),
        ),
        Index(
            "uq_runs_current",
            "call_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )
