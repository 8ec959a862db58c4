"""Graded deviations, one row each."""

from sqlalchemy import Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Table


class FindingTable(Table):
    """One finding of one run; written with the run's result, never changed."""

    __tablename__ = "findings"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    finding_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(32))
    severity: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float] = mapped_column(Float)
    subject: Mapped[str | None] = mapped_column(String(200))
    line: Mapped[str | None] = mapped_column(String(200))
    utterance: Mapped[int | None] = mapped_column(Integer)
    start: Mapped[float | None] = mapped_column(Float)
    end: Mapped[float | None] = mapped_column(Float)
    quote: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("ix_findings_code_run_id", "code", "run_id"),)
