"""What the contact answered: whom or what they chose, in which order, yes or no, undecided, or that they would not say.

Read from the contact's own utterances with the question before them; names are resolved through the register, so that
misspelt and misheard ones count. What is said of other people, in questions or of the past is no answer.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

from app.domain.script import ApprovedScript
from app.domain.transcript import Speaker, Transcript
from app.pipeline.language import answer_cues as said
from app.pipeline.language.register import Mention, NameKind
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.spelled_out import spelled_out
from app.pipeline.language.tokens import normalize

FIRST, SECOND, THIRD = 1, 2, 3
SHORT_REPLY = 6
"""Words of a reply in which a bare "against" or "for" is a choice."""

LONGEST_NOBODY = 10
"""Words within which "nobody" is an answer: in a longer one ("when nobody else would lift a finger") it is talk."""

_RANKS = {
    **dict.fromkeys(("first", "1st", "one", "1", "top", "favourite"), FIRST),
    **dict.fromkeys(("second", "2nd", "two", "2"), SECOND),
    **dict.fromkeys(("third", "3rd", "three", "3"), THIRD),
}
_RANK_WORD = re.compile(rf"\b(?:{'|'.join(_RANKS)})\b")
_RANK_REACH = 28
"""Characters between a name and the word that ranks it."""

_CLAUSE = re.compile(
    r"[.!?;:,…–—]+|(?<!body )(?<!one )(?<!thing )\b(?:but|because|cos|although|though|whereas)\b|"
    r"\band (?:i|he|she|they|my)\b",
    re.IGNORECASE,
)
_LISTING = re.compile(
    r"[\s,.&]*(?:(?:and|then|next|followed by|after that|after|second|plus|or|over|ahead of|before|above|probably|"
    r"maybe|perhaps|possibly|also|that|i (?:think|guess|reckon|suppose|would say))\b[\s,.]*)*",
    re.IGNORECASE,
)
_BY_NO_NAME = re.compile(
    r"\b(?:and|then|plus|or|after|with|second)\W+(?:then\W+)?(?:the|that) (?!(?:rest|others?|same)\b)(?!\s)"
)
"""Somebody further who is told by a description that the register may not know: "Grace and the caretaker"."""


class Reply(StrEnum):
    """What kind of answer it is."""

    CHOICE = "choice"
    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"
    REFUSED = "refused"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the contact.

    Attributes:
        position: Place of the utterance in the transcript.
        reply: What kind of answer it is.
        about_choice: Whether it answers a question after the contact's choice.
        ranks: Chosen candidates or options by preference, from 1; an empty id where none is given for that rank.
        rejected: Ids of those turned down.
        firm: Whether it was said without reserve.
        pointed: Whether somebody was pointed at without a name, so that the choice is not certain.
        text: What was said.
        question: Normalised words of the canvasser before it.
        rank: Preference that was asked for.
        open: Whether the question was after an answer in the contact's own words.
        reopens: Whether the contact corrects what they answered or what was made of it, in words that do not tell how.
        further: Whether somebody else is chosen beside those named, in words that the register does not know.
    """

    position: int
    reply: Reply
    about_choice: bool
    ranks: Mapping[int, str] = field(default_factory=dict)
    rejected: frozenset[str] = frozenset()
    firm: bool = True
    pointed: bool = False
    text: str = ""
    question: str = ""
    rank: int = FIRST
    open: bool = False
    reopens: bool = False
    further: bool = False


def answers(transcript: Transcript, language: ScriptLanguage) -> tuple[Answer, ...]:
    """The contact's answers in the order given.

    Args:
        transcript: The call.
        language: The tools of its script.
    """
    found = []
    question = ""
    for position, utterance in enumerate(transcript.utterances):
        if utterance.speaker is Speaker.CONTACT:
            found.append(_answer(position, utterance.text, question, language))
        elif utterance.speaker in (Speaker.CANVASSER, Speaker.UNKNOWN):
            question = normalize(utterance.text)
    return tuple(found)


