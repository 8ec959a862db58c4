"""From sound to finding with real weights: every sample call, and some on the reference engine too."""

from functools import cache
from typing import Any

import pytest
import yaml

from app.approved_scripts.authoring import load_script
from app.bootstrap import build_ears
from app.domain.finding import CallResult
from app.model_store import ModelStore
from app.pipeline.analyze import Ears, analyze_recording
from scripts.compare_samples import compare
from tests.support.calls import SAMPLE_CALLS, judge

CALLS = sorted(folder.name for folder in (SAMPLE_CALLS / "calls").iterdir())
ON_BOTH_ENGINES = ("bus-driver", "option-left-out", "voicemail")

pytestmark = pytest.mark.slow


@cache
def ears(engine: str) -> Ears:
    return build_ears(ModelStore(), engine=engine, model="base")


@cache
def heard(call: str, engine: str = "windowed") -> CallResult:
    folder = SAMPLE_CALLS / "calls" / call
    script = yaml.safe_load((folder / "dialogue.yaml").read_text(encoding="utf-8"))["script"]
    return analyze_recording(
        next(folder.glob("recording.*")),
        call=call,
        script=load_script(SAMPLE_CALLS / "approved_scripts" / f"{script}.yaml"),
        ears=ears(engine),
        judge=judge(),
    ).result


def expected(call: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        (SAMPLE_CALLS / "calls" / call / "expected.yaml").read_text(encoding="utf-8")
    )
    return loaded


@pytest.mark.parametrize("call", CALLS)
def test_outcome_and_codes_are_as_expected_before_the_first_run(call: str) -> None:
    comparison = compare(heard(call), expected(call))
    assert comparison["as_expected"], comparison


@pytest.mark.parametrize("call", ON_BOTH_ENGINES)
def test_the_reference_engine_comes_to_the_same_findings(call: str) -> None:
    comparison = compare(heard(call, "openai-whisper"), expected(call))
    assert comparison["as_expected"], comparison


@pytest.mark.parametrize("call", CALLS)
def test_every_finding_rests_on_words_at_their_second(call: str) -> None:
    result = heard(call)
    by_index = {utterance.index: utterance for utterance in result.transcript.utterances}
    for finding in result.findings:
        if finding.utterance is None:
            assert (finding.quote, finding.start) == (None, None)
            assert finding.corroborated in (True, False)
            continue
        utterance = by_index[finding.utterance]
        assert finding.quote
        assert finding.quote in utterance.text
        assert utterance.start is not None
        assert finding.start is not None
        assert finding.end is not None
        assert utterance.start <= finding.start < finding.end <= (result.transcript.duration or 0) + 0.5
        assert finding.corroborated in (True, False)
        assert finding.speaker == "canvasser"


def test_the_stretch_that_accuses_is_where_the_words_were_spoken() -> None:
    call = "bus-driver"
    (finding,) = [item for item in heard(call).findings if item.code == "endorsement"]
    reference = yaml.safe_load((SAMPLE_CALLS / "calls" / call / "reference.json").read_text(encoding="utf-8"))
    spoken = next(item for item in reference["utterances"] if "decent guy" in item["text"])
    assert spoken["start"] - 1.0 <= (finding.start or 0) <= spoken["end"]
