"""Passwords, tokens and keys: made here, kept as digests only."""

import hashlib
import secrets
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pwdlib import PasswordHash

FIRST_PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet without look-alikes
FIRST_PASSWORD_GROUPS = 4
MINIMUM_PASSWORD_LENGTH = 12
"""NIST SP 800-63B-4 (2025): length counts, composition rules do not; 15 without a second factor, 8 with one."""


def hash_password(password: str) -> str:
    """The argon2id digest to keep."""
    return _hasher().hash(password)


def is_password(password: str, digest: str | None) -> bool:
    """Whether it is the password; takes as long where there is no such account."""
    matches = _hasher().verify(password, digest or _digest_of_nobody())
    return matches and digest is not None


def first_password() -> str:
    """A password to read out once: four groups of five, about 99 bits."""
    groups = ("".join(secrets.choice(FIRST_PASSWORD_ALPHABET) for _ in range(5)) for _ in range(FIRST_PASSWORD_GROUPS))
    return "-".join(groups)


def new_token() -> str:
    """An opaque secret of 256 bits."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """SHA-256 of a secret with enough entropy of its own, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


@cache
def _hasher() -> "PasswordHash":
    from pwdlib import PasswordHash

    return PasswordHash.recommended()


@cache
def _digest_of_nobody() -> str:
    return hash_password(secrets.token_urlsafe(16))
