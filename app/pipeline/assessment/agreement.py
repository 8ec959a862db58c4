"""Whether two hearings of one stretch bear each other out: the same names, the same words, the same polarity."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq, Opcode

from app.domain.units import Probability
from app.pipeline.language.register import Mention, NameKind, Register, sound_likeness
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.tokens import tokenize

ALIKE: Probability = 0.5
"""Share of the quote's words that must be heard again, in order: more of them than not. A recogniser that is wrong in
one word of three on a bad line still passes; other speech shares a quarter of its words by chance (short words)."""

NEAR: Probability = 0.6
"""Likeness in letters and sound from which words that the register takes for no name are the quoted one, misheard. Of
46 names said on the telephone 42 were that near when they were heard without hints, and of 721 other utterances none
(November 2026). Less will do than in a search of the whole call: it is asked whether one known name stands in a few
words."""

NEAR_LETTERS = 8
"""Shorter names have ordinary words too near them: "hello" and "Helen"."""

_NAME = "@"
_DENIALS = frozenset("not no never nobody none nor neither without nothing".split())
_HINTED = frozenset({NameKind.OPTION, NameKind.AUTHORITY})
"""Kinds of names that a recogniser is told to expect, and that it can therefore invent."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A normalised word, or a name as one.

    Attributes:
        key: The word; of a name ``@`` and whose it is, however it was spelt or misheard.
        letters: As it was written, in lower case without spaces.
        parts: How many words were written.
    """

    key: str
    letters: str
    parts: int = 1


def bears_out(quote: str, again: str, language: ScriptLanguage, *, about: str | None = None) -> bool:
    """Whether words that were heard again are the words of a quote.

    Names agree where the register takes both for the same one, or where a long one is near in letters and sound. Of all
    words at least half must be there in order, and what denies must deny in both: "can tell you" is not "cannot tell
    you".

    Args:
        quote: What the finding rests on.
        again: What was heard in the same stretch and a second around it.
        language: The tools of the script.
        about: Id of the candidate or option concerned: where the quote names it, its other names may be misheard.
    """
    wanted, heard = _words(quote, language), _words(again, language)
    names = {word.key: word for word in wanted if word.key.startswith(_NAME)}
    exact = names.keys() & {word.key for word in heard}
    misheard = {key for key in names.keys() - exact if _is_near(names[key], heard, language.register)}
    needed = {_NAME + about} if about and _NAME + about in names else set(names)
    shared = _shared(wanted, heard)
    alike = sum(step.src_end - step.src_start for step in shared) + len(misheard) >= ALIKE * len(wanted) > 0
    matched = heard[shared[0].dest_start : shared[-1].dest_end] if shared else ()
    return alike and needed <= exact | misheard and _denies(wanted) == _denies(matched)


def _shared(wanted: tuple[_Word, ...], heard: tuple[_Word, ...]) -> list[Opcode]:
    steps = LCSseq.opcodes([word.key for word in wanted], [word.key for word in heard])
    return [step for step in steps if step.tag == "equal"]


def _is_near(name: _Word, heard: tuple[_Word, ...], register: Register) -> bool:
    """Whether a run of words that are no other name sounds like a long one."""
    if len(name.letters) < NEAR_LETTERS:
        return False
    sizes = range(max(1, name.parts - 1), name.parts + 3)
    runs = (heard[first : first + size] for first in range(len(heard)) for size in sizes)
    return any(
        sound_likeness("".join(word.letters for word in run), name.letters) >= NEAR
        for run in runs
        if not any(word.key.startswith(_NAME) for word in run)
        # Ordinary words stand for themselves: a hint makes "that devil" into Pat Devlin.
        and not all(register.is_ordinary(word.key) for word in run)
    )


def _denies(words: Sequence[_Word]) -> bool:
    return any(word.key in _DENIALS for word in words)


def _words(text: str, language: ScriptLanguage) -> tuple[_Word, ...]:
    named = [mention for mention in language.register.find(text) if mention.kind in _HINTED]
    words: list[_Word] = []
    before: Mention | None = None
    for token in tokenize(text):
        mention = next((item for item in named if item.start <= token.start < item.end), None)
        if mention is None:
            words.append(_Word(token.text, token.text))
        elif mention is not before:
            parts = tokenize(text[mention.start : mention.end])
            words.append(_Word(_NAME + _whose(mention, language), "".join(part.text for part in parts), len(parts)))
        before = mention
    return tuple(words)


def _whose(mention: Mention, language: ScriptLanguage) -> str:
    """An option's id; of an authority the full name, whichever part of it was said."""
    if mention.subject:
        return mention.subject
    wholes = (name for name in language.script.authorities if mention.name in name)
    return next(wholes, mention.name)
