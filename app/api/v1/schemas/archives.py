"""Archive runs, as other programs see them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.api.v1.schemas.common import Instant, PlainText, Sent
from app.archives.plan import Plan
from app.archives.views import ArchiveView, ComparedCall, Sums

Word = Annotated[PlainText, Field(min_length=1, max_length=200)]


class ArchiveSelection(Sent):
    """Which judged calls; what was found is that of the run that counts."""

    started_from: Instant | None = None
    started_to: Instant | None = None
    campaign: Word | None = None
    call_centre: Word | None = None
    canvasser: Word | None = None
    outcome: Literal["flagged", "clear", "unreviewable"] | None = None
    code: Word | None = None
    engine: Word | None = None
    script: Word | None = None
    script_version: Word | None = None

    def chosen(self) -> dict[str, Any]:
        """As the slice reads it."""
        values = self.model_dump(exclude_none=True)
        return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}


class NewArchive(Sent):
    """A batch to start."""

    title: PlainText = Field(default="", max_length=200)
    selection: ArchiveSelection = ArchiveSelection()


class ArchiveRates(BaseModel):
    """Seconds of work for a second of sound heard, a text judged, a call left as it is."""

    hearing: float
    text: float
    nothing: float
    is_measured: list[str]


class Upheaval(BaseModel):
    """Something upstream that has changed, and for how many of the calls."""

    cause: str
    before: str
    after: str
    calls: int


class ArchivePlan(BaseModel):
    """What a batch would do."""

    calls: int
    stages: dict[str, int]
    sound_s: float
    work_s: float
    workers: int
    takes_s: float
    rates: ArchiveRates
    upheavals: list[Upheaval]

    @classmethod
    def of(cls, plan: Plan) -> "ArchivePlan":
        """A plan."""
        return cls.model_validate(plan.written())


class ArchivePromotion(BaseModel):
    """One promotion."""

    id: str
    by: str
    created_at: datetime
    finished_at: datetime | None
    selection: dict[str, Any]
    total: int
    promoted: int
    skipped: int


class Archive(BaseModel):
    """One batch, and how far it is."""

    id: str
    title: str
    status: Literal["preparing", "running", "paused", "cancelled", "finished"]
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
    promotions: list[ArchivePromotion]

    @classmethod
    def of(cls, view: ArchiveView) -> "Archive":
        """A batch."""
        return cls.model_validate(view.written())


class ArchiveList(BaseModel):
    """One page of batches."""

    items: list[Archive]
    next: str | None


class ArchiveChange(BaseModel):
    """One difference between the run that counts and the candidate."""

    kind: str
    cause: str
    code: str | None
    severity: str | None
    before: str | None
    after: str | None
    fields: list[str]
    words_before: str | None
    words_after: str | None


class ArchiveCall(BaseModel):
    """One call of a batch, compared."""

    call: str
    external_id: str
    stage: str
    outcome_before: str | None
    outcome_after: str | None
    changes: list[ArchiveChange]
    unchanged: int
    run: str | None
    promoted: str | None

    @classmethod
    def of(cls, call: ComparedCall) -> "ArchiveCall":
        """A call."""
        return cls.model_validate(call, from_attributes=True)


class ArchiveSum(BaseModel):
    """How many changes of a kind, for a cause and of a code."""

    kind: str
    cause: str
    code: str | None
    number: int


class ArchiveSums(BaseModel):
    """A whole batch, compared."""

    calls: int
    changed_calls: int
    unchanged_findings: int
    kinds: dict[str, int]
    causes: dict[str, int]
    table: list[ArchiveSum]

    @classmethod
    def of(cls, sums: Sums) -> "ArchiveSums":
        """The sums."""
        return cls.model_validate(sums.written())


class ArchiveComparison(BaseModel):
    """The sums, and one page of the calls."""

    sums: ArchiveSums
    items: list[ArchiveCall]
    next: str | None
