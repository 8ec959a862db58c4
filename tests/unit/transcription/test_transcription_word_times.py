"""Word times brought to where the sound begins and ends."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.transcript import Word
from app.domain.units import Span
from app.pipeline.audio.recording import Samples
from app.pipeline.transcription.base import Segment
from app.pipeline.transcription.word_times import settle, settled

RATE = 16_000


def sound(*spans: tuple[float, float], seconds: float, noise: float = 0.001) -> Samples:
    """Loud noise where somebody speaks, faint noise elsewhere."""
    draw = np.random.default_rng(3).standard_normal(round(seconds * RATE))
    level = np.full(len(draw), noise)
    for start, end in spans:
        level[round(start * RATE) : round(end * RATE)] = 0.1
    return (draw * level).astype(np.float32)


def times(words: tuple[Word, ...]) -> list[tuple[float, float]]:
    return [(word.start or 0.0, word.end or 0.0) for word in words]


@pytest.mark.parametrize("noise", [0.001, 0.02])
def test_pauses_lie_between_words_where_the_sound_has_them(noise: float) -> None:
    samples = sound((0.5, 1.2), (1.8, 2.6), seconds=4, noise=noise)
    heard = (Word("Good", 0.1, 0.5), Word("morning.", 0.5, 0.95), Word("Hello", 1.5, 1.8), Word("there.", 1.8, 2.3))
    found = times(settled(heard, samples, (Span(0.1, 3.0),)))
    assert found[0][0] == pytest.approx(0.5, abs=0.08)
    assert found[1] == pytest.approx((0.6, 1.2), abs=0.08)
    assert found[2] == pytest.approx((1.8, 1.9), abs=0.08)
    assert found[3][1] == pytest.approx(2.6, abs=0.08)


def test_within_speech_the_attention_is_late_by_its_own_lead() -> None:
    samples = sound((0.5, 2.0), seconds=2.5)
    heard = (Word("one", 0.5, 0.9), Word("two", 0.9, 1.3), Word("three", 1.3, 1.8))
    found = times(settled(heard, samples, (Span(0.1, 2.4),)))
    assert [start for start, _ in found[1:]] == pytest.approx([1.0, 1.4], abs=0.02)


def test_words_stay_apart_and_in_their_regions_over_many_words() -> None:
    regions = tuple(Span(number * 2.0, number * 2.0 + 1.9) for number in range(30))
    samples = sound(*((span.start + 0.3, span.end - 0.4) for span in regions), seconds=60)
    heard = tuple(
        Word("word", span.start + step * 0.4, span.start + step * 0.4 + 0.4) for span in regions for step in range(4)
    )
    found = settled(heard, samples, regions)
    assert found != heard
    check(found, regions)


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.floats(0.0, 5.9), st.floats(0.0, 0.8), st.sampled_from(["a", "to", "definitely"])), max_size=8
    )
)
def test_whatever_was_heard_the_order_is_kept(drawn: list[tuple[float, float, str]]) -> None:
    regions = (Span(0.0, 3.0), Span(3.5, 6.0))
    heard = tuple(
        Word(text, start, min(start + length, 6.0), 0.5)
        for start, length, text in sorted(drawn, key=lambda item: item[0])
    )
    samples = sound((0.4, 1.0), (1.5, 2.7), (3.8, 5.5), seconds=6)
    found = settled(heard, samples, regions)
    assert [(word.text, word.confidence) for word in found] == [(word.text, word.confidence) for word in heard]
    if found != heard:
        check(found, regions)


def test_words_without_times_and_silence_come_back_as_they_are() -> None:
    silence = np.zeros(RATE, dtype=np.float32)
    assert settled((Word("yes"),), silence, (Span(0, 1),)) == (Word("yes"),)
    assert settled((), silence, ()) == ()
    assert settled((Word("yes", 0.2, 0.4),), silence, ()) == (Word("yes", 0.2, 0.4),)


def test_segments_take_the_times_of_their_words() -> None:
    samples = sound((0.5, 1.0), (2.0, 2.5), seconds=3)
    late = Segment("Yes.", 1.8, 2.2, (Word("Yes.", 1.8, 2.2, 0.9),), 0.9, 0.0)
    early = Segment("No.", 0.2, 0.7, (Word("No.", 0.2, 0.7, 0.9),), 0.9, 0.0)
    found = settle([late, early], samples, (Span(0.1, 1.4), Span(1.6, 2.9)))
    assert [item.text for item in found] == ["No.", "Yes."]
    assert [(item.start, item.end) for item in found] == [
        pytest.approx((0.5, 1.0), abs=0.08),
        pytest.approx((2.0, 2.5), abs=0.08),
    ]
    assert [(item.words[0].start, item.words[-1].end) for item in found] == [(item.start, item.end) for item in found]


def check(words: tuple[Word, ...], regions: tuple[Span, ...]) -> None:
    found = times(words)
    assert all(start < end for start, end in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    assert all(any(region.start <= time <= region.end for region in regions) for pair in found for time in pair)
