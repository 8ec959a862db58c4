"""Which calls of the archive are meant."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from app.calls.tables import CallTable
from app.errors import BadInput
from app.findings.tables import FindingTable
from app.runs.tables import RunTable

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Selection:
    """Calls that have been judged; None lets all through. What was found is that of the current run.

    Attributes:
        started_from: Made at that time or later.
        started_to: Made before that time.
        campaign: Of the upload's metadata.
        call_centre: Its id.
        canvasser: The call centre's name for the canvasser.
        outcome: flagged, clear or unreviewable.
        code: A code that the call has a finding of.
        engine: What heard it: ``windowed``, or with its model ``windowed/base``.
        script: Id of the approved script that it was judged by.
        script_version: Its version.
    """

    started_from: datetime | None = None
    started_to: datetime | None = None
    campaign: str | None = None
    call_centre: str | None = None
    canvasser: str | None = None
    outcome: str | None = None
    code: str | None = None
    engine: str | None = None
    script: str | None = None
    script_version: str | None = None

    def __post_init__(self) -> None:
        if self.outcome not in (None, "flagged", "clear", "unreviewable"):
            raise BadInput("The outcome must be flagged, clear or unreviewable.")
        if self.started_from and self.started_to and self.started_from >= self.started_to:
            raise BadInput("The selection ends before it begins.", next_step="Let `from` be earlier than `to`.")

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """As SQL over a call and its current run."""
        wanted = (
            (CallTable.campaign, self.campaign),
            (CallTable.call_centre, self.call_centre),
            (CallTable.canvasser_id, self.canvasser),
            (CallTable.outcome, self.outcome),
            (RunTable.script_id, self.script),
            (RunTable.script_version, self.script_version),
        )
        chosen: list[ColumnElement[bool]] = [column == value for column, value in wanted if value is not None]
        if self.started_from is not None:
            chosen.append(CallTable.started_at >= self.started_from)
        if self.started_to is not None:
            chosen.append(CallTable.started_at < self.started_to)
        if self.engine is not None:
            chosen.append(
                or_(RunTable.engine == self.engine, RunTable.engine.startswith(f"{self.engine}/", autoescape=True))
            )
        if self.code is not None:
            found = select(FindingTable.run_id).where(
                FindingTable.run_id == RunTable.id, FindingTable.code == self.code
            )
            chosen.append(found.exists())
        return tuple(chosen)

    def written(self) -> dict[str, Any]:
        """As JSON can hold it; what is not chosen is left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
            if value is not None
        }


def calls_of(selection: Selection, *columns: Any) -> Select[Any]:
    """A query over the calls that are meant, each joined with its current run."""
    query = select(*columns).select_from(CallTable).join(RunTable, RunTable.call_id == CallTable.id)
    return query.where(RunTable.is_current, *selection.conditions())


def read_selection(written: Mapping[str, Any]) -> Selection:
    """From JSON, an address or a command line; an empty word chooses nothing.

    Raises:
        BadInput: Names what cannot be used.
    """
    known = {field.name for field in fields(Selection)}
    unknown = sorted(set(written) - known)
    if unknown:
        raise BadInput(f"A selection knows no {', '.join(unknown)[:LONGEST]}; it knows {', '.join(sorted(known))}.")
    values: dict[str, Any] = {}
    for name, value in written.items():
        if value is None or value == "":
            continue
        if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
            raise BadInput(f"`{name}` must be a text of at most {LONGEST} printable characters.")
        values[name] = _moment(name, value.strip()) if name in ("started_from", "started_to") else value.strip()
    return Selection(**values)


def _moment(name: str, text: str) -> datetime:
    """A day, which begins at midnight UTC, or a time with its zone."""
    try:
        moment = datetime.fromisoformat(text.upper())
        if len(text) == len("2026-05-04"):
            moment = moment.replace(tzinfo=UTC)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(f"`{name}` must be a day, such as 2026-05-04, or a time with its zone.") from None
