"""Receiving a call once, and finding it again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.tables import CallCentreTable
from app.audit.service import Actor, record
from app.calls import repository
from app.calls.metadata import CallMetadata
from app.calls.parts import CallSound, add_part, part_received, sound_of
from app.calls.tables import CallTable, DerivedSoundTable
from app.db.identifiers import new_id
from app.db.locks import hold
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
    """A call, and whether it, or this part of it, came in just now.

    Attributes:
        call: As it stands now.
        is_new: False where the same upload was received before.
        part: Number of the part that was sent, or None for a whole call.
        cut: Which parts there are, or None for a whole call.
    """

    call: CallTable
    is_new: bool
    part: int | None = None
    cut: CallSound | None = None


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
    """The call that the same upload has entered before, or None where the call, or this part of it, would be new.

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
    if known is None:
        return None
    is_there = True
    if metadata.part is not None:
        raw, sha256 = metadata.raw, recording.sha256
        is_there = part_received(session, call=known, part=metadata.part, sha256=sha256, raw=raw) is not None
    elif repository.parts(session, call_id=known.id):
        raise Conflict(f"The call {known.id} was received in parts, not whole.", next_step="Send its `part` along.")
    elif known.recording_sha256 != recording.sha256:
        raise Conflict(f"Another recording was received under the external_id of call {known.id}.")
    if known.metadata_digest != metadata.digest(call_centre=call_centre, secret=secret):
        raise Conflict(f"Other metadata were received under the external_id of call {known.id}.")
    return known if is_there else None


def upload_name(*, call_centre: str, external_id: str) -> str:
    """What is held while something is entered or deleted under a call centre's name for a call."""
    return f"call:{call_centre}\n{external_id}"


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
    call_centre = owner_of(metadata, actor=actor)
    # Two uploads under one external_id at once, parts of one call above all, see each other.
    hold(session, upload_name(call_centre=call_centre, external_id=metadata.external_id))
    known = find_known(session, metadata=metadata, recording=recording, actor=actor, secret=secret)
    if known is not None:
        return _received(session, known, metadata, is_new=False)
    call = repository.by_external_id(session, call_centre=call_centre, external_id=metadata.external_id)
    if call is None:
        call = _enter(session, metadata=metadata, recording=recording, call_centre=call_centre, secret=secret)
    details: dict[str, Any] = {"sha256": recording.sha256}
    if metadata.part is not None:
        add_part(session, call=call, part=metadata.part, recording=_columns(recording), raw=metadata.raw)
        details["part"] = metadata.part.number
    record(session, actor=actor, action="call.received", subject=call.id, details=details)
    return _received(session, call, metadata, is_new=True)


def _received(session: Session, call: CallTable, metadata: CallMetadata, *, is_new: bool) -> Received:
    if metadata.part is None:
        return Received(call=call, is_new=is_new)
    return Received(call=call, is_new=is_new, part=metadata.part.number, cut=sound_of(session, call=call))


def _enter(
    session: Session, *, metadata: CallMetadata, recording: ReceivedRecording, call_centre: str, secret: bytes
) -> CallTable:
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
        **_columns(recording),
    )
    session.add(call)
    session.flush()
    return call


def _columns(recording: ReceivedRecording) -> dict[str, Any]:
    return {
        "recording_sha256": recording.sha256,
        "recording_size_bytes": recording.size_bytes,
        "recording_type": recording.media_type,
    }


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
    hold(session, f"derived:{recording_sha256}")
    session.merge(
        DerivedSoundTable(
            recording_sha256=recording_sha256,
            playback_key=playback_key,
            peaks=peaks,
            made_at=datetime.now(UTC),
        )
    )


def keep_sound(session: Session, *, call_id: str, sha256: str) -> str | None:
    """Remember what stands for the sound of a call that was cut, as far as it has come in.

    Returns:
        What stood for it before, and no longer does; its derived sound is forgotten.
    """
    call = session.get_one(CallTable, call_id)
    before, call.sound_sha256 = call.sound_sha256, sha256
    if before in (None, sha256):
        return None
    derived = session.get(DerivedSoundTable, before)
    if derived is not None:
        session.delete(derived)
    return before
