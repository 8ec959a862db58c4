"""What telephones and rooms do to speech, drawn at random: noise, levels, leaks, clipping and speech codecs."""

import io
import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from telephone_line import through_amr

Sound = NDArray[np.float32]

WIDE_HZ, NARROW_HZ = 16_000, 8_000
NOISY = 0.75
"""Share of the lines that have noise beside that of their codec."""

AMR_BITS_PER_SECOND = (4_750, 5_150, 5_900, 6_700, 7_400, 7_950, 10_200, 12_200)


def damaged(sound: Sound, *, others: Sequence[Sound], draw: random.Random) -> Sound:
    """The same sound over a line, nothing in it moved in time.

    Args:
        sound: At 16 000 Hz.
        others: Other people's speech, for babble and for what leaks in.
        draw: Decides everything.

    Returns:
        Of the same length, at 16 000 Hz.
    """
    noise = np.random.default_rng(draw.randrange(2**32))
    if draw.random() < 0.06:
        return sound  # a recording that never was on a telephone
    line = _in_band(_at_rate(sound, factor=0.5), low=draw.uniform(100, 320), high=draw.uniform(3300, 3900))
    power = _speaking_power(line)
    if draw.random() < NOISY:
        around = _noise(len(line), others, draw, noise)
        decibels = draw.triangular(4.0, 28.0, 10.0)
        line = line + around * np.float32(np.sqrt(power / 10 ** (decibels / 10) / max(1e-12, np.mean(around**2))))
    if others and draw.random() < 0.2:
        line = line + _spread(others, len(line), 1, draw) * np.float32(10 ** (draw.uniform(-34, -22) / 20))
    if draw.random() < 0.12:
        limit = np.float32(draw.uniform(0.25, 0.8) * np.abs(line).max())
        line = np.clip(line, -limit, limit)
    return over_the_line(line, draw)[: len(sound)]


def over_the_line(line: Sound, draw: random.Random) -> Sound:
    """Sound at 8 000 Hz at some level and after some speech codec, at 16 000 Hz."""
    line = line * np.float32(10 ** (draw.uniform(-24, -3) / 20) / max(1e-6, np.abs(line).max()))
    return _at_rate(_coded(line, draw), factor=2)


def crowd(others: Sequence[Sound], length: int, draw: random.Random) -> Sound:
    """So many people talking at once that nobody can be understood, at 8 000 Hz.

    Args:
        others: Speech at 16 000 Hz.
        length: Of the sound at 16 000 Hz.
        draw: Decides who.
    """
    return _spread(others, length // 2, draw.randrange(6, 12), draw)


def _coded(line: Sound, draw: random.Random) -> Sound:
    which = draw.random()
    if which < 0.45:
        return amr(line, draw.choice(AMR_BITS_PER_SECOND))
    if which < 0.7:
        return gsm(line)
    return mu_law(line)


def mu_law(line: Sound) -> Sound:
    """After G.711: 8 bits, finer where it is faint."""
    squeezed = np.sign(line) * np.log1p(255 * np.minimum(1, np.abs(line))) / np.log(256)
    squeezed = np.round(squeezed * 127) / 127
    return (np.sign(line) * np.expm1(np.abs(squeezed) * np.log(256)) / 255).astype(np.float32)


def gsm(line: Sound) -> Sound:
    """After GSM 06.10, by libsndfile."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, np.clip(line, -1, 1), NARROW_HZ, format="WAV", subtype="GSM610")
    file.seek(0)
    decoded, _ = soundfile.read(file, dtype="float32")
    return _of_length(decoded, len(line))


def amr(line: Sound, bits_per_second: int) -> Sound:
    """After AMR narrow-band, by OpenCORE."""
    return through_amr(line.astype(np.float64), bits_per_second=bits_per_second).astype(np.float32)


def _noise(length: int, others: Sequence[Sound], draw: random.Random, noise: np.random.Generator) -> Sound:
    """Noise of any colour, a crowd, or both; its level is the caller's to set."""
    if others and draw.random() < 0.25:
        crowd = _spread(others, length, draw.randrange(3, 9), draw)
        return crowd / max(1e-6, float(crowd.std())) + _coloured(length, draw, noise) * draw.uniform(0.1, 0.7)
    sound = _coloured(length, draw, noise)
    if draw.random() < 0.25:
        bends = np.interp(np.arange(length), np.linspace(0, length, 12), noise.uniform(0.2, 1.6, 12))
        sound = sound * bends.astype(np.float32)  # traffic, wind
    if draw.random() < 0.1:
        hum = draw.choice((50, 60, 100, 400)) * np.arange(1, 6)[:, None] * np.arange(length) / NARROW_HZ
        sound = sound + np.sin(2 * np.pi * hum).sum(axis=0).astype(np.float32) * draw.uniform(0.1, 0.5)
    return sound.astype(np.float32)


def _coloured(length: int, draw: random.Random, noise: np.random.Generator) -> Sound:
    spectrum = np.fft.rfft(noise.standard_normal(length))
    frequencies = np.maximum(100.0, np.fft.rfftfreq(length, 1 / NARROW_HZ))
    bumps = np.interp(frequencies, np.linspace(0, 4000, 7), noise.uniform(-4, 4, 7))
    spectrum *= frequencies ** draw.uniform(-1.3, 0.1) * 10 ** (bumps / 20)
    sound = np.fft.irfft(spectrum, length)
    return (sound / sound.std()).astype(np.float32)


def _spread(others: Sequence[Sound], length: int, count: int, draw: random.Random) -> Sound:
    """Other people talking, each all the way through, at 8 000 Hz."""
    total = np.zeros(length, dtype=np.float32)
    for _ in range(count):
        voice = np.concatenate([_at_rate(draw.choice(others), factor=0.5) for _ in range(2)])
        voice = np.roll(np.resize(voice, length), draw.randrange(length))
        total += voice * np.float32(draw.uniform(0.4, 1.0))
    return total


def _speaking_power(line: Sound) -> float:
    power = np.mean(np.pad(line, (0, -len(line) % 160)).reshape(-1, 160) ** 2, axis=1)
    return float(power[power >= power.max() / 1000].mean()) + 1e-12


def _at_rate(sound: Sound, *, factor: float) -> Sound:
    """Half or twice as many samples a second, by its spectrum."""
    even = np.pad(sound, (0, -len(sound) % 4))
    wanted = round(len(even) * factor)
    spectrum = np.fft.rfft(even)[: wanted // 2 + 1]
    return (np.fft.irfft(spectrum, wanted) * factor).astype(np.float32)


def _in_band(line: Sound, *, low: float, high: float) -> Sound:
    spectrum = np.fft.rfft(line)
    frequencies = np.fft.rfftfreq(len(line), 1 / NARROW_HZ)
    spectrum *= 1 / (1 + np.exp(-(frequencies - low) / 25)) / (1 + np.exp((frequencies - high) / 40))
    return np.fft.irfft(spectrum, len(line)).astype(np.float32)


def _of_length(line: Sound, length: int) -> Sound:
    return np.pad(line[:length], (0, max(0, length - len(line))))
