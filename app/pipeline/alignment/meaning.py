"""What a line must express, whatever its words, and when its meaning has been changed.

Likeness alone is a trap: "the executive's recommended Okafor" is close to "the union has no preferred candidate". A
line counts as kept only if what it denies is still denied.
"""

import re
from collections.abc import Callable, Iterator, Set

from app.domain.script import Line, LineKind
from app.pipeline.alignment.matching import LineMatch
from app.pipeline.alignment.options_named import is_misheard
from app.pipeline.language import cues
from app.pipeline.language.figures import figures
from app.pipeline.language.measures import Slot, measures
from app.pipeline.language.register import HeardAs, NameKind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece, Speech
from app.pipeline.language.tokens import normalize, tokenize

_POLAR = (LineKind.CONSENT, LineKind.IDENTIFICATION)
NEARLY_VERBATIM = 0.85
"""Likeness of words from which a misheard word of the neutrality line is put down to the recogniser."""

OWN_WORDS = 0.6
"""Likeness of words under which a denial may be that of something else in the sentence ("it is not a survey")."""

LONGEST_HEDGED = 30
"""Words of a sentence in which a "yet" belongs to the denial."""

HEDGE_REACH = 40
"""Characters around the denial within which it does in a longer one."""

FEWEST_OF_A_LIST = 3
"""Names from which a breath reads the list out: who is set apart from the others is one or two."""

_TELLING = (LineKind.NEUTRALITY, LineKind.RECORDING_NOTICE)

_STATES = (LineKind.PURPOSE, LineKind.OTHER)
"""Lines that tell the contact how and when to vote."""

_NEGATIONS = frozenset("no not never nobody none neither nor nothing without cannot".split())


def concept_place(line: Line, speech: Speech, language: ScriptLanguage, taken: frozenset[int]) -> int | None:
    """Where a line was expressed in words of its own.

    Args:
        line: A line that was not found by its wording.
        speech: What the canvasser said.
        language: The tools of the script.
        taken: Numbers of the words that render some other line, which cannot stand for this one too.

    Returns:
        Number of the first word of the sentence that expresses it, or None.
    """
    expresses = _CONCEPTS.get(line.kind)
    if expresses is None:
        return None
    pieces = speech.pieces[-4:] if line.kind is LineKind.CLOSING else speech.pieces
    for piece in pieces:
        numbers = speech.numbers(piece.position, piece.tokens)
        free = sum(number not in taken for number in numbers)
        # One breath may hold two lines: what can be told by its own words needs no sentence of its own.
        alone = line.kind in _TELLING or free > 0.5 * len(numbers)
        if alone and expresses(piece, language):
            return numbers[0]
    return None


def said_window(match: LineMatch, first: int, speech: Speech, taken: frozenset[int]) -> Piece:
    """What was said for a line, with what follows it in the same sentence and belongs to no other line.

    Args:
        match: The line and where its words were found.
        first: Number of the word with which it begins.
        speech: What the canvasser said.
        taken: Numbers of the words that render some line.
    """
    sentence = next(
        piece
        for piece in speech.pieces
        if piece.position == speech.words[first].position and piece.start <= speech.words[first].token.start < piece.end
    )
    own = match.covers or frozenset(range(first, first + len(sentence.tokens)))
    numbers = speech.numbers(sentence.position, sentence.tokens)
    tokens = tuple(
        token for token, number in zip(sentence.tokens, numbers, strict=True) if number in own or number not in taken
    )
    return Piece(sentence.position, sentence.utterance, sentence.start, sentence.end, tokens)


def speaks_of_it(line: Line, said: Piece) -> bool:
    """Whether what was taken for the neutrality line is about preference at all, however it was meant."""
    if line.kind is not LineKind.NEUTRALITY:
        return True
    return any(cue.search(said.plain) for cue in (cues.OF_PREFERENCE, cues.NO_PREFERENCE, cues.DECLINES))


def change_of_meaning(match: LineMatch, said: Piece, language: ScriptLanguage) -> str | None:
    """What was done to the meaning of a line that was said.

    Args:
        match: The line and its likeness.
        said: What was said for it.
        language: The tools of the script.

    Returns:
        The change in words ("it is hedged with “yet”"), or None where the meaning is kept.
    """
    line = match.line
    approved = {token.text for wording in line.wordings for token in tokenize(wording)}
    wording = " ".join(normalize(wording) for wording in line.wordings)
    other = _other_date(said.plain, wording)
    if line.kind in _STATES:
        other = other or _made_unsure(said.plain, wording) or _made_a_duty(said.plain, wording)
    if other:
        return f"it says “{other}”"
    if line.kind is LineKind.NEUTRALITY:
        return _neutrality_change(match, said, approved, language)
    if line.kind is LineKind.RECORDING_NOTICE:
        return "it is denied" if cues.NOT_RECORDED.search(said.plain) else None
    if line.kind is LineKind.OPT_OUT:
        limited = cues.FOR_NOW.search(said.plain)
        return (
            f"it holds only “{limited.group()}”" if limited and limited.group() not in " ".join(line.wordings) else None
        )
    return _denial(said, approved, language) if line.kind in _POLAR and match.words >= OWN_WORDS else None


def _denial(said: Piece, approved: set[str], language: ScriptLanguage) -> str | None:
    negated = _is_denied(said, language)
    if negated == bool(_NEGATIONS & approved):
        return None
    return "it is denied" if negated else "its denial is left out"


