"""Identifiers that sort by the time at which they were made."""

import secrets
import time


def new_id(kind: str) -> str:
    """A fresh identifier, unguessable and in order of time.

    Args:
        kind: Short noun that the reader recognises, e.g. ``call``.

    Returns:
        ``kind_`` and 28 hex digits: 12 of milliseconds since 1970, 16 at random.
    """
    return f"{kind}_{int(time.time() * 1000):012x}{secrets.token_hex(8)}"
