import json
from pathlib import Path
from typing import Any

import pytest

from app.domain.transcript import Speaker
from scripts.evaluate import LESS_IS_BETTER, TOLERANCES, falls, newest, of_talk, talk
from tests.support.calls import golden_script, judge


def sections(*, name: str = "brief-x", worse: str = "", by: float = 0.0) -> dict[str, Any]:
    figures = dict.fromkeys(TOLERANCES, 0.5)
    if worse:
        figures[worse] += by if worse in LESS_IS_BETTER else -by
    return {"sealed": {"set": name, "figures": figures}, "golden": {"figures": dict.fromkeys(TOLERANCES, 0.5)}}


@pytest.mark.parametrize("name", TOLERANCES)
def test_a_headline_figure_may_get_worse_by_its_tolerance_and_no_more(name: str) -> None:
    tolerance = TOLERANCES[name]
    assert not falls(sections(worse=name, by=tolerance * 0.99), sections())
    assert len(falls(sections(worse=name, by=tolerance + 0.01), sections())) == 1
    assert not falls(sections(), sections(worse=name, by=tolerance + 0.01))


def test_another_sealed_set_or_no_earlier_figures_are_not_compared() -> None:
    assert not falls(sections(worse="macro_f1", by=0.3), sections(name="brief-y"))
    assert not falls(sections(), None)


def test_the_newest_figures_of_each_kind_are_found(tmp_path: Path) -> None:
    for name in ("2026-11-22", "2026-12-01", "judging-2026-11-23", "judging-2026-11-30"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"name": name}), encoding="utf-8")
    assert newest(tmp_path) == {"name": "judging-2026-11-30"}
    assert newest(tmp_path, kind="") == {"name": "2026-12-01"}
    assert newest(tmp_path, kind="other-") is None


def test_talk_is_read_line_by_line_or_as_transcripts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = golden_script("eastmere-mayor")
    lines = tmp_path / "talk.txt"
    lines.write_text("Good morning.\n\n  Bear with me.  \n", encoding="utf-8")
    read = [transcript for transcript, _ in talk(lines, script=script)]
    assert [utterance.text for transcript in read for utterance in transcript.utterances] == [
        "Good morning.",
        "Bear with me.",
    ]
    calls = tmp_path / "talk.jsonl"
    utterances = [{"speaker": "contact", "text": "Hello?"}, {"speaker": "canvasser", "text": "Good morning."}]
    calls.write_text(json.dumps({"utterances": utterances}) + "\n{}\n", encoding="utf-8")
    ((transcript, its_script),) = talk(calls, script=script)
    assert [utterance.speaker for utterance in transcript.utterances] == [Speaker.CONTACT, Speaker.CANVASSER]
    assert its_script == script
    assert "talk.jsonl" in capsys.readouterr().err


def test_false_flags_of_talk_are_utterances_flagged_in_a_thousand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("Vote for Samir, he's a decent guy.\n" + "Okay, lovely, thank you.\n" * 3, encoding="utf-8")
    values = of_talk(path, script=golden_script("eastmere-mayor"), judge=judge())
    assert values == {
        "utterances": 4,
        "false_flags_per_1000_utterances_strict": 250,
        "false_flags_per_1000_utterances_balanced": 250,
        "false_flags_per_1000_utterances_sensitive": 250,
        "contact_utterances_flagged": 0,
    }
    assert capsys.readouterr() == ("", "")
