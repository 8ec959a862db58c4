"""`personal-opinion`: a view on the contest that favours nobody, or an answer that is applauded or deplored."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.domain.transcript import Speaker
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.declaring import contact_asks, said_before, weighed
from app.pipeline.detection.learned import Heard, observed
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import cues, stance, views
from app.pipeline.language.claims import approved_statements, borne_out, statement
from app.pipeline.language.tokens import normalize

_Found = tuple[str, float, str]

KEPT_IN_DOUBT = 0.7
"""How far a view that a rule saw is believed where the learned stage hears none: own words for one, not a bare verdict."""

OPENING_WORDS = 14
"""Words of a turn within which an answer is reacted to."""


class PersonalOpinion:
    """A verdict of the canvasser's own on the contest, or on what the contact answered."""

    code = Code.PERSONAL_OPINION

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause or stretch that gives a view."""
        for item in weighed(call, self.code, tuple(_ruled(call)), kept_in_doubt=KEPT_IN_DOUBT):
            if isinstance(item, Deviation):
                yield item
            elif not all(_no_view(remark, call) for remark in item.remarks):
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
    answered = _gave_an_answer(remark, call, heard)
    praise = remark.spot(views.APPLAUDS)
    if praise and answered and not cues.NEGATION.search(remark.plain[: praise.start()]):
        return "applauds", 0.84, "The line applauds the contact's answer."
    if answered and remark.spot(views.DEPLORES):
        return "deplores", 0.78, "The line deplores the contact's answer."
    return None


def _views(remark: Remark, call: Call) -> _Found | None:
    declines = remark.denies or remark.reads_back or stance.ATTRIBUTED.search(remark.plain)
    if not remark.off_script or declines or remark.is_question:
        return None
    if remark.spot(views.ANNOUNCED):
        return "announced", 0.72, "The line announces a view of the canvasser's own on the contest."
    if not remark.spot(views.VERDICT) or not _about_contest(remark, call):
        return None
    if views.VIEW.search(remark.sentence) or remark.personal_view:
        return "own-view", 0.84, "The line gives a view of the canvasser's own on the contest."
    if views.CONTEST.search(remark.plain) and not remark.options:
        return "verdict", 0.66, "The line passes a verdict on the contest."
    return None


def _about_contest(remark: Remark, call: Call) -> bool:
    if views.CONTEST.search(remark.sentence) or views.ALL_OF_THEM.search(remark.sentence) or remark.options:
        return True
    heard = said_before(call, remark)
    return bool(views.CONTEST.search(heard)) or (remark.contact_asked and bool(cues.ASKS_VIEW.search(heard)))


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


def _gave_an_answer(remark: Remark, call: Call, heard: str) -> bool:
    """Whether the contact chose, or answered a question of the script on the contest."""
    register = call.language.register
    utterances = call.alignment.speech.transcript.utterances
    contact = next((u for u in reversed(utterances[: remark.piece.position]) if u.speaker is Speaker.CONTACT), None)
    if contact is None:
        return False
    if any(mention.subject for mention in register.find(contact.text)):
        return True
    if _OF_CHOICE.search(heard):
        return True
    asked = next(
        (u for u in reversed(utterances[: utterances.index(contact)]) if u.speaker is not Speaker.CONTACT), None
    )
    return asked is None or bool(_ASKS_FOR_ANSWER.search(normalize(asked.text)))


_OF_CHOICE = cues.cue(
    r"vot(?:e|ing|ed)|back(?:ing)?|first preference|second preference|going (?:for|with)|support(?:ing)?|(?:lean|leaning) (?:to|towards)|yes vote|no vote|in favour|against it|undecided|abstain\w*|either of them|none of them|not decided|not bothered"
)
_ASKS_FOR_ANSWER = cues.cue(
    r"vot(?:e|es|ing)|preference|candidates?|issues?|decided|choice|merger|election|ballot|won you over|think|support"
)


def _no_view(remark: Remark, call: Call) -> bool:
    """Whether a clause declines, notes an answer, or states an approved fact."""
    text = remark.piece.utterance.text[remark.start : remark.end]
    return remark.denies or remark.reads_back or borne_out(statement(text), approved_statements(call.language.script))


def _learned(heard: Heard) -> Deviation:
    return observed(
        heard,
        Code.PERSONAL_OPINION,
        rule="personal-opinion.learned",
        explanation="The line gives a view of the canvasser's own on the contest, or comments on an answer.",
        subject=None,
    )
