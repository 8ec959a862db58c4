"""Two voices told apart in real sound, with the real weights."""

import json

import numpy as np
import pytest

from app.approved_scripts.authoring import load_script
from app.domain.transcript import Utterance
from app.model_store import ModelStore
from app.pipeline.audio.channels import frame_levels_dbfs
from app.pipeline.audio.recording import Recording
from app.pipeline.speakers.attribute import attribute
from app.pipeline.speakers.voices import Ge2eEncoder, spectrogram
from app.pipeline.transcription.engines import load_engine
from app.pipeline.transcription.transcribe import transcribe
from tests.support.sound import REPOSITORY, SAMPLE_CALLS, line_noise, recording, ringing, sample_recording

pytestmark = pytest.mark.slow

STORE = ModelStore()


def rightly_attributed(call: str, recorded: Recording, script: str) -> tuple[float, float]:
    """Of the words, the parts put down rightly and wrongly; the rest is unknown."""
    approved = load_script(REPOSITORY / "sample_calls" / "approved_scripts" / f"{script}.yaml")
    heard = transcribe(recorded, engine=load_engine(store=STORE))
    voices = Ge2eEncoder(STORE.path("ge2e-speaker"))
    found = attribute(heard, recorded, script=approved, voices=voices)
    reference = json.loads((SAMPLE_CALLS / call / "reference.json").read_text("utf-8"))["utterances"]
    verdicts = [verdict for item in found for verdict in compare(item, reference)]
    return verdicts.count("right") / len(verdicts), verdicts.count("wrong") / len(verdicts)


def compare(item: Utterance, reference: list[dict[str, object]]) -> list[str]:
    verdicts = []
    for word in item.words:
        middle = ((word.start or 0.0) + (word.end or 0.0)) / 2
        said = {r["speaker"] for r in reference if float(str(r["start"])) - 0.1 <= middle <= float(str(r["end"])) + 0.1}
        if said:
            wrong = "unknown" if item.speaker == "unknown" else "wrong"
            verdicts.append("right" if item.speaker in said else wrong)
    return verdicts


@pytest.mark.parametrize(("call", "script"), [("clean-ballot", "larkfield-merger"), ("bus-driver", "eastmere-mayor")])
def test_words_are_put_down_to_the_right_party(call: str, script: str) -> None:
    right, wrong = rightly_attributed(call, sample_recording(call), script)
    assert right >= 0.95
    assert wrong <= 0.02


@pytest.mark.parametrize(("noise_db", "least", "most"), [(None, 0.98, 0.01), (10.0, 0.9, 0.04)])
def test_two_channels_mixed_into_one_are_told_apart_by_voice(noise_db: float | None, least: float, most: float) -> None:
    both = sample_recording("bus-driver")
    mixed = np.sum(both.channels, axis=0)
    if noise_db is not None:
        speech_dbfs = float(10 * np.log10(np.percentile(10 ** (frame_levels_dbfs(mixed) / 10), 80)))
        mixed = mixed + line_noise(len(mixed) / 16_000, speech_dbfs - noise_db)[: len(mixed)]
    right, wrong = rightly_attributed("bus-driver", recording(mixed), "eastmere-mayor")
    assert right >= least
    assert wrong <= most


def test_one_voice_lies_near_itself_and_far_from_another() -> None:
    encoder = Ge2eEncoder(STORE.path("ge2e-speaker"))
    call = sample_recording("bus-driver")
    canvasser = [call.channels[0][a * 16_000 : b * 16_000] for a, b in ((7, 13), (23, 28))]
    contact = [call.channels[1][a * 16_000 : b * 16_000] for a, b in ((43, 48),)]
    points = encoder.embed([*canvasser, *contact])
    assert np.linalg.norm(points, axis=1) == pytest.approx(1.0)
    assert float(points[0] @ points[1]) > 0.85
    assert float(points[0] @ points[2]) < 0.8


def test_even_a_click_has_an_embedding() -> None:
    encoder = Ge2eEncoder(STORE.path("ge2e-speaker"))
    points = encoder.embed([np.zeros(1, dtype=np.float32), ringing(0.1)])
    assert points.shape == (2, 256)
    assert np.isfinite(points).all()
    assert encoder.embed([]).shape == (0, 256)
    assert spectrogram(ringing(1)).shape == (101, 40)
