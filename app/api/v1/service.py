"""What the JSON interface asks of the slices, one transaction each."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.api.v1.pressure import busy
from app.api.v1.upload import Upload
from app.audit.service import Actor, record
from app.calls import repository as calls
from app.calls.metadata import CallMetadata, parse_metadata
from app.calls.parts import CallSound, SoundPart, sound_of
from app.calls.room import Room
from app.calls.service import Received, ReceivedRecording, get_call
from app.calls.tables import CallTable
from app.db.session import Database
from app.errors import DatabaseUnavailable, NotFound, StorageUnavailable
from app.retention.repository import is_held
from app.retention.service import (
    Tombstone,
    delete_recording,
    hold_recording,
    may_keep,
    note_return,
    refuse_deleted,
    tombstone_of,
)
from app.reviews import service as reviews
from app.reviews.filters import CallSearch
from app.reviews.finding_calls import FoundPage, find_calls, log_search
from app.reviews.service import CallView, DecisionRow
from app.runs.service import foresee, submit
from app.storage.base import Storage, recording_key
from app.telemetry import logger
from app.work.queue import Priority


@dataclass(frozen=True, slots=True)
class Sound:
    """Bytes that can be played.

    Attributes:
        key: Where they lie.
        media_type: What they are.
        size_bytes: How many.
        etag: The same for the same bytes.
    """

    key: str
    media_type: str
    size_bytes: int
    etag: str


@dataclass(frozen=True, slots=True)
class Service:
    """The slices as another program uses them.

    Attributes:
        database: Where everything is kept.
        storage: Where recordings lie.
        incoming_folder: Where uploads lie until they are whole.
        maximum_upload_bytes: Of one recording.
        minimum_free_bytes: Below that uploads are answered 429.
        maximum_queued_calls: Above that uploads are answered 429.
        room: What is left of these.
        wait_for_parts_s: How long after a part of a call the next is waited for.
        secret: Key of this installation for digests of telephone numbers.
    """

    database: Database
    storage: Storage
    incoming_folder: Path
    maximum_upload_bytes: int
    minimum_free_bytes: int
    maximum_queued_calls: int
    room: Room
    wait_for_parts_s: float
    secret: bytes = field(repr=False)

    def refuse_when_full(self, *, announced_bytes: int = 0) -> None:
        """Push back before the disk or the queue is full.

        Args:
            announced_bytes: What is about to come in, as far as it is known.

        Raises:
            Busy: If either is nearly so.
        """
        # What is over the limit is refused as such, and not because it would fill the disk.
        expected = min(announced_bytes, self.maximum_upload_bytes)
        if self.free_bytes() - expected < self.minimum_free_bytes:
            raise busy("disk", "The disk is nearly full.")
        if not self.room.take():
            raise busy("queue", "Too many calls wait to be judged.")

    def free_bytes(self) -> int:
        """Free space where recordings come in, which is the file system of the folder storage."""
        self.incoming_folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.incoming_folder).free

    def receive(self, upload: Upload, *, actor: Actor, priority: Priority = Priority.FRESH_UPLOAD) -> Received:
        """Keep the recording, then enter the call and its job in one transaction.

        A recording whose call is refused after all is taken out of the storage again, unless another call has it. One
        that was deleted is answered as it was before and does not come back.

        Args:
            upload: What came in; its file is deleted.
            actor: Who sends it.
            priority: What is judged first.
        """
        try:
            metadata = parse_metadata(upload.metadata)
            known = self.find_received(metadata, recording=upload.recording, actor=actor)
            if known is not None and self._is_deleted(known):
                return Received(call=known, is_new=False)
            key = recording_key(upload.recording.sha256)
            written = self.storage.put_new(key, upload.path)
            try:
                with self.database.writing() as session:
                    hold_recording(session, sha256=upload.recording.sha256)
                    received = submit(
                        session,
                        metadata=metadata,
                        recording=upload.recording,
                        actor=actor,
                        secret=self.secret,
                        priority=priority,
                        wait_for_parts_s=self.wait_for_parts_s,
                    )
                    self._settle_bytes(session, received, upload, actor=actor)
                    return received
            except BaseException:
                if written:
                    self._take_back(upload.recording)
                raise
        finally:
            upload.path.unlink(missing_ok=True)

    def find_received(self, metadata: CallMetadata, *, recording: ReceivedRecording, actor: Actor) -> CallTable | None:
        """The call that the same upload has entered before, or None; refuses what `receive` would refuse."""
        with self.database.reading() as session:
            return foresee(session, metadata=metadata, recording=recording, actor=actor, secret=self.secret)

    def _is_deleted(self, call: CallTable) -> bool:
        with self.database.reading() as session:
            return tombstone_of(session, call_id=call.id) is not None

    def _settle_bytes(self, session: Session, received: Received, upload: Upload, *, actor: Actor) -> None:
        """Let the recording be there if the call may have it, whatever other uploads and deletions have done since."""
        sha256 = upload.recording.sha256
        key, call_id = recording_key(sha256), received.call.id
        is_there = self.storage.exists(key)
        if not may_keep(session, call_id=call_id, sha256=sha256):
            if is_there:
                self.storage.delete(key)
            return
        if not is_there:
            # It was there before, and was deleted since with the call that had brought it.
            self.storage.put_new(key, upload.path)
        if received.is_new:
            note_return(session, call_id=call_id, sha256=sha256, actor=actor)

    def _take_back(self, recording: ReceivedRecording) -> None:
        """Delete what no call names, while no call with it can be entered.

        Where the database does not answer, the recording stays under its digest until the retention comes by.
        """
        try:
            with self.database.writing() as session:
                hold_recording(session, sha256=recording.sha256)
                if not is_held(session, sha256=recording.sha256):
                    self.storage.delete(recording_key(recording.sha256))
        except (SQLAlchemyError, DatabaseUnavailable, OSError, NotFound, StorageUnavailable) as error:
            logger(__name__).warning("recording.left", error=type(error).__name__)

    def list_calls(self, *, actor: Actor, search: CallSearch, cursor: str | None, limit: int) -> FoundPage:
        """One page of calls, the newest first; a person's search is logged, and whoever looks for words."""
        with self.database.reading() as session:
            page = find_calls(session, search=search, actor=actor, cursor=cursor, limit=limit)
        if search.text is not None or (actor.kind == "account" and search != CallSearch()):
            with self.database.writing() as session:
                log_search(session, search=search, actor=actor, continued=cursor is not None, found=len(page.items))
        return page

    def open_call(self, call_id: str, *, actor: Actor) -> CallView:
        """One call; the view is logged, but for one that is asked after while it waits."""
        with self.database.reading() as session:
            view = reviews.call_view(session, call_id=call_id, actor=actor)
        if view.result is not None:
            with self.database.writing() as session:
                reviews.log_view(session, view=view, actor=actor)
        return view

    def sound(
        self,
        call_id: str,
        *,
        actor: Actor,
        variant: Literal["original", "playback"],
        part: str | None,
        number: int | None = None,
    ) -> Sound:
        """The sound of a call; what of it is given out is logged, each time.

        Args:
            call_id: The call.
            actor: Who asks.
            variant: The recording as it was received, or an Opus that every browser plays.
            part: The range that is asked for, ``whole``, or None where only the headers are.
            number: Which of the recordings of a call that was cut; None for its only one.

        Raises:
            NotFound: If there is no such call or part, or no Opus was made of it.
            RecordingDeleted: If the sound was deleted.
        """
        with self.database.reading() as session:
            call = get_call(session, call_id=call_id, actor=actor)
            refuse_deleted(session, call_id=call_id)
            derived = calls.derived_sound(session, recording_sha256=call.sound_sha256 or call.recording_sha256)
            recordings = sound_of(session, call=call)
        original = _original(recordings, number) if variant == "original" else recordings.parts[0]
        key, media_type = recording_key(original.sha256), original.media_type
        etag = original.sha256
        if variant == "playback":
            if derived is None or derived.playback_key is None:
                raise NotFound("No playback sound was made of this recording.", next_step="Take the original.")
            key, media_type, etag = derived.playback_key, "audio/ogg", derived.recording_sha256
        size = self.storage.size_bytes(key)
        if part is not None:
            details: dict[str, object] = {"variant": variant, "part": part}
            if recordings.is_cut and variant == "original":
                details["number"] = original.number
            with self.database.writing() as session:
                record(session, actor=actor, action="recording.opened", subject=call_id, details=details)
        return Sound(key=key, media_type=media_type, size_bytes=size, etag=f"{etag[:32]}-{variant}")

    def bytes_of(self, sound: Sound, start: int, end: int) -> Iterator[bytes]:
        """The bytes ``[start, end)`` in chunks."""
        return self.storage.open_range(sound.key, start=start, end=end)

    def delete_recording(self, call_id: str, *, reason: str, actor: Actor) -> Tombstone:
        """Delete the sound of a call; the call stays with what was found."""
        return delete_recording(self.database, self.storage, call_id=call_id, reason=reason, actor=actor)

    def decide(
        self,
        call_id: str,
        *,
        finding: str | None,
        run: str | None,
        verdict: str,
        reason: str,
        note: str | None,
        actor: Actor,
    ) -> DecisionRow:
        """Write down a decision."""
        with self.database.writing() as session:
            return reviews.decide(
                session,
                call_id=call_id,
                finding=finding,
                run=run,
                verdict=verdict,
                reason=reason,
                note=note,
                actor=actor,
            )

    def judge_again(self, call_id: str, *, script_id: str | None, actor: Actor) -> str:
        """Have a call judged once more."""
        with self.database.writing() as session:
            return reviews.judge_again(session, call_id=call_id, script_id=script_id, actor=actor)


def _original(sound: CallSound, number: int | None) -> SoundPart:
    """One of the recordings of a call, as it was received."""
    if number is None and sound.is_cut:
        numbers = ", ".join(str(part.number) for part in sound.parts)
        raise NotFound("This call lies in several recordings.", next_step=f"Ask with `part`, one of {numbers}.")
    found = sound.part(number or 1)
    if found is None:
        raise NotFound(f"The call has no part {number}.", next_step="See `parts` of the call.")
    return found


def service_of(request: Request) -> Service:
    """The service that `app.main` has put up."""
    service: Service = request.app.state.service
    return service
