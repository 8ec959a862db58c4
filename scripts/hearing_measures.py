"""What a hearing is measured by: word errors, names, speakers and times, all read off one alignment of words.

Texts are compared as Whisper's own normaliser writes them (numbers in figures, contractions spelt out, American
spelling; Radford et al. 2022, appendix C), on both sides, so that a way of writing is no error.
"""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import Levenshtein

NEAR_TOKENS = 3
"""A name is found if it stands so near to where the alignment has its place."""

FAR_TOKENS = 10
"""A name is invented if the reference does not have it within so many words."""

TITLES = frozenset(
    (
        "mr mrs ms miss dr sir dame lord lady baroness professor reverend captain councillor sister brother father the"
    ).split()
)
"""Written with a capital before a name, and no name."""


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance of the reference.

    Attributes:
        text: The words.
        speaker: Who said them, or None where that is not known.
        channel: Channel from 0.
        start: Seconds from the start of the recording, or None.
        end: Seconds from the start of the recording, or None.
    """

    text: str
    speaker: str | None = None
    channel: int = 0
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word as an ear wrote it.

    Attributes:
        text: With its punctuation.
        start: Seconds from the start of the recording, or None.
        end: Seconds from the start of the recording, or None.
        confidence: Probability in [0, 1], or None.
        speaker: Whom it was put down to, or None.
        channel: Channel from 0.
    """

    text: str
    start: float | None = None
    end: float | None = None
    confidence: float | None = None
    speaker: str | None = None
    channel: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """A normalised word and the positions of the written words that it comes from."""

    text: str
    owners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Aligned:
    """Reference and hearing side by side.

    Attributes:
        said: Tokens of the reference, each with the position of its utterance.
        heard: Tokens of the hearing, each with the positions of its words.
        pairs: Positions of equal tokens, in order.
        errors: Tokens to insert, leave out or replace.
        places: For each token of the reference, where it stands in the hearing or would stand.
    """

    said: tuple[Token, ...]
    heard: tuple[Token, ...]
    pairs: tuple[tuple[int, int], ...]
    errors: int
    places: tuple[int, ...]


@dataclass(slots=True)
class NameCount:
    """Names of the register: how often said, found at their place, and heard where nobody said them."""

    said: int = 0
    found: int = 0
    invented: int = 0

    def add(self, other: "NameCount") -> None:
        """Count another recording in."""
        self.said += other.said
        self.found += other.found
        self.invented += other.invented


@dataclass(slots=True)
class SpeakerCount:
    """Words heard rightly, by whom they were put down to."""

    rightly: int = 0
    wrongly: int = 0
    unknown: int = 0

    def add(self, other: "SpeakerCount") -> None:
        """Count another recording in."""
        self.rightly += other.rightly
        self.wrongly += other.wrongly
        self.unknown += other.unknown

    def percent(self) -> tuple[float, float, float]:
        """Rightly, wrongly, and put down to nobody of the two parties, of all; zeros where there is no word."""
        total = max(1, self.rightly + self.wrongly + self.unknown)
        return 100 * self.rightly / total, 100 * self.wrongly / total, 100 * self.unknown / total


@dataclass(slots=True)
class TimeErrors:
    """How far the times of words lie from the truth.

    Attributes:
        starts_s: Errors of the starts of phrases, above 0 where the word is late.
        ends_s: Errors of their ends, above 0 where the word is late.
        missed: First and last words of phrases that were not heard, so that nothing can be said of their times.
    """

    starts_s: list[float] = field(default_factory=list)
    ends_s: list[float] = field(default_factory=list)
    missed: int = 0

    def add(self, other: "TimeErrors") -> None:
        """Count another recording in."""
        self.starts_s += other.starts_s
        self.ends_s += other.ends_s
        self.missed += other.missed


@lru_cache(maxsize=1)
def _normaliser() -> Any:
    from whisper.normalizers import EnglishTextNormalizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the library leaves its list of spellings open
        return EnglishTextNormalizer()


