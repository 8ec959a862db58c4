"""Whether somebody sings: a sung pitch stands on notes, high and low ones, a spoken one glides.

The difference is the oldest and surest one between the two (Ohishi and others, Interspeech 2005: the change of the
pitch tells them apart within two seconds), and it survives the telephone, since it needs no more of a voice than its
period. Bowed and blown instruments stand still in the same way.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.units import SAMPLE_RATE_HZ, Seconds, Span
from app.pipeline.audio.recording import Samples

LOWEST_HZ = 70.0
HIGHEST_HZ = 500.0
FRAME_SECONDS: Seconds = 0.064
HOP_SECONDS: Seconds = 0.02
VOICED_ABOVE = 0.6
"""Of the autocorrelation at the period, in [0, 1]."""

AUDIBLE_DB = 35.0
"""Frames that much under the loudest are not asked for a pitch."""

WINDOW_FRAMES = 12
"""240 ms: longer than a turn of a singer's vibrato (180 ms), about as long as a syllable."""

HELD_SEMITONES = 1.0
HELD_SEMITONES_PER_SECOND = 2.0
"""Within which a held note with its vibrato stays, and slower than which it drifts."""

SUNG_HELD_ABOVE = 0.15
SUNG_RANGE_SEMITONES = 3.0
SUNG_NEEDS_SECONDS: Seconds = 1.5
"""Measured in November 2026 on generated singing (scripts/nonspeech.py, even seeds), on sixteen channels of synthetic
two-party calls and on espeak-ng in seven languages, whose pitch is the steadiest of all that speak. Of the windows with
a pitch all through, .16 to .75 are held in singing, up to .13 in calls, up to .21 in espeak-ng; tunes move over a fifth
and more, espeak-ng holds its pitch within two semitones."""


@dataclass(frozen=True, slots=True)
class Tune:
    """How a pitch moves.

    Attributes:
        held: Of the windows with a pitch all through, how many stand still, in [0, 1].
        range_semitones: How far apart the held pitches lie, from the lowest tenth to the highest.
        seconds: How much of windows with a pitch there was.
    """

    held: float
    range_semitones: float
    seconds: Seconds

    @property
    def is_sung(self) -> bool:
        """Whether that is singing or an instrument, and enough of it to tell."""
        enough = self.seconds >= SUNG_NEEDS_SECONDS
        return enough and self.held >= SUNG_HELD_ABOVE and self.range_semitones >= SUNG_RANGE_SEMITONES


def tune_of(samples: Samples, regions: tuple[Span, ...]) -> Tune:
    """How the pitch moves in some stretches of a recording.

    Args:
        samples: Mono waveform in [-1.0, 1.0], float32, shape (n_samples,), at 16 000 Hz.
        regions: Where to listen.
    """
    windows, held = 0, []
    for region in regions:
        semitones = _semitones(samples[round(region.start * SAMPLE_RATE_HZ) : round(region.end * SAMPLE_RATE_HZ)])
        for first in range(0, len(semitones) - WINDOW_FRAMES + 1, 2):
            window = semitones[first : first + WINDOW_FRAMES]
            if np.isnan(window).sum() <= 1:
                windows += 1
                held += [float(np.nanmedian(window))] if _is_held(window) else []
    low, high = np.percentile(held, (10, 90)) if held else (0.0, 0.0)
    return Tune(len(held) / max(1, windows), float(high - low), windows * 2 * HOP_SECONDS)


def _is_held(window: NDArray[np.float64]) -> bool:
    voiced = ~np.isnan(window)
    low, high = np.percentile(window[voiced], (10, 90))
    slope = np.polyfit(np.flatnonzero(voiced) * HOP_SECONDS, window[voiced], 1)[0]
    return bool(high - low < HELD_SEMITONES and abs(slope) < HELD_SEMITONES_PER_SECOND)


def _semitones(samples: Samples) -> NDArray[np.float64]:
    """The pitch of each frame in semitones over 100 Hz, not a number where there is none, by autocorrelation."""
    narrow = samples[: len(samples) // 2 * 2].reshape(-1, 2).mean(axis=1).astype(np.float64)
    rate = SAMPLE_RATE_HZ // 2
    size, hop = round(FRAME_SECONDS * rate), round(HOP_SECONDS * rate)
    count = (len(narrow) - size) // hop + 1
    if count < 1:
        return np.zeros(0)
    frames = np.lib.stride_tricks.sliding_window_view(narrow, size)[::hop]
    window = np.hanning(size)
    frames = (frames - frames.mean(axis=1, keepdims=True)) * window
    power = np.mean(frames**2, axis=1)
    shortest, longest = round(rate / HIGHEST_HZ), round(rate / LOWEST_HZ)
    alike = _autocorrelation(frames, longest + 1) / _autocorrelation(window[None], longest + 1)
    # a shorter period is preferred a little: twice the period fits as well
    lags = np.arange(shortest, longest)
    best = (alike[:, shortest:longest] - 0.02 * np.log2(lags / shortest)).argmax(axis=1) + shortest
    period, height = _peak(alike, best)
    voiced = (height > VOICED_ABOVE) & (power > power.max() * 10 ** (-AUDIBLE_DB / 10)) & (power > 0)
    return np.where(voiced, 12 * np.log2(rate / period / 100.0), np.nan)


def _autocorrelation(frames: NDArray[np.float64], lags: int) -> NDArray[np.float64]:
    """Of each frame, 1 at lag 0; shape (n_frames, lags)."""
    size = frames.shape[1]
    spectrum = np.fft.rfft(frames, 2 * size, axis=1)
    lagged = np.fft.irfft(spectrum * spectrum.conj(), axis=1)[:, :lags]
    return np.asarray(lagged / np.maximum(lagged[:, :1], 1e-12))


def _peak(alike: NDArray[np.float64], places: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where and how high the peaks are, between the samples."""
    rows = np.arange(len(places))
    before, at, after = (alike[rows, places + step] for step in (-1, 0, 1))
    bend = before - 2 * at + after
    shift = np.where(bend < -1e-9, 0.5 * (before - after) / np.where(bend < -1e-9, bend, 1.0), 0.0)
    return places + np.clip(shift, -0.5, 0.5), at
