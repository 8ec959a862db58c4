"""Two speakers in one channel: the voice that reads the script is the canvasser's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.domain.script import ApprovedScript
from app.domain.transcript import Speaker, Word
from app.domain.units import SAMPLE_RATE_HZ, Probability, Seconds
from app.pipeline.audio.recording import Samples
from app.pipeline.speakers.script_fit import fit, wordings
from app.pipeline.speakers.turns import introduces_itself
from app.pipeline.speakers.voices import VoiceEncoder
from app.pipeline.transcription.base import Segment
from app.pipeline.transcription.guard import cut, mean_confidence

Vectors = NDArray[np.float32]
Numbers = NDArray[np.float64]

UNIT_PAUSE_SECONDS: Seconds = 0.3
ANCHOR_FROM = 0.8
"""Likeness to a line of the script from which a sentence anchors the canvasser's voice: right 62 of 62 times (measured
November 2026)."""

SEED_SECONDS: Seconds = 0.6
SAME_COSINE = 0.94
SIMILAR_COSINE = 0.84
SIMILAR_CONFIDENCE: Probability = 0.8
USUAL_DISTANCE = 0.25
"""Two voices of one call lie at cosines of .68 to .89 from each other, one voice cut in two at .81 to .93 (sample
calls, November 2026): from .84 on it could be either, so confidence is held down, and from .94 nothing is told."""

NEITHER_COSINE = 0.45
NEITHER_SECONDS: Seconds = 1.5
LEAST_ANCHORS_TO_DOUBT = 3
ROUNDS = 10
STEEPNESS = 16.0
"""Of the confidence over the difference of the two cosines, for a unit of a second or more: .1 makes .83."""

KNOWN_FROM: Probability = 0.6
SPLIT_FROM: Probability = 0.85
ANCHOR_VOICE_FROM: Probability = 0.4
ANCHOR_CONFIDENCE: Probability = 0.97
WORDS_ONLY_CONFIDENCE: Probability = 0.8
INTRODUCED_CONFIDENCE: Probability = 0.6

Result = tuple[Segment, Speaker, Probability]


@dataclass(frozen=True, slots=True)
class _Unit:
    """Words without a pause, inside one sentence."""

    sentence: int
    words: tuple[Word, ...]
    anchor: bool

    @property
    def start(self) -> Seconds:
        return self.words[0].start or 0.0

    @property
    def end(self) -> Seconds:
        return self.words[-1].end or 0.0

    @property
    def duration(self) -> Seconds:
        return max(0.0, self.end - self.start)


@dataclass(frozen=True, slots=True)
class _Voices:
    """For each unit, how far it leans to the canvasser's voice and whether it is neither voice.

    ``most`` is the highest confidence that the distance of the two voices allows.
    """

    leaning: Numbers
    neither: NDArray[np.bool_]
    most: Probability


@dataclass(frozen=True, slots=True)
class _Evidence:
    """All that is known of the units; ``most`` is the highest confidence that the anchors allow."""

    units: Sequence[_Unit]
    voices: _Voices
    anchored: Sequence[bool]
    most: Probability

    def canvasser(self, group: Sequence[int]) -> Probability:
        """Probability in [0, 1] that a group of units is the canvasser's voice; short ones say less."""
        lengths = np.array([max(self.units[index].duration, 0.05) for index in group])
        total = float(lengths.sum())
        lean = float((self.voices.leaning[list(group)] * lengths).sum()) / total
        return float(1 / (1 + np.exp(-STEEPNESS * lean * min(1.0, total) ** 0.5)))


