"""Who is at the other end: the person asked for, somebody else, or somebody who fetches them.

A state machine over the utterances. What the other end says of itself moves it; what is said about absent people counts
only as an answer to who is there, since a contact may speak of a husband who is out at any time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.transcript import Speaker, Transcript, Utterance
from app.pipeline.language import cues, line_cues
from app.pipeline.language.spelled_out import spelled_out
from app.pipeline.language.tokens import normalize

ANSWER_REACH = 4
"""Utterances after the canvasser asked for somebody within which an absence is an answer to it."""

ASKING = 12
"""Last words of a turn in which the canvasser asks for somebody, so that the reply is about them."""

_NO_NAME = frozenset(
    (
        "a an the you your me my it is this that there here in on at to for of and or about please who what which "
        "okay ok alright all right fine correct good bad time convenient clear with her him them his their still now "
        "everything just so someone somebody anybody anyone be any one i we not how if sorry thank thanks can could"
    ).split()
)
_CLAUSE_END = re.compile(r"[.,;:!?…–—]")
_IS_THAT = re.compile(r"(?:(?:morning|afternoon|evening|oh|er|right) )*is (?:that|this) ")
_TITLES = frozenset("mr mrs ms miss dr".split())


class OnTheLine(StrEnum):
    """Who is at the other end as far as the words tell."""

    UNKNOWN = "unknown"
    ASKED_FOR = "asked-for"
    SOMEBODY_ELSE = "somebody-else"
    FETCHING = "fetching"


AWAY = (OnTheLine.SOMEBODY_ELSE, OnTheLine.FETCHING)
"""The person asked for is not on the line."""


@dataclass(slots=True)
class _Course:
    """What has happened so far.

    Attributes:
        state: Who is at the other end.
        greeted_at: Place where the canvasser last greeted somebody or said who is calling, or None.
        asked_at: Place where the canvasser last asked for somebody, or None.
        name: Words of the name asked for.
        just_asked: Whether the canvasser's turn ended with that.
        checks: Whether a bare yes or no tells who is there.
        kin_asked: Whether the canvasser asked if it is a relative.
        told_by: Speaker who said that they are somebody else, or None.
    """

    state: OnTheLine = OnTheLine.UNKNOWN
    greeted_at: int | None = None
    asked_at: int | None = None
    name: frozenset[str] = frozenset()
    just_asked: bool = False
    checks: bool = False
    kin_asked: bool = False
    told_by: Speaker | None = None


def follow_the_line(transcript: Transcript, plain: Sequence[str]) -> tuple[OnTheLine, ...]:
    """Who is at the other end once each utterance has been said.

    Args:
        transcript: The call.
        plain: Normalised words of each utterance.
    """
    course = _Course()
    states = []
    for position, utterance in enumerate(transcript.utterances):
        if utterance.speaker in (Speaker.CONTACT, Speaker.OTHER):
            course.state = _after_other_end(course, position, utterance)
            course.just_asked = False
        else:
            _after_canvasser(course, position, spelled_out(plain[position]))
        states.append(course.state)
    return tuple(states)


def _after_canvasser(course: _Course, position: int, said: str) -> None:
    if cues.OPENING.search(said) or (course.greeted_at is None and position <= 1 and _IS_THAT.match(said)):
        course.greeted_at = position
    begins = _within_reach(course.greeted_at, position) or course.state in AWAY
    if _asks_for_person(said, begins=begins):
        course.asked_at = position
        course.name |= _name_in(said)
    course.just_asked = _asks_for_person(" ".join(said.split()[-ASKING:]), begins=begins)
    is_that_you = course.name and re.search(r"\b(?:is|was) (?:that|it) you\b", said)
    course.checks = bool(is_that_you or (begins and _checks_identity(said)))
    course.kin_asked = bool(line_cues.ASKS_KIN.search(said))
    if cues.OWN_WRONG_NUMBER.search(said) and not re.search(r"\b(?:have|is|do) (?:i|this|you)\b", said):
        course.state = OnTheLine.SOMEBODY_ELSE


def _asks_for_person(said: str, *, begins: bool) -> bool:
    return bool(line_cues.ASKS_FOR_PERSON.search(said) or (begins and line_cues.MAY_ASK_FOR_PERSON.search(said)))


def _checks_identity(said: str) -> bool:
    """Whether the canvasser asks who is there, and nothing behind it that a bare "no" would answer."""
    check = line_cues.IDENTITY_CHECK.search(said)
    return bool(check and _name_in(said)) and not cues.MAY_I_ASK.search(said, check.end() if check else 0)


def _within_reach(earlier: int | None, position: int) -> bool:
    return earlier is not None and position - earlier <= ANSWER_REACH


def _name_in(said: str) -> frozenset[str]:
    """The words of the name that is asked for."""
    found = []
    for match in line_cues.ASKED_NAME.finditer(said):
        words = next(group for group in match.groups() if group).split()
        while words and words[0] in _TITLES:
            words.pop(0)
        for word in words:
            if word in _NO_NAME or word in _TITLES:
                break
            found.append(word)
    return frozenset(found)


def _after_other_end(course: _Course, position: int, utterance: Utterance) -> OnTheLine:
    said, *clauses = (
        _without_the_name(spelled_out(normalize(text)), course.name)
        for text in (utterance.text, *_CLAUSE_END.split(utterance.text))
    )
    speaker = utterance.speaker
    at_once = any(
        cue.search(clauses[0])
        for cue in (line_cues.SURELY_THE_PERSON, line_cues.IS_THE_PERSON)
        if not line_cues.SELF_AS_OTHER.search(clauses[0])
    )
    # A recording that begins with an answer to who is there was preceded by the question.
    asked = position == 0 or _within_reach(course.asked_at, position)
    if course.state is OnTheLine.FETCHING:
        return _after_fetching(course, said, speaker)
    other_than_before = course.told_by is Speaker.OTHER and speaker is Speaker.CONTACT
    if course.state is OnTheLine.SOMEBODY_ELSE:
        return _after_somebody_else(course, said, arrived=other_than_before)
    as_other = any(line_cues.SELF_AS_OTHER.search(words) for words in (said, *clauses))
    elsewhere = as_other or (asked and _tells_of_another(said, course, first=position == 0))
    if elsewhere and not (asked and at_once):
        course.told_by = speaker
        return OnTheLine.FETCHING if _goes_for_them(said) else OnTheLine.SOMEBODY_ELSE
    if asked and line_cues.FETCHES.search(said):
        course.told_by = speaker
        return OnTheLine.FETCHING
    if line_cues.IS_THE_PERSON.search(said) or (asked and line_cues.PLAIN_YES.search(said)):
        # From here on a relative who is out is small talk.
        course.asked_at = None
        return OnTheLine.ASKED_FOR
    return course.state


def _tells_of_another(said: str, course: _Course, *, first: bool) -> bool:
    if course.state is OnTheLine.ASKED_FOR or line_cues.IS_THE_PERSON.search(said):
        return False
    if first and (cues.OPT_OUT_REQUEST.search(said) or line_cues.WANTS_AGREEMENT.search(said)):
        # It answers what was said before the recording, not who is there.
        return False
    told = [line_cues.BARE_KIN, line_cues.NOT_HERE, line_cues.GIVES_OTHER_NAME, cues.WRONG_NUMBER]
    if not first:
        # "I don't know any of them" may answer anything.
        told.append(line_cues.MEANT_ELSE)
    if any(cue.search(said) for cue in told):
        return True
    yes = line_cues.PLAIN_YES.search(said)
    speaks_of_them = line_cues.THIRD_PERSON.search(said) and not line_cues.ASKS_WHO_CALLS.search(said)
    if course.just_asked and not yes and speaks_of_them:
        return True
    if course.kin_asked:
        return bool(yes)
    refused = line_cues.PLAIN_REFUSAL.search(said) or cues.OPT_OUT_REQUEST.search(said)
    return course.checks and bool(line_cues.PLAIN_NO.search(said)) and not refused


def _after_fetching(course: _Course, said: str, speaker: Speaker) -> OnTheLine:
    if line_cues.SELF_AS_OTHER.search(said) or line_cues.STAYS_AWAY.search(said) or line_cues.NOT_HERE.search(said):
        course.told_by = speaker
        return OnTheLine.SOMEBODY_ELSE
    if line_cues.FETCHES.search(said) or line_cues.WAIT.search(said):
        return OnTheLine.FETCHING
    course.asked_at = None
    return OnTheLine.ASKED_FOR


def _after_somebody_else(course: _Course, said: str, *, arrived: bool) -> OnTheLine:
    if line_cues.SELF_AS_OTHER.search(said) or line_cues.BARE_KIN.search(said):
        return OnTheLine.SOMEBODY_ELSE
    if _goes_for_them(said):
        return OnTheLine.FETCHING
    confirmed = course.checks and not course.kin_asked and line_cues.PLAIN_YES.search(said)
    if line_cues.IS_THE_PERSON.search(said) or confirmed or arrived:
        course.asked_at = None
        return OnTheLine.ASKED_FOR
    return OnTheLine.SOMEBODY_ELSE


def _goes_for_them(said: str) -> bool:
    waits = line_cues.WAIT.search(said) and not line_cues.NOT_HERE.search(said)
    return bool(line_cues.FETCHES.search(said) or waits)


def _without_the_name(words: str, name: frozenset[str]) -> str:
    """The words with the name asked for as one word, however many of its parts were said."""
    replaced = " ".join(line_cues.PERSON if word in name else word for word in words.split())
    return re.sub(
        rf"\b(?:(?:mr|mrs|ms|miss|dr) )?{line_cues.PERSON}(?: {line_cues.PERSON})*\b", line_cues.PERSON, replaced
    )
