"""Looking for calls: what was asked for, and what was found, ready to be printed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from app.calls.repository import CallFilter
from app.reviews.filters import CallSearch, by_number
from app.reviews.finding_calls import FoundPage
from app.search.excerpts import Excerpt
from app.search.words import Whose
from app.web import words
from app.web.presenters.queue import RowView, row_view

LONGEST = 200
"""Characters of one field that count."""

WHOSE: dict[str, str] = {
    Whose.CANVASSER: "The canvasser’s",
    Whose.CONTACT: "The contact’s, logged under your name",
    Whose.EVERYBODY: "Everybody’s, logged under your name",
}

SURENESS: dict[str, str] = {"0.95": "95 % or more", "0.8": "80 % or more", "0.6": "60 % or more", "0.4": "40 % or more"}


@dataclass(frozen=True, slots=True)
class SearchForm:
    """The form as it was filled in; empty strings ask for nothing.

    Attributes:
        q: Words and phrases.
        whose: Whose words they are.
        made_from: First day on which the call was made, ``YYYY-MM-DD``, in UTC.
        made_to: Last such day.
        came_from: First day on which the recording came in.
        came_to: Last such day.
        number: The whole dialled number, or its last three digits.
        shortest: Whole minutes.
        longest: Whole minutes.
        after: Cursor of the page before.
    """

    q: str = ""
    whose: str = ""
    outcome: str = ""
    reason: str = ""
    severity: str = ""
    code: str = ""
    subject: str = ""
    confidence: str = ""
    review: str = ""
    verdict: str = ""
    status: str = ""
    reached: str = ""
    script: str = ""
    version: str = ""
    call_centre: str = ""
    canvasser: str = ""
    campaign: str = ""
    disposition: str = ""
    external_id: str = ""
    number: str = ""
    made_from: str = ""
    made_to: str = ""
    came_from: str = ""
    came_to: str = ""
    shortest: str = ""
    longest: str = ""
    after: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "SearchForm":
        """The form out of the address; what is not in it is left out, what is too long is cut."""
        longest = {"after": 500}
        known = {field.name: query.get(field.name, "") for field in fields(cls)}
        return cls(**{name: value.strip()[: longest.get(name, LONGEST)] for name, value in known.items()})

    def address(self, *, after: str = "") -> str:
        """The page that shows what was asked for."""
        chosen = {field.name: getattr(self, field.name) for field in fields(self)} | {"after": after}
        query = urlencode({name: value for name, value in chosen.items() if value})
        return f"/calls?{query}" if query else "/calls"

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the words is asked for."""
        return any(getattr(self, field.name) for field in fields(self) if field.name not in ("q", "whose", "after"))

    def search(self, *, secret: bytes) -> tuple[CallSearch, tuple[str, ...]]:
        """As the services take it, and what of it could not be understood, in words.

        Args:
            secret: Key of this installation for digests of telephone numbers.
        """
        faults: list[str] = []
        chosen = CallFilter(
            outcome=self.outcome or None,
            reason=self.reason or None,
            severity=self.severity or None,
            script=self.script or None,
            script_version=self.version or None,
            call_centre=self.call_centre or None,
            canvasser=self.canvasser or None,
            campaign=self.campaign or None,
            disposition=self.disposition or None,
            reached=self.reached or None,
            status=self.status or None,
            review=self.review or None,
            external_id=self.external_id or None,
            started_from=_day(self.made_from, "Made from", faults),
            started_to=_day(self.made_to, "Made until", faults, behind=True),
            received_from=_day(self.came_from, "Came in from", faults),
            received_to=_day(self.came_to, "Came in until", faults, behind=True),
            duration_from=_minutes(self.shortest, "At least", faults),
            duration_to=_minutes(self.longest, "Less than", faults),
            **by_number(self.number or None, secret=secret),
        )
        search = CallSearch(
            calls=chosen,
            text=self.q or None,
            whose=Whose(self.whose) if self.whose in tuple(Whose) else Whose.CANVASSER,
            code=self.code or None,
            subject=self.subject or None,
            confidence_from=float(self.confidence) if self.confidence in SURENESS else None,
            verdict=self.verdict or None,
        )
        return search, tuple(faults)


@dataclass(frozen=True, slots=True)
class FoundView:
    """One call that was found.

    Attributes:
        row: As in the queue; its address leads to the place where it was said.
        excerpt: Where it was said, or None.
        speaker: Who said it, in words.
    """

    row: RowView
    excerpt: Excerpt | None
    speaker: str


@dataclass(frozen=True, slots=True)
class SearchView:
    """Everything that the search prints."""

    form: SearchForm
    rows: tuple[FoundView, ...]
    scripts: tuple[str, ...]
    next_address: str | None
    first_address: str
    faults: tuple[str, ...]
    is_reveal: bool
    has_words: bool
    heading: str


def search_page(
    page: FoundPage,
    *,
    form: SearchForm,
    search: CallSearch,
    excerpts: Mapping[str, Excerpt],
    scripts: tuple[str, ...],
    faults: tuple[str, ...],
) -> SearchView:
    """Lay out one page of what was found."""
    return SearchView(
        form=form,
        rows=tuple(_found(row_view(row), excerpts.get(row.call_id)) for row in page.items),
        scripts=scripts,
        next_address=form.address(after=page.next) if page.next else None,
        first_address=form.address(),
        faults=faults,
        is_reveal=search.text is not None and search.whose is not Whose.CANVASSER,
        has_words=search.text is None or bool(search.terms),
        heading=_heading(page, form),
    )


def _found(row: RowView, excerpt: Excerpt | None) -> FoundView:
    speaker = words.SPEAKERS.get(excerpt.speaker, excerpt.speaker) if excerpt else ""
    return FoundView(row=row, excerpt=excerpt, speaker=speaker)


def _heading(page: FoundPage, form: SearchForm) -> str:
    if not form.q and not form.narrowed:
        return "All calls, the newest first"
    if page.next or form.after:
        return "Calls that were found, the newest first"
    return f"{words.counted(len(page.items), 'call')} found"


def _day(given: str, label: str, faults: list[str], *, behind: bool = False) -> datetime | None:
    if not given:
        return None
    try:
        day = datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)
        return day + timedelta(days=1) if behind else day
    except (ValueError, OverflowError):
        faults.append(f"“{label}” must be a day such as 2026-05-04; it was not looked at.")
        return None


def _minutes(given: str, label: str, faults: list[str]) -> float | None:
    if not given:
        return None
    if given.isascii() and given.isdecimal() and len(given) <= 4:
        return int(given) * 60.0
    faults.append(f"“{label}” must be whole minutes; it was not looked at.")
    return None