def attribute_voices(
    sentences: Sequence[Segment], samples: Samples, script: ApprovedScript | None, voices: VoiceEncoder | None
) -> list[Result]:
    """Say who says each sentence of a one-channel call; a sentence in which the voice changes is cut there.

    Args:
        sentences: In order of time.
        samples: Mono waveform in [-1.0, 1.0], float32, shape (n_samples,), at 16 000 Hz.
        script: The approved script, or None.
        voices: The voice encoder, or None: then only what is read from the script is put down to anybody.
    """
    units = _units(sentences, script)
    anchored, most = [unit.anchor for unit in units], ANCHOR_CONFIDENCE
    if not any(anchored):
        anchored, most = _introductions(sentences, units), INTRODUCED_CONFIDENCE
    if not any(anchored):
        return [(sentence, Speaker.UNKNOWN, 0.5) for sentence in sentences]
    if voices is None:
        return _by_words(sentences, units, anchored, min(most, WORDS_ONLY_CONFIDENCE))
    points = voices.embed([_sound(unit, samples) for unit in units])
    evidence = _Evidence(units, _lean(units, points, np.array(anchored)), anchored, most)
    results: list[Result] = []
    for number, sentence in enumerate(sentences):
        mine = [index for index, unit in enumerate(units) if unit.sentence == number]
        results.extend(_decide(sentence, mine, evidence))
    return results


def _units(sentences: Sequence[Segment], script: ApprovedScript | None) -> list[_Unit]:
    approved = wordings(script) if script is not None else ()
    units = []
    for number, sentence in enumerate(sentences):
        whole = fit((word.text for word in sentence.words), approved) >= ANCHOR_FROM
        for words in cut(sentence.words, pause=UNIT_PAUSE_SECONDS):
            anchor = whole or fit((word.text for word in words), approved) >= ANCHOR_FROM
            units.append(_Unit(number, words, anchor))
    return units


def _introductions(sentences: Sequence[Segment], units: Sequence[_Unit]) -> list[bool]:
    """Without a script: the first sentence in which somebody introduces themselves as a caller."""
    first = next((number for number, sentence in enumerate(sentences) if introduces_itself(sentence)), None)
    return [unit.sentence == first for unit in units]


def _by_words(
    sentences: Sequence[Segment], units: Sequence[_Unit], anchored: Sequence[bool], most: Probability
) -> list[Result]:
    scripted = {unit.sentence for unit, anchor in zip(units, anchored, strict=True) if anchor}
    return [
        (sentence, Speaker.CANVASSER, most) if number in scripted else (sentence, Speaker.UNKNOWN, 0.5)
        for number, sentence in enumerate(sentences)
    ]


def _sound(unit: _Unit, samples: Samples) -> Samples:
    return samples[round(unit.start * SAMPLE_RATE_HZ) : max(1, round(unit.end * SAMPLE_RATE_HZ))]


def _lean(units: Sequence[_Unit], points: Vectors, anchored: NDArray[np.bool_]) -> _Voices:
    """What the voices tell: the nearer of two, on a scale on which two usual voices lie .25 apart."""
    weights = np.array([min(unit.duration, 3.0) + 1e-3 for unit in units])
    nobody = np.zeros(len(units), dtype=bool)
    found = _two_voices(points, weights, anchored)
    if found is not None:
        stray = _stray_anchors(points, weights, anchored, found[1])
        if stray.any():
            found = _two_voices(points, weights, anchored & ~stray)
    if found is None:
        return _Voices(np.ones(len(units)), nobody, ANCHOR_CONFIDENCE)
    canvasser, contact = found
    first, second = points @ canvasser, points @ contact
    likeness = float(canvasser @ contact)
    long = np.array([unit.duration >= NEITHER_SECONDS for unit in units])
    neither = (np.maximum(first, second) < NEITHER_COSINE) & long & ~anchored
    if likeness > SAME_COSINE:
        return _Voices(np.zeros(len(units)), neither, SIMILAR_CONFIDENCE)
    stretch = min(2.0, USUAL_DISTANCE / (1 - likeness))
    most = SIMILAR_CONFIDENCE if likeness > SIMILAR_COSINE else ANCHOR_CONFIDENCE
    return _Voices(np.asarray((first - second) * stretch, dtype=np.float64), neither, most)


