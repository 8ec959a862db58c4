"""What all requests have in common."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, model_validator

from app.db.text import can_be_kept

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _written_out(value: object) -> object:
    if not isinstance(value, datetime) and not (isinstance(value, str) and _DATE_TIME.fullmatch(value)):
        raise ValueError("an RFC 3339 time with its zone is needed, such as 2026-05-04T18:30:00+01:00")
    return value


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("the time lies outside of the years 1 to 9999") from None


Instant = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_utc)]
"""A time as the interface takes it: RFC 3339 and nothing else; in UTC once it is read."""


def _plain(text: str) -> str:
    if not can_be_kept(text):
        raise ValueError("the text holds the character 0 or half of a surrogate pair")
    return text


PlainText = Annotated[str, AfterValidator(_plain)]
"""A text that every database can keep."""


class Sent(BaseModel):
    """The body of a request: no unknown keys, and nothing in it that no database can keep."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_what_cannot_be_kept(cls, data: Any) -> Any:
        for value in data.values() if isinstance(data, dict) else ():
            if isinstance(value, str):
                _plain(value)
        return data
