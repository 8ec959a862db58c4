"""What the canvasser reads back or records as the contact's answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.pipeline.alignment.answers import Reply, chosen_mentions, ranked, word_of
from app.pipeline.detection.base import Call
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import answer_cues
from app.pipeline.language.register import Mention
from app.pipeline.language.speech import SOMEBODY, Piece
from app.pipeline.language.spelled_out import spelled_out
from app.pipeline.language.tokens import normalize

RANKED = re.compile(
    r"(?:as |for |is |the |your |at )*(?:number )?(?:first|second|third|one|two|three|1st|2nd|3rd|1|2|3)\b"
)

OPENING_WORDS = 2
"""Words before a name that opens a turn."""

STRAY = 1
"""Words of a summing up beyond names, ranks and joints; more make it another statement: "so it is Helen who leads"."""

WINDOW = 12
"""Words behind the cue in which the answer stands that is summed up."""

TOPIC_WORDS = 3
"""Content words of an answer that is recorded in a word or two; more are talk."""

_SMALL = frozenset(
    (
        "about all any are because being but by can day else everything from get gets he her him his how if into issue "
        "issues main moment more most need not now really she some such than these they thing things think too up very "
        "want were what when which why with would biggest big number concern concerns worried matters important priority "
        "answer answers interesting useful helpful kind everybody bye goodbye time today call speaking mate love pal duck "
        "problem worries understood done sorted right way both"
    ).split()
)
_JOINTS = frozenset(
    (
        "a an and are as at be been choice choices cheers cool down first for fourth fine from go goes going good got "
        "grand great had has have i in is it just let lovely lot mark me much my noted number of off okay ok on one "
        "only or our perfect pick preference preferences put putting ranked right rightly second so sorry sure thank "
        "thanks that the them then there this three third to top two us vote votes voting was we well will with would "
        "yeah yes you your smashing brilliant super marvellous smashing ta alright all mr mrs ms miss dr next after "
        "followed by last but not no do did what who said say candidate option support supporting backing back "
        "leaning towards over ahead ticked box marvellous wonderful excellent champion choose chose chosen want prefer "
        "like likes favour gone went thats its youre"
    ).split()
)
_ECHO = frozenset("who what which how why where when can could may might do does did has if not".split())


@dataclass(frozen=True, slots=True)
class ReadBack:
    """An answer as the canvasser gives it.

    Attributes:
        remark: The clause.
        recorded: Whether it is written down, rather than summed up.
        asks: Whether the canvasser checks it with the contact.
        ranks: Ids by preference, from 1, where the words rank them.
        named: Ids of all that are named, in order.
        word: "yes" or "no", or None.
        reply: Undecided or refused, or None.
        topic: The content words of an answer in words, or empty.
        option: Id of the option that is called by ``word``, or None.
    """

    remark: Remark
    recorded: bool
    asks: bool
    ranks: Mapping[int, str] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    word: str | None = None
    reply: Reply | None = None
    topic: tuple[str, ...] = ()
    option: str | None = None


def read_back(remark: Remark, call: Call, *, after_answer: bool) -> ReadBack | None:
    """The answer that the sentence of a clause reads back or records, or None.

    Args:
        remark: A clause of the canvasser.
        call: Its call.
        after_answer: Whether the canvasser speaks right after an answer of the contact: a summing up counts only then.
    """
    piece = remark.piece
    plain = spelled_out(piece.plain)
    recorded = answer_cues.RECORDS.search(_blind(piece.text, chosen_mentions(piece.text, call.language, listed=False)))
    mentions = _claimed(piece.text, call)
    if not recorded and not (after_answer and _sums_up(piece, mentions)):
        return None
    words = {word_of(mention.subject, call.language.script) for mention in mentions if mention.subject}
    by_word = bool(words - {None})
    word = next(iter(words)) if len(words) == 1 and by_word else None if mentions else _word(plain)
    reply = None if mentions else _reply(plain)
    topic = () if mentions or word or reply else _topic(remark, plain)
    subjects = tuple(dict.fromkeys(mention.subject for mention in mentions if mention.subject))
    if not subjects and word is None and reply is None and not topic:
        return None
    return ReadBack(
        remark,
        bool(recorded),
        _asks(remark),
        {} if by_word else ranked(piece.text, mentions, otherwise=None),
        () if by_word else subjects,
        None if reply else word,
        reply,
        topic,
        subjects[0] if by_word and subjects else None,
    )


def _claimed(text: str, call: Call) -> list[Mention]:
    """The names in a read-back; of a slip that is mended in the same breath only the last."""
    found = list(chosen_mentions(text, call.language, listed=True))
    for number in range(len(found) - 1, 0, -1):
        between = text[found[number - 1].end : found[number].start]
        if answer_cues.CORRECTS.search(between.lower()) and found[number - 1].subject != found[number].subject:
            return found[number:]
    return [mention for mention in found if not _denied(text, mention)]


def _denied(text: str, mention: Mention) -> bool:
    before = re.split(r"[.,;:!?]", text[: mention.start])[-1].lower()
    return bool(re.search(r"\bnot (?:\w+ ){0,3}$", spelled_out(normalize(before)) + " "))


def _sums_up(piece: Piece, mentions: list[Mention]) -> bool:
    """Whether an answer is said back in few other words, with or without "so that is"."""
    cues = [len(piece.plain[: match.start()].split()) for match in answer_cues.SUMS_UP.finditer(piece.plain)]
    if not mentions:
        return bool(cues)
    names = [(piece.start + mention.start, piece.start + mention.end) for mention in mentions]
    named = [n for n, token in enumerate(piece.tokens) if any(start <= token.start < end for start, end in names)]
    # The cue right before the name counts: "so to sum up, that is Lomax".
    begin = max([place for place in cues if place <= named[0]] or cues or [0])
    cue = bool(cues)
    near = [number for number in named if number <= begin + WINDOW]
    if not near:
        return False
    words = [token.text for token in piece.tokens]
    # Behind the last name its rank may stand; what comes later is another sentence of unpunctuated speech.
    echoed = near[0] <= OPENING_WORDS and RANKED.match(" ".join(words[near[-1] + 1 :]))
    end = near[-1] + 2 if cue or echoed else len(words)
    others = [words[n] for n in range(min(begin, near[0]), min(end, len(words))) if n not in named]
    if others[:1] and others[0] in _ECHO:
        return False
    return len([word for word in others if word not in _JOINTS]) <= (STRAY if cue else 0)


def _blind(text: str, mentions: tuple[Mention, ...]) -> str:
    """The normalised words with every name as one."""
    for mention in reversed(mentions):
        text = f"{text[: mention.start]} {SOMEBODY} {text[mention.end :]}"
    return spelled_out(normalize(text))


def _topic(remark: Remark, plain: str) -> tuple[str, ...]:
    """The content words beside the cue: "I'll put you down as worried about rents"."""
    if remark.is_question or not remark.off_script or remark.mentions:
        return ()
    rest = answer_cues.SUMS_UP.sub(" ", answer_cues.RECORDS.sub(" ", plain)).split()
    content = tuple(word for word in rest if word not in _JOINTS | _SMALL and len(word) > 2)
    return content if 0 < len(content) <= TOPIC_WORDS else ()


def _word(plain: str) -> str | None:
    if answer_cues.CLAIMS_NO.search(plain):
        return "no"
    return "yes" if answer_cues.CLAIMS_YES.search(plain) else None


def _reply(plain: str) -> Reply | None:
    if answer_cues.CLAIMS_REFUSED.search(plain):
        return Reply.REFUSED
    return Reply.UNDECIDED if answer_cues.CLAIMS_UNDECIDED.search(plain) else None


def _asks(remark: Remark) -> bool:
    marked = remark.piece.text.rstrip().endswith("?")
    tag = answer_cues.TAG.search(remark.plain) if marked else None
    return bool(marked or tag or remark.is_question or answer_cues.ASKS_AGAIN.search(remark.sentence))
