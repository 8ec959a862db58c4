"""Archive runs, ready to be printed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import quote, urlencode

from app.archives.desk import chosen_words
from app.archives.plan import Plan
from app.archives.selection import Selection
from app.archives.views import ArchiveView, Change, ComparedCall, ComparisonPage, Sums
from app.web import words

STAGES = {
    "hearing": "heard and judged again",
    "text": "judged again from the transcript",
    "findings": "judged again, and new findings listened to",
    "nothing": "left as they are, since nothing has changed for them",
    "failed": "failed, and left as they are",
}

STATUSES = {
    "preparing": "Being prepared",
    "running": "Running",
    "paused": "Paused",
    "cancelled": "Cancelled",
    "finished": "Finished",
}

KINDS = {
    "new": "New",
    "gone": "Gone",
    "changed": "Changed",
    "now-unreviewable": "Now unreviewable",
    "reviewable-again": "Reviewable again",
}

CAUSES = {
    "rule": "a rule",
    "register": "the register of names, authorities or facts",
    "script": "the lines of the script",
    "model": "a model that judges text",
    "engine": "what was heard",
    "failure": "a failure of the program",
}

FIELDS = {
    "confidence": "confidence",
    "corroborated": "what was heard again",
    "means": "means",
    "mitigations": "mitigations",
    "quote": "quote",
    "severity": "severity",
    "speaker_uncertain": "whether the voice is in doubt",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen in the form; empty words choose nothing."""

    given: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """What was chosen under a name."""
        return self.given.get(name, "")

    @property
    def address(self) -> str:
        """As the end of an address."""
        return urlencode({name: value for name, value in self.given.items() if value})


@dataclass(frozen=True, slots=True)
class PlanView:
    """A dry run on the page.

    Attributes:
        rows: How many calls, and what is done with them.
        takes: In words.
        reckoned: What it is reckoned from, in words.
        upheavals: What has changed upstream, in words, and for how many calls.
    """

    calls: int
    rows: tuple[tuple[int, str], ...]
    takes: str
    reckoned: str
    upheavals: tuple[tuple[str, str, str, int], ...]


@dataclass(frozen=True, slots=True)
class RunView:
    """A batch on the page.

    Attributes:
        chosen: In words.
        how_far: How many calls are done, or written down where the list is not whole yet, in words.
        percent: Of them, whole percent, rounded down.
        pace: Rate and time left, in words; empty where nothing goes on.
        rows: How many calls are done, and how.
        is_live: Whether the page has to look again.
    """

    view: ArchiveView
    address: str
    status: str
    chosen: str
    how_far: str
    percent: int
    pace: str
    rows: tuple[tuple[int, str], ...]

    @property
    def is_promoting(self) -> bool:
        """Whether a promotion is under way."""
        return any(made.finished_at is None for made in self.view.promotions)

    @property
    def is_live(self) -> bool:
        """Whether the page has to look again."""
        return self.view.status in ("preparing", "running") or self.is_promoting


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One compared call on the page; each change in words, and what was said."""

    call: ComparedCall
    address: str
    outcome: str
    changes: tuple[tuple[str, str], ...]
    standing: str


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """A comparison on the page."""

    sums: Sums
    table: tuple[tuple[str, str, str, int], ...]
    rows: tuple[ComparedRow, ...]
    next_address: str | None


def choice_of(given: Mapping[str, Any]) -> Choice:
    """What was chosen, of an address or a form."""
    known = [field.name for field in fields(Selection)]
    return Choice({name: str(given.get(name) or "").strip() for name in known})


def plan_view(plan: Plan) -> PlanView:
    """Lay out a dry run."""
    measured = {"hearing": "hearing", "text": "judging", "nothing": "comparing"}
    known = [measured[name] for name in plan.rates.is_measured]
    source = f"{', '.join(known)} as measured here" if known else "stated defaults, since nothing was measured here yet"
    workers = words.counted(plan.workers, "worker")
    sound = f"{duration(plan.sound_s)} of sound" if plan.sound_s else "no sound"
    return PlanView(
        calls=plan.calls,
        rows=tuple((number, STAGES[stage]) for stage, number in plan.stages.items() if number),
        takes=f"{duration(plan.takes_s)} with {workers} and nothing else to do",
        reckoned=f"{duration(plan.work_s)} of work, {sound} to be heard; {source}",
        upheavals=tuple(
            (CAUSES.get(item.cause, item.cause), item.before, item.after, item.calls) for item in plan.upheavals
        ),
    )


def run_view(view: ArchiveView) -> RunView:
    """Lay out a batch."""
    return RunView(
        view=view,
        address=f"/archives/{quote(view.id, safe='')}",
        status=STATUSES.get(view.status, view.status),
        chosen=chosen_words(view.selection),
        how_far=_how_far(view),
        percent=int(100 * view.total / _listed(view)) if view.status == "preparing" else int(view.share * 100),
        pace=_pace(view),
        rows=tuple((number, STAGES.get(stage, stage)) for stage, number in sorted(view.stages.items())),
    )


def comparison_view(archive_id: str, sums: Sums, page: ComparisonPage, *, everything: bool) -> ComparisonView:
    """Lay out a comparison."""
    query = urlencode({**({"everything": "1"} if everything else {}), "after": page.next or ""})
    return ComparisonView(
        sums=sums,
        table=tuple(
            (KINDS.get(kind, kind), words.code(code) if code else "The whole call", CAUSES.get(cause, cause), number)
            for kind, cause, code, number in sums.table
        ),
        rows=tuple(_compared(call) for call in page.items),
        next_address=f"/archives/{quote(archive_id, safe='')}/comparison?{query}" if page.next else None,
    )


def duration(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 90:
        return words.counted(max(1, round(seconds)), "second")
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"


def _listed(view: ArchiveView) -> int:
    """Calls that a batch will have when its list is whole."""
    return max(view.total, int(view.plan.get("calls", 0)), 1)


def _how_far(view: ArchiveView) -> str:
    if view.status == "preparing":
        return f"{view.total} of {words.counted(_listed(view), 'call')} written down"
    return f"{view.done} of {words.counted(view.total, 'call')}, {view.changed} with changes"


def _pace(view: ArchiveView) -> str:
    if view.status == "preparing":
        return "Judging begins when the list is whole. If nothing moves for minutes, cancel the run and start another."
    if view.status != "running":
        return ""
    if view.calls_per_minute is None:
        return "No call was done in the last minutes: uploads go first, or no worker runs."
    left = f", about {duration(view.left_s)} left" if view.left_s is not None else ""
    return f"{view.calls_per_minute:.0f} calls a minute{left}"


def _compared(call: ComparedCall) -> ComparedRow:
    before, after = (words.OUTCOMES.get(name or "", "–") for name in (call.outcome_before, call.outcome_after))
    standing = {"promoted": "Counts now", "skipped": "Skipped: a newer run counts", None: ""}
    return ComparedRow(
        call=call,
        address=f"/calls/{quote(call.call, safe='')}",
        outcome=before if before == after else f"{before} → {after}",
        changes=tuple((_change(change), change.words_after or change.words_before or "") for change in call.changes),
        standing=standing.get(call.promoted, ""),
    )


def _change(change: Change) -> str:
    what = f": {words.code(change.code)}" if change.code else ""
    named = ", ".join(FIELDS.get(name, name) for name in change.fields)
    detail = f" ({named})" if named else ""
    return f"{KINDS.get(change.kind, change.kind)}{what}{detail}, by {CAUSES.get(change.cause, change.cause)}"
