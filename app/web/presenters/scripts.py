"""Approved scripts, ready to be printed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from app.approved_scripts.changes import Change
from app.approved_scripts.service import EVER_SINCE, DatedVersion, VersionContent
from app.domain.script import ApprovedScript
from app.errors import ScriptFault
from app.pipeline.alignment.comparison import ComparedName
from app.runs.drafts import CheckedDraft, Draft

LINES_AROUND = 1
"""Lines of a draft that are shown before and after a fault."""

STANDINGS: Mapping[str, str] = {
    "in-force": "In force",
    "upcoming": "To come",
    "past": "Past",
    "replaced": "Replaced before any call was judged by it",
}

RECOGNITIONS: Mapping[str, str] = {
    "by-sound": "also misspelt or misheard",
    "exactly": "only as it is written",
    "in-context": "only beside words of voting, or where the options are read",
    "in-part": "by most of its telling words",
}

FIELDS: Mapping[str, str] = {
    "say": "wording",
    "variants": "other wordings",
    "when": "occasion",
    "aliases": "other names",
    "descriptions": "descriptions",
}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One publication in a list; ``since`` is None for one that has been in force from the beginning."""

    dated: DatedVersion
    address: str
    short: str
    standing: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class FaultView:
    """Faults that lie together in a draft, with the lines around them.

    Attributes:
        place: Where, in words.
        lines: Number, text and whether a fault begins there.
        faults: In the order of their lines.
    """

    place: str
    lines: tuple[tuple[int, str, bool], ...]
    faults: tuple[ScriptFault, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One difference in words."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class NameGroup:
    """All names of one candidate, or of one kind."""

    title: str
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft as it was typed, with what is to be said of it.

    Attributes:
        content: The YAML.
        day: As typed, ``2026-06-01`` or empty.
        time: As typed, ``09:00`` or empty.
        since: What day and time say as RFC 3339, or empty.
        draft: Set where it has no faults.
        faults: Set where it has.
        changes: Against the version in force.
        names: How names will be recognised.
    """

    content: str = ""
    day: str = ""
    time: str = ""
    since: str = ""
    draft: Draft | None = None
    faults: tuple[FaultView, ...] = ()
    changes: tuple[ChangeView, ...] = ()
    names: tuple[NameGroup, ...] = ()

    @property
    def count(self) -> int:
        """How many faults."""
        return sum(len(view.faults) for view in self.faults)


def version_rows(timeline: Iterable[DatedVersion]) -> tuple[VersionRow, ...]:
    """The publications of one script."""
    return tuple(
        VersionRow(
            dated=dated,
            address=version_address(dated.published.script_id, dated.published.version),
            short=short(dated.published.version),
            standing=STANDINGS[dated.standing],
            since=None if dated.published.effective_from <= EVER_SINCE else dated.published.effective_from,
        )
        for dated in timeline
    )


def own_rows(found: VersionContent, timeline: Iterable[DatedVersion]) -> tuple[VersionRow, ...]:
    """The publications of one version."""
    return version_rows(dated for dated in timeline if dated.published.version == found.script.version)


def version_address(script_id: str, version: str) -> str:
    """The page of a version."""
    return f"/scripts/{quote(script_id, safe='')}/versions/{quote(version, safe='')}"


def short(version: str) -> str:
    """Enough of a version to tell it from others."""
    return version.removeprefix("sha256:")[:12]


def draft_page(checked: CheckedDraft, *, content: str, day: str, time: str, since: datetime | None) -> DraftPage:
    """Lay out a draft that was checked."""
    draft = checked.draft
    return DraftPage(
        content=content,
        day=day,
        time=time,
        since=since.isoformat() if since else "",
        draft=draft,
        faults=fault_views(checked.faults, content),
        changes=tuple(_change(change) for change in draft.changes) if draft else (),
        names=name_groups(draft.comparison.names, draft.script) if draft else (),
    )


def fault_views(faults: Sequence[ScriptFault], content: str) -> tuple[FaultView, ...]:
    """The faults of a draft at their lines."""
    source = content.splitlines()
    groups: list[list[ScriptFault]] = []
    for fault in sorted(faults, key=lambda fault: fault.line or 0):
        last = groups[-1][-1] if groups else None
        if last is not None and last.line and fault.line and fault.line - last.line <= 2 * LINES_AROUND + 1:
            groups[-1].append(fault)
        else:
            groups.append([fault])
    return tuple(_fault_view(group, source) for group in groups)


def name_groups(names: Iterable[ComparedName], script: ApprovedScript) -> tuple[NameGroup, ...]:
    """The names of each candidate, then the others by kind."""
    titles = {option.id: option.name for option in script.options}
    found: dict[str, list[tuple[str, str]]] = {title: [] for title in titles.values()}
    for name in names:
        title = titles[name.subject] if name.subject else KINDS[name.kind]
        found.setdefault(title, []).append((name.name, RECOGNITIONS[name.recognition]))
    return tuple(NameGroup(title, tuple(group)) for title, group in found.items() if group)


KINDS: Mapping[str, str] = {
    "authority": "Authorities",
    "organisation": "The organisation",
    "party": "Parties of several candidates",
    "role": "Roles of several candidates",
}


def _fault_view(faults: Sequence[ScriptFault], source: Sequence[str]) -> FaultView:
    numbers = [fault.line for fault in faults if fault.line]
    if not numbers:
        return FaultView("The whole script", (), tuple(faults))
    first, last = max(1, numbers[0] - LINES_AROUND), min(len(source), numbers[-1] + LINES_AROUND)
    lines = tuple((number, source[number - 1], number in numbers) for number in range(first, last + 1))
    place = f"Line {numbers[0]}" if numbers[0] == numbers[-1] else f"Lines {numbers[0]} to {numbers[-1]}"
    return FaultView(place, lines, tuple(faults))


def _change(change: Change) -> ChangeView:
    thing = f"{change.what} {change.id}" if change.id else change.what
    part = FIELDS.get(change.field, change.field)
    verb = "put in another order" if change.change == "moved" and not change.id else change.change
    of = f"{thing}, {part}" if part else thing
    return ChangeView(f"{of[0].upper()}{of[1:]}: {verb}", change.before, change.after)


def otherwise(draft: Draft) -> str:
    """What publishing does to calls that are judged already."""
    number = draft.judged_otherwise
    if number == 0:
        return "No call that is judged already would be judged by it."
    which = "call that is judged already was" if number == 1 else "calls that are judged already were"
    return (
        f"{number} {which} judged by another version and would be judged by this one. Publishing leaves them as they "
        "are: they are judged again only when somebody asks for it, one by one or in an archive run."
    )
