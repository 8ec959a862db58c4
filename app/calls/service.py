"""Receiving a call once, and finding it again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.tables import CallCentreTable
from app.audit.service import Actor, record
from app.calls import repository
from app.calls.metadata import CallMetadata
from app.calls.tables import CallTable, DerivedSoundTable
from app.db.identifiers import new_id
from app.errors import Conflict, Forbidden, InvalidMetadata, NotFound


@dataclass(frozen=True, slots=True)
class ReceivedRecording:
    """A recording that lies in the storage.

    Attributes:
        sha256: Hex digest of its bytes.
        size_bytes: How many.
        media_type: As the sender declared it.
    """

    sha256: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Received:
    """A call, and whether it came in just now."""

    call: CallTable
    is_new: bool


def owner_of(metadata: CallMetadata, *, actor: Actor) -> str:
    """Whose call it is.

    Raises:
        Forbidden: If the metadata name another call centre than the key's, or none and the actor has none.
    """
    if actor.call_centre is None:
        if metadata.call_centre is None:
            raise Forbidden("Only a call centre's key tells whose call it is.", next_step="Name the call centre.")
        return metadata.call_centre
    if metadata.call_centre not in (None, actor.call_centre):
        raise Forbidden("The key belongs to another call centre than the metadata name.")
    return actor.call_centre


def find_known(
    session: Session,
    *,
    metadata: CallMetadata,
    recording: ReceivedRecording,
    actor: Actor,
    secret: bytes,
) -> CallTable | None:
    """The call that the same upload has entered before, or None where it would be a new one.

    Args:
        session: Any session.
        metadata: What the sender tells of it.
        recording: Its digest counts.
        actor: Who sends it.
        secret: Key of this installation for digests of telephone numbers.

    Raises:
        Forbidden: If the call centre is not the sender's.
        InvalidMetadata: If there is no such call centre.
        Conflict: If the call centre has sent something else under the same ``external_id``.
    """
    call_centre = owner_of(metadata, actor=actor)
    if session.get(CallCentreTable, call_centre) is None:
        raise InvalidMetadata("`call_centre` names none that is known here.", next_step="Make a key for it first.")
    known = repository.by_external_id(session, call_centre=call_centre, external_id=metadata.external_id)
    if known is not None:
        if known.recording_sha256 != recording.sha256:
            raise Conflict(f"Another recording was received under the external_id of call {known.id}.")
        if known.metadata_digest != metadata.digest(call_centre=call_centre, secret=secret):
            raise Conflict(f"Other metadata were received under the external_id of call {known.id}.")
    return known


def receive(
    session: Session,
    *,
    metadata: CallMetadata,
    recording: ReceivedRecording,
    actor: Actor,
    secret: bytes,
) -> Received:
    """Enter a call, or find the one that was entered by the same upload before.

    Args:
        session: A writing session.
        metadata: What the sender tells of it.
        recording: What lies in the storage.
        actor: Who sends it.
        secret: Key of this installation for digests of telephone numbers.

    Raises:
        Forbidden: If the call centre is not the sender's.
        InvalidMetadata: If there is no such call centre.
        Conflict: If the call centre has sent something else under the same ``external_id``.
    """
    known = find_known(session, metadata=metadata, recording=recording, actor=actor, secret=secret)
    if known is not None:
        return Received(call=known, is_new=False)
    call_centre = owner_of(metadata, actor=actor)
    details = metadata.details()
    call = CallTable(
        id=new_id("call"),
        call_centre=call_centre,
        external_id=metadata.external_id,
        script_id=metadata.script,
        started_at=metadata.started_at,
        received_at=datetime.now(UTC),
        canvasser_id=metadata.canvasser_id,
        campaign=metadata.campaign,
        details=details,
        metadata_digest=metadata.digest(call_centre=call_centre, secret=secret),
        dialled_digest=metadata.dialled_digest(secret=secret),
        dialled_ends=details["dialled_number_ends"],
        disposition=metadata.disposition,
        recording_sha256=recording.sha256,
        recording_size_bytes=recording.size_bytes,
        recording_type=recording.media_type,
    )
    session.add(call)
    session.flush()
    record(session, actor=actor, action="call.received", subject=call.id, details={"sha256": recording.sha256})
    return Received(call=call, is_new=True)


def get_call(session: Session, *, call_id: str, actor: Actor) -> CallTable:
    """One call.

    Raises:
        NotFound: If there is none, or none that the actor may see.
    """
    call = session.get(CallTable, call_id)
    if call is None or actor.call_centre not in (None, call.call_centre):
        raise NotFound("There is no such call.")
    return call


def keep_derived(
    session: Session,
    *,
    recording_sha256: str,
    playback_key: str | None,
    peaks: dict[str, Any] | None,
) -> None:
    """Remember what was made from a recording for the browser, in place of what was made before."""
    session.merge(
        DerivedSoundTable(
            recording_sha256=recording_sha256,
            playback_key=playback_key,
            peaks=peaks,
            made_at=datetime.now(UTC),
        )
    )
