"""Everything that can go wrong, in one tree.

Raised low, translated once at the door: the API into a problem document, the command line into a line on
standard error and an exit code, the pages into a notice.

    CanvassMonitorError
    ├── BadInput                    the sender can mend it
    │   ├── InvalidScript           422  the approved script has faults, each with its line
    │   ├── InvalidTranscript       422  no transcript of the contract
    │   ├── InvalidMetadata         422  an upload's metadata
    │   ├── UnknownScript           422  no such approved script in force
    │   ├── RefusedTarget           422  no address that webhooks are sent to
    │   ├── BadDigest               400  other bytes than the Content-Digest sent with them stands for
    │   ├── UnsupportedRecording    415  not a kind of sound that is accepted
    │   └── TooLarge                413  more bytes than accepted
    ├── Unreviewable                     no trustworthy transcript can be made; the call's result, not a failure
    ├── Conflict                    409  the same identity with other content
    ├── NotFound                    404
    ├── NotSignedIn                 401
    ├── Forbidden                   403
    ├── Busy                        429  queue or disk nearly full; come back later (retryable)
    ├── RecordingDeleted             410  the sound of the call was deleted by somebody, for a reason
    ├── RecordingDamaged             500  the stored bytes are not those that were received
    ├── StorageUnavailable           503  the storage of the recordings does not answer (retryable)
    ├── DatabaseUnavailable         503  the database does not answer, or has no room or time (retryable)
    ├── OtherSecret                 500  the database was used with another key for the digests of numbers
    ├── WeightsMissing              503  models are not fetched, or do not match their digest
    └── ProcessingFailed            500  a stage crashed or ran out of time (retryable)
"""

from dataclasses import dataclass
from typing import ClassVar

from app.domain.audio import UnreviewableReason


class CanvassMonitorError(Exception):
    """Root of all errors that the program raises on purpose.

    Attributes:
        code: Stable identifier, the last part of a problem document's ``type``.
        status: HTTP status.
        next_step: What the reader can do about it.
        retryable: Whether the same request can succeed later.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    next_step: ClassVar[str] = "Look into the log of the service under the request's id."
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, next_step: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = next_step or self.next_step


class BadInput(CanvassMonitorError):
    """The sender can mend it."""

    code = "bad-input"
    status = 422
    next_step = "Mend what the message names and send it again."


@dataclass(frozen=True, slots=True)
class ScriptFault:
    """One fault of an approved script.

    Attributes:
        line: Line of the YAML file from 1, or None where it concerns the whole file.
        message: What is wrong.
        mend: What to write instead.
    """

    line: int | None
    message: str
    mend: str


class InvalidScript(BadInput):
    """The approved script has faults."""

    code = "invalid-script"

    def __init__(self, source: str, faults: tuple[ScriptFault, ...]) -> None:
        lines = (f"{source}:{fault.line or 1}: {fault.message} {fault.mend}" for fault in faults)
        super().__init__("\n".join(lines))
        self.source = source
        self.faults = faults


class InvalidTranscript(BadInput):
    """A line of input is no transcript of the contract."""

    code = "invalid-transcript"


class InvalidMetadata(BadInput):
    """An upload's metadata cannot be used."""

    code = "invalid-metadata"


class UnknownScript(BadInput):
    """No approved script of that id is in force."""

    code = "unknown-script"
    next_step = "Publish the script first, or name one of those that are published."


class RefusedTarget(BadInput):
    """No address that webhooks are sent to: it cannot be read, is not encrypted, or lies in a private network."""

    code = "refused-target"
    next_step = "Name an https:// address in the public network, or ask the administrator to allow your network."


class BadDigest(BadInput):
    """Other bytes arrived than the ``Content-Digest`` sent with them stands for, or it cannot be read."""

    code = "bad-digest"
    status = 400
    next_step = "Send it again; where that fails too, compute the SHA-256 anew over the bytes that are sent."


