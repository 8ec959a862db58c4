"""How alike an approved sentence and what was said are: by their words first, and by meaning where that counts.

Reading for meaning costs a hundred times what comparing words costs. A sentence of the call is read only where the
answer can still change which place is taken: not where the words agree already, not where another place is better than
meaning alone could make this one, not where the two share neither a word that tells something nor many letters, and two
sentences together not where neither half comes near.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from app.domain.units import Probability
from app.pipeline.alignment.wordings import ScriptSentence
from app.pipeline.language.register import Register
from app.pipeline.language.sentence_encoder import Embeddings, SentenceEncoder
from app.pipeline.language.speech import Speech, without_names
from app.pipeline.language.tokens import join, normalize

MEANING_WEIGHT = 0.6
"""Weight of the embeddings' cosine beside the likeness of words (judging.md: 58 of 58 renderings at .6 and .4)."""

CLOSE = 0.03
"""Of places as good as the best one but for this much, the earliest is taken."""

PAIR_PENALTY = 0.04
"""Two sentences together must be that much closer than each alone to be taken for one line."""

SAME_WORDS = 0.9
"""Likeness of words from which meaning is not asked: it could add .04 at most."""

PAIR_GAIN = 0.15
"""How much closer in meaning two sentences are together than the closer one alone, at most: so in 99.9 % of 90,000
pairs of the golden cases and the sample calls with a half that comes near (cosine from .4 to .6; November 2026)."""

APART = 0.4
"""Likeness of words under which sentences that share no telling word cannot come near in meaning: of 88,000 single
sentences of the golden cases and the sample calls, whole and garbled, that are so far apart, one came near enough to
count as said, of 3,200 that did (November 2026)."""

COSINE_APART = 0.5
"""Cosine that sentences so far apart hardly ever exceed: two in a thousand of those."""

STEM = 5
"""Letters by which two words are taken for forms of one."""

_TELLING_NOTHING = frozenset(
    (
        "a an and are as at be been but by can could did do does for from had has have he her him his how i if in is "
        "it its me my no not of on or our she so that the their them then there they this to up us was we were what "
        "when where which who why will with would yes you your am about all any just now"
    ).split()
)

