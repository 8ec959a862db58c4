"""What is known of a recording before anybody has listened to it."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.units import Seconds


class RawEncoding(StrEnum):
    """Encodings of headerless sound that must be declared, since nothing in the file tells."""

    MULAW = "mulaw"
    ALAW = "alaw"
    S16LE = "s16le"


@dataclass(frozen=True, slots=True)
class RawFormat:
    """The declared format of a headerless recording.

    Attributes:
        encoding: How a sample is coded.
        sample_rate_hz: Samples a second and channel, 4 000 to 192 000.
        channels: Interleaved channels, 1 or 2.

    Raises:
        ValueError: If the rate or the number of channels is out of range.
    """

    encoding: RawEncoding
    sample_rate_hz: int = 8000
    channels: int = 1

    def __post_init__(self) -> None:
        if not 4000 <= self.sample_rate_hz <= 192_000:
            raise ValueError(f"raw sample rate {self.sample_rate_hz} Hz is outside 4000..192000")
        if self.channels not in (1, 2):
            raise ValueError(f"raw sound has 1 or 2 channels, not {self.channels}")


@dataclass(frozen=True, slots=True)
class Source:
    """The recording that a transcript was made from.

    Attributes:
        sha256: Hex digest of the file as it was received.
        sample_rate_hz: Rate of the file, before resampling; None where the file could not be read.
        channels: Channels of the file; None where the file could not be read.
    """

    sha256: str | None
    sample_rate_hz: int | None
    channels: int | None


class UnreviewableReason(StrEnum):
    """Why no trustworthy transcript could be made; the codes of the contract."""

    UNREADABLE = "unreadable"
    TOO_LONG = "too-long"
    SILENT = "silent"
    NO_SPEECH = "no-speech"
    NOT_ENGLISH = "not-english"
    NOT_UNDERSTOOD = "not-understood"
    PROCESSING_FAILED = "processing-failed"


@dataclass(frozen=True, slots=True)
class ChannelRoles:
    """Which channel of a stereo recording carries whom, where the call centre has said so.

    Attributes:
        canvasser: Channel index from 0.
        contact: Channel index from 0, another than ``canvasser``.
    """

    canvasser: int
    contact: int

    def __post_init__(self) -> None:
        if {self.canvasser, self.contact} != {0, 1}:
            raise ValueError("canvasser and contact are the channels 0 and 1, one each")


__all__ = ["ChannelRoles", "RawEncoding", "RawFormat", "Seconds", "Source", "UnreviewableReason"]
