"""Makes sound without speech, as telephone lines carry it: tones, noises, hold music, crowds, coughs.

    python scripts/nonspeech.py DIR [--seconds 120] [--seed 0] [--kind KIND]...

writes ``KIND.wav`` for each kind, an hour and more in all; ``nonspeech(kind, seconds=…, seed=…)`` gives one as samples.
The same kind, length and seed give the same sound. Everything is made of numbers, or of the synthetic voices of
``sample_calls/``; nobody can be understood in it, but for ``sung-words``, whose words are sung to a tune.

Thresholds are tuned on the kinds that come out of throats, with even seeds, and the telephone adapter is trained on the
even seeds of all kinds without words (scripts/train_telephone.py); the odd seeds of all kinds are held out.

Sources: BS 6305 and ETSI TR 101 041 for tones, ITU-T E.180 for busy and ringing, Q.23 for dialling, T.30 and V.21 for
fax and modem.
"""

import argparse
import sys
import wave
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import nonspeech_music as music
from scripts import nonspeech_voices as voices
from scripts.nonspeech_synthesis import (
    RATE_HZ,
    Chance,
    Sound,
    around,
    at_level,
    band_limited,
    cadence,
    coloured,
    companded,
    lossy,
    mobile,
    placed,
    slow,
    swell,
    tilted,
    times,
)

Maker = Callable[[int, Chance], Sound]

LEVEL_DBFS = -22.0
"""Where something sounds; each seed lies up to 5 dB beside it."""

WITH_WORDS = frozenset({"sung-words"})
"""Kinds in which words can be made out."""

SPREAD_DB = 5.0
DIAL_ROWS_HZ, DIAL_COLUMNS_HZ = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0)
SPECIAL_INFORMATION_HZ = (985.2, 1370.6, 1776.7)


def _ringing_british(n: int, chance: Chance) -> Sound:
    return cadence(n, (400.0, 450.0), (0.4, 0.2, 0.4, 2.0))


def _ringing_american(n: int, chance: Chance) -> Sound:
    return cadence(n, (440.0, 480.0), (2.0, 4.0))


def _ringing_continental(n: int, chance: Chance) -> Sound:
    return cadence(n, (425.0,), (1.0, 4.0))


def _busy(n: int, chance: Chance) -> Sound:
    tones = (((400.0,), (0.375, 0.375)), ((480.0, 620.0), (0.5, 0.5)), ((425.0,), (0.25, 0.25)))
    thirds = np.array_split(np.arange(n), 3)
    return np.concatenate([cadence(len(part), *tone) for part, tone in zip(thirds, tones, strict=True)])


