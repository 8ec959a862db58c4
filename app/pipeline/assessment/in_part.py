"""What can be said of a call of which a part was not heard."""

from dataclasses import replace

from app.domain.alignment import LineStatus
from app.domain.audio import UnreviewableReason
from app.domain.deviation import Code
from app.domain.finding import CallResult, Outcome
from app.pipeline.assessment.grade import outcome_of


def judged_in_part(result: CallResult) -> CallResult:
    """The result of a call of which a part is missing or cannot be read: what was heard stands, the rest is open.

    A line that was not heard may have been said in the part that is not there: nothing is said of it. Where nothing
    flags the call it is not clear but unreviewable, since nobody knows what was said in that part.

    Args:
        result: Of what was heard; returned as it is where all parts were.
    """
    if not result.transcript.gaps:
        return result
    findings = tuple(finding for finding in result.findings if finding.code is not Code.MISSING_LINE)
    is_flagged = result.reason is None and outcome_of(findings) is Outcome.FLAGGED
    return replace(
        result,
        outcome=Outcome.FLAGGED if is_flagged else Outcome.UNREVIEWABLE,
        reason=None if is_flagged else result.reason or UnreviewableReason.UNREADABLE,
        findings=findings,
        lines=tuple(line for line in result.lines if line.status is not LineStatus.MISSING),
    )