def _answer(position: int, text: str, question: str, language: ScriptLanguage) -> Answer:
    plain = spelled_out(normalize(text))
    about_choice = bool(said.ASKS_CHOICE.search(question))
    mentions = _answering(text, plain, language, about_choice=about_choice)
    if not mentions and about_choice:
        # "I'm agin it": dialect and missing apostrophes hide a word from the register.
        mentions, text = _answering(plain, plain, language, about_choice=True), plain
    positive, rejected = _sorted_out(text, mentions)
    ranks = ranked(text, positive, otherwise=_rank_asked(question))
    undecided = bool(said.UNDECIDED.search(plain))
    reply = _reply(plain, question, about_choice=about_choice)
    lone = len(mentions) == 1 and bool(word_of(mentions[0].subject or "", language.script)) and mentions[0].start == 0
    torn = undecided and len({mention.subject for mention in positive}) > 1
    left_open = said.WANTS_IT_LEFT_OPEN.search(plain)
    answer = Answer(
        position,
        reply,
        about_choice or bool(rejected or left_open or said.NOT_CHOSEN.search(plain)),
        rejected=rejected,
        pointed=not mentions and bool(said.POINTS.search(plain)),
        text=text,
        question=question,
        rank=_rank_asked(question),
        open=bool(said.ASKS_OPENLY.search(question)) and not about_choice,
        reopens=bool(said.REOPENS.search(plain)),
        further=_tells_of_another(text, mentions),
    )
    if (
        ranks
        and not torn
        and not left_open
        and not (lone and (undecided or reply is Reply.REFUSED or said.PERMITS.search(plain)))
    ):
        firm = (
            not said.LEANS.search(plain)
            and not said.PAST.search(plain)
            and not undecided
            and _chooses(plain, positive, about_choice=about_choice)
        )
        chosen = frozenset(ranks.values())
        return replace(
            answer,
            reply=Reply.CHOICE,
            about_choice=True,
            ranks=ranks,
            rejected=rejected - chosen,
            firm=firm,
            reopens=False,
        )
    told = reply not in (Reply.REFUSED, Reply.UNDECIDED)
    nobody_else = len(plain.split()) <= LONGEST_NOBODY and said.NO_FURTHER.search(plain)
    if about_choice and told and (nobody_else or said.CHOOSES_NOBODY.search(plain)):
        return replace(answer, reply=Reply.CHOICE, ranks={_rank_asked(question): ""})
    return answer


def _tells_of_another(text: str, mentions: Sequence[Mention]) -> bool:
    found = (match.end() for match in _BY_NO_NAME.finditer(text.lower()))
    return any(not any(mention.start <= place < mention.end for mention in mentions) for place in found)


def _chooses(plain: str, positive: Sequence[Mention], *, about_choice: bool) -> bool:
    return about_choice or len(plain.split()) <= len(positive) + SHORT_REPLY or bool(said.CHOOSES.search(plain))


def _answering(text: str, plain: str, language: ScriptLanguage, *, about_choice: bool) -> tuple[Mention, ...]:
    """Mentions in a reply; everyday words ("no", "against") count where the question was after the choice."""
    if not about_choice:
        return chosen_mentions(text, language, listed=False)
    sure = {(mention.start, mention.end) for mention in chosen_mentions(text, language, listed=False)}
    short = len(plain.split()) <= SHORT_REPLY
    return tuple(
        mention
        for mention in chosen_mentions(text, language, listed=True)
        if short or (mention.start, mention.end) in sure or said.SAYS_AS_CHOICE.search(_before(text, mention))
    )


def _before(text: str, mention: Mention) -> str:
    return spelled_out(normalize(text[: mention.start]))


def chosen_mentions(text: str, language: ScriptLanguage, *, listed: bool) -> tuple[Mention, ...]:
    """Mentions of candidates and options, by name, description, party or role.

    Args:
        text: What was said.
        language: The tools of the script.
        listed: Whether a bare "yes" or "against" counts.
    """
    find = language.register.find_listed if listed else language.register.find
    return tuple(mention for mention in find(text) if mention.subject and mention.kind is not NameKind.ORGANISATION)


def _reply(plain: str, question: str, *, about_choice: bool) -> Reply:
    if said.REFUSES.search(plain):
        return Reply.REFUSED
    if said.UNDECIDED.search(plain):
        return Reply.UNDECIDED
    if said.PERMITS.search(plain) and said.ASKS_IF_DECIDED.search(question):
        return Reply.WORDS
    if said.NO.search(plain):
        # "May I ask how you will vote?" - "No.": nobody can tell.
        if said.PERMISSION.search(question) and len(plain.split()) == 1:
            return Reply.REFUSED
        undecided = about_choice and said.ASKS_IF_DECIDED.search(question)
        return Reply.UNDECIDED if undecided else Reply.NO
    affirmed = said.YES.search(plain) or (said.ASKS_IF_DECIDED.search(question) is None and said.SO_IT_IS.search(plain))
    otherwise = Reply.YES if affirmed else Reply.WORDS
    return Reply.NO if said.SAYS_NO.search(plain) else otherwise


