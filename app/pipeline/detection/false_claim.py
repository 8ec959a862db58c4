"""`false-claim`: a statement of fact about the contest that the approved facts do not bear out."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.base import Call
from app.pipeline.detection.learned import learned_alone


class FalseClaim:
    """What the learned stage hears; no rule looks for it yet. An approved fact is never read to it."""

    code = Code.FALSE_CLAIM

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each stretch that is probable enough."""
        yield from learned_alone(
            call,
            self.code,
            explanation="The line sounds like a claim about the contest that the approved facts do not list.",
        )
