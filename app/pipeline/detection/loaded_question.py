"""`loaded-question`: a question that carries its answer or its poison."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.base import Call
from app.pipeline.detection.favour import target_of_stretch
from app.pipeline.detection.learned import Heard, observed, weigh
from app.pipeline.detection.remarks import Remark
from app.pipeline.language.cues import cue
from app.pipeline.language.register import NameKind
from app.pipeline.language.sides import side

PUSH_POLL = cue(r"""
    (?:if|when) (?:you|i|we|people|somebody|someone) (?:\w+ )?(?:knew|told you|tell you|learned|learnt|heard|found out|said to you|were told|were aware|discovered|realised)
    (?:did|do|are|were) you (?:\w+ )?(?:know|knew|aware|realise|hear|heard|see|seen|familiar|remember)(?: \w+){0,3}? (?:that|about|how|what|she|he|they|his|her)
    (?:have|had) you (?:\w+ )?(?:heard|seen|read|noticed|forgotten)(?: \w+){0,3}? (?:that|about|how|what|she|he|they)
    (?:still|really|honestly|seriously|actually) (?:\w+ )?(?:vote|voting|back|backing|support|supporting|trust|want|going for|go for|happy|comfortable|think|consider|considering|prefer)
    (?:given|knowing|considering|seeing|even though|despite|bearing in mind) (?:\w+ ){0,3}?(?:that|how|what|he|she|they|his|her|has|is|was)
    (?:more|less|any) likely|bother you|worry you|concern you|concerned|worried|put you off|surprise you|change your mind|make (?:you|a|any) (?:\w+ )?(?:difference|think|less|more)|feel (?:about|knowing)
""")

LEADING = cue(r"""
    (?:will|would|do|is|are|did|have|has|can|could|should|was|does) not (?:you|it|he|she|they|we|that|i|there)|(?:wo|is|are|do|would|ca|does|did)nt (?:you|it|he|she|they)
    (?:right|yeah|yes|innit|eh|surely|obviously|of course|naturally|presumably|i take it|i assume|i suppose|i expect)
    (?:do|would|could) you (?:not )?(?:not )?(?:agree|accept|admit|think)(?: \w+){0,2}? (?:that|it is|he is|she is|we|there)|would not you (?:agree|say|think)|agree (?:that|with)|who (?:would|could) (?:not|possibly|ever)|why (?:would|on earth|ever|should|not)|how (?:could|can) (?:you|any\w*)|what sort of|you would not want|you do not want|do you want (?:to see|them|him|her|another|more|someone|somebody)
    is it (?:not )?time|time (?:we|for)|fair to say|safe to say|hard to
""")

_NEUTRAL_CHECKS = cue(r"""
    (?:that is|is that|it is|all|you are) (?:\w+ )?(?:right|correct|okay|ok|fine|alright)|can you hear|do you have|have you got|are you happy to|is that all right|did you get|have i got|speaking to|can i|could i|may i|who (?:would|will|do|are) you|what (?:do|would|are|is)
""")


class LoadedQuestion:
    """Push-polling and leading questions that no approved question covers."""

    code = Code.LOADED_QUESTION

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each question that carries poison or its answer."""
        for item in weigh(call, self.code, tuple(_ruled(call))):
            if isinstance(item, Deviation):
                yield item
            elif item.sure or any(_carries_something(remark, call) for remark in item.remarks):
                yield _learned(item)


def _carries_something(remark: Remark, call: Call) -> bool:
    """Whether a question can hold poison or an answer: it points at somebody or something, or leads.

    "Whoever gets in, what wants doing?" is an approved question in other words.
    """
    pointed = any(mention.kind is not NameKind.ORGANISATION for mention in remark.mentions)
    leads = PUSH_POLL.search(remark.sentence) or LEADING.search(remark.sentence)
    return pointed or bool(leads or side(remark.plain, call.language.script))


def _ruled(call: Call) -> Iterator[Deviation]:
    seen: set[tuple[int, int]] = set()
    for remark in call.remarks:
        place = (remark.piece.position, remark.piece.start)
        if place in seen or not _asks(remark):
            continue
        found = _loaded(remark, call)
        if found:
            seen.add(place)
            rule, confidence, explanation = found
            yield _whole_sentence(remark, call, rule, confidence, explanation)


def _learned(heard: Heard) -> Deviation:
    whom = target_of_stretch(heard.remarks)
    return observed(
        heard,
        Code.LOADED_QUESTION,
        rule="loaded-question.learned",
        explanation="The question suggests its answer, or tells the contact something while it asks.",
        subject=whom.subject if whom else None,
    )


def _asks(remark: Remark) -> bool:
    return remark.off_script and (remark.is_question or remark.piece.text.rstrip().endswith("?"))


def _loaded(remark: Remark, call: Call) -> tuple[str, float, str] | None:
    about = bool(_subjects(remark, call))
    if PUSH_POLL.search(remark.sentence) and about:
        return "push-poll", 0.9, "The question tells the contact something about a candidate while it asks."
    if about and LEADING.search(remark.sentence) and not _NEUTRAL_CHECKS.search(remark.sentence):
        return "leading", 0.8, "The question suggests its answer."
    return None


def _subjects(remark: Remark, call: Call) -> list[str | None]:
    sentence = remark.piece
    return [
        mention.subject
        for other in call.remarks
        if other.piece == sentence
        for mention in other.mentions
        if mention.subject
    ]


def _whole_sentence(remark: Remark, call: Call, rule: str, confidence: float, explanation: str) -> Deviation:
    subjects = _subjects(remark, call)
    return Deviation(
        code=Code.LOADED_QUESTION,
        rule=f"loaded-question.{rule}",
        confidence=confidence,
        explanation=explanation,
        utterance=remark.piece.utterance.index,
        start_char=remark.piece.start,
        end_char=remark.piece.end,
        subject=subjects[0] if subjects else None,
        contact_asked=remark.contact_asked,
        personal_view=remark.personal_view,
    )
