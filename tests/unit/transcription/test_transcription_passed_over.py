"""Speech that a recogniser passed over."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.transcript import Word
from app.domain.units import Span
from app.pipeline.transcription.base import Segment
from app.pipeline.transcription.packing import Window, pack
from app.pipeline.transcription.passed_over import PASSED_OVER_SECONDS, bounded, joined, only_in, passed_over, within


def window(*regions: Span) -> Window:
    (whole,) = pack(np.zeros(30 * 16_000, dtype=np.float32), regions)
    return whole


def words(*times: tuple[float, float]) -> tuple[Word, ...]:
    return tuple(Word(f"w{start:g}", start, end, 0.9) for start, end in times)


def segment(heard: Sequence[Word], confidence: float = 0.9) -> Segment:
    text = " ".join(word.text for word in heard)
    return Segment(text, heard[0].start or 0.0, heard[-1].end or 0.0, tuple(heard), confidence, 0.1)


def times(spans: Sequence[Span]) -> list[tuple[object, object]]:
    return [(pytest.approx(span.start), pytest.approx(span.end)) for span in spans]


def test_speech_before_between_and_after_the_words_is_passed_over() -> None:
    heard = words((3.0, 3.5), (3.6, 4.0), (8.0, 8.5))
    found = passed_over(window(Span(0, 12)), heard)
    assert [(span.start, span.end) for span in found] == times((Span(0, 2.8), Span(4.2, 7.8), Span(8.7, 12)))


def test_a_pause_is_not_passed_over() -> None:
    heard = words((0.1, 1.0), (7.1, 8.0))
    assert passed_over(window(Span(0, 1.2), Span(7, 8)), heard) == ()
    assert passed_over(window(Span(0, 1.2), Span(3, 3.9), Span(7, 8)), heard) == ()
    assert len(passed_over(window(Span(0, 1.2), Span(3, 4.6), Span(7, 8)), heard)) == 1


def test_a_window_without_words_is_passed_over_as_a_whole() -> None:
    assert passed_over(window(Span(1, 4), Span(6, 9)), ()) == (Span(1, 9),)


def test_a_word_does_not_cover_the_speech_that_it_is_stretched_over() -> None:
    first, last = bounded(words((0.0, 5.0), (5.0, 9.0)))
    assert (first.start, first.end) == (3.5, 5.0)
    assert (last.start, last.end) == (5.0, 6.5)
    found = passed_over(window(Span(0, 9)), words((0.0, 5.0), (5.0, 9.0)))
    assert [(span.start, span.end) for span in found] == times((Span(0, 3.3), Span(6.7, 9)))


def test_context_stays_in_the_speech() -> None:
    assert within(window(Span(0, 5), Span(6, 9)), Span(4, 6.5), context=0.5) == (Span(3.5, 5), Span(6, 7))


def test_words_of_the_context_are_left_out_and_the_rest_keeps_clear_of_the_neighbours() -> None:
    again = segment(words((1.0, 1.8), (1.7, 2.5), (3.0, 4.4), (4.3, 5.0)))
    inside = only_in(again, Span(2.0, 4.0))
    assert inside is not None
    assert [(word.start, word.end) for word in inside.words] == [(1.8, 2.5), (3.0, 4.2)]
    assert inside.text == "w1.7 w3"
    assert only_in(again, Span(6.0, 8.0)) is None


def test_what_was_found_stands_between_the_words_that_were_heard_at_first() -> None:
    first = segment(words((0.0, 0.5), (8.0, 8.5), (9.0, 9.5)))
    found = segment(words((3.0, 3.5), (4.0, 4.5)), confidence=0.5)
    parts = joined(first, [found])
    assert [part.text for part in parts] == ["w0", "w3 w4", "w8 w9"]
    assert [part.confidence for part in parts] == [0.9, 0.5, 0.9]
    assert [(part.start, part.end) for part in parts] == [(0.0, 0.5), (3.0, 4.5), (8.0, 9.5)]
    assert joined(first, []) == (first,)
    assert joined(None, [found]) == (found,)
    assert joined(None, []) == ()


@given(
    st.lists(st.tuples(st.floats(0.1, 3.0), st.floats(0.05, 4.0)), max_size=8),
    st.lists(st.tuples(st.floats(0.3, 3.0), st.floats(0.1, 4.0)), min_size=1, max_size=6),
)
def test_what_is_passed_over_has_no_word_and_is_long_enough(
    pauses_and_words: list[tuple[float, float]], pauses_and_regions: list[tuple[float, float]]
) -> None:
    def laid(parts: list[tuple[float, float]]) -> list[tuple[float, float]]:
        placed, now = [], 0.0
        for pause, length in parts:
            placed.append((now + pause, now + pause + length))
            now = placed[-1][1]
        return placed

    regions = tuple(Span(*times) for times in laid(pauses_and_regions))
    whole = Window(np.zeros(0, dtype=np.float32), regions, tuple(float(number) for number in range(len(regions))))
    heard = words(*laid(pauses_and_words))
    for span in passed_over(whole, heard):
        assert regions[0].start <= span.start < span.end <= regions[-1].end
        assert sum(piece.duration for piece in within(whole, span)) >= PASSED_OVER_SECONDS
        assert all(word.end <= span.start or word.start >= span.end for word in bounded(heard))  # type: ignore[operator]
