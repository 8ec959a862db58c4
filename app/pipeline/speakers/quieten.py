"""The steady noise of a line taken out before voices are compared; never before words are recognised."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from app.domain.units import SAMPLE_RATE_HZ, Seconds, Span
from app.pipeline.audio.recording import Samples

Spectra = NDArray[np.complex128]
Numbers = NDArray[np.float64]

FRAME_SAMPLES = 512
HOP_SAMPLES = 256
MARGIN_SECONDS: Seconds = 0.3
LEAST_FRAMES = 30
OVERSUBTRACTION = 2.0
FLOOR = 0.02
"""Twice the mean noise power is taken away and a fiftieth of the power left, as in Berouti et al. (1979) at 10 dB."""

QUIET_DB = 20.0
"""With the noise this far under the speech the voices are compared as they are."""


def quieten(samples: Samples, spoken: Iterable[Span]) -> Samples:
    """The same sound with less steady noise (spectral subtraction, Berouti et al. 1979).

    Args:
        samples: Mono waveform in [-1.0, 1.0], float32, shape (n_samples,), at 16 000 Hz.
        spoken: Where somebody speaks; the noise is measured elsewhere.

    Returns:
        As long as ``samples``; ``samples`` itself where the line is quiet or always spoken on.
    """
    spectra = _spectra(samples)
    power = np.abs(spectra) ** 2
    talk = _talk(len(spectra), spoken)
    if (~talk).sum() < LEAST_FRAMES or not talk.any():
        return samples
    noise = power[~talk].mean(axis=0)
    ratio = power[talk].sum() / talk.sum() / max(float(noise.sum()), 1e-20) - 1
    if ratio > 10 ** (QUIET_DB / 10):
        return samples
    left = np.maximum(power - OVERSUBTRACTION * noise, FLOOR * power) / np.maximum(power, 1e-20)
    smooth = left.copy()
    smooth[1:-1] = (left[:-2] + left[1:-1] + left[2:]) / 3
    return _sound(spectra * np.sqrt(smooth), len(samples))


def _talk(count: int, spoken: Iterable[Span]) -> NDArray[np.bool_]:
    talk = np.zeros(count, dtype=bool)
    for span in spoken:
        first = int((span.start - MARGIN_SECONDS) * SAMPLE_RATE_HZ / HOP_SAMPLES)
        last = int((span.end + MARGIN_SECONDS) * SAMPLE_RATE_HZ / HOP_SAMPLES) + 1
        talk[max(0, first) : max(0, last)] = True
    return talk


def _window() -> Numbers:
    """The root of a periodic Hann window: applied twice, halves that overlap add up to one."""
    return np.asarray(np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME_SAMPLES) / FRAME_SAMPLES)))


def _spectra(samples: Samples) -> Spectra:
    count = 1 + -(-len(samples) // HOP_SAMPLES)
    padded = np.zeros((count + 1) * HOP_SAMPLES)
    padded[HOP_SAMPLES : HOP_SAMPLES + len(samples)] = samples
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME_SAMPLES)[::HOP_SAMPLES]
    return np.asarray(np.fft.rfft(frames * _window(), axis=1))


def _sound(spectra: Spectra, length: int) -> Samples:
    frames = np.fft.irfft(spectra, FRAME_SAMPLES, axis=1) * _window()
    total = np.zeros((len(frames) + 1) * HOP_SAMPLES)
    total[: len(frames) * HOP_SAMPLES] += frames[:, :HOP_SAMPLES].ravel()
    total[HOP_SAMPLES : (len(frames) + 1) * HOP_SAMPLES] += frames[:, HOP_SAMPLES:].ravel()
    return np.asarray(total[HOP_SAMPLES : HOP_SAMPLES + length], dtype=np.float32)
