"""The place in a call where something was said, with the words around it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.search.tokens import Term, composed, tokens
from app.search.words import Whose

WORDS_AROUND = 12
"""Words before and behind what was found. A choice of ours: about a line on a page."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of an excerpt. ``is_found`` marks those that were looked for."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where it was said.

    Attributes:
        pieces: One after the other they are the words of one utterance, or of several of the same side.
        speaker: canvasser, contact, other or unknown.
        utterance: Index of the first utterance.
        start: Seconds, or None.
        is_cut_before: Whether the speaker has said more before.
        is_cut_behind: Whether the speaker has said more behind.
    """

    pieces: tuple[Piece, ...]
    speaker: str
    utterance: int
    start: float | None
    is_cut_before: bool
    is_cut_behind: bool


class _Place(NamedTuple):
    """Where one word of a transcript stands: which utterance, and where in its text.

    A page of fifty calls has thousands of them, and a tuple is made three times as fast as a frozen dataclass.
    """

    utterance: int
    start: int
    end: int


def excerpt_of(transcript: Mapping[str, Any], *, terms: Sequence[Term], whose: Whose) -> Excerpt | None:
    """The first place where something that was looked for was said, the longest phrase first.

    Args:
        transcript: The contract's transcript.
        terms: What was looked for.
        whose: Whose words were; nobody else's are shown.

    Returns:
        None where nothing of it is there, for instance since the call was judged again meanwhile.
    """
    utterances = list(transcript.get("utterances") or ())
    for is_canvasser in {Whose.CANVASSER: (True,), Whose.CONTACT: (False,)}.get(whose, (True, False)):
        side = _Side(utterances, is_canvasser=is_canvasser)
        for term in sorted(terms, key=lambda term: -len(term.words)):
            span = side.find(term)
            if span is not None:
                return _cut(side, span, terms=terms, utterances=utterances)
    return None


class _Side:
    """What one side has said, taken apart into words only as far as somebody has looked.

    A page shows fifty calls: most of their words come after what was looked for, and need not be taken apart.
    """

    def __init__(self, utterances: Sequence[Mapping[str, Any]], *, is_canvasser: bool) -> None:
        self.texts: dict[int, str] = {}
        self.words: list[str] = []
        self.places: list[_Place] = []
        self._unread = (
            (number, item)
            for number, item in enumerate(utterances)
            if (item.get("speaker") == "canvasser") == is_canvasser
        )

    def find(self, term: Term) -> tuple[int, int] | None:
        """The first words that a term fits, half-open."""
        looked_at = 0
        while True:
            span = next(_spans(self.words, term, start=looked_at), None)
            if span is not None:
                return span
            looked_at = max(0, len(self.words) - len(term.words) + 1)
            if not self._read_on():
                return None

    def _read_on(self) -> bool:
        number, item = next(self._unread, (None, None))
        if number is None or item is None:
            return False
        text = self.texts[number] = composed(str(item.get("text") or ""))
        for word, start, end in tokens(text):
            self.words.append(word)
            self.places.append(_Place(number, start, end))
        return True


def _spans(words: Sequence[str], term: Term, *, start: int = 0) -> Iterator[tuple[int, int]]:
    for begin in range(start, len(words) - len(term.words) + 1):
        end = begin + len(term.words)
        if term.fits(tuple(words[begin:end])):
            yield begin, end


def _cut(
    side: _Side, span: tuple[int, int], *, terms: Iterable[Term], utterances: Sequence[Mapping[str, Any]]
) -> Excerpt:
    places = side.places
    found = {number for term in terms for fitting in _spans(side.words, term) for number in range(*fitting)}
    first, last = places[span[0]].utterance, places[span[1] - 1].utterance
    inside = [number for number, place in enumerate(places) if first <= place.utterance <= last]
    begin, end = max(inside[0], span[0] - WORDS_AROUND), min(inside[-1] + 1, span[1] + WORDS_AROUND)
    item = utterances[first]
    return Excerpt(
        pieces=tuple(_pieces(places[begin:end], {number - begin for number in found}, side.texts)),
        speaker=str(item.get("speaker") or "unknown"),
        utterance=int(item.get("index") or 0),
        start=item.get("start"),
        is_cut_before=begin > inside[0],
        is_cut_behind=end < inside[-1] + 1,
    )


def _pieces(places: Sequence[_Place], found: set[int], texts: Mapping[int, str]) -> Iterator[Piece]:
    """The words with the punctuation between them."""
    for number, place in enumerate(places):
        yield Piece(texts[place.utterance][place.start : place.end], number in found)
        following = places[number + 1] if number + 1 < len(places) else None
        if following is None:
            continue
        same = following.utterance == place.utterance
        between = texts[place.utterance][place.end : following.start] if same else " \u2026 "
        yield Piece(between, number in found and number + 1 in found)
