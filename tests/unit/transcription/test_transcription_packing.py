"""Speech regions in windows."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.units import Span
from app.pipeline.transcription.packing import pack


def test_windows_are_few_and_cut_at_the_longest_pause() -> None:
    samples = np.arange(60 * 16_000, dtype=np.float32)
    regions = (Span(1, 11), Span(12, 22), Span(30, 38), Span(40, 55))
    first, second = pack(samples, regions)
    assert [len(window.samples) / 16_000 for window in (first, second)] == [20.0, 23.0]
    assert first.samples[10 * 16_000] == 12 * 16_000
    assert first.original(Span(10.5, 11.0)) == Span(12.5, 13.0)
    assert first.original(Span(9.5, 10.3)) == Span(10.5, 11.0)
    assert second.original(Span(14.0, 29.0)) == Span(46.0, 55.0)


def test_pieces_without_a_space_belong_to_the_word_before() -> None:
    (window,) = pack(np.zeros(16_000, dtype=np.float32), (Span(0, 1),))
    heard = [(" half", 0.1, 0.2, 0.9), ("-way", 0.2, 0.4, 0.5), (" there", 0.5, 0.6, 1.2), (" ", 0.6, 0.7, 0.9)]
    found = window.words(heard)
    assert [(word.text, word.start, word.end, word.confidence) for word in found] == [
        ("half-way", 0.1, 0.4, 0.5),
        ("there", 0.5, 0.6, 1.0),
    ]


def test_a_long_region_is_cut_where_it_is_faintest() -> None:
    samples = np.ones(70 * 16_000, dtype=np.float32)
    samples[round(25.0 * 16_000) : round(25.2 * 16_000)] = 0.0
    windows = pack(samples, (Span(0, 65),))
    assert windows[0].regions[0].end == pytest.approx(25.1, abs=0.1)
    assert sum(len(window.samples) for window in windows) == 65 * 16_000
    assert pack(np.zeros(10, dtype=np.float32), ()) == ()


@given(
    lengths=st.lists(st.floats(0.2, 40.0), min_size=1, max_size=12),
    pauses=st.lists(st.floats(0.05, 5.0), min_size=12, max_size=12),
    longest=st.sampled_from([12.0, 15.0, 30.0]),
)
def test_nothing_is_lost_and_no_window_is_too_long(lengths: list[float], pauses: list[float], longest: float) -> None:
    regions, now = [], 0.0
    for length, pause in zip(lengths, pauses, strict=False):
        regions.append(Span(now, now + length))
        now += length + pause
    windows = pack(np.zeros(round(now * 16_000) + 1, dtype=np.float32), tuple(regions), longest=longest)
    pieces = [piece for window in windows for piece in window.regions]
    assert sum(piece.duration for piece in pieces) == pytest.approx(sum(lengths), abs=1e-6)
    assert all(first.end <= second.start for first, second in pairwise(pieces))
    assert all(sum(piece.duration for piece in window.regions) <= longest + 1e-6 for window in windows)
