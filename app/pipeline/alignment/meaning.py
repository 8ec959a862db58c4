"""What a line must express, whatever its words, and when its meaning has been changed.

Likeness alone is a trap: "the executive's recommended Okafor" is close to "the union has no preferred candidate". A
line counts as kept only if what it denies is still denied.
"""

from collections.abc import Callable

from rapidfuzz.distance import Levenshtein

from app.domain.script import Line, LineKind
from app.pipeline.alignment.matching import LineMatch
from app.pipeline.language import cues
from app.pipeline.language.register import NameKind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece, Speech
from app.pipeline.language.tokens import tokenize

_POLAR = (LineKind.NEUTRALITY, LineKind.RECORDING_NOTICE, LineKind.CONSENT, LineKind.PURPOSE, LineKind.IDENTIFICATION)
_NEGATIONS = frozenset("no not never nobody none neither nor nothing without cannot".split())


def concept_place(line: Line, speech: Speech, language: ScriptLanguage) -> int | None:
    """Where a line was expressed in words of its own.

    Args:
        line: A line that was not found by its wording.
        speech: What the canvasser said.
        language: The tools of the script.

    Returns:
        Number of the first word of the sentence that expresses it, or None.
    """
    expresses = _CONCEPTS.get(line.kind)
    if expresses is None:
        return None
    pieces = speech.pieces[-4:] if line.kind is LineKind.CLOSING else speech.pieces
    first = len(speech.words) - sum(len(piece.tokens) for piece in pieces)
    for piece in pieces:
        if expresses(piece, language):
            return first
        first += len(piece.tokens)
    return None


def change_of_meaning(match: LineMatch, first: int, speech: Speech) -> str | None:
    """What was done to the meaning of a line that was said.

    Returns:
        The change in words ("it is hedged with 'yet'"), or None where the meaning is kept.
    """
    line = match.line
    if line.kind not in _POLAR:
        return None
    said = _sentence_at(first, speech)
    if said is None:
        return None
    plain = said.plain
    approved = [token.text for wording in line.wordings for token in tokenize(wording)]
    if line.kind is LineKind.NEUTRALITY:
        return _neutrality_change(plain, set(approved))
    negated = any(word in _NEGATIONS for word in plain.split())
    if negated != any(word in _NEGATIONS for word in approved):
        return "it is denied" if negated else "its denial is left out"
    return None


def word_diff(approved: str, heard: str) -> tuple[tuple[str, str], ...]:
    """The words of a line against the words heard.

    Returns:
        (tag, words) pairs in order; the tag is ``same``, ``added`` (heard only) or ``left-out`` (approved only).
    """
    before = [token.text for token in tokenize(approved)]
    after = [token.text for token in tokenize(heard)]
    parts: list[tuple[str, str]] = []
    for step in Levenshtein.opcodes(before, after):
        if step.tag == "equal":
            parts.append(("same", " ".join(before[step.src_start : step.src_end])))
            continue
        if step.src_end > step.src_start:
            parts.append(("left-out", " ".join(before[step.src_start : step.src_end])))
        if step.dest_end > step.dest_start:
            parts.append(("added", " ".join(after[step.dest_start : step.dest_end])))
    return tuple(parts)


def _neutrality_change(plain: str, approved: set[str]) -> str | None:
    for hedge in cues.HEDGE.finditer(plain):
        if not set(hedge.group().split()) <= approved:
            return f"it is hedged with “{hedge.group()}”"
    if not cues.TAKES_NO_SIDE.search(plain):
        return "it no longer says that nobody is preferred"
    return None


def _sentence_at(first: int, speech: Speech) -> Piece | None:
    word = speech.words[first]
    for piece in speech.pieces:
        if piece.position == word.position and piece.start <= word.token.start < piece.end:
            return piece
    return None


def _says_neutral(piece: Piece, language: ScriptLanguage) -> bool:
    if not cues.TAKES_NO_SIDE.search(piece.plain):
        return False
    names = language.register.find(piece.text)
    caller = any(name.kind is NameKind.ORGANISATION for name in names)
    return caller or bool({"we", "i", "us", "our"} & {token.text for token in piece.tokens})


def _says_who_calls(piece: Piece, language: ScriptLanguage) -> bool:
    caller = any(name.kind is NameKind.ORGANISATION for name in language.register.find(piece.text))
    return caller and bool(cues.CALLED_FROM.search(piece.plain))


def _says_recorded(piece: Piece, _: ScriptLanguage) -> bool:
    return bool(cues.RECORDED.search(piece.plain))


def _asks_consent(piece: Piece, _: ScriptLanguage) -> bool:
    return bool(cues.MAY_I_ASK.search(piece.plain))


def _says_goodbye(piece: Piece, _: ScriptLanguage) -> bool:
    return bool(cues.GOODBYE.search(piece.plain) or cues.THANKS.search(piece.plain))


_CONCEPTS: dict[LineKind, Callable[[Piece, ScriptLanguage], bool]] = {
    LineKind.NEUTRALITY: _says_neutral,
    LineKind.GREETING: _says_who_calls,
    LineKind.IDENTIFICATION: _says_who_calls,
    LineKind.RECORDING_NOTICE: _says_recorded,
    LineKind.CONSENT: _asks_consent,
    LineKind.CLOSING: _says_goodbye,
}
