"""A call that the dialler has cut into several recordings: which are there, and which are not."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.calls import repository
from app.calls.metadata import PartOfCall, raw_of, raw_to_json
from app.calls.tables import CallPartTable, CallTable
from app.domain.audio import RawFormat
from app.errors import Conflict


@dataclass(frozen=True, slots=True)
class SoundPart:
    """One recording of a call.

    Attributes:
        number: Counted from 1, in the order in which they were spoken.
        sha256: Hex digest of its bytes.
        size_bytes: How many.
        media_type: As the sender declared it.
        raw: The declared format of headerless sound, or None.
        received_at: When it came in.
    """

    number: int
    sha256: str
    size_bytes: int
    media_type: str
    raw: RawFormat | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class CallSound:
    """All recordings of a call.

    Attributes:
        parts: Those that have come in, by number; one for a call that was not cut.
        count: How many there are in all, or None where nobody has said so yet.
        is_cut: Whether the call was sent in parts.
    """

    parts: tuple[SoundPart, ...]
    count: int | None
    is_cut: bool

    @property
    def sha256(self) -> str:
        """What stands for all of it: the digest of the recording, or one over those of the parts and their numbers."""
        if not self.is_cut:
            return self.parts[0].sha256
        listed = "\n".join(f"{part.number} {part.sha256}" for part in self.parts)
        return hashlib.sha256(listed.encode()).hexdigest()

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers of the parts that have not come in; where nobody has said which is the last, the one after it too."""
        if not self.is_cut:
            return ()
        there = {part.number for part in self.parts}
        last = self.count or max(there) + 1
        return tuple(number for number in range(1, last + 1) if number not in there)

    def part(self, number: int) -> SoundPart | None:
        """The part of that number, where it is there."""
        return next((part for part in self.parts if part.number == number), None)


def sound_of(session: Session, *, call: CallTable) -> CallSound:
    """The recordings of a call."""
    rows = repository.parts(session, call_id=call.id)
    if not rows:
        raw = raw_of(call.details)
        received = call.recording_sha256, call.recording_size_bytes, call.recording_type
        whole = SoundPart(1, *received, raw, call.received_at)
        return CallSound((whole,), count=1, is_cut=False)
    parts = tuple(
        SoundPart(
            number=row.number,
            sha256=row.recording_sha256,
            size_bytes=row.recording_size_bytes,
            media_type=row.recording_type,
            raw=raw_of({"raw": row.raw}),
            received_at=row.received_at,
        )
        for row in rows
    )
    return CallSound(parts, count=next((row.count for row in rows if row.count), None), is_cut=True)


def part_received(
    session: Session, *, call: CallTable, part: PartOfCall, sha256: str, raw: RawFormat | None
) -> CallPartTable | None:
    """The part of a call that the same upload has entered before, or None where it would be a new one.

    Raises:
        Conflict: If the call was received whole, another recording under this number, or the parts are counted
            differently.
    """
    rows = repository.parts(session, call_id=call.id)
    if not rows:
        raise Conflict(f"The call {call.id} was received whole, not in parts.")
    known = next((row for row in rows if row.number == part.number), None)
    if known is not None:
        if (known.recording_sha256, known.count, known.raw) != (sha256, part.count, raw_to_json(raw)):
            raise Conflict(f"Another recording was received as part {part.number} of call {known.call_id}.")
        return known
    count = next((row.count for row in rows if row.count), None)
    last = max(row.number for row in rows)
    if (count is not None and part.count not in (None, count)) or part.number > (count or part.number):
        raise Conflict(f"The call {call.id} has {count} parts, as was said with another of them.")
    if part.count is not None and part.count < last:
        raise Conflict(f"Part {last} of call {call.id} was received: it has more parts than {part.count}.")
    return None


def add_part(
    session: Session, *, call: CallTable, part: PartOfCall, recording: Mapping[str, Any], raw: RawFormat | None
) -> None:
    """Enter a part of a call.

    Args:
        session: A writing session.
        call: The call.
        part: Which.
        recording: Columns that tell of the recording.
        raw: The declared format of headerless sound, or None.
    """
    session.add(
        CallPartTable(
            call_id=call.id,
            number=part.number,
            count=part.count,
            raw=raw_to_json(raw),
            received_at=datetime.now(UTC),
            **recording,
        )
    )
    session.flush()
