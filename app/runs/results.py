"""What is written of a result: into its run, and into its call where it counts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.calls.tables import CallTable
from app.domain.finding import CallResult, Outcome
from app.domain.serialization import result_to_json
from app.pipeline.upstream import is_told_apart_by_script
from app.runs.basis import digest_of
from app.runs.standing import Graded, rank_of, worst_of
from app.runs.tables import RunTable


def write_result(run: RunTable, result: CallResult, *, is_current: bool, hearing_key: str | None) -> None:
    """End a run with its result.

    Args:
        run: Not done yet.
        result: What came of it.
        is_current: Whether it counts from now on; no other run of the call may.
        hearing_key: What it was heard with, or None where that is not known.
    """
    run.is_current = is_current
    run.outcome = result.outcome
    run.reason = result.reason
    run.duration = result.transcript.duration
    run.ruleset = result.provenance.ruleset
    run.profile = result.provenance.profile
    run.software = result.provenance.software
    run.models = dict(result.provenance.models)
    run.result = result_to_json(result)
    engine = result.transcript.engine
    run.engine = f"{engine.name}/{engine.model}" if engine else None
    run.hearing_key = hearing_key
    heard = result.transcript.utterances
    run.shares_channel = is_told_apart_by_script(result.transcript) if heard else None
    run.finished_at = datetime.now(UTC)
    run.status = "done"


def stand(call: CallTable, *, run: RunTable, findings: Sequence[Graded]) -> None:
    """Let a call stand by its current run.

    Args:
        call: The call.
        run: Done, and current.
        findings: Its findings, or their rows.
    """
    worst = worst_of(findings)
    outcome = Outcome(str(run.outcome))
    call.status = "done"
    call.outcome = outcome
    call.reason = run.reason
    call.basis = digest_of(run)
    call.duration = run.duration
    call.worst_severity = worst.severity if worst else None
    call.top_confidence = worst.confidence if worst else None
    call.finding_count = len(findings)
    call.queue_rank = rank_of(outcome, worst)
    call.queue_doubt = 1.0 - worst.confidence if worst else 1.0
