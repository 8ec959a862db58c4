"""Words with their places in a line of text, normalised for comparison."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

FILLERS = frozenset(["um", "uh", "er", "erm", "ah", "eh", "hmm", "mm", "mhm", "uhm", "uhh", "umm"])
"""Sounds of hesitation: they never make a difference to what was said."""

TEXTS_KEPT = 10_000
WORDS_KEPT = 10_000

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")
_CONTRACTIONS = {
    "won't": ("will", "not"),
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "shan't": ("shall", "not"),
    "ain't": ("is", "not"),
    "let's": ("let", "us"),
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "i'm": ("i", "am"),
}
_WITHOUT_APOSTROPHE = {
    "im": ("i", "am"), "ive": ("i", "have"), "hes": ("he", "is"), "shes": ("she", "is"), "thats": ("that", "is"),
    "theres": ("there", "is"), "whats": ("what", "is"), "whos": ("who", "is"), "youre": ("you", "are"),
    "youve": ("you", "have"), "youll": ("you", "will"), "theyre": ("they", "are"), "theyve": ("they", "have"),
    "weve": ("we", "have"), "dont": ("do", "not"), "doesnt": ("does", "not"), "didnt": ("did", "not"),
    "isnt": ("is", "not"), "wasnt": ("was", "not"), "arent": ("are", "not"), "werent": ("were", "not"),
    "havent": ("have", "not"), "hasnt": ("has", "not"), "hadnt": ("had", "not"), "cant": ("can", "not"),
    "couldnt": ("could", "not"), "wouldnt": ("would", "not"), "shouldnt": ("should", "not"), "aint": ("is", "not"),
    "mustnt": ("must", "not"), "neednt": ("need", "not"),
}  # fmt: skip
"""As recognisers and people in a hurry write them; not what is a word of its own ("its", "were", "well", "ill")."""

_SUFFIXES = {"'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'s": "is"}


class Token(NamedTuple):
    """One normalised word.

    Attributes:
        text: Lower case, without apostrophes; contractions are taken apart ("don't" is "do" and "not").
        start: Offset of the written word in its text.
        end: End of the written word, exclusive; the parts of a contraction share one place.
    """

    text: str
    start: int
    end: int


@lru_cache(maxsize=TEXTS_KEPT)
def tokenize(text: str) -> tuple[Token, ...]:
    """The words of a text without fillers, in order."""
    tokens: list[Token] = []
    for match in _WORD.finditer(text):
        for part in _parts(match.group()):
            tokens.append(Token(part, match.start(), match.end()))
    return tuple(tokens)


@lru_cache(maxsize=TEXTS_KEPT)
def normalize(text: str) -> str:
    """The words of a text without fillers and punctuation, joined by single spaces."""
    return " ".join(token.text for token in tokenize(text))


def join(tokens: Iterable[Token]) -> str:
    """The normalised words, joined by single spaces."""
    return " ".join(token.text for token in tokens)


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where the sentences of a text begin and end, by its punctuation.

    Returns:
        Half-open offsets, in order, without surrounding space; none for a text without words.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in [*_SENTENCE_END.finditer(text), None]:
        end = match.start() if match else len(text)
        piece = text[start:end]
        lead = len(piece) - len(piece.lstrip())
        if _WORD.search(piece):
            spans.append((start + lead, start + len(piece.rstrip())))
        start = match.end() if match else end
    return tuple(spans)


@lru_cache(maxsize=WORDS_KEPT)
def _parts(written: str) -> tuple[str, ...]:
    """The normalised words that a written word stands for; none for a filler."""
    return tuple(part for part in _taken_apart(written.lower().replace("’", "'")) if part not in FILLERS)


def _taken_apart(word: str) -> tuple[str, ...]:
    if word in _CONTRACTIONS:
        return _CONTRACTIONS[word]
    if word in _WITHOUT_APOSTROPHE:
        return _WITHOUT_APOSTROPHE[word]
    if word.endswith("n't"):
        return (word[:-3], "not")
    for suffix, full in _SUFFIXES.items():
        if word.endswith(suffix) and len(word) > len(suffix):
            return (word[: -len(suffix)], full)
    return (word.replace("'", ""),)
