import numpy as np
import pytest

from app.domain.transcript import Speaker, Transcript, Utterance, Word
from scripts.evaluate_hearing import Count, Invented, Way, aligned_channels, figures_of
from scripts.hearing_calibration import (
    Record,
    auroc,
    equal_mass,
    equal_width,
    expected_calibration_error,
    reliability_table,
)
from scripts.hearing_measures import NameCount, Said, SpeakerCount
from scripts.hearing_sounds import Sound

SECOND = np.zeros(16_000, dtype=np.float32)
SAID = (
    Said("Hello, are you well?", "canvasser", 0, 0.0, 2.0),
    Said("Yes, thank you.", "contact", 1, 1.5, 2.5),
)


def _records(*pairs: tuple[float, bool], condition: str = "clean") -> list[Record]:
    return [Record("engine", "call", "mono", condition, confidence, correct) for confidence, correct in pairs]


def _utterance(index: int, text: str, speaker: Speaker, *, start: float, channel: int) -> Utterance:
    words = tuple(
        Word(word, start + 0.3 * place, start + 0.3 * place + 0.2, 0.9) for place, word in enumerate(text.split())
    )
    return Utterance(index, speaker, text, start, start + 1, channel, words=words)


def test_calibration_error_is_the_mean_gap_between_confidence_and_truth() -> None:
    records = _records((0.9, True), (0.9, False), (0.1, False), (0.1, False))
    bins = equal_width(records)
    assert [(item.low, item.high, item.words) for item in bins] == [(0.1, 0.2, 2), (0.9, 1.0, 2)]
    assert [item.correct for item in bins] == [0.0, 0.5]
    assert expected_calibration_error(bins) == pytest.approx((0.4 + 0.1) / 2)


def test_bins_of_equal_mass_hold_as_many_words_each() -> None:
    bins = equal_mass(_records(*((0.5 + number / 100, number % 2 == 0) for number in range(40))))
    assert [item.words for item in bins] == [4] * 10
    assert all(item.correct == 0.5 for item in bins)
    assert expected_calibration_error(equal_mass(_records((1.0, True), (0.0, False)))) == 0.0


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (((0.9, True), (0.1, False)), 1.0),
        (((0.1, True), (0.9, False)), 0.0),
        (((0.5, True), (0.5, False)), 0.5),
        (((0.9, True), (0.6, True), (0.6, False), (0.1, False)), 0.875),
        (((0.9, True),), None),
    ],
)
def test_area_under_the_curve_counts_ties_half(pairs: tuple[tuple[float, bool], ...], expected: float | None) -> None:
    assert auroc(_records(*pairs)) == (None if expected is None else pytest.approx(expected))


def test_the_reliability_table_has_a_row_a_bin() -> None:
    assert reliability_table(equal_width(_records((1.0, True), (0.95, False))))[2:] == [
        "| 0.90 to 1.00 | 2 | 0.975 | 0.500 | +0.475 |"
    ]


def test_each_channel_of_a_stereo_call_is_compared_by_itself() -> None:
    sound = Sound("call", (SECOND, SECOND), SAID)
    leaked = Transcript(
        "call",
        (
            _utterance(0, "Hello, are you well?", Speaker.CANVASSER, start=0.0, channel=0),
            _utterance(1, "Yes, thank you.", Speaker.CANVASSER, start=1.5, channel=0),
            _utterance(2, "Yes, thank you.", Speaker.CONTACT, start=1.5, channel=1),
        ),
    )
    assert [aligned.errors for _, _, aligned in aligned_channels(leaked, sound, layout="stereo")] == [3, 0]
    ((_, heard, aligned),) = aligned_channels(leaked, sound, layout="mono")
    assert len(heard) == 10
    assert aligned.errors == 3


def test_figures_are_sums_over_calls_by_layout_and_condition() -> None:
    counts = {
        Way("one", "mono", "clean"): Count(10, 1, NameCount(2, 1, 0), SpeakerCount(9, 1, 0)),
        Way("two", "mono", "clean"): Count(10, 3, NameCount(2, 2, 1), SpeakerCount(8, 1, 1)),
        Way("one", "mono", "10 dB"): Count(10, 10, refused="not-understood"),
    }
    records = [*_records((1.0, True), (0.0, False)), *_records((1.0, False), condition="10 dB")]
    invented = {"hum": Invented(10.0, 2, 1), "sung-words": Invented(10.0, 30, 0)}
    figures = figures_of(counts, records, invented)
    assert figures["mono_clean_word_error_rate_percent"] == 20.0
    assert figures["mono_clean_names_found_percent"] == 75.0
    assert figures["mono_clean_words_attributed_rightly_percent"] == 85.0
    assert figures["mono_clean_words_attributed_wrongly_percent"] == 10.0
    assert figures["mono_10_db_word_error_rate_percent"] == 100.0
    assert figures["word_confidence_clean_calibration_error"] == 0.0
    assert figures["word_confidence_10_db_calibration_error"] == 1.0
    assert figures["nonspeech_words_invented"] == 2
    assert figures["nonspeech_seconds"] == 20.0
    assert not [name for name in figures if name.startswith("stereo")]