def _is_denied(said: Piece, language: ScriptLanguage) -> bool:
    """Whether a sentence denies; the "No" of a ballot paper is a name."""
    named = [m for m in language.register.find_listed(said.text) if m.kind is NameKind.OPTION]
    return any(
        token.text in _NEGATIONS and not any(m.start <= token.start - said.start < m.end for m in named)
        for token in said.tokens
    )


def _other_date(said: str, approved: str) -> str | None:
    """A date or number that stands where the approved wording has another of the same kind."""
    ours, theirs = measures(approved), measures(said)
    lost = {(item.slot, item.of) for item in ours - theirs if item.slot is not Slot.CHANNEL}
    other = [item.value for item in theirs - ours if (item.slot, item.of) in lost]
    return " ".join(sorted(other)) or None


def _made_unsure(said: str, approved: str) -> str | None:
    """A doubt beside a date or number that the approved wording gives without one."""
    doubt = cues.UNSURE.search(said)
    return doubt.group() if doubt and figures(approved) and figures(said) and not cues.UNSURE.search(approved) else None


def _made_a_duty(said: str, approved: str) -> str | None:
    """A duty where the approved wording leaves the contact free."""
    duty = cues.OBLIGED.search(said)
    free = cues.FREE_TO.search(approved) and not cues.OBLIGED.search(approved)
    return duty.group() if duty and free and not cues.FREE_TO.search(said) else None


def _neutrality_change(match: LineMatch, said: Piece, approved: set[str], language: ScriptLanguage) -> str | None:
    for hedge in _hedges(said):
        if not set(hedge.group().split()) <= approved:
            return f"it is hedged with “{hedge.group()}”"
    usual = {mention.subject for wording in match.line.wordings for mention in language.register.find(wording)}
    named = {
        mention.subject
        for mention in language.register.find(said.text)
        if mention.subject and mention.heard_as is HeardAs.EXACT and not language.script.ballot
    } - usual
    if named and len(named) < len(language.script.options) and not _lists_them(said, named, language):
        return "it speaks of some of the candidates only"
    denies = bool(_NEGATIONS & set(said.plain.split()))
    says_so = cues.NO_PREFERENCE.search(said.plain) or cues.DECLINES.search(said.plain)
    if not says_so and not (denies and match.words >= NEARLY_VERBATIM):
        return "it no longer says that nobody is preferred"
    return None


def _hedges(said: Piece) -> Iterator[re.Match[str]]:
    """What takes a denial back; in an undivided turn only beside it: a "yet" further on belongs to another line."""
    denials = [match for cue in (cues.NO_PREFERENCE, cues.DECLINES) for match in cue.finditer(said.plain)]
    for hedge in cues.HEDGE.finditer(said.plain):
        near = any(
            hedge.start() <= denial.end() + HEDGE_REACH and denial.start() <= hedge.end() + HEDGE_REACH
            for denial in denials
        )
        if near or not denials or len(said.tokens) <= LONGEST_HEDGED:
            yield hedge


def _lists_them(said: Piece, named: Set[str], language: ScriptLanguage) -> bool:
    """Whether the names are those of the list that stands in the same breath, some of them misheard."""
    others = [option for option in language.script.options if option.id not in named]
    return len(named) >= FEWEST_OF_A_LIST or all(is_misheard(option, [said], language) for option in others)


def _says_neutral(piece: Piece, language: ScriptLanguage) -> bool:
    if not (cues.NO_PREFERENCE.search(piece.plain) or cues.DECLINES.search(piece.plain)):
        return False
    names = language.register.find(piece.text)
    caller = any(name.kind is NameKind.ORGANISATION for name in names)
    spoken = {token.text for token in piece.tokens}
    whose = {"we", "us", "our", "union", "party", "vote", "voting"} & spoken
    return caller or bool(whose)


def _says_who_calls(piece: Piece, language: ScriptLanguage) -> bool:
    caller = any(name.kind is NameKind.ORGANISATION for name in language.register.find(piece.text))
    return caller and bool(cues.CALLED_FROM.search(piece.plain))


def _says_recorded(piece: Piece, _: ScriptLanguage) -> bool:
    return bool(cues.RECORDED.search(piece.plain))


def _asks_consent(piece: Piece, _: ScriptLanguage) -> bool:
    return bool(cues.MAY_I_ASK.search(piece.plain))


def _says_goodbye(piece: Piece, _: ScriptLanguage) -> bool:
    return bool(cues.GOODBYE.search(piece.plain) or cues.THANKS_FOR.search(piece.plain))


def has_own_words(kind: LineKind) -> bool:
    """Whether a line of this kind can be said in words that are not like its wording at all."""
    return kind in _CONCEPTS or kind is LineKind.QUESTION


def carrying_words(line: Line) -> tuple[str, ...]:
    """The words of a line whose loss or reversal changes what it says: its denials, where denying counts."""
    if line.kind not in (LineKind.NEUTRALITY, *_POLAR):
        return ()
    words = (token.text for wording in line.wordings for token in tokenize(wording))
    return tuple(dict.fromkeys(word for word in words if word in _NEGATIONS))


_CONCEPTS: dict[LineKind, Callable[[Piece, ScriptLanguage], bool]] = {
    LineKind.NEUTRALITY: _says_neutral,
    LineKind.GREETING: _says_who_calls,
    LineKind.IDENTIFICATION: _says_who_calls,
    LineKind.RECORDING_NOTICE: _says_recorded,
    LineKind.CONSENT: _asks_consent,
    LineKind.CLOSING: _says_goodbye,
}
