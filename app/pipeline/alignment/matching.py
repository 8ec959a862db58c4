"""Where one approved sentence was said: each on its own, anywhere in the canvasser's speech."""

from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from app.domain.script import Line
from app.domain.units import Probability
from app.pipeline.alignment.wordings import ScriptSentence, wordings
from app.pipeline.language.register import Register
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.sentence_encoder import Embeddings
from app.pipeline.language.speech import Piece, Speech, without_names
from app.pipeline.language.tokens import Token, join, normalize

MEANING_WEIGHT = 0.6
"""Weight of the embeddings' cosine beside the likeness of words (judging.md: 58 of 58 renderings at .6 and .4)."""

CLOSE = 0.03
"""Of places as good as the best one but for this much, the earliest is taken."""

STRAY_SHARE = 0.34
"""Share of a stretch found by words that may be stray words of the sentence before or behind."""

NOWHERE: frozenset[int] = frozenset()

PAIR_PENALTY = 0.04
"""Two sentences together must be that much closer than each alone to be taken for one line."""

SEARCH_FROM = 0.55
"""Likeness of words under which the place found by words alone is not worth looking at."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence was said.

    Attributes:
        similarity: Likeness in [0, 1] of words or of words and meaning, whichever is higher.
        words: Likeness of words in [0, 1].
        first: Number of the first word in the speech.
        last: Number of the last word, inclusive.
    """

    similarity: Probability
    words: Probability
    first: int
    last: int

    def is_mostly(self, words: frozenset[int]) -> bool:
        """Whether more than half of its words are among those."""
        return 2 * sum(number in words for number in range(self.first, self.last + 1)) > self.last + 1 - self.first


@dataclass(frozen=True, slots=True)
class LineMatch:
    """The best rendering of a line that the speech holds.

    Attributes:
        line: The line.
        similarity: Mean over its sentences, weighted by their length.
        words: Likeness of words alone, likewise.
        places: Where its sentences were said, in script order; None for one that was not.
    """

    line: Line
    similarity: Probability
    words: Probability
    places: tuple[Place | None, ...]

    @property
    def first(self) -> int | None:
        """Number of the first word of its earliest convincing sentence."""
        found = [place.first for place in self.places if place]
        return min(found) if found else None

    @property
    def covers(self) -> frozenset[int]:
        """Numbers of the words that its convincing sentences take up."""
        return frozenset(number for place in self.places if place for number in range(place.first, place.last + 1))


class Matcher:
    """Looks for the lines of one script in one call."""

    def __init__(self, speech: Speech, language: ScriptLanguage) -> None:
        self._speech = speech
        self._language = language
        self._windows = _windows(speech, language.register)
        self._sentences = tuple((window.first, window.last) for window in self._windows if not window.pair)

    def match(self, line: Line, *, convincing: Probability, elsewhere: frozenset[int] = NOWHERE) -> LineMatch:
        """The best rendering of a line, over all its approved wordings.

        Args:
            line: A line of the script.
            convincing: Similarity under which a sentence counts as not said.
            elsewhere: Numbers of words that belong to other lines; a place that is mostly these is not looked at.
        """
        matches = [
            self._match_wording(line, wording, convincing, elsewhere) for wording in wordings(self._language, line)
        ]
        return max(matches, key=lambda match: match.similarity)

    def _match_wording(
        self, line: Line, wording: tuple[ScriptSentence, ...], convincing: Probability, elsewhere: frozenset[int]
    ) -> LineMatch:
        found = [self._find(sentence, elsewhere) for sentence in wording]
        total = sum(sentence.weight for sentence in wording) or 1
        pairs = list(zip(found, wording, strict=True))
        return LineMatch(
            line,
            sum(place.similarity * sentence.weight for place, sentence in pairs if place) / total,
            sum(place.words * sentence.weight for place, sentence in pairs if place) / total,
            tuple(place if place and place.similarity >= convincing else None for place in found),
        )

    def _find(self, sentence: ScriptSentence, elsewhere: frozenset[int]) -> Place | None:
        if not sentence.plain or not self._speech.words:
            return None
        places = [self._by_words(sentence), *self._by_meaning(sentence)]
        known = [place for place in places if place and not place.is_mostly(elsewhere)]
        if not known:
            return None
        best = max(place.similarity for place in known)
        return min((place for place in known if place.similarity >= best - CLOSE), key=lambda place: place.first)

    def _by_words(self, sentence: ScriptSentence) -> Place | None:
        hit = fuzz.partial_ratio_alignment(sentence.plain, self._speech.text, score_cutoff=100 * SEARCH_FROM)
        if hit is None or hit.dest_end <= hit.dest_start:
            return None
        first, last = self._trimmed(self._speech.word_at(hit.dest_start), self._speech.word_at(hit.dest_end - 1))
        heard = " ".join(word.token.text for word in self._speech.words[first : last + 1])
        likeness = fuzz.ratio(sentence.plain, heard) / 100
        return Place(likeness, likeness, first, last)

    def _trimmed(self, first: int, last: int) -> tuple[int, int]:
        """Drop the ends that reach a little way into a neighbouring sentence."""
        inside = [sum(start <= number <= end for number in range(first, last + 1)) for start, end in self._sentences]
        slight = STRAY_SHARE * (last - first + 1)
        for (start, end), words in zip(self._sentences, inside, strict=True):
            if 0 < words <= slight:
                first = end + 1 if start <= first <= end else first
                last = start - 1 if start <= last <= end else last
        return first, max(first, last)

    def _by_meaning(self, sentence: ScriptSentence) -> list[Place]:
        target = self._encode(normalize(sentence.readable))
        places = []
        for window in self._windows:
            words = fuzz.ratio(sentence.plain, window.plain) / 100
            cosine = float(self._encode(window.plain) @ target)
            blend = MEANING_WEIGHT * cosine + (1 - MEANING_WEIGHT) * words
            similarity = min(1.0, max(words, blend)) - PAIR_PENALTY * window.pair
            places.append(Place(similarity, words, window.first, window.last))
        return places

    def _encode(self, text: str) -> Embeddings:
        vector: Embeddings = self._language.encoder.encode((text,))[0]
        return vector


@dataclass(frozen=True, slots=True)
class _Window:
    first: int
    last: int
    plain: str
    pair: bool


def _windows(speech: Speech, register: Register) -> tuple[_Window, ...]:
    """Every sentence of the canvasser, and every two that follow one another."""
    singles: list[tuple[int, int, Piece, tuple[Token, ...]]] = []
    first = 0
    for piece in speech.pieces:
        blind = without_names(piece, register)
        singles.append((first, first + len(blind) - 1, piece, blind))
        first += len(blind)
    windows = [_Window(start, end, join(blind), False) for start, end, _, blind in singles]
    for (start, _, left, before), (_, end, right, after) in pairwise(singles):
        if right.position - left.position <= 2:
            windows.append(_Window(start, end, join((*before, *after)), True))
    return tuple(windows)
