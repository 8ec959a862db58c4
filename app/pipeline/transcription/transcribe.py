"""From a recording to timed words, or the reason why there are none to trust."""

from dataclasses import dataclass, replace

import numpy as np

from app.domain.audio import UnreviewableReason
from app.domain.transcript import EngineInfo
from app.domain.units import SAMPLE_RATE_HZ, Probability, Seconds, Span
from app.errors import Unreviewable
from app.pipeline.audio.activity import speech_regions
from app.pipeline.audio.channels import collapse_dual_mono, frame_levels_dbfs, gate_crosstalk, is_silent
from app.pipeline.audio.recording import Recording, Samples
from app.pipeline.transcription.base import Engine, Segment
from app.pipeline.transcription.guard import is_looping, is_no_speech, mean_confidence, sentences, unheard
from app.pipeline.transcription.packing import pack

FAINTEST_SPEECH_DBFS = -58.0
"""A stretch in which even the loudest frames are fainter is the noise of the line, whatever the detector says."""

LANGUAGE_NEEDS_SECONDS: Seconds = 3.0
NOT_ENGLISH_ABOVE: Probability = 0.6
"""A recording is refused as another language only if at each place looked at (beginning and middle of each channel)
another language is the likeliest, and at one of them with this probability: Whisper takes accented English on bad
lines for Welsh now and then."""

SKIPPED_SECONDS: Seconds = 2.0
"""Speech without a word from which a window that was heard with hints is heard again without them."""

NOT_UNDERSTOOD_BELOW: Probability = 0.45
"""Mean word confidence of a whole call under which nothing in it can be trusted."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in a recording, before anybody knows who said it.

    Attributes:
        segments: Sentences and breath groups, by start, then channel; times from the start of the recording.
        regions: For each channel that was heard, where somebody speaks.
        language: ISO 639-1 code, or None where there was too little speech to tell.
        engine: What heard it.
        notes: Plain sentences on what was noticed about the sound.
    """

    segments: tuple[Segment, ...]
    regions: tuple[tuple[Span, ...], ...]
    language: str | None
    engine: EngineInfo
    notes: tuple[str, ...] = ()

    @property
    def channels(self) -> int:
        """How many channels were heard: 1 where both carried the same sound."""
        return len(self.regions)


def transcribe(recording: Recording, *, engine: Engine, hints: tuple[str, ...] = ()) -> Heard:
    """Hear a recording, each channel by itself and speech only.

    Two channels with the same sound are heard once; from two others the cross-talk is gated out first.

    Args:
        recording: The decoded recording.
        engine: The recogniser.
        hints: Names that may well be said. Never the script itself: a recogniser skips lines that it takes as said.

    Raises:
        Unreviewable: ``silent``, ``no-speech``, ``not-english`` or ``not-understood``.
        WeightsMissing: If the engine has no weights.
    """
    prepared = gate_crosstalk(collapse_dual_mono(recording))
    regions = tuple(_audible(channel, speech_regions(channel)) for channel in prepared.channels)
    if not any(regions):
        raise _nothing_said(recording)
    language = _language(prepared, regions, engine)
    segments = [
        replace(segment, channel=number)
        for number, channel in enumerate(prepared.channels)
        for segment in _hear(channel, regions[number], engine, hints)
    ]
    if not segments:
        raise _nothing_said(recording)
    confidence = mean_confidence(tuple(word for segment in segments for word in segment.words))
    if confidence < NOT_UNDERSTOOD_BELOW:
        raise Unreviewable(
            UnreviewableReason.NOT_UNDERSTOOD,
            f"nothing in the recording was heard well enough to be trusted (mean word confidence {confidence:.2f})",
        )
    segments.sort(key=lambda segment: (segment.start, segment.channel, segment.end))
    return Heard(tuple(segments), regions, language, engine.info, prepared.notes)


def _hear(channel: Samples, regions: tuple[Span, ...], engine: Engine, hints: tuple[str, ...]) -> list[Segment]:
    """One channel's sentences.

    A window in which the engine ran in a circle is heard again in pieces; one in which hints made it pass over speech
    is heard again without them.
    """
    heard = list(engine.transcribe(channel, regions=regions, hints=hints))
    if hints:
        heard = _with_skipped_windows(channel, regions, engine, heard)
    trusted: list[Segment] = []
    for segment in heard:
        if is_looping(segment):
            stretch = Span(segment.start, segment.end)
            for region in regions:
                if region.overlap(stretch) > 0:
                    trusted.extend(engine.transcribe(channel, regions=(region,)))
        else:
            trusted.append(segment)
    kept = (segment for segment in trusted if not is_looping(segment) and not is_no_speech(segment))
    return [sentence for segment in kept for sentence in sentences(segment)]


def _with_skipped_windows(
    channel: Samples, regions: tuple[Span, ...], engine: Engine, heard: list[Segment]
) -> list[Segment]:
    for window in pack(channel, regions):
        start, end = window.regions[0].start, window.regions[-1].end
        inside = [item for item in heard if item.start < end and item.end > start]
        words = [word for item in inside for word in item.words]
        if max(unheard(region, words) for region in window.regions) < SKIPPED_SECONDS:
            continue
        again = engine.transcribe(channel, regions=window.regions)
        if sum(len(item.words) for item in again) > len(words):
            heard = [item for item in heard if item not in inside] + list(again)
    return heard


def _audible(channel: Samples, regions: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(region for region in regions if _loudness(channel, region) >= FAINTEST_SPEECH_DBFS)


def _loudness(channel: Samples, region: Span) -> float:
    stretch = channel[round(region.start * SAMPLE_RATE_HZ) : round(region.end * SAMPLE_RATE_HZ)]
    return float(np.percentile(frame_levels_dbfs(stretch), 95))


def _language(recording: Recording, regions: tuple[tuple[Span, ...], ...], engine: Engine) -> str | None:
    """The language, by as few looks as it takes.

    Raises:
        Unreviewable: ``not-english``.
    """
    looks: list[tuple[str, Probability]] = []
    for channel, spans in sorted(
        zip(recording.channels, regions, strict=True), key=lambda pair: -sum(span.duration for span in pair[1])
    ):
        for part in (spans, spans[len(spans) // 2 :]) if len(spans) > 1 else (spans,):
            if sum(span.duration for span in part) < LANGUAGE_NEEDS_SECONDS:
                continue
            looks.append(engine.detect_language(channel, part))
            if looks[-1][0] == "en":
                return "en"
    if not looks:
        return None
    language, probability = max(looks, key=lambda look: look[1])
    if probability >= NOT_ENGLISH_ABOVE:
        raise Unreviewable(
            UnreviewableReason.NOT_ENGLISH, f"the recording is not in English (it sounds like {language!r})"
        )
    return None


def _nothing_said(recording: Recording) -> Unreviewable:
    if is_silent(recording):
        return Unreviewable(UnreviewableReason.SILENT, "there is nothing on the recording but the noise of the line")
    return Unreviewable(UnreviewableReason.NO_SPEECH, "nobody speaks on the recording")
