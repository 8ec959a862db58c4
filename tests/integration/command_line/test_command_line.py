"""The command line as outside programs call it: formats, exit codes, what goes where."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.calls import GOLDEN_SCRIPTS, SAMPLE_CALLS

SCRIPT = GOLDEN_SCRIPTS / "eastmere-mayor.yaml"
BALLOT = GOLDEN_SCRIPTS / "guild-merger.yaml"
PRAISE = {"utterances": [{"speaker": "canvasser", "text": "Vote for Samir, he's a decent guy."}]}
HARMLESS = {"call": "quiet", "utterances": [{"speaker": "canvasser", "text": "Can you hear me?"}]}


def run(*arguments: object, given: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "canvass-monitor"), *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, text=True, cwd=cwd, timeout=300, check=False)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def jsonl(*items: object) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


def test_analyse_answers_a_line_for_a_line_in_order() -> None:
    done = run("analyse", "-", "--script", SCRIPT, "--json", given=jsonl(PRAISE, HARMLESS, PRAISE))
    assert done.returncode == 0, done.stderr
    assert [result["outcome"] for result in lines(done.stdout)] == ["flagged", "clear", "flagged"]
    assert lines(done.stdout)[1]["call"] == "quiet"


def test_analyse_reads_files_of_both_kinds(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(PRAISE, indent=1), encoding="utf-8")
    (tmp_path / "more.jsonl").write_text(jsonl(HARMLESS, PRAISE), encoding="utf-8")
    done = run("analyse", tmp_path / "one.json", tmp_path / "more.jsonl", "--script", SCRIPT, "--json")
    assert done.returncode == 0
    assert [result["call"] for result in lines(done.stdout)] == ["one.json", "quiet", "more.jsonl:2"]


def test_a_line_may_name_its_script_by_id_or_by_path(tmp_path: Path) -> None:
    (tmp_path / "ballot.yaml").write_bytes(BALLOT.read_bytes())
    given = jsonl({**HARMLESS, "script": "eastmere-mayor"}, {**HARMLESS, "script": "ballot.yaml"})
    done = run("analyse", "-", "--script", SCRIPT, "--json", given=given, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [result["script"]["id"] for result in lines(done.stdout)] == ["eastmere-mayor", "guild-merger"]


def test_a_bad_line_is_named_and_the_others_are_done() -> None:
    given = jsonl(HARMLESS) + "{no json\n" + jsonl({"utterances": 1}, {**HARMLESS, "script": "nowhere.yaml"}, HARMLESS)
    done = run("analyse", "-", "--script", SCRIPT, "--json", given=given)
    assert done.returncode == 1
    assert len(lines(done.stdout)) == 2
    for number in (2, 3, 4):
        assert f"standard input:{number}" in done.stderr


def test_an_empty_transcript_is_unreviewable() -> None:
    done = run("analyse", "-", "--script", SCRIPT, "--json", given=jsonl({"utterances": []}))
    (result,) = lines(done.stdout)
    assert (done.returncode, result["outcome"], result["reason"]) == (0, "unreviewable", "no-speech")


def test_fail_on_turns_a_flagged_call_into_exit_code_3() -> None:
    command = ("analyse", "-", "--script", SCRIPT, "--json", "--fail-on", "flagged")
    assert run(*command, given=jsonl(PRAISE)).returncode == 3
    assert run(*command, given=jsonl(HARMLESS)).returncode == 0


@pytest.mark.parametrize(
    "arguments", [("analyse", "-"), ("check",), ("nonsense",), ("transcribe", "--format", "pdf", "x")]
)
def test_unusable_arguments_are_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).returncode == 2


def test_an_invalid_script_is_2_and_shows_every_fault(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(SCRIPT.read_text(encoding="utf-8").replace("kind: greeting", "kind: x"), encoding="utf-8")
    assert run("analyse", "-", "--script", bad, given=jsonl(HARMLESS)).returncode == 2
    checked = run("script", "check", SCRIPT, bad)
    assert checked.returncode == 2
    assert "eastmere-mayor sha256:" in checked.stdout
    assert f"{bad}:" in checked.stderr


def test_the_report_for_people_says_what_and_where() -> None:
    done = run("analyse", "-", "--script", SCRIPT, given=jsonl(PRAISE))
    assert "FLAGGED" in done.stdout
    assert "Vote for Samir, he's a decent guy" in done.stdout


def test_damaged_recordings_are_results_and_missing_ones_are_errors(tmp_path: Path) -> None:
    empty, disguised = tmp_path / "empty.wav", tmp_path / "page.mp3"
    empty.touch()
    disguised.write_text("<html>not sound</html>" * 50, encoding="utf-8")
    done = run("check", empty, tmp_path / "nowhere.wav", disguised, "--script", SCRIPT, "--json")
    assert done.returncode == 1
    assert "nowhere.wav" in done.stderr
    results = lines(done.stdout)
    assert [result["call"] for result in results] == ["empty.wav", "page.mp3"]
    assert {(result["outcome"], result["reason"]) for result in results} == {("unreviewable", "unreadable")}
    assert all(result["transcript"]["utterances"] == [] for result in results)


@pytest.mark.slow
def test_transcribe_writes_every_format(tmp_path: Path) -> None:
    recording = next((SAMPLE_CALLS / "calls" / "wrong-number").glob("recording.*"))
    script = SAMPLE_CALLS / "approved_scripts" / "larkfield-merger.yaml"
    shown = {
        form: run("transcribe", recording, "--script", script, "--format", form) for form in ("json", "vtt", "srt")
    }
    assert {done.returncode for done in shown.values()} == {0}
    (transcript,) = lines(shown["json"].stdout)
    assert transcript["source"]["sample_rate"] == 8000
    assert {utterance["speaker"] for utterance in transcript["utterances"]} <= {"canvasser", "contact", "unknown"}
    assert all(utterance["words"] for utterance in transcript["utterances"])
    assert shown["vtt"].stdout.startswith("WEBVTT")
    assert "-->" in shown["srt"].stdout
