"""What a detector observes: a way of leaving the script, at one place in one call."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.units import Probability


class Severity(StrEnum):
    """How bad a deviation is; policy, not probability."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Code(StrEnum):
    """The rule codes: public vocabulary that nothing renames."""

    ENDORSEMENT = "endorsement"
    DISPARAGEMENT = "disparagement"
    PERSONAL_OPINION = "personal-opinion"
    LOADED_QUESTION = "loaded-question"
    AUTHORITY_APPEAL = "authority-appeal"
    PRESSURE = "pressure"
    FALSE_CLAIM = "false-claim"
    MISSING_LINE = "missing-line"
    ALTERED_LINE = "altered-line"
    BIASED_OPTIONS = "biased-options"
    OFF_SCRIPT = "off-script"
    IDENTITY_MISSTATED = "identity-misstated"
    OPT_OUT_IGNORED = "opt-out-ignored"
    WRONG_PERSON = "wrong-person"
    ANSWER_ALTERED = "answer-altered"
    IMPROPER_DISCLOSURE = "improper-disclosure"


class Means(StrEnum):
    """How an endorsement points at whom it favours."""

    NAMED = "named"
    DESCRIBED = "described"
    ROLE = "role"
    PREFERENCE = "preference"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One observation of one detector; graded into a finding by policy.

    Attributes:
        code: Which deviation.
        rule: Identifier of the rule that saw it, e.g. ``endorsement.named``.
        confidence: Probability in [0, 1] that a fair officer would confirm it, before doubts about hearing and speaker.
        explanation: One plain sentence about the line, not the person.
        utterance: Index of the utterance, or None for what was never said.
        start_char: Offset of the quote in the utterance's text.
        end_char: End of the quote, exclusive.
        subject: Id of the candidate or option concerned, or None.
        means: For endorsements only.
        line: Id of the script's line concerned, or None.
        contact_asked: Whether the contact invited it.
        personal_view: Whether the canvasser said that it was their own view.
    """

    code: Code
    rule: str
    confidence: Probability
    explanation: str
    utterance: int | None = None
    start_char: int = 0
    end_char: int = 0
    subject: str | None = None
    means: Means | None = None
    line: str | None = None
    contact_asked: bool = False
    personal_view: bool = False
