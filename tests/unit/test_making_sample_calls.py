"""The measuring set is what its README says; whether the sound is right was heard when it was made."""

import itertools
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from app.approved_scripts.authoring import load_script
from app.domain.script import ApprovedScript
from app.pipeline.audio.decode import decode

SAMPLE_CALLS = Path(__file__).resolve().parents[2] / "sample_calls"
HEARING = SAMPLE_CALLS / "hearing"
CALLS = sorted(path.parent for path in HEARING.glob("calls/*/dialogue.yaml"))
RATE_HZ = 16_000


def dialogue_of(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((folder / "dialogue.yaml").read_text(encoding="utf-8"))
    return loaded


def reference_of(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    return loaded


def script_of(folder: Path) -> ApprovedScript:
    return load_script(HEARING / "approved_scripts" / f"{dialogue_of(folder)['script']}.yaml")


def said_by(folder: Path, speaker: str) -> str:
    return " ".join(each["text"] for each in reference_of(folder)["utterances"] if each["speaker"] == speaker)


def times_named(said: str, script: ApprovedScript) -> int:
    names = sorted({name for option in script.options for name in (option.name, *option.aliases)}, key=len)
    return len(re.findall("|".join(rf"\b{re.escape(name)}\b" for name in reversed(names)), said))


@pytest.mark.parametrize("home", [SAMPLE_CALLS, HEARING], ids=["sample-calls", "hearing"])
def test_provenance_and_references_are_those_of_the_files(home: Path) -> None:
    made = yaml.safe_load((home / "provenance.yaml").read_text(encoding="utf-8"))["calls"]
    folders = [path.parent for path in (*home.glob("calls/*/dialogue.yaml"), *home.glob("timing/dialogue.yaml"))]
    assert {folder.name for folder in folders} == set(made)
    for folder in folders:
        entry = made[folder.name]
        digest = sha256((folder / entry["recording"]).read_bytes()).hexdigest()
        assert entry["sha256"] == digest == reference_of(folder)["source"]["sha256"], folder.name
        assert entry["dialogue_sha256"] == sha256((folder / "dialogue.yaml").read_bytes()).hexdigest(), folder.name


@pytest.mark.parametrize("folder", CALLS, ids=lambda folder: folder.name)
def test_a_measuring_call_says_all_of_its_dialogue(folder: Path) -> None:
    dialogue = dialogue_of(folder)
    reference = reference_of(folder)
    assert 68 <= reference["duration"] <= 92
    for name, who in dialogue["speakers"].items():
        turns = [turn["say"] for turn in dialogue["turns"] if turn.get("speaker") == name]
        assert sorted(" ".join(turns).split()) == sorted(said_by(folder, name).split())
        assert {each["channel"] for each in reference["utterances"] if each["speaker"] == name} == {who["channel"]}


@pytest.mark.parametrize("folder", CALLS, ids=lambda folder: folder.name)
def test_both_parties_of_a_measuring_call_name_candidates(folder: Path) -> None:
    script = script_of(folder)
    assert times_named(said_by(folder, "canvasser"), script) >= 4
    assert times_named(said_by(folder, "contact"), script) >= 2
    assert all(option.name in said_by(folder, "canvasser") for option in script.options)


def test_the_measuring_calls_differ_from_each_other_and_from_the_sample_calls() -> None:
    speakers = [dialogue_of(folder)["speakers"] for folder in CALLS]
    assert sum(who["canvasser"]["channel"] for who in speakers) * 2 == len(CALLS)
    voices = [each["voice"] for who in speakers for each in who.values()]
    assert len(set(voices)) == len(voices)
    known = {path.stem for path in (SAMPLE_CALLS / "approved_scripts").glob("*.yaml")}
    assert not known & {dialogue_of(folder)["script"] for folder in CALLS}


def test_the_timed_phrases_stand_between_pauses_and_are_where_the_sound_is() -> None:
    folder = HEARING / "timing"
    phrases = [(each["start"], each["end"]) for each in reference_of(folder)["utterances"]]
    pauses = np.array([later[0] - earlier[1] for earlier, later in itertools.pairwise(phrases)])
    assert 25 <= len(phrases) <= 30
    assert pauses.min() >= 0.3
    assert pauses.max() <= 1.55
    (sound,) = decode(next(folder.glob("recording.*"))).channels
    pauses_heard = [_between(sound, first + 0.05, last - 0.05) for (_, first), (last, _) in itertools.pairwise(phrases)]
    faint = 3 * np.std(np.concatenate(pauses_heard))
    late, early = [], []
    for start, end in phrases:
        loud = np.flatnonzero(np.abs(_between(sound, start - 0.05, end + 0.05)) > faint) / RATE_HZ
        late.append(loud[0] - 0.05)
        early.append(end - start - (loud[-1] - 0.05))
    assert np.abs(np.median([late, early], axis=1)).max() < 0.03
    assert np.abs([late, early]).max() < 0.2


def _between(sound: np.ndarray, start: float, end: float) -> np.ndarray:
    return sound[round(start * RATE_HZ) : round(end * RATE_HZ)]
