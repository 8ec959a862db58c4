"""Speech regions packed into windows for a recogniser, and its times mapped back.

A recogniser pays for a window of 30 s however short the speech in it is, and invents words where there is none. So the
regions are laid end to end in as few windows as hold them, and every time is mapped back into the region it came from.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, inf

import numpy as np

from app.domain.transcript import Word
from app.domain.units import SAMPLE_RATE_HZ, Seconds, Span, to_milliseconds
from app.pipeline.audio.recording import Samples

WINDOW_SECONDS: Seconds = 30.0
CUT_COSTS = 0.5
"""What cutting without a pause costs, in windows; a longer pause makes it cheaper, by a factor e for each second."""


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
    """Lay regions end to end in as few windows as hold them, cut where the pauses are longest.

    Args:
        samples: Mono waveform in [-1.0, 1.0], float32, shape (n_samples,), at 16 000 Hz.
        regions: In order, not overlapping; one longer than a window is cut where it is faintest.
        longest: Length of a window in seconds.
    """
    pieces = [piece for region in regions for piece in _cut(samples, region, longest)]
    return tuple(_window(samples, group) for group in _grouped(pieces, longest))


def _cut(samples: Samples, region: Span, longest: Seconds) -> list[Span]:
    """A region in pieces that fit, each cut in the faintest 0.1 s of the last two fifths that it may have."""
    pieces, start = [], region.start
    while region.end - start > longest:
        first, last = (round((start + share * longest) * SAMPLE_RATE_HZ) for share in (0.6, 1.0))
        frame = SAMPLE_RATE_HZ // 10
        frames = samples[first : first + (last - first) // frame * frame].reshape(-1, frame)
        faintest = int(np.argmin(np.mean(np.square(frames), axis=1)))
        middle = to_milliseconds((first + (faintest + 0.5) * frame) / SAMPLE_RATE_HZ)
        pieces.append(Span(start, middle))
        start = middle
    return [*pieces, Span(start, region.end)] if region.end > start else pieces


def _grouped(pieces: list[Span], longest: Seconds) -> list[list[Span]]:
    """Pieces in windows: the cheapest division, found from the last cut backwards (dynamic programming)."""
    costs, cuts = [0.0], [0]
    for end in range(1, len(pieces) + 1):
        cost, cut, length = inf, end - 1, 0.0
        for start in range(end - 1, -1, -1):
            length += pieces[start].duration
            if length > longest and start < end - 1:
                break
            pause = pieces[start].start - pieces[start - 1].end if start else inf
            through = costs[start] + 1 + CUT_COSTS * exp(-pause)
            if through < cost:
                cost, cut = through, start
        costs.append(cost)
        cuts.append(cut)
    groups: list[list[Span]] = []
    end = len(pieces)
    while end:
        groups.append(pieces[cuts[end] : end])
        end = cuts[end]
    return groups[::-1]


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
