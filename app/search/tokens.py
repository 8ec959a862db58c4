"""Words as they are looked for: the same for both databases, since neither of them takes a text apart.

Case, accents and apostrophes make no difference: ``He's`` and ``hes`` are one word, and so are ``Zoë`` and ``zoe``.
A word is a run of letters and digits. What is left of it are ``a`` to ``z`` and ``0`` to ``9``; every other letter is
written as its number, so that no database can take it apart in its own way.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

MAXIMUM_WORD_LENGTH = 40
"""Letters that count of one word; PostgreSQL has a limit of its own for a whole text."""

MAXIMUM_TERMS = 16
MAXIMUM_WORDS = 32
"""Of one search; what is written beyond is not looked for."""

SHORTEST_BEGINNING = 3
"""Letters before a ``*``; the beginning of fewer stands in nearly every call."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_PLAIN = re.compile(r"[a-z0-9]+")
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"'))


class Token(NamedTuple):
    """One word of a text; a tuple, since one page of found calls has thousands of them.

    Attributes:
        word: As it is looked for.
        start: Its first character in the text.
        end: The character after its last.
    """

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """What must stand in a call: one word, or several in a row.

    Attributes:
        words: At least one.
        is_beginning: Whether the last may go on.
    """

    words: tuple[str, ...]
    is_beginning: bool = False

    def fits(self, words: tuple[str, ...]) -> bool:
        """Whether as many words in a row are what is looked for."""
        *first, last = self.words
        if len(words) != len(self.words) or list(words[:-1]) != first:
            return False
        return words[-1].startswith(last) if self.is_beginning else words[-1] == last


def composed(text: str) -> str:
    """A text in the form to which the places of `tokens` refer."""
    return unicodedata.normalize("NFC", text)


def tokens(text: str) -> Iterator[Token]:
    """The words of a text that is `composed`."""
    for match in _WORD.finditer(text):
        word = _folded(match.group())
        if word:
            yield Token(word, match.start(), match.end())


def words_of(text: str) -> list[str]:
    """The words of a text as they are looked for, in order."""
    return [token.word for token in tokens(composed(text))]


def parse_query(text: str) -> tuple[Term, ...]:
    """What somebody looks for: every word or phrase must stand in the call.

    ``"..."`` is a phrase, and so is what only punctuation joins, such as ``e-mail``; ``endors*`` is any word that
    begins so. Everything else is taken as words: nothing that can be typed is an error.

    Returns:
        Each term once; none where there is no word in the text.
    """
    terms: dict[Term, None] = {}
    left = MAXIMUM_WORDS
    for number, piece in enumerate(text.translate(_QUOTES).split('"')):
        for chunk in [piece] if number % 2 else piece.split():
            words = tuple(words_of(chunk)[:left])
            if not words or len(terms) == MAXIMUM_TERMS:
                continue
            left -= len(words)
            is_beginning = chunk.rstrip().endswith("*") and len(words[-1]) >= SHORTEST_BEGINNING
            terms[Term(words, is_beginning)] = None
    return tuple(terms)


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    lowered = word.casefold().replace("'", "").replace("\u2019", "")
    if not _PLAIN.fullmatch(lowered):
        apart = unicodedata.normalize("NFKD", lowered).casefold()
        lowered = "".join(_plain(character) for character in apart if not unicodedata.combining(character))
    return lowered[:MAXIMUM_WORD_LENGTH]


def _plain(character: str) -> str:
    if _PLAIN.fullmatch(character):
        return character
    return f"u{ord(character):x}" if character.isalnum() else ""