@lru_cache(maxsize=100_000)
def plain(text: str) -> tuple[str, ...]:
    """The words of a text as Whisper's normaliser writes them."""
    return tuple(_normaliser()(text.replace("’", "'").replace("-", " ")).split())


def tokens_of(words: Sequence[str]) -> tuple[Token, ...]:
    """The normalised words of a text, each with the written words that it comes from.

    A number of several words ("twenty five") is one token of all of them.
    """
    alone = [(part, number) for number, word in enumerate(words) for part in plain(word)]
    whole = plain(" ".join(words))
    tokens: list[Token] = []
    for equal, (start, end), (first, last) in _blocks([part for part, _ in alone], whole):
        owners = tuple(dict.fromkeys(number for _, number in alone[start:end]))
        for offset, text in enumerate(whole[first:last]):
            own = (alone[start + offset][1],) if equal else owners or (tokens[-1].owners if tokens else (0,))
            tokens.append(Token(text, own))
    return tuple(tokens)


def align(said: Sequence[Said], heard: Sequence[HeardWord]) -> Aligned:
    """Lay the words that were heard beside those that were said, with as few errors as possible.

    Where somebody speaks into another's utterance, no order of the words is the true one: of the one after the other,
    the other way round, and the interruption at its place, what was heard best decides.

    Args:
        said: Utterances of one channel, or of all where one channel carries them.
        heard: Words in order of time.
    """
    hypothesis = tokens_of([word.text for word in heard])
    reference = _in_best_order(said, [token.text for token in hypothesis])
    texts, others = [token.text for token in reference], [token.text for token in hypothesis]
    pairs: list[tuple[int, int]] = []
    places: list[int] = []
    for equal, (start, end), (first, last) in _blocks(texts, others):
        for offset in range(end - start):
            places.append(first + min(offset, max(0, last - first - 1)))
            if equal:
                pairs.append((start + offset, first + offset))
    return Aligned(reference, hypothesis, tuple(pairs), int(Levenshtein.distance(texts, others)), places=tuple(places))


def surnames(names: Iterable[str]) -> frozenset[str]:
    """What tells each name from all others: its last word that begins with a capital, the longest part of a double one.

    An option that is no name ("no, stay independent") has none.
    """
    found = set()
    for name in names:
        capitalised = [word for word in name.split() if word[:1].isupper() and word.lower() not in TITLES]
        parts = plain(capitalised[-1]) if capitalised else ()
        if distinctive := max(parts, key=len, default=""):
            found.add(distinctive)
    return frozenset(found)


def all_names(names: Iterable[str]) -> frozenset[str]:
    """Every word of the names that begins with a capital, first names too."""
    return surnames(word for name in names for word in name.split())


def count_names(aligned: Aligned, wanted: frozenset[str]) -> NameCount:
    """Names found at their place, and names that nobody said there.

    Args:
        aligned: Reference and hearing.
        wanted: As of ``surnames``.
    """
    said = [(aligned.places[i], token.text) for i, token in enumerate(aligned.said) if token.text in wanted]
    heard = [(j, token.text) for j, token in enumerate(aligned.heard) if token.text in wanted]
    left = list(heard)
    found = 0
    for place, name in said:
        near = [item for item in left if item[1] == name and abs(item[0] - place) <= NEAR_TOKENS]
        if near:
            left.remove(min(near, key=lambda item: abs(item[0] - place)))
            found += 1
    invented = [
        item for item in left if not any(item[1] == name and abs(item[0] - place) <= FAR_TOKENS for place, name in said)
    ]
    return NameCount(len(said), found, len(invented))


