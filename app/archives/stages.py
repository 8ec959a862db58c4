"""Which stages of an analysis have to run again: those that something upstream of has changed for."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.audio import UnreviewableReason
from app.domain.script import ApprovedScript
from app.pipeline.upstream import Upstream, reads_alike


class Stage(StrEnum):
    """What really runs for a call, from the least to the most."""

    NOTHING = "nothing"
    TEXT = "text"
    FINDINGS = "findings"
    HEARING = "hearing"
    FAILED = "failed"


class Cause(StrEnum):
    """Why a result differs from the one before."""

    RULE = "rule"
    REGISTER = "register"
    SCRIPT = "script"
    MODEL = "model"
    ENGINE = "engine"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Basis:
    """What the current run of a call rests on; the names are those of `app.runs.tables.RunTable`."""

    script_version: str
    ruleset: str | None
    profile: str | None
    models: dict[str, str] | None
    engine: str | None
    hearing_key: str | None
    shares_channel: bool | None
    reason: str | None
    worst_severity: str | None


def stage_for(basis: Basis, *, upstream: Upstream, judged_by: ApprovedScript, script: ApprovedScript) -> Stage:
    """The least that has to run.

    The recording, its declared format and its roles are those of the call, and never change under a run.

    Args:
        basis: What the current run rests on.
        upstream: What would hear and judge now.
        judged_by: The version of the script that the current run was judged by.
        script: The version that is in force for the call.

    Returns:
        ``TEXT`` where some of the findings may need the sound as well.
    """
    if _must_hear(basis, upstream=upstream, judged_by=judged_by, script=script):
        return Stage.HEARING
    if basis.shares_channel is None:
        # Nobody could be heard, by the same ears: no rule changes that.
        return Stage.NOTHING
    if basis.script_version != script.version or not _judged_alike(basis, upstream):
        return Stage.TEXT
    return Stage.TEXT if _asks_another(basis, upstream) else Stage.NOTHING


def causes_for(
    basis: Basis, *, upstream: Upstream, judged_by: ApprovedScript, script: ApprovedScript
) -> frozenset[Cause]:
    """What has changed upstream of a call's result."""
    return frozenset(
        cause
        for cause, is_there in (
            (Cause.RULE, (basis.ruleset, basis.profile) != (upstream.ruleset, upstream.profile)),
            (Cause.MODEL, _judging(basis) != dict(upstream.models)),
            (Cause.REGISTER, register_of(judged_by) != register_of(script)),
            (Cause.SCRIPT, lines_of(judged_by) != lines_of(script)),
            (Cause.ENGINE, _hears_otherwise(basis, upstream, judged_by)),
        )
        if is_there
    )


def register_of(script: ApprovedScript) -> tuple[object, ...]:
    """Candidates or options, authorities and facts."""
    return (script.options, script.ballot, script.authorities, script.facts)


def lines_of(script: ApprovedScript) -> tuple[object, ...]:
    """Everything else that a call is compared with."""
    return (script.lines, script.slots, script.organisation, script.contest)


def _must_hear(basis: Basis, *, upstream: Upstream, judged_by: ApprovedScript, script: ApprovedScript) -> bool:
    if basis.reason == UnreviewableReason.PROCESSING_FAILED or basis.hearing_key != upstream.hearing_key(script):
        return True
    return bool(basis.shares_channel) and not reads_alike(judged_by, script)


def _judging(basis: Basis) -> dict[str, str]:
    return {name: digest for name, digest in (basis.models or {}).items() if not name.startswith("whisper-")}


def _judged_alike(basis: Basis, upstream: Upstream) -> bool:
    return upstream.judges_like(ruleset=basis.ruleset, profile=basis.profile, models=basis.models)


def _asks_another(basis: Basis, upstream: Upstream) -> bool:
    """Whether critical findings would be heard again by another second model than they were."""
    second = upstream.second
    if second is None or second.sha256 is None or basis.worst_severity != "critical":
        return False
    return (basis.models or {}).get(f"whisper-{second.model}") != f"sha256:{second.sha256}"


def _hears_otherwise(basis: Basis, upstream: Upstream, judged_by: ApprovedScript) -> bool:
    if basis.engine is not None and basis.engine != f"{upstream.engine.name}/{upstream.engine.model}":
        return True
    # With the names of then: where only they differ, the register is the cause.
    return _asks_another(basis, upstream) or basis.hearing_key != upstream.hearing_key(judged_by)
