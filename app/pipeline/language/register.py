"""The register of names of one approved script: who or what is meant, through misspelling and mishearing.

A name is looked for in windows of one to four words. Edit distance and a phonetic key must agree; a window of
function words is refused and ordinary words need to be closer (judging.md, November 2026: precision 1.0 at recall .90
on simulated misspellings).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import jellyfish
import numpy as np
from rapidfuzz.distance import JaroWinkler, Levenshtein
from rapidfuzz.process import cdist

from app.domain.script import ApprovedScript, Option
from app.domain.units import Probability
from app.pipeline.language.tokens import Token, tokenize

MAXIMUM_WINDOW = 4
"""Words of a window in which a misheard name is looked for."""

LENGTH_GAP = 3
"""Letters by which a misheard name may be longer or shorter."""

LEAST_LETTERS = 0.55
"""Likeness of letters under which a window of words is no mishearing of a name."""

WORDS_KEPT = 10_000
TEXTS_KEPT = 5_000
"""Of each script; several scripts are kept at a time."""

DESCRIPTION_WIDTH = 60
"""Characters within which the words of a description must stand to belong together."""
_TITLES = frozenset(["mr", "mrs", "ms", "miss", "dr", "sir", "dame", "lord", "lady", "councillor", "cllr"])
_SHORT = 4


class NameKind(StrEnum):
    """What kind of thing a mention names."""

    OPTION = "option"
    DESCRIPTION = "description"
    PARTY = "party"
    ROLE = "role"
    AUTHORITY = "authority"
    ORGANISATION = "organisation"


class HeardAs(StrEnum):
    """How a mention was recognised."""

    EXACT = "exact"
    FUZZY = "fuzzy"
    PRONOUN = "pronoun"


class Recognition(StrEnum):
    """What must be heard for a name."""

    EXACT = "exactly"
    BY_SOUND = "by-sound"
    IN_CONTEXT = "in-context"
    IN_PART = "in-part"


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention of a name of the register.

    Attributes:
        kind: What is named.
        subject: Id of the candidate or option, or None for authorities, the organisation and shared parties.
        start: Offset in the text.
        end: End in the text, exclusive.
        heard_as: How it was recognised.
        confidence: Probability in [0, 1] that the name is meant.
        name: The name in the register.
    """

    kind: NameKind
    subject: str | None
    start: int
    end: int
    heard_as: HeardAs
    confidence: Probability
    name: str


@dataclass(frozen=True, slots=True)
class _Form:
    kind: NameKind
    subject: str | None
    name: str
    words: tuple[str, ...]
    joined: str
    ordinary: bool
    contextual: bool


