"""Sound that comes out of people and dogs and is no intelligible speech: crowds, children, singing, coughs, breath.

The voices are those of the contacts of ``sample_calls/``, which are synthetic (see the README there).
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from app.pipeline.audio.decode import decode
from scripts.nonspeech_music import band, melody, pads
from scripts.nonspeech_synthesis import (
    FRAME,
    RATE_HZ,
    VOWELS_HZ,
    Chance,
    Sound,
    around,
    at_level,
    coloured,
    formants,
    harmonics,
    placed,
    slow,
    swell,
    tilted,
    vibrato,
)

CALLS = Path(__file__).resolve().parents[1] / "sample_calls" / "calls"
WINDOW = 480
"""Samples of a grain in which time is stretched, 30 ms."""


@lru_cache(maxsize=1)
def talkers() -> tuple[tuple[Sound, ...], ...]:
    """Everything that the contacts of the sample calls say: of each of eight voices the sentences, at one level."""
    voices: dict[str, list[Sound]] = {}
    for folder in sorted(CALLS.iterdir()):
        dialogue = yaml.safe_load((folder / "dialogue.yaml").read_text("utf-8"))
        if "contact" not in dialogue.get("speakers", {}):
            continue
        channels = decode(next(iter(sorted(folder.glob("recording.*"))))).channels
        voice = voices.setdefault(dialogue["speakers"]["contact"]["voice"], [])
        for said in json.loads((folder / "reference.json").read_text("utf-8"))["utterances"]:
            if said["speaker"] == "contact":
                first, last = (round(said[key] * RATE_HZ) for key in ("start", "end"))
                voice.append(at_level(channels[said["channel"]][first:last].astype(float), -20))
    return tuple(tuple(voices[name]) for name in sorted(voices))


def _talking(n: int, chance: Chance, sentences: tuple[Sound, ...]) -> Sound:
    """One voice that goes on and on, from anywhere in a sentence, its sentences in any order."""
    parts: list[Sound] = []
    order: list[Any] = []
    length, skip = 0, int(chance.integers(2 * RATE_HZ))
    while length < n + skip:
        order = order or list(chance.permutation(len(sentences)))
        parts += [sentences[order.pop()], np.zeros(int(chance.uniform(0.05, 0.3) * RATE_HZ))]
        length += len(parts[-1]) + len(parts[-2])
    return np.concatenate(parts)[skip : skip + n]


def babble(n: int, chance: Chance, *, voices: int = 6) -> Sound:
    """Six people talk at once, about equally loud."""
    chosen = chance.choice(len(talkers()), size=voices, replace=voices > len(talkers()))
    return np.sum([chance.uniform(0.6, 1.4) * _talking(n, chance, talkers()[number]) for number in chosen], axis=0)


def _stretched(sound: Sound, factor: float) -> Sound:
    """The same sound at the same pitch, longer by a factor (overlap and add at the likeliest place, WSOLA)."""
    hop, reach = WINDOW // 2, 128
    window, out = np.hanning(WINDOW), np.zeros(int(len(sound) * factor) + 2 * WINDOW)
    padded = np.pad(sound, (reach, WINDOW + 2 * reach + hop))
    place = reach
    for number in range(int(len(sound) * factor / hop)):
        wanted = reach + int(number * hop / factor)
        follow = padded[place + hop : place + hop + WINDOW]
        around_there = padded[wanted - reach : wanted + reach + WINDOW]
        if number and len(follow) == WINDOW and len(around_there) >= WINDOW:
            wanted += int(np.argmax(np.correlate(around_there, follow, "valid"))) - reach
        grain = padded[wanted : wanted + WINDOW]
        if len(grain) < WINDOW:
            break
        out[number * hop : number * hop + WINDOW] += grain * window
        place = wanted
    return out[: int(len(sound) * factor)]


def _raised(sound: Sound, factor: float) -> Sound:
    """Pitch and formants higher by a factor, at the same pace."""
    faster = np.interp(np.arange(0, len(sound) - 1, factor), np.arange(len(sound)), sound)
    return _stretched(faster, factor)


def children(n: int, chance: Chance) -> Sound:
    """A room of children: five voices raised by about a half, louder and fainter by turns, with shrieks."""
    length = min(n, 30 * RATE_HZ)  # stretching is slow; each child says its half minute again
    voices = []
    for number in chance.choice(len(talkers()), size=5, replace=False):
        child = _raised(_talking(length, chance, talkers()[number]), float(chance.uniform(1.4, 1.6)))
        child = np.roll(np.tile(child, -(-n // len(child)) + 1)[:n], int(chance.integers(n)))
        voices.append(child * np.exp(0.7 * slow(n, chance, 1.5)))
    shrieks = [
        (float(chance.uniform(0, n / RATE_HZ)), 0.5 * _call(chance, 700, 1300, float(chance.uniform(0.3, 0.8))))
        for _ in range(n // (4 * RATE_HZ))
    ]
    return at_level(np.sum(voices, axis=0), -20) + placed(n, shrieks)


def _call(chance: Chance, low_hz: float, high_hz: float, seconds: float, *, rough: float = 0.1) -> Sound:
    """One cry, bark or shout: a pitch that rises and falls, with some noise."""
    frames = max(8, int(seconds * RATE_HZ / FRAME))
    arch = np.sin(np.linspace(0.2, np.pi, frames))
    pitch = low_hz + (high_hz - low_hz) * arch * (1 + 0.03 * chance.standard_normal(frames))
    centres = np.array(VOWELS_HZ["a"])[:, None] * chance.uniform(1.1, 1.5)
    sound = harmonics(np.maximum(pitch, 60.0), lambda f: arch * formants(f, centres))
    noise = coloured(len(sound), chance, around(1500, 900))
    return (sound / max(np.abs(sound).max(), 1e-9) + rough * noise) * swell(len(sound), 0.02, 0.08)


def crying(n: int, chance: Chance) -> Sound:
    """A baby cries, once a second."""
    seconds = np.arange(0.2, n / RATE_HZ, 1.1)
    return placed(n, [(s, _call(chance, 380, 520, float(chance.uniform(0.5, 0.9)))) for s in seconds])


def barking(n: int, chance: Chance) -> Sound:
    """A dog barks, two or three times, and again."""
    pieces, now = [], 0.3
    while now < n / RATE_HZ:
        for _ in range(chance.integers(1, 4)):
            pieces.append((now, _call(chance, 250, float(chance.uniform(450, 800)), 0.18, rough=0.3)))
            now += float(chance.uniform(0.3, 0.5))
        now += float(chance.uniform(0.6, 2.0))
    return placed(n, pieces)


def coughing(n: int, chance: Chance) -> Sound:
    """Coughs: a burst, a rush of air, a short voiced end; by twos and threes."""
    pieces, now = [], 0.4
    while now < n / RATE_HZ:
        for _ in range(chance.integers(1, 4)):
            rush = coloured(int(0.28 * RATE_HZ), chance, around(chance.uniform(900, 1500), 1200))
            rush *= np.exp(-np.arange(len(rush)) / (0.09 * RATE_HZ))
            pieces += [(now, rush), (now + 0.1, 0.4 * _call(chance, 130, 190, 0.16, rough=0.4))]
            now += float(chance.uniform(0.35, 0.6))
        now += float(chance.uniform(1.0, 3.0))
    return placed(n, pieces)


def laughing(n: int, chance: Chance) -> Sound:
    """Somebody laughs: breathy bursts, five a second, falling in pitch (Bachorowski and others, JASA 110, 2001)."""
    pieces, now = [], 0.3
    while now < n / RATE_HZ:
        top = float(chance.uniform(180, 420))
        for number in range(chance.integers(4, 9)):
            pitch = top * 0.95**number
            pieces.append((now, 0.9**number * _call(chance, pitch * 0.85, pitch, 0.13, rough=0.25)))
            now += float(chance.uniform(0.17, 0.23))
        now += float(chance.uniform(0.6, 2.0))
    return placed(n, pieces)


def breathing(n: int, chance: Chance) -> Sound:
    """Somebody breathes into the receiver, in and out."""
    pieces, now = [], 0.2
    while now < n / RATE_HZ:
        for centre, loud in ((1300, 1.0), (800, 0.6)):
            length = int(chance.uniform(0.8, 1.4) * RATE_HZ)
            pieces.append((now, loud * coloured(length, chance, around(centre, 700)) * swell(length, 0.4, 0.5)))
            now += length / RATE_HZ + float(chance.uniform(0.1, 0.5))
    return placed(n, pieces)


def _envelope(voice: Sound) -> tuple[Sound, Sound]:
    """The spectral envelope of a voice every 5 ms, by cepstral smoothing: shape (n_frames, 257), and their levels."""
    count = max(1, (len(voice) - 512) // FRAME)
    frames = voice[np.arange(512)[None] + FRAME * np.arange(count)[:, None]] * np.hanning(512)
    logs = np.log(np.abs(np.fft.rfft(frames, axis=1)) + 1e-4)
    cepstrum = np.fft.irfft(logs, axis=1)
    cepstrum[:, 30:-29] = 0
    return np.exp(np.fft.rfft(cepstrum, axis=1).real), frames.std(axis=1)


def _singing(n: int, chance: Chance, sentences: tuple[Sound, ...], *, in_order: bool) -> Sound:
    """A voice whose every syllable is moved to the next note of a tune, its words in order or not at all."""
    pitch, notes = melody(n, chance, low=int(chance.choice([45, 50, 55])), shortest=0.22)
    shapes, _ = _envelope(_talking(n if in_order else min(n, 20 * RATE_HZ), chance, sentences))
    gains = np.zeros((len(pitch), shapes.shape[1]))
    now = 0
    for first, last in notes:
        taken = min(round((last - first) / 1.5), len(shapes) - 1)  # sung half as fast again as said
        now = now if in_order and now + taken < len(shapes) else int(chance.integers(len(shapes) - taken))
        places = np.clip(now + np.round(np.linspace(0, taken, last - first)), 0, len(shapes) - 1).astype(int)
        gains[first:last] = shapes[places]
        now += taken

    def gain(frequency: Sound) -> Sound:
        bins = np.clip(frequency / RATE_HZ * 512, 0, 256).astype(int)
        return np.asarray(gains[np.arange(len(gains)), bins])

    hiss = np.repeat(gains[:, 80:110].mean(axis=1), FRAME)[:n] * coloured(n, chance, around(3000, 700))
    return harmonics(vibrato(pitch, chance), gain)[:n] + 2 * hiss


def sung_syllables(n: int, chance: Chance) -> Sound:
    """A real voice's syllables in no order, sung to a tune over soft chords."""
    voice = _singing(n, chance, talkers()[chance.integers(len(talkers()))], in_order=False)
    return at_level(voice, -20) + at_level(pads(n, chance), chance.uniform(-40, -24))


def sung_words(n: int, chance: Chance) -> Sound:
    """A real voice's sentences, sung to a tune with a band."""
    voice = _singing(n, chance, talkers()[chance.integers(len(talkers()))], in_order=True)
    return at_level(voice, -20) + at_level(band(n, chance), chance.uniform(-40, -26))


def office(n: int, chance: Chance) -> Sound:
    """An office: many voices far off, keys, an air conditioner."""
    keys = [
        (float(s), coloured(160, chance, around(2500, 1200)) * np.exp(-np.arange(160) / 40) * chance.uniform(0.1, 0.5))
        for s in chance.uniform(0, n / RATE_HZ, size=int(3 * n / RATE_HZ))
    ]
    far = at_level(babble(n, chance, voices=14), -30)
    return far + at_level(coloured(n, chance, tilted(1.0)), -36) + 0.2 * placed(n, keys)
