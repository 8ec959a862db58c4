"""A last look for a line that was due and not found: what the trained comparer makes of the stretches nearest to it.

Reading a line and a stretch together costs as much as reading both for likeness, once for each pair. So it is asked
only where likeness has found nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.script import Line
from app.domain.units import Probability
from app.pipeline.alignment.wordings import filled
from app.pipeline.language.name_blind import name_blind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece, Speech
from app.pipeline.language.tokens import normalize

LONGEST_RUN = 3
"""Sentences in a row that may say a line together."""

MOST_WORDS = 60
"""Words of a run of sentences; a single sentence may have more."""

LONGER = 1.5
"""A part of a sentence has that many times the words of the line."""

SHORTEST_SPAN = 8
"""Words of the shortest part."""

READ = 8
"""Stretches that are read with each line: those nearest to it by their embeddings."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words of the canvasser.

    Attributes:
        first: Number of its first word in the speech.
        last: Number of its last word, inclusive.
        text: As it was said.
    """

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The stretch that comes nearest to saying a line.

    Attributes:
        stretch: The words.
        said: Probability in [0, 1] that they say the line, in its meaning or with it changed.
    """

    stretch: Stretch
    said: Probability


def nearest(line: Line, stretches: Sequence[Stretch], language: ScriptLanguage) -> Compared | None:
    """The stretch that most probably says a line, or None where there is nothing to compare.

    Args:
        line: A line of the script.
        stretches: Where it may have been said.
        language: The tools of the script; without a comparer nothing is found.
    """
    if language.line_comparer is None or not stretches:
        return None
    wordings = [filled(wording, language.script) for wording in line.wordings]
    likely = _likely(wordings, stretches, language)
    blind = [name_blind(wording, language.register) for wording in wordings]
    pairs = [(blind[wording], name_blind(stretch.text, language.register)) for wording, stretch in likely]
    found = [
        Compared(stretch, said)
        for (_, stretch), said in zip(likely, language.line_comparer.compare(pairs), strict=True)
    ]
    return max(found, key=lambda item: item.said)


def line_in_other_words(text: str, language: ScriptLanguage) -> Probability:
    """How probable it is that some line of the script is said by a stretch, in [0, 1]; 0 without a comparer.

    Args:
        text: What was said.
        language: The tools of the script.
    """
    if language.line_comparer is None:
        return 0.0
    wordings = [filled(wording, language.script) for line in language.script.lines for wording in line.wordings]
    embedded = language.encoder.encode([normalize(text), *map(normalize, wordings)])
    likely = np.argsort(-(embedded[1:] @ embedded[0]), kind="stable")[:READ]
    said = name_blind(text, language.register)
    return max(language.line_comparer.compare([(name_blind(wordings[n], language.register), said) for n in likely]))


def _likely(
    wordings: Sequence[str], stretches: Sequence[Stretch], language: ScriptLanguage
) -> list[tuple[int, Stretch]]:
    encode = language.encoder.encode
    cosine = encode([normalize(stretch.text) for stretch in stretches]) @ encode(list(map(normalize, wordings))).T
    best = cosine.max(axis=1)
    return [(int(cosine[number].argmax()), stretches[number]) for number in np.argsort(-best, kind="stable")[:READ]]


def stretches_of(speech: Speech, *, first: int, last: int, words: int) -> tuple[Stretch, ...]:
    """What may say one line: runs of sentences, and parts of a sentence that is much longer than the line.

    Args:
        speech: What the canvasser said.
        first: Number of the first word looked at.
        last: Number of the last word, inclusive.
        words: Of the line.
    """
    pieces = [piece for piece in speech.pieces if _inside(piece, speech, first, last)]
    found = [*_runs(pieces, speech), *(span for piece in pieces for span in _spans(piece, speech, words))]
    return tuple({(stretch.first, stretch.last): stretch for stretch in found}.values())


def _inside(piece: Piece, speech: Speech, first: int, last: int) -> bool:
    numbers = speech.numbers(piece.position, piece.tokens)
    return bool(numbers) and numbers[-1] >= first and numbers[0] <= last


def _runs(pieces: Sequence[Piece], speech: Speech) -> Iterator[Stretch]:
    for start in range(len(pieces)):
        for length in range(1, LONGEST_RUN + 1):
            run = pieces[start : start + length]
            words = sum(len(piece.tokens) for piece in run)
            if len(run) == length and (length == 1 or words <= MOST_WORDS):
                numbers = [number for piece in run for number in speech.numbers(piece.position, piece.tokens)]
                yield Stretch(numbers[0], numbers[-1], " ".join(piece.text for piece in run))


def _spans(piece: Piece, speech: Speech, words: int) -> Iterator[Stretch]:
    """Parts of a sentence, half as long again as the line: a turn that nobody has divided holds several lines."""
    size = max(SHORTEST_SPAN, round(LONGER * words))
    if len(piece.tokens) <= size:
        return
    numbers = speech.numbers(piece.position, piece.tokens)
    last = len(piece.tokens) - size
    for start in sorted({*range(0, last, max(1, size // 3)), last}):
        tokens = piece.tokens[start : start + size]
        text = piece.utterance.text[tokens[0].start : tokens[-1].end]
        yield Stretch(numbers[start], numbers[start + size - 1], text)
