"""How the candidates or options were read out."""

import re
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from app.domain.script import Line, LineKind, Option
from app.domain.units import Seconds
from app.pipeline.alignment.dialogue import contact_before
from app.pipeline.alignment.matching import LineMatch
from app.pipeline.alignment.wordings import OPTIONS_SLOT
from app.pipeline.language import cues, stance
from app.pipeline.language.register import Mention, NameKind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Piece, Speech
from app.pipeline.language.tokens import Token, normalize, tokenize

MISHEARD = 0.6
"""Likeness from which a word between names counts as a word of the list that the recogniser got wrong."""

MISHEARD_AS_A_WORD = 0.7
"""The same for a name heard as an ordinary word ("castle" for "Castell", but not "woman" for "Lomax")."""

SHORTEST_NAME = 4
"""Letters under which a name is too short to be known by likeness."""

CUT_OFF_S: Seconds = 1.0
"""A recording that ends so soon after a word has broken off."""

LINE_SAID = 0.6
"""Likeness of words from which the line that announces the options counts as said."""

TELLING_WORDS = 2
"""Words beside some names and not others from which a list is no longer plain, praise and blame apart."""

LIST_GAP = 8
"""Words between two names of a list, joints aside."""

_NEXT_CLAUSE = re.compile(
    r"[.;:?]|\b(?:and (?:i|that|we|you|it|who)|that(?:['’]?s| is)|any|if|so|just|in (?:any|that|no)|have you|"
    r"(?:would|could|can|do|are|may|might|shall|which|who) (?:you|i|we|it|two|one|would|of))\b"
)

_NO_OF = re.compile(
    r"no (?!(?:to|for|means?|if|and|or|against|box|votes?|is|it|not|in|on|at|that|then|you|we|have|has|do|did|are|will|"
    r"would|could|can|may|which|what|who|how|so|please|okay)\b)\w"
)
"""The "no" of "no recommendation", which is no answer on a ballot paper."""

ANNOUNCED = 0.85
"""Likeness of words from which a line without the names announces that they follow."""

PRAISE_REACH = 3
"""Characters between a word of praise and the name that it stands before."""

LETTERS_OF_A_SPELLING = 3
"""Single letters near a word from which a name is being spelt."""

_SLIPS = frozenset({"sorry", "let", "bear", "hang", "oops", "pronounce", "spell"})
_OWN_SLIPS = frozenset({"skipped", "missed", "trip"})
"""Words by which a slip or a search is told; the second ones where the canvasser speaks of "I" beside them."""

