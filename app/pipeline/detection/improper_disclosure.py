"""`improper-disclosure`: personal data are told or asked for that the script does not ask for."""

import re
from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.alignment.on_the_line import AWAY
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.canvassing import alike_to_question
from app.pipeline.detection.declaring import names, said_before, weighed
from app.pipeline.detection.learned import Heard, observed
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import private_data
from app.pipeline.language.cues import cue
from app.pipeline.language.register import HeardAs, NameKind
from app.pipeline.language.tokens import normalize

_Found = tuple[str, float, str]

_SEES_TO_IT = cue(
    r"(?:off|from|remove\w*|tak\w+|delete\w*|correct\w*|right|wrong|best|good) (?:\w+ ){0,3}?(?:list|number|call|database|system)|(?:strike|cross|take|taken|struck) (?:it|that|this|him|her|you) off|call (?:you )?back|ring (?:you )?back|speaking (?:to|with)|new number|dialled"
)
"""The number is asked for to mend the list or to call again."""
_NO_ASKING = cue(
    r"not (?:\w+ ){0,4}?(?:need|ask|asking|asked|want|give|tell|say|have to|required|allowed|take|record|keep|share|pass|know|say|see|told)|no need|never (?:\w+ )?(?:ask|share|pass|give|told)|without"
)
_WHERE_IT_WENT = cue(
    r"(?:gone|sent|come|came|posted|arriv\w+|delivered|went|go|sending) (?:\w+ ){0,3}?(?:to|at) (?:\w+ ){0,3}?address"
)
_ASKS_FOR_SOMEBODY = cue(
    r"(?:is|are|would) (?:\w+ ){1,4}?(?:in|there|about|around|home|at home|available|free|handy)|(?:are you|is (?:that|this|it)) (?:\w+ ){0,3}?(?:mr|mrs|ms|miss|dr)|(?:speak(?:ing)?|talk(?:ing)?|word) (?:to|with)|put (?:\w+ ){1,3}?on"
)
_SPELLS = cue("spell(?:s|ing|ed|t)?|pronounce\\w*|say your (?:sur)?name")
_WISHES = cue(
    r"(?:wants?|would like|asked|asks|hopes?|urg(?:es|ed|ing)|expects?) (?:\w+ ){0,2}?(?:everyone|everybody|you|us|people|members|all|them|the)"
)
_TO_CALLERS = cue("(?:told|said to|gave) (?:us|me)")
_SUPPOSED = cue("if|whether|should|would|might|may|could")
_ABOUT_PUBLIC = (NameKind.AUTHORITY,)


_DIGITS = "one two three four five six seven eight nine".split()
_DOUBTFUL = frozenset({"improper-disclosure.asks-ordinary"})
"""Whether it is fair to ask for an address or an age only the learned stage can tell: of three such questions that the
rule alone found in calls by strangers one was improper, and it made a fifth of all flags in ordinary talk."""

SURE_OF_DATA = 0.97
"""Confidence from which the learned stage needs no word of a vote, a record or data."""

LEAST_DIGITS = 6
"""Digits in a row that are a telephone number rather than a date or a house."""


