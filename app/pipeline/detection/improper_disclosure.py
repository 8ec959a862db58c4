"""`improper-disclosure`: personal data that the script does not ask for is revealed or asked for."""

from collections.abc import Iterator

from app.domain.deviation import Code, Deviation
from app.pipeline.detection.base import Call
from app.pipeline.detection.learned import learned_alone


class ImproperDisclosure:
    """What the learned stage hears; no rule looks for it yet."""

    code = Code.IMPROPER_DISCLOSURE

    def __call__(self, call: Call) -> Iterator[Deviation]:
        """One deviation for each stretch that is probable enough."""
        yield from learned_alone(
            call,
            self.code,
            explanation="The line reveals or asks for personal data that the script does not ask for.",
        )