def _two_voices(points: Vectors, weights: Numbers, anchored: NDArray[np.bool_]) -> tuple[Vectors, Vectors] | None:
    """Two means, one held by the anchors; the other starts from the units farthest away. None for a single voice."""
    canvasser = _mean(points, weights * anchored)
    contact = _seed(points, weights, points @ canvasser, anchored)
    if contact is None:
        return None
    for _ in range(ROUNDS):
        to_contact = (points @ contact > points @ canvasser) & ~anchored
        if not to_contact.any():
            break
        canvasser = _mean(points, weights * (anchored + 0.5 * ~(to_contact | anchored)))
        contact = _mean(points, weights * to_contact)
    return canvasser, contact


def _stray_anchors(
    points: Vectors, weights: Numbers, anchored: NDArray[np.bool_], contact: Vectors
) -> NDArray[np.bool_]:
    """Anchors in the contact's voice, who said by chance what stands in the script; judged by the other anchors."""
    stray = np.zeros(len(points), dtype=bool)
    if anchored.sum() < LEAST_ANCHORS_TO_DOUBT:
        return stray
    for index in np.flatnonzero(anchored):
        others = anchored.copy()
        others[index] = False
        stray[index] = points[index] @ _mean(points, weights * others) < points[index] @ contact
    return stray if stray.sum() * 2 < anchored.sum() else np.zeros(len(points), dtype=bool)


def _seed(points: Vectors, weights: Numbers, near: Vectors, anchored: NDArray[np.bool_]) -> Vectors | None:
    """The mean of the third of the longer units that is farthest from the canvasser's voice."""
    free = np.flatnonzero(~anchored & (weights >= SEED_SECONDS))
    if len(free) == 0:
        free = np.flatnonzero(~anchored)
    if len(free) == 0:
        return None
    farthest = free[np.argsort(near[free], kind="stable")][: max(1, len(free) // 3)]
    chosen = np.zeros(len(points))
    chosen[farthest] = weights[farthest]
    return _mean(points, chosen)


def _mean(points: Vectors, weights: Numbers) -> Vectors:
    total = (points * weights[:, None]).sum(axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)


def _decide(sentence: Segment, mine: Sequence[int], evidence: _Evidence) -> list[Result]:
    """One sentence's speaker, or its parts' where two of them are surely of different voices."""
    groups = _groups(mine, evidence)
    results = []
    for group in groups:
        words = tuple(word for index in group for word in evidence.units[index].words)
        piece = sentence if len(groups) == 1 else _part(sentence, words)
        canvasser = evidence.canvasser(group)
        if any(evidence.anchored[index] for index in group) and canvasser >= ANCHOR_VOICE_FROM:
            results.append((piece, Speaker.CANVASSER, evidence.most))
        elif all(evidence.voices.neither[index] for index in group):
            results.append((piece, Speaker.OTHER, KNOWN_FROM))
        else:
            results.append((piece, *_nearer(canvasser, min(evidence.most, evidence.voices.most))))
    return results


def _nearer(canvasser: Probability, most: Probability) -> tuple[Speaker, Probability]:
    if canvasser >= KNOWN_FROM:
        return Speaker.CANVASSER, min(canvasser, most)
    if canvasser <= 1 - KNOWN_FROM:
        return Speaker.CONTACT, min(1 - canvasser, most)
    return Speaker.UNKNOWN, max(canvasser, 1 - canvasser)


def _groups(mine: Sequence[int], evidence: _Evidence) -> list[list[int]]:
    """Neighbouring units, cut only where the voice surely changes."""
    groups: list[list[int]] = []
    for index in mine:
        if groups and not _surely_differ(evidence.canvasser(groups[-1]), evidence.canvasser([index])):
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _surely_differ(before: Probability, after: Probability) -> bool:
    return min(before, after) <= 1 - SPLIT_FROM and max(before, after) >= SPLIT_FROM


def _part(sentence: Segment, words: tuple[Word, ...]) -> Segment:
    return replace(
        sentence,
        text=" ".join(word.text for word in words),
        words=words,
        start=words[0].start or 0.0,
        end=words[-1].end or 0.0,
        confidence=mean_confidence(words),
    )
