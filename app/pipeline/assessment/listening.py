"""One stretch of a recording, heard once more."""

from collections.abc import Iterable
from functools import cached_property
from math import ceil

from app.domain.transcript import Word
from app.domain.units import Seconds, Span
from app.pipeline.audio.channels import prepared_channels
from app.pipeline.audio.recording import Recording, Samples
from app.pipeline.transcription.base import Engine, Segment
from app.pipeline.transcription.guard import is_looping, is_no_speech, unheard

PADDING: Seconds = 1.0
"""Sound before and after a stretch that is heard with it: without it, words at the edges are lost."""

NARROW: Seconds = 0.4
"""The same where a recogniser passed over most of a stretch: it ended with the sentence before."""

LONGEST: Seconds = 29.0
"""A region of the contract of engines is at most 30 s."""


class Listener:
    """Hears stretches of one recording without hints; the same stretch costs one engine one hearing."""

    def __init__(self, recording: Recording) -> None:
        """Take the recording; nothing is prepared or heard before it is asked for.

        Args:
            recording: The decoded recording, as it came.
        """
        self._recording = recording
        self._heard: dict[tuple[int, int, tuple[Span, ...]], tuple[Segment, ...]] = {}

    @cached_property
    def _channels(self) -> tuple[Samples, ...]:
        # As the first hearing had them: cross-talk that is not gated out would speak for the wrong party.
        return prepared_channels(self._recording).channels

    def channel(self, number: int | None) -> Samples:
        """The sound of a channel; the only one where both carry the same."""
        return self._channels[min(number or 0, len(self._channels) - 1)]

    def hear(self, engine: Engine, channel: int | None, spans: Iterable[Span]) -> tuple[Segment, ...]:
        """The words in some stretches and a second on either side of each.

        Args:
            engine: The recogniser; it is given no hints.
            channel: Channel from 0, or None for the only one.
            spans: The stretches in seconds; those that meet are heard as one.

        Returns:
            In order of time, without loops and without what the engine itself takes for no speech.

        Raises:
            WeightsMissing: If the engine has no weights.
        """
        stretches = sorted(spans, key=lambda item: item.start)
        regions: list[Span] = []
        for span in stretches:
            padded = self._padded(span, PADDING)
            before = regions.pop() if regions and padded.start <= regions[-1].end else padded
            regions.append(Span(before.start, max(before.end, padded.end)))
        segments = self.hear_regions(engine, channel, tuple(piece for region in regions for piece in _pieces(region)))
        for span in stretches:
            if _passed_over(span, segments):
                alone = self.hear_regions(engine, channel, _pieces(self._padded(span, NARROW)))
                if _count(alone) > _count(segments, within=span):
                    segments = (*(item for item in segments if not _inside(item, span)), *alone)
        return tuple(sorted(segments, key=lambda item: item.start))

    def _padded(self, span: Span, seconds: Seconds) -> Span:
        return Span(max(0.0, span.start - seconds), min(self._recording.duration, span.end + seconds))

    def hear_regions(self, engine: Engine, channel: int | None, regions: tuple[Span, ...]) -> tuple[Segment, ...]:
        """The words in these regions, each at most 30 s; otherwise as ``hear``."""
        key = (id(engine), channel or 0, regions)
        if key not in self._heard:
            found = engine.transcribe(self.channel(channel), regions=regions, full_window=True)
            self._heard[key] = tuple(item for item in found if not is_looping(item) and not is_no_speech(item))
        return self._heard[key]


def words_within(segments: tuple[Segment, ...], span: Span, *, margin: Seconds) -> str:
    """The words whose middle lies in a stretch, or at most ``margin`` seconds beside it, as a line of text."""
    words = (word for segment in segments for word in segment.words)
    return " ".join(word.text for word in words if span.start - margin <= _middle(word) <= span.end + margin)


def _passed_over(span: Span, segments: tuple[Segment, ...]) -> bool:
    words = [word for segment in segments for word in segment.words]
    return unheard(span, words) > span.duration / 2


def _count(segments: tuple[Segment, ...], *, within: Span | None = None) -> int:
    words = [word for segment in segments for word in segment.words]
    return sum(within is None or within.start <= _middle(word) <= within.end for word in words)


def _inside(segment: Segment, span: Span) -> bool:
    return span.start <= (segment.start + segment.end) / 2 <= span.end


def _middle(word: Word) -> Seconds:
    return ((word.start or 0.0) + (word.end or word.start or 0.0)) / 2


def _pieces(span: Span) -> tuple[Span, ...]:
    if span.duration <= 0:
        return ()
    count = ceil(span.duration / LONGEST)
    cuts = [span.start + span.duration * number / count for number in range(count)]
    return tuple(Span(start, end) for start, end in zip(cuts, [*cuts[1:], span.end], strict=True))
