"""Deleting the sound of a call, and knowing what has become of it.

The tombstone is committed before the bytes go: whoever finds them gone finds the reason too. Where the storage does not
answer, the tombstone stands and the same request again finishes the work.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.audit.service import SYSTEM, Actor, record
from app.calls.parts import sound_of
from app.calls.service import get_call, upload_name
from app.calls.tables import CallTable, DerivedSoundTable
from app.db.locks import hold
from app.db.session import Database
from app.errors import BadInput, NotFound, RecordingDeleted
from app.retention import repository
from app.retention.tables import DamagedRecordingTable, TombstoneTable
from app.storage.base import Storage, derived_folder, recording_key

MAXIMUM_REASON_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of the sound of a call.

    Attributes:
        call_id: The call, which stays with its findings.
        sha256: Hex digests of its recordings.
        size_bytes: Of all of them.
        reason: Why, in the words of who deleted it.
        deleted_by: Name of who did.
        deleted_at: When.
        erased_at: When the bytes were gone; None while they are there, for another call has the same recording or
            the storage did not answer.
    """

    call_id: str
    sha256: tuple[str, ...]
    size_bytes: int
    reason: str
    deleted_by: str
    deleted_at: datetime
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class SoundState:
    """How it stands with the sound of a call.

    Attributes:
        deleted: What is left of it, or None where it is there.
        damaged_at: When it was noticed that what is stored is not what was received, or None.
    """

    deleted: Tombstone | None = None
    damaged_at: datetime | None = None


def delete_recording(database: Database, storage: Storage, *, call_id: str, reason: str, actor: Actor) -> Tombstone:
    """Delete the sound of a call and everything that was made from it; the call stays with what was found.

    The bytes of a recording that another call has too stay for that call. A call whose sound was deleted before keeps
    the reason and the name that it has; what was left undone then is done.

    Args:
        database: Where the call stands.
        storage: Where its recordings lie.
        call_id: The call.
        reason: Why; not empty, at most 2000 characters.
        actor: Who deletes it.

    Raises:
        NotFound: If there is no such call.
        BadInput: If there is no reason.
        StorageUnavailable: If the storage does not answer; the tombstone stands, and the bytes go when it is asked
            for once more.
    """
    if not reason.strip() or len(reason) > MAXIMUM_REASON_LENGTH:
        raise BadInput(f"A deletion needs a reason of at most {MAXIMUM_REASON_LENGTH} characters.")
    with database.writing() as session:
        digests = _bury(session, call_id=call_id, reason=reason.strip(), actor=actor)
    for sha256 in digests:
        with database.writing() as session:
            _erase(session, storage, sha256=sha256)
    with database.reading() as session:
        tombstone = tombstone_of(session, call_id=call_id)
    assert tombstone is not None  # noqa: S101 - written above, and never taken away
    return tombstone


def tombstone_of(session: Session, *, call_id: str) -> Tombstone | None:
    """What is left of the sound of a call, or None where it was not deleted."""
    rows = repository.tombstones(session, call_id=call_id)
    if not rows:
        return None
    erased = [row.erased_at for row in rows]
    return Tombstone(
        call_id=call_id,
        sha256=tuple(row.recording_sha256 for row in rows),
        size_bytes=sum(row.size_bytes for row in rows),
        reason=rows[0].reason,
        deleted_by=rows[0].deleted_by_name,
        deleted_at=rows[0].deleted_at,
        erased_at=max((moment for moment in erased if moment), default=None) if all(erased) else None,
    )


def refuse_deleted(session: Session, *, call_id: str) -> None:
    """Let only those calls pass whose sound can be heard.

    Raises:
        RecordingDeleted: If it was deleted; tells when.
    """
    tombstone = tombstone_of(session, call_id=call_id)
    if tombstone is not None:
        when = f"{tombstone.deleted_at:%d %B %Y}".lstrip("0")
        # Not why: that was written for officers, and call centres read this too.
        raise RecordingDeleted(f"The sound of this call was deleted on {when}.")


def sound_state(session: Session, *, call: CallTable) -> SoundState:
    """How it stands with the sound of a call."""
    found = repository.damages(session, sha256=tuple(repository.recordings(session, call=call)))
    return SoundState(
        deleted=tombstone_of(session, call_id=call.id),
        damaged_at=min((row.noticed_at for row in found), default=None),
    )


