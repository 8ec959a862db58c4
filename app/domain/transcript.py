"""What was said, by whom and when."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.audio import Source
from app.domain.units import Probability, Seconds


class Speaker(StrEnum):
    """Who speaks. Only the canvasser can deviate."""

    CANVASSER = "canvasser"
    CONTACT = "contact"
    OTHER = "other"
    UNKNOWN = "unknown"


class Reached(StrEnum):
    """What the recording shows at the other end of the line."""

    CONTACT = "contact"
    MACHINE = "machine"
    WRONG_NUMBER = "wrong-number"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Word:
    """One word as heard.

    Attributes:
        text: The word with its punctuation, without surrounding space.
        start: Seconds from the start of the recording, or None.
        end: Seconds from the start of the recording, or None.
        confidence: Probability in [0, 1] that this word was said, or None.
    """

    text: str
    start: Seconds | None = None
    end: Seconds | None = None
    confidence: Probability | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """One speaker's sentence or breath group: the unit of analysis.

    Attributes:
        index: The utterance's number, as the input gave it; never renumbered.
        speaker: Who said it.
        text: The words as a line of text.
        start: Seconds from the start of the recording, or None.
        end: Seconds from the start of the recording, or None.
        channel: Channel of the recording from 0, or None.
        confidence: Mean word confidence in [0, 1], or None.
        speaker_confidence: Probability in [0, 1] that ``speaker`` is right, or None.
        words: The words with their times; empty where the transcript has none.
    """

    index: int
    speaker: Speaker
    text: str
    start: Seconds | None = None
    end: Seconds | None = None
    channel: int | None = None
    confidence: Probability | None = None
    speaker_confidence: Probability | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """The recogniser that made a transcript.

    Attributes:
        name: Engine name of the contract, e.g. ``faster-whisper``.
        model: Model name, e.g. ``base``, or a folder's name.
        sha256: Hex digest of the weights; None where it is not known.
        settings: Decoding settings as sorted (name, value) pairs.
    """

    name: str
    model: str
    sha256: str | None = None
    settings: tuple[tuple[str, str], ...] = ()


class PartState(StrEnum):
    """What became of one of the recordings of a call."""

    HEARD = "heard"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class CallPart:
    """One of the recordings of a call that the dialler has cut.

    The parts are put end to end: how long the line was silent between them nobody knows.

    Attributes:
        number: Counted from 1.
        state: Whether it was heard.
        sha256: Hex digest of the file; None where it has not come in.
        start: Where it begins in the transcript, in seconds; None where it was not heard.
        end: Where it ends, in seconds; None where it was not heard.
    """

    number: int
    state: PartState
    sha256: str | None = None
    start: Seconds | None = None
    end: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole call in words.

    Attributes:
        call: Identifier of the call, or its file name.
        utterances: In order of time.
        duration: Length of the recording in seconds, or None.
        language: ISO 639-1 code, or None.
        reached: What is at the other end, or None where it is not known.
        source: The recording, or None for a transcript made elsewhere.
        engine: The recogniser, or None for a transcript made elsewhere.
        parts: The recordings of a call that was cut, by number; empty for a call that lies in one.
        notes: What was noticed about the sound, in sentences: damage that was got over, stretches that were left out.
    """

    call: str
    utterances: tuple[Utterance, ...] = ()
    duration: Seconds | None = None
    language: str | None = None
    reached: Reached | None = None
    source: Source | None = None
    engine: EngineInfo | None = None
    parts: tuple[CallPart, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def gaps(self) -> tuple[CallPart, ...]:
        """The parts of the call that were not heard."""
        return tuple(part for part in self.parts if part.state is not PartState.HEARD)
