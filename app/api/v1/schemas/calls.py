"""Calls, as other programs see them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from app.api.v1.schemas.common import Sent
from app.calls.parts import CallSound
from app.calls.service import Received
from app.reviews.service import CallView, DecisionRow, QueueRow


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    next_step: str | None = None


class Parts(BaseModel):
    """Which recordings of a call that was cut have come in; ``count`` is null while nobody has said how many it has."""

    received: list[int]
    missing: list[int]
    count: int | None

    @classmethod
    def of(cls, sound: CallSound | None) -> "Parts | None":
        """The parts of a call, or None for one that was not cut."""
        if sound is None:
            return None
        numbers = [part.number for part in sound.parts]
        return cls(received=numbers, missing=list(sound.missing), count=sound.count)


class Receipt(BaseModel):
    """What a call centre gets for an upload."""

    id: str
    status: Literal["queued", "running", "done"]
    external_id: str
    call_centre: str
    received_at: datetime
    recording_sha256: str
    recording_size_bytes: int
    parts: Parts | None = None

    @classmethod
    def of(cls, received: Received) -> "Receipt":
        """The receipt of a call, or of a part of one: then it tells of that part's recording."""
        receipt = cls.model_validate(received.call, from_attributes=True)
        part = received.cut.part(received.part or 0) if received.cut else None
        if part is None:
            return receipt
        told = {"recording_sha256": part.sha256, "recording_size_bytes": part.size_bytes}
        return receipt.model_copy(update={**told, "parts": Parts.of(received.cut)})


class CallSummary(BaseModel):
    """One call in a list."""

    id: str
    external_id: str
    call_centre: str
    script: str
    canvasser_id: str | None
    started_at: datetime
    received_at: datetime
    status: Literal["queued", "running", "done"]
    outcome: Literal["flagged", "clear", "unreviewable"] | None
    reason: str | None
    duration: float | None
    worst_severity: str | None
    top_confidence: float | None
    codes: list[str]
    findings: int
    decided: bool

    @classmethod
    def of(cls, row: QueueRow) -> "CallSummary":
        """A call as it stands in the queue."""
        return cls(**_summary(row))


class CallList(BaseModel):
    """One page of calls."""

    items: list[CallSummary]
    next: str | None


class Decision(BaseModel):
    """What a person decided."""

    id: str
    finding: str | None
    verdict: str
    reason: str
    note: str | None
    by: str
    at: datetime
    quote: str | None

    @classmethod
    def of(cls, row: DecisionRow) -> "Decision":
        """A decision."""
        return cls.model_validate(row, from_attributes=True)


class Call(CallSummary):
    """One call; ``result`` is the contract's call result once it is done."""

    result: dict[str, Any] | None
    decisions: list[Decision]
    parts: Parts | None
    recording_deleted_at: datetime | None
    recording_damaged_at: datetime | None


class NewDecision(Sent):
    """A decision to write down."""

    finding: str | None = None
    run: str | None = None
    verdict: Literal["confirmed", "dismissed", "excused", "undetermined"]
    reason: str = Field(min_length=1, max_length=4000)
    note: str | None = Field(default=None, max_length=4000)


class NewRun(Sent):
    """What to judge a call by."""

    script: str | None = None


class Run(BaseModel):
    """A run that was asked for."""

    id: str
    call: str
    status: Literal["queued"]


def _summary(row: QueueRow) -> dict[str, Any]:
    return {
        "id": row.call_id,
        "external_id": row.external_id,
        "call_centre": row.call_centre,
        "script": row.script_id,
        "canvasser_id": row.canvasser_id,
        "started_at": row.started_at,
        "received_at": row.received_at,
        "status": row.status,
        "outcome": row.outcome,
        "reason": row.reason,
        "duration": row.duration,
        "worst_severity": row.worst_severity,
        "top_confidence": row.top_confidence,
        "codes": list(row.codes),
        "findings": row.findings,
        "decided": row.decided,
    }


def call_of(view: CallView) -> Call:
    """One call with what came of it."""
    deleted = view.sound.deleted
    return Call(
        **_summary(view.row),
        result=view.result,
        decisions=[Decision.of(decision) for decision in view.decisions],
        parts=Parts.of(view.cut),
        recording_deleted_at=deleted.deleted_at if deleted else None,
        recording_damaged_at=view.sound.damaged_at,
    )
