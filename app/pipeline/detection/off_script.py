"""`off-script`: talk about the contest outside the script that no other code describes."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.base import Call
from app.pipeline.detection.learned import learned_alone


class OffScript:
    """What the learned stage hears; no rule looks for it yet."""

    code = Code.OFF_SCRIPT

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each stretch that is probable enough."""
        yield from learned_alone(
            call,
            self.code,
            explanation="The line talks about the contest outside the script.",
        )
