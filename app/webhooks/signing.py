"""Secrets and signatures of Standard Webhooks; the only module that knows the library.

A secret is not kept: it is derived (HMAC-SHA-256) from the installation's key, which lies in the data folder and not in
the database, and a salt of the endpoint. A copy of the database signs nothing.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Salt:
    """What of a secret is kept.

    Attributes:
        salt: 32 hex digits.
        check: 16 hex digits that only the right secret leads to.
    """

    salt: str
    check: str


def new_salt(key: bytes) -> Salt:
    """A fresh secret, as what is kept of it."""
    salt = secrets.token_hex(16)
    return Salt(salt=salt, check=_check(_secret(key, salt)))


def secret_of(key: bytes, salt: Salt) -> str | None:
    """The secret as the receiver was given it, ``whsec_`` and base64; None where the installation's key is another."""
    secret = _secret(key, salt.salt)
    if not hmac.compare_digest(_check(secret), salt.check):
        return None
    return PREFIX + base64.b64encode(secret).decode()


def headers_of(*, message_id: str, at: datetime, body: str, secrets_in_force: Sequence[str]) -> dict[str, str]:
    """The headers that let a receiver verify a message by any of the secrets.

    Args:
        message_id: The same in every attempt.
        at: Time of this attempt, in UTC.
        body: The very text that is sent.
        secrets_in_force: One, or two while the older one overlaps.
    """
    from standardwebhooks.webhooks import Webhook

    signatures = (Webhook(secret).sign(msg_id=message_id, timestamp=at, data=body) for secret in secrets_in_force)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _secret(key: bytes, salt: str) -> bytes:
    return hmac.digest(key, b"canvass-monitor webhook " + salt.encode(), hashlib.sha256)


def _check(secret: bytes) -> str:
    return hashlib.sha256(b"check " + secret).hexdigest()[:16]
