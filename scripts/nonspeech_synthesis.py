"""The building blocks of sound without speech: tones, noises, harmonics under an envelope, and the telephone line.

Everything is drawn from a generator that the caller seeds; nothing here knows which sound it becomes part of.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float64]
Chance = np.random.Generator

RATE_HZ = 16_000
LINE_RATE_HZ = 8_000
BAND_HZ = (300.0, 3400.0)
FRAME = 80
"""Samples for which pitch and envelope of harmonics stand still: 5 ms."""

VOWELS_HZ = {
    "a": (750.0, 1200.0, 2500.0),
    "e": (500.0, 1850.0, 2500.0),
    "i": (300.0, 2250.0, 3000.0),
    "o": (480.0, 850.0, 2450.0),
    "u": (330.0, 800.0, 2250.0),
    "m": (280.0, 1000.0, 2200.0),
}
"""Formants of a man's vowels after Peterson and Barney (JASA 24, 1952), rounded; "m" is a hum."""

BANDWIDTHS_HZ = (80.0, 110.0, 160.0)
FORMANT_LEVELS = (1.0, 0.5, 0.25)


def times(n: int) -> Sound:
    """Seconds of each sample."""
    return np.arange(n) / RATE_HZ


def hertz(note: Any) -> Any:
    """The frequency of MIDI notes; 69 is 440 Hz."""
    return 440.0 * 2 ** ((np.asarray(note, dtype=float) - 69) / 12)


def cadence(n: int, frequencies_hz: tuple[float, ...], beats: tuple[float, ...]) -> Sound:
    """Tones together, switched on and off by turns.

    Args:
        n: Samples.
        frequencies_hz: Of the tones.
        beats: Seconds on, off, on, off and so on, again and again.
    """
    edges = np.cumsum(beats)
    place = np.searchsorted(edges, times(n) % edges[-1], side="right")
    return (place % 2 == 0) * np.sin(2 * np.pi * np.outer(frequencies_hz, times(n))).sum(axis=0)


def coloured(n: int, chance: Chance, shape: Callable[[Sound], Sound]) -> Sound:
    """Noise with an amplitude of 1 on average and a spectrum of this shape over frequency in Hz."""
    frequencies = np.fft.rfftfreq(n, 1 / RATE_HZ)
    noise = np.fft.irfft(np.fft.rfft(chance.standard_normal(n)) * shape(frequencies), n)
    return np.asarray(noise / max(float(noise.std()), 1e-12))


def around(centre_hz: float, width_hz: float) -> Callable[[Sound], Sound]:
    """A spectrum with one hill."""
    return lambda frequencies: np.exp(-(((frequencies - centre_hz) / width_hz) ** 2))


def tilted(power: float) -> Callable[[Sound], Sound]:
    """A spectrum that falls with this power of the frequency above 100 Hz."""
    return lambda frequencies: np.maximum(frequencies, 100.0) ** -power


def placed(n: int, pieces: list[tuple[float, Sound]]) -> Sound:
    """Pieces of sound added up, each from its second on; what reaches past the end is cut off."""
    track = np.zeros(n)
    for second, piece in pieces:
        first = round(second * RATE_HZ)
        part = piece[: max(0, n - first)]
        track[first : first + len(part)] += part
    return track


def swell(n: int, attack: float, release: float) -> Sound:
    """A rise and a fall of these lengths in seconds around a plateau of 1."""
    time = times(n)
    up = np.minimum(1.0, time / max(attack, 1e-3))
    return np.asarray(up * np.minimum(1.0, (n / RATE_HZ - time) / max(release, 1e-3)))


def slow(n: int, chance: Chance, seconds: float) -> Sound:
    """A random walk about 0 with a spread of 1 that takes this long to change, in seconds."""
    knots = max(4, round(n / RATE_HZ / seconds) + 2)
    return np.interp(np.linspace(0, knots - 1, n), np.arange(knots), chance.standard_normal(knots))


def harmonics(pitch_hz: Sound, gain: Callable[[Sound], Sound]) -> Sound:
    """A voice or an instrument: every harmonic of a pitch under an envelope.

    Args:
        pitch_hz: One pitch for each frame of 5 ms; 0 is silence.
        gain: Amplitudes for frequencies in Hz, one of each frame at a time, shape (n_frames,).
    """
    n = len(pitch_hz) * FRAME
    centres = np.arange(len(pitch_hz)) * FRAME + FRAME / 2
    voiced = pitch_hz > 0
    held = np.where(voiced, pitch_hz, 100.0)
    phase = 2 * np.pi * np.cumsum(np.interp(np.arange(n), centres, held)) / RATE_HZ
    sound = np.zeros(n)
    for number in range(1, int(BAND_HZ[1] / held.min()) + 2):
        frequency = number * held
        amplitude = np.where(voiced & (frequency < 3800), gain(frequency), 0.0)
        sound += np.interp(np.arange(n), centres, amplitude) * np.sin(number * phase)
    return sound


