"""Enters every call that is judged into an index that is empty, as a migration needs it.

Columns are named one by one: the tables may have more of them in a later release than while it migrates.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from app.calls.tables import CallTable
from app.findings.tables import FindingTable
from app.runs.repository import current_in_batches
from app.runs.tables import RunTable
from app.search.index import spoken_words, tags_of
from app.search.tables import CallTagTable, CallTextTable
from app.search.words import add

BATCH = 500


def fill(session: Session) -> int:
    """Enter the current run of every call, in the order in which the calls came in.

    Args:
        session: A writing session; what is entered becomes visible with its transaction.

    Returns:
        How many calls there are.
    """
    columns = [RunTable.__table__.c[name] for name in ("call_id", "id", "script_version", "result")]
    return sum(_enter(session, batch) for batch in current_in_batches(session, *columns, size=BATCH))


def _enter(session: Session, batch: Sequence[Row[Any]]) -> int:
    dialect = session.get_bind().dialect.name
    tags = _tags(session, {row.id: row.call_id for row in batch})
    if tags:
        session.execute(insert(CallTagTable), tags)
    for row in batch:
        transcript = (row.result or {}).get("transcript") or {}
        words = spoken_words(transcript)
        text = CallTextTable(call_id=row.call_id, run_id=row.id, words=words.packed() if dialect == "sqlite" else None)
        session.add(text)
        session.flush()
        add(session, number=text.number, words=words)
        standing = {"script_version": row.script_version, "reached": transcript.get("reached")}
        session.execute(update(CallTable).where(CallTable.id == row.call_id).values(standing))
    return len(batch)


def _tags(session: Session, call_of: dict[str, str]) -> list[dict[str, Any]]:
    columns = (FindingTable.run_id, FindingTable.code, FindingTable.subject, FindingTable.confidence)
    found: dict[str, list[Any]] = {}
    for row in session.execute(select(*columns).where(FindingTable.run_id.in_(call_of))):
        found.setdefault(row.run_id, []).append(row)
    return [
        {"tag": tag, "call_id": call_of[run_id], "confidence": confidence}
        for run_id, rows in found.items()
        for tag, confidence in tags_of(rows, verdicts=()).items()
    ]
