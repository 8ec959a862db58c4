"""What the doors show of a batch."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class PromotionView:
    """One promotion.

    Attributes:
        by: Who had the candidates count.
        total: How many were chosen.
        promoted: How many count now.
        skipped: How many do not, since another run counts meanwhile.
    """

    id: str
    by: str
    created_at: datetime
    finished_at: datetime | None
    selection: dict[str, Any]
    total: int
    promoted: int
    skipped: int


@dataclass(frozen=True, slots=True)
class ArchiveView:
    """One batch.

    Attributes:
        status: preparing, running, paused, cancelled or finished.
        total: How many calls.
        done: How many are done.
        stages: For each stage how many were done by it.
        changed: How many calls have changes.
        work_s: Seconds of work so far.
        calls_per_minute: In the last minutes, or None where nothing was done in them.
        left_s: Seconds until it is done at that rate, or None where that cannot be told.
        plan: As it was when it was started.
        promotions: The newest first.
    """

    id: str
    title: str
    status: str
    selection: dict[str, Any]
    created_at: datetime
    created_by: str
    finished_at: datetime | None
    total: int
    done: int
    stages: dict[str, int]
    changed: int
    work_s: float
    calls_per_minute: float | None
    left_s: float | None
    plan: dict[str, Any]
    promotions: tuple[PromotionView, ...]

    @property
    def share(self) -> float:
        """How much of it is done, in [0, 1]."""
        return self.done / self.total if self.total else 1.0

    @property
    def may_promote(self) -> bool:
        """Whether its candidates can count: nothing of it may still be under way."""
        return self.status in ("finished", "cancelled")

    def written(self) -> dict[str, Any]:
        """As JSON can hold it."""
        values = asdict(self)
        for name in ("created_at", "finished_at"):
            values[name] = _time(values[name])
            for promotion in values["promotions"]:
                promotion[name] = _time(promotion[name])
        values["promotions"] = list(values["promotions"])
        return values


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        kind: new, gone, changed or now-unreviewable; reviewable-again for the opposite.
        cause: rule, register, script, model, engine, or failure.
        code: Of the finding; None where it is about the call.
        before: Id of the finding in the run that counts, or None.
        after: Id of the finding in the candidate, or None.
        fields: What of it has changed, by name.
        words_before: Its words in the run that counts, where they are shown.
        words_after: Its words in the candidate, where they are shown.
    """

    kind: str
    cause: str
    code: str | None
    severity: str | None
    before: str | None
    after: str | None
    fields: tuple[str, ...]
    words_before: str | None = None
    words_after: str | None = None


@dataclass(frozen=True, slots=True)
class ComparedCall:
    """One call of a batch, compared.

    Attributes:
        stage: What really ran.
        unchanged: How many findings are the same.
        run: The candidate, or None where nothing upstream has changed.
        promoted: promoted, skipped, or None.
    """

    call: str
    external_id: str
    stage: str
    outcome_before: str | None
    outcome_after: str | None
    changes: tuple[Change, ...]
    unchanged: int
    run: str | None
    promoted: str | None


@dataclass(frozen=True, slots=True)
class Sums:
    """A whole batch, compared.

    Attributes:
        calls: That are done.
        changed_calls: That have changes.
        unchanged_findings: In all of them.
        kinds: For each kind of change how many.
        causes: For each cause how many.
        table: Kind, cause, code and how many.
    """

    calls: int
    changed_calls: int
    unchanged_findings: int
    kinds: dict[str, int]
    causes: dict[str, int]
    table: tuple[tuple[str, str, str | None, int], ...]

    def written(self) -> dict[str, Any]:
        """As JSON can hold it."""
        names = ("kind", "cause", "code", "number")
        return {**asdict(self), "table": [dict(zip(names, row, strict=True)) for row in self.table]}


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """One page of compared calls, and the cursor of the next."""

    items: tuple[ComparedCall, ...]
    next: str | None


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
