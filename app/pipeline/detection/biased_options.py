"""`biased-options`: options read incompletely, dressed up, or in an order that the script does not allow."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.deviation import Code, Deviation
from app.domain.script import ReadingOrder
from app.domain.units import Probability
from app.pipeline.alignment.align import SaidLine
from app.pipeline.alignment.options_offered import waved_away
from app.pipeline.alignment.options_reading import OptionsReading
from app.pipeline.detection.base import Call
from app.pipeline.language.speech import Piece


class BiasedOptions:
    """Options read incompletely, dressed up, or in an order that the script does not allow."""

    code = Code.BIASED_OPTIONS

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each reading of the options, and one where those left out of it are waved away."""
        for line in call.alignment.lines:
            reading = line.reading
            fault = reading and _fault(call, line, reading)
            if not reading or not fault:
                continue
            same = [part for part in reading.pieces if part.position == reading.pieces[0].position]
            yield self._deviation(fault, line, same[0], same[-1])
            again = reading.left_out and waved_away(
                reading.pieces[-1], reading.left_out, call.alignment.speech, call.language
            )
            if again:
                yield self._deviation(_waved_away(fault), line, again, again)

    def _deviation(self, fault: "_Fault", line: SaidLine, first: Piece, last: Piece) -> Deviation:
        return Deviation(
            code=self.code,
            rule=f"biased-options.{fault.rule}",
            confidence=fault.confidence,
            explanation=fault.explanation,
            utterance=first.utterance.index,
            start_char=first.start,
            end_char=last.end,
            subject=fault.subject,
            line=line.alignment.line_id,
        )


@dataclass(frozen=True, slots=True)
class _Fault:
    rule: str
    explanation: str
    subject: str | None
    confidence: Probability


def _waved_away(fault: _Fault) -> _Fault:
    told = "Asked who else there is, the line leaves the same names out again."
    return replace(fault, rule="waved-away", explanation=told, confidence=0.85)


def _fault(call: Call, line: SaidLine, reading: OptionsReading) -> _Fault | None:
    if reading.left_out:
        names = ", ".join(call.name_of(option) for option in reading.left_out)
        subject = reading.left_out[0] if len(reading.left_out) == 1 else None
        return _Fault("left-out", f"The options were read without {names}.", subject, 0.9)
    if reading.added:
        words, subject = " ".join(reading.added.words), reading.added.subject
        return _Fault("dressed", f"The reading adds “{words}” to {call.name_of(subject)}.", subject, 0.8)
    script = call.language.script
    fixed = script.line(line.alignment.line_id).order is ReadingOrder.FIXED
    # What was misheard, or named in words that the register does not know, has no place among several that were heard.
    placed = [option.id for option in script.options if option.id in reading.order or len(reading.order) == 1]
    if fixed and list(reading.order) != placed:
        return _Fault("order", "The options were read in another order than the script fixes.", None, 0.85)
    return None
