"""`authority-appeal`: the wish of a leader, the union, another body or the crowd is used to sway."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.base import Call, observe
from app.pipeline.detection.favour import target, target_of_stretch
from app.pipeline.detection.learned import Heard, observed, weigh
from app.pipeline.detection.remarks import Remark
from app.pipeline.language import cues, stance
from app.pipeline.language.register import NameKind

_WHOM = cues.cue(r"(?:him|her|them|this one|that one|that way|same way|yes|no|one of them|it)")

_EXPLANATION = "The line uses the wish of a leader, a body or a crowd to sway the contact."


class AuthorityAppeal:
    """Somebody's weight is put behind a choice; naming who calls is none."""

    code = Code.AUTHORITY_APPEAL

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each clause or stretch in which somebody of weight favours somebody."""
        for item in weigh(call, self.code, tuple(_ruled(call))):
            yield item if isinstance(item, Deviation) else _learned(item)


def _ruled(call: Call) -> Iterator[Deviation]:
    for remark in call.remarks:
        found = _appeals(remark)
        if found:
            rule, subject, confidence = found
            yield observe(
                remark,
                Code.AUTHORITY_APPEAL,
                rule=f"authority-appeal.{rule}",
                confidence=confidence,
                explanation=_EXPLANATION,
                subject=subject,
            )


def _learned(heard: Heard) -> Deviation:
    whom = target_of_stretch(heard.remarks)
    subject = whom.subject if whom else None
    return observed(
        heard, Code.AUTHORITY_APPEAL, rule="authority-appeal.learned", explanation=_EXPLANATION, subject=subject
    )


def _appeals(remark: Remark) -> tuple[str, str | None, float] | None:
    if remark.denies or remark.is_question or not remark.off_script or remark.reads_back:
        return None
    bodies = [m for m in remark.mentions if m.kind in (NameKind.AUTHORITY, NameKind.ORGANISATION)]
    crowd = remark.spot(stance.CROWD)
    wish = remark.spot(stance.WISHES)
    if not wish or not (bodies or crowd) or cues.NEGATION.search(remark.plain):
        return None
    own = remark.plain[: wish.start()].split()[-1:] in (["i"], ["you"])
    if own or (crowd and not bodies and crowd.start() > wish.start()):
        # "I think she would be good for our members" is the canvasser's wish, and not the members'.
        return None
    whom = target(remark)
    if whom:
        return ("body" if bodies else "crowd"), whom.subject, 0.88
    if _WHOM.search(remark.plain[wish.end() :]) or remark.spot(stance.FAVOURS):
        return ("body" if bodies else "crowd"), None, 0.7
    return None
