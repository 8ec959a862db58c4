import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from scripts.bench_calls import SAMPLE_CALLS, WORDS_OF_TWO_MINUTES, two_minute_calls
from scripts.bench_ears import STOCK, STOCK_BATCHED, Reply
from scripts.bench_hearing import Heard, Tally, count, figures_of, tables_of
from scripts.benchmark import hearing_page, judging_page, shown
from scripts.hearing_measures import HeardWord, NameCount, Said, TimeErrors
from scripts.hearing_sounds import Sound, call_sounds, own_sounds
from scripts.telephone_line import CONDITIONS, Condition

SECOND = np.zeros(16_000, dtype=np.float32)


def test_calls_are_distinct_long_enough_and_the_same_each_time() -> None:
    calls = list(two_minute_calls(20))
    assert [call for call, _ in calls] == [call for call, _ in two_minute_calls(20)]
    texts = [utterance.text for call, _ in calls for utterance in call.utterances]
    assert len(set(texts)) > 0.99 * len(texts)
    for call, script in calls:
        words = sum(len(utterance.text.split()) for utterance in call.utterances)
        assert WORDS_OF_TWO_MINUTES <= words < 1.5 * WORDS_OF_TWO_MINUTES
        assert (SAMPLE_CALLS / "approved_scripts" / f"{script}.yaml").is_file()


def test_what_an_ear_heard_is_counted() -> None:
    tally = Tally()
    sound = Sound("one", (SECOND,), (Said("Vote for Jean Hartwell, please."),), names=("Jean Hartwell", "Tom Ashdown"))
    count(tally, sound, Reply("Vote for Gene Hartwell. Ashdown.", (), 0.5, 0.75, 300.0))
    assert (tally.seconds, tally.cpu_s, tally.wall_s, tally.memory_mb) == (1.0, 0.5, 0.75, 300.0)
    assert (tally.words, tally.errors) == (5, 2)
    assert tally.names == NameCount(said=1, found=1, invented=1)


def test_a_recording_with_exact_times_counts_for_the_times_alone() -> None:
    tally = Tally()
    sound = Sound("timing", (SECOND,), (Said("Good morning.", start=0.2, end=0.9),), timed=True)
    words = (HeardWord("Good", 0.25, 0.5), HeardWord("morning.", 0.5, 1.0))
    count(tally, sound, Reply("Good morning.", words, 0.5, 0.75, 300.0))
    assert tally.seconds == tally.words == 0
    assert tally.times.starts_s == pytest.approx([0.05])
    assert tally.times.ends_s == pytest.approx([0.1])


def test_speed_is_cpu_seconds_against_the_libraries_as_they_stand() -> None:
    tallies = {
        Heard(STOCK, "clean", False): Tally(seconds=10, cpu_s=4, words=4, errors=2),
        Heard(STOCK_BATCHED, "clean", False): Tally(seconds=10, cpu_s=2, words=4, errors=2),
        Heard("fast-one", "clean", False): Tally(seconds=10, cpu_s=1, words=4, errors=1, names=NameCount(4, 3, 1)),
        Heard("fast-one", "10 dB", False): Tally(seconds=10, cpu_s=3, words=4, errors=3, names=NameCount(4, 1, 0)),
    }
    figures = figures_of(tallies, CONDITIONS)
    assert figures["clean_fast_one_speed_relative_to_stock"] == 4.0
    assert figures["clean_fast_one_speed_relative_to_stock_faster_whisper_batched"] == 2.0
    assert figures["clean_fast_one_cpu_s_per_s_of_sound"] == 0.1
    assert figures["clean_fast_one_word_error_rate_percent"] == 25.0
    assert figures["10_db_fast_one_names_found_percent"] == 25.0
    assert figures["fast_one_names_found_percent"] == 50.0
    assert figures["fast_one_word_error_rate_percent"] == 50.0
    assert figures["clean_stock_openai_whisper_speed_relative_to_stock"] == 1.0


def test_one_condition_needs_no_prefix() -> None:
    condition = Condition("as recorded", None)
    figures = figures_of({Heard("ear", "as recorded", False): Tally(seconds=1, cpu_s=1, words=1)}, (condition,))
    assert set(figures) >= {"ear_cpu_s_per_s_of_sound", "ear_word_error_rate_percent"}
    assert not [name for name in figures if name.startswith("as_recorded")]


def test_the_table_has_a_row_an_ear_with_and_without_hints() -> None:
    tallies = {
        Heard("ear", "clean", False): Tally(10, 1, 2, 300, 100, 10, NameCount(8, 4, 0), TimeErrors([0.1], [-0.3])),
        Heard("ear", "clean", True): Tally(10, 1, 2, 300, 100, 5, NameCount(8, 8, 1)),
    }
    table = tables_of(tallies, CONDITIONS[:1]).splitlines()
    cells = [cell.strip() for cell in table[-1].strip("|").split("|")]
    assert len(cells) == len(table[-3].strip("|").split("|"))
    assert cells[:3] == ["ear", "0.100", "0.200"]
    assert cells[6:] == ["10.0 %", "4 of 8", "0", "5.0 %", "8 of 8", "1", "200 ms, 290 ms"]


def test_figures_are_a_name_and_a_value_a_line() -> None:
    assert shown({"a": 0.12345, "b": 1234.5, "c": 2}) == ["a 0.123", "b 1234", "c 2"]


def test_a_folder_of_recordings_with_references_and_names_is_read(tmp_path: Path) -> None:
    shutil.copy(SAMPLE_CALLS / "calls" / "wrong-number" / "recording.wav", tmp_path / "one.wav")
    (tmp_path / "one.txt").write_text("Hello, there.", encoding="utf-8")
    (tmp_path / "one.names.txt").write_text("Jean Hartwell\n\nTom Ashdown\n", encoding="utf-8")
    (sound,) = own_sounds(tmp_path)
    assert sound.said == (Said("Hello, there."),)
    assert sound.names == ("Jean Hartwell", "Tom Ashdown")
    assert 40 < sound.seconds < 45


def test_a_recording_without_a_reference_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.wav").touch()
    with pytest.raises(FileNotFoundError, match=r"one\.txt"):
        list(own_sounds(tmp_path))
    with pytest.raises(FileNotFoundError, match="no recording"):
        list(own_sounds(SAMPLE_CALLS))


def test_a_set_of_calls_brings_words_names_and_script(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE_CALLS / "approved_scripts", tmp_path / "approved_scripts")
    shutil.copytree(SAMPLE_CALLS / "calls" / "wrong-number", tmp_path / "calls" / "wrong-number")
    (sound,) = call_sounds(tmp_path)
    assert sound.script is not None and sound.script.id == "larkfield-merger"
    assert "Ruth Carver" in sound.names
    assert {said.speaker for said in sound.said} == {"canvasser", "contact"}


def test_the_pages_hold_machine_note_tables_and_figures() -> None:
    on, machine = date(2026, 11, 22), {"cores": "2"}
    page = judging_page({"a": 2.0}, on=on, measured_on=machine, note="Busy.")
    assert "# Benchmark of 2026-11-22" in page
    assert "| cores | 2 |" in page
    assert "Busy." in page
    assert "| `a` | 2 |" in page
    page = hearing_page("| ear |", {"a": 2.0}, on=on, measured_on=machine, note="")
    assert "| ear |" in page
    assert "\na 2\n" in page