class Register:
    """Finds the candidates, options, parties, authorities and the organisation of one script."""

    def __init__(self, script: ApprovedScript, *, ordinary_words: frozenset[str]) -> None:
        """Build the register.

        Args:
            script: The approved script.
            ordinary_words: Dictionary words in lower case; a name that is one of them must be heard exactly.
        """
        self._ordinary = ordinary_words
        self._forms = tuple(self._all_forms(script))
        self._exact = {form.words: form for form in reversed(self._forms)}
        # Organisations and parties are descriptions more often than names, and ordinary words stand for themselves:
        # only what can be misheard as a name is looked for by its sound.
        self._misheard = tuple(
            form
            for form in self._forms
            if form.kind in (NameKind.OPTION, NameKind.AUTHORITY) and not form.ordinary and len(form.joined) >= _SHORT
        )
        self._longest = max((len(form.joined) for form in self._misheard), default=0) + LENGTH_GAP
        lengths = {len(form.words) for form in self._forms}
        self._sizes = tuple(sorted({*range(1, MAXIMUM_WINDOW + 1), *lengths}, reverse=True))
        self._descriptions = tuple(
            (option.id, description, _content(description))
            for option in script.options
            for description in option.descriptions
        )
        self._cached = lru_cache(maxsize=TEXTS_KEPT)(self._find)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Every mention in a text, in order of place; of overlapping ones the surest and longest."""
        return self._cached(text, listed=False)

    def find_listed(self, text: str) -> tuple[Mention, ...]:
        """As ``find``, where the options are being read out: a bare "yes" or "no" counts as a mention too."""
        return self._cached(text, listed=True)

    def recognitions(self) -> tuple[tuple[NameKind, str | None, str, Recognition], ...]:
        """Every name that is looked for: its kind, subject, the name, and what must be heard for it.

        ``by-sound`` names are found misspelt and misheard too, ``exactly`` ones only as they are written,
        ``in-context`` ones ("yes", "no") only beside words of voting or where the options are read, ``in-part`` ones
        (descriptions) by most of their telling words.
        """
        known = {(form.kind, form.subject, form.name): self._recognition(form) for form in self._forms}
        described = {
            (NameKind.DESCRIPTION, subject, name): Recognition.IN_PART for subject, name, _ in self._descriptions
        }
        return tuple((*name, recognition) for name, recognition in (known | described).items())

    def _recognition(self, form: _Form) -> Recognition:
        if form.contextual:
            return Recognition.IN_CONTEXT
        return Recognition.BY_SOUND if form in self._misheard else Recognition.EXACT

    def is_ordinary(self, word: str) -> bool:
        """Whether a normalised word stands in the dictionary, or is too short to be anybody's name."""
        return word in self._ordinary or word in _FUNCTION or len(word) < _SHORT

    def _all_forms(self, script: ApprovedScript) -> Iterable[_Form]:
        for option in script.options:
            for name in _option_names(option):
                yield self._form(NameKind.OPTION, option.id, name)
        for kind in (NameKind.PARTY, NameKind.ROLE):
            values = [getattr(option, kind.value) for option in script.options]
            for option, value in zip(script.options, values, strict=True):
                if value:
                    # A party that several candidates share points at none of them.
                    yield self._form(kind, option.id if values.count(value) == 1 else None, value)
        for authority in script.authorities:
            for name in _person_names(authority):
                yield self._form(NameKind.AUTHORITY, None, name)
        for name in (script.organisation.name, *script.organisation.aliases):
            yield self._form(NameKind.ORGANISATION, None, name)

    def _form(self, kind: NameKind, subject: str | None, name: str) -> _Form:
        words = tuple(token.text for token in tokenize(name) if token.text not in {"the", *_TITLES})
        words = words or tuple(token.text for token in tokenize(name))
        contextual = kind is NameKind.OPTION and " ".join(words) in _EVERYDAY
        ordinary = all(word in self._ordinary for word in words)
        return _Form(kind, subject, name, words, "".join(words), ordinary, contextual)

    def _find(self, text: str, *, listed: bool) -> tuple[Mention, ...]:
        tokens = tokenize(text)
        words = tuple(token.text for token in tokens)
        misheard = self._may_be_misheard(words)
        found: list[Mention] = []
        for first in range(len(tokens)):
            for size in self._sizes:
                window = words[first : first + size]
                if len(window) < size or not (window in self._exact or (first, size) in misheard):
                    continue
                mention = self._match(tokens[first : first + size], window)
                if mention and (listed or self._in_context(mention, tokens, first, first + size)):
                    found.append(mention)
        found.extend(self._described(tokens))
        return _without_overlaps(found)

    def _may_be_misheard(self, words: tuple[str, ...]) -> set[tuple[int, int]]:
        """First word and size of the windows whose letters come near some name's: the others need no closer look."""
        windows = []
        for first, word in enumerate(words):
            if word not in _FUNCTION:
                heard = ""
                for size, last in enumerate(words[first : first + MAXIMUM_WINDOW], start=1):
                    heard += last
                    if last not in _FUNCTION and _SHORT <= len(heard) <= self._longest:
                        windows.append((first, size, heard))
        if not windows or not self._misheard:
            return set()
        near = cdist(
            [heard for _, _, heard in windows],
            [form.joined for form in self._misheard],
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=LEAST_LETTERS,
        )
        return {windows[row][:2] for row in np.flatnonzero(near.max(axis=1)).tolist()}

    def _match(self, window: Sequence[Token], words: tuple[str, ...]) -> Mention | None:
        exact = self._exact.get(words)
        confidence, form = (1.0, exact) if exact else self._likest(words)
        if form is None:
            return None
        heard = HeardAs.EXACT if exact else HeardAs.FUZZY
        return Mention(form.kind, form.subject, window[0].start, window[-1].end, heard, confidence, form.name)

    def _likest(self, words: tuple[str, ...]) -> tuple[Probability, _Form | None]:
        """The name that a window of words may be a misspelling or mishearing of."""
        if len(words) > MAXIMUM_WINDOW or words[0] in _FUNCTION or words[-1] in _FUNCTION:
            return 0.0, None
        heard = "".join(words)
        if len(heard) < _SHORT:
            return 0.0, None
        ordinary = all(word in self._ordinary for word in words)
        best: tuple[Probability, _Form | None] = (0.0, None)
        for form in self._misheard:
            if abs(len(words) - len(form.words)) <= 1 and abs(len(heard) - len(form.joined)) <= LENGTH_GAP:
                confidence = _sounds_like(heard, form.joined, ordinary=ordinary)
                if confidence > best[0]:
                    best = (confidence, form)
        return best

    def _in_context(self, mention: Mention, tokens: Sequence[Token], first: int, end: int) -> bool:
        if not any(form.contextual and form.name == mention.name for form in self._forms):
            return True
        before = [token.text for token in tokens[max(0, first - 3) : first] if token.text not in {"a", "for", "the"}]
        after = tokens[end].text if end < len(tokens) else ""
        return after in _BALLOT_AFTER or (bool(before) and before[-1] in _BALLOT_BEFORE)

    def _described(self, tokens: tuple[Token, ...]) -> Iterable[Mention]:
        stems = [_stem(token.text) for token in tokens]
        spoken = set(stems)
        for subject, description, content in self._descriptions:
            heard = spoken & content
            needed = len(content) if len(content) <= 2 else max(2, round(0.6 * len(content)))
            if not heard or len(heard) < needed:
                continue
            hits = [token for token, stem in zip(tokens, stems, strict=True) if stem in content]
            near = hits[-1].end - hits[0].start <= DESCRIPTION_WIDTH
            if near and _distinct(heard, self._descriptions, subject):
                confidence = 0.6 + 0.35 * len(heard) / len(content)
                yield Mention(
                    NameKind.DESCRIPTION, subject, hits[0].start, hits[-1].end, HeardAs.FUZZY, confidence, description
                )


