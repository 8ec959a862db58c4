"""`identity-misstated`: the call is passed off as somebody else's or as something else."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.base import Call
from app.pipeline.detection.learned import learned_alone


class IdentityMisstated:
    """What the learned stage hears; no rule looks for it yet."""

    code = Code.IDENTITY_MISSTATED

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each stretch that is probable enough."""
        yield from learned_alone(
            call,
            self.code,
            explanation="The line says or implies that somebody else is calling, or that the call is for something else.",
        )