def formants(frequencies_hz: Sound, centres_hz: Sound) -> Sound:
    """Gain of a vocal tract with a glottal source; ``centres_hz`` of shape (3, n_frames) or (3, 1)."""
    gain = np.full_like(frequencies_hz, 0.01)
    for centre, width, level in zip(centres_hz, BANDWIDTHS_HZ, FORMANT_LEVELS, strict=True):
        gain = gain + level / np.sqrt(1 + ((frequencies_hz - centre) / width) ** 2)
    return np.asarray(gain)


def vibrato(pitch_hz: Sound, chance: Chance, *, depth: float = 0.025) -> Sound:
    """The same pitch, wavering about 5.5 times a second and a little untrue."""
    time = np.arange(len(pitch_hz)) * FRAME / RATE_HZ
    rate = chance.uniform(5.0, 6.2)
    return pitch_hz * (1 + depth * np.sin(2 * np.pi * rate * time + chance.uniform(0, 6)))


def at_level(sound: Sound, level_dbfs: float) -> Sound:
    """The same sound with this level where anything sounds (frames of 20 ms within 30 dB of the loudest)."""
    frames = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    power = np.mean(frames**2, axis=1) if len(frames) else np.zeros(1)
    active = power[power > power.max() * 1e-3]
    return sound * (10 ** (level_dbfs / 20) / np.sqrt(active.mean()) if len(active) else 0.0)


def band_limited(sound: Sound) -> Sound:
    """Only what a telephone carries, 300 to 3400 Hz."""
    spectrum = np.fft.rfft(sound)
    frequencies = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    edges = np.clip((frequencies - 240) / 120, 0, 1) * np.clip((3500 - frequencies) / 200, 0, 1)
    return np.fft.irfft(spectrum * edges, len(sound))


def companded(sound: Sound) -> Sound:
    """Sound after the mu-law curve of G.711 in 256 steps, and back."""
    clipped = np.clip(sound, -1, 1)
    squeezed = np.sign(clipped) * np.log1p(255 * np.abs(clipped)) / np.log(256)
    steps = np.round(squeezed * 127) / 127
    return np.asarray(np.sign(steps) * (256 ** np.abs(steps) - 1) / 255)


def mobile(sound: Sound, *, bit_rate: int = 5900) -> Sound:
    """Sound after the speech coder of mobile telephones (AMR narrow band), which knows no music."""
    import av

    coder, decoder = (av.CodecContext.create(name, mode) for name, mode in (("libopencore_amrnb", "w"), ("amrnb", "r")))
    coder.sample_rate, coder.layout, coder.format, coder.bit_rate = LINE_RATE_HZ, "mono", "s16", bit_rate
    decoder.sample_rate, decoder.layout = LINE_RATE_HZ, "mono"
    step = LINE_RATE_HZ // 50  # the coder takes 20 ms at a time
    narrow = np.round(np.clip(sound[::2], -1, 1) * 32767).astype(np.int16)
    narrow = np.pad(narrow, (0, -len(narrow) % step))
    packets = []
    for first in range(0, len(narrow), step):
        frame = av.AudioFrame.from_ndarray(narrow[None, first : first + step], format="s16", layout="mono")
        frame.sample_rate, frame.pts = LINE_RATE_HZ, first
        packets += coder.encode(frame)
    packets += coder.encode(None)
    heard = np.concatenate([np.ravel(f.to_ndarray()) for p in packets for f in decoder.decode(p)]).astype(float)
    wide = np.zeros(2 * len(heard))
    wide[::2] = 2 * heard
    return band_limited(np.pad(wide, (0, max(0, len(sound) - len(wide))))[: len(sound)])


def lossy(sound: Sound, chance: Chance, *, lost: float = 0.1) -> Sound:
    """Sound with packets of 20 ms lost here and there: half of them silent, half the packet before once more."""
    heard, gone = sound.copy(), False
    for first in range(320, len(sound) - 320, 320):
        gone = bool(chance.random() < (0.5 if gone else lost / 2))
        if gone:
            again = chance.random() < 0.5
            heard[first : first + 320] = heard[first - 320 : first] * 0.7 if again else 0.0
    return heard
