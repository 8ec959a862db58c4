"""Publishing approved scripts, and finding the version that was in force when a call was made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from app.approved_scripts import repository
from app.approved_scripts.authoring import parse_script
from app.approved_scripts.canonical import canonical_text, digest_of, script_of
from app.approved_scripts.tables import ApprovedScriptVersionTable
from app.audit.service import Actor, record
from app.db.locks import hold
from app.domain.script import ApprovedScript
from app.errors import NotFound, ProcessingFailed, UnknownScript

EVER_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When the first version of a script takes effect, unless a date is given: calls made before it was published are
judged by it."""


class Standing(StrEnum):
    """How a publication stands at some moment."""

    IN_FORCE = "in-force"
    UPCOMING = "upcoming"
    PAST = "past"
    REPLACED = "replaced"
    """Another one was published later for the same date: no call is judged by it."""


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """One publication of an immutable version.

    Attributes:
        script_id: Stable across versions.
        version: ``sha256:`` and the digest of the canonical content.
        title: For people to read.
        effective_from: Calls made from then on are judged by it, until a later one takes effect.
        published_at: When it was entered; of two for one date the later counts.
        published_by: Id of the account that did it.
    """

    script_id: str
    version: str
    title: str
    effective_from: datetime
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing has done.

    Attributes:
        version: What is in force from the date on.
        is_new: False where it was in force then already, so that nothing was changed.
    """

    version: PublishedVersion
    is_new: bool


@dataclass(frozen=True, slots=True)
class DatedVersion:
    """A publication and how it stands.

    Attributes:
        published: The publication.
        standing: At the moment that was asked for.
        until: When the next one takes effect, or None.
    """

    published: PublishedVersion
    standing: Standing
    until: datetime | None


@dataclass(frozen=True, slots=True)
class VersionContent:
    """One version, whatever dates it was published for.

    Attributes:
        script: Ready to judge by.
        content: The YAML as it was handed in last.
        publications: Newest first.
    """

    script: ApprovedScript
    content: str
    publications: tuple[PublishedVersion, ...]


def publish(
    session: Session,
    *,
    content: str,
    source: str,
    actor: Actor,
    effective_from: datetime | None = None,
) -> PublishedVersion:
    """Put a version in force; the same as `publish_version` for those who need not know whether it was so already."""
    return publish_version(session, content=content, source=source, actor=actor, effective_from=effective_from).version


def publish_version(
    session: Session,
    *,
    content: str,
    source: str,
    actor: Actor,
    effective_from: datetime | None = None,
) -> Publication:
    """Put a version in force.

    Publishing what is in force already changes nothing. A publication is never taken back: whoever has published the
    wrong thing publishes the right one for the same date, and the later counts.

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
    hold(session, f"script:{script.id}")
    since = effective_from or default_date(session, script_id=script.id)
    in_force = repository.in_force(session, script_id=script.id, at=since)
    if in_force is not None and in_force.version == script.version:
        return Publication(_published(in_force), is_new=False)
    row = ApprovedScriptVersionTable(
        script_id=script.id,
        version=script.version,
        effective_from=since,
        title=script.title,
        content=content,
        canonical=canonical_text(script),
        published_at=_after_all_others(session, script_id=script.id),
        published_by=actor.id,
    )
    session.add(row)
    session.flush()
    details = {"version": script.version, "effective_from": since.isoformat()}
    record(session, actor=actor, action="script.published", subject=script.id, details=details)
    return Publication(_published(row), is_new=True)


def default_date(session: Session, *, script_id: str) -> datetime:
    """From when a version is in force for which no date is given."""
    return datetime.now(UTC) if repository.versions(session, script_id=script_id) else EVER_SINCE


def _after_all_others(session: Session, *, script_id: str) -> datetime:
    """Now, or just after the last publication where a clock was set back: the later published must win."""
    last = max((row.published_at for row in repository.versions(session, script_id=script_id)), default=EVER_SINCE)
    return max(datetime.now(UTC), last + timedelta(microseconds=1))


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


def find_in_force(session: Session, *, script_id: str, at: datetime) -> ApprovedScript | None:
    """The script that calls made at that time are judged by, or None where there was none."""
    row = repository.in_force(session, script_id=script_id, at=at)
    return None if row is None else _script(row)


def load_version(session: Session, *, script_id: str, version: str) -> ApprovedScript:
    """A published version, ready to judge by; it stays what it was, however scripts are read by now.

    Raises:
        UnknownScript: If it was never published.
        ProcessingFailed: If the database no longer holds what was published.
    """
    row = repository.by_version(session, script_id=script_id, version=version)
    if row is None:
        raise UnknownScript(f"The version {version} of the script `{script_id}` was never published.")
    return _script(row)


def open_version(session: Session, *, script_id: str, version: str) -> VersionContent:
    """One version for people to read.

    Raises:
        NotFound: If it was never published.
    """
    rows = [row for row in repository.versions(session, script_id=script_id) if row.version == version]
    if not rows:
        raise NotFound("There is no such version of an approved script.", next_step="See the list of scripts.")
    rows.sort(key=lambda row: row.published_at, reverse=True)
    return VersionContent(_script(rows[0]), rows[0].content, tuple(_published(row) for row in rows))


def list_scripts(session: Session) -> tuple[str, ...]:
    """Ids of all published scripts, in order."""
    return repository.ids(session)


def list_versions(session: Session, *, script_id: str) -> tuple[PublishedVersion, ...]:
    """All publications of a script, the last in force first."""
    return tuple(_published(row) for row in repository.versions(session, script_id=script_id))


def timeline(session: Session, *, script_id: str, at: datetime) -> tuple[DatedVersion, ...]:
    """All publications of a script with how they stand, the last in force first.

    Raises:
        NotFound: If nothing was ever published under that id.
    """
    published = list_versions(session, script_id=script_id)
    if not published:
        raise NotFound("There is no such approved script.", next_step="See the list of scripts.")
    return tuple(_dated(published, number, at=at) for number in range(len(published)))


def next_date(session: Session, *, script_id: str, after: datetime) -> datetime | None:
    """When the next version after a moment takes effect, or None."""
    dates = (version.effective_from for version in list_versions(session, script_id=script_id))
    return min((date for date in dates if date > after), default=None)


def _dated(published: Sequence[PublishedVersion], number: int, *, at: datetime) -> DatedVersion:
    this = published[number]
    until = min((v.effective_from for v in published if v.effective_from > this.effective_from), default=None)
    return DatedVersion(this, _standing(this, published[:number], until, at=at), until)


def _standing(
    this: PublishedVersion, before: Sequence[PublishedVersion], until: datetime | None, *, at: datetime
) -> Standing:
    if any(other.effective_from == this.effective_from for other in before):
        return Standing.REPLACED
    if this.effective_from > at:
        return Standing.UPCOMING
    return Standing.IN_FORCE if until is None or until > at else Standing.PAST


def _script(row: ApprovedScriptVersionTable) -> ApprovedScript:
    try:
        if digest_of(row.canonical) == row.version:
            return script_of(row.canonical)
    except ValueError:
        pass
    raise ProcessingFailed(
        f"What is stored of {row.script_id} {row.version} is not what was published.",
        next_step="Restore the database from a backup.",
    )


def _published(row: ApprovedScriptVersionTable) -> PublishedVersion:
    return PublishedVersion(
        script_id=row.script_id,
        version=row.version,
        title=row.title,
        effective_from=row.effective_from,
        published_at=row.published_at,
        published_by=row.published_by,
    )
