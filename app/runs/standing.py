"""Where a judged call stands in the queue."""

from app.domain.deviation import Severity
from app.domain.finding import CallResult, Finding, Outcome

RANK_OF_SEVERITY = {Severity.CRITICAL: 0, Severity.MAJOR: 10, Severity.MINOR: 20}
RANK_OF_FLAGGED = 0
RANK_OF_UNREVIEWABLE = 40
RANK_OF_CLEAR = 80
"""Flagged calls come first, by severity; then unreviewable ones, those not judged yet (`PENDING_RANK`), clear ones."""


def worst_of(findings: tuple[Finding, ...]) -> Finding | None:
    """The surest of the worst findings."""
    return min(findings, key=lambda finding: (RANK_OF_SEVERITY[finding.severity], -finding.confidence), default=None)


def rank_of(result: CallResult) -> int:
    """The place in the queue, the smaller the sooner."""
    worst = worst_of(result.findings)
    within = RANK_OF_SEVERITY[worst.severity] if worst else max(RANK_OF_SEVERITY.values()) + 1
    match result.outcome:
        case Outcome.FLAGGED:
            return RANK_OF_FLAGGED + within
        case Outcome.UNREVIEWABLE:
            return RANK_OF_UNREVIEWABLE
        case Outcome.CLEAR:
            return RANK_OF_CLEAR + within
