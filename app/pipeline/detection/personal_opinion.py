"""`personal-opinion`: a view of the canvasser's own on the contest, or applause for an answer."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.base import Call
from app.pipeline.detection.learned import learned_alone


class PersonalOpinion:
    """What the learned stage hears; no rule looks for it yet."""

    code = Code.PERSONAL_OPINION

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each stretch that is probable enough."""
        yield from learned_alone(
            call,
            self.code,
            explanation="The line gives a view of the canvasser's own on the contest.",
        )
