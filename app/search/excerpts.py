"""The place in a call where something was said, with the words around it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class _Place:
    """One word of a transcript: which utterance, and where in its text."""

    word: str
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
    texts = [composed(str(item.get("text") or "")) for item in utterances]
    for is_canvasser in {Whose.CANVASSER: (True,), Whose.CONTACT: (False,)}.get(whose, (True, False)):
        side = [
            number for number, item in enumerate(utterances) if (item.get("speaker") == "canvasser") == is_canvasser
        ]
        places = [
            _Place(token.word, number, token.start, token.end) for number in side for token in tokens(texts[number])
        ]
        spans = _spans(places, sorted(terms, key=lambda term: -len(term.words)))
        first = next(spans, None)
        if first is not None:
            found = {number for span in (first, *spans) for number in range(*span)}
            return _cut(places, first, found, utterances=utterances, texts=texts)
    return None


def _spans(places: Sequence[_Place], terms: Iterable[Term]) -> Iterator[tuple[int, int]]:
    words = tuple(place.word for place in places)
    for term in terms:
        length = len(term.words)
        for begin in range(len(words) - length + 1):
            if term.fits(words[begin : begin + length]):
                yield begin, begin + length


def _cut(
    places: Sequence[_Place],
    span: tuple[int, int],
    found: set[int],
    *,
    utterances: Sequence[Mapping[str, Any]],
    texts: Sequence[str],
) -> Excerpt:
    first, last = places[span[0]].utterance, places[span[1] - 1].utterance
    inside = [number for number, place in enumerate(places) if first <= place.utterance <= last]
    begin, end = max(inside[0], span[0] - WORDS_AROUND), min(inside[-1] + 1, span[1] + WORDS_AROUND)
    item = utterances[first]
    return Excerpt(
        pieces=tuple(_pieces(places[begin:end], {number - begin for number in found}, texts)),
        speaker=str(item.get("speaker") or "unknown"),
        utterance=int(item.get("index") or 0),
        start=item.get("start"),
        is_cut_before=begin > inside[0],
        is_cut_behind=end < inside[-1] + 1,
    )


def _pieces(places: Sequence[_Place], found: set[int], texts: Sequence[str]) -> Iterator[Piece]:
    """The words with the punctuation between them."""
    for number, place in enumerate(places):
        yield Piece(texts[place.utterance][place.start : place.end], number in found)
        following = places[number + 1] if number + 1 < len(places) else None
        if following is None:
            continue
        same = following.utterance == place.utterance
        between = texts[place.utterance][place.end : following.start] if same else " \u2026 "
        yield Piece(between, number in found and number + 1 in found)
