"""Identifiers that sort by the time at which they were made."""

import secrets
import time
from datetime import UTC, datetime, timedelta


def new_id(kind: str) -> str:
    """A fresh identifier, unguessable and in order of time.

    Args:
        kind: Short noun that the reader recognises, e.g. ``call``.

    Returns:
        ``kind_`` and 28 hex digits: 12 of milliseconds since 1970, 16 at random.
    """
    return f"{kind}_{int(time.time() * 1000):012x}{secrets.token_hex(8)}"


def earliest_id(kind: str, *, at: datetime) -> str:
    """Below every identifier that is made at a time or later, above every one made before.

    Args:
        kind: As for `new_id`.
        at: With its zone.
    """
    since = max(0, (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))
    return f"{kind}_{since:012x}"