NOT_LOOKED_AT = -1.0
Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Windows:
    """Every sentence of the canvasser, and every two that follow one another.

    Attributes:
        texts: Their words without names; the single sentences first.
        first: Number of the first word of each in the speech.
        last: Number of the last word, inclusive.
        telling: Stems of the words of each that tell something.
        halves: For each pair the places of its two sentences among the windows, shape (n_pairs, 2).
        penalty: What each pays for being a pair.
    """

    texts: tuple[str, ...]
    telling: tuple[frozenset[str], ...]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    halves: NDArray[np.int64]
    penalty: Numbers

    @classmethod
    def of(cls, speech: Speech, register: Register) -> "Windows":
        """Take the speech of a call apart."""
        texts, spans, first = [], [], 0
        for piece in speech.pieces:
            blind = without_names(piece, register)
            texts.append(join(blind))
            spans.append((first, first + len(blind) - 1))
            first += len(blind)
        halves = [
            (number, number + 1)
            for number, (left, right) in enumerate(pairwise(speech.pieces))
            if right.position - left.position <= 2
        ]
        singles = len(texts)
        texts += [" ".join(filter(None, (texts[left], texts[right]))) for left, right in halves]
        spans += [(spans[left][0], spans[right][1]) for left, right in halves]
        bounds = np.array(spans, dtype=np.int64).reshape(-1, 2)
        penalty = np.where(np.arange(len(texts)) < singles, 0.0, PAIR_PENALTY)
        return cls(
            tuple(texts),
            tuple(telling_stems(text) for text in texts),
            bounds[:, 0],
            bounds[:, 1],
            np.array(halves, dtype=np.int64).reshape(-1, 2),
            penalty,
        )

    @property
    def singles(self) -> int:
        """How many are one sentence."""
        return len(self.texts) - len(self.halves)

    @property
    def sentences(self) -> list[tuple[int, int]]:
        """First and last word of each single sentence."""
        return list(zip(self.first[: self.singles].tolist(), self.last[: self.singles].tolist(), strict=True))

    def free_of(self, words: frozenset[int]) -> Mask:
        """Which windows are not mostly these words of the speech."""
        if not words or not self.texts:
            return np.ones(len(self.texts), dtype=np.bool_)
        taken = np.zeros(int(self.last.max()) + 2, dtype=np.int64)
        taken[[number + 1 for number in words if number + 1 < len(taken)]] = 1
        before = np.cumsum(taken)
        free: Mask = 2 * (before[self.last + 1] - before[self.first]) <= self.last + 1 - self.first
        return free


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for in a call, and what is known before meaning is asked.

    Attributes:
        sentence: An approved sentence.
        free: Which windows are looked at.
        known: Similarity in [0, 1] of a place that was found already; 0 for none.
        convincing: Similarity from which a sentence counts as said. A window that cannot reach it, or be as good as
            the best place, is compared by words alone; above 1 none is read.
    """

    sentence: ScriptSentence
    free: Mask
    known: Probability
    convincing: float


class Likeness:
    """Compares approved sentences with the windows of one call."""

    def __init__(self, windows: Windows, encoder: SentenceEncoder) -> None:
        self._windows = windows
        self._encoder = encoder
        self._words: dict[str, Numbers] = {}
        self._near: dict[str, Mask] = {}
        self._vectors: dict[str, Embeddings] = {}

    def words(self, sentence: ScriptSentence) -> Numbers:
        """Likeness of words in [0, 1] with each window."""
        known = self._words.get(sentence.plain)
        if known is None:
            scores = cdist([sentence.plain], self._windows.texts, scorer=fuzz.ratio, dtype=np.float64)
            known = self._words[sentence.plain] = scores[0] / 100
        return known

    def bounds(self, search: Search) -> tuple[Probability, Probability]:
        """What the best place is alike by words alone, and what it could be once it is read."""
        words = self.words(search.sentence)
        least = max(search.known, float((words - self._windows.penalty).max(initial=0.0, where=search.free)))
        open_to_meaning = search.free & self._near_enough(search.sentence) & (search.convincing <= 1)
        return least, max(least, float(_blended(1.0, words).max(initial=0.0, where=open_to_meaning)))

    def prepare(self, searches: Sequence[Search]) -> None:
        """Read together, for many searches, what :meth:`of` would read for each: many at once cost half."""
        self._read([normalize(search.sentence.readable) for search in searches])
        singles = {number for search in searches for number in np.flatnonzero(self._singles_to_read(search)).tolist()}
        self._read([self._windows.texts[number] for number in sorted(singles)])
        pairs = {
            number
            for search in searches
            for number in np.flatnonzero(self._pairs_to_read(search, *self._by_singles(search))).tolist()
        }
        self._read([self._windows.texts[number] for number in sorted(pairs)])

    def of(self, search: Search) -> Numbers:
        """Similarity of words, or of words and meaning where it is higher, with each window.

        Returns:
            Shape (n_windows,); ``NOT_LOOKED_AT`` where the window is not free.
        """
        similarity, cosine = self._by_singles(search)
        self._blend(similarity, cosine, self._pairs_to_read(search, similarity, cosine), search.sentence)
        return similarity

    def _by_singles(self, search: Search) -> tuple[Numbers, Numbers]:
        """Similarities with no pair read, and the cosines known; one that is not known could be 1."""
        words = self.words(search.sentence)
        similarity: Numbers = np.where(search.free, words - self._windows.penalty, NOT_LOOKED_AT)
        cosine = np.where(self._near_enough(search.sentence), 1.0, COSINE_APART)
        self._blend(similarity, cosine, self._singles_to_read(search), search.sentence)
        return similarity, cosine

    def _singles_to_read(self, search: Search) -> Mask:
        words = self.words(search.sentence)
        bar = _bar(search, words - self._windows.penalty)
        near = self._near_enough(search.sentence)
        wanted: Mask = search.free & near & (words < SAME_WORDS) & (_blended(1.0, words) >= bar)
        wanted[self._windows.singles :] = False
        return wanted

    def _pairs_to_read(self, search: Search, similarity: Numbers, cosine: Numbers) -> Mask:
        """Pairs that could be the best place, given how close their halves are."""
        words = self.words(search.sentence)
        wanted = np.zeros(len(words), dtype=np.bool_)
        pairs = slice(self._windows.singles, None)
        closest = np.minimum(1.0, cosine[self._windows.halves].max(axis=1, initial=0.0) + PAIR_GAIN)
        likely = _blended(closest, words[pairs]) - PAIR_PENALTY >= _bar(search, similarity)
        near = self._near_enough(search.sentence)[pairs]
        wanted[pairs] = search.free[pairs] & near & (words[pairs] < SAME_WORDS) & likely
        return wanted

    def _near_enough(self, sentence: ScriptSentence) -> Mask:
        """Windows that share a telling word with a sentence, or many letters with its words, slots filled in or not."""
        known = self._near.get(sentence.readable)
        if known is None:
            readable = normalize(sentence.readable)
            filled = cdist([readable], self._windows.texts, scorer=fuzz.ratio, dtype=np.float64)[0] / 100
            telling = telling_stems(readable)
            sharing = np.array([not telling.isdisjoint(own) for own in self._windows.telling], dtype=np.bool_)
            known = self._near[sentence.readable] = sharing | (np.maximum(filled, self.words(sentence)) >= APART)
        return known

    def _blend(self, similarity: Numbers, cosine: Numbers, wanted: Mask, sentence: ScriptSentence) -> None:
        """Write the cosines of the windows that are wanted, and what they make of the similarity."""
        numbers = np.flatnonzero(wanted)
        if not len(numbers):
            return
        target, *read = self._read([normalize(sentence.readable), *(self._windows.texts[n] for n in numbers)])
        words = self.words(sentence)[numbers]
        cosine[numbers] = np.stack(read) @ target
        blended = np.minimum(1.0, np.maximum(words, _blended(cosine[numbers], words)))
        similarity[numbers] = blended - self._windows.penalty[numbers]

    def _read(self, texts: Sequence[str]) -> list[Embeddings]:
        unread = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if unread:
            self._vectors |= dict(zip(unread, self._encoder.encode(unread), strict=True))
        return [self._vectors[text] for text in texts]


def telling_stems(plain: str) -> frozenset[str]:
    """First letters of the words that tell something.

    Args:
        plain: Normalised words, joined by spaces.
    """
    return frozenset(word[:STEM] for word in plain.split() if word not in _TELLING_NOTHING)


def _blended(cosine: Numbers | float, words: Numbers) -> Numbers:
    return MEANING_WEIGHT * cosine + (1 - MEANING_WEIGHT) * words


def _bar(search: Search, similarity: Numbers) -> float:
    """Similarity from which a window can count: convincing, and as good as the best place."""
    best = max(search.known, float(similarity.max(initial=0.0, where=search.free)))
    return max(search.convincing, best - CLOSE)
