"""Whether two hearings of one stretch bear each other out: the same names, the same words, the same polarity."""

from rapidfuzz.distance import LCSseq

from app.domain.units import Probability
from app.pipeline.language.register import Mention, NameKind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.tokens import tokenize

ALIKE: Probability = 0.5
"""Share of the quote's words that must be heard again, in order: more of them than not. A recogniser that is wrong in
one word of three on a bad line still passes; other speech shares a quarter of its words by chance (short words)."""

_NAME = "@"
_DENIALS = frozenset("not no never nobody none nor neither without nothing".split())
_HINTED = frozenset({NameKind.OPTION, NameKind.AUTHORITY})
"""Kinds of names that a recogniser is told to expect, and that it can therefore invent."""


def bears_out(quote: str, again: str, language: ScriptLanguage) -> bool:
    """Whether words that were heard again are the words of a quote.

    Names agree where the register takes both for the same one, by spelling or by sound. Of all words at least half must
    be there in order, and what denies must deny in both: "can tell you" is not "cannot tell you".

    Args:
        quote: What the finding rests on.
        again: What was heard in the same stretch and a second around it.
        language: The tools of the script.
    """
    wanted, heard = _words(quote, language), _words(again, language)
    shared = [step for step in LCSseq.opcodes(wanted, heard) if step.tag == "equal"]
    if not shared:
        return False
    matched = heard[shared[0].dest_start : shared[-1].dest_end]
    words = sum(step.src_end - step.src_start for step in shared)
    return words >= ALIKE * len(wanted) and _names(wanted) <= _names(heard) and _denies(wanted) == _denies(matched)


def _names(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in words if word.startswith(_NAME))


def _denies(words: tuple[str, ...]) -> bool:
    return not _DENIALS.isdisjoint(words)


def _words(text: str, language: ScriptLanguage) -> tuple[str, ...]:
    """Normalised words, each name as one word that is the same however it was spelt or misheard."""
    named = [mention for mention in language.register.find(text) if mention.kind in _HINTED]
    words: list[str] = []
    before: Mention | None = None
    for token in tokenize(text):
        mention = next((item for item in named if item.start <= token.start < item.end), None)
        if mention is None:
            words.append(token.text)
        elif mention is not before:
            words.append(_NAME + _whose(mention, language))
        before = mention
    return tuple(words)


def _whose(mention: Mention, language: ScriptLanguage) -> str:
    """An option's id; of an authority the full name, whichever part of it was said."""
    if mention.subject:
        return mention.subject
    wholes = (name for name in language.script.authorities if mention.name in name)
    return next(wholes, mention.name)
