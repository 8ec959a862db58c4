"""Speech that a recogniser passed over: where it lies, and how what is heard there by itself joins the rest.

In noise Whisper's decoder writes down one of two voices and leaves the other out: of a window of 20 s it has the three
sentences of whoever is louder, sure of each word, and nothing looks wrong. Only the times of the words tell. Heard by
itself, what was left out begins a window, and the decoder has nothing to leap to.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import inf

from app.domain.transcript import Word
from app.domain.units import Seconds, Span
from app.pipeline.transcription.base import Segment
from app.pipeline.transcription.guard import LONGEST_WORD_SECONDS
from app.pipeline.transcription.packing import Window

PASSED_OVER_SECONDS: Seconds = 1.5
"""Speech without a word from which it is heard again. Noise at 10 dB (16 two-party calls in one channel, 3 378 words):
word error rate 40.0 without, 38.7 with 1.5 s, words left out 13.3 and 10.6 %, for a tenth more time; no better with
1 s (November 2026)."""

BESIDE_A_WORD_SECONDS: Seconds = 0.2
"""What belongs to a word before its start and after its end: its times come from attention and are that rough."""

CONTEXT_SECONDS: Seconds = 0.3
"""What is heard again on both sides beyond the stretch, so that no word in it is cut."""

SHORTEST_PIECE_SECONDS: Seconds = 0.05


def passed_over(window: Window, words: Sequence[Word]) -> tuple[Span, ...]:
    """Stretches of a window's speech, each of 1.5 s and more, that have no word.

    Args:
        window: What was heard.
        words: Of the window, in order of time.

    Returns:
        In order of time, from a word or an end of the window to the next; pauses between regions within them included.
    """
    stretches, reached = [], window.regions[0].start
    for word in bounded(words):
        stretches.append((reached, (word.start or 0.0) - BESIDE_A_WORD_SECONDS))
        reached = max(reached, (word.end or 0.0) + BESIDE_A_WORD_SECONDS)
    stretches.append((reached, inf))
    last = window.regions[-1].end
    found = (Span(start, min(end, last)) for start, end in stretches if min(end, last) > start)
    return tuple(span for span in found if sum(piece.duration for piece in within(window, span)) >= PASSED_OVER_SECONDS)


def within(window: Window, span: Span, *, context: Seconds = 0.0) -> tuple[Span, ...]:
    """The speech of a window in a stretch of the recording.

    Args:
        window: The window.
        span: The stretch.
        context: How much more to take on both sides, in seconds.
    """
    start, end = span.start - context, span.end + context
    pieces = ((max(start, region.start), min(end, region.end)) for region in window.regions)
    return tuple(Span(first, last) for first, last in pieces if last - first >= SHORTEST_PIECE_SECONDS)


def only_in(segment: Segment, span: Span) -> Segment | None:
    """What of a segment lies in a stretch; a word lies where its middle is. None where no word does."""
    reach = Span(span.start - BESIDE_A_WORD_SECONDS, span.end + BESIDE_A_WORD_SECONDS)
    words = tuple(
        replace(word, start=max(word.start or 0.0, reach.start), end=min(word.end or 0.0, reach.end))
        for word in segment.words
        if span.start <= _middle(word) < span.end
    )
    return _of(segment, words) if words else None


def joined(segment: Segment | None, found: Sequence[Segment]) -> tuple[Segment, ...]:
    """A segment cut where others belong, and these between its parts.

    Args:
        segment: What was heard at first.
        found: What was heard in the stretches that it passed over.

    Returns:
        In order of time.
    """
    if segment is None or not found:
        return tuple(found) or ((segment,) if segment else ())
    whole: list[Segment] = []
    left = bounded(segment.words)
    for item in sorted(found, key=lambda item: item.start):
        before = tuple(word for word in left if _middle(word) < (item.start + item.end) / 2)
        left = left[len(before) :]
        whole += [_of(segment, before), item] if before else [item]
    return (*whole, _of(segment, left)) if left else tuple(whole)


def bounded(words: Sequence[Word]) -> tuple[Word, ...]:
    """Words without the speech that was passed over beside them.

    Attention stretches a word over it: forward, or backward to the start of the window where it is the first.
    """
    return tuple(_bounded(word, first=number == 0) for number, word in enumerate(words))


def _bounded(word: Word, *, first: bool) -> Word:
    start, end = word.start or 0.0, word.end or 0.0
    if end - start <= LONGEST_WORD_SECONDS:
        return word
    if first:
        return replace(word, start=round(end - LONGEST_WORD_SECONDS, 3))
    return replace(word, end=round(start + LONGEST_WORD_SECONDS, 3))


def _middle(word: Word) -> Seconds:
    return ((word.start or 0.0) + (word.end or 0.0)) / 2


def _of(segment: Segment, words: tuple[Word, ...]) -> Segment:
    return replace(
        segment,
        text=" ".join(word.text for word in words),
        words=words,
        start=words[0].start or 0.0,
        end=words[-1].end or 0.0,
    )
