"""Recordings of a folder received as if each had been uploaded."""

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
from typing import IO, Any

from app.api.v1.pressure import pushing_back
from app.api.v1.service import Service
from app.api.v1.upload import Upload
from app.approved_scripts.service import list_scripts
from app.audit.service import Actor
from app.calls.metadata import parse_metadata
from app.calls.repository import call_centres
from app.calls.service import ReceivedRecording
from app.cli.output import note
from app.cli.recordings import FoundRecording
from app.errors import BadInput, Busy, CanvassMonitorError, TooLarge
from app.storage.base import CHUNK_BYTES
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
        name: Its path below the folder.
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
        except CanvassMonitorError as error:
            return Brought(recording.name, Status.REFUSED, problem=f"{error.message} {error.advice}")
        except OSError as error:
            return Brought(recording.name, Status.REFUSED, problem=f"It could not be brought in: {error.strerror}.")

    def _bring(self, recording: FoundRecording) -> Brought:
        text = json.dumps(recording.metadata).encode()
        metadata, received = parse_metadata(text), self._measure(recording.path)
        known = self.service.find_received(metadata, recording=received, actor=self.actor)
        if known is not None:
            return Brought(recording.name, Status.KNOWN, call=known.id)
        if self.dry_run:
            return Brought(recording.name, Status.NEW)
        return self._receive(recording, text, received)

    def _receive(self, recording: FoundRecording, text: bytes, expected: ReceivedRecording) -> Brought:
        while True:
            try:
                self.service.refuse_when_full(announced_bytes=expected.size_bytes)
                with pushing_back():
                    upload = Upload(text, expected, self._copy(recording.path, expected=expected))
                    received = self.service.receive(upload, actor=self.actor, priority=Priority.ARCHIVE)
            except Busy as busy:
                note(f"{busy.message} Waiting for {self.retry_after_s:.0f} s; workers must be running.")
                self.pause(self.retry_after_s)
            else:
                status = Status.RECEIVED if received.is_new else Status.KNOWN
                return Brought(recording.name, status, call=received.call.id)

    def _measure(self, path: Path) -> ReceivedRecording:
        limit = self.service.maximum_upload_bytes
        if path.stat().st_size > limit:
            raise TooLarge(f"A recording may have {limit} bytes at most.")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        kind = mimetypes.guess_type(path.name)[0] or ""
        kind = kind if kind.startswith(("audio/", "video/")) else "application/octet-stream"
        return ReceivedRecording(sha256=digest, size_bytes=path.stat().st_size, media_type=kind)

    def _copy(self, path: Path, *, expected: ReceivedRecording) -> Path:
        """A copy that nobody changes any more, flushed to the disk."""
        target = self.service.incoming_folder / secrets.token_hex(16)
        try:
            with path.open("rb") as source, target.open("xb") as copy:
                digest = _copy_all(source, copy)
                copy.flush()
                os.fsync(copy.fileno())
            if digest != expected.sha256:
                raise BadInput("It was changed while it was read.", next_step="Run the import again.")
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target


def _copy_all(source: IO[bytes], target: IO[bytes]) -> str:
    digest: Any = hashlib.sha256()
    while chunk := source.read(CHUNK_BYTES):
        digest.update(chunk)
        target.write(chunk)
    return str(digest.hexdigest())


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
