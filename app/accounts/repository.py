"""Every query over accounts, sessions and keys."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.tables import AccountTable, ApiKeyTable, SessionTable


def account_by_username(session: Session, username: str, *, held: bool = False) -> AccountTable | None:
    """The account that signs in with this name; held, nobody else changes it until the transaction ends."""
    query = select(AccountTable).where(AccountTable.username == username)
    if held:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalar(query)


def accounts(session: Session) -> Sequence[AccountTable]:
    """All accounts by user name."""
    return session.scalars(select(AccountTable).order_by(AccountTable.username)).all()


def session_by_digest(session: Session, token_sha256: str) -> tuple[SessionTable, AccountTable] | None:
    """A session and whose it is."""
    query = select(SessionTable, AccountTable).join(AccountTable, AccountTable.id == SessionTable.account_id)
    row = session.execute(query.where(SessionTable.token_sha256 == token_sha256)).first()
    return None if row is None else (row[0], row[1])


def end_sessions(session: Session, *, account_id: str, at: datetime, keep: str | None = None) -> None:
    """End the running sessions of an account, but for the one to keep."""
    query = update(SessionTable).where(SessionTable.account_id == account_id, SessionTable.ended_at.is_(None))
    if keep is not None:
        query = query.where(SessionTable.token_sha256 != keep)
    session.execute(query.values(ended_at=at))


def keys(session: Session) -> Sequence[ApiKeyTable]:
    """All keys by call centre and age."""
    return session.scalars(select(ApiKeyTable).order_by(ApiKeyTable.call_centre, ApiKeyTable.created_at)).all()
