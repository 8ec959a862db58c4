"""`disparagement`: the canvasser runs a candidate, option or party down."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation, Means
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.favour import Target, put_down_to_contact, target
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import cues, stance


class Disparagement:
    """Blame, contempt or a warning about somebody who can be voted for."""

    code = Code.DISPARAGEMENT

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause that runs somebody down."""
        for remark in call.remarks:
            found = _runs_down(remark)
            if found:
                whom, rule, confidence = found
                yield observe(
                    remark,
                    self.code,
                    rule=f"disparagement.{rule}",
                    confidence=round(confidence * whom.confidence, 4),
                    explanation=f"The line runs down {call.name_of(whom.subject)}.",
                    subject=whom.subject,
                )


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
