"""`biased-options`: options read incompletely, dressed up, or in an order that the script does not allow."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.domain.script import ReadingOrder
from app.pipeline.alignment.align import SaidLine
from app.pipeline.alignment.options_reading import OptionsReading
from app.pipeline.detection.base import Call


class BiasedOptions:
    """Options read incompletely, dressed up, or in an order that the script does not allow."""

    code = Code.BIASED_OPTIONS

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """At most one deviation for each reading of the options."""
        for line in call.alignment.lines:
            fault = line.reading and _fault(call, line, line.reading)
            if not line.reading or not fault:
                continue
            rule, explanation, subject, confidence = fault
            piece = line.reading.pieces[0]
            same = [part for part in line.reading.pieces if part.position == piece.position]
            yield Deviation(
                code=self.code,
                rule=f"biased-options.{rule}",
                confidence=confidence,
                explanation=explanation,
                utterance=piece.utterance.index,
                start_char=piece.start,
                end_char=same[-1].end,
                subject=subject,
                line=line.alignment.line_id,
            )


def _fault(call: Call, line: SaidLine, reading: OptionsReading) -> tuple[str, str, str | None, float] | None:
    if reading.left_out:
        names = ", ".join(call.name_of(option) for option in reading.left_out)
        subject = reading.left_out[0] if len(reading.left_out) == 1 else None
        return "left-out", f"The options were read without {names}.", subject, 0.9
    if reading.added:
        words = " ".join(reading.added)
        name = call.name_of(reading.added_subject)
        return "dressed", f"The reading adds “{words}” to {name}.", reading.added_subject, 0.8
    script = call.language.script
    fixed = script.line(line.alignment.line_id).order is ReadingOrder.FIXED
    if fixed and reading.order != tuple(option.id for option in script.options):
        return "order", "The options were read in another order than the script fixes.", None, 0.85
    return None
