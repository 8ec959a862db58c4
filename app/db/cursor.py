"""Cursors of lists: where a page ended, opaque to the reader."""

import base64
import binascii
import json
from math import isfinite
from typing import Any

from app.db.text import can_be_kept
from app.errors import BadInput


def encode_cursor(place: list[Any]) -> str:
    """A place in an order as a word that fits into an address.

    Args:
        place: Values that JSON can hold.
    """
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> list[Any]:
    """The place again.

    Raises:
        BadInput: If it is no cursor.
    """
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError, binascii.Error):
        place = None
    if not isinstance(place, list) or not all(_can_be_looked_for(value) for value in place):
        raise bad_cursor()
    return place


def _can_be_looked_for(value: object) -> bool:
    match value:
        case str():
            return can_be_kept(value)
        case int():
            return -(2**63) <= value < 2**63
        case float():
            return isfinite(value)
        case _:
            return value is None


def bad_cursor() -> BadInput:
    """What to raise where a cursor is none of that list."""
    return BadInput("The cursor is none of this list.", next_step="Take `next` from the page before, or leave it out.")
