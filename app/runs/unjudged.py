"""The result of a call that could not be heard or judged at all."""

from app import __version__
from app.domain.audio import Source, UnreviewableReason
from app.domain.finding import CallResult, Outcome
from app.domain.provenance import Provenance
from app.domain.transcript import Transcript


def unjudged(
    call_id: str, *, reason: UnreviewableReason, script_id: str, script_version: str, sha256: str, profile: str
) -> CallResult:
    """Unreviewable with its reason, nothing found and nothing said.

    Args:
        call_id: The call.
        reason: Why.
        script_id: The approved script that it was to be judged by.
        script_version: Its version.
        sha256: Hex digest of the sound, of a cut call that of all its parts together.
        profile: Of thresholds, for the provenance.
    """
    return CallResult(
        call=call_id,
        outcome=Outcome.UNREVIEWABLE,
        reason=reason,
        script_id=script_id,
        script_version=script_version,
        findings=(),
        lines=(),
        transcript=Transcript(call=call_id, source=Source(sha256=sha256, sample_rate_hz=None, channels=None)),
        provenance=Provenance(ruleset="none", models=(), software=__version__, profile=profile),
    )