def _rank_asked(question: str) -> int:
    match = said.ASKS_RANK.search(question) if "first" not in question else None
    return FIRST if match is None else SECOND if match.group("second") else THIRD


def _sorted_out(text: str, mentions: Sequence[Mention]) -> tuple[list[Mention], frozenset[str]]:
    """The mentions that are choices, and the ids of those turned down."""
    positive: list[Mention] = []
    once: list[Mention] = []
    rejected: set[str] = set()
    for mention in mentions:
        before, whole, asks = _around(text, mention)
        if asks or said.OF_OTHERS.search(before):
            continue
        if said.PAST.search(before):
            once.append(mention)
            continue
        denied = list(said.NOT_FOR.finditer(before))
        if denied and not said.BEATS.fullmatch(denied[-1].group()) and mention.subject:
            rejected.add(mention.subject)
        elif said.CHOOSES.search(whole) or not said.ONLY_MENTIONS.search(whole):
            positive.append(mention)
    # "I was thinking of Helen" is a polite answer where nobody else is named.
    return _last_word(text, positive or once), frozenset(rejected)


def _around(text: str, mention: Mention) -> tuple[str, str, bool]:
    """The words of the mention's clause before it, the whole clause, and whether its sentence asks."""
    cuts = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
    start = max(cut for cut in cuts if cut <= mention.start)
    end = min(cut for cut in cuts if cut >= mention.end)
    rest = re.search(r"[.!?]", text[mention.end :])
    return normalize(text[start : mention.start]), normalize(text[start:end]), bool(rest and rest.group() == "?")


def _last_word(text: str, positive: list[Mention]) -> list[Mention]:
    """Only what stands after the contact's or the canvasser's own correction: "Samir, no wait, Helen"."""
    for left, right in reversed(list(pairwise(positive))):
        between = normalize(text[left.end : right.start])
        if left.subject != right.subject and said.INSTEAD.search(between) and not _RANK_WORD.search(between):
            return positive[positive.index(right) :]
    return positive


def ranked(text: str, mentions: Sequence[Mention], *, otherwise: int | None) -> dict[int, str]:
    """Candidates or options by the preference that the words give them.

    Args:
        text: What was said.
        mentions: The names in it, in order.
        otherwise: Rank of a lone name that the words do not rank, and from which a list counts ("Imogen, then
            Farouk" to the question for a second); None to leave a lone name out and count from the first.

    Returns:
        Ids by rank from 1; empty where the words do not tell who comes first.
    """
    ranks: dict[int, str] = {}
    names = [(mention, mention.subject) for mention in mentions if mention.subject]
    leads = _ranks_lead(text, mentions)
    for mention, subject in names:
        rank = _rank_ahead(text, mention, mentions) if leads else _rank_beside(text, mention, mentions)
        if rank is not None and subject not in ranks.values():
            ranks.setdefault(rank, subject)
    left = list(dict.fromkeys(subject for _, subject in names if subject not in ranks.values()))
    if not ranks and len(left) > 1 and not _is_list(text, mentions):
        return {}
    if not ranks and len(left) == 1:
        return {} if otherwise is None else {otherwise: left[0]}
    start = FIRST if ranks or otherwise is None else otherwise
    free = (rank for rank in range(start, len(names) + THIRD) if rank not in ranks)
    ranks.update(zip(free, left, strict=False))
    return ranks


def _is_list(text: str, mentions: Sequence[Mention]) -> bool:
    gaps = [text[left.end : right.start].lower() for left, right in pairwise(mentions)]
    return all(_LISTING.fullmatch(gap) and not re.search(r"\bor\b", gap) for gap in gaps)


