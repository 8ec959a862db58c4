"""Word confidences that mean what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.transcript import Word
from app.pipeline.transcription.base import Segment
from app.pipeline.transcription.confidence import calibrated, probabilities, words_of

chances = st.floats(0.0, 1.0)


def alone(text: str, own: float, *, around: float = 0.5, expected: frozenset[str] = frozenset()) -> float:
    """Of a word between two others."""
    words = [Word("so", confidence=around), Word(text, confidence=own), Word("then", confidence=around)]
    sure = probabilities(words, expected=expected)[1]
    assert sure is not None
    return sure


@given(chances, chances, chances)
def test_surer_words_and_surer_surroundings_stay_surer(first: float, second: float, around: float) -> None:
    low, high = sorted((first, second))
    assert 0.0 <= alone("word", low, around=around) <= alone("word", high, around=around) <= 1.0
    assert alone("word", around, around=low) <= alone("word", around, around=high)


def test_a_name_that_was_expected_is_surer_than_its_probability_without_hints() -> None:
    expected = frozenset({"xiomara"})
    assert alone("Xiomara,", 0.05, around=0.9, expected=expected) > 0.8
    assert alone("Salmonella,", 0.05, around=0.9, expected=expected) < 0.6


def test_segments_keep_their_order_and_texts_and_each_channel_its_own_neighbours() -> None:
    heard = [
        Segment("Hello there", 0.0, 1.0, (Word("Hello", 0.0, 0.5, 0.99), Word("there", 0.5, 1.0, 0.6)), 0.8, 0.0),
        Segment("well", 1.0, 2.0, (Word("well", 1.0, 2.0, 0.3),), 0.3, 0.0, channel=1),
        Segment("bye", 2.0, 3.0, (Word("bye", 2.0, 3.0),), 0.3, 0.0),
    ]
    found = calibrated(heard, hints=("Xiomara ap Gwilym",))
    assert [(item.text, item.start, item.channel) for item in found] == [
        (item.text, item.start, item.channel) for item in heard
    ]
    assert found[1].words[0].confidence == probabilities([Word("well", confidence=0.3)])[0]
    assert found[2].words[0].confidence is None
    first, second = (word.confidence for word in found[0].words)
    assert first is not None and second is not None and first > second
    assert found[0].confidence == pytest.approx((first + second) / 2)


def test_small_words_of_a_name_are_not_taken_for_the_name() -> None:
    assert words_of(("Society of Engineers", "Lucia dos Santos")) == {"society", "engineers", "lucia", "santos"}
