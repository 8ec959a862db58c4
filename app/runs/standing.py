"""Where a judged call stands in the queue."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from app.domain.deviation import Severity
from app.domain.finding import Outcome


class Graded(Protocol):
    """A finding, or a row of one."""

    @property
    def severity(self) -> str:
        """How bad."""
        ...

    @property
    def confidence(self) -> float:
        """Probability in [0, 1]."""
        ...


AnyGraded = TypeVar("AnyGraded", bound=Graded)

RANK_OF_SEVERITY = {Severity.CRITICAL: 0, Severity.MAJOR: 10, Severity.MINOR: 20}
RANK_OF_FLAGGED = 0
RANK_OF_UNREVIEWABLE = 40
RANK_OF_CLEAR = 80
"""Flagged calls come first, by severity; then unreviewable ones, those not judged yet (`PENDING_RANK`), clear ones."""


def worst_of(findings: Sequence[AnyGraded]) -> AnyGraded | None:
    """The surest of the worst findings."""
    return min(findings, key=lambda finding: (_rank(finding), -finding.confidence), default=None)


def rank_of(outcome: Outcome, worst: Graded | None) -> int:
    """The place in the queue, the smaller the sooner."""
    within = _rank(worst) if worst else max(RANK_OF_SEVERITY.values()) + 1
    match outcome:
        case Outcome.FLAGGED:
            return RANK_OF_FLAGGED + within
        case Outcome.UNREVIEWABLE:
            return RANK_OF_UNREVIEWABLE
        case Outcome.CLEAR:
            return RANK_OF_CLEAR + within


def _rank(finding: Graded) -> int:
    return RANK_OF_SEVERITY[Severity(finding.severity)]
