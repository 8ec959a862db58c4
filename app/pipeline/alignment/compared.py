"""A last look for a line that was due and not found: what the trained comparer makes of the stretches nearest to it.

Reading a line and a stretch together costs many times what likeness does, and for each pair anew. So it is asked only
where likeness has found nothing.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from app.domain.script import Line
from app.domain.units import Probability, log_odds, sigmoid
from app.pipeline.alignment.wordings import filled
from app.pipeline.language.name_blind import name_blind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece, Speech, are_mostly
from app.pipeline.language.tokens import normalize

LONGEST_RUN = 3
"""Sentences in a row that may say a line together."""

FEWEST_WORDS = 3
"""Words of a run of sentences that may say a line: "Lovely." says none, whatever the comparer makes of it."""

MOST_WORDS = 60
"""Words of a run of sentences; a single sentence may have more."""

LONGER = 1.5
"""A part of a sentence has that many times the words of the line."""

SHORTEST_SPAN = 8
"""Words of the shortest part."""

READ = 8
"""Stretches that are read with each line: those nearest to it by their embeddings."""


MISSING: Probability = 0.5
"""Probability of having been left out from which a line counts as missing."""

ALONE, HERE, ANYWHERE = -1.76, -0.14, -1.57
"""Log odds that a line was left out: before anything is known, and for each unit of log odds that the likeliest words
in its place say it, and the likeliest anywhere. Logistic regression on the 203 lines of six development sets and of the
golden cases that were due and not found by likeness, 71 of which were left out. Each set weighed by the others, 68 of
the 71 are found, and 3 that were said (November 2026)."""

WORTH_A_LOOK: Probability = 0.05
"""Probability of saying a line from which an officer is shown words beside the finding that it is missing."""


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

    def is_mostly(self, words: Set[int]) -> bool:
        """Whether more than half of its words are among those."""
        return are_mostly(range(self.first, self.last + 1), words)


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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """That a line was not said, so far as can be told.

    Attributes:
        probability: In [0, 1].
        nearest: The words that come nearest to saying it; empty where nothing does.
    """

    probability: Probability
    nearest: str


NOTHING_NEAR = LeftOut(1.0, "")
"""Of a line that was compared with nothing."""


def left_out(here: Compared | None, anywhere: Compared | None) -> LeftOut:
    """How probable it is that a line which likeness has not found was not said.

    Args:
        here: What comes nearest to it in its place.
        anywhere: What comes nearest to it in the whole call; for a line whose place carries its meaning the same again.
    """
    likely = here.said if here else 0.0
    likelier = max(likely, anywhere.said) if anywhere else likely
    likeliest = anywhere if anywhere and anywhere.said > likely else here
    return LeftOut(
        sigmoid(ALONE + HERE * log_odds(likely) + ANYWHERE * log_odds(likelier)),
        likeliest.stretch.text if likeliest and likeliest.said >= WORTH_A_LOOK else "",
    )


def _likely(
    wordings: Sequence[str], stretches: Sequence[Stretch], language: ScriptLanguage
) -> list[tuple[int, Stretch]]:
    encode = language.encoder.encode
    cosine = encode([normalize(stretch.text) for stretch in stretches]) @ encode(list(map(normalize, wordings))).T
    best = cosine.max(axis=1)
    return [(int(cosine[number].argmax()), stretches[number]) for number in np.argsort(-best, kind="stable")[:READ]]


def stretches_of(speech: Speech, *, words: int, rendered: Set[int] = frozenset()) -> tuple[Stretch, ...]:
    """What may say one line: runs of sentences, and parts of a sentence that is much longer than the line.

    Args:
        speech: What the canvasser said.
        words: Of the line.
        rendered: Numbers of the words that render other lines; what is mostly made of them says nothing else.
    """
    found = [
        *_runs(speech),
        *(span for piece in speech.pieces for span in _spans(piece, speech, words)),
        *(rest for piece in speech.pieces for rest in _rests(piece, speech, rendered)),
    ]
    free = (stretch for stretch in found if not stretch.is_mostly(rendered))
    return tuple({(stretch.first, stretch.last): stretch for stretch in free}.values())


def _runs(speech: Speech) -> Iterator[Stretch]:
    for start in range(len(speech.pieces)):
        for length in range(1, LONGEST_RUN + 1):
            run = speech.pieces[start : start + length]
            words = sum(len(piece.tokens) for piece in run)
            if len(run) == length and words >= FEWEST_WORDS and (length == 1 or words <= MOST_WORDS):
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


def _rests(piece: Piece, speech: Speech, rendered: Set[int]) -> Iterator[Stretch]:
    """What is left of a sentence beside the words that render other lines: one breath may hold two of them."""
    numbered = zip(speech.numbers(piece.position, piece.tokens), piece.tokens, strict=True)
    parts = [list(part) for taken, part in groupby(numbered, key=lambda each: each[0] in rendered) if not taken]
    for part in parts:
        if FEWEST_WORDS <= len(part) < len(piece.tokens):
            text = piece.utterance.text[part[0][1].start : part[-1][1].end]
            yield Stretch(part[0][0], part[-1][0], text)
