"""Hold music of several kinds, played and sung, out of numbers alone. Nobody's tune: melodies are drawn by chance."""

import numpy as np

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
    hertz,
    placed,
    swell,
    times,
    vibrato,
)

PROGRESSIONS = ((0, 9, 5, 7), (0, 7, 9, 5), (0, 5, 7, 0), (9, 5, 0, 7))
"""Roots of four chords in semitones over the key, as most popular music has them."""

MINOR_ROOTS = (2, 4, 9)
SCALE = (0, 2, 4, 5, 7, 9, 11)


def _chords(n: int, chance: Chance, bar: float) -> list[tuple[float, tuple[int, int, int]]]:
    """The second at which each bar begins, and the notes of its chord."""
    key, roots = int(chance.integers(53, 62)), PROGRESSIONS[chance.integers(len(PROGRESSIONS))]
    found = []
    for number in range(int(n / RATE_HZ / bar) + 1):
        root = roots[number % 4]
        third = 3 if root in MINOR_ROOTS else 4
        found.append((number * bar, (key + root, key + root + third, key + root + 7)))
    return found


def _note(midi: float, seconds: float, partials: tuple[float, ...], decay: float) -> Sound:
    time = times(round(seconds * RATE_HZ))
    waves = [a * np.sin(2 * np.pi * (k + 1) * hertz(midi) * time) for k, a in enumerate(partials)]
    return np.asarray(np.sum(waves, axis=0) * np.exp(-time / decay) * swell(len(time), 0.01, 0.03))


def arpeggio(n: int, chance: Chance) -> Sound:
    """A synthesiser breaks chords."""
    beat = chance.uniform(0.18, 0.3)
    pieces = []
    for second, chord in _chords(n, chance, 8 * beat):
        for place, step in enumerate((0, 1, 2, 1, 0, 1, 2, 1)):
            midi = chord[step] + 12 * int(place == 4)
            pieces.append((second + place * beat, _note(midi, 2 * beat, (1.0, 0.4, 0.25, 0.15, 0.1), 0.35)))
    return placed(n, pieces)


def _string(midi: float, seconds: float, chance: Chance) -> Sound:
    """A plucked string after Karplus and Strong (Computer Music Journal 7, 1983)."""
    period = round(RATE_HZ / float(hertz(midi)))
    loop = chance.uniform(-1, 1, period)
    turns = []
    for _ in range(int(seconds * RATE_HZ / period) + 1):
        turns.append(loop)
        loop = 0.498 * (loop + np.roll(loop, 1))
    return np.concatenate(turns) * swell(len(turns) * period, 0.002, 0.05)


def plucked(n: int, chance: Chance) -> Sound:
    """A guitar plays chords string by string, and a tune over them."""
    beat = chance.uniform(0.25, 0.4)
    pieces = []
    for second, chord in _chords(n, chance, 4 * beat):
        for place in range(4):
            pieces.append((second + place * beat, _string(chord[place % 3], 3 * beat, chance)))
            if chance.random() < 0.6:
                tune = chord[chance.integers(3)] + 12
                pieces.append((second + (place + 0.5) * beat, _string(tune, 2 * beat, chance)))
    return placed(n, pieces)


def _drums(n: int, chance: Chance, beat: float) -> Sound:
    time = times(round(0.2 * RATE_HZ))
    kick = np.sin(2 * np.pi * (60 * time + 90 * (1 - np.exp(-time * 30)) / 30)) * np.exp(-time * 18)
    snare = coloured(len(time), chance, around(1800, 1500)) * np.exp(-time * 25)
    hat = coloured(len(time), chance, around(6000, 3000)) * np.exp(-time * 60)
    pieces = []
    for number in range(int(n / RATE_HZ / beat) + 1):
        pieces.append((number * beat, 2.0 * kick if number % 2 == 0 else 0.7 * snare))
        pieces += [(number * beat, 0.5 * hat), ((number + 0.5) * beat, 0.5 * hat)]
    return placed(n, pieces)


def band(n: int, chance: Chance) -> Sound:
    """An organ's chords with drums and a bass."""
    beat = chance.uniform(0.4, 0.6)
    pieces = []
    for second, chord in _chords(n, chance, 4 * beat):
        pieces += [(second, _note(midi, 4 * beat, (1.0, 0.5, 0.3, 0.2, 0.2, 0.1), 3.0)) for midi in chord]
        pieces += [(second + k * beat, 1.5 * _note(chord[0] - 12, beat, (1.0, 0.8, 0.5, 0.3), 0.4)) for k in range(4)]
    return placed(n, pieces) * 0.4 + _drums(n, chance, beat)


