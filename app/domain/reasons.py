"""What a finding rests on, for whoever has to defend it."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.units import Probability


class Change(StrEnum):
    """What became of some words of an approved line."""

    SAME = "same"
    LEFT_OUT = "left-out"
    PUT_IN = "put-in"


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words of an approved line that were said, left out or put in.

    Attributes:
        change: Which of the three.
        words: As the line writes them, or as they were said where they were put in.
    """

    change: Change
    words: str


@dataclass(frozen=True, slots=True)
class NameHeard:
    """How a name in the quote was understood.

    Attributes:
        text: As it was heard, or the pronoun that stands for it.
        name: As the register has it.
        subject: Id of the candidate or option, or None for authorities, the organisation and shared parties.
        heard_as: How it was recognised, e.g. ``exact`` or ``sound``.
        confidence: Probability in [0, 1] that the name is meant.
    """

    text: str
    name: str
    subject: str | None
    heard_as: str
    confidence: Probability


@dataclass(frozen=True, slots=True)
class Reasons:
    """What speaks for one finding.

    Attributes:
        names: The names in the quote, in order.
        decisive: Clauses of the quote without any one of which the finding would not be listed; empty where the quote
            is one clause, or where it would stand without any one of them.
        resembles: The training lines of this deviation that are nearest, without names, the nearest first; empty where
            a rule alone saw it.
        changes: The approved line word by word beside what was said; empty where no line is concerned.
    """

    names: tuple[NameHeard, ...] = ()
    decisive: tuple[str, ...] = ()
    resembles: tuple[str, ...] = ()
    changes: tuple[WordChange, ...] = ()


NO_REASONS = Reasons()
"""Of a finding that nobody has explained yet."""
