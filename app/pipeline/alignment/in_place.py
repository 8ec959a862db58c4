"""A second look for a line that was not found by its words: in the place where it should have been said.

Likeness alone must be high to tell a line anywhere in a call. Between the line before it and the line after it less is
enough, and a stretch of the breath that holds other lines too may be all of it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from app.domain.script import Line, LineKind
from app.domain.units import Probability
from app.pipeline.alignment.likeness import APART, MEANING_WEIGHT, telling_stems
from app.pipeline.alignment.options_named import names_several
from app.pipeline.alignment.options_reading import reads_options
from app.pipeline.alignment.wordings import ScriptSentence, wordings
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Speech, are_mostly
from app.pipeline.language.tokens import normalize

ALIKE = 0.5
"""Similarity from which a stretch in its place is the line: of the lines for the purpose, for deadlines and for the
recording in 75 whole calls by one author, most of them strongly reworded, 97 % of those said reach it, and 2 % of the
stretches that are left where the line was cut out (November 2026)."""

SLIGHTLY_ALIKE = 0.3
"""Cosine from which a question in the place of an approved one has something to do with it."""

LONGER = 1.5
"""A stretch may have that many times the words of the sentence."""

STRIDE = 2
LONGEST_CLAUSE = 16
"""Words of a clause that asks one thing, or says one."""

BY_LIKENESS = (LineKind.PURPOSE, LineKind.RECORDING_NOTICE, LineKind.OTHER, LineKind.QUESTION, LineKind.OPTIONS)
"""Kinds whose likeness tells them. Neutrality turns on a denial and greeting and closing on few words: those are told
by what they must express (see meaning)."""

_QUESTION = re.compile(
    r"\b(?:(?:who|what|which|how|why|where|when|whose) )?(?:do|did|have|has|had|are|is|was|were|will|would|could|can|"
    r"shall) (?:not )?(?:you|i|we|he|she|they|it|that|there|anything|anybody|anyone|any|the|your)\b|"
    r"\b(?:who|what|which|how|why|where|when|whose)\b"
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a line should have been said.

    Attributes:
        first: Number of the first word of the speech after which it may stand.
        last: Number of the last word, inclusive.
        taken: Numbers of the words that render other lines.
    """

    first: int
    last: int
    taken: frozenset[int]

    def is_free(self, numbers: Sequence[int]) -> bool:
        """Whether at least half of these words render no other line."""
        return not are_mostly(numbers, self.taken)


@dataclass(frozen=True, slots=True)
class Rendering:
    """What comes nearest to a line in its place.

    Attributes:
        first: Number of its first word in the speech.
        similarity: Likeness of words and meaning.
    """

    first: int
    similarity: Probability


def rendering(line: Line, gap: Gap, speech: Speech, language: ScriptLanguage) -> Rendering | None:
    """What renders a line in its place, in whatever words.

    Args:
        line: A line that was not found by its words.
        gap: Where it should have been said.
        speech: What the canvasser said.
        language: The tools of the script.

    Returns:
        The stretch, or None where nothing there is near enough.
    """
    if line.kind not in BY_LIKENESS:
        return None
    found = _nearest_stretch(line, gap, speech, language)
    if found is not None and found.similarity >= ALIKE and _names_what_it_should(line, found, speech, language):
        return found
    return _question(line, gap, speech, language) if line.kind is LineKind.QUESTION else None


def _names_what_it_should(line: Line, found: Rendering, speech: Speech, language: ScriptLanguage) -> bool:
    sentence = next(piece for piece in speech.pieces if speech.holds(piece, found.first))
    return not reads_options(line, language) or names_several(sentence, language)


def _nearest_stretch(line: Line, gap: Gap, speech: Speech, language: ScriptLanguage) -> Rendering | None:
    pairs = [
        (sentence, numbers, text)
        for wording in wordings(language, line)
        if len(wording) == 1
        for sentence in wording
        for numbers, text in _stretches(sentence, gap, speech)
        if _may_be_near(sentence, text)
    ]
    if not pairs:
        return None
    encode = language.encoder.encode
    texts = list(dict.fromkeys(text for *_, text in pairs))
    vectors = dict(zip(texts, encode(texts), strict=True))
    targets = {sentence.readable: encode([normalize(sentence.readable)])[0] for sentence, *_ in pairs}
    found = [
        Rendering(
            numbers[0],
            MEANING_WEIGHT * float(vectors[text] @ targets[sentence.readable])
            + (1 - MEANING_WEIGHT) * _likeness(sentence, text),
        )
        for sentence, numbers, text in pairs
    ]
    return max(found, key=lambda item: item.similarity)


def _stretches(sentence: ScriptSentence, gap: Gap, speech: Speech) -> Iterator[tuple[range, str]]:
    """Stretches of one utterance about as long as a sentence of the script."""
    length = max(2, len(sentence.readable.split()))
    for own in _utterances(gap, speech):
        for size in {min(length, len(own)), min(round(LONGER * length), len(own))}:
            for start in {*range(own.start, own.stop - size + 1, STRIDE), own.stop - size}:
                numbers = range(start, start + size)
                if gap.is_free(numbers):
                    yield numbers, _text(numbers, speech)


def _utterances(gap: Gap, speech: Speech) -> Iterator[range]:
    start = gap.first
    for number in range(gap.first, gap.last + 1):
        if number == gap.last or speech.words[number + 1].position != speech.words[number].position:
            yield range(start, number + 1)
            start = number + 1


def _text(numbers: range, speech: Speech) -> str:
    return " ".join(word.token.text for word in speech.words[numbers.start : numbers.stop])


def _may_be_near(sentence: ScriptSentence, text: str) -> bool:
    telling = telling_stems(normalize(sentence.readable))
    return not telling.isdisjoint(telling_stems(text)) or _likeness(sentence, text) >= APART


def _likeness(sentence: ScriptSentence, text: str) -> float:
    return max(fuzz.ratio(sentence.plain, text), fuzz.ratio(normalize(sentence.readable), text)) / 100


def _question(line: Line, gap: Gap, speech: Speech, language: ScriptLanguage) -> Rendering | None:
    """A question that renders no other line and has something to do with this one.

    It is the approved question in the canvasser's own words: whether it is a fair one is for the detectors to say.
    """
    asked = [numbers for numbers in _clauses(gap, speech) if gap.is_free(numbers)]
    if not asked:
        return None
    encode = language.encoder.encode
    likeness = (encode([line.say]) @ encode([_text(numbers, speech) for numbers in asked]).T)[0]
    best = int(likeness.argmax())
    if likeness[best] < SLIGHTLY_ALIKE:
        return None
    return Rendering(asked[best][0], float(likeness[best]))


def _clauses(gap: Gap, speech: Speech) -> Iterator[range]:
    """What is asked, from the words that ask to the next such words, the end of the sentence or that of the breath."""
    for piece in speech.pieces:
        inside = [
            number
            for number in range(gap.first, gap.last + 1)
            if speech.words[number].position == piece.position and speech.holds(piece, number)
        ]
        if not inside:
            continue
        own = range(inside[0], inside[-1] + 1)
        text = _text(own, speech)
        starts = [own.start + text[: match.start()].count(" ") for match in _QUESTION.finditer(text)]
        if not starts and piece.text.rstrip().endswith("?"):
            starts = [own.start]
        for start, end in pairwise([*starts, own.stop]):
            yield range(start, min(end, start + LONGEST_CLAUSE))
