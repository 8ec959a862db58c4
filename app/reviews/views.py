"""What the pages and the JSON show of a call."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.calls.parts import CallSound
from app.retention.service import SoundState


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which calls to show; None shows all.

    Attributes:
        outcome: flagged, clear or unreviewable; ``pending`` for those that are not judged yet.
        severity: Worst severity of the call.
        code: A code that the call has a finding of.
        call_centre: Its id.
        script: Id of the approved script.
        review: ``open`` (waits for a decision) or ``decided``.
    """

    outcome: str | None = None
    severity: str | None = None
    code: str | None = None
    call_centre: str | None = None
    script: str | None = None
    review: str | None = None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One call in the queue.

    Attributes:
        call_id: Identifier.
        external_id: The call centre's name for it.
        call_centre: Who made it.
        canvasser_id: The call centre's name for the canvasser, or None.
        started_at: When the call was made.
        received_at: When its recording came in.
        script_id: The approved script that it was made under.
        duration: Seconds, or None where it is not known.
        status: queued, running or done.
        outcome: None until it is judged.
        reason: Why it is unreviewable, or None.
        worst_severity: Of its findings, or None.
        top_confidence: The surest of its worst findings, in [0, 1], or None.
        codes: Of its findings, worst first, each once.
        findings: How many.
        decided: Whether a person has decided the call or each of its major and critical findings.
    """

    call_id: str
    external_id: str
    call_centre: str
    canvasser_id: str | None
    started_at: datetime
    received_at: datetime
    script_id: str
    duration: float | None
    status: str
    outcome: str | None
    reason: str | None
    worst_severity: str | None
    top_confidence: float | None
    codes: tuple[str, ...]
    findings: int
    decided: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue.

    Attributes:
        items: In the order of the queue.
        next: Cursor of the next page, or None.
        counts: Calls by outcome, ``open`` ones and ``pending`` ones (not judged yet), over all that the filter's
            call centre and script let through; each up to 1000, which stands for as many or more.
    """

    items: tuple[QueueRow, ...]
    next: str | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision. ``finding`` is None where the call as a whole was decided; ``quote`` are the words decided on."""

    id: str
    finding: str | None
    verdict: str
    reason: str
    note: str | None
    by: str
    at: datetime
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One analysis of the call. ``cause`` is upload, request or archive."""

    id: str
    cause: str
    script_id: str
    script_version: str
    status: str
    outcome: str | None
    reason: str | None
    is_current: bool
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class CallView:
    """One call, laid before a person.

    Attributes:
        row: As in the queue.
        result: The contract's call result of the current run, or None until it is judged.
        decisions: All of them, newest first; the first for a finding is the one that stands.
        peaks: ``{"sample_rate", "samples_per_peak", "peaks": [[…], …]}`` or whatever the hearing stage made, or None.
        has_playback: Whether there is an Opus for the browser; else the original is all there is.
        runs: All analyses, newest first.
        scripts: Ids of the approved scripts that it could be judged by.
        next_open: The call to decide next in the order of the queue, or None.
        sound: Whether its sound was deleted or found damaged.
        cut: Its recordings where the dialler has cut it, else None.
    """

    row: QueueRow
    result: dict[str, Any] | None
    decisions: tuple[DecisionRow, ...]
    peaks: dict[str, Any] | None
    has_playback: bool
    runs: tuple[RunRow, ...]
    scripts: tuple[str, ...]
    next_open: str | None
    sound: SoundState = field(default_factory=SoundState)
    cut: CallSound | None = None
