import json

import pytest

from app.runs.basis import digest
from app.search.words import SpokenWords
from scripts.load_readers import percentile, questions
from scripts.synthetic_archive import COLUMNS, PRAISE, Archive, HeardWith, Rows
from tests.support.calls import golden_script

CALLS = 60


@pytest.fixture(scope="module")
def rows() -> Rows:
    script = golden_script("eastmere-mayor")
    archive = Archive(calls=CALLS, script=script, dialect="sqlite", heard_with=HeardWith("windowed/base", "0" * 64))
    made: Rows = {table: [] for table in COLUMNS}
    for batch in archive.batches(size=25):
        for table, some in batch.items():
            made[table] += some
    return made


def test_every_row_has_its_columns_and_every_call_its_run(rows: Rows) -> None:
    for table, columns in COLUMNS.items():
        assert {len(row) for row in rows[table]} == {len(columns)}, table
    calls, runs = ([row[0] for row in rows[table]] for table in ("calls", "runs"))
    assert len(set(calls)) == CALLS
    assert calls == sorted(calls), "ids are in the order of receipt"
    assert [row[1] for row in rows["runs"]] == calls
    assert {row[0] for row in rows["findings"]} <= set(runs)
    assert {row[1] for row in rows["call_tags"]} <= set(calls)


def test_a_call_rests_on_what_its_run_says(rows: Rows) -> None:
    place, found = COLUMNS["calls"].index("basis"), set()
    for call, run in zip(rows["calls"], rows["runs"], strict=True):
        values = dict(zip(COLUMNS["runs"], run, strict=True))
        values["models"] = json.loads(values["models"])
        assert call[place] == digest(values)
        found.add(call[place])
    assert len(found) > 1


def test_the_words_of_a_call_are_those_of_its_transcript(rows: Rows) -> None:
    texts = {row[2]: row[3] for row in rows["call_texts"]}
    results = {row[0]: json.loads(row[COLUMNS["runs"].index("result")]) for row in rows["runs"]}
    for run_id, result in results.items():
        said = [(each["speaker"], each["text"]) for each in result["transcript"]["utterances"]]
        assert SpokenWords.unpacked(texts[run_id]) == SpokenWords.of(said)
    assert any(PRAISE in json.dumps(result) for result in results.values())


def test_a_percentile_is_the_least_time_within_which_so_many_came() -> None:
    times = [float(number) for number in range(1, 101)]
    assert [percentile(times, share) for share in (50, 95, 99)] == [50.0, 95.0, 99.0]
    assert percentile([0.2], 99) == 0.2


def test_everything_that_has_a_goal_is_asked() -> None:
    assert {"queue_page", "filtered_list", "search_phrase"} <= {question.kind for question in questions()}
