import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from scripts.benchmark import (
    SAMPLE_CALLS,
    STOCK,
    WORDS_OF_TWO_MINUTES,
    Sound,
    Tally,
    document,
    hearing_figures,
    shown,
    sounds_of,
    two_minute_calls,
    word_errors,
    words_of,
)

SECOND = np.zeros(16_000, dtype=np.float32)


def test_words_are_compared_without_case_punctuation_and_apostrophes() -> None:
    assert words_of("He’s a decent guy — isn't he? 12 o'clock.") == words_of("hes A decent guy isnt he 12 oclock")


@pytest.mark.parametrize(
    ("heard", "errors"),
    [("a b c", 0), ("a c", 1), ("a b x c", 1), ("a x c", 1), ("", 3), ("c b a", 2)],
)
def test_word_errors_count_insertions_omissions_and_replacements(heard: str, errors: int) -> None:
    assert word_errors(["a", "b", "c"], heard.split()) == errors


def test_calls_are_distinct_long_enough_and_the_same_each_time() -> None:
    calls = list(two_minute_calls(20))
    assert [call for call, _ in calls] == [call for call, _ in two_minute_calls(20)]
    texts = [utterance.text for call, _ in calls for utterance in call.utterances]
    assert len(set(texts)) > 0.99 * len(texts)
    for call, script in calls:
        words = sum(len(utterance.text.split()) for utterance in call.utterances)
        assert WORDS_OF_TWO_MINUTES <= words < 1.5 * WORDS_OF_TWO_MINUTES
        assert (SAMPLE_CALLS / "approved_scripts" / f"{script}.yaml").is_file()


def test_speed_is_cpu_seconds_against_stock_and_errors_are_of_all_words() -> None:
    sounds = [Sound("one", SECOND, ("a", "b")), Sound("two", SECOND, ("c", "d"))]
    figures = hearing_figures({STOCK: Tally(4.0, 5.0, 2, 900.0), "fast": Tally(1.0, 2.0, 1, 300.0)}, sounds)
    assert figures["fast_speed_relative_to_stock"] == 4.0
    assert figures["fast_cpu_s_per_s_of_sound"] == 0.5
    assert figures["fast_word_error_rate_percent"] == 25.0
    assert figures["stock_openai_whisper_speed_relative_to_stock"] == 1.0


def test_figures_are_a_name_and_a_value_a_line() -> None:
    assert shown({"a": 0.12345, "b": 1234.5, "c": 2}) == ["a 0.123", "b 1234", "c 2"]


def test_a_folder_of_recordings_with_references_is_read(tmp_path: Path) -> None:
    shutil.copy(SAMPLE_CALLS / "calls" / "wrong-number" / "recording.wav", tmp_path / "one.wav")
    (tmp_path / "one.txt").write_text("Hello, there.", encoding="utf-8")
    (sound,) = sounds_of(tmp_path)
    assert sound.words == ("hello", "there")
    assert 40 < sound.seconds < 45


def test_a_recording_without_a_reference_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.wav").touch()
    with pytest.raises(FileNotFoundError, match=r"one\.txt"):
        list(sounds_of(tmp_path))
    with pytest.raises(FileNotFoundError, match="no recording"):
        list(sounds_of(SAMPLE_CALLS))


def test_the_page_holds_machine_note_and_figures() -> None:
    page = document({"a": 2.0}, on=date(2026, 11, 22), measured_on={"cores": "2"}, sound="x", note="Busy.")
    assert "# Benchmark of 2026-11-22" in page
    assert "| cores | 2 |" in page
    assert "Busy." in page
    assert "| `a` | 2 |" in page