_FUNCTION = frozenset(
    (
        "a an and are as at be been but by can could did do does for from had has have he her him his how i if in "
        "is it its me my no not of on or our she so that the their them then there they this to up us was we were "
        "what when where which who why will with would yes you your am about all any just now out some than very "
        "well more also into only"
    ).split()
)


_EVERYDAY = frozenset(
    {
        "yes",
        "no",
        "for",
        "against",
        "in favour",
        "keep",
        "change",
        "leave",
        "stay",
        "remain",
        "accept",
        "reject",
    }
)
_BALLOT_BEFORE = frozenset(
    (
        "vote votes voting voted tick ticking ticked choose choosing mark marking say saying back backing support "
        "supporting favour recommend recommending"
    ).split()
)
_BALLOT_AFTER = frozenset(("vote votes voter voters voting side campaign camp lot option").split())


def _person_names(name: str) -> tuple[str, ...]:
    words = name.split()
    capitalised = len(words) == 2 and all(word[:1].isupper() for word in words)
    return tuple(dict.fromkeys((name, *(words if capitalised else ()))))


def _option_names(option: Option) -> tuple[str, ...]:
    words = option.name.split()
    # First name or surname alone is how people are called, whether or not the author has listed it; and "Yes, to
    # join the Association" is called "Yes".
    person = len(words) in (2, 3) and all(word[:1].isupper() for word in words)
    parts = (words[0], words[-1]) if person else ()
    answer = option.name.split(",")[0].strip()
    answers = (answer,) if answer.lower() in _EVERYDAY else ()
    return tuple(dict.fromkeys((option.name, *option.aliases, *parts, *answers)))


def sound_likeness(heard: str, name: str) -> Probability:
    """How alike two names are in [0, 1], half by their letters and half by their sound.

    Args:
        heard: What was heard, in lower case without spaces.
        name: What it may be, likewise.
    """
    letters = Levenshtein.normalized_similarity(heard, name)
    return (letters + Levenshtein.normalized_similarity(_phonetic(heard), _phonetic(name))) / 2


def _sounds_like(heard: str, name: str, *, ordinary: bool) -> Probability:
    edit = Levenshtein.normalized_similarity(heard, name, score_cutoff=LEAST_LETTERS)
    if edit < LEAST_LETTERS:
        return 0.0
    winkler = JaroWinkler.normalized_similarity(heard, name)
    key = JaroWinkler.normalized_similarity(_phonetic(heard), _phonetic(name))
    if ordinary:
        return 0.8 if edit >= 0.86 and key == 1.0 else 0.0
    likeness = 0.45 * edit + 0.2 * winkler + 0.35 * key
    return round(min(0.98, likeness), 3) if key >= 0.75 and likeness >= 0.76 else 0.0


@lru_cache(maxsize=WORDS_KEPT)
def _phonetic(word: str) -> str:
    return jellyfish.metaphone(re.sub(r"^q(?!u)|^qu", "k", word)) or word


def _content(text: str) -> frozenset[str]:
    return frozenset(_stem(token.text) for token in tokenize(text) if token.text not in _FUNCTION)


_KIN = {"daughter": "child", "son": "child", "dad": "child", "father": "child", "mother": "child", "mum": "child"}


def _stem(word: str) -> str:
    # "Son of a bus driver" is said as "his dad was a bus driver": the kinship is one and the same.
    word = _KIN.get(word, word)
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _distinct(heard: set[str], descriptions: tuple[tuple[str, str, frozenset[str]], ...], subject: str) -> bool:
    return not any(other != subject and heard <= content for other, _, content in descriptions)


def _without_overlaps(found: list[Mention]) -> tuple[Mention, ...]:
    # A description is kept beside a name that it contains: "Samir, the bus driver's son".
    ranked = sorted(found, key=lambda item: (-(item.confidence == 1.0), -(item.end - item.start), -item.confidence))
    kept: list[Mention] = []
    for mention in ranked:
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return tuple(sorted(kept, key=lambda item: (item.start, item.end)))
