"""Where one approved sentence was said: each on its own, anywhere in the canvasser's speech."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from app.domain.script import Line
from app.domain.units import Probability
from app.pipeline.alignment.likeness import CLOSE, Likeness, Search, Windows
from app.pipeline.alignment.wordings import ScriptSentence, wordings
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Speech, are_mostly

STRAY_SHARE = 0.34
"""Share of a stretch found by words that may be stray words of the sentence before or behind."""

NOWHERE: frozenset[int] = frozenset()
NEVER = 2.0
"""A similarity that nothing reaches."""

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
        return bool(words) and are_mostly(range(self.first, self.last + 1), words)


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
        self._windows = Windows.of(speech, language.register)
        self._likeness = Likeness(self._windows, language.encoder)
        self._found: dict[str, Place | None] = {}

    def prepare(self, lines: Iterable[Line], *, convincing: Probability) -> None:
        """Read at once whatever must be read for its meaning to find these lines.

        Args:
            lines: Lines that :meth:`match` will be asked for.
            convincing: As there.
        """
        if not self._speech.words:
            return
        wanted = _Wanted(convincing, NOWHERE, by_words=False)
        self._likeness.prepare(
            [
                self._search(sentence, wanted)
                for line in lines
                for wording in self._likely_wordings(line, wanted)
                for sentence in wording
                if sentence.plain
            ]
        )

    def match(
        self, line: Line, *, convincing: Probability, elsewhere: frozenset[int] = NOWHERE, by_words: bool = False
    ) -> LineMatch:
        """The best rendering of a line, over all its approved wordings.

        Args:
            line: A line of the script.
            convincing: Similarity under which a sentence counts as not said.
            elsewhere: Numbers of words that belong to other lines; a place that is mostly these is not looked at.
            by_words: Whether nothing but its own words is looked for, whatever means the same.
        """
        wanted = _Wanted(convincing, elsewhere, by_words)
        matches = [self._match_wording(line, wording, wanted) for wording in self._likely_wordings(line, wanted)]
        return max(matches, key=lambda match: match.similarity)

    def _likely_wordings(self, line: Line, wanted: "_Wanted") -> tuple[tuple[ScriptSentence, ...], ...]:
        """The approved wordings without those that cannot be as near as another one already is by its words."""
        every = wordings(self._language, line)
        if len(every) == 1 or not self._speech.words:
            return every
        bounds = [self._bounds(wording, wanted) for wording in every]
        best = max(least for least, _ in bounds)
        return tuple(wording for wording, (_, most) in zip(every, bounds, strict=True) if most >= best)

    def _bounds(self, wording: tuple[ScriptSentence, ...], wanted: "_Wanted") -> tuple[float, float]:
        """Between which similarities a wording will turn out to lie."""
        total = sum(sentence.weight for sentence in wording) or 1
        pairs = [
            (sentence.weight / total, self._likeness.bounds(self._search(sentence, wanted)))
            for sentence in wording
            if sentence.plain
        ]
        return sum(share * least for share, (least, _) in pairs), sum(share * most for share, (_, most) in pairs)

    def _match_wording(self, line: Line, wording: tuple[ScriptSentence, ...], wanted: "_Wanted") -> LineMatch:
        found = [self._find(sentence, wanted) for sentence in wording]
        total = sum(sentence.weight for sentence in wording) or 1
        pairs = list(zip(found, wording, strict=True))
        return LineMatch(
            line,
            sum(place.similarity * sentence.weight for place, sentence in pairs if place) / total,
            sum(place.words * sentence.weight for place, sentence in pairs if place) / total,
            tuple(place if place and place.similarity >= wanted.convincing else None for place in found),
        )

    def _find(self, sentence: ScriptSentence, wanted: "_Wanted") -> Place | None:
        if not sentence.plain or not self._speech.words:
            return None
        search = self._search(sentence, wanted)
        similarity = self._likeness.of(search)
        known, free = search.known, search.free
        by_words = self._by_words(sentence) if known else None
        best = max(known, float(similarity.max()))
        near = [
            self._place(number, sentence, float(similarity[number]))
            for number in np.flatnonzero(similarity >= best - CLOSE).tolist()
            if free[number]
        ]
        if by_words is not None and known >= best - CLOSE:
            near.insert(0, by_words)
        return min(near, key=lambda place: place.first, default=None)

    def _search(self, sentence: ScriptSentence, wanted: "_Wanted") -> Search:
        by_words = self._by_words(sentence)
        known = by_words.similarity if by_words is not None and not by_words.is_mostly(wanted.elsewhere) else 0.0
        convincing = NEVER if wanted.by_words else wanted.convincing
        return Search(sentence, self._windows.free_of(wanted.elsewhere), known, convincing)

    def _place(self, number: int, sentence: ScriptSentence, similarity: Probability) -> Place:
        words = float(self._likeness.words(sentence)[number])
        return Place(similarity, words, int(self._windows.first[number]), int(self._windows.last[number]))

    def _by_words(self, sentence: ScriptSentence) -> Place | None:
        if sentence.plain not in self._found:
            self._found[sentence.plain] = self._find_words(sentence)
        return self._found[sentence.plain]

    def _find_words(self, sentence: ScriptSentence) -> Place | None:
        hit = fuzz.partial_ratio_alignment(sentence.plain, self._speech.text, score_cutoff=100 * SEARCH_FROM)
        if hit is None or hit.dest_end <= hit.dest_start:
            return None
        first, last = self._trimmed(self._speech.word_at(hit.dest_start), self._speech.word_at(hit.dest_end - 1))
        heard = " ".join(word.token.text for word in self._speech.words[first : last + 1])
        likeness = fuzz.ratio(sentence.plain, heard) / 100
        return Place(likeness, likeness, first, last)

    def _trimmed(self, first: int, last: int) -> tuple[int, int]:
        """Drop the ends that reach a little way into a neighbouring sentence."""
        slight = STRAY_SHARE * (last - first + 1)
        touched = [(start, end) for start, end in self._windows.sentences if start <= last and end >= first]
        inside = [min(end, last) - max(start, first) + 1 for start, end in touched]
        for (start, end), words in zip(touched, inside, strict=True):
            if words <= slight:
                first = end + 1 if start <= first <= end else first
                last = start - 1 if start <= last <= end else last
        return first, max(first, last)


@dataclass(frozen=True, slots=True)
class _Wanted:
    convincing: Probability
    elsewhere: frozenset[int]
    by_words: bool
