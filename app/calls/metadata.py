"""What a call centre tells of a call."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.domain.audio import ChannelRoles, RawEncoding, RawFormat
from app.errors import InvalidMetadata, UnsupportedRecording

KEYS = {
    "external_id",
    "script",
    "started_at",
    "call_centre",
    "canvasser_id",
    "dialled_number",
    "disposition",
    "campaign",
    "channels",
    "raw",
    "part",
}
_RAW_NAMES = {
    "format": "encoding",
    "encoding": "encoding",
    "rate": "sample_rate",
    "sample_rate": "sample_rate",
    "sample_rate_hz": "sample_rate",
    "channels": "channels",
}
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
MAXIMUM_TEXT_LENGTH = 200
MAXIMUM_PARTS = 99
ENDING = 3
"""Digits of a dialled number that are kept as they are."""


@dataclass(frozen=True, slots=True)
class PartOfCall:
    """Which of the recordings of a call this is, where the dialler has cut it.

    Attributes:
        number: Counted from 1, in the order in which they were spoken.
        count: How many there are, or None where the sender does not know yet.
    """

    number: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class CallMetadata:
    """An upload's metadata, checked.

    Attributes:
        external_id: The call centre's name for the call.
        script: Id of the approved script.
        started_at: When the call was made.
        call_centre: As the sender says, or None.
        canvasser_id: The call centre's name for the canvasser, or None.
        dialled_number: Kept as a keyed digest and its last three digits only.
        disposition: The outcome code of the dialler, or None.
        campaign: Or None.
        channels: Which channel carries whom, or None.
        raw: The declared format of headerless sound, or None.
        part: Which of several recordings of the call this is, or None for a whole one.
    """

    external_id: str
    script: str
    started_at: datetime
    call_centre: str | None = None
    canvasser_id: str | None = None
    dialled_number: str | None = None
    disposition: str | None = None
    campaign: str | None = None
    channels: ChannelRoles | None = None
    raw: RawFormat | None = None
    part: PartOfCall | None = None

    def details(self) -> dict[str, Any]:
        """What is kept of the call beside the columns: without the number, but for its last three digits.

        The format of a part is that part's own.
        """
        return {
            "disposition": self.disposition,
            "campaign": self.campaign,
            "dialled_number_ends": self.dialled_number[-ENDING:] if self.dialled_number else None,
            "channels": self.channels and {"canvasser": self.channels.canvasser, "contact": self.channels.contact},
            "raw": None if self.part else raw_to_json(self.raw),
        }

    def digest(self, *, call_centre: str, secret: bytes) -> str:
        """Tells two uploads' metadata apart without keeping the number; the parts of one call have the same.

        Args:
            call_centre: Whose call it is.
            secret: Key of this installation; without it short numbers could be guessed from the digest.
        """
        content = {
            **self.details(),
            "external_id": self.external_id,
            "script": self.script,
            "started_at": self.started_at.astimezone(UTC).isoformat(),
            "call_centre": call_centre,
            "canvasser_id": self.canvasser_id,
            "dialled_number": self.dialled_number,
        }
        return _keyed(json.dumps(content, sort_keys=True), secret)

    def dialled_digest(self, *, secret: bytes) -> str | None:
        """Finds the calls to one number without keeping it."""
        return None if self.dialled_number is None else number_digest(self.dialled_number, secret=secret)


def number_digest(number: str, *, secret: bytes) -> str:
    """By what the calls to one number are found, whatever stands between its digits."""
    return _keyed(re.sub(r"[^\d+]", "", number), secret)


def parse_metadata(text: str | bytes) -> CallMetadata:
    """Read an upload's metadata.

    Raises:
        InvalidMetadata: Names the first key that cannot be used.
        UnsupportedRecording: If the declared headerless format is none that is read.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidMetadata("The metadata are no JSON.") from None
    if not isinstance(data, dict):
        raise InvalidMetadata("The metadata must be a JSON object.")
    unknown = sorted(set(data) - KEYS)
    if unknown:
        named = ", ".join(unknown)[:200].encode("utf-8", "replace").decode()
        raise InvalidMetadata(f"Unknown metadata: {named}. Known are {', '.join(sorted(KEYS))}.")
    return CallMetadata(
        external_id=_required_text(data, "external_id"),
        script=_required_text(data, "script"),
        started_at=_moment(data, "started_at"),
        call_centre=_text(data, "call_centre"),
        canvasser_id=_text(data, "canvasser_id"),
        dialled_number=_text(data, "dialled_number"),
        disposition=_text(data, "disposition"),
        campaign=_text(data, "campaign"),
        channels=_channels(data.get("channels")),
        raw=_raw(data.get("raw")),
        part=_part(data.get("part")),
    )


