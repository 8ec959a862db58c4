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

REACH_BEHIND = 2
"""Words behind a name in which "it is" or "then" sums up."""

SHORT_ECHO = 5
"""Words of a sentence that only echoes, one of which may be any: "Definite for Okafor, cheers"."""

OPENING_WORDS = 2
"""Words before a name that opens a turn."""

STRAY = 1
"""Words of a summing up beyond names, ranks and joints; more make it another statement: "so it is Helen who leads"."""

WINDOW = 12
"""Words behind the cue in which the answer stands that is summed up."""

TOPIC_WORDS = 3
"""Content words of an answer that is recorded in a word or two; more are talk."""

STEM = 4
"""First letters that two forms of one word share."""

_SMALL = frozenset(
    (
        "about all any are because being but by can day else everything from get gets he her him his how if into issue "
        "issues main moment more most need not now really she some such than these they thing things think too up very "
        "want were what when which why with would biggest big number concern concerns worried matters important priority "
        "answer answers interesting useful helpful kind everybody bye goodbye time today call speaking mate love pal duck "
        "problem worries understood doing done sorted right way both"
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
        "leaning towards over ahead ticked box fab nice ace marvellous wonderful excellent champion choose chose chosen want prefer "
        "like likes favour gone went thats its youre"
    ).split()
)
_DENIED = re.compile(r"\b(?:not|never|nor|neither|nothing|nobody|none|any(?:one|body) but) (?:\w+ ){0,4}$")
_NO_CLAIM = frozenset("can could may might if whether who which between either or neither unless until against".split())
_BIDS = frozenset(
    "vote put pick choose support back mark rank like give say said want prefer favour go going let".split()
)
"""Words that bid for a name rather than say it back."""

_THANKS = frozenset("thanks thank cheers ta".split())
_VOTING = frozenset("vote votes voting".split())
_DETERMINERS = frozenset("a an one another that the your her his first second third definite firm".split())
_SPEAKS_OF = frozenset("is was would has had will does did are".split())
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


def read_back(remark: Remark, call: Call, *, after_answer: bool, question: str = "") -> ReadBack | None:
    """The answer that the sentence of a clause reads back or records, or None.

    Args:
        remark: A clause of the canvasser.
        call: Its call.
        after_answer: Whether the canvasser speaks right after an answer of the contact: a summing up counts only then.
        question: Normalised words of the question that was answered.
    """
    piece = remark.piece
    plain = spelled_out(piece.plain)
    recorded = answer_cues.RECORDS.search(_blind(piece.text, chosen_mentions(piece.text, call.language, listed=False)))
    mentions = _claimed(piece.text, call)
    if (
        answer_cues.OFFERS.search(plain)
        or answer_cues.ADVISES.search(plain)
        or (not mentions and chosen_mentions(piece.text, call.language, listed=False))
    ):
        # The options are put before the contact, or it is said whom they did not choose.
        return None
    if not recorded and not (after_answer and _sums_up(piece, mentions)):
        return None
    words = {word_of(mention.subject, call.language.script) for mention in mentions if mention.subject}
    by_word = bool(words - {None})
    word = next(iter(words)) if len(words) == 1 and by_word else None if mentions else _word(plain, question)
    reply = None if mentions else _reply(plain)
    topic = () if mentions or word or reply else _topic(remark, plain)
    if answer_cues.OF_OTHERS.search(spelled_out(remark.plain)) or not (mentions or remark.off_script):
        return None
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
    ends = [0, *(mention.end for mention in found)]
    return [mention for mention, since in zip(found, ends, strict=False) if _counts(text, mention, since)]


def _counts(text: str, mention: Mention, since: int) -> bool:
    """Whether a name stands for an answer: it is not denied, and a bare "no" is no "no problem"."""
    # "Not Samir or Helen" denies both; in "not Samir, I'll put Helen" a verb takes the second name out of it.
    apart = _BIDS & set(normalize(text[since : mention.start]).split())
    before = spelled_out(normalize(re.split(r"[.,;:!?]", text[since if apart else 0 : mention.start])[-1])) + " "
    if _DENIED.search(before):
        return False
    word = text[mention.start : mention.end].lower()
    if word not in ("yes", "no", "for"):
        return True
    after = normalize(text[mention.end :])
    said_so = answer_cues.SAYS_AS_CHOICE.search(before.strip()) or before.strip() in ("", "so", "okay", "right")
    return word != "for" and bool(said_so) and bool(answer_cues.ENDS.match(" " + after if after else ""))


