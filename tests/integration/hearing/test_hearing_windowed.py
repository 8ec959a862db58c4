"""Right-sized windows: the encoder in another runtime, and what happens to a window that looks wrong."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from app.domain.units import SAMPLE_RATE_HZ
from app.model_store import ModelStore
from app.pipeline.audio.activity import speech_regions
from app.pipeline.audio.noise import measure_noise
from app.pipeline.transcription import ctranslate, openvino_encoder, windowed
from app.pipeline.transcription.base import Engine, Segment
from app.pipeline.transcription.convert import openai_names, read_tensors
from app.pipeline.transcription.engines import load_engine
from app.pipeline.transcription.openvino_encoder import OpenvinoEncoder, best_precision
from app.pipeline.transcription.packing import Window
from app.pipeline.transcription.telephone_update import FILE_NAME, read_update, write_updated
from app.pipeline.transcription.weights import find_weights
from app.pipeline.transcription.windowed import Windowed
from tests.support.sound import sample_recording

pytestmark = pytest.mark.slow

STORE = ModelStore()
FOLDER = STORE.path("whisper-base")
SHOWN = {
    "": None,
    "avx avx2 fma": None,
    "avx2 avx_vnni": "f32+int8",
    "avx512f avx512_vnni": "f32+int8",
}


def fresh() -> Windowed:
    return Windowed(find_weights("base", artefacts=windowed.MODEL_ARTEFACTS, store=STORE))


def with_update() -> Windowed:
    artefacts, updates = windowed.MODEL_ARTEFACTS, windowed.UPDATE_ARTEFACTS
    return Windowed(find_weights("base", artefacts=artefacts, store=STORE, updates=updates))


def said(engine: Engine, **options: bool) -> list[str]:
    samples = sample_recording("bus-driver", start=6.5, end=20.5).channels[0]
    segments = engine.transcribe(samples, regions=speech_regions(samples), **options)
    return [word.text.lower().strip(".,?!") for segment in segments for word in segment.words]


@pytest.mark.parametrize("precision", ["bf16", "bf16+int8", "f32+int8", "f32"])
def test_the_encoder_computes_what_ctranslate_does(precision: str) -> None:
    import ctranslate2

    if precision.startswith("bf16") and "BF16" not in openvino_encoder._capabilities():
        precision = precision.replace("bf16", "f32")  # the processor would compute it so in any case
    features = np.random.default_rng(3).normal(0, 0.3, (80, 1234)).astype(np.float32)
    reference = ctranslate2.models.Whisper(str(FOLDER), device="cpu", compute_type="float32", intra_threads=1)
    expected = np.array(reference.encode(ctranslate2.StorageView.from_array(features[None])))[0]
    found = OpenvinoEncoder(FOLDER, precision=precision).encode(features)
    assert found.shape == expected.shape
    assert float(np.corrcoef(found.ravel(), expected.ravel())[0, 1]) > (0.99999 if precision == "f32" else 0.98)


@pytest.mark.parametrize("flags", SHOWN)
def test_the_runtime_follows_from_the_flags_of_the_processor(
    flags: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpuinfo").write_text(f"processor : 0\nflags\t\t: {flags}\n", encoding="utf-8")
    monkeypatch.setattr(openvino_encoder, "PROCESSOR", tmp_path / "cpuinfo")
    monkeypatch.setattr(openvino_encoder, "_capabilities", lambda: ["FP32", "INT8"])
    assert best_precision() == SHOWN[flags]
    monkeypatch.setattr(openvino_encoder, "_capabilities", lambda: ["FP32", "INT8", "BF16"])
    assert best_precision() in {None, "bf16+int8"}
    (tmp_path / "cpuinfo").write_text("flags : avx512_vnni avx512_bf16 amx_bf16\n", encoding="utf-8")
    assert best_precision() == "bf16"
    monkeypatch.setattr(openvino_encoder, "PROCESSOR", tmp_path / "none")
    assert best_precision() is None


def test_without_openvino_ctranslate_hears_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    here = fresh()
    words = said(here)
    monkeypatch.setattr(windowed, "best_precision", lambda: None)
    elsewhere = fresh()
    assert dict(elsewhere.info.settings)["encoder"] == "ctranslate2 int8"
    assert np.mean([word in words for word in said(elsewhere)]) > 0.9


def test_quantised_weights_are_left_to_ctranslate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("quantised")

    monkeypatch.setattr(windowed, "OpenvinoEncoder", refuse)
    engine = fresh()
    assert said(engine)
    assert dict(engine.info.settings)["encoder"] == "ctranslate2 int8"


def test_on_a_graphics_processor_ctranslate_encodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctranslate, "device", lambda: "cuda")
    assert dict(fresh().info.settings)["encoder"].startswith("ctranslate2")


def test_a_suspicious_window_is_heard_again_at_full_size(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fresh()
    words = said(engine)
    plain = windowed._hypothesis
    calls: list[int] = []

    def circling(result: object, tokenizer: object) -> object:
        calls.append(1)
        found = plain(result, tokenizer)
        return replace(found, compression=9.0) if len(calls) == 1 else found

    monkeypatch.setattr(windowed, "_hypothesis", circling)
    again = said(engine)
    assert len(calls) > 1
    assert np.mean([word in words for word in again]) > 0.9


def test_speech_that_was_passed_over_is_heard_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fresh()
    words = said(engine)
    ear = engine.ear(noisy=False)
    plain = ear._together
    asked: list[float] = []

    def passing_over(windows: Sequence[Window], hints: tuple[str, ...]) -> list[Segment | None]:
        found = plain(windows, hints)
        asked.append(len(windows[0].samples) / SAMPLE_RATE_HZ)
        if len(asked) == 1:
            heard = found[0]
            assert heard is not None
            kept = tuple(word for word in heard.words if not 3.5 < (word.start or 0.0) < 7.5)
            assert len(kept) < len(heard.words) - 6
            found[0] = replace(heard, words=kept)
        return found

    monkeypatch.setattr(ear, "_together", passing_over)
    again = said(engine)
    assert len(asked) > 1
    assert asked[1] < asked[0]
    assert np.mean([word in again for word in words]) > 0.9
    assert len(again) < 1.1 * len(words)


def test_a_second_hearing_takes_the_full_window() -> None:
    engine = fresh()
    seen: list[int] = []
    ear = engine.ear(noisy=False)
    encoded = ear._encoded
    ear._encoded = lambda features, **more: seen.append(features[0].shape[1]) or encoded(features, **more)  # type: ignore
    assert said(engine, full_window=True)
    assert set(seen) == {3000}
    seen.clear()
    assert said(engine)
    assert max(seen) <= 1800


@pytest.mark.parametrize("precision", [best_precision(), None])
def test_a_noisy_channel_goes_to_the_weights_that_were_trained_for_it(
    precision: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windowed, "best_precision", lambda: precision)
    clean = sample_recording("bus-driver", start=6.5, end=20.5).channels[0]
    draw = np.random.default_rng(5)
    noisy = (clean + 0.03 * draw.standard_normal(len(clean))).astype(np.float32)
    assert (measured := measure_noise(noisy, speech_regions(clean))) is not None and measured.is_noisy_line
    engine = with_update()
    regions = speech_regions(clean)
    assert engine.transcribe(clean, regions=regions)
    assert set(engine._ears) == {False}
    heard = engine.transcribe(noisy, regions=regions)
    assert set(engine._ears) == {False, True}
    assert heard
    assert heard != fresh().transcribe(noisy, regions=regions)


@pytest.mark.parametrize("precision", ["f32+int8", None])
def test_the_update_stands_in_the_provenance(precision: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windowed, "best_precision", lambda: precision)
    used = dict(with_update().info.settings)["noisy_lines"]
    assert used.startswith(STORE.sha256("whisper-base-telephone"))
    assert "noisy_lines" not in dict(fresh().info.settings)


def test_the_product_hears_with_the_update() -> None:
    engine = load_engine(windowed.NAME, store=STORE)
    assert isinstance(engine, Windowed)
    assert "noisy_lines" in dict(engine.info.settings)


def test_the_update_is_added_to_its_layers_alone() -> None:
    update = read_update(STORE.path("whisper-base-telephone") / FILE_NAME)
    before, after = (
        dict(openai_names(read_tensors((STORE.path(name) / "model.bin").read_bytes())))
        for name in ("whisper-base", "whisper-base-telephone")
    )
    assert before.keys() == after.keys()
    assert {name for name in before if not np.array_equal(before[name], after[name])} == {f"{k}.weight" for k in update}
    for layer, change in update.items():
        old, new = before[f"{layer}.weight"], after[f"{layer}.weight"]
        expected = (old.astype(np.float32) + change).astype(old.dtype)
        np.testing.assert_allclose(new.astype(np.float32), expected.astype(np.float32), rtol=2e-3, atol=1e-6)
        assert np.corrcoef((new.astype(np.float32) - old.astype(np.float32)).ravel(), change.ravel())[0, 1] > 0.99


def test_an_update_of_other_weights_is_refused(tmp_path: Path) -> None:
    update = tmp_path / "adapter.safetensors"
    one = np.zeros((1, 1), dtype=np.float16)
    save_file({"encoder.blocks.9.attn.key.down": one, "encoder.blocks.9.attn.key.up": one}, update)
    with pytest.raises(ValueError, match=r"blocks\.9"):
        write_updated(FOLDER, tmp_path, adapter=update)


def test_several_windows_together_are_heard_as_one_by_one() -> None:
    engine = fresh()
    samples = sample_recording("clean-ballot", start=0.0, end=50.0).channels[0]
    regions = speech_regions(samples)
    together = engine.transcribe(samples, regions=regions)
    assert len(together) > 1
    for segment in together:
        assert segment.words
        assert segment.start < segment.end
    assert [word for segment in together for word in segment.words] == sorted(
        (word for segment in together for word in segment.words), key=lambda word: word.start or 0.0
    )


def test_openvino_reports_nothing_to_anybody() -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*a, **k): print('NETWORK'); raise OSError\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse\n"
        "from app.pipeline.transcription.openvino_encoder import best_precision, load_openvino\n"
        "best_precision(); load_openvino()\n"
        "import time, threading, multiprocessing\n"
        "print('LOADED', sorted(n for n, m in sys.modules.items() if n.startswith('openvino_telemetry') and m))\n"
        "print('CHILDREN', multiprocessing.active_children(), threading.active_count())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ)
    assert "NETWORK" not in done.stdout
    assert "LOADED []" in done.stdout
    assert "CHILDREN [] 1" in done.stdout
