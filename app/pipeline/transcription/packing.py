"""Speech regions packed into windows for a recogniser, and its times mapped back.

A recogniser pays for a window of 30 s however short the speech in it is, and invents words where there is none. So the
regions are laid end to end in as few windows as hold them, and every time is mapped back into the region it came from.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.domain.transcript import Word
from app.domain.units import SAMPLE_RATE_HZ, Seconds, Span, to_milliseconds
from app.pipeline.audio.recording import Samples

WINDOW_SECONDS: Seconds = 30.0


@dataclass(frozen=True, slots=True)
class Window:
    """Some regions laid end to end.

    Attributes:
        samples: Mono waveform in [-1.0, 1.0], float32, shape (n_samples,), at 16 000 Hz; at most 30 s.
        regions: Where each stretch of it lies in the recording, in order.
        offsets: Where each stretch begins in the window, in seconds.
    """

    samples: Samples
    regions: tuple[Span, ...]
    offsets: tuple[Seconds, ...]

    def original(self, span: Span) -> Span:
        """Where a stretch of the window lies in the recording.

        The middle decides in which region it lies; what reaches over the region's ends is cut off.
        """
        number = max(0, bisect_right(self.offsets, (span.start + span.end) / 2) - 1)
        region, shift = self.regions[number], self.regions[number].start - self.offsets[number]
        start = min(max(span.start + shift, region.start), region.end)
        end = min(max(span.end + shift, start), region.end)
        return Span(to_milliseconds(start), to_milliseconds(end))

    def words(self, heard: Iterable[tuple[str, Seconds, Seconds, float]]) -> tuple[Word, ...]:
        """Words with their times in the recording.

        Args:
            heard: Text with its leading space, start and end in the window, probability. A piece without a leading
                space ("-way") belongs to the word before it.
        """
        words: list[Word] = []
        for text, start, end, probability in heard:
            span = self.original(Span(start, max(start, end)))
            word = Word(text.strip(), span.start, span.end, round(min(1.0, max(0.0, probability)), 4))
            if word.text and words and not text[:1].isspace():
                words[-1] = _joined(words[-1], word)
            elif word.text:
                words.append(word)
        return tuple(words)


def pack(samples: Samples, regions: tuple[Span, ...], *, longest: Seconds = WINDOW_SECONDS) -> tuple[Window, ...]:
    """Lay regions end to end in windows, in order, a new one where the next region no longer fits.

    Args:
        samples: Mono waveform in [-1.0, 1.0], float32, shape (n_samples,), at 16 000 Hz.
        regions: In order, not overlapping; one longer than a window is cut.
        longest: Length of a window in seconds.
    """
    windows: list[Window] = []
    current: list[Span] = []
    for region in _cut(regions, longest):
        if current and sum(span.duration for span in current) + region.duration > longest:
            windows.append(_window(samples, current))
            current = []
        current.append(region)
    if current:
        windows.append(_window(samples, current))
    return tuple(windows)


def _cut(regions: tuple[Span, ...], longest: Seconds) -> list[Span]:
    pieces: list[Span] = []
    for region in regions:
        start = region.start
        while region.end - start > longest:
            pieces.append(Span(start, start + longest))
            start += longest
        if region.end > start:
            pieces.append(Span(start, region.end))
    return pieces


def _window(samples: Samples, regions: list[Span]) -> Window:
    parts = [samples[round(span.start * SAMPLE_RATE_HZ) : round(span.end * SAMPLE_RATE_HZ)] for span in regions]
    lengths = np.cumsum([0, *(len(part) for part in parts)]) / SAMPLE_RATE_HZ
    return Window(
        samples=np.concatenate(parts).astype(np.float32, copy=False),
        regions=tuple(regions),
        offsets=tuple(float(value) for value in lengths[:-1]),
    )


def _joined(first: Word, rest: Word) -> Word:
    return Word(first.text + rest.text, first.start, rest.end, min(first.confidence or 0.0, rest.confidence or 0.0))
