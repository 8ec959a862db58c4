"""The whole analysis on one screen: decode, transcribe, attribute, align, detect, grade, corroborate."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from app.domain.audio import ChannelRoles, RawFormat, Source, UnreviewableReason
from app.domain.finding import CallResult
from app.domain.script import ApprovedScript
from app.domain.transcript import Reached, Speaker, Transcript
from app.errors import Unreviewable
from app.pipeline.alignment.dialogue import follow
from app.pipeline.assessment.corroborate import corroborate
from app.pipeline.audio.decode import decode
from app.pipeline.audio.recording import Recording
from app.pipeline.judge import Judge
from app.pipeline.speakers.attribute import attribute
from app.pipeline.speakers.voices import VoiceEncoder
from app.pipeline.transcription.base import Engine
from app.pipeline.transcription.transcribe import transcribe


@dataclass(frozen=True, slots=True)
class Ears:
    """What listening takes.

    Attributes:
        engine: The recogniser.
        voices: Tells voices apart where one channel carries both parties, or None.
        second: Another model that hears critical findings again; None where none is wanted.
    """

    engine: Engine
    voices: VoiceEncoder | None
    second: Engine | None = None

    def unload(self) -> None:
        """Give the recognisers' memory back; the next call loads them again."""
        self.engine.unload()
        if self.second is not None:
            self.second.unload()


@dataclass(frozen=True, slots=True)
class Hearing:
    """A recording that was listened to.

    Attributes:
        transcript: What was heard; without utterances where nothing could be.
        reason: Why no trustworthy transcript could be made, or None.
        recording: The decoded sound, or None where the file could not be read.
    """

    transcript: Transcript
    reason: UnreviewableReason | None
    recording: Recording | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """A recording that was listened to and judged."""

    result: CallResult
    recording: Recording | None


def analyze_recording(
    path: Path,
    *,
    call: str,
    script: ApprovedScript,
    ears: Ears,
    judge: Judge,
    raw: RawFormat | None = None,
    roles: ChannelRoles | None = None,
) -> Analysis:
    """Hear one recording and compare it with its approved script.

    Args:
        path: The recording.
        call: Identifier of the call.
        script: The approved script in force when the call was made.
        ears: Recogniser and voices.
        judge: The text half.
        raw: Format of a headerless recording.
        roles: Which channel carries whom, where the call centre has said so.

    Returns:
        The result; an unreadable, silent or foreign recording is one too.

    Raises:
        WeightsMissing: If the models are not there.
    """
    hearing = hear(path, call=call, script=script, ears=ears, raw=raw, roles=roles)
    if hearing.reason or hearing.recording is None:
        reason = hearing.reason or UnreviewableReason.UNREADABLE
        result = judge.unreviewable(hearing.transcript, script=script, reason=reason)
        return Analysis(result, hearing.recording)
    result = judge.judge(hearing.transcript, script=script)
    corroborated = corroborate(
        result,
        hearing.recording,
        engine=ears.engine,
        language=judge.language(script),
        hinted=bool(names_of(script)),
        second=ears.second,
    )
    return Analysis(corroborated, hearing.recording)


def hear(
    path: Path,
    *,
    call: str,
    script: ApprovedScript | None,
    ears: Ears,
    raw: RawFormat | None = None,
    roles: ChannelRoles | None = None,
) -> Hearing:
    """Turn one recording into a transcript, or into the reason why there is none.

    Args:
        path: The recording.
        call: Identifier of the call.
        script: Tells the canvasser's words from the contact's, and which names to expect; None where there is none.
        ears: Recogniser and voices.
        raw: Format of a headerless recording.
        roles: Which channel carries whom, where the call centre has said so.

    Raises:
        WeightsMissing: If the models are not there.
    """
    recording: Recording | None = None
    try:
        recording = decode(path, raw=raw)
        heard = transcribe(recording, engine=ears.engine, hints=names_of(script) if script else ())
    except Unreviewable as problem:
        return Hearing(_nothing(path, call, recording, ears), problem.reason, recording)
    utterances = attribute(heard, recording, script=script, voices=ears.voices, roles=roles)
    transcript = Transcript(
        call=call,
        utterances=utterances,
        duration=recording.duration,
        language=heard.language,
        source=recording.source,
        engine=heard.engine,
        notes=tuple(_sentence(note) for note in heard.notes),
    )
    return Hearing(_with_reached(transcript), None, recording)


def names_of(script: ApprovedScript) -> tuple[str, ...]:
    """The names that the recogniser is told to expect; never the script itself, or it skips lines as said already."""
    authorities = (name for name in script.authorities if name[:1].isupper())
    return (*(option.name for option in script.options if " " in option.name or not script.ballot), *authorities)


def _nothing(path: Path, call: str, recording: Recording | None, ears: Ears) -> Transcript:
    if recording is not None:
        return Transcript(
            call=call,
            duration=recording.duration,
            source=recording.source,
            engine=ears.engine.info,
            notes=tuple(_sentence(note) for note in recording.notes),
        )
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Transcript(call=call, source=Source(sha256=digest, sample_rate_hz=None, channels=None))


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:]}."


def _with_reached(transcript: Transcript) -> Transcript:
    reached = follow(transcript).reached
    if reached not in (Reached.MACHINE, Reached.NOBODY):
        return replace(transcript, reached=reached)
    # A machine is nobody whom the canvasser talks to, nor is the network's announcer.
    utterances = tuple(
        replace(utterance, speaker=Speaker.OTHER) if utterance.speaker is Speaker.CONTACT else utterance
        for utterance in transcript.utterances
    )
    return replace(transcript, reached=reached, utterances=utterances)
