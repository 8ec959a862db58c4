"""Two speakers in one channel: the voice that reads the script is the canvasser's."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from app.domain.script import ApprovedScript
from app.domain.transcript import Speaker
from app.domain.units import SAMPLE_RATE_HZ, Probability, Span
from app.pipeline.audio.recording import Samples
from app.pipeline.speakers.joint import Decision, decide
from app.pipeline.speakers.pieces import INTRODUCED_ODDS, MACHINE_ODDS, Piece, pieces_of
from app.pipeline.speakers.quieten import quieten
from app.pipeline.speakers.strangers import strangers
from app.pipeline.speakers.voices import VoiceEncoder
from app.pipeline.transcription.base import Segment
from app.pipeline.transcription.guard import mean_confidence

KNOWN_FROM: Probability = 0.6
ANCHOR_CONFIDENCE: Probability = 0.99
HINTED_CONFIDENCE: Probability = 0.8
WORDS_ONLY_CONFIDENCE: Probability = 0.8
INTRODUCED_CONFIDENCE: Probability = 0.6

VOICES_DIFFER_FROM = 2.5
KNOWN_IF_ALIKE_FROM: Probability = 0.8
"""In standard deviations. Two voices of one call lay 2.7 to 7.9 apart, clean and at 10 dB, the two halves of a single
voice in two cases of three 1.0 to 2.5 (70 synthetic recordings, November 2026). Below that only what is surer counts,
and nothing is surer than .8."""

Result = tuple[Segment, Speaker, Probability]


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
    pieces = pieces_of(sentences, script)
    most = _most(pieces, script)
    if most is None:
        return [(sentence, Speaker.UNKNOWN, 0.5) for sentence in sentences]
    if voices is None:
        return _by_words(sentences, pieces, min(most, WORDS_ONLY_CONFIDENCE))
    clear = quieten(samples, [Span(piece.start, piece.end) for piece in pieces if piece.duration > 0])
    points = voices.embed([_sound(piece, clear) for piece in pieces])
    decision = decide(pieces, points)
    alike = decision.distance < VOICES_DIFFER_FROM
    known_from, most = (KNOWN_IF_ALIKE_FROM, min(most, WORDS_ONLY_CONFIDENCE)) if alike else (KNOWN_FROM, most)
    groups = _groups(pieces, decision)
    lengths = np.array([max(piece.duration, 0.05) for piece in pieces])
    strange = strangers(groups, points, lengths, decision.canvasser)
    results: list[Result] = []
    for group, stranger in zip(groups, strange, strict=True):
        mine = [pieces[index] for index in group]
        sentence = _part(sentences[mine[0].sentence], mine)
        canvasser = float(np.average(decision.canvasser[group], weights=lengths[group]))
        if stranger and not any(piece.anchor for piece in mine):
            results.append((sentence, Speaker.OTHER, KNOWN_FROM))
        else:
            results.append((sentence, *_likelier(canvasser, known_from, most)))
    return results


def _most(pieces: Sequence[Piece], script: ApprovedScript | None) -> Probability | None:
    """The highest confidence that what is known of the words allows; None where they tell nothing."""
    if any(piece.anchor for piece in pieces):
        return ANCHOR_CONFIDENCE
    if any(piece.odds >= INTRODUCED_ODDS or piece.odds <= MACHINE_ODDS for piece in pieces):
        return INTRODUCED_CONFIDENCE if script is None else HINTED_CONFIDENCE
    return None


def _by_words(sentences: Sequence[Segment], pieces: Sequence[Piece], most: Probability) -> list[Result]:
    scripted = {piece.sentence for piece in pieces if piece.anchor or piece.odds >= INTRODUCED_ODDS}
    return [
        (sentence, Speaker.CANVASSER, most) if number in scripted else (sentence, Speaker.UNKNOWN, 0.5)
        for number, sentence in enumerate(sentences)
    ]


def _sound(piece: Piece, samples: Samples) -> Samples:
    return samples[round(piece.start * SAMPLE_RATE_HZ) : max(1, round(piece.end * SAMPLE_RATE_HZ))]


def _groups(pieces: Sequence[Piece], decision: Decision) -> list[list[int]]:
    """Neighbouring pieces of one sentence and one speaker."""
    said_by = zip((piece.sentence for piece in pieces), decision.path.tolist(), strict=True)
    return [[index for index, _ in group] for _, group in groupby(enumerate(said_by), key=lambda item: item[1])]


def _likelier(canvasser: Probability, known_from: Probability, most: Probability) -> tuple[Speaker, Probability]:
    if canvasser >= known_from:
        return Speaker.CANVASSER, min(canvasser, most)
    if canvasser <= 1 - known_from:
        return Speaker.CONTACT, min(1 - canvasser, most)
    return Speaker.UNKNOWN, max(canvasser, 1 - canvasser)


def _part(sentence: Segment, pieces: Sequence[Piece]) -> Segment:
    words = tuple(word for piece in pieces for word in piece.words)
    if words == sentence.words:
        return sentence
    return replace(
        sentence,
        text=" ".join(word.text for word in words),
        words=words,
        start=words[0].start or 0.0,
        end=words[-1].end or 0.0,
        confidence=mean_confidence(words),
    )
