"""The canonical content of an approved script: what its version is the digest of, kept word for word for ever.

A published version is never parsed again from the YAML in which it came: a later parser could read it differently, and
the version would be another one. The text below is stored beside it instead, and its digest is the version.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from app.domain.script import ApprovedScript, Line, LineKind, Option, Organisation, ReadingOrder

Part = TypeVar("Part", ApprovedScript, Line, Option, Organisation)


def canonical_text(script: ApprovedScript) -> str:
    """The content of a script as JSON: sorted keys, no white space, without the version itself."""
    content = asdict(script)
    del content["version"]
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(text: str) -> str:
    """The version that a canonical text stands for: ``sha256:`` and its digest."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def version_of(script: ApprovedScript) -> str:
    """The version of a script: ``sha256:`` and the digest of its canonical text."""
    return digest_of(canonical_text(script))


def script_of(text: str) -> ApprovedScript:
    """The script of a canonical text, whatever the program that wrote it knew.

    What the text does not have yet gets its default, what this program no longer knows is passed over; the version is
    the digest of the text as it stands and not of what is made of it here.

    Raises:
        ValueError: If it is no canonical text.
    """
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("no canonical content of a script")
    try:
        return _part(
            ApprovedScript,
            content,
            version=digest_of(text),
            organisation=_part(Organisation, content["organisation"]),
            options=tuple(_part(Option, option) for option in content["options"]),
            lines=tuple(_line(line) for line in content["lines"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("no canonical content of a script") from error


def _line(content: Mapping[str, Any]) -> Line:
    return _part(Line, content, kind=LineKind(content["kind"]), order=ReadingOrder(content["order"]))


def _part(part: type[Part], content: Mapping[str, Any], /, **read: Any) -> Part:
    known = {field.name for field in fields(part)}
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in content.items() if key in known}
    return part(**{**plain, **read})