def count_speakers(aligned: Aligned, said: Sequence[Said], heard: Sequence[HeardWord]) -> SpeakerCount:
    """Of the words heard rightly, how many were put down to the one who said them."""
    count = SpeakerCount()
    for reference, hypothesis in aligned.pairs:
        truth = said[aligned.said[reference].owners[0]].speaker
        answer = heard[aligned.heard[hypothesis].owners[0]].speaker
        if answer == truth:
            count.rightly += 1
        elif answer in (None, "unknown", "other"):
            count.unknown += 1
        else:
            count.wrongly += 1
    return count


def correct_words(aligned: Aligned) -> Mapping[int, bool]:
    """For each written word that was heard and has a token, whether all its tokens were said."""
    matched = {hypothesis for _, hypothesis in aligned.pairs}
    correct: dict[int, bool] = {}
    for position, token in enumerate(aligned.heard):
        for owner in token.owners:
            correct[owner] = correct.get(owner, True) and position in matched
    return correct


def time_errors(aligned: Aligned, said: Sequence[Said], heard: Sequence[HeardWord]) -> TimeErrors:
    """How far the starts of first words and the ends of last words lie from those of their phrases."""
    matched = dict(aligned.pairs)
    ends: dict[int, tuple[int, int]] = {}
    for position, token in enumerate(aligned.said):
        ends[token.owners[0]] = (ends.get(token.owners[0], (position, 0))[0], position)
    errors = TimeErrors()
    for phrase, (first, last) in ends.items():
        begins = heard[aligned.heard[matched[first]].owners[0]].start if first in matched else None
        stops = heard[aligned.heard[matched[last]].owners[-1]].end if last in matched else None
        for answer, truth, into in (
            (begins, said[phrase].start, errors.starts_s),
            (stops, said[phrase].end, errors.ends_s),
        ):
            if answer is None or truth is None:
                errors.missed += 1
            else:
                into.append(answer - truth)
    return errors


def _in_best_order(said: Sequence[Said], heard: Sequence[str]) -> tuple[Token, ...]:
    order = sorted(range(len(said)), key=lambda number: said[number].start or 0.0)
    parts = [[Token(text, (number,)) for text in plain(said[number].text)] for number in order]
    for index in range(len(order) - 1):
        # Of what was said so far, the utterance that goes on longest is the one that is interrupted.
        first = max((said[number] for number in order[: index + 1]), key=lambda item: item.end or 0.0)
        second = said[order[index + 1]]
        if first.end is None or second.start is None or second.start >= first.end:
            continue
        one, other = parts[index], parts[index + 1]
        cut = round(len(one) * _share(first, second.start))
        choices = ([one, other], [other, one], [[*one[:cut], *other, *one[cut:]]])
        best = min(choices, key=lambda choice: _errors([*parts[:index], *choice, *parts[index + 2 :]], heard))
        parts[index : index + 2] = [[], [token for part in best for token in part]]
    return tuple(token for part in parts for token in part)


def _share(said: Said, moment: float) -> float:
    start, end = said.start or 0.0, said.end or 0.0
    return min(1.0, max(0.0, (moment - start) / (end - start))) if end > start else 1.0


def _errors(parts: Sequence[Sequence[Token]], heard: Sequence[str]) -> int:
    return int(Levenshtein.distance([token.text for part in parts for token in part], heard))


def _blocks(first: Sequence[str], second: Sequence[str]) -> list[tuple[bool, tuple[int, int], tuple[int, int]]]:
    """Equal stretches and stretches that differ, in turns: whether equal, and where in each of the two."""
    blocks: list[tuple[bool, tuple[int, int], tuple[int, int]]] = []
    for operation in Levenshtein.opcodes(first, second):
        equal = operation.tag == "equal"
        source, target = (operation.src_start, operation.src_end), (operation.dest_start, operation.dest_end)
        if blocks and not equal and not blocks[-1][0]:
            source, target = (blocks[-1][1][0], source[1]), (blocks[-1][2][0], target[1])
            blocks.pop()
        blocks.append((equal, source, target))
    return blocks
