"""`disparagement`: the canvasser runs a candidate, option or party down."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation, Means
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.favour import Target, put_down_to_contact, target, target_of_stretch
from app.pipeline.detection.learned import Heard, observed, weigh
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import cues, stance


class Disparagement:
    """Blame, contempt or a warning about somebody who can be voted for."""

    code = Code.DISPARAGEMENT

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause or stretch that runs somebody down."""
        for item in weigh(call, self.code, tuple(_ruled(call))):
            yield item if isinstance(item, Deviation) else _learned(item, call)


def _ruled(call: Call) -> Iterator[Deviation]:
    for remark in call.remarks:
        found = _runs_down(remark)
        if found:
            whom, rule, confidence = found
            yield observe(
                remark,
                Code.DISPARAGEMENT,
                rule=f"disparagement.{rule}",
                confidence=round(confidence * whom.confidence, 4),
                explanation=f"The line runs down {call.name_of(whom.subject)}.",
                subject=whom.subject,
            )


def _learned(heard: Heard, call: Call) -> Deviation:
    whom = target_of_stretch(heard.remarks)
    subject = whom.subject if whom else None
    explanation = f"The line runs down {call.name_of(subject)}."
    return observed(heard, Code.DISPARAGEMENT, rule="disparagement.learned", explanation=explanation, subject=subject)


def _runs_down(remark: Remark) -> tuple[Target, str, float] | None:
    if remark.denies or remark.is_question or put_down_to_contact(remark):
        return None
    whom = target(remark)
    if whom is None and remark.spot(stance.RIVALS):
        whom = Target(None, Means.DESCRIBED, 0.85)
    if whom is None:
        return None
    if remark.spot(stance.AGAINST):
        return whom, "blame", 0.85
    praise = remark.spot(stance.FOR)
    if praise and cues.NEGATION.search(remark.plain[: praise.start()]):
        return whom, "praise-denied", 0.75
    return None
