"""`pressure`: the contact is pushed: by urgency, guilt, reward or threat, by arguing with an answer, or after a refusal."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.base import Call
from app.pipeline.detection.learned import learned_alone


class Pressure:
    """What the learned stage hears; no rule looks for it yet."""

    code = Code.PRESSURE

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each stretch that is probable enough."""
        yield from learned_alone(
            call,
            self.code,
            explanation="The line pushes the contact towards an answer or a vote.",
        )
