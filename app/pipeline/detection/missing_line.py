"""`missing-line`: a required line that was due and was never said."""

from collections.abc import Iterator

from app.domain.alignment import LineStatus
from app.domain.deviation import Code, Deviation
from app.pipeline.alignment.align import SaidLine
from app.pipeline.detection.base import Call


class MissingLine:
    """A required line that was due and was never said."""

    code = Code.MISSING_LINE

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each line that is missing, as sure as it is that nothing heard says it."""
        for line in call.alignment.lines:
            if line.alignment.status is LineStatus.MISSING:
                yield Deviation(
                    code=self.code,
                    rule="missing-line",
                    confidence=round(line.left_out.probability, 4),
                    explanation=_explained(line),
                    line=line.alignment.line_id,
                )


def _explained(line: SaidLine) -> str:
    told = f"The required line “{line.alignment.line_id}” was due and was not said in this call."
    nearest = line.left_out.nearest
    return f"{told} What comes nearest to it: “{nearest}”" if nearest else told