def _unobtainable(n: int, chance: Chance) -> Sound:
    """The three rising tones, then the steady one; again and again."""
    turn = round(6.0 * RATE_HZ)
    third = round(0.33 * RATE_HZ)
    rising = [np.sin(2 * np.pi * f * times(third)) for f in SPECIAL_INFORMATION_HZ]
    steady = np.sin(2 * np.pi * 400 * times(turn - 3 * third - RATE_HZ))
    once = np.concatenate([*rising, np.zeros(RATE_HZ // 2), steady, np.zeros(RATE_HZ // 2)])
    return np.tile(once, -(-n // len(once)))[:n]


def _dialling(n: int, chance: Chance) -> Sound:
    pieces, now = [], 0.0
    while now < n / RATE_HZ:
        pieces.append((now, cadence(round(1.2 * RATE_HZ), (350.0, 450.0), (2.0, 0.1))))
        now += 1.5
        for _ in range(11):
            pair = (float(chance.choice(DIAL_ROWS_HZ)), float(chance.choice(DIAL_COLUMNS_HZ)))
            pieces.append((now, cadence(round(0.12 * RATE_HZ), pair, (1.0, 0.1))))
            now += float(chance.uniform(0.2, 0.35))
        now += 2.0
    return placed(n, pieces)


def _digital_silence(n: int, chance: Chance) -> Sound:
    return np.zeros(n)


def _line_noise(n: int, chance: Chance) -> Sound:
    return coloured(n, chance, tilted(float(chance.uniform(0, 0.7))))


def _hum(n: int, chance: Chance) -> Sound:
    """Mains hum with its upper harmonics, and the buzz of a bad earth."""
    waves = [np.sin(2 * np.pi * 50 * k * times(n) + chance.uniform(0, 6)) / k**0.7 for k in range(2, 40)]
    return np.sum(waves, axis=0) * (1 + 0.2 * slow(n, chance, 2.0)) + 0.2 * coloured(n, chance, tilted(0.5))


def _crackle(n: int, chance: Chance) -> Sound:
    clicks = np.zeros(n)
    number = n // 800
    clicks[chance.integers(0, n, size=number)] = chance.standard_normal(number) * np.exp(chance.standard_normal(number))
    return np.convolve(clicks, np.exp(-np.arange(40) / 8), "same") + 0.01 * coloured(n, chance, tilted(0.3))


def _keyed(n: int, chance: Chance, low_hz: float, high_hz: float, baud: int) -> Sound:
    """Bits as two frequencies, the phase unbroken."""
    bits = np.repeat(chance.integers(0, 2, size=-(-n * baud // RATE_HZ) + 1), RATE_HZ // baud)
    bits = np.pad(bits, (0, max(0, n - len(bits))), mode="edge")[:n]
    return np.sin(2 * np.pi * np.cumsum(np.where(bits, low_hz, high_hz)) / RATE_HZ)


def _modem(n: int, chance: Chance) -> Sound:
    """An answer tone with turns of phase, two modems of V.21 at once, and scrambled data."""
    once = round(12 * RATE_HZ)
    answer = np.sin(2 * np.pi * 2100 * times(3 * RATE_HZ) + np.pi * (times(3 * RATE_HZ) // 0.45))
    both = _keyed(4 * RATE_HZ, chance, 1180, 980, 300) + _keyed(4 * RATE_HZ, chance, 1850, 1650, 300)
    data = coloured(4 * RATE_HZ, chance, lambda f: (np.abs(f - 1800) < 1300) * 1.0)
    turn = np.concatenate([answer, both, data, np.zeros(once - 11 * RATE_HZ)])
    return np.tile(turn, -(-n // once))[:n]


def _fax(n: int, chance: Chance) -> Sound:
    """Calling tones, the answer, the handshake, a page."""
    calling = cadence(8 * RATE_HZ, (1100.0,), (0.5, 3.0))
    answer = np.sin(2 * np.pi * 2100 * times(3 * RATE_HZ))
    hands = _keyed(2 * RATE_HZ, chance, 1650, 1850, 300)
    page = coloured(5 * RATE_HZ, chance, around(1700, 900))
    turn = np.concatenate([calling, answer, hands, np.zeros(RATE_HZ // 4), page, np.zeros(RATE_HZ)])
    return np.tile(turn, -(-n // len(turn)))[:n]


def _traffic(n: int, chance: Chance) -> Sound:
    """A road: a rumble, cars that pass, a horn now and then."""
    pieces = []
    for second in np.cumsum(chance.exponential(3.0, size=n // (2 * RATE_HZ) + 2)):
        length = round(chance.uniform(2, 5) * RATE_HZ)
        car = coloured(length, chance, around(float(chance.uniform(500, 1200)), 600))
        pieces.append((float(second), car * np.hanning(length)))
        if chance.random() < 0.2:
            horn = cadence(round(0.6 * RATE_HZ), (420.0, 530.0, 840.0, 1060.0), (1.0, 0.1))
            pieces.append((float(second), 0.5 * horn * swell(len(horn), 0.02, 0.05)))
    return placed(n, pieces) + 0.3 * coloured(n, chance, tilted(1.2))


def _wind(n: int, chance: Chance) -> Sound:
    gusts = np.exp(0.8 * slow(n, chance, 0.7))
    return gusts * coloured(n, chance, tilted(1.5)) + np.exp(slow(n, chance, 0.3)) * coloured(
        n, chance, around(450, 150)
    )


def _handling(n: int, chance: Chance) -> Sound:
    """A receiver is moved about: thumps, scrapes, rustling."""
    pieces = []
    for second in np.cumsum(chance.exponential(0.5, size=4 * n // RATE_HZ + 4)):
        centre, length = float(chance.uniform(350, 2500)), round(chance.uniform(0.03, 0.4) * RATE_HZ)
        fall = np.exp(-np.arange(length) / (length / 4)) if chance.random() < 0.6 else np.hanning(length)
        pieces.append((float(second), chance.uniform(0.2, 1) * coloured(length, chance, around(centre, 500)) * fall))
    return placed(n, pieces)


def _music_mobile(n: int, chance: Chance) -> Sound:
    return mobile(at_level(band_limited(music.band(n, chance)), LEVEL_DBFS))


def _music_lossy(n: int, chance: Chance) -> Sound:
    return lossy(music.plucked(n, chance), chance)


def _sung_mobile(n: int, chance: Chance) -> Sound:
    return mobile(at_level(band_limited(music.sung(n, chance)), LEVEL_DBFS))


KINDS: Mapping[str, Maker] = MappingProxyType(
    {
        "ringing-british": _ringing_british,
        "ringing-american": _ringing_american,
        "ringing-continental": _ringing_continental,
        "busy": _busy,
        "unobtainable": _unobtainable,
        "dialling": _dialling,
        "digital-silence": _digital_silence,
        "comfort-noise": _line_noise,
        "line-noise": _line_noise,
        "hum": _hum,
        "crackle": _crackle,
        "modem": _modem,
        "fax": _fax,
        "music-arpeggio": music.arpeggio,
        "music-plucked": music.plucked,
        "music-band": music.band,
        "music-solo": music.solo,
        "music-piano": music.piano,
        "music-mobile": _music_mobile,
        "music-lossy": _music_lossy,
        "sung": music.sung,
        "sung-alone": music.unaccompanied,
        "sung-choir": music.choir,
        "sung-mobile": _sung_mobile,
        "sung-syllables": voices.sung_syllables,
        "sung-words": voices.sung_words,
        "babble": voices.babble,
        "children": voices.children,
        "crying": voices.crying,
        "traffic": _traffic,
        "wind": _wind,
        "office": voices.office,
        "breathing": voices.breathing,
        "coughing": voices.coughing,
        "laughing": voices.laughing,
        "barking": voices.barking,
        "handling": _handling,
    }
)
"""Name of a kind: what makes it."""

QUIET_DBFS = MappingProxyType({"comfort-noise": -66.0, "office": -30.0, "breathing": -34.0})


def nonspeech(kind: str, *, seconds: float, seed: int = 0) -> NDArray[np.float32]:
    """Sound without speech, after a telephone line.

    Args:
        kind: One of ``KINDS``.
        seconds: Length.
        seed: Draws the tune, the voices, the level, and whatever else there is to draw.

    Returns:
        Mono waveform in [-1.0, 1.0], shape (n_samples,), at 16 000 Hz, 300 to 3400 Hz, after G.711 and back.

    Raises:
        KeyError: If there is no such kind.
    """
    chance = np.random.default_rng([seed, zlib.crc32(kind.encode())])
    n = round(seconds * RATE_HZ)
    level = QUIET_DBFS.get(kind, LEVEL_DBFS) + chance.uniform(-SPREAD_DB, SPREAD_DB)
    sound = at_level(band_limited(KINDS[kind](n, chance)), level)
    return companded(sound).astype(np.float32)


def write(path: Path, samples: NDArray[np.float32]) -> None:
    """Write a file of 16 bits at 8 000 Hz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ // 2)
        file.writeframes((np.clip(samples[::2], -1, 1) * 32767).astype("<i2").tobytes())


def main() -> int:
    """Write a file for each kind."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", action="append", choices=sorted(KINDS))
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for kind in arguments.kind or KINDS:
        samples = nonspeech(kind, seconds=arguments.seconds, seed=arguments.seed)
        write(arguments.folder / f"{kind}.wav", samples)
    return 0


if __name__ == "__main__":
    sys.exit(main())
