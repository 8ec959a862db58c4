"""Which version of which script a call is judged by when the archive is judged again."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.approved_scripts.service import list_versions, load_version, version_in_force
from app.domain.script import ApprovedScript
from app.errors import UnknownScript

KEPT = 64


class Scripts:
    """Published versions, parsed once."""

    def __init__(self) -> None:
        """Begin without any."""
        self._parsed: OrderedDict[tuple[str, str], ApprovedScript] = OrderedDict()

    def load(self, session: Session, *, script_id: str, version: str) -> ApprovedScript:
        """A published version.

        Raises:
            UnknownScript: If it was never published.
        """
        key = (script_id, version)
        if key not in self._parsed:
            self._parsed[key] = load_version(session, script_id=script_id, version=version)
            while len(self._parsed) > KEPT:
                self._parsed.popitem(last=False)
        return self._parsed[key]

    def in_force(self, session: Session, *, script_id: str, at: datetime, else_version: str) -> ApprovedScript:
        """The version that a call made at that time is judged by.

        Args:
            session: Any session.
            script_id: The script that the call was judged by last: an officer may have named another than the sender.
            at: When the call was made.
            else_version: Taken where none was in force then, as where the script was published for later calls.
        """
        try:
            version = version_in_force(session, script_id=script_id, at=at).version
        except UnknownScript:
            version = else_version
        return self.load(session, script_id=script_id, version=version)


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when a version is in force, half-open; no version is before the first."""

    version: str | None
    since: datetime | None
    until: datetime | None


def periods(session: Session, *, script_id: str) -> tuple[Period, ...]:
    """The periods of a script, without gap from the beginning to the end of time."""
    # Of two that take effect at once the one published last counts; it is listed first.
    starts: dict[datetime, str] = {}
    for version in list_versions(session, script_id=script_id):
        starts.setdefault(version.effective_from, version.version)
    ordered = sorted(starts.items())
    bounds = [start for start, _ in ordered]
    ends = [*bounds[1:], None]
    first = Period(None, None, bounds[0] if bounds else None)
    return (first, *(Period(name, start, end) for (start, name), end in zip(ordered, ends, strict=False)))