def _ranks_lead(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether the rank stands before each name ("first Helen, second Samir") rather than behind it."""
    if not mentions:
        return False
    ahead = text[max(0, mentions[0].start - _RANK_REACH) : mentions[0].start].lower()
    return bool(_RANK_WORD.search(ahead)) and _rank_behind(text, mentions[-1], mentions) is None


def _rank_beside(text: str, mention: Mention, mentions: Sequence[Mention]) -> int | None:
    """The rank right behind a name, else right before it."""
    behind = _rank_behind(text, mention, mentions)
    return behind if behind is not None else _rank_ahead(text, mention, mentions, own=True)


def _rank_behind(text: str, mention: Mention, mentions: Sequence[Mention]) -> int | None:
    end = min([other.start for other in mentions if other.start > mention.start] or [len(text)])
    behind = text[mention.end : min(end, mention.end + _RANK_REACH)].lower()
    after = re.match(
        rf"[\s,]*(?:(?:is|was|as|for|goes|my|your|the|number|in|down|then|at|to be)\s+)*({_RANK_WORD.pattern})", behind
    )
    return None if after is None else _RANKS[after.group(1)]


def _rank_ahead(text: str, mention: Mention, mentions: Sequence[Mention], *, own: bool = False) -> int | None:
    """The rank right before a name; ``own`` leaves out one that belongs to the name before."""
    start = max([other.end for other in mentions if other.end <= mention.start] or [0])
    ahead = text[max(start, mention.start - _RANK_REACH) : mention.start].lower()
    found = list(_RANK_WORD.finditer(ahead))
    if not found or (own and start and _belongs_to_the_name_before(ahead, found[-1])):
        return None
    return _RANKS[found[-1].group()]


def _belongs_to_the_name_before(ahead: str, rank: re.Match[str]) -> bool:
    """Whether a rank between two names stands right behind the first: "Samir first, Helen"."""
    return not re.search(r"\w", re.sub(r"\b(?:is|as|goes|my|your|number|in)\b", "", ahead[: rank.start()]))


def word_of(subject: str, script: ApprovedScript) -> str | None:
    """The "yes" or "no" that an option of a ballot is called by, or None for any other.

    Args:
        subject: Id of the option.
        script: The approved script.
    """
    for option in script.options:
        if option.id == subject:
            first = normalize(option.name).split()[:1]
            return first[0] if first and first[0] in ("yes", "no") else None
    return None


def option_called(word: str, script: ApprovedScript) -> str | None:
    """Id of the option of a ballot that is called "yes" or "no", or None."""
    return next((option.id for option in script.options if word_of(option.id, script) == word), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """The answers that stand at one place of a call, the last of each kind.

    Attributes:
        ranks: Chosen candidates or options by preference, from 1.
        rejected: Ids of those turned down.
        choice: The last answer about the first choice, or None.
        untold: Ranks for which the contact was undecided or would not say.
        unclear: Ranks for which an answer was given that points at somebody without a name.
        last: The last answer of any kind, or None.
    """

    ranks: Mapping[int, str]
    rejected: frozenset[str]
    choice: Answer | None
    untold: frozenset[int]
    unclear: frozenset[int]
    last: Answer | None


def standing(given: Iterable[Answer], *, before: int) -> Standing:
    """What stands of the answers that were given before a place in the transcript.

    A later choice replaces an earlier one of the same rank.
    """
    ranks: dict[int, str] = {}
    rejected: frozenset[str] = frozenset()
    untold: frozenset[int] = frozenset()
    unclear: frozenset[int] = frozenset()
    choice = last = None
    for answer in given:
        if answer.position >= before:
            break
        last = answer
        if answer.reopens and choice is not None:
            ranks, choice = {}, None
            last = replace(answer, pointed=True)
        told = frozenset(answer.ranks)
        rejected = (rejected | answer.rejected) - set(answer.ranks.values())
        ranks = _replaced(ranks, answer.ranks) if answer.reply is Reply.CHOICE else ranks
        # Doubts after a choice do not undo it; who has chosen nothing has told nothing.
        withheld = answer.about_choice and answer.reply in (Reply.UNDECIDED, Reply.REFUSED) and answer.rank not in ranks
        vague = answer.about_choice and answer.reply not in (Reply.CHOICE, Reply.UNDECIDED, Reply.REFUSED)
        untold = (untold | {answer.rank} if withheld else untold) - told
        unclear = (unclear | {answer.rank} if vague else unclear) - told
        if FIRST in told or (withheld and answer.rank == FIRST):
            choice = answer
    return Standing(ranks, rejected, choice, untold, unclear, last)


def _replaced(ranks: Mapping[int, str], new: Mapping[int, str]) -> dict[int, str]:
    if FIRST in new:
        return dict(new)
    kept = {rank: subject for rank, subject in ranks.items() if subject not in new.values() and rank not in new}
    return {**kept, **new}
