"""``Content-Digest`` (RFC 9530): what a sender says its bytes are, so that none is lost on the way unseen."""

import base64
import binascii
import re

from app.errors import BadDigest

ALGORITHM = "sha-256"
DIGEST_BYTES = 32
_BYTES = re.compile(r":([A-Za-z0-9+/]*={0,2}):[ \t]*(?:;.*)?")
"""A byte sequence of a structured field (RFC 8941, 3.3.5), with parameters that nobody has defined yet."""


def sha256_of(field: str) -> str | None:
    """The SHA-256 that a ``Content-Digest`` names.

    Args:
        field: Its value, a dictionary of algorithms: ``sha-256=:BASE64:, sha-512=:BASE64:``. Where an algorithm
            stands twice the last counts.

    Returns:
        64 hex digits, or None where only other algorithms are named, which are left unchecked.

    Raises:
        BadDigest: If what stands for SHA-256 is none.
    """
    found = None
    for member in field.split(","):
        name, _, value = member.strip().partition("=")
        if name == ALGORITHM:
            found = _hex_of(value.strip())
    return found


def refuse_other(what: str, *, expected: str | None, found: str) -> None:
    """Let nothing pass that was changed on the way.

    Args:
        what: The words for it in the message.
        expected: Hex digest that was sent with it, or None where none was.
        found: Hex digest of what arrived.

    Raises:
        BadDigest: If they differ.
    """
    if expected is not None and expected != found:
        raise BadDigest(f"{what} arrived with other bytes than the Content-Digest sent with it stands for.")


def _hex_of(value: str) -> str:
    match = _BYTES.fullmatch(value)
    try:
        digest = base64.b64decode(match[1], validate=True) if match else b""
    except binascii.Error:
        digest = b""
    if len(digest) != DIGEST_BYTES:
        raise BadDigest(
            "The Content-Digest names no SHA-256.",
            next_step="Write it as `sha-256=:BASE64:`, with the 32 bytes of the digest in base64 between the colons.",
        )
    return digest.hex()
