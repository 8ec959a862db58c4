"""Approved scripts, as other programs see them."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from app.api.v1.schemas.common import Instant, Sent
from app.approved_scripts.service import DatedVersion, PublishedVersion, VersionContent
from app.errors import ScriptFault
from app.runs.drafts import Draft


class Published(BaseModel):
    """One publication of an immutable version."""

    script: str
    version: str
    title: str
    effective_from: datetime
    published_at: datetime

    @classmethod
    def of(cls, version: PublishedVersion) -> "Published":
        """A publication."""
        return cls(
            script=version.script_id,
            version=version.version,
            title=version.title,
            effective_from=version.effective_from,
            published_at=version.published_at,
        )


class Dated(Published):
    """A publication and how it stands now; ``replaced`` by one that was published later for the same date."""

    standing: Literal["in-force", "upcoming", "past", "replaced"]
    until: datetime | None

    @classmethod
    def at(cls, dated: DatedVersion) -> "Dated":
        """A publication and how it stands."""
        published = Published.of(dated.published).model_dump()
        return cls(**published, standing=dated.standing.value, until=dated.until)


class ScriptSummary(BaseModel):
    """One approved script; ``in_force`` is what calls made now are judged by."""

    id: str
    title: str
    in_force: Dated | None
    upcoming: int
    publications: int

    @classmethod
    def of(cls, timeline: tuple[DatedVersion, ...]) -> "ScriptSummary":
        """A script by its publications, the last in force first."""
        now = next((dated for dated in timeline if dated.standing == "in-force"), None)
        shown = (now or timeline[0]).published
        return cls(
            id=shown.script_id,
            title=shown.title,
            in_force=None if now is None else Dated.at(now),
            upcoming=sum(dated.standing == "upcoming" for dated in timeline),
            publications=len(timeline),
        )


class ScriptList(BaseModel):
    """All scripts."""

    items: list[ScriptSummary]
    next: str | None = None


class VersionList(BaseModel):
    """All publications of a script, the last in force first."""

    items: list[Dated]
    next: str | None = None


class Version(BaseModel):
    """One version: the YAML as it was handed in, and what was read in it."""

    script: str
    version: str
    title: str
    content: str
    canonical: dict[str, Any]
    publications: list[Published]

    @classmethod
    def of(cls, found: VersionContent, *, canonical: dict[str, Any]) -> "Version":
        """A version."""
        return cls(
            script=found.script.id,
            version=found.script.version,
            title=found.script.title,
            content=found.content,
            canonical=canonical,
            publications=[Published.of(published) for published in found.publications],
        )


class NewScript(Sent):
    """A script to check or to publish."""

    content: str = Field(min_length=1, description="The script as YAML; see docs/approved-scripts.md")
    effective_from: Instant | None = Field(
        default=None,
        description="Calls made from then on are judged by it. Where it is not given: the first version ever since, "
        "a later one from now on",
    )


class Publication(Published):
    """What publishing has done; calls that are judged already are not judged again by it."""

    judged_otherwise: int


class Fault(BaseModel):
    """One fault of a script; ``line`` counts from 1 and is null where the whole script is meant."""

    line: int | None
    message: str
    mend: str

    @classmethod
    def of(cls, fault: ScriptFault) -> "Fault":
        """A fault."""
        return cls(line=fault.line, message=fault.message, mend=fault.mend)


class ComparedLine(BaseModel):
    """One line and what is expected of a call."""

    id: str
    kind: str
    required: bool
    due: str
    wordings: list[str]
    slots: list[str]
    own_words: str
    carrying: list[str]
    altered: str
    order: str


class ComparedName(BaseModel):
    """One name and what must be heard for it."""

    kind: Literal["option", "description", "party", "role", "authority", "organisation"]
    subject: str | None
    name: str
    recognition: Literal["exactly", "by-sound", "in-context", "in-part"]


class ScriptComparison(BaseModel):
    """How calls will be compared with a script."""

    said_from: float
    verbatim_from: float
    lines: list[ComparedLine]
    names: list[ComparedName]
    facts: list[str]


class Change(BaseModel):
    """One difference between the version in force and the draft."""

    what: str
    id: str
    change: Literal["added", "removed", "changed", "moved"]
    field: str
    before: str | None
    after: str | None


class CheckedScript(BaseModel):
    """What is wrong with a draft, or else what it would do."""

    valid: bool
    faults: list[Fault]
    script: str | None = None
    version: str | None = None
    effective_from: datetime | None = None
    replaces: str | None = None
    changes: list[Change] = []
    judged_otherwise: int | None = None
    comparison: ScriptComparison | None = None

    @classmethod
    def of(cls, draft: Draft) -> "CheckedScript":
        """A draft without faults."""
        comparison = draft.comparison
        return cls(
            valid=True,
            faults=[],
            script=draft.script.id,
            version=draft.script.version,
            effective_from=draft.effective_from,
            replaces=None if draft.in_force is None else draft.in_force.version,
            changes=[Change.model_validate(change, from_attributes=True) for change in draft.changes],
            judged_otherwise=draft.judged_otherwise,
            comparison=ScriptComparison(
                said_from=comparison.said_from,
                verbatim_from=comparison.verbatim_from,
                lines=[ComparedLine.model_validate(line, from_attributes=True) for line in comparison.lines],
                names=[ComparedName.model_validate(name, from_attributes=True) for name in comparison.names],
                facts=list(draft.script.facts),
            ),
        )
