"""Every query over tombstones and damages."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, exists, select, union
from sqlalchemy.orm import Session

from app.calls.tables import CallPartTable, CallTable, DerivedSoundTable
from app.retention.tables import DamagedRecordingTable, TombstoneTable


def tombstones(session: Session, *, call_id: str) -> Sequence[TombstoneTable]:
    """Of one call, the oldest first."""
    query = select(TombstoneTable).where(TombstoneTable.call_id == call_id)
    return session.scalars(query.order_by(TombstoneTable.deleted_at, TombstoneTable.recording_sha256)).all()


def tombstones_of(session: Session, *, sha256: str) -> Sequence[TombstoneTable]:
    """Of one recording, which several calls may have had."""
    return session.scalars(select(TombstoneTable).where(TombstoneTable.recording_sha256 == sha256)).all()


def is_held(session: Session, *, sha256: str) -> bool:
    """Whether any call has this recording, and has not lost it to a deletion."""
    whole = select(CallTable.id).where(CallTable.recording_sha256 == sha256, ~_buried(CallTable.id, sha256))
    part = select(CallPartTable.call_id).where(
        CallPartTable.recording_sha256 == sha256, ~_buried(CallPartTable.call_id, sha256)
    )
    return any(session.scalar(query.limit(1)) is not None for query in (whole, part))


def held(session: Session) -> Iterator[tuple[str, int]]:
    """Every recording that some call has and has not lost to a deletion, with its size in bytes; by digest."""
    lost = and_(TombstoneTable.call_id == CallTable.id, TombstoneTable.recording_sha256 == CallTable.recording_sha256)
    whole = select(CallTable.recording_sha256, CallTable.recording_size_bytes).where(~exists().where(lost))
    gone = and_(
        TombstoneTable.call_id == CallPartTable.call_id,
        TombstoneTable.recording_sha256 == CallPartTable.recording_sha256,
    )
    parts = select(CallPartTable.recording_sha256, CallPartTable.recording_size_bytes).where(~exists().where(gone))
    for sha256, size_bytes in session.execute(union(whole, parts).order_by("recording_sha256")):
        yield str(sha256), int(size_bytes)


def playback_keys(session: Session) -> Sequence[str]:
    """Where everything lies that was made from recordings for the browser."""
    query = select(DerivedSoundTable.playback_key).where(DerivedSoundTable.playback_key.is_not(None))
    return [str(key) for key in session.scalars(query.order_by(DerivedSoundTable.playback_key))]


def recordings(session: Session, *, call: CallTable) -> dict[str, int]:
    """The recordings of a call, each with its size in bytes: one, or several where the dialler has cut it."""
    parts = session.scalars(select(CallPartTable).where(CallPartTable.call_id == call.id)).all()
    cut = {part.recording_sha256: part.recording_size_bytes for part in parts}
    return cut | {call.recording_sha256: call.recording_size_bytes}


def damages(session: Session, *, sha256: Sequence[str]) -> Sequence[DamagedRecordingTable]:
    """What is known to be damaged of some recordings."""
    return session.scalars(
        select(DamagedRecordingTable).where(DamagedRecordingTable.recording_sha256.in_(sha256))
    ).all()


def _buried(call_id: ColumnElement[str] | object, sha256: str) -> ColumnElement[bool]:
    return exists().where(and_(TombstoneTable.call_id == call_id, TombstoneTable.recording_sha256 == sha256))
