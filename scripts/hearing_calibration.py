"""Whether word confidences mean what they say.

Expected calibration error over ten bins: Naeini, Cooper, Hauskrecht 2015; bins of equal mass: Nixon et al. 2019.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

BINS = 10


@dataclass(frozen=True, slots=True)
class Record:
    """One word that was heard.

    Attributes:
        engine: Which engine heard it.
        call: In which recording.
        layout: ``stereo`` or ``mono``.
        condition: ``clean`` or ``10 dB``.
        confidence: Probability in [0, 1] that it was said, as the product states it.
        correct: Whether it was said.
        start: Seconds from the start of the recording, or None.
        end: Seconds from the start of the recording, or None.
    """

    engine: str
    call: str
    layout: str
    condition: str
    confidence: float
    correct: bool
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """Words of about the same confidence.

    Attributes:
        low: Least confidence of the bin.
        high: Greatest.
        words: How many words.
        confidence: Their mean confidence.
        correct: Share of them that was said.
    """

    low: float
    high: float
    words: int
    confidence: float
    correct: float


def equal_width(records: Sequence[Record]) -> tuple[Bin, ...]:
    """Ten bins, each a tenth of the confidences wide; empty ones left out."""
    confidence, correct = _arrays(records)
    number = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return tuple(
        _bin(confidence[number == index], correct[number == index], index / BINS, (index + 1) / BINS)
        for index in range(BINS)
        if np.any(number == index)
    )


def equal_mass(records: Sequence[Record]) -> tuple[Bin, ...]:
    """Ten bins with about as many words each; empty ones left out."""
    confidence, correct = _arrays(records)
    order = np.argsort(confidence, kind="stable")
    cuts = np.linspace(0, len(order), BINS + 1).round().astype(int)
    parts = [order[first:last] for first, last in pairwise(cuts) if last > first]
    return tuple(
        _bin(confidence[part], correct[part], float(confidence[part][0]), float(confidence[part][-1])) for part in parts
    )


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """Mean distance between confidence and share of right words, over all words; 0 where there is none."""
    words = sum(item.words for item in bins)
    return sum(item.words * abs(item.confidence - item.correct) for item in bins) / max(1, words)


def auroc(records: Sequence[Record]) -> float | None:
    """Probability that a right word has a higher confidence than a wrong one, ties counted half; None without both."""
    confidence, correct = _arrays(records)
    right, wrong = int(correct.sum()), int((~correct).sum())
    if not right or not wrong:
        return None
    _, inverse, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[correct].sum() - right * (right + 1) / 2) / (right * wrong))


def reliability_table(bins: Sequence[Bin]) -> list[str]:
    """The bins as a Markdown table."""
    lines = ["| confidence | words | mean confidence | said | gap |", "|---|---:|---:|---:|---:|"]
    for item in bins:
        gap = item.confidence - item.correct
        lines.append(
            f"| {item.low:.2f} to {item.high:.2f} | {item.words} | {item.confidence:.3f} | {item.correct:.3f} "
            f"| {gap:+.3f} |"
        )
    return lines


def _arrays(records: Sequence[Record]) -> tuple[np.ndarray, np.ndarray]:
    confidence = np.array([record.confidence for record in records], dtype=float)
    return confidence, np.array([record.correct for record in records], dtype=bool)


def _bin(confidence: np.ndarray, correct: np.ndarray, low: float, high: float) -> Bin:
    return Bin(low, high, len(confidence), float(confidence.mean()), float(correct.mean()))
