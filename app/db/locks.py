"""Locks that a transaction holds until it ends, for use-cases that read before they write.

On SQLite there is nothing to do: a writing transaction holds the lock of the whole database from its first statement.
On PostgreSQL transactions run beside one another, and each sees what was committed when its statement began: whoever
decides by what is there must first hold what others would change. Taken in this order, so that no two wait for each
other: a name, the row of a call, the log.
"""

import hashlib
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

Row = TypeVar("Row")

NAMES = 0x434D
LEASES = 0x434C
"""The first 16 bits of a lock's number: what kind it is of."""


def hold(session: Session, name: str) -> None:
    """Let nobody else who holds the same name go on until this transaction ends.

    Args:
        session: A writing session.
        name: What is held, e.g. ``recording:`` and a digest.
    """
    if is_shared(session):
        session.execute(select(func.pg_advisory_xact_lock(number_of(name, kind=NAMES))))


def hold_row(session: Session, table: type[Row], identity: Any) -> Row | None:
    """A row as it is now, which nobody else changes until this transaction ends; None where there is none.

    Others can still refer to it.
    """
    session.flush()
    return session.get(table, identity, with_for_update={"key_share": True}, populate_existing=True)


def is_shared(session: Session) -> bool:
    """Whether writing transactions run beside one another."""
    return session.get_bind().dialect.name == "postgresql"


def number_of(name: str, *, kind: int) -> int:
    """The number of a lock as PostgreSQL wants it: 16 bits of its kind and 48 of the digest of its name."""
    digest = hashlib.sha256(name.encode()).digest()[:6]
    return int.from_bytes(kind.to_bytes(2, "big") + digest, "big", signed=True)
