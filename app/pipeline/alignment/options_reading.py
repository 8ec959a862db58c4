"""How the candidates or options were read out."""

from dataclasses import dataclass
from itertools import pairwise

from app.domain.script import Line, LineKind
from app.pipeline.alignment.matching import LineMatch
from app.pipeline.alignment.wordings import wordings
from app.pipeline.language import cues
from app.pipeline.language.register import Mention, NameKind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece, Speech
from app.pipeline.language.tokens import tokenize

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
    if match.line.kind is not LineKind.OPTIONS or not _names_options(match.line, language):
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
    added, subject = _added(match.line, pieces, language)
    return OptionsReading(tuple(pieces), order, left_out, added, subject)


def _names_options(line: Line, language: ScriptLanguage) -> bool:
    return any(
        sentence.lists_options or len({m.subject for m in language.register.find_listed(sentence.readable)}) > 1
        for sentence in wordings(language.script, line)[0]
    )


def _begin(match: LineMatch, speech: Speech, language: ScriptLanguage) -> int | None:
    if match.first is not None:
        said_at = speech.words[match.first]
        for number, piece in enumerate(speech.pieces):
            inside = piece.position == said_at.position and piece.start <= said_at.token.start < piece.end
            if inside and any(_options(near, language) for near in speech.pieces[number : number + 2]):
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


def _added(line: Line, pieces: list[Piece], language: ScriptLanguage) -> tuple[tuple[str, ...], str | None]:
    allowed = set(PLAIN_WORDS)
    for wording in line.wordings:
        allowed |= {token.text for token in tokenize(wording)}
    for option in language.script.options:
        texts = [option.name, *option.aliases, *filter(None, (option.party, option.role))]
        allowed |= {token.text for text in texts for token in tokenize(text)}
    added: list[str] = []
    subject: str | None = None
    for piece in pieces:
        mentions = _options(piece, language)
        if not mentions:
            continue
        # What comes before the first name is talk about the list; what stands between or after names dresses one up.
        for token in piece.tokens:
            free = token.start >= mentions[0].end and all(not m.start <= token.start < m.end for m in mentions)
            if free and token.text not in allowed:
                before = [mention for mention in mentions if mention.end <= token.start]
                subject = subject or before[-1].subject
                added.append(token.text)
    return tuple(added), subject
