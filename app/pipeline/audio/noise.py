"""How far speech stands above the noise of its line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.units import SAMPLE_RATE_HZ, Span
from app.pipeline.audio.channels import FRAME_SECONDS, frame_levels_dbfs, spectral_flatness
from app.pipeline.audio.recording import Samples

MUTED_BELOW_DBFS = -70.0
"""Fainter frames are gated out, or silence that a machine wrote: they say nothing about the line."""

SPEECH_PERCENTILE = 95.0
"""Of the frames in which somebody speaks."""

NOISE_PERCENTILE = 25.0
"""At least a quarter of the frames of a channel, muted ones left out, lie between words."""

NOISY_BELOW_DB = 26.0
"""About 19 dB of signal to noise. Below it the first update for noisy lines heard better than the published weights,
whether it was told names or not; told names on clean lines it heard fewer of them (decision 0027; with the update of
decision 0031 that was not measured again)."""


LINE_FLATNESS = 0.68
"""Spectral flatness of what is heard between words: on lines mostly .71 and more, clean or noisy; of single voices,
crowds, bands, traffic, wind and hum .67 and less, of choirs and of some who sing alone up to .73 (November 2026)."""

MOST_FRAMES = 3_000
"""Quiet frames that are looked at for their spectrum, spread over the recording: a minute."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What is heard between the words of a channel.

    Attributes:
        below_speech_db: By how many dB the loudest frames of the speech exceed the quiet ones of the channel. On clean
            G.711 that is 27 to 37, with noise at 20 dB 24 to 29, at 10 dB 16 to 20 (14 development and measuring calls,
            November 2026).
        flatness: Spectral flatness of the quiet frames between 300 and 3400 Hz, in [0, 1]: near 1 for noise.
    """

    below_speech_db: float
    flatness: float

    @property
    def is_noisy_line(self) -> bool:
        """Whether it is the noise of a line, and loud."""
        return self.below_speech_db < NOISY_BELOW_DB and self.flatness >= LINE_FLATNESS


def measure_noise(samples: Samples, regions: Sequence[Span]) -> Noise | None:
    """What is heard between the words of a channel, or None where nobody speaks.

    Args:
        samples: Mono waveform in [-1.0, 1.0], float32, shape (n_samples,), at 16 000 Hz.
        regions: Where somebody speaks.
    """
    size = round(FRAME_SECONDS * SAMPLE_RATE_HZ)
    levels = frame_levels_dbfs(samples)[: len(samples) // size]
    audible = levels > MUTED_BELOW_DBFS
    spoken = audible & _within(regions, len(levels))
    if not spoken.any():
        return None
    quiet, loud = np.percentile(levels[audible], NOISE_PERCENTILE), np.percentile(levels[spoken], SPEECH_PERCENTILE)
    numbers = np.flatnonzero(audible & (levels <= quiet))
    frames = samples[: len(levels) * size].reshape(-1, size)[numbers[:: len(numbers) // MOST_FRAMES + 1]]
    power = np.mean(np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2, axis=0)
    return Noise(float(loud - quiet), spectral_flatness(power))


def _within(regions: Sequence[Span], frames: int) -> NDArray[np.bool_]:
    """Which frames lie in regions."""
    found = np.zeros(frames, dtype=bool)
    for region in regions:
        found[round(region.start / FRAME_SECONDS) : round(region.end / FRAME_SECONDS)] = True
    return found
