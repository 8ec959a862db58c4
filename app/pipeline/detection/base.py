"""What a detector is given and what it answers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from app.domain.deviation import Code, Deviation
from app.domain.units import Probability
from app.pipeline.alignment.align import Alignment
from app.pipeline.detection.learned import Stretch
from app.pipeline.detection.remarks import Remark
from app.pipeline.language.classifier import Classifier
from app.pipeline.language.script_language import ScriptLanguage


@dataclass(frozen=True, slots=True)
class Call:
    """One call as a detector sees it.

    Attributes:
        alignment: The script's lines and what happened.
        remarks: The canvasser's clauses in order.
        language: The tools of the script.
        stretches: The canvasser's unscripted speech as the learned stage reads it.
        classifier: The learned stage, or None for the rules alone.
    """

    alignment: Alignment
    remarks: tuple[Remark, ...]
    language: ScriptLanguage
    stretches: tuple[Stretch, ...] = ()
    classifier: Classifier | None = None

    def name_of(self, subject: str | None) -> str:
        """How a candidate or option is called in an explanation."""
        for option in self.language.script.options:
            if option.id == subject:
                return option.name
        return "a candidate or option"


class Detector(Protocol):
    """Observes the deviations of one code; pure, and blind to severity and policy."""

    code: Code

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """Every deviation of this code in a call."""
        ...


def observe(
    remark: Remark, code: Code, *, rule: str, confidence: Probability, explanation: str, subject: str | None = None
) -> Deviation:
    """A deviation that is one clause of the canvasser, with what speaks for leniency noted."""
    return Deviation(
        code=code,
        rule=rule,
        confidence=confidence,
        explanation=explanation,
        utterance=remark.piece.utterance.index,
        start_char=remark.start,
        end_char=remark.end,
        subject=subject,
        contact_asked=remark.contact_asked,
        personal_view=remark.personal_view,
    )


def widen(deviation: Deviation, other: Deviation) -> Deviation:
    """One deviation for a stretch that two describe; the surer one speaks."""
    surer = deviation if deviation.confidence >= other.confidence else other
    return replace(
        surer,
        start_char=min(deviation.start_char, other.start_char),
        end_char=max(deviation.end_char, other.end_char),
        contact_asked=deviation.contact_asked or other.contact_asked,
        personal_view=deviation.personal_view or other.personal_view,
    )
