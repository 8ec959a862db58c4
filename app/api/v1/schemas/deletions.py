"""Deleted recordings, as other programs see them."""

from datetime import datetime

from pydantic import BaseModel, Field

from app.api.v1.schemas.common import Sent
from app.retention.service import MAXIMUM_REASON_LENGTH, Tombstone


class NewDeletion(Sent):
    """Why the sound of a call is deleted; officers will read it."""

    reason: str = Field(min_length=1, max_length=MAXIMUM_REASON_LENGTH, pattern=r"\S")


class Deletion(BaseModel):
    """What is left of the sound of a call; ``erased_at`` is null while another call has the same recording."""

    call: str
    sha256: list[str]
    size_bytes: int
    reason: str
    deleted_by: str
    deleted_at: datetime
    erased_at: datetime | None

    @classmethod
    def of(cls, tombstone: Tombstone) -> "Deletion":
        """A tombstone."""
        return cls(
            call=tombstone.call_id,
            sha256=list(tombstone.sha256),
            size_bytes=tombstone.size_bytes,
            reason=tombstone.reason,
            deleted_by=tombstone.deleted_by,
            deleted_at=tombstone.deleted_at,
            erased_at=tombstone.erased_at,
        )
