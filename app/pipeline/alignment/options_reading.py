"""How the candidates or options were read out."""

from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from app.domain.script import Line, LineKind
from app.domain.units import Seconds
from app.pipeline.alignment.matching import LineMatch
from app.pipeline.alignment.wordings import OPTIONS_SLOT
from app.pipeline.language import cues, stance
from app.pipeline.language.register import Mention, NameKind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece, Speech
from app.pipeline.language.tokens import Token, tokenize

MISHEARD = 0.6
"""Likeness from which a word between names counts as a word of the list that the recogniser got wrong."""

CUT_OFF_S: Seconds = 1.0
"""A recording that ends so soon after a word has broken off."""

ANNOUNCED = 0.85
"""Likeness of words from which a line without the names announces that they follow."""

PRAISE_REACH = 3
"""Characters between a word of praise and the name that it stands before."""

PLAIN_WORDS = frozenset(
    (
        "a an and are as at but by first for fourth from have here i in is it last let me number of okay on "
        "one or option options candidate candidates choice choices read right second so sorry standing stand "
        "stands that the them then there third they this three to two four five we well who with would you "
        "your vote voting ballot paper be can could names name running either alphabetical order hang say "
        "said again yeah yes no like know mean also finally plus person people list listed mr mrs ms miss dr "
        "all about ready go through will just now some do has got been put down following up may was which "
        "against any"
    ).split()
)
"""Words that may stand around the names of a plain reading: joints of a list, never a description."""


@dataclass(frozen=True, slots=True)
class OptionsReading:
    """One reading of the options.

    Attributes:
        pieces: The sentences that hold it, in order.
        order: Ids of the options in the order read, each once.
        left_out: Ids of options that the reading does not name, in script order.
        added: Words beyond the names and the approved line, as they were said.
        added_subject: Id of the option beside which they stand, or None.
    """

    pieces: tuple[Piece, ...]
    order: tuple[str, ...]
    left_out: tuple[str, ...]
    added: tuple[str, ...]
    added_subject: str | None


def find_reading(match: LineMatch, speech: Speech, language: ScriptLanguage) -> OptionsReading | None:
    """The reading of the options that belongs to a line of the script.

    It begins where the words of the line were said, or, for a line that is little more than the list, in the first
    sentence that names two options without asking for a vote.

    Args:
        match: The line and where its words were found.
        speech: What the canvasser said.
        language: The tools of the script.

    Returns:
        The reading, or None where the options were not read out.
    """
    if not reads_options(match.line, language):
        return None
    begin = _begin(match, speech, language)
    if begin is None:
        return None
    pieces = _run(speech.pieces[begin:], language)
    mentions = [(piece, mention) for piece in pieces for mention in _options(piece, language)]
    order = tuple(dict.fromkeys(mention.subject for _, mention in mentions if mention.subject))
    if not order:
        return None
    left_out = tuple(option.id for option in language.script.options if option.id not in order)
    if left_out and _interrupted(pieces[-1], speech):
        return None
    added, subject = _added(match.line, pieces, language)
    return OptionsReading(tuple(pieces), order, left_out, added, subject)


def reads_options(line: Line, language: ScriptLanguage) -> bool:
    """Whether a line is one that reads out the options by name."""
    return line.kind is LineKind.OPTIONS and any(
        OPTIONS_SLOT in wording or len({m.subject for m in language.register.find_listed(wording)}) > 1
        for wording in line.wordings
    )


def _begin(match: LineMatch, speech: Speech, language: ScriptLanguage) -> int | None:
    if match.first is not None:
        for number, piece in enumerate(speech.pieces):
            if not speech.holds(piece, match.first):
                continue
            # "The candidates are" may stand in one breath and the names in the next.
            announced = match.words >= ANNOUNCED and any(
                _options(near, language) for near in speech.pieces[number + 1 : number + 2]
            )
            if _options(piece, language) or announced:
                return number
    for number, piece in enumerate(speech.pieces):
        named = {mention.subject for mention in _options(piece, language)}
        if len(named) > 1 and not cues.DIRECTIVE.search(piece.plain):
            return number
    return None


def _run(pieces: tuple[Piece, ...], language: ScriptLanguage) -> list[Piece]:
    """The first sentence and those after it that go on naming options that were not named yet."""
    run = [pieces[0]]
    named = {mention.subject for mention in _options(pieces[0], language)}
    for before, piece in pairwise(pieces):
        fresh = {mention.subject for mention in _options(piece, language)} - named
        if not fresh or piece.position - before.position > 2 or (piece.text.endswith("?") and named):
            break
        run.append(piece)
        named |= fresh
    return run


def _options(piece: Piece, language: ScriptLanguage) -> list[Mention]:
    return [m for m in language.register.find_listed(piece.text) if m.kind is NameKind.OPTION]


def _interrupted(piece: Piece, speech: Speech) -> bool:
    """Whether the list breaks off unfinished: at the end of what the canvasser got to say, or of the recording."""
    if piece != speech.pieces[-1]:
        return False
    duration, end = speech.transcript.duration, piece.utterance.end
    cut_off = duration is not None and end is not None and duration - end < CUT_OFF_S
    unfinished = piece.tokens[-1].text in {"and", "or"} or piece.text.rstrip().endswith((",", "-", "–", "—", "…"))
    return unfinished or cut_off


def _added(line: Line, pieces: list[Piece], language: ScriptLanguage) -> tuple[tuple[str, ...], str | None]:
    allowed = _allowed(line, language)
    added: list[str] = []
    subject: str | None = None
    for piece in pieces:
        mentions = _options(piece, language)
        for token in piece.tokens:
            beside = _beside(token, piece, mentions)
            if beside and not _belongs(token.text, allowed):
                subject = subject or beside.subject
                added.append(token.text)
    return tuple(added), subject


def _belongs(word: str, allowed: frozenset[str]) -> bool:
    """Whether a word is one of the list, or one of the list misheard ("state" for "stay")."""
    if word in allowed or _stem(word) in allowed:
        return True
    return any(len(known) > 3 and Levenshtein.normalized_similarity(word, known) >= MISHEARD for known in allowed)


def _allowed(line: Line, language: ScriptLanguage) -> frozenset[str]:
    texts = list(line.wordings)
    for option in language.script.options:
        texts += [option.name, *option.aliases, *filter(None, (option.party, option.role))]
    words = {token.text for text in texts for token in tokenize(text)}
    return PLAIN_WORDS | words | {_stem(word) for word in words}


def _beside(token: Token, piece: Piece, mentions: list[Mention]) -> Mention | None:
    """The mention that a word dresses up: the one before it, or the one right behind a word of praise or blame."""
    if any(mention.start <= token.start < mention.end for mention in mentions):
        return None
    before = [mention for mention in mentions if mention.end <= token.start]
    if before:
        return None if _an_aside(token, piece) else before[-1]
    behind = [mention for mention in mentions if 0 <= mention.start - token.end <= PRAISE_REACH]
    praised = stance.FOR.fullmatch(token.text) or stance.AGAINST.fullmatch(token.text)
    return behind[0] if behind and praised else None


def _an_aside(token: Token, piece: Piece) -> bool:
    """Whether a word belongs to a slip ("Hartley, sorry, Hartwell") or to finding one's place ("let me scroll")."""
    number = piece.tokens.index(token)
    near = [other.text for other in piece.tokens[max(0, number - 4) : number + 3]]
    return bool({"sorry", "let", "bear", "hang"} & set(near))


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
