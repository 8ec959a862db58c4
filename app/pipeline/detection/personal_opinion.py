"""`personal-opinion`: a view on the contest that favours nobody, or an answer that is applauded or deplored."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.domain.transcript import Speaker
from app.pipeline.alignment.dialogue import contact_before
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.declaring import amid_contest, contact_asks, near_contest, said_before, weighed
from app.pipeline.detection.learned import Heard, observed
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import cues, stance, views
from app.pipeline.language.claims import approved_statements, borne_out, statement
from app.pipeline.language.sides import side
from app.pipeline.language.tokens import normalize

_Found = tuple[str, float, str]

KEPT_IN_DOUBT = 0.7
"""How far a view that a rule saw is believed where the learned stage hears none: own words for one, not a bare verdict."""

_DOUBTFUL = frozenset({"personal-opinion.applauds", "personal-opinion.deplores", "personal-opinion.verdict"})
"""What sounds like a view as often as it is one."""

SURE_WITHOUT_CUE = 0.8
"""Least confidence of the learned stage in a view that holds no word of judgement: small talk sounds like views to it."""

FEWEST_WORDS = 2
"""Words of a clause that passes a verdict; "great" alone opens the next sentence."""

OPENING_WORDS = 14
"""Words of a turn within which an answer is reacted to."""


class PersonalOpinion:
    """A verdict of the canvasser's own on the contest, or on what the contact answered."""

    code = Code.PERSONAL_OPINION

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause or stretch that gives a view."""
        for item in weighed(call, self.code, tuple(_ruled(call)), kept_in_doubt=KEPT_IN_DOUBT, doubtful=_DOUBTFUL):
            if isinstance(item, Deviation):
                yield item
            elif (
                item.sure or ((item.confidence >= SURE_WITHOUT_CUE or _judges(item)) and _concerns_contest(item, call))
            ) and _is_view(item, call):
                yield _learned(item)


def _ruled(call: Call) -> Iterator[Deviation]:
    for remark in call.remarks:
        found = _reacts(remark, call) or _views(remark, call)
        if found:
            rule, confidence, explanation = found
            yield observe(
                remark,
                Code.PERSONAL_OPINION,
                rule=f"personal-opinion.{rule}",
                confidence=confidence,
                explanation=explanation,
            )


def _reacts(remark: Remark, call: Call) -> _Found | None:
    """Applause or regret at the beginning of the turn that follows an answer."""
    if not remark.off_script or not _begins_turn(remark, call) or contact_asks(call, remark):
        return None
    heard = said_before(call, remark)
    if not heard or views.COURTESY.search(remark.sentence):
        return None
    chose = _chose(remark, call, heard)
    praise = remark.spot(views.APPLAUDS)
    if praise and (chose or _answered(remark, call)) and not cues.NEGATION.search(remark.plain[: praise.start()]):
        return "applauds", 0.84, "The line applauds the contact's answer."
    if chose and remark.spot(views.DEPLORES):
        return "deplores", 0.78, "The line deplores the contact's answer."
    return None


def _views(remark: Remark, call: Call) -> _Found | None:
    declines = remark.denies and not views.OWN.search(remark.sentence)
    declines = declines or remark.reads_back or bool(stance.ATTRIBUTED.search(remark.plain))
    if not remark.off_script or declines or remark.is_question:
        return None
    if remark.spot(views.ANNOUNCED) and (amid_contest(call, remark) or remark.contact_asked):
        return "announced", 0.72, "The line announces a view of the canvasser's own on the contest."
    if not remark.spot(views.VERDICT) or len(remark.plain.split()) < FEWEST_WORDS or not amid_contest(call, remark):
        return None
    if views.VIEW.search(remark.sentence) or remark.personal_view:
        return "own-view", 0.84, "The line gives a view of the canvasser's own on the contest."
    if views.CONTEST.search(remark.plain) and not remark.options:
        return "verdict", 0.66, "The line passes a verdict on the contest."
    return None


def _begins_turn(remark: Remark, call: Call) -> bool:
    """Whether a clause stands within the first words after the contact spoke."""
    position = remark.piece.position
    utterances = call.alignment.speech.transcript.utterances
    before = utterances[position - 1].speaker if position else None
    spoken = sum(
        token.start < remark.start
        for piece in call.alignment.speech.pieces
        if piece.position == position
        for token in piece.tokens
    )
    return before is Speaker.CONTACT and spoken <= OPENING_WORDS


def _chose(remark: Remark, call: Call, heard: str) -> bool:
    """Whether the contact has just said how they vote or whom they think of."""
    contact = contact_before(call.alignment.speech.transcript, remark.piece.position)
    if contact is None:
        return False
    return bool(_OF_CHOICE.search(heard)) or any(m.subject for m in call.language.register.find(contact.text))


def _answered(remark: Remark, call: Call) -> bool:
    """Whether the contact has just answered a question on the contest, be it on its issues."""
    utterances = call.alignment.speech.transcript.utterances[: remark.piece.position]
    contact = contact_before(call.alignment.speech.transcript, remark.piece.position)
    if contact is None:
        return False
    earlier = [item for item in utterances[: utterances.index(contact)] if item.speaker is not Speaker.CONTACT]
    return not earlier or bool(_ASKS_FOR_ANSWER.search(normalize(earlier[-1].text)))


_OF_CHOICE = cues.cue(
    r"vot(?:e|ing|ed)|back(?:ing)?|first preference|second preference|going (?:for|with)|support(?:ing)?|(?:lean|leaning) (?:to|towards)|yes vote|no vote|in favour|against it|undecided|abstain\w*|either of them|none of them|not decided|not bothered"
)
_ASKS_FOR_ANSWER = cues.cue(
    r"vot(?:e|es|ing)|preference|candidates?|issues?|decided|choice|merger|election|ballot|won you over|think|support"
)


def _judges(heard: Heard) -> bool:
    """Whether a stretch holds any word of judgement, applause or regret."""
    cues_of_view = (views.VERDICT, views.ANNOUNCED, views.APPLAUDS, views.DEPLORES, views.VIEW)
    return any(cue.search(remark.plain) for remark in heard.remarks for cue in cues_of_view)


def _is_view(heard: Heard, call: Call) -> bool:
    """Whether a stretch does more than decline, note an answer or state a fact, and takes no side by its outcome."""
    if any(side(remark.plain, call.language.script) and remark.spot(stance.FOR) for remark in heard.remarks):
        return False
    approved = approved_statements(call.language.script)
    return not all(
        remark.denies or (remark.reads_back and not heard.sure) or borne_out(statement(remark.written), approved)
        for remark in heard.remarks
    )


def _concerns_contest(heard: Heard, call: Call) -> bool:
    """Whether a stretch is about the contest, its people and bodies, or an answer."""
    first = heard.remarks[0]
    if any(near_contest(call, remark) for remark in heard.remarks):
        return True
    return _begins_turn(first, call) and (_chose(first, call, said_before(call, first)) or _answered(first, call))


def _learned(heard: Heard) -> Deviation:
    return observed(
        heard,
        Code.PERSONAL_OPINION,
        rule="personal-opinion.learned",
        explanation="The line gives a view of the canvasser's own on the contest, or comments on an answer.",
        subject=None,
    )
