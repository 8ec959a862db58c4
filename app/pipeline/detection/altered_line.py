"""`altered-line`: a line that was said with another meaning, or too late to mean anything."""

from collections.abc import Iterator

from app.domain.alignment import LineStatus
from app.domain.deviation import Code, Deviation
from app.pipeline.alignment.align import SaidLine
from app.pipeline.detection.base import Call
from app.pipeline.language.speech import Piece


class AlteredLine:
    """A line that was said with another meaning, or too late to mean anything."""

    code = Code.ALTERED_LINE

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each line whose meaning or place was changed."""
        for line in call.alignment.lines:
            if line.first is None or line.alignment.status is not LineStatus.ALTERED or not (line.change or line.late):
                continue
            piece = _sentence(call, line)
            what = line.change or "it came only after the contest had been talked about"
            yield Deviation(
                code=self.code,
                rule="altered-line.meaning" if line.change else "altered-line.late",
                confidence=0.9 if line.change else 0.88,
                explanation=f"The line “{line.alignment.line_id}” was said, but {what}.",
                utterance=piece.utterance.index,
                start_char=piece.start,
                end_char=piece.end,
                line=line.alignment.line_id,
            )


def _sentence(call: Call, line: SaidLine) -> Piece:
    speech = call.alignment.speech
    return next(piece for piece in speech.pieces if speech.holds(piece, line.first or 0))
