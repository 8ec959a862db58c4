"""What a run rests on, as a short word: calls with the same one are reckoned together when the archive is planned."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, update
from sqlalchemy.orm import Session

from app.calls.tables import CallTable
from app.runs.repository import current_in_batches
from app.runs.tables import RunTable

RESTS_ON = (
    "script_id",
    "script_version",
    "ruleset",
    "profile",
    "models",
    "engine",
    "hearing_key",
    "shares_channel",
    "reason",
)
"""Columns of a run: all that says which stages have to run again, and why."""

DIGITS = 16
"""64 bits: of a thousand different ones, two are taken for the same once in 10^13 installations."""

BATCH = 1000


def digest_of(run: RunTable | Row[Any]) -> str:
    """Stands for what a run rests on; the same for the same values, in whatever order its models are named.

    Args:
        run: Done, or a row with at least the columns `RESTS_ON`.

    Returns:
        16 hex digits.
    """
    return digest({name: getattr(run, name) for name in RESTS_ON})


def digest(values: Mapping[str, Any]) -> str:
    """The same, of the values of `RESTS_ON` by name."""
    written = json.dumps([values[name] for name in RESTS_ON], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:DIGITS]


def fill(session: Session) -> int:
    """Enter into every judged call what its current run rests on, as a migration needs it.

    Columns are named one by one: the tables may have more of them in a later release than while it migrates.

    Args:
        session: A writing session; what is entered becomes visible with its transaction.

    Returns:
        How many calls there are.
    """
    columns = [RunTable.__table__.c[name] for name in ("call_id", *RESTS_ON)]
    return sum(_enter(session, batch) for batch in current_in_batches(session, *columns, size=BATCH))


def _enter(session: Session, batch: Sequence[Row[Any]]) -> int:
    calls_of: dict[str, list[str]] = {}
    for row in batch:
        calls_of.setdefault(digest_of(row), []).append(row.call_id)
    for basis, call_ids in calls_of.items():
        query = update(CallTable).where(CallTable.id.in_(call_ids)).values(basis=basis)
        session.execute(query.execution_options(synchronize_session=False))
    return len(batch)
