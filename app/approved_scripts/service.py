"""Publishing approved scripts, and finding the version that was in force when a call was made."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.approved_scripts import repository
from app.approved_scripts.authoring import parse_script
from app.approved_scripts.tables import ApprovedScriptVersionTable
from app.audit.service import Actor, record
from app.domain.script import ApprovedScript
from app.errors import UnknownScript

EVER_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When the first version of a script takes effect, unless a date is given: calls made before it was published are
judged by it."""


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """One immutable version.

    Attributes:
        script_id: Stable across versions.
        version: ``sha256:`` and the digest of the canonical content.
        title: For people to read.
        effective_from: Calls made from then on are judged by it, until a later one takes effect.
        published_at: When it was entered.
    """

    script_id: str
    version: str
    title: str
    effective_from: datetime
    published_at: datetime


def publish(
    session: Session,
    *,
    content: str,
    source: str,
    actor: Actor,
    effective_from: datetime | None = None,
) -> PublishedVersion:
    """Put a version in force.

    Publishing what is in force already changes nothing.

    Args:
        session: A writing session.
        content: The YAML.
        source: Name of the file, for the faults.
        actor: Who publishes it.
        effective_from: From when calls are judged by it. Where it is not given: the first version of a script ever
            since, a later one from now on.

    Raises:
        InvalidScript: If the YAML has faults.
    """
    script = parse_script(content, source=source)
    now = datetime.now(UTC)
    first = not repository.versions(session, script_id=script.id)
    since = effective_from or (EVER_SINCE if first else now)
    in_force = repository.in_force(session, script_id=script.id, at=since)
    if in_force is not None and in_force.version == script.version:
        return _published(in_force)
    row = ApprovedScriptVersionTable(
        script_id=script.id,
        version=script.version,
        effective_from=since,
        title=script.title,
        content=content,
        published_at=now,
        published_by=actor.id,
    )
    session.add(row)
    session.flush()
    details = {"version": script.version, "effective_from": since.isoformat()}
    record(session, actor=actor, action="script.published", subject=script.id, details=details)
    return _published(row)


def version_in_force(session: Session, *, script_id: str, at: datetime) -> PublishedVersion:
    """The version that a call made at that time is judged by.

    Raises:
        UnknownScript: If none was in force then.
    """
    row = repository.in_force(session, script_id=script_id, at=at)
    if row is None:
        known = ", ".join(repository.ids(session)) or "none"
        raise UnknownScript(f"No version of the script `{script_id}` was in force at that time. Published: {known}.")
    return _published(row)


def load_version(session: Session, *, script_id: str, version: str) -> ApprovedScript:
    """A published version, ready to judge by.

    Raises:
        UnknownScript: If it was never published.
    """
    row = repository.by_version(session, script_id=script_id, version=version)
    if row is None:
        raise UnknownScript(f"The version {version} of the script `{script_id}` was never published.")
    return parse_script(row.content, source=f"{script_id} {version}")


def list_scripts(session: Session) -> tuple[str, ...]:
    """Ids of all published scripts, in order."""
    return repository.ids(session)


def list_versions(session: Session, *, script_id: str) -> tuple[PublishedVersion, ...]:
    """All versions of a script, the last in force first."""
    return tuple(_published(row) for row in repository.versions(session, script_id=script_id))


def _published(row: ApprovedScriptVersionTable) -> PublishedVersion:
    return PublishedVersion(
        script_id=row.script_id,
        version=row.version,
        title=row.title,
        effective_from=row.effective_from,
        published_at=row.published_at,
    )