def melody(n: int, chance: Chance, *, low: int, shortest: float = 0.25) -> tuple[Sound, list[tuple[int, int]]]:
    """A tune as a voice or a solo instrument has it.

    Args:
        n: Samples.
        chance: Draws the tune.
        low: The lowest MIDI note of its octave and a half.
        shortest: Seconds of the shortest note.

    Returns:
        A pitch in Hz for each frame, 0 in the rests, with glides between the notes; first and last frame of each note.
    """
    frames = -(-n // FRAME)
    pitch, notes, now, degree = np.zeros(frames), [], 0, 4
    while now < frames:
        length = int(shortest * float(chance.choice([1, 1, 2, 2, 3, 4])) * RATE_HZ / FRAME)
        last = min(frames, now + length)
        if chance.random() < 0.88:
            degree = int(np.clip(degree + chance.integers(-2, 3), 0, 10))
            pitch[now:last] = hertz(low + 12 * (degree // 7) + SCALE[degree % 7])
            notes.append((now, last))
        now = last
    sounding = pitch > 0
    glide = np.ones(8) / 8  # 40 ms from note to note
    smooth = np.convolve(np.pad(np.where(sounding, pitch, 0.0), 4, mode="edge"), glide, "same")[4:-4]
    share = np.convolve(np.pad(sounding.astype(float), 4, mode="edge"), glide, "same")[4:-4]
    return np.where(sounding, smooth / np.maximum(share, 1e-9), 0.0), notes


def solo(n: int, chance: Chance) -> Sound:
    """A saxophone or a violin plays a tune over soft chords."""
    pitch, notes = melody(n, chance, low=60)
    swells = np.zeros(len(pitch))
    for first, last in notes:
        swells[first:last] = np.maximum(0.0, np.sin(np.linspace(0.15, np.pi - 0.05, last - first)))
    body = harmonics(vibrato(pitch, chance, depth=0.015), lambda f: swells / (1 + (f / 1400) ** 2))[:n]
    return at_level(body, -20) + at_level(pads(n, chance), -30)


def pads(n: int, chance: Chance) -> Sound:
    """Soft chords that swell and fade."""
    bar = chance.uniform(1.6, 2.6)
    pieces = []
    for second, chord in _chords(n, chance, bar):
        for midi in chord:
            note = _note(midi + chance.normal() * 0.04, 1.15 * bar, (1.0, 0.45, 0.2, 0.1), 9.0)
            pieces.append((second, note * swell(len(note), 0.4, 0.5)))
    return placed(n, pieces)


def piano(n: int, chance: Chance) -> Sound:
    """A piano with a tune and chords."""
    beat = chance.uniform(0.35, 0.5)
    partials = (1.0, 0.6, 0.35, 0.25, 0.12, 0.08)
    pieces = []
    for second, chord in _chords(n, chance, 4 * beat):
        pieces += [(second + k * beat, 0.6 * _note(chord[k % 3], 3 * beat, partials, 0.8)) for k in range(4)]
        pieces += [
            (second + k * beat / 2, _note(chord[chance.integers(3)] + 12, 2 * beat, partials, 0.5))
            for k in range(8)
            if chance.random() < 0.6
        ]
    return placed(n, pieces)


def _sung(n: int, chance: Chance, *, low: int, scale: float) -> Sound:
    """One voice sings la, na, oh and mm: a vowel for each note, with the dip of a consonant before some."""
    pitch, notes = melody(n, chance, low=low)
    centres = np.full((3, len(pitch)), 1000.0)
    loud = np.zeros(len(pitch))
    names = list(VOWELS_HZ)
    for first, last in notes:
        vowel, length = names[chance.integers(len(names))], last - first
        other = names[chance.integers(len(names))] if chance.random() < 0.3 else vowel
        way = np.clip(np.linspace(-0.5, 1.5, length), 0, 1)
        for row, (begin, end) in enumerate(zip(VOWELS_HZ[vowel], VOWELS_HZ[other], strict=True)):
            centres[row, first:last] = (begin + (end - begin) * way) * scale
        loud[first:last] = np.minimum(1.0, np.linspace(0.2, 12, length)) * np.linspace(1, 0.7, length)
        if chance.random() < 0.6:
            closed = min(length, 14)  # 70 ms of an l or an n
            loud[first : first + closed] *= 0.25
            centres[0, first : first + closed] = 300 * scale
    return harmonics(vibrato(pitch, chance), lambda f: loud * formants(f, centres))[:n]


def sung(n: int, chance: Chance) -> Sound:
    """A man or a woman sings syllables without words over soft chords."""
    low, scale = ((48, 1.0), (57, 1.17))[chance.integers(2)]
    voice = at_level(_sung(n, chance, low=low, scale=scale), -20)
    return voice + at_level(pads(n, chance), chance.uniform(-40, -24))


def unaccompanied(n: int, chance: Chance) -> Sound:
    """The same with nothing to hear beside the voice."""
    return _sung(n, chance, low=int(chance.choice([45, 52, 57])), scale=float(chance.uniform(1.0, 1.18)))


def choir(n: int, chance: Chance) -> Sound:
    """Four voices sing at once, each its own tune and syllables, with a band."""
    voices = [_sung(n, chance, low=low, scale=scale) for low, scale in ((45, 1.0), (50, 1.0), (57, 1.15), (62, 1.2))]
    return at_level(np.sum(voices, axis=0), -20) + at_level(band(n, chance), -26)
