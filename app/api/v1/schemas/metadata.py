"""The metadata of an upload, as the OpenAPI document describes them; `app.calls.metadata` reads them."""

from typing import Any

from app.calls.metadata import MAXIMUM_PARTS, MAXIMUM_TEXT_LENGTH
from app.domain.audio import RawEncoding


def _text(description: str, example: str) -> dict[str, Any]:
    return {
        "type": ["string", "null"],
        "description": description,
        "minLength": 1,
        "maxLength": MAXIMUM_TEXT_LENGTH,
        "examples": [example],
    }


METADATA_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["external_id", "script", "started_at"],
    "additionalProperties": False,
    "properties": {
        "external_id": {
            **_text("The call centre's name for the call, unique within it", "2026-0001"),
            "type": "string",
        },
        "script": {**_text("Id of the approved script", "eastmere-mayor"), "type": "string"},
        "started_at": {
            "type": "string",
            "format": "date-time",
            "description": "When the call was made",
            "examples": ["2026-05-04T18:30:00+01:00"],
        },
        "call_centre": _text("Whose call it is; may be left out, since the key tells it", "north"),
        "canvasser_id": _text("The call centre's name for the canvasser", "7"),
        "dialled_number": _text("Kept as a keyed digest and its last three digits", "+44 1632 960123"),
        "disposition": _text("The outcome code of the dialler", "completed"),
        "campaign": _text("Which campaign the call belongs to", "may"),
        "channels": {
            "type": ["object", "null"],
            "description": "Which channel of a stereo recording carries whom",
            "required": ["canvasser", "contact"],
            "additionalProperties": False,
            "properties": {"canvasser": {"enum": [0, 1]}, "contact": {"enum": [0, 1]}},
        },
        "raw": {
            "type": ["object", "null"],
            "description": "The declared format of headerless sound",
            "required": ["format"],
            "additionalProperties": False,
            "properties": {
                "format": {"enum": [str(encoding) for encoding in RawEncoding]},
                "rate": {"type": "integer", "minimum": 4000, "maximum": 192_000, "default": 8000},
                "channels": {"type": "integer", "minimum": 1, "maximum": 2, "default": 1},
            },
        },
        "part": {
            "type": ["object", "null"],
            "description": "Which of several recordings of one call this is; `count` or `last` say how many there are",
            "required": ["number"],
            "additionalProperties": False,
            "properties": {
                "number": {"type": "integer", "minimum": 1, "maximum": MAXIMUM_PARTS},
                "count": {"type": ["integer", "null"], "minimum": 1, "maximum": MAXIMUM_PARTS},
                "last": {"type": ["boolean", "null"]},
            },
            "examples": [{"number": 2, "count": 3}, {"number": 3, "last": True}],
        },
    },
}
