"""Which calls of the archive are meant."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from app.archives.bases import Ground, grounds
from app.calls.tables import CallTable
from app.db.planning import unindexed
from app.errors import BadInput
from app.search.tables import CallTagTable

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

    @property
    def is_everything(self) -> bool:
        """Whether it lets every judged call through."""
        return not self.written()

    def rests_on(self, ground: Ground) -> bool:
        """Whether calls that rest on this are meant, as far as their run says so."""
        basis, engine = ground.basis, ground.basis.engine or ""
        return (
            self.script in (None, ground.script_id)
            and self.script_version in (None, basis.script_version)
            and (self.engine is None or engine == self.engine or engine.startswith(f"{self.engine}/"))
        )

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """As SQL over a call, without what its run says: see `rests_on`."""
        wanted = (
            (CallTable.campaign, self.campaign),
            (CallTable.call_centre, self.call_centre),
            (CallTable.canvasser_id, self.canvasser),
            (CallTable.outcome, self.outcome),
        )
        chosen: list[ColumnElement[bool]] = [column == value for column, value in wanted if value is not None]
        if self.started_from is not None:
            chosen.append(CallTable.started_at >= self.started_from)
        if self.started_to is not None:
            chosen.append(CallTable.started_at < self.started_to)
        if self.code is not None:
            found = exists().where(CallTagTable.call_id == CallTable.id, CallTagTable.tag == f"code/{self.code}")
            chosen.append(found)
        return tuple(chosen)

    def written(self) -> dict[str, Any]:
        """As JSON can hold it; what is not chosen is left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
            if value is not None
        }


def grounds_of(session: Session, selection: Selection) -> tuple[Ground, ...]:
    """What the calls that are meant may rest on; there need not be one for each."""
    return tuple(ground for ground in grounds(session) if selection.rests_on(ground))


def calls_of(session: Session, selection: Selection, *columns: Any) -> Select[Any]:
    """A query over the calls that are meant.

    Args:
        session: Any session; what calls rest on is read in it.
        selection: Which calls.
        columns: Of calls.
    """
    query = select(*columns).select_from(CallTable).where(*selection.conditions())
    # By another index: whoever wants the calls themselves wants them in the order of their ids.
    basis = unindexed(CallTable.basis)
    if (selection.script, selection.script_version, selection.engine) == (None, None, None):
        return query.where(basis.is_not(None))
    return query.where(basis.in_([ground.digest for ground in grounds_of(session, selection)]))


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
