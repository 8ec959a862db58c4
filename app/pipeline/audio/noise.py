"""How far speech stands above the noise of its line."""

from dataclasses import dataclass

import numpy as np

from app.domain.units import SAMPLE_RATE_HZ
from app.pipeline.audio.channels import FRAME_SECONDS, frame_levels_dbfs, spectral_flatness
from app.pipeline.audio.recording import Samples

MUTED_BELOW_DBFS = -70.0
"""Fainter frames are gated out, or silence that a machine wrote: they say nothing about the line."""

SPEECH_PERCENTILE = 95.0
NOISE_PERCENTILE = 25.0
"""At least a quarter of the frames of a channel, muted ones left out, lie between words."""

NOISY_BELOW_DB = 26.0
"""About 19 dB of signal to noise. On lines noisier than that the update for noisy lines hears better than the published
weights, whether it is told names or not; told names on clean lines it hears fewer of them (models/telephone)."""


LINE_FLATNESS = 0.6
"""Spectral flatness of what is heard between words: .71 and more on lines, clean or noisy; .67 and less for voices,
music, traffic, wind and hum (27 recordings, 37 kinds of sound without speech, November 2026)."""

MOST_FRAMES = 3_000
"""Quiet frames that are looked at for their spectrum, spread over the recording: a minute."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What is heard between the words of a channel.

    Attributes:
        below_speech_db: By how many dB the loudest frames exceed the quiet ones, at least 0. On clean G.711 that is 27
            to 36, and with noise under the speech about 7 more than the signal-to-noise ratio: 21 to 24 with noise at
            15 dB, 14 to 19 at 10 dB (20 development and measuring calls, November 2026).
        flatness: Spectral flatness of the quiet frames between 300 and 3400 Hz, in [0, 1]: near 1 for noise.
    """

    below_speech_db: float
    flatness: float

    @property
    def is_noisy_line(self) -> bool:
        """Whether it is the noise of a line, and loud."""
        return self.below_speech_db < NOISY_BELOW_DB and self.flatness >= LINE_FLATNESS


def measure_noise(samples: Samples) -> Noise | None:
    """What is heard between the words of a channel, or None where nothing is on it.

    Args:
        samples: Mono waveform in [-1.0, 1.0], float32, shape (n_samples,), at 16 000 Hz.
    """
    size = round(FRAME_SECONDS * SAMPLE_RATE_HZ)
    levels = frame_levels_dbfs(samples)[: len(samples) // size]
    audible = levels[levels > MUTED_BELOW_DBFS]
    if len(audible) == 0:
        return None
    quiet, loud = np.percentile(audible, (NOISE_PERCENTILE, SPEECH_PERCENTILE))
    numbers = np.flatnonzero((levels > MUTED_BELOW_DBFS) & (levels <= quiet))
    frames = samples[: len(levels) * size].reshape(-1, size)[numbers[:: len(numbers) // MOST_FRAMES + 1]]
    power = np.mean(np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2, axis=0)
    return Noise(float(loud - quiet), spectral_flatness(power))
