"""Units that the whole program shares."""

from dataclasses import dataclass
from math import exp, log

Seconds = float
"""Time from the start of the recording, in seconds."""

Probability = float
"""A probability or confidence in [0, 1]."""

SAMPLE_RATE_HZ = 16_000
"""The rate at which every engine hears: Whisper, the silero speech detector and GE2E were trained at 16 kHz."""


FAINTEST: Probability = 0.005
"""Probabilities are kept that far from 0 and 1 where they are weighed as log odds."""


def sigmoid(logit: float) -> Probability:
    """The probability that a logit stands for."""
    return 1.0 / (1.0 + exp(-logit))


def log_odds(probability: Probability) -> float:
    """A probability in log odds, kept away from 0 and 1."""
    kept = min(max(probability, FAINTEST), 1.0 - FAINTEST)
    return log(kept / (1.0 - kept))


def to_milliseconds(seconds: float) -> Seconds:
    """Round once, where a time enters the program.

    Args:
        seconds: Time from the start of the recording.

    Returns:
        The same time, rounded to whole milliseconds.
    """
    return round(float(seconds), 3)


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of time ``[start, end)``.

    Attributes:
        start: Seconds from the start of the recording.
        end: Seconds from the start of the recording, not before ``start``.
    """

    start: Seconds
    end: Seconds

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a span ends ({self.end}) before it starts ({self.start})")

    @property
    def duration(self) -> Seconds:
        """Length in seconds."""
        return self.end - self.start

    def overlap(self, other: "Span") -> Seconds:
        """Seconds that both spans share; 0 where they do not meet."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))
