"""From a recording to timed words, or the reason why there are none to trust."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import structlog

from app.domain.audio import UnreviewableReason
from app.domain.transcript import EngineInfo, Word
from app.domain.units import SAMPLE_RATE_HZ, Probability, Seconds, Span
from app.errors import Unreviewable
from app.pipeline.audio.activity import speech_regions
from app.pipeline.audio.channels import frame_levels_dbfs, is_silent, prepared_channels
from app.pipeline.audio.recording import Recording, Samples
from app.pipeline.audio.singing import tune_of
from app.pipeline.transcription.base import Engine, Segment
from app.pipeline.transcription.confidence import calibrated
from app.pipeline.transcription.guard import (
    SURE_CONFIDENCE,
    is_circling,
    is_dreamt,
    is_hurried,
    is_looping,
    is_mumbled,
    is_no_speech,
    is_scrap,
    mean_confidence,
    sentences,
    speaking_seconds,
    unheard,
)
from app.pipeline.transcription.packing import pack
from app.pipeline.transcription.word_times import settle

log = structlog.get_logger(__name__)

FAINTEST_SPEECH_DBFS = -58.0
"""A stretch in which even the loudest frames are fainter is the noise of the line, whatever the detector says."""

LANGUAGE_NEEDS_SECONDS: Seconds = 3.0
NOT_ENGLISH_ABOVE: Probability = 0.6
"""A recording is refused as another language only if at each place looked at (beginning and middle of each channel)
another language is the likeliest, and at one of them with this probability: Whisper takes accented English on bad
lines for Welsh now and then."""

SURELY_ENGLISH: Probability = 0.5
"""Where no look is that sure and nothing is understood either, the likeliest other language is believed. Welsh and Urdu
(espeak-ng on a telephone line, November 2026) look English at .38 to .43 at first, six English voices at once at .62 to
.78."""

SKIPPED_SECONDS: Seconds = 2.0
"""Speech without a word from which a window that was heard with hints is heard again without them."""

NOT_UNDERSTOOD_BELOW: Probability = 0.45
FOREIGN_BELOW: Probability = 0.6
"""Mean word confidence of a whole call under which nothing in it can be trusted, as the recogniser states it or as it
is calibrated, so that more words are wrong than right; and under which it is not English, where nothing sounded surely
English."""

STRETCH_SECONDS: Seconds = 10.0
"""Speech that is believed or not believed together: enough for its pitch and its pace to tell."""

UNINTELLIGIBLE_SECONDS: Seconds = 3.0
"""That much speech without a word made out is ``not-understood``; less is a sound that was taken for speech."""


class Disbelief(StrEnum):
    """Why what was heard in a stretch was left out."""

    SUNG = "somebody sings or plays"
    NOT_UNDERSTOOD = "there is talking that could not be made out"
    INVENTED = "no word could be told"


@dataclass(frozen=True, slots=True)
class Disbelieved:
    """A stretch whose words were left out.

    Attributes:
        span: Where it lies.
        reason: Why.
        speaking: How long the speech detector heard speech in it, in seconds.
        regions: The speech regions that it is made of.
    """

    span: Span
    reason: Disbelief
    speaking: Seconds
    regions: tuple[Span, ...]


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


@dataclass(frozen=True, slots=True)
class _Language:
    """What is spoken; ``foreign`` is the likeliest other language where nothing sounded surely English."""

    code: str | None
    foreign: str | None = None


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
    prepared = prepared_channels(recording)
    regions = tuple(_audible(channel, speech_regions(channel)) for channel in prepared.channels)
    if not any(regions):
        raise _nothing_said(recording)
    try:
        language = _language(prepared, regions, engine)
    except Unreviewable:
        if _all_sung(prepared, regions):
            raise _nothing_said(recording) from None
        raise
    segments: list[Segment] = []
    left_out: list[tuple[Disbelieved, ...]] = []
    for number, channel in enumerate(prepared.channels):
        heard = _hear(channel, regions[number], engine, hints)
        kept, disbelieved = _believed(channel, regions[number], heard)
        timed = settle(kept, channel, regions[number])
        segments += [replace(segment, channel=number) for segment in timed]
        left_out.append(disbelieved)
    words = tuple(word for segment in segments for word in segment.words)
    if is_scrap(words):
        raise _nothing_heard(recording, regions, left_out, language)
    confidence = mean_confidence(words)
    if language.foreign and confidence < FOREIGN_BELOW:
        raise _not_english(language.foreign)
    segments.sort(key=lambda segment: (segment.start, segment.channel, segment.end))
    trusted = calibrated(segments, hints=hints)
    right = mean_confidence(tuple(word for segment in trusted for word in segment.words))
    if min(confidence, right) < NOT_UNDERSTOOD_BELOW:
        raise Unreviewable(
            UnreviewableReason.NOT_UNDERSTOOD,
            f"nothing in the recording was heard well enough to be trusted (about {right:.0%} of the words are right)",
        )
    spoken = tuple(_spoken(spans, dropped) for spans, dropped in zip(regions, left_out, strict=True))
    notes = (*prepared.notes, *_notes(left_out))
    return Heard(trusted, spoken, language.code, engine.info, notes)


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


def _believed(
    channel: Samples, regions: tuple[Span, ...], heard: list[Segment]
) -> tuple[list[Segment], tuple[Disbelieved, ...]]:
    """What was heard, stretch by stretch of speech, without the stretches in which it was none.

    A recogniser knows only speech, so it hears words in a crowd and in a song as well. Where it is sure of them they
    stay, so that somebody who speaks over music is heard.
    """
    kept: list[Segment] = []
    disbelieved: list[Disbelieved] = []
    for stretch in _stretches(regions):
        span = Span(stretch[0].start, stretch[-1].end)
        inside = [item for item in heard if span.start <= (item.start + item.end) / 2 < span.end]
        reason = _disbelief(channel, stretch, tuple(word for item in inside for word in item.words))
        if reason is None:
            kept += inside
        else:
            disbelieved.append(Disbelieved(span, reason, speaking_seconds(stretch), stretch))
            log.info("transcription.left-out", reason=reason.name.lower(), seconds=round(span.duration, 1))
    return kept, tuple(disbelieved)


def _disbelief(channel: Samples, stretch: tuple[Span, ...], words: tuple[Word, ...]) -> Disbelief | None:
    if words and mean_confidence(words) >= SURE_CONFIDENCE:
        return None
    if tune_of(channel, stretch).is_sung:
        return Disbelief.SUNG
    if is_mumbled(words, speaking_seconds(stretch)) or is_circling(words):
        return Disbelief.NOT_UNDERSTOOD
    return Disbelief.INVENTED if is_dreamt(words) or is_hurried(words, stretch) else None


def _stretches(regions: tuple[Span, ...]) -> list[tuple[Span, ...]]:
    """Neighbouring regions together, ten seconds of speech or a little more at a time; a short rest joins the last."""
    stretches: list[list[Span]] = []
    length = STRETCH_SECONDS
    for region in regions:
        if length >= STRETCH_SECONDS:
            stretches.append([])
            length = 0.0
        stretches[-1].append(region)
        length += region.duration
    if len(stretches) > 1 and length < STRETCH_SECONDS / 2:
        stretches[-2:] = [stretches[-2] + stretches[-1]]
    return [tuple(stretch) for stretch in stretches]


def _all_sung(recording: Recording, regions: tuple[tuple[Span, ...], ...]) -> bool:
    """Whether hardly anybody speaks: a song has no language of its own."""
    spoken = [
        region
        for channel, spans in zip(recording.channels, regions, strict=True)
        for stretch in _stretches(spans)
        if not tune_of(channel, stretch).is_sung
        for region in stretch
    ]
    return speaking_seconds(spoken) < UNINTELLIGIBLE_SECONDS


def _spoken(regions: tuple[Span, ...], left_out: tuple[Disbelieved, ...]) -> tuple[Span, ...]:
    """The regions without those in which somebody sings; talk that was not made out remains talk."""
    sung = {region for item in left_out if item.reason is Disbelief.SUNG for region in item.regions}
    return tuple(region for region in regions if region not in sung)


def _notes(left_out: list[tuple[Disbelieved, ...]]) -> list[str]:
    return [
        f"{_clock(item.span.start)} to {_clock(item.span.end)} on channel {number}: {item.reason}; it was left out"
        for number, items in enumerate(left_out)
        for item in items
    ]


def _clock(seconds: Seconds) -> str:
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"


def _nothing_heard(
    recording: Recording,
    regions: tuple[tuple[Span, ...], ...],
    left_out: list[tuple[Disbelieved, ...]],
    language: _Language,
) -> Unreviewable:
    """Talk without words is not understood; where nobody talks but somebody sings, there is no speech."""
    spoken = [_spoken(spans, dropped) for spans, dropped in zip(regions, left_out, strict=True)]
    if sum(speaking_seconds(spans) for spans in spoken) < UNINTELLIGIBLE_SECONDS:
        return _nothing_said(recording)
    if language.foreign:
        return _not_english(language.foreign)
    return Unreviewable(UnreviewableReason.NOT_UNDERSTOOD, "somebody talks, but nothing of it could be made out")


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


def _language(recording: Recording, regions: tuple[tuple[Span, ...], ...], engine: Engine) -> _Language:
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
            if looks[-1][0] == "en" and looks[-1][1] >= SURELY_ENGLISH:
                return _Language("en")
    foreign = max((look for look in looks if look[0] != "en"), key=lambda look: look[1], default=None)
    if foreign is None or any(language == "en" for language, _ in looks):
        return _Language("en" if looks else None, foreign and foreign[0])
    if foreign[1] >= NOT_ENGLISH_ABOVE:
        raise _not_english(foreign[0])
    return _Language(None, foreign[0])


def _not_english(language: str) -> Unreviewable:
    return Unreviewable(
        UnreviewableReason.NOT_ENGLISH, f"the recording is not in English (it sounds like {language!r})"
    )


def _nothing_said(recording: Recording) -> Unreviewable:
    if is_silent(recording):
        return Unreviewable(UnreviewableReason.SILENT, "there is nothing on the recording but the noise of the line")
    return Unreviewable(UnreviewableReason.NO_SPEECH, "nobody speaks on the recording")
