"""What is looked for in calls, beside the index of their words."""

from sqlalchemy import BigInteger, Float, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Table


class CallTextTable(Table):
    """Which number a call has in the index of words, and which run's words stand there.

    A call keeps its number when it is judged again, so the order of the numbers is that in which calls were judged
    first. ``words`` is what the index of SQLite holds, compressed: it can forget only what it is told once more.
    """

    __tablename__ = "call_texts"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"))
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    words: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (UniqueConstraint("call_id"), {"sqlite_autoincrement": True})


class CallTagTable(Table):
    """What was found in the current run of a call and decided on it, so that a list of calls is one index scan.

    ``tag`` is ``code/CODE``, ``subject/SUBJECT``, ``code/CODE/SUBJECT`` or ``verdict/VERDICT``; ``confidence`` is that
    of the surest such finding, 1 for a verdict.
    """

    __tablename__ = "call_tags"

    tag: Mapped[str] = mapped_column(String(300), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    confidence: Mapped[float] = mapped_column(Float)

    __table_args__ = (Index("ix_call_tags_call_id", "call_id"), {"sqlite_with_rowid": False})
