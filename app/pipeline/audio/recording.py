"""A decoded recording: what every later stage listens to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.audio import Source
from app.domain.units import Seconds

Samples = NDArray[np.float32]
"""Mono waveform in [-1.0, 1.0], float32, shape (n_samples,), at 16 000 Hz."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound ready to be heard.

    Attributes:
        channels: One or two mono waveforms of equal length in [-1.0, 1.0], float32, at 16 000 Hz.
        duration: Length in seconds.
        source: The file that it was decoded from.
        notes: Plain sentences on what was wrong with the file and was got over; empty for a sound one.
    """

    channels: tuple[Samples, ...]
    duration: Seconds
    source: Source
    notes: tuple[str, ...] = ()
