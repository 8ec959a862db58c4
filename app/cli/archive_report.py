"""Plans, progress and comparisons of the archive, for people at a terminal and for programs."""

from app.archives.plan import Plan
from app.archives.views import ArchiveView, ComparedCall, Sums

STAGES = {
    "hearing": "heard and judged again",
    "text": "judged again from the transcript",
    "findings": "judged again, new findings listened to",
    "nothing": "left as they are: nothing has changed for them",
    "failed": "failed, and left as they are",
}


def plan_report(plan: Plan, chosen: str) -> str:
    """What a batch would do."""
    measured = ", ".join(plan.rates.is_measured) or "none"
    lines = [f"{plan.calls} calls ({chosen})"]
    lines += [f"  {number:>8}  {STAGES[stage]}" for stage, number in plan.stages.items()]
    lines.append(f"takes about {duration(plan.takes_s)} with {plan.workers} worker(s): {duration(plan.work_s)} of work")
    lines.append(f"  reckoned from {plan.sound_s:.0f} s of sound; rates measured here: {measured}, else defaults")
    lines += [f"changed: {item.cause}, {item.before} -> {item.after} ({item.calls} calls)" for item in plan.upheavals]
    return "\n".join(lines if plan.upheavals else [*lines, "nothing upstream has changed"])


def status_report(view: ArchiveView) -> str:
    """How far a batch is."""
    lines = [f"{view.title}: {view.status}, {view.done} of {view.total} calls, {view.changed} with changes"]
    lines += [f"  {number:>8}  {STAGES.get(stage, stage)}" for stage, number in sorted(view.stages.items())]
    for made in view.promotions:
        lines.append(f"promoted by {made.by}: {made.promoted} of {made.total}, {made.skipped} skipped")
    if view.status == "running":
        rate = "no call in the last minutes" if view.calls_per_minute is None else f"{view.calls_per_minute:.0f}/min"
        left = "" if view.left_s is None else f", about {duration(view.left_s)} left"
        lines.append(f"{rate}{left}")
    return "\n".join(lines)


def comparison_head(sums: Sums) -> str:
    """The sums of a comparison."""
    lines = [
        f"{sums.calls} calls compared, {sums.changed_calls} with changes, {sums.unchanged_findings} findings unchanged"
    ]
    lines += [f"  {number:>8}  {kind:<18} {code or '-':<20} {cause}" for kind, cause, code, number in sums.table]
    return "\n".join(lines)


def compared_line(call: ComparedCall) -> str:
    """One compared call."""
    changes = "; ".join(
        f"{change.kind} {change.code or ''}".strip()
        + (f" ({', '.join(change.fields)})" if change.fields else "")
        + f" by {change.cause}"
        for change in call.changes
    )
    promoted = f" [{call.promoted}]" if call.promoted else ""
    return (
        f"{call.call}  {call.external_id}  {call.outcome_before} -> {call.outcome_after}  {changes or 'same'}{promoted}"
    )


def duration(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