class UnsupportedRecording(BadInput):
    """Not a kind of sound that is accepted."""

    code = "unsupported-recording"
    status = 415
    next_step = "Send wav, mp3, ogg, opus, flac or m4a, or declare headerless sound under `raw`."


class TooLarge(BadInput):
    """More bytes than accepted."""

    code = "too-large"
    status = 413
    next_step = "Send a compressed recording (Opus, FLAC), or ask the administrator to raise the limit."


class Unreviewable(CanvassMonitorError):
    """No trustworthy transcript can be made of this recording; this is a call's result, not a failure.

    Attributes:
        reason: The contract's code for it.
    """

    code = "unreviewable"
    status = 422

    def __init__(self, reason: UnreviewableReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Conflict(CanvassMonitorError):
    """The same identity with other content."""

    code = "conflict"
    status = 409
    next_step = "Use another external_id for another call; what was received first is kept unchanged."


class NotFound(CanvassMonitorError):
    """No such thing, or none that this key or account may see."""

    code = "not-found"
    status = 404
    next_step = "Check the identifier and whether it belongs to your call centre."


class NotSignedIn(CanvassMonitorError):
    """A key or a session is needed."""

    code = "not-signed-in"
    status = 401
    next_step = "Send `Authorization: Bearer KEY`, or sign in."


class Forbidden(CanvassMonitorError):
    """The key or account may not do this."""

    code = "forbidden"
    status = 403
    next_step = "Ask the administrator for the right, or use the key of the right call centre."


class Busy(CanvassMonitorError):
    """The queue or the disk is nearly full."""

    code = "busy"
    status = 429
    next_step = "Send it again after the time in Retry-After."
    retryable = True


class RecordingDeleted(CanvassMonitorError):
    """The sound of the call was deleted; the call stays with what was found."""

    code = "recording-deleted"
    status = 410
    next_step = "What was found and decided still stands; the sound cannot be brought back."


class RecordingDamaged(CanvassMonitorError):
    """What is stored under a digest has another one, or is gone without having been deleted: the evidence is damaged.

    Attributes:
        found: Hex digest of what is there, or None where nothing is.
        sha256: Hex digest of what was received, or None where that is not told.
    """

    code = "recording-damaged"
    next_step = "Bring it back from the backup, and find out what changed it."

    def __init__(self, message: str, *, found: str | None, sha256: str | None = None) -> None:
        super().__init__(message)
        self.found = found
        self.sha256 = sha256


class StorageUnavailable(CanvassMonitorError):
    """The server that keeps the recordings does not answer, or refuses the service."""

    code = "storage-unavailable"
    status = 503
    next_step = "Try it again after a while (Retry-After); the operator must see to the storage."
    retryable = True


class DatabaseUnavailable(CanvassMonitorError):
    """The database does not answer, or has no room or no time for it.

    Attributes:
        sqlstate: What PostgreSQL or SQLite calls it; ``connection`` where it could say nothing.
    """

    code = "database-unavailable"
    status = 503
    next_step = "Try again in a minute; the operator sees by `canvass-monitor doctor` what is wrong."
    retryable = True

    def __init__(self, message: str, *, sqlstate: str) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


class OtherSecret(CanvassMonitorError):
    """The database was used with another key for the digests of telephone numbers than this process has."""

    code = "other-secret"
    next_step = "Set CANVASS_MONITOR_SECRET as it was, or bring `secret.key` of the data folder back from the backup."


class WeightsMissing(CanvassMonitorError):
    """Model weights are not there, or are not what the manifest names."""

    code = "weights-missing"
    status = 503
    next_step = "Run `canvass-monitor models fetch`."


class ProcessingFailed(CanvassMonitorError):
    """A stage crashed, hung or ran out of memory."""

    code = "processing-failed"
    next_step = "The call is marked unreviewable; judge it again, or send its id to the administrator."
    retryable = True