class ImproperDisclosure:
    """Somebody else's vote or details told, or data asked for; the identity check of the script is none."""

    code = Code.IMPROPER_DISCLOSURE

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause or stretch that tells or asks too much."""
        for item in weighed(call, self.code, tuple(_ruled(call)), doubtful=_DOUBTFUL):
            if isinstance(item, Deviation):
                yield item
            elif _of_data(item) and not all(_of_service(remark, call) for remark in item.remarks):
                yield _learned(item, call)


def _of_service(remark: Remark, call: Call) -> bool:
    """Whether a clause asks for somebody, how a name is spelt, or a question of the script in other words."""
    plainly = _ASKS_FOR_SOMEBODY.search(remark.plain) or _SPELLS.search(remark.plain)
    asks = remark.is_question and not private_data.SOMEBODY_ELSE.search(remark.plain)
    return bool(plainly) or (asks and alike_to_question(remark, call) is not None)


def _ruled(call: Call) -> Iterator[Deviation]:
    for remark in call.remarks:
        found = _tells(remark, call) or _reads_record(remark) or _asks_of_others(remark, call) or _asks(remark, call)
        if found:
            rule, confidence, explanation = found
            yield observe(
                remark,
                Code.IMPROPER_DISCLOSURE,
                rule=f"improper-disclosure.{rule}",
                confidence=confidence,
                explanation=explanation,
                subject=_whose_vote(remark, call),
            )


def _tells(remark: Remark, call: Call) -> _Found | None:
    """How somebody else votes or answered, who is no public figure of the contest."""
    if remark.is_question and not remark.sentence.startswith(("did you know", "you know")):
        return None
    told = private_data.TOLD_ANOTHERS_VOTE.search(remark.sentence)
    if not told or _of_candidate(told.group(), remark):
        return None
    own_part = remark.spot(private_data.VOTES) or (remark.options and _TO_CALLERS.search(told.group()))
    if not own_part or not remark.off_script or _NO_ASKING.search(remark.plain):
        return None
    if _about_contact(remark) or any(mention.kind in _ABOUT_PUBLIC for mention in remark.mentions):
        return None
    # What a steward wants of everybody is a wish, not an answer.
    wish = _WISHES.search(told.group() + remark.sentence[told.end() :])
    if wish or _contact_said(told.group(), said_before(call, remark)) or _SUPPOSED.search(told.group()):
        return None
    return "tells-vote", 0.87, "The line tells how somebody else votes or what they answered."


def _of_candidate(told: str, remark: Remark) -> bool:
    """Whether the person of whom it is told is a candidate: "Mr Pryce is going for the vote of every member"."""
    text = remark.piece.utterance.text
    named = [mention for mention in remark.options if mention.heard_as is not HeardAs.PRONOUN]
    return any(f" {normalize(text[mention.start : mention.end])} " in f" {told} " for mention in named)


def _reads_record(remark: Remark) -> _Found | None:
    if not remark.is_question and remark.off_script:
        if private_data.RECORDS.search(remark.sentence) and remark.spot(private_data.EARLIER_VOTE_TOLD):
            return "tells-earlier-vote", 0.82, "The line tells how the contact voted before."
        if remark.spot(private_data.TOLD_ABODE):
            return "tells-details", 0.8, "The line tells where somebody else lives."
        if _longest_number(remark.plain) >= LEAST_DIGITS and private_data.THIRD_PERSON.search(remark.sentence):
            return "tells-details", 0.82, "The line gives out somebody else's number."
    held = remark.spot(private_data.HELD)
    if not held or not remark.off_script or _about_candidate(remark) or remark.is_question:
        return None
    third = re.search(rf"\b(?:your|the) (?:\w+ )?{private_data.KIN}\b", remark.sentence)
    read = private_data.RECORDS.search(remark.sentence)
    if not (read or third) or _SUPPOSED.search(remark.plain[: held.start()]):
        return None
    return "tells-details", 0.8, "The line tells details of a membership or a private life."


def _longest_number(plain: str) -> int:
    """How many digits follow one another, said one by one or written."""
    runs = re.findall(r"(?:(?:oh|o|zero|double|treble|hundred|thousand|\d+|" + "|".join(_DIGITS) + r")\b ?)+", plain)
    return max((sum(len(word) if word.isdigit() else 1 for word in run.split()) for run in runs), default=0)


def _asks_of_others(remark: Remark, call: Call) -> _Found | None:
    if not remark.off_script or _NO_ASKING.search(remark.plain):
        return None
    if _speaks_of_absent(remark, call) and remark.spot(private_data.ABSENT_ASKED):
        return "asks-others-vote", 0.85, "The line asks how somebody who is not on the line votes or thinks."
    if remark.options:
        return None
    if remark.spot(private_data.OTHERS_VOTE_ASKED) and (remark.is_question or _marked_question(remark)):
        return "asks-others-vote", 0.87, "The line asks how somebody else votes or thinks."
    if remark.spot(private_data.OTHERS_DATA_ASKED) and private_data.ASKS.search(remark.sentence):
        return "asks-others-data", 0.85, "The line asks for personal data of somebody else."
    return None


def _speaks_of_absent(remark: Remark, call: Call) -> bool:
    """Whether "she" is somebody of the contact's: the person asked for, while another answers, or a relative."""
    away = call.alignment.dialogue.on_at(remark.piece.position) in AWAY
    return away or bool(re.search(rf"\byour (?:\w+ )?{private_data.KIN}\b", remark.sentence))


