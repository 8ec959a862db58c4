"""Keys with which the programs of a call centre come in: ``cmk_<id>_<secret>``."""

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.accounts import passwords, repository
from app.accounts.policy import KEY_SCOPES, Right
from app.accounts.tables import ApiKeyTable, CallCentreTable
from app.audit.service import Actor, record
from app.db.locks import hold, hold_row
from app.errors import BadInput, NotFound

_KEY = re.compile(r"cmk_([0-9a-f]{12})_([0-9a-f]{48})")
_CALL_CENTRE = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A program that came in with a key.

    Attributes:
        id: The key's identifier, the middle part of the key.
        call_centre: Whose calls it may send and see.
        name: For people to read.
        rights: The key's scopes.
    """

    id: str
    call_centre: str
    name: str
    rights: frozenset[Right]

    @property
    def actor(self) -> Actor:
        """The program as the doer of something."""
        return Actor(kind="key", id=self.id, name=self.name, call_centre=self.call_centre)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key in a list; its secret is not known to anybody here."""

    id: str
    call_centre: str
    name: str
    scopes: tuple[Right, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def add_key(
    session: Session,
    *,
    call_centre: str,
    actor: Actor,
    name: str = "",
    scopes: Sequence[Right] = KEY_SCOPES,
    expires_at: datetime | None = None,
) -> str:
    """Make a key for a call centre, which is entered where it is new. Two may be active, for rotation.

    Returns:
        The key, which is shown once.

    Raises:
        BadInput: If the call centre's id is not lower-case letters, digits, ``.``, ``_`` or ``-``, or a scope is none
            that a key may hold.
    """
    if not _CALL_CENTRE.fullmatch(call_centre):
        raise BadInput("A call centre's id has up to 100 lower-case letters, digits, `.`, `_` or `-`.")
    if not set(scopes) <= set(KEY_SCOPES):
        raise BadInput(f"A key may hold {', '.join(KEY_SCOPES)}.")
    hold(session, f"call-centre:{call_centre}")
    if session.get(CallCentreTable, call_centre) is None:
        session.add(CallCentreTable(id=call_centre, created_at=datetime.now(UTC)))
        session.flush()
        record(session, actor=actor, action="call-centre.added", subject=call_centre)
    key_id, secret = secrets.token_hex(6), secrets.token_hex(24)
    session.add(
        ApiKeyTable(
            id=key_id,
            call_centre=call_centre,
            name=name or call_centre,
            secret_sha256=passwords.digest_of(secret),
            scopes=[str(scope) for scope in scopes],
            created_at=datetime.now(UTC),
            expires_at=expires_at,
        )
    )
    record(session, actor=actor, action="key.added", subject=key_id, details={"call_centre": call_centre})
    return f"cmk_{key_id}_{secret}"


def list_keys(session: Session) -> tuple[KeyRow, ...]:
    """All keys, by call centre and age."""
    return tuple(
        KeyRow(
            id=row.id,
            call_centre=row.call_centre,
            name=row.name,
            scopes=tuple(Right(scope) for scope in row.scopes),
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )
        for row in repository.keys(session)
    )


def revoke_key(session: Session, *, key_id: str, actor: Actor) -> None:
    """Let a key open nothing any more, from this moment.

    Raises:
        NotFound: If there is no such key.
    """
    row = hold_row(session, ApiKeyTable, key_id)
    if row is None:
        raise NotFound(f"There is no key {key_id}.", next_step="List the keys.")
    if row.revoked_at is None:
        row.revoked_at = datetime.now(UTC)
        record(session, actor=actor, action="key.revoked", subject=key_id)


def key_of(session: Session, *, key: str, at: datetime) -> KeyHolder | None:
    """Who holds the key, or None where it opens nothing."""
    parts = _KEY.fullmatch(key)
    row = session.get(ApiKeyTable, parts[1]) if parts else None
    if parts is None or row is None or not hmac.compare_digest(row.secret_sha256, passwords.digest_of(parts[2])):
        return None
    if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= at):
        return None
    rights = frozenset(Right(scope) for scope in row.scopes)
    return KeyHolder(id=row.id, call_centre=row.call_centre, name=row.name, rights=rights)
