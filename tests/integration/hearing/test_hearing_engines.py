"""Every engine, with the real weights."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from app.domain.audio import UnreviewableReason
from app.domain.transcript import EngineInfo
from app.domain.units import Probability, Span
from app.errors import Unreviewable, WeightsMissing
from app.model_store import ModelStore
from app.pipeline.audio.activity import speech_regions
from app.pipeline.audio.recording import Recording, Samples
from app.pipeline.transcription import faster_whisper, openai_whisper
from app.pipeline.transcription.base import Decoding, Engine, Segment
from app.pipeline.transcription.engines import DEFAULT_ENGINE, ENGINES, UnknownEngine, load_engine
from app.pipeline.transcription.transcribe import transcribe
from app.pipeline.transcription.weights import find_weights
from tests.support.sound import line_noise, music, recording, ringing, sample_recording, silence

pytestmark = pytest.mark.slow

STORE = ModelStore()
SAID = "calling on behalf of the Allied Trades Union"


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    found = load_engine(request.param, store=STORE)
    yield found
    found.unload()


@pytest.fixture(scope="module")
def canvasser() -> Samples:
    """13 s of a canvasser with a pause of 5 s in it."""
    return sample_recording("bus-driver", start=6.5, end=20.5).channels[0]


def plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def test_every_module_of_an_engine_is_registered() -> None:
    folder = Path(faster_whisper.__file__).parent
    modules = {path.stem for path in folder.glob("*.py") if "def detect_language" in path.read_text("utf-8")} - {"base"}
    assert {name.replace("-", "_") for name in ENGINES} == modules
    assert DEFAULT_ENGINE in ENGINES


def test_an_engine_hears_words_where_they_are_said(engine: Engine, canvasser: Samples) -> None:
    regions = speech_regions(canvasser)
    segments = engine.transcribe(canvasser, regions=regions)
    heard = " ".join(segment.text for segment in segments)
    assert "on behalf of the" in plain(heard)
    words = [word for segment in segments for word in segment.words]
    assert len(words) > 20
    assert all(0 <= (word.confidence or 0) <= 1 and (word.start or 0) <= (word.end or 0) for word in words)
    starts = [word.start or 0.0 for word in words]
    assert starts == sorted(starts)
    for word in words:
        assert any(region.start <= (word.start or 0) and (word.end or 0) <= region.end for region in regions)
    problem = next(word for word in words if plain(word.text) == "problem")
    assert problem.start == pytest.approx(12.2, abs=0.6)


def test_an_engine_gives_equal_answers_and_is_loaded_again(engine: Engine, canvasser: Samples) -> None:
    regions = (Span(0.0, 7.2),)
    first = engine.transcribe(canvasser, regions=regions)
    engine.unload()
    assert engine.transcribe(canvasser, regions=regions) == first


def test_an_engine_says_nothing_without_regions(engine: Engine) -> None:
    assert engine.transcribe(silence(3), regions=()) == ()


def test_an_engine_tells_english_and_its_provenance(engine: Engine, canvasser: Samples) -> None:
    language, probability = engine.detect_language(canvasser, speech_regions(canvasser))
    assert language == "en"
    assert probability > 0.5
    assert engine.info.sha256 == "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
    assert engine.info.name in ENGINES
    assert dict(engine.info.settings)["beam_size"]


def test_hints_lose_no_speech_and_do_not_stick(engine: Engine) -> None:
    listing = sample_recording("bus-driver", start=49.0, end=58.5).channels[0]
    before = engine.transcribe(listing, regions=(Span(0.0, 9.5),))
    hinted = transcribe(recording(listing), engine=engine, hints=("Samir Qureshi", "Helen Hartwell", "Tom Ashdown"))
    heard = plain(" ".join(segment.text for segment in hinted.segments))
    assert "the candidates are" in heard
    assert "first preference" in heard
    if engine.info.name == DEFAULT_ENGINE:
        assert "qureshi" in heard
    assert engine.transcribe(listing, regions=(Span(0.0, 9.5),)) == before


def test_both_engines_hear_the_same_with_the_one_set_of_weights() -> None:
    greedy = Decoding(beam_size=1, timestamps=False, compute_type="float32")
    fast = faster_whisper.FasterWhisper(
        find_weights("base", artefacts=faster_whisper.MODEL_ARTEFACTS, store=STORE), decoding=greedy
    )
    reference = openai_whisper.OpenaiWhisper(
        find_weights("base", artefacts=openai_whisper.MODEL_ARTEFACTS, store=STORE), decoding=greedy
    )
    for call, start, end in (("bus-driver", 6.0, 20.5), ("clean-ballot", 2.0, 14.0)):
        samples = sample_recording(call, start=start, end=end).channels[0]
        regions = speech_regions(samples)
        texts = [
            " ".join(segment.text for segment in item.transcribe(samples, regions=regions))
            for item in (fast, reference)
        ]
        assert texts[0]
        assert texts[0] == texts[1]


def test_a_model_that_is_nowhere_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "model.bin").write_bytes(b"no model")
    with pytest.raises(WeightsMissing) as missing:
        load_engine("faster-whisper", model=str(broken), store=STORE).transcribe(ringing(1), regions=(Span(0, 1),))
    assert "broken" in missing.value.message
    checkpoint = tmp_path / "broken.pt"
    checkpoint.write_bytes(b"no checkpoint")
    with pytest.raises(WeightsMissing):
        load_engine("openai-whisper", model=str(checkpoint), store=STORE).transcribe(ringing(1), regions=(Span(0, 1),))


def test_a_local_folder_is_a_model() -> None:
    engine = load_engine("faster-whisper", model=str(STORE.path("whisper-base")), store=STORE)
    assert engine.info.model == "whisper-base"
    assert engine.info.sha256 == STORE.sha256("whisper-base")


def test_an_unknown_engine_names_the_known_ones() -> None:
    with pytest.raises(UnknownEngine) as unknown:
        load_engine("siri", store=STORE)
    assert "faster-whisper" in unknown.value.advice


@dataclass
class FakeEngine:
    """Answers what the test wants; counts how often it is asked."""

    segments: tuple[Segment, ...] = ()
    languages: tuple[tuple[str, Probability], ...] = (("en", 0.9),)
    asked: int = 0
    looks: int = 0

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("fake", "none")

    def transcribe(
        self, samples: Samples, *, regions: tuple[Span, ...], hints: tuple[str, ...] = (), full_window: bool = False
    ) -> tuple[Segment, ...]:
        self.asked += 1
        if self.asked > 1:
            return tuple(replace(segment, compression=1.0) for segment in self.segments)
        return self.segments

    def detect_language(self, samples: Samples, regions: tuple[Span, ...]) -> tuple[str, Probability]:
        self.looks += 1
        return self.languages[min(self.looks, len(self.languages)) - 1]

    def unload(self) -> None: ...


def real_segment(recorded: Recording) -> Segment:
    engine = load_engine("faster-whisper", store=STORE)
    return engine.transcribe(recorded.channels[0], regions=(Span(0.0, recorded.duration),))[0]


def refusal(recorded: Recording, engine: Engine) -> UnreviewableReason:
    with pytest.raises(Unreviewable) as refused:
        transcribe(recorded, engine=engine)
    return refused.value.reason


def test_without_speech_no_engine_is_asked() -> None:
    engine = FakeEngine()
    assert refusal(recording(line_noise(10, -60), line_noise(10, -66, seed=2)), engine) is UnreviewableReason.SILENT
    assert refusal(recording(silence(0.3)), engine) is UnreviewableReason.SILENT
    assert refusal(recording(ringing(10), silence(10)), engine) is UnreviewableReason.NO_SPEECH
    assert refusal(recording(music(10)), engine) is UnreviewableReason.NO_SPEECH
    assert engine.asked == engine.looks == 0


def test_speech_without_a_word_heard_is_not_understood(canvasser: Samples) -> None:
    assert refusal(recording(canvasser), FakeEngine()) is UnreviewableReason.NOT_UNDERSTOOD


def test_another_language_is_refused_only_if_every_look_agrees(canvasser: Samples) -> None:
    call = recording(canvasser)
    segment = real_segment(call)
    assert refusal(call, FakeEngine((segment,), (("fr", 0.9),))) is UnreviewableReason.NOT_ENGLISH
    second_look = FakeEngine((segment,), (("cy", 0.7), ("en", 0.5)))
    assert transcribe(call, engine=second_look).language == "en"
    assert transcribe(call, engine=FakeEngine((segment,), (("cy", 0.4),))).language is None


def test_words_without_confidence_are_not_understood(canvasser: Samples) -> None:
    segment = real_segment(recording(canvasser))
    unsure = replace(segment, words=tuple(replace(word, confidence=0.2) for word in segment.words))
    assert refusal(recording(canvasser), FakeEngine((unsure,))) is UnreviewableReason.NOT_UNDERSTOOD


def test_a_loop_is_heard_again_and_dropped_if_it_stays(canvasser: Samples) -> None:
    looping = replace(real_segment(recording(canvasser)), compression=9.0)
    engine = FakeEngine((looping,))
    assert transcribe(recording(canvasser), engine=engine).segments
    assert engine.asked > 1


def test_speech_passed_over_because_of_hints_is_heard_without_them(canvasser: Samples) -> None:
    whole = real_segment(recording(canvasser))
    part = replace(whole, words=whole.words[:3], end=whole.words[2].end or 0.0)

    class Skipping(FakeEngine):
        def transcribe(
            self, samples: Samples, *, regions: tuple[Span, ...], hints: tuple[str, ...] = (), full_window: bool = False
        ) -> tuple[Segment, ...]:
            return (part,) if hints else (whole,)

    heard = transcribe(recording(canvasser), engine=Skipping(), hints=("Samir Qureshi",))
    assert sum(len(segment.words) for segment in heard.segments) == len(whole.words)


def test_hearing_a_call_keeps_the_channels_and_the_order() -> None:
    call = sample_recording("bus-driver", end=36.0)
    heard = transcribe(call, engine=load_engine(DEFAULT_ENGINE, store=STORE))
    assert heard.language == "en"
    assert heard.channels == 2
    assert {segment.channel for segment in heard.segments} == {0, 1}
    starts = [segment.start for segment in heard.segments]
    assert starts == sorted(starts)
    assert any("recorded for quality and training" in segment.text for segment in heard.segments)
    assert all(segment.words for segment in heard.segments)


def test_dual_mono_is_heard_once() -> None:
    one = sample_recording("bus-driver", start=6.5, end=14.0).channels[0]
    heard = transcribe(recording(one, one.copy()), engine=load_engine(DEFAULT_ENGINE, store=STORE))
    assert heard.channels == 1
    assert "heard once" in heard.notes[0]
    assert plain(" ".join(segment.text for segment in heard.segments)).count("on behalf of") == 1


def test_noise_alone_is_never_a_name() -> None:
    engine = load_engine(DEFAULT_ENGINE, store=STORE)
    for sound in (line_noise(20, -25), ringing(20), music(20)):
        with pytest.raises(Unreviewable):
            transcribe(recording(np.asarray(sound)), engine=engine, hints=("Samir Qureshi",))
