"""Officers and their sessions. Keys of call centres stand in `app.accounts.keys`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts import passwords, repository
from app.accounts.keys import KeyHolder, KeyRow, add_key, key_of, list_keys, revoke_key
from app.accounts.policy import RIGHTS_OF_ROLE, Right, Role
from app.accounts.tables import AccountTable, SessionTable
from app.audit.service import Actor, record
from app.db.identifiers import new_id
from app.db.locks import hold, hold_row
from app.errors import BadInput, Conflict, NotFound

FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)
SESSION_LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may come in.

    Attributes:
        id: Identifier.
        username: What they sign in with, in lower case.
        name: For people to read.
        role: officer or administrator.
        must_change: Whether the first password still stands; then nothing works but changing it.
        locked_until: No password is accepted before, or None.
    """

    id: str
    username: str
    name: str
    role: Role
    must_change: bool
    locked_until: datetime | None = None

    @property
    def rights(self) -> frozenset[Right]:
        """What the role allows."""
        return RIGHTS_OF_ROLE[self.role]

    @property
    def actor(self) -> Actor:
        """The person as the doer of something."""
        return Actor(kind="account", id=self.id, name=self.name)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session.

    Attributes:
        token: What the browser keeps; its digest only is stored.
        account: Whose session it is.
        expires_at: When it ends by itself.
    """

    token: str
    account: Account
    expires_at: datetime


def sign_in(session: Session, *, username: str, password: str, at: datetime) -> SignedIn | None:
    """Start a session, or count a failure.

    Nothing is raised for a wrong password, since the count of failures must be committed.

    Args:
        session: A writing session.
        username: In any case.
        password: As typed.
        at: Now, with its zone.

    Returns:
        The session, or None where name or password is wrong or the account is locked: five failures lock it for
        15 minutes. Which of them it was is not to be shown.
    """
    row = repository.account_by_username(session, _normalised(username), held=True)
    right = passwords.is_password(password, row.password_hash if row else None)
    if row is None or row.disabled_at is not None:
        return None
    if row.locked_until is not None and row.locked_until > at:
        record(session, actor=_account(row).actor, action="sign-in.refused", subject=row.id, details={"locked": True})
        return None
    if not right:
        _count_failure(session, row=row, at=at)
        return None
    row.failures, row.locked_until = 0, None
    token, expires_at = passwords.new_token(), at + SESSION_LASTS
    digest = passwords.digest_of(token)
    session.add(SessionTable(token_sha256=digest, account_id=row.id, created_at=at, expires_at=expires_at))
    account = _account(row)
    record(session, actor=account.actor, action="sign-in.done", subject=row.id, at=at)
    return SignedIn(token=token, account=account, expires_at=expires_at)


def sign_out(session: Session, *, token: str, at: datetime) -> None:
    """End a session; one that is not there is ended already."""
    found = repository.session_by_digest(session, passwords.digest_of(token))
    if found is None or found[0].ended_at is not None:
        return
    found[0].ended_at = at
    record(session, actor=_account(found[1]).actor, action="sign-out.done", subject=found[1].id, at=at)


def account_of(session: Session, *, token: str, at: datetime) -> Account | None:
    """Whose session it is, or None where it has ended or never was."""
    found = repository.session_by_digest(session, passwords.digest_of(token))
    if found is None:
        return None
    row, account = found
    if row.ended_at is not None or row.expires_at <= at or account.disabled_at is not None:
        return None
    return _account(account)


def change_password(session: Session, *, account_id: str, old: str, new: str, keep_token: str | None = None) -> None:
    """Replace a password by one's own choice; all other sessions of the account end.

    Args:
        session: A writing session.
        account_id: Whose.
        old: The password so far.
        new: At least 12 characters, and another than the old one.
        keep_token: The session that goes on.

    Raises:
        BadInput: If the old password is wrong or the new one cannot be used; says which.
        NotFound: If there is no such account.
    """
    row = _account_row(session, account_id)
    if not passwords.is_password(old, row.password_hash):
        raise BadInput("The present password is not right.", next_step="Type the password that you signed in with.")
    if len(new) < passwords.MINIMUM_PASSWORD_LENGTH:
        raise BadInput(f"The new password needs at least {passwords.MINIMUM_PASSWORD_LENGTH} characters.")
    if new == old:
        raise BadInput("The new password is the present one.", next_step="Choose another.")
    row.password_hash, row.must_change = passwords.hash_password(new), False
    keep = passwords.digest_of(keep_token) if keep_token else None
    repository.end_sessions(session, account_id=row.id, at=datetime.now(UTC), keep=keep)
    record(session, actor=_account(row).actor, action="password.changed", subject=row.id)


def add_account(session: Session, *, username: str, name: str, role: Role, actor: Actor) -> str:
    """Let somebody in.

    Returns:
        The first password, which is shown once and must be changed at the first sign-in.

    Raises:
        BadInput: If the user name is empty or longer than 100 characters.
        Conflict: If the user name is taken.
    """
    wanted = _normalised(username)
    if not 0 < len(wanted) <= 100 or any(letter.isspace() for letter in wanted):
        raise BadInput("A user name has 1 to 100 characters and no spaces.")
    hold(session, f"account:{wanted}")
    if repository.account_by_username(session, wanted) is not None:
        raise Conflict(f"The user name {wanted} is taken.", next_step="Choose another user name.")
    password = passwords.first_password()
    row = AccountTable(
        id=new_id("account"),
        username=wanted,
        name=name or wanted,
        role=Role(role),
        password_hash=passwords.hash_password(password),
        created_at=datetime.now(UTC),
    )
    session.add(row)
    record(session, actor=actor, action="account.added", subject=row.id, details={"role": str(role)})
    return password


def reset_password(session: Session, *, username: str, actor: Actor) -> str:
    """Give somebody a new first password; unlocks the account and ends its sessions.

    Raises:
        NotFound: If there is no such account.
    """
    row = repository.account_by_username(session, _normalised(username), held=True)
    if row is None:
        raise NotFound(f"There is no account {_normalised(username)}.", next_step="List the accounts.")
    password = passwords.first_password()
    row.password_hash, row.must_change = passwords.hash_password(password), True
    row.failures, row.locked_until = 0, None
    repository.end_sessions(session, account_id=row.id, at=datetime.now(UTC))
    record(session, actor=actor, action="password.reset", subject=row.id)
    return password


def list_accounts(session: Session) -> tuple[Account, ...]:
    """Everybody, by user name."""
    return tuple(_account(row) for row in repository.accounts(session))


def _count_failure(session: Session, *, row: AccountTable, at: datetime) -> None:
    row.failures += 1
    if row.failures >= FAILURES_BEFORE_LOCK:
        row.failures, row.locked_until = 0, at + LOCKED_FOR
    details = {"locked": row.locked_until is not None and row.locked_until > at}
    record(session, actor=_account(row).actor, action="sign-in.failed", subject=row.id, details=details, at=at)


def _account_row(session: Session, account_id: str) -> AccountTable:
    row = hold_row(session, AccountTable, account_id)
    if row is None:
        raise NotFound("There is no such account.")
    return row


def _account(row: AccountTable) -> Account:
    return Account(
        id=row.id,
        username=row.username,
        name=row.name,
        role=Role(row.role),
        must_change=row.must_change,
        locked_until=row.locked_until,
    )


def _normalised(username: str) -> str:
    return username.strip().lower()


__all__ = [
    "Account",
    "KeyHolder",
    "KeyRow",
    "SignedIn",
    "account_of",
    "add_account",
    "add_key",
    "change_password",
    "key_of",
    "list_accounts",
    "list_keys",
    "reset_password",
    "revoke_key",
    "sign_in",
    "sign_out",
]
