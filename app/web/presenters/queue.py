"""The queue, ready to be printed."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from app.reviews.repository import MOST_COUNTED
from app.reviews.service import QueuePage, QueueRow
from app.web import words


@dataclass(frozen=True, slots=True)
class Tab:
    """One way to look at the queue.

    Attributes:
        label: For people.
        count: Which of the page's counts it shows.
        outcome: Of the services' filter.
        review: Of the services' filter.
        empty: What to say and do where it holds nothing.
    """

    label: str
    count: str
    outcome: str | None = None
    review: str | None = None
    empty: str = ""


TABS: dict[str, Tab] = {
    "open": Tab("To review", "open", review="open", empty="Nothing waits for a decision."),
    "flagged": Tab("Flagged", "flagged", outcome="flagged", empty="No call is flagged."),
    "unreviewable": Tab(
        "Unreviewable", "unreviewable", outcome="unreviewable", empty="Every recording could be heard and judged."
    ),
    "clear": Tab("Clear", "clear", outcome="clear", empty="No call has been found clear yet."),
    "pending": Tab("In progress", "pending", outcome="pending", empty="Every call that came in has been judged."),
    "decided": Tab("Decided", "decided", review="decided", empty="No call has been decided yet."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the officer has chosen; empty strings choose nothing."""

    tab: str = "open"
    severity: str = ""
    code: str = ""
    script: str = ""
    call_centre: str = ""
    after: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the tab is chosen."""
        return any((self.severity, self.code, self.script, self.call_centre))

    @property
    def address(self) -> str:
        """The page that shows this choice."""
        fields = {
            "show": self.tab if self.tab != "open" else "",
            "severity": self.severity,
            "code": self.code,
            "script": self.script,
            "call_centre": self.call_centre,
            "after": self.after,
        }
        query = urlencode({name: value for name, value in fields.items() if value})
        return f"/?{query}" if query else "/"


@dataclass(frozen=True, slots=True)
class TabView:
    """One tab on the page. ``count`` is None where the services do not count it."""

    label: str
    address: str
    count: int | None
    chosen: bool

    @property
    def shown(self) -> str:
        """The count in figures; the services count no further than this."""
        return f"{self.count:,}+" if self.count == MOST_COUNTED else str(self.count)


@dataclass(frozen=True, slots=True)
class RowView:
    """One call in the queue.

    Attributes:
        mark: Which mark stands before it: a severity, an outcome or a status.
        verdict: The mark in words.
        what: What was found, in words.
        state: The state of its review, in words.
    """

    row: QueueRow
    address: str
    mark: str
    verdict: str
    what: str
    state: str


@dataclass(frozen=True, slots=True)
class QueueView:
    """Everything that the queue prints."""

    choice: Choice
    tabs: tuple[TabView, ...]
    rows: tuple[RowView, ...]
    call_centres: tuple[str, ...]
    scripts: tuple[str, ...]
    next_address: str | None
    first_address: str
    all_address: str
    empty: str
    total: int


def queue_page(page: QueuePage, *, choice: Choice, scripts: tuple[str, ...]) -> QueueView:
    """Lay out one page of the queue."""
    here = replace(choice, after="")
    return QueueView(
        choice=choice,
        tabs=tuple(
            TabView(
                label=tab.label,
                address=replace(here, tab=name).address,
                count=page.counts.get(tab.count),
                chosen=name == choice.tab,
            )
            for name, tab in TABS.items()
        ),
        rows=tuple(row_view(row) for row in page.items),
        call_centres=tuple(sorted({row.call_centre for row in page.items} | {choice.call_centre} - {""})),
        scripts=scripts,
        next_address=replace(choice, after=page.next).address if page.next else None,
        first_address=here.address,
        all_address=Choice(tab=choice.tab).address,
        empty=TABS[choice.tab].empty,
        total=sum(page.counts.get(name, 0) for name in ("flagged", "unreviewable", "clear", "pending")),
    )


def row_view(row: QueueRow) -> RowView:
    """One call in the queue."""
    mark, verdict = _mark(row)
    return RowView(
        row=row, address=f"/calls/{row.call_id}", mark=mark, verdict=verdict, what=_what(row), state=_state(row)
    )


def _mark(row: QueueRow) -> tuple[str, str]:
    if row.outcome is None:
        return row.status, words.STATUSES.get(row.status, row.status)
    if row.outcome == "flagged" and row.worst_severity:
        return row.worst_severity, words.SEVERITIES.get(row.worst_severity, row.worst_severity)
    return row.outcome, words.OUTCOMES.get(row.outcome, row.outcome)


def _what(row: QueueRow) -> str:
    if row.outcome is None:
        return "Not judged yet"
    if row.outcome == "unreviewable":
        return words.reason(row.reason).why
    if not row.codes:
        return "Nothing was found that leaves the script"
    return ", ".join(words.code(code) for code in row.codes)


def _state(row: QueueRow) -> str:
    if row.outcome is None:
        return "–"
    if row.decided:
        return "Decided"
    return "To review" if row.outcome in ("flagged", "unreviewable") else "No decision needed"
