"""What is left of recordings that are no more."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Moment, Table


class TombstoneTable(Table):
    """What is left of a recording of one call after somebody has deleted it; never taken away.

    ``erased_at`` is null until the bytes are gone: for a moment, while the storage does not answer, or for as long as
    another call has the same recording.
    """

    __tablename__ = "tombstones"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    recording_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    deleted_by_kind: Mapped[str] = mapped_column(String(16))
    deleted_by: Mapped[str] = mapped_column(String(64))
    deleted_by_name: Mapped[str] = mapped_column(String(200))
    deleted_at: Mapped[datetime] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (Index("ix_tombstones_recording_sha256", "recording_sha256"),)


class DamagedRecordingTable(Table):
    """A recording whose stored bytes are not those that were received, or are missing; until it is read well again.

    ``found_sha256`` is what was there instead, null where nothing was.
    """

    __tablename__ = "damaged_recordings"

    recording_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    found_sha256: Mapped[str | None] = mapped_column(String(64))
    noticed_at: Mapped[datetime] = mapped_column(Moment)
