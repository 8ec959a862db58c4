"""`missing-line`: a required line that was due and was never said."""

from collections.abc import Iterator

from app.domain.alignment import LineStatus
from app.domain.deviation import Code, Deviation
from app.pipeline.detection.base import Call

NOTHING_LIKE_IT = 0.9
DOUBT = 0.9
"""Confidence where nothing like the line was heard, and how much of it goes for each unit of likeness: of the lines
called missing in 75 whole calls, most of them strongly reworded, a third were (November 2026), at a likeness of .4 to
.5 and a mean confidence of .5 by these two."""


class MissingLine:
    """A required line that was due and was never said."""

    code = Code.MISSING_LINE

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each line that is missing; surer, the less of it was heard anywhere."""
        for line in call.alignment.lines:
            if line.alignment.status is LineStatus.MISSING:
                likeness = line.alignment.similarity or 0.0
                yield Deviation(
                    code=self.code,
                    rule="missing-line",
                    confidence=round(NOTHING_LIKE_IT - DOUBT * likeness, 4),
                    explanation=f"The required line “{line.alignment.line_id}” was due and was not said in this call.",
                    line=line.alignment.line_id,
                )