def _sums_up(piece: Piece, mentions: list[Mention]) -> bool:
    """Whether an answer is said back in few other words, with or without "so that is"."""
    cues = [len(piece.plain[: match.start()].split()) for match in answer_cues.SUMS_UP.finditer(piece.plain)]
    if not mentions:
        return bool(cues)
    names = [(piece.start + mention.start, piece.start + mention.end) for mention in mentions]
    named = [n for n, token in enumerate(piece.tokens) if any(start <= token.start < end for start, end in names)]
    words = [token.text for token in piece.tokens]
    # The cue right before the name counts ("so to sum up, that is Lomax"), or the one right behind it ("Lomax it is").
    before = [place for place in cues if place < named[0] <= place + WINDOW]
    behind = [place for place in cues if named[-1] < place <= named[-1] + REACH_BEHIND]
    if not before and not behind:
        return not piece.text.rstrip().endswith("?") and _echoes(piece, named, words)
    # Behind the last name its rank may stand; what comes later is another sentence of unpunctuated speech.
    start, end = (before[-1] if before else 0), named[-1] + 2
    others = [words[n] for n in range(start, min(end, len(words))) if n not in named]
    if (others[:1] and others[0] in _ECHO) or _NO_CLAIM & set(others):
        return False
    return len([word for word in others if word not in _JOINTS]) <= STRAY


def _echoes(piece: Piece, named: list[int], words: list[str]) -> bool:
    """Whether a name is said back with little besides: "Fab, Okafor", "Lomax first", "another one for Pritchard"."""
    if named[0] > OPENING_WORDS and len(words) > SHORT_ECHO:
        return False
    ranked_behind = RANKED.match(" ".join(words[named[-1] + 1 :]))
    # Speech that nobody has divided goes on to thank the contact.
    thanks = next((n for n in range(named[-1], len(words)) if words[n] in _THANKS), len(words))
    end = named[-1] + 2 if ranked_behind else thanks
    others = [words[n] for n in range(end) if n < len(words) and n not in named]
    stray = [word for word in others if word not in _JOINTS]
    lead = piece.utterance.text[piece.start : piece.tokens[named[0]].start].rstrip()
    led_on = named[0] == 0 or lead.endswith((",", "-", "–", "—")) or words[named[0] - 1] in _JOINTS - _BIDS
    speaks_of = words[named[-1] + 1 : named[-1] + 2] and words[named[-1] + 1] in _SPEAKS_OF
    if _NO_CLAIM & set(others) or _bids(words[: named[0]]) or speaks_of or not led_on:
        return False
    return len(stray) <= (STRAY if len(words) <= SHORT_ECHO else 0)


def _bids(words: list[str]) -> bool:
    """Whether a verb bids for what follows; "one vote for" is a noun."""
    return any(word in _BIDS and (n == 0 or words[n - 1] not in _DETERMINERS) for n, word in enumerate(words))


def _blind(text: str, mentions: tuple[Mention, ...]) -> str:
    """The normalised words with every name as one."""
    for mention in reversed(mentions):
        text = f"{text[: mention.start]} {SOMEBODY} {text[mention.end :]}"
    return spelled_out(normalize(text))


def _topic(remark: Remark, plain: str) -> tuple[str, ...]:
    """The content words beside the cue: "I'll put you down as worried about rents"."""
    told = (
        answer_cues.RECORDS_OF_CONTACT.search(plain)
        or answer_cues.SUMS_UP.match(plain)
        or plain.endswith((" it is", " then"))
    )
    if remark.is_question or remark.mentions or not told or answer_cues.OWN_VIEW.search(plain):
        return ()
    rest = answer_cues.SUMS_UP.sub(" ", answer_cues.RECORDS.sub(" ", plain)).split()
    content = tuple(word for word in rest if word not in _JOINTS | _SMALL and len(word) > 2)
    return content if 0 < len(content) <= TOPIC_WORDS else ()


def _word(plain: str, question: str) -> str | None:
    """The "yes" or "no" that is claimed, in so many words or by saying the question back as a statement."""
    if answer_cues.CLAIMS_NO.search(plain):
        return "no"
    if answer_cues.CLAIMS_YES.search(plain):
        return "yes"
    put_down = answer_cues.PUT_DOWN_AS.search(plain)
    if put_down and put_down.group("doing")[:STEM] in {word[:STEM] for word in question.split()}:
        return "no" if put_down.group("no") else "yes"
    echo = answer_cues.ECHOES.search(plain)
    if echo is None or not set(_long(plain[echo.start() :])) & (set(_long(question)) | _turnout(question)):
        return None
    return "no" if echo.group("no") or echo.group("none") else "yes"


def _turnout(question: str) -> set[str]:
    """What a question after the ballot paper is after as well."""
    return {"vote", "voti"} if "ballot" in question else set()


def _long(plain: str) -> list[str]:
    """First letters of the words that carry meaning."""
    return [word[:STEM] for word in plain.split() if len(word) >= STEM and word not in (_JOINTS - _VOTING) | _SMALL]


def _reply(plain: str) -> Reply | None:
    if answer_cues.CLAIMS_REFUSED.search(plain):
        return Reply.REFUSED
    return Reply.UNDECIDED if answer_cues.CLAIMS_UNDECIDED.search(plain) else None


def _asks(remark: Remark) -> bool:
    marked = remark.piece.text.rstrip().endswith("?")
    tag = answer_cues.TAG.search(remark.plain) if marked else None
    return bool(marked or tag or remark.is_question or answer_cues.ASKS_AGAIN.search(remark.sentence))