def _asks(remark: Remark, call: Call) -> _Found | None:
    """Data of a family for which no line of the script asks."""
    if not remark.off_script or _NO_ASKING.search(remark.plain) or remark.options:
        return None
    asks = remark.is_question or _marked_question(remark) or bool(_REQUEST.search(remark.sentence))
    if not asks or not private_data.ASKS.search(remark.sentence):
        return None
    if call.alignment.dialogue.opted_out_at is not None or _SEES_TO_IT.search(remark.sentence):
        return None
    if _WHERE_IT_WENT.search(remark.sentence) or _WHOM_IT_REACHED.search(remark.plain):
        return None
    heard = said_before(call, remark)
    for family, pattern in private_data.FAMILIES.items():
        if remark.spot(pattern) and not pattern.search(heard) and not _asked_by_script(pattern, call):
            rule = "asks-ordinary" if family in private_data.ORDINARY else "asks"
            return rule, 0.84, f"The line asks for personal data ({family}) that no line of the script asks for."
    return None


_WHOM_IT_REACHED = cue(
    r"(?:is|was) (?:this|that|it) (?:not |still )*(?:(?!your|her|his|their|home|mobile|work|staff|payroll|card|account|membership|member|insurance|passport|pin|phone|the)\w+ ){1,4}number|(?:wrong|right|correct) number"
)
"""Whose number was dialled is asked: no number is."""

_REQUEST = cue(
    r"(?:i|we) (?:\w+ ){0,2}?(?:need|want|require|would like|must (?:take|have)|have to (?:take|ask|get|have))|tell me|give (?:me|us)|remind me|let me (?:have|take|get)|(?:just )?(?:confirm|verify|take|get|jot|note) (?:\w+ )?(?:your|his|her|their|down)|if (?:i|you) could|i will (?:\w+ )?(?:need|take)|just your"
)


def _asked_by_script(pattern: re.Pattern[str], call: Call) -> bool:
    return any(pattern.search(normalize(wording)) for line in call.language.script.lines for wording in line.wordings)


def _marked_question(remark: Remark) -> bool:
    return remark.piece.text.rstrip().endswith("?")


def _about_contact(remark: Remark) -> bool:
    return bool(
        re.search(
            r"\b(?:you|your (?:first|second|answer|vote|preference|choice)) (?:said|say|told|are|were|have|is)\b",
            remark.plain,
        )
    )


def _about_candidate(remark: Remark) -> bool:
    return any(mention.kind in (NameKind.OPTION, NameKind.DESCRIPTION) for mention in remark.mentions)


def _contact_said(told: str, heard: str) -> bool:
    """Whether the contact spoke of that person just before: "my wife is voting too"."""
    kin = re.search(private_data.KIN, told)
    return bool(kin and re.search(rf"\b{kin.group()}\b", heard)) and bool(private_data.VOTES.search(heard))


def _of_data(heard: Heard) -> bool:
    """Whether a stretch speaks of somebody else's vote, a record or data: talk of a neighbour's roof does not."""
    patterns = (
        private_data.HELD,
        private_data.RECORDS,
        private_data.OTHERS_DATA_ASKED,
        *private_data.FAMILIES.values(),
    )
    spoken = any(pattern.search(remark.sentence) for remark in heard.remarks for pattern in patterns)
    votes = any(remark.options or private_data.VOTES.search(remark.sentence) for remark in heard.remarks)
    others = any(private_data.SOMEBODY_ELSE.search(remark.sentence) for remark in heard.remarks)
    return spoken or (votes and others) or heard.confidence >= SURE_OF_DATA


def _whose_vote(remark: Remark, call: Call) -> str | None:
    """The one candidate or option that is named in a clause, a bare "yes" or "no" included."""
    named = {mention.subject for mention in names(remark, call) if mention.subject}
    if not named and private_data.VOTES.search(remark.plain):
        listed = call.language.register.find_listed(remark.written)
        named = {mention.subject for mention in listed if mention.subject}
    return named.pop() if len(named) == 1 else None


def _learned(heard: Heard, call: Call) -> Deviation:
    subjects = {subject for remark in heard.remarks if (subject := _whose_vote(remark, call))}
    return observed(
        heard,
        Code.IMPROPER_DISCLOSURE,
        rule="improper-disclosure.learned",
        explanation="The line reveals or asks for personal data that the script does not ask for.",
        subject=subjects.pop() if len(subjects) == 1 else None,
    )
