"""What the JSON interface asks of the slices, one transaction each."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from app.api.v1.pressure import busy
from app.api.v1.upload import Upload
from app.audit.service import Actor, record
from app.calls import repository as calls
from app.calls.metadata import CallMetadata, parse_metadata
from app.calls.repository import CallFilter
from app.calls.service import Received, ReceivedRecording, get_call
from app.calls.tables import CallTable
from app.db.cursor import bad_cursor, decode_cursor, encode_cursor
from app.db.session import Database
from app.errors import NotFound
from app.reviews import service as reviews
from app.reviews.repository import has_code
from app.reviews.service import CallView, DecisionRow, QueueRow
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
        secret: Key of this installation for digests of telephone numbers.
    """

    database: Database
    storage: Storage
    incoming_folder: Path
    maximum_upload_bytes: int
    minimum_free_bytes: int
    maximum_queued_calls: int
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
        with self.database.reading() as session:
            if calls.waiting(session) >= self.maximum_queued_calls:
                raise busy("queue", "Too many calls wait to be judged.")

    def free_bytes(self) -> int:
        """Free space where recordings come in, which is the file system of the folder storage."""
        self.incoming_folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.incoming_folder).free

    def receive(self, upload: Upload, *, actor: Actor, priority: Priority = Priority.FRESH_UPLOAD) -> Received:
        """Keep the recording, then enter the call and its job in one transaction.

        A recording whose call is refused after all is taken out of the storage again, unless another call has it.

        Args:
            upload: What came in; its file is deleted.
            actor: Who sends it.
            priority: What is judged first.
        """
        try:
            metadata = parse_metadata(upload.metadata)
            self.find_received(metadata, recording=upload.recording, actor=actor)
            key = recording_key(upload.recording.sha256)
            written = self.storage.put_new(key, upload.path)
            try:
                with self.database.writing() as session:
                    received = submit(
                        session,
                        metadata=metadata,
                        recording=upload.recording,
                        actor=actor,
                        secret=self.secret,
                        priority=priority,
                    )
                    if not self.storage.exists(key):
                        # It was there before, and the upload that had brought it was refused since.
                        self.storage.put_new(key, upload.path)
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

    def _take_back(self, recording: ReceivedRecording) -> None:
        """Delete what no call names. Writing transactions run one after the other, so no call can be entered meanwhile.

        Where the database does not answer, the recording stays under its digest until the retention comes by.
        """
        try:
            with self.database.writing() as session:
                if not calls.has_recording(session, sha256=recording.sha256):
                    self.storage.delete(recording_key(recording.sha256))
        except (SQLAlchemyError, OSError, NotFound) as error:
            logger(__name__).warning("recording.left", error=type(error).__name__)

    def list_calls(
        self,
        *,
        actor: Actor,
        outcome: str | None,
        script: str | None,
        call_centre: str | None,
        status: str | None,
        code: str | None,
        external_id: str | None,
        started_from: datetime | None,
        started_to: datetime | None,
        cursor: str | None,
        limit: int,
    ) -> tuple[tuple[QueueRow, ...], str | None]:
        """One page of calls, the newest first, and the cursor of the next."""
        if actor.call_centre is not None and call_centre not in (None, actor.call_centre):
            return (), None
        chosen = CallFilter(
            outcome=outcome,
            script=script,
            call_centre=actor.call_centre or call_centre,
            status=status,
            external_id=external_id,
            started_from=started_from,
            started_to=started_to,
        )
        further = () if code is None else (has_code(code),)
        with self.database.reading() as session:
            found = calls.newest(session, filter=chosen, further=further, before=_before(cursor), limit=limit + 1)
            rows = reviews.queue_rows(session, calls=found[:limit])
        return rows, encode_cursor([rows[-1].call_id]) if len(found) > limit else None

    def open_call(self, call_id: str, *, actor: Actor) -> CallView:
        """One call; the view is logged, but for one that is asked after while it waits."""
        with self.database.reading() as session:
            view = reviews.call_view(session, call_id=call_id, actor=actor)
        if view.result is not None:
            with self.database.writing() as session:
                reviews.log_view(session, view=view, actor=actor)
        return view

    def sound(self, call_id: str, *, actor: Actor, variant: Literal["original", "playback"], part: str | None) -> Sound:
        """The sound of a call; what of it is given out is logged, each time.

        Args:
            call_id: The call.
            actor: Who asks.
            variant: The recording as it was received, or an Opus that every browser plays.
            part: The range that is asked for, ``whole``, or None where only the headers are.

        Raises:
            NotFound: If there is no such call, or no Opus was made of it.
        """
        with self.database.reading() as session:
            call = get_call(session, call_id=call_id, actor=actor)
            derived = calls.derived_sound(session, recording_sha256=call.recording_sha256)
        key, media_type = recording_key(call.recording_sha256), call.recording_type
        if variant == "playback":
            if derived is None or derived.playback_key is None:
                raise NotFound("No playback sound was made of this recording.", next_step="Take the original.")
            key, media_type = derived.playback_key, "audio/ogg"
        size = self.storage.size_bytes(key)
        if part is not None:
            details = {"variant": variant, "part": part}
            with self.database.writing() as session:
                record(session, actor=actor, action="recording.opened", subject=call_id, details=details)
        return Sound(key=key, media_type=media_type, size_bytes=size, etag=f"{call.recording_sha256[:32]}-{variant}")

    def bytes_of(self, sound: Sound, start: int, end: int) -> Iterator[bytes]:
        """The bytes ``[start, end)`` in chunks."""
        return self.storage.open_range(sound.key, start=start, end=end)

    def decide(
        self, call_id: str, *, finding: str | None, verdict: str, reason: str, note: str | None, actor: Actor
    ) -> DecisionRow:
        """Write down a decision."""
        with self.database.writing() as session:
            return reviews.decide(
                session, call_id=call_id, finding=finding, verdict=verdict, reason=reason, note=note, actor=actor
            )

    def judge_again(self, call_id: str, *, script_id: str | None, actor: Actor) -> str:
        """Have a call judged once more."""
        with self.database.writing() as session:
            return reviews.judge_again(session, call_id=call_id, script_id=script_id, actor=actor)


def service_of(request: Request) -> Service:
    """The service that `app.main` has put up."""
    service: Service = request.app.state.service
    return service


def _before(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    place = decode_cursor(cursor)
    if len(place) != 1 or not isinstance(place[0], str):
        raise bad_cursor()
    return place[0]
