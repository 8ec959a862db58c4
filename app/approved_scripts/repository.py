"""Every query over published versions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.approved_scripts.tables import ApprovedScriptVersionTable as Version


def ids(session: Session) -> tuple[str, ...]:
    """Ids of all published scripts, in order."""
    return tuple(session.scalars(select(Version.script_id).distinct().order_by(Version.script_id)))


def in_force(session: Session, *, script_id: str, at: datetime) -> Version | None:
    """The version that took effect last before a point in time; of two at once, the one published last."""
    query = select(Version).where(Version.script_id == script_id, Version.effective_from <= at)
    return session.scalar(query.order_by(Version.effective_from.desc(), Version.published_at.desc()).limit(1))


def by_version(session: Session, *, script_id: str, version: str) -> Version | None:
    """A version by its digest; every publication of it holds the same canonical content."""
    query = select(Version).where(Version.script_id == script_id, Version.version == version)
    return session.scalar(query.order_by(Version.published_at).limit(1))


def versions(session: Session, *, script_id: str) -> Sequence[Version]:
    """All publications of a script, the last in force first; of two for one date the later published."""
    query = select(Version).where(Version.script_id == script_id)
    return session.scalars(query.order_by(Version.effective_from.desc(), Version.published_at.desc())).all()
