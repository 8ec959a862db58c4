"""Cursors of lists: where a page ended, opaque to the reader."""

import base64
import binascii
import json
from typing import Any

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
    except (ValueError, binascii.Error):
        place = None
    if not isinstance(place, list):
        raise bad_cursor()
    return place


def bad_cursor() -> BadInput:
    """What to raise where a cursor is none of that list."""
    return BadInput("The cursor is none of this list.", next_step="Take `next` from the page before, or leave it out.")
