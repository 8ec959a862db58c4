"""How the lines of the approved script were said in one call."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.units import Probability


class LineStatus(StrEnum):
    """What became of a line; the codes of the contract."""

    VERBATIM = "verbatim"
    PARAPHRASED = "paraphrased"
    ALTERED = "altered"
    MISSING = "missing"
    NOT_DUE = "not-due"


SAID = (LineStatus.VERBATIM, LineStatus.PARAPHRASED)
"""A line was said, in its meaning."""


@dataclass(frozen=True, slots=True)
class LineAlignment:
    """One line of the script, and where it was said.

    Attributes:
        line_id: The line.
        status: What became of it.
        moved: Whether it was said out of its place.
        utterance: Index of the utterance where it begins, or None where it was not said.
        similarity: Likeness of wording and speech in [0, 1], of the best place found, or None.
        heard: The words taken for the line; empty where it was not said.
    """

    line_id: str
    status: LineStatus
    moved: bool = False
    utterance: int | None = None
    similarity: Probability | None = None
    heard: str = ""
