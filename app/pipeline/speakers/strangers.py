"""Sentences in a voice that is neither of the two that hold the call."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.domain.units import Seconds

Numbers = NDArray[np.float64]

LEAST_SECONDS: Seconds = 1.5
STRANGE_TIMES = 2.5
"""A sentence whose cosine falls short of 1 by 2.5 times the call's usual shortfall is in neither voice. Of sentences of
a second and more in one of the two voices some 1 % lay so far off, all of them shorter than 1.5 s, of a third voice's
almost half (64 synthetic recordings, clean and at 10 dB, with sentences of other calls put in; November 2026)."""


def strangers(
    groups: Sequence[Sequence[int]], points: NDArray[np.float32], lengths: Numbers, canvasser: Numbers
) -> list[bool]:
    """Say which groups of pieces are in neither of the two voices.

    Args:
        groups: Pieces that belong together, by number.
        points: The voice of each piece, unit vectors, shape (n_pieces, n_dimensions).
        lengths: Seconds of each piece.
        canvasser: For each piece the probability in [0, 1] that the canvasser says it.

    Returns:
        One answer a group; False for groups shorter than 1.5 s and where too little is left to compare with.
    """
    short = [_shortfall(group, points, lengths, canvasser) for group in groups]
    usual = [item for item in short if item is not None]
    if not usual:
        return [False] * len(groups)
    limit = STRANGE_TIMES * float(np.median(usual))
    return [item is not None and item > limit for item in short]


def _shortfall(group: Sequence[int], points: NDArray[np.float32], lengths: Numbers, canvasser: Numbers) -> float | None:
    """By how much the cosine of a group and the nearer voice, learnt from all other pieces, falls short of 1."""
    chosen = list(group)
    if lengths[chosen].sum() < LEAST_SECONDS:
        return None
    weights = np.stack([lengths * canvasser, lengths * (1 - canvasser)])
    weights[:, chosen] = 0
    if (weights.sum(axis=1) < LEAST_SECONDS).any():
        return None
    own = _unit(lengths[chosen] @ points[chosen])
    return float(1 - max(_unit(row @ points) @ own for row in weights))


def _unit(vector: Numbers) -> Numbers:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))
