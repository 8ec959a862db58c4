"""A bad telephone line: noise and a mobile phone's speech codec, the same each time.

The codec is AMR narrow-band (3GPP TS 26.071, by OpenCORE in PyAV) at 6.7 kbit/s. GSM 06.10 would be the usual choice,
but no build of PyAV can write it. Of AMR's modes this one spoils the words as much as GSM 06.10 does: over the same
six sample calls with noise at 10 dB faster-whisper's word error rate was 27.1 % with GSM 06.10 (libsndfile), and with
AMR 38.1 % at 4.75 kbit/s, 28.9 % at 5.9, 27.1 % at 6.7, 24.2 % at 7.95 and 21.8 % at 12.2 (20.8 % with the noise
alone, 8.8 % with neither; November 2026).
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from app.domain.units import SAMPLE_RATE_HZ
from app.pipeline.audio.recording import Samples

LINE_RATE_HZ = 8_000
BAND_HZ = (300.0, 3400.0)
CODEC = "AMR 6.7 kbit/s"
CODEC_BITS_PER_SECOND = 6_700
CODEC_FRAME = 160
CODEC_DELAY = 40
"""Samples at 8 kHz by which the codec is late: its look-ahead of 5 ms, found by cross-correlation."""

ACTIVE_WITHIN_DB = 30.0
"""Frames of 20 ms so far below the loudest are pauses, in the level of the speech."""

Line = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a recording is sent through before it is heard.

    Attributes:
        name: As it stands in the tables.
        snr_db: Level of the speech over the noise, without pauses; None where the recording stays as it is.
    """

    name: str
    snr_db: float | None

    @property
    def prefix(self) -> str:
        """The name as part of a figure's name."""
        return self.name.lower().replace(" ", "_")


CONDITIONS = (Condition("clean", None), Condition("10 dB", 10.0))
"""The recording as it is, and with noise at 10 dB and through the codec."""


def mixed(channels: Sequence[Samples]) -> Samples:
    """All channels in one, at their mean."""
    samples: Samples = np.mean(np.stack(channels), axis=0, dtype=np.float32)
    return samples


def through(channels: Sequence[Samples], condition: Condition, *, seed: str) -> tuple[Samples, ...]:
    """The channels of a recording after a telephone line.

    Args:
        channels: Mono waveforms in [-1.0, 1.0], float32, at 16 000 Hz.
        condition: The line.
        seed: Of the noise, e.g. the call's name; each channel has noise of its own.

    Returns:
        As many waveforms of the same length, nothing in them moved in time.
    """
    if condition.snr_db is None:
        return tuple(channels)
    return tuple(
        _sent(channel, condition.snr_db, seed=zlib.crc32(f"{seed} {number}".encode()))
        for number, channel in enumerate(channels)
    )


def active_power(samples: NDArray[np.floating]) -> float:
    """Mean power of the speech without its pauses; samples at 8 000 Hz in 20 ms frames."""
    padded = np.pad(samples, (0, -len(samples) % CODEC_FRAME))
    power = np.mean(np.square(padded.reshape(-1, CODEC_FRAME)), axis=1)
    return float(power[power >= power.max() * 10 ** (-ACTIVE_WITHIN_DB / 10)].mean())


def line_noise(length: int, *, seed: int) -> Line:
    """Noise of a line at 8 000 Hz: 300 to 3400 Hz, falling by 3 dB an octave, of power 1."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(length))
    frequencies = np.fft.rfftfreq(length, 1 / LINE_RATE_HZ)
    spectrum /= np.sqrt(np.maximum(frequencies, BAND_HZ[0]))
    spectrum[(frequencies < BAND_HZ[0]) | (frequencies > BAND_HZ[1])] = 0.0
    noise = np.fft.irfft(spectrum, length)
    return np.asarray(noise / np.sqrt(np.mean(noise**2)))


def _sent(samples: Samples, snr_db: float, *, seed: int) -> Samples:
    line = _narrowed(samples)
    noise = line_noise(len(line), seed=seed) * np.sqrt(active_power(line) / 10 ** (snr_db / 10))
    return _widened(through_amr(line + noise, bits_per_second=CODEC_BITS_PER_SECOND), len(samples))


def _narrowed(samples: Samples) -> Line:
    """At 8 000 Hz, by leaving out the upper half of the spectrum."""
    even = np.pad(samples.astype(np.float64), (0, -len(samples) % 4))
    spectrum = np.fft.rfft(even)[: len(even) // 4 + 1]
    return np.fft.irfft(spectrum, len(even) // 2) / 2


def _widened(line: Line, length: int) -> Samples:
    """At 16 000 Hz again, with the upper half of the spectrum empty."""
    factor = SAMPLE_RATE_HZ // LINE_RATE_HZ
    samples = np.fft.irfft(np.fft.rfft(line), factor * len(line)) * factor
    return np.asarray(np.clip(samples[:length], -1.0, 1.0), dtype=np.float32)


def through_amr(line: Line, *, bits_per_second: int) -> Line:
    """Sound at 8 000 Hz after AMR narrow-band, its delay taken out.

    Args:
        line: In [-1.0, 1.0].
        bits_per_second: One of the codec's eight rates, 4 750 to 12 200.

    Returns:
        Of the same length.
    """
    import av

    coder = av.CodecContext.create("libopencore_amrnb", "w")
    decoder = av.CodecContext.create("libopencore_amrnb", "r")
    for context in (coder, decoder):
        context.sample_rate, context.layout, context.format = LINE_RATE_HZ, "mono", "s16"
    coder.bit_rate, coder.time_base = bits_per_second, Fraction(1, LINE_RATE_HZ)
    whole = np.round(np.clip(line, -1.0, 1.0) * 32767).astype(np.int16)
    whole = np.pad(whole, (0, CODEC_FRAME + -len(whole) % CODEC_FRAME))
    packets = []
    for start in range(0, len(whole), CODEC_FRAME):
        frame = av.AudioFrame.from_ndarray(whole[None, start : start + CODEC_FRAME], format="s16", layout="mono")
        frame.sample_rate, frame.pts = LINE_RATE_HZ, start
        packets += coder.encode(frame)
    packets += coder.encode(None)
    decoded = np.concatenate([frame.to_ndarray().ravel() for packet in packets for frame in decoder.decode(packet)])
    return np.asarray(decoded[CODEC_DELAY : CODEC_DELAY + len(line)] / 32768, dtype=np.float64)
