"""Who says what: by channel where each party has one, by voice where they share one."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from app.domain.audio import ChannelRoles
from app.domain.script import ApprovedScript
from app.domain.transcript import Speaker, Utterance
from app.domain.units import Probability
from app.pipeline.audio.recording import Recording
from app.pipeline.speakers.mono import attribute_voices
from app.pipeline.speakers.script_fit import fit, tokens, wordings
from app.pipeline.speakers.turns import introduces_itself, is_machine
from app.pipeline.speakers.voices import VoiceEncoder
from app.pipeline.transcription.base import Segment
from app.pipeline.transcription.guard import mean_confidence
from app.pipeline.transcription.transcribe import Heard

FITS_FROM = 0.75
"""Likeness from which a stretch counts as read from the script: scripted sentences as recognised lie above .8, other
talk of four and more words below .65 (sample calls, November 2026)."""

DECLARED_CONFIDENCE: Probability = 0.99
SWAPPED_CONFIDENCE: Probability = 0.75
SWAP_NEEDS_WORDS = 12
SWAP_NEEDS_RATIO = 4.0
INTRODUCED_CONFIDENCE: Probability = 0.6
MACHINE_CONFIDENCE: Probability = 0.9

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attributed:
    """A stretch of words of one speaker.

    Attributes:
        segment: The words.
        speaker: Who said them.
        confidence: Probability in [0, 1] that this is right.
    """

    segment: Segment
    speaker: Speaker
    confidence: Probability


def attribute(
    heard: Heard,
    recording: Recording,
    *,
    script: ApprovedScript | None = None,
    voices: VoiceEncoder | None = None,
    roles: ChannelRoles | None = None,
) -> tuple[Utterance, ...]:
    """Say who said what.

    With two channels the canvasser's is the one whose words fit the script; declared roles go before, unless the words
    clearly fit the other way round: then the declaration is taken for swapped, the words are believed, and every
    speaker's confidence is lowered to .75. In one channel the voice that reads lines of the script is the canvasser's.
    Without a script somebody who introduces themselves as a caller is taken for the canvasser with a confidence of at
    most .6; failing that the speakers are ``unknown``. A machine that answers is ``other``.

    Args:
        heard: What was heard.
        recording: The recording that it was heard in.
        script: The approved script, or None.
        voices: The voice encoder for one channel; without it only the words decide there.
        roles: Which channel carries whom, as the call centre has declared; None where it has not.

    Returns:
        In order of time, indexes from 0.
    """
    if heard.channels == 2:
        attributed = _by_channel(heard, script, roles)
    else:
        attributed = [
            Attributed(*item) for item in attribute_voices(heard.segments, recording.channels[0], script, voices)
        ]
    attributed = _with_machines(attributed)
    attributed.sort(key=lambda item: (item.segment.start, item.segment.channel, item.segment.end))
    return tuple(_utterance(index, item) for index, item in enumerate(attributed))


def _by_channel(heard: Heard, script: ApprovedScript | None, roles: ChannelRoles | None) -> list[Attributed]:
    canvasser, confidence = _canvassers_channel(heard.segments, script, roles)
    attributed = []
    for segment in heard.segments:
        if canvasser is None:
            speaker = Speaker.UNKNOWN
        else:
            speaker = Speaker.CANVASSER if segment.channel == canvasser else Speaker.CONTACT
        attributed.append(Attributed(segment, speaker, confidence))
    return attributed


def _canvassers_channel(
    segments: Sequence[Segment], script: ApprovedScript | None, roles: ChannelRoles | None
) -> tuple[int | None, Probability]:
    """The channel of the canvasser, or None, and how sure that is."""
    scripted = _scripted_words(segments, script)
    if roles is not None:
        mine, theirs = scripted[roles.canvasser], scripted[roles.contact]
        if theirs >= SWAP_NEEDS_WORDS and theirs >= SWAP_NEEDS_RATIO * max(1, mine):
            log.warning("speakers.swapped", declared_canvasser=roles.canvasser)
            return roles.contact, SWAPPED_CONFIDENCE
        return roles.canvasser, DECLARED_CONFIDENCE
    if scripted[0] != scripted[1]:
        best = 0 if scripted[0] > scripted[1] else 1
        return best, min(0.99, (scripted[best] + 2) / (scripted[0] + scripted[1] + 3))
    for segment in segments:
        if introduces_itself(segment):
            return segment.channel, INTRODUCED_CONFIDENCE
    return None, 0.5


def _scripted_words(segments: Sequence[Segment], script: ApprovedScript | None) -> tuple[int, int]:
    """For each of two channels, how many words stand in stretches that are read from the script."""
    if script is None:
        return 0, 0
    approved = wordings(script)
    counts = [0, 0]
    for segment in segments:
        if fit((word.text for word in segment.words), approved) >= FITS_FROM:
            counts[segment.channel] += len(tokens(segment.text))
    return counts[0], counts[1]


def _with_machines(attributed: list[Attributed]) -> list[Attributed]:
    """Turn the called line into ``other`` until the canvasser speaks, where a machine answers there."""
    first = next((i for i, item in enumerate(attributed) if item.speaker is Speaker.CANVASSER), len(attributed))
    machine = any(is_machine(item.segment) for item in attributed[:first])
    return [
        Attributed(item.segment, Speaker.OTHER, MACHINE_CONFIDENCE)
        if item.speaker in (Speaker.CONTACT, Speaker.UNKNOWN) and ((machine and i < first) or is_machine(item.segment))
        else item
        for i, item in enumerate(attributed)
    ]


def _utterance(index: int, item: Attributed) -> Utterance:
    segment = item.segment
    return Utterance(
        index=index,
        speaker=item.speaker,
        text=segment.text,
        start=segment.start,
        end=segment.end,
        channel=segment.channel,
        confidence=round(mean_confidence(segment.words), 4),
        speaker_confidence=round(item.confidence, 4),
        words=segment.words,
    )