def raw_of(details: Mapping[str, Any]) -> RawFormat | None:
    """The declared headerless format, read back from what was kept."""
    return _raw(details.get("raw"))


def raw_to_json(raw: RawFormat | None) -> dict[str, Any] | None:
    """A declared headerless format, as it is kept."""
    if raw is None:
        return None
    return {"encoding": str(raw.encoding), "sample_rate": raw.sample_rate_hz, "channels": raw.channels}


def roles_of(details: Mapping[str, Any]) -> ChannelRoles | None:
    """Which channel carries whom, read back from what was kept."""
    return _channels(details.get("channels"))


def _required_text(data: Mapping[str, Any], key: str) -> str:
    value = _text(data, key)
    if value is None:
        raise InvalidMetadata(f"`{key}` is missing.")
    return value


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > MAXIMUM_TEXT_LENGTH:
        raise InvalidMetadata(f"`{key}` must be a text of 1 to {MAXIMUM_TEXT_LENGTH} printable characters.")
    return value


def _moment(data: Mapping[str, Any], key: str) -> datetime:
    value = _required_text(data, key)
    message = f"`{key}` must be an RFC 3339 time with its zone, such as 2026-05-04T18:30:00+01:00."
    if not _DATE_TIME.fullmatch(value):
        raise InvalidMetadata(message)
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidMetadata(message) from None


def _channels(value: object) -> ChannelRoles | None:
    if value is None:
        return None
    message = '`channels` must be {"canvasser": 0, "contact": 1} or the other way round.'
    if not isinstance(value, dict) or set(value) != {"canvasser", "contact"}:
        raise InvalidMetadata(message)
    if not all(type(channel) is int for channel in value.values()):
        raise InvalidMetadata(message)
    try:
        return ChannelRoles(canvasser=value["canvasser"], contact=value["contact"])
    except ValueError:
        raise InvalidMetadata(message) from None


def _raw(value: object) -> RawFormat | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not set(value) <= set(_RAW_NAMES):
        raise InvalidMetadata('`raw` must look like {"format": "mulaw", "rate": 8000, "channels": 1}.')
    given = {_RAW_NAMES[key]: item for key, item in value.items()}
    try:
        encoding = RawEncoding(str(given.get("encoding")))
    except ValueError:
        known = ", ".join(RawEncoding)
        raise UnsupportedRecording(f"`raw` names an encoding that is not read; known are {known}.") from None
    rate, channels = given.get("sample_rate", 8000), given.get("channels", 1)
    if type(rate) is not int or type(channels) is not int:
        raise InvalidMetadata("`raw` needs whole numbers for rate and channels.")
    try:
        return RawFormat(encoding=encoding, sample_rate_hz=rate, channels=channels)
    except ValueError as error:
        raise InvalidMetadata(f"`raw`: {error}.") from None


def _part(value: object) -> PartOfCall | None:
    if value is None:
        return None
    message = (
        '`part` must look like {"number": 2, "count": 3}, or {"number": 3, "last": true} where the count is not known '
        f"before; there may be {MAXIMUM_PARTS} parts."
    )
    if not isinstance(value, dict) or not {"number"} <= set(value) <= {"number", "count", "last"}:
        raise InvalidMetadata(message)
    number, count, last = value["number"], value.get("count"), value.get("last")
    if type(number) is not int or type(last) not in (bool, type(None)) or type(count) not in (int, type(None)):
        raise InvalidMetadata(message)
    if last:
        count = number if count is None else count
    if not 1 <= number <= (count or MAXIMUM_PARTS) <= MAXIMUM_PARTS or (last and count != number):
        raise InvalidMetadata(message)
    return PartOfCall(number, count)


def _keyed(text: str, secret: bytes) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
