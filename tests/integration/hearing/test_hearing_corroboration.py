"""Findings heard again, with the real weights of both models."""

from functools import cache
from pathlib import Path

import pytest

from app.bootstrap import build_ears
from app.domain.finding import CallResult
from app.domain.transcript import Speaker, Transcript, Utterance
from app.model_store import ModelStore
from app.pipeline.analyze import Ears
from app.pipeline.assessment.corroborate import corroborate
from app.pipeline.audio.recording import Recording
from app.settings import DEFAULT_SECOND_MODEL
from tests.support.calls import golden_script, judge, of_code
from tests.support.sound import line_noise, recording, sample_recording

pytestmark = pytest.mark.slow

SCRIPT = "eastmere-mayor"
START, END = 2.0, 7.3
"""Where it is said in the stretch of the sample call, by its reference."""

SAID = "Samir Qureshi? Well, his dad was a bus driver, he's a decent guy."
INVENTED = "Helen Hartwell? Well, she's a decent guy."


@cache
def ears(second_model: str = DEFAULT_SECOND_MODEL) -> Ears:
    return build_ears(ModelStore(), engine="faster-whisper", model="base", second_model=second_model)


@cache
def praise() -> Recording:
    return sample_recording("bus-driver", start=61.2, end=70.0)


def heard_again(text: str, sound: Recording, *, by: Ears) -> CallResult:
    utterance = Utterance(0, Speaker.CANVASSER, text, START, END, 0, 0.9, 0.99)
    script = golden_script(SCRIPT)
    judged = judge().judge(Transcript(call="call", utterances=(utterance,), duration=sound.duration), script=script)
    language = judge().language(script)
    return corroborate(judged, sound, engine=by.engine, second=by.second, language=language, hinted=True)


def test_what_was_said_is_heard_again_by_both_models() -> None:
    result = heard_again(SAID, praise(), by=ears())
    (found, *_) = of_code(result, "endorsement")
    assert found.corroborated is True
    assert [(ear.model, ear.agreed) for ear in found.heard[1:]] == [("base", True), ("tiny.en", True)]
    assert all("decent guy" in (ear.text or "") for ear in found.heard)
    assert dict(result.provenance.models)["whisper-tiny.en"] == f"sha256:{ModelStore().sha256('whisper-tiny.en')}"


def test_a_name_that_nobody_said_is_heard_by_neither() -> None:
    for sound in (praise(), recording(line_noise(9, -30))):
        (found, *_) = of_code(heard_again(INVENTED, sound, by=ears()), "endorsement")
        assert found.corroborated is False
        assert [ear.agreed for ear in found.heard[1:]] == [False, False]


def test_a_second_model_that_is_not_there_is_not_consulted(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"no model")
    result = heard_again(SAID, praise(), by=ears(str(tmp_path)))
    (found, *_) = of_code(result, "endorsement")
    assert found.corroborated is True
    assert found.heard[-1].agreed is None
    assert not [model for model, _ in result.provenance.models if tmp_path.name in model]


def test_the_same_weights_are_no_second_opinion() -> None:
    assert ears("base").second is None
    assert ears(str(ModelStore().path("whisper-base"))).second is None
    assert ears("").second is None


def test_the_second_model_gives_its_memory_back_and_hears_the_same_afterwards() -> None:
    first = heard_again(SAID, praise(), by=ears())
    ears().unload()
    assert heard_again(SAID, praise(), by=ears()) == first
