"""A graded deviation, and the result of one call."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.alignment import LineAlignment
from app.domain.audio import UnreviewableReason
from app.domain.deviation import Code, Means, Severity
from app.domain.provenance import Provenance
from app.domain.reasons import NO_REASONS, Reasons
from app.domain.transcript import Speaker, Transcript
from app.domain.units import Probability, Seconds


class Mitigation(StrEnum):
    """What an officer weighs; it never clears a finding."""

    PERSONAL_VIEW = "personal-view"
    NEUTRALITY_STATED = "neutrality-stated"
    CONTACT_ASKED = "contact-asked"


class Outcome(StrEnum):
    """What became of a call."""

    FLAGGED = "flagged"
    CLEAR = "clear"
    UNREVIEWABLE = "unreviewable"


@dataclass(frozen=True, slots=True)
class EarWitness:
    """What one recogniser heard in the stretch of a finding.

    Attributes:
        engine: Name of the engine, e.g. ``faster-whisper``.
        model: Name of its model, e.g. ``base``.
        hinted: Whether it was told which names to expect.
        text: The words it heard there, with up to a second around them; empty for none; None where it could not be
            asked.
        agreed: Whether they bear the finding out; None where it could not be asked.
    """

    engine: str
    model: str
    hinted: bool
    text: str | None
    agreed: bool | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation at one place in one call, with its evidence.

    Attributes:
        id: Stable for the same evidence: a digest of code, place and subject.
        code: Which deviation.
        means: For endorsements only.
        severity: How bad, by policy.
        confidence: Probability in [0, 1] that a fair officer would confirm it.
        speaker: Always the canvasser, or unknown where the voice is in doubt; None for what was never said.
        utterance: Index of the utterance, or None for what was never said.
        start: Seconds from the start of the recording, or None.
        end: Seconds from the start of the recording, or None.
        quote: Exactly what was said, or None for what was never said.
        subject: Id of the candidate or option concerned, or None.
        line: Id of the script's line concerned, or None.
        explanation: One plain sentence about the line, not the person.
        mitigations: In a fixed order; they never clear the finding.
        corroborated: Whether every ear that heard it again without hints agreed; None where there was no sound.
        heard: What each ear heard, the first hearing first; empty where there was no sound.
        speaker_uncertain: Whether the voice is in doubt.
        rule: Identifier of the rule that saw it.
        reasons: What speaks for it.
    """

    id: str
    code: Code
    severity: Severity
    confidence: Probability
    explanation: str
    rule: str
    means: Means | None = None
    speaker: Speaker | None = None
    utterance: int | None = None
    start: Seconds | None = None
    end: Seconds | None = None
    quote: str | None = None
    subject: str | None = None
    line: str | None = None
    mitigations: tuple[Mitigation, ...] = ()
    corroborated: bool | None = None
    speaker_uncertain: bool = False
    heard: tuple[EarWitness, ...] = ()
    reasons: Reasons = NO_REASONS


@dataclass(frozen=True, slots=True)
class CallResult:
    """The result of one call.

    Attributes:
        call: Identifier of the call, or its file name.
        outcome: flagged, clear or unreviewable.
        reason: Why nothing could be judged; None unless unreviewable.
        script_id: Id of the approved script, or None where no script was at hand.
        script_version: Its version.
        findings: Worst and surest first.
        lines: One for each line of the script, in its order; empty where nothing could be judged.
        transcript: What was heard; without utterances where the file could not be read.
        provenance: What made this result.
    """

    call: str
    outcome: Outcome
    reason: UnreviewableReason | None
    script_id: str
    script_version: str
    findings: tuple[Finding, ...]
    lines: tuple[LineAlignment, ...]
    transcript: Transcript
    provenance: Provenance