def note_damage(session: Session, *, call_id: str, sha256: str, found: str | None) -> bool:
    """Write down that what is stored under a digest has another one, or that nothing is there.

    Args:
        session: A writing session.
        call_id: The call that was to be heard.
        sha256: The digest.
        found: What was there instead, or None.

    Returns:
        False where nothing is damaged, for the recording was deleted.
    """
    if repository.tombstones(session, call_id=call_id):
        return False
    session.merge(DamagedRecordingTable(recording_sha256=sha256, found_sha256=found, noticed_at=datetime.now(UTC)))
    record(
        session, actor=SYSTEM, action="recording.damaged", subject=call_id, details={"sha256": sha256, "found": found}
    )
    return True


def note_whole(session: Session, *, sha256: str) -> None:
    """Take back that a recording is damaged, after it was read whole: somebody has brought it back."""
    damaged = session.get(DamagedRecordingTable, sha256)
    if damaged is not None:
        session.delete(damaged)
        record(session, actor=SYSTEM, action="recording.whole-again", details={"sha256": sha256})


def may_keep(session: Session, *, call_id: str, sha256: str) -> bool:
    """Whether bytes of a recording may lie in the storage on account of this call; held until the transaction ends."""
    hold_recording(session, sha256=sha256)
    return session.get(TombstoneTable, (call_id, sha256)) is None or repository.is_held(session, sha256=sha256)


def note_return(session: Session, *, call_id: str, sha256: str, actor: Actor) -> None:
    """Write down where a new call brings bytes that were deleted as the recording of another call."""
    others = sorted(row.call_id for row in repository.tombstones_of(session, sha256=sha256))
    if others:
        details = {"sha256": sha256, "deleted_of": others[:10]}
        record(session, actor=actor, action="recording.returned", subject=call_id, details=details)


def hold_recording(session: Session, *, sha256: str) -> None:
    """Let nobody else enter or delete a recording of these bytes until this transaction ends."""
    hold(session, f"recording:{sha256}")


def clear_derived(storage: Storage, *, sha256: str) -> None:
    """Take away everything that was made from a recording."""
    for key in tuple(storage.keys(derived_folder(sha256))):
        _delete(storage, key)


def _bury(session: Session, *, call_id: str, reason: str, actor: Actor) -> tuple[str, ...]:
    call = get_call(session, call_id=call_id, actor=actor)
    # A part of this call that comes in now is entered before, and deleted too, or after, and refused.
    hold(session, upload_name(call_centre=call.call_centre, external_id=call.external_id))
    known = {row.recording_sha256 for row in repository.tombstones(session, call_id=call_id)}
    recordings = repository.recordings(session, call=call)
    new = {sha256: size for sha256, size in recordings.items() if sha256 not in known}
    for sha256, size in sorted(new.items()):
        session.add(
            TombstoneTable(
                call_id=call_id,
                recording_sha256=sha256,
                size_bytes=size,
                reason=reason,
                deleted_by_kind=actor.kind,
                deleted_by=actor.id,
                deleted_by_name=actor.name,
                deleted_at=datetime.now(UTC),
            )
        )
    if new:
        details = {"sha256": sorted(new), "size_bytes": sum(new.values())}
        record(session, actor=actor, action="recording.deleted", subject=call_id, details=details)
    # What was made from the parts of a cut call lies under the digest of them together.
    together = {sound_of(session, call=call).sha256, call.sound_sha256 or call.recording_sha256}
    return tuple(sorted({*recordings, *together}))


def _erase(session: Session, storage: Storage, *, sha256: str) -> None:
    """Delete the bytes that no call has any more, while nobody can enter a call with them."""
    hold_recording(session, sha256=sha256)
    if repository.is_held(session, sha256=sha256):
        return
    _delete(storage, recording_key(sha256))
    clear_derived(storage, sha256=sha256)
    derived = session.get(DerivedSoundTable, sha256)
    if derived is not None:
        session.delete(derived)
    for row in repository.tombstones_of(session, sha256=sha256):
        row.erased_at = row.erased_at or datetime.now(UTC)


def _delete(storage: Storage, key: str) -> None:
    try:
        storage.delete(key)
    except NotFound:
        return
