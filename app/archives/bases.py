"""What judged calls rest on: each different basis once, found along an index of calls without reading their runs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.archives.stages import Basis
from app.calls.tables import CallTable
from app.runs.basis import RESTS_ON
from app.runs.tables import RunTable


@dataclass(frozen=True, slots=True)
class Ground:
    """What some calls rest on.

    Attributes:
        digest: As `app.calls.tables.CallTable.basis` holds it.
        script_id: The script that they were judged by, which need not be their own.
        basis: The rest; the severity of their findings is left out, since it tells them apart no further.
    """

    digest: str
    script_id: str
    basis: Basis

    def with_severity(self, worst: str | None) -> Basis:
        """The basis of those calls whose worst finding is so bad."""
        return replace(self.basis, worst_severity=worst)


def grounds(session: Session) -> Iterator[Ground]:
    """All that is there, in the order of their digests: for each one entry of the index and one run is read."""
    last = ""
    while True:
        # Alone, without a join: SQLite would begin with the runs.
        query = select(CallTable.basis, CallTable.id).where(CallTable.basis > last).order_by(CallTable.basis).limit(1)
        found = session.execute(query).one_or_none()
        if found is None:
            return
        last = str(found.basis)
        yield _ground(session, digest=last, call_id=found.id)


def _ground(session: Session, *, digest: str, call_id: str) -> Ground:
    columns = [RunTable.__table__.c[name] for name in RESTS_ON]
    row = session.execute(select(*columns).where(RunTable.call_id == call_id, RunTable.is_current)).one()
    values = dict(row._mapping)
    return Ground(digest=digest, script_id=values.pop("script_id"), basis=Basis(**values, worst_severity=None))