PLAIN_WORDS = frozenset(
    (
        "a an and are as at but by first for fourth from have here i in is it last let me number of okay on "
        "one or option options candidate candidates choice choices read right second so sorry standing stand "
        "stands that the them then there third they this three to two four five we well who with would you "
        "your vote voting ballot paper be can could names name running either alphabetical order hang say "
        "said again yeah yes no like know mean also finally plus person people list listed mr mrs ms miss dr "
        "all about ready go through will just now some do has got been put down following up may was which "
        "against any its get box boxes none view else way thing things how not if same whichever this difference"
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
    reading = _reading(match.line, begin, speech, language)
    if reading is not None and match.words < ANNOUNCED and not _is_a_list(reading, language):
        return None
    if reading is None or (reading.left_out and _interrupted(reading.pieces[-1], speech)):
        return None
    if reading.left_out:
        # A list that is begun again and finished was read.
        again = (
            number for number in range(begin + 1, len(speech.pieces)) if _lists(speech.pieces[number], speech, language)
        )
        whole = (_reading(match.line, number, speech, language) for number in again)
        reading = next((other for other in whole if other and not other.left_out), reading)
    return reading


def _reading(line: Line, begin: int, speech: Speech, language: ScriptLanguage) -> OptionsReading | None:
    """What is read out from a sentence on; None where no option is named."""
    pieces = _run(speech.pieces[begin:], language)
    mentions = [mention for piece in pieces for mention in _options(piece, language)]
    order = tuple(dict.fromkeys(mention.subject for mention in mentions if mention.subject))
    if not order:
        return None
    left_out = tuple(
        option.id
        for option in language.script.options
        if option.id not in order and not _is_misheard(option, pieces, language)
    )
    added, subject = _added(line, pieces, language)
    return OptionsReading(tuple(pieces), order, left_out, added, subject)


def names_several(piece: Piece, language: ScriptLanguage) -> bool:
    """Whether a sentence names two of the options or more, rightly heard or not."""
    named = {mention.subject for mention in _options(piece, language)}
    others = (option for option in language.script.options if option.id not in named)
    return len(named) + sum(_is_misheard(option, [piece], language) for option in others) > 1


def _is_misheard(option: Option, pieces: list[Piece], language: ScriptLanguage) -> bool:
    """Whether a list holds words that are likely the option's name, too garbled to be known anywhere else.

    Beside the names of the others a stretch that is nobody's name and much like this one is this one: a list that is
    short of a name would accuse the canvasser of what the recogniser did.
    """
    names = {
        "".join(normalize(part).split()) for name in (option.name, *option.aliases) for part in (name, *name.split())
    }
    wanted = [name for name in names if len(name) >= SHORTEST_NAME and not language.register.is_ordinary(name)]
    for piece in pieces:
        mentions = _options(piece, language)
        words = ["" if _inside(token, piece, mentions) else token.text for token in piece.tokens]
        for size in (1, 2, 3):
            for run in (words[start : start + size] for start in range(len(words) - size + 1)):
                # Words that may stand in any list are no name, and an ordinary word must be nearer.
                if not all(run) or all(word in PLAIN_WORDS for word in run):
                    continue
                ordinary = size == 1 and language.register.is_ordinary(run[0])
                near = MISHEARD_AS_A_WORD if ordinary else MISHEARD
                if any(Levenshtein.normalized_similarity("".join(run), name) >= near for name in wanted):
                    return True
    return False


def _inside(token: Token, piece: Piece, mentions: list[Mention]) -> bool:
    return any(mention.start <= token.start - piece.start < mention.end for mention in mentions)


def _is_a_list(reading: OptionsReading, language: ScriptLanguage) -> bool:
    """Whether more than one of three or more options is named: few words of a line are found by chance."""
    several = len(reading.order) > 1 or names_several(reading.pieces[0], language)
    return several or len(language.script.options) == 2


def reads_options(line: Line, language: ScriptLanguage) -> bool:
    """Whether a line is one that reads out the options by name."""
    return line.kind is LineKind.OPTIONS and any(
        OPTIONS_SLOT in wording or len({m.subject for m in language.register.find_listed(wording)}) > 1
        for wording in line.wordings
    )


def _begin(match: LineMatch, speech: Speech, language: ScriptLanguage) -> int | None:
    """Number of the sentence in which the options begin to be read out.

    The words of the line say so; else a sentence that lists two options or more, one after the other, and neither reads
    an answer back nor ranks them.
    """
    if match.first is not None and match.words >= LINE_SAID:
        for number, piece in enumerate(speech.pieces):
            if not speech.holds(piece, match.first):
                continue
            # "The candidates are" may stand in one breath and the names in the next.
            announced = match.words >= ANNOUNCED and any(
                _options(near, language) for near in speech.pieces[number + 1 : number + 2]
            )
            if _options(piece, language) or announced:
                return number
    return next(
        (number for number, piece in enumerate(speech.pieces) if _lists(piece, speech, language)),
        None,
    )


def _lists(piece: Piece, speech: Speech, language: ScriptLanguage) -> bool:
    mentions = _options(piece, language)
    named = {mention.subject for mention in mentions}
    if len(named) < 2 or cues.RANKED.search(piece.plain) or stance.READ_BACK.search(piece.plain):
        return False
    asked = contact_before(speech.transcript, piece.position)
    answered = asked is not None and any(m.kind is NameKind.OPTION for m in language.register.find(asked.text))
    whole = len(named) == len(language.script.options)
    in_a_row = all(_gap(piece, left, right) <= LIST_GAP for left, right in pairwise(mentions))
    return in_a_row and not (answered and not whole) and (whole or bool(cues.LISTS.search(piece.plain)))


def _gap(piece: Piece, left: Mention, right: Mention) -> int:
    """Words between two mentions that are no joints of a list."""
    return sum(
        left.end <= token.start - piece.start < right.start and token.text not in PLAIN_WORDS for token in piece.tokens
    )


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
    # Offsets are those of the piece's own text.
    return [
        m
        for m in language.register.find_listed(piece.text)
        if m.kind is NameKind.OPTION and not _NO_OF.match(piece.text[m.start :].lower())
    ]


def _interrupted(piece: Piece, speech: Speech) -> bool:
    """Whether the list breaks off unfinished: at the end of what the canvasser got to say, or of the recording."""
    if piece != speech.pieces[-1]:
        return False
    duration, end = speech.transcript.duration, piece.utterance.end
    cut_off = duration is not None and end is not None and duration - end < CUT_OFF_S
    unfinished = piece.tokens[-1].text in {"and", "or"} or piece.text.rstrip().endswith((",", "-", "–", "—", "…"))
    return unfinished or cut_off


def _added(line: Line, pieces: list[Piece], language: ScriptLanguage) -> tuple[tuple[str, ...], str | None]:
    """What the reading adds to some of the options and not to all: praise, blame or a description."""
    allowed, known = _allowed(line, language), _of_the_contest(language)
    dressing: dict[str, list[str]] = {}
    named: set[str] = set()
    for piece in pieces:
        mentions = _options(piece, language)
        named |= {mention.subject for mention in mentions if mention.subject}
        for token in piece.tokens:
            beside = _beside(token, piece, mentions)
            plain = token.text in known or _belongs(token.text, allowed)
            if beside and beside.subject and not plain:
                dressing.setdefault(beside.subject, []).append(token.text)
    described = [
        (mention.subject, piece.text[mention.start : mention.end])
        for piece in pieces
        for mention in language.register.find(piece.text)
        if mention.kind in (NameKind.ROLE, NameKind.DESCRIPTION) and mention.subject
    ]
    if not language.script.ballot and 0 < len({subject for subject, _ in described}) < len(named):
        return tuple(dict.fromkeys(words for _, words in described)), described[0][0]
    told = [word for words in dressing.values() for word in words]
    judged = any(stance.FOR.fullmatch(word) or stance.AGAINST.fullmatch(word) for word in told)
    if not judged and (len(told) < TELLING_WORDS or len(dressing) == len(named)):
        return (), None
    subject = max(dressing, key=lambda option: len(dressing[option]))
    return tuple(told), subject


def _belongs(word: str, allowed: frozenset[str]) -> bool:
    """Whether a word is one of the list, or one of the list misheard ("state" for "stay")."""
    if len(word) == 1 or word in allowed or _stem(word) in allowed:
        return True
    return any(len(known) > 3 and Levenshtein.normalized_similarity(word, known) >= MISHEARD for known in allowed)


def _allowed(line: Line, language: ScriptLanguage) -> frozenset[str]:
    texts = list(line.wordings)
    for option in language.script.options:
        texts += [option.name, *option.aliases, *filter(None, (option.party, option.role))]
    words = {token.text for text in texts for token in tokenize(text)}
    return PLAIN_WORDS | words | {_stem(word) for word in words}


def _of_the_contest(language: ScriptLanguage) -> frozenset[str]:
    """The words of the contest and of the facts that are about none of the options."""
    script = language.script
    about_all = [fact for fact in script.facts if not any(m.subject for m in language.register.find(fact))]
    return frozenset(token.text for text in (script.contest, *about_all) for token in tokenize(text))


def _beside(token: Token, piece: Piece, mentions: list[Mention]) -> Mention | None:
    """The mention that a word dresses up: the one before it, or the one right behind a word of praise or blame."""
    place = token.start - piece.start
    if _inside(token, piece, mentions):
        return None
    before = [mention for mention in mentions if mention.end <= place]
    behind = [mention for mention in mentions if mention.start > place]
    if before and not (_an_aside(token, piece) or (not behind and _moves_on(piece, before[-1], place))):
        return before[-1]
    near = [mention for mention in behind if mention.start - (token.end - piece.start) <= PRAISE_REACH]
    praised = stance.FOR.fullmatch(token.text) or stance.AGAINST.fullmatch(token.text)
    return near[0] if near and praised else None


def _moves_on(piece: Piece, last: Mention, place: int) -> bool:
    """Whether the talk has left the list between the last name and a word: "…, that's just the order here"."""
    between = piece.text[last.end : place].lower()
    return bool(_NEXT_CLAUSE.search(between)) and not re.match(r"[\s,–—-]*(?:who|whose|which|she|he)\b", between)


def _an_aside(token: Token, piece: Piece) -> bool:
    """Whether a word belongs to a slip ("Hartley, sorry, Hartwell"), to finding one's place, or spells a name."""
    number = piece.tokens.index(token)
    near = [other.text for other in piece.tokens[max(0, number - 4) : number + 5]]
    spelt = sum(len(word) == 1 and word not in ("a", "i") for word in near) >= LETTERS_OF_A_SPELLING
    own = any(word in ("i", "ive", "i've") for word in near)
    return spelt or bool(_SLIPS & set(near)) or (own and bool(_OWN_SLIPS & set(near)))


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
