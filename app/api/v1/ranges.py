"""Byte ranges (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII | re.IGNORECASE)
"""No file has more bytes than 18 digits tell; Python refuses to read numbers of some thousand digits."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The bytes ``[start, end)``."""

    start: int
    end: int


class Unsatisfiable(ValueError):
    """No byte of the range is there: 416."""


def parse_range(header: str | None, *, size_bytes: int) -> ByteRange | None:
    """The one range that is asked for.

    Args:
        header: The Range header, or None.
        size_bytes: Of the whole.

    Returns:
        The range, or None for the whole: also where several ranges are asked for or the header means nothing, which
        the RFC lets a server ignore.

    Raises:
        Unsatisfiable: If the range begins behind the end.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        length = int(last)
        if length == 0 or size_bytes == 0:
            raise Unsatisfiable
        return ByteRange(max(0, size_bytes - length), size_bytes)
    start = int(first)
    end = min(int(last) + 1, size_bytes) if last else size_bytes
    if last and int(last) < start:
        return None
    if start >= size_bytes:
        raise Unsatisfiable
    return ByteRange(start, end)
