"""Recordings of a folder or bucket received as if each had been uploaded."""

import hashlib
import json
import mimetypes
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.api.v1.pressure import pushing_back
from app.api.v1.service import Service
from app.api.v1.upload import Upload
from app.approved_scripts.service import list_scripts
from app.audit.service import Actor
from app.calls.metadata import CallMetadata, parse_metadata
from app.calls.repository import call_centres
from app.calls.service import ReceivedRecording
from app.cli.output import note
from app.cli.recordings import FoundRecording
from app.errors import BadInput, Busy, CanvassMonitorError, DatabaseUnavailable, StorageUnavailable, TooLarge
from app.work.queue import Priority

Pause = Callable[[float], None]


class Status(StrEnum):
    """What became of a recording."""

    RECEIVED = "received"
    KNOWN = "known"
    NEW = "new"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one recording.

    Attributes:
        name: Its path below the folder or prefix.
        status: ``new`` where only a look was taken.
        call: Id of the call, where there is one.
        problem: Why it was refused.
    """

    name: str
    status: Status
    call: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Bringing:
    """Brings recordings in one by one.

    Attributes:
        service: What receives them.
        actor: Who brings them in.
        retry_after_s: How long to wait where queue or disk are nearly full.
        dry_run: Nothing is brought in.
        pause: Waits.
    """

    service: Service
    actor: Actor
    retry_after_s: float
    dry_run: bool = False
    pause: Pause = time.sleep

    def bring(self, recording: FoundRecording) -> Brought:
        """Bring one in, unless it was before; the others must not suffer for what is wrong with it."""
        if recording.problem is not None:
            return Brought(recording.name, Status.REFUSED, problem=recording.problem)
        try:
            return self._bring(recording)
        except (StorageUnavailable, DatabaseUnavailable):
            # The others would fare no better, each after a long wait.
            raise
        except CanvassMonitorError as error:
            return Brought(recording.name, Status.REFUSED, problem=f"{error.message} {error.advice}")
        except OSError as error:
            return Brought(recording.name, Status.REFUSED, problem=f"It could not be brought in: {error.strerror}.")

    def _bring(self, recording: FoundRecording) -> Brought:
        limit = self.service.maximum_upload_bytes
        if recording.place.size_bytes(recording.name) > limit:
            raise TooLarge(f"A recording may have {limit} bytes at most.")
        text = json.dumps(recording.metadata).encode()
        metadata, sha256 = parse_metadata(text), recording.place.sha256(recording.name)
        if sha256 is not None:
            seen = self._look(recording, metadata, sha256=sha256)
            if seen is not None:
                return seen
        while True:
            try:
                return self._receive(recording, text, metadata, expected=sha256)
            except Busy as busy:
                note(f"{busy.message} Waiting for {self.retry_after_s:.0f} s; workers must be running.")
                self.pause(self.retry_after_s)

    def _look(self, recording: FoundRecording, metadata: CallMetadata, *, sha256: str) -> Brought | None:
        """What there is to say without bringing it in."""
        known = self.service.find_received(metadata, recording=_received(recording, sha256), actor=self.actor)
        if known is not None:
            return Brought(recording.name, Status.KNOWN, call=known.id)
        return Brought(recording.name, Status.NEW) if self.dry_run else None

    def _receive(
        self, recording: FoundRecording, text: bytes, metadata: CallMetadata, *, expected: str | None
    ) -> Brought:
        place, name = recording.place, recording.name
        self.service.refuse_when_full(announced_bytes=place.size_bytes(name))
        with pushing_back():
            copy = self.service.incoming_folder / secrets.token_hex(16)
            try:
                sha256 = _copy(recording, copy)
                if expected not in (None, sha256):
                    raise BadInput("It was changed while it was read.", next_step="Run the import again.")
                if expected is None:
                    place.remember(name, sha256=sha256)
                    seen = self._look(recording, metadata, sha256=sha256)
                    if seen is not None:
                        return seen
                upload = Upload(text, _received(recording, sha256), copy)
                received = self.service.receive(upload, actor=self.actor, priority=Priority.ARCHIVE)
            finally:
                copy.unlink(missing_ok=True)
        return Brought(name, Status.RECEIVED if received.is_new else Status.KNOWN, call=received.call.id)


def _received(recording: FoundRecording, sha256: str) -> ReceivedRecording:
    kind = mimetypes.guess_type(recording.name)[0] or ""
    kind = kind if kind.startswith(("audio/", "video/")) else "application/octet-stream"
    size = recording.place.size_bytes(recording.name)
    return ReceivedRecording(sha256=sha256, size_bytes=size, media_type=kind)


def _copy(recording: FoundRecording, target: Path) -> str:
    """Make a copy that nobody changes any more, flushed to the disk; returns its digest."""
    digest = hashlib.sha256()
    with target.open("xb") as copy:
        for chunk in recording.place.chunks(recording.name):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


def check_all(service: Service, *, script: str | None, call_centre: str | None) -> str | None:
    """Find out before the first file what would be wrong with all; returns the call centre for all of them."""
    with service.database.reading() as session:
        scripts, centres = list_scripts(session), call_centres(session)
    if script is not None and script not in scripts:
        known = ", ".join(scripts) or "none"
        raise BadInput(f"The script {script!r} is not published. Published: {known}.", next_step="Publish it first.")
    if call_centre is not None and call_centre not in centres:
        known = ", ".join(centres) or "none"
        raise BadInput(
            f"There is no call centre {call_centre!r}. Known: {known}.", next_step="Make a key for it first."
        )
    return call_centre or (centres[0] if len(centres) == 1 else None)
