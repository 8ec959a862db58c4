"""Nothing from nothing: what is no intelligible English speech gives no words, and the right reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.audio import UnreviewableReason
from app.errors import Unreviewable
from app.model_store import ModelStore
from app.pipeline.audio.decode import decode
from app.pipeline.transcription.base import Engine
from app.pipeline.transcription.engines import DEFAULT_ENGINE, load_engine
from app.pipeline.transcription.transcribe import transcribe
from scripts.nonspeech import KINDS, nonspeech
from tests.support.sound import recording, sample_recording

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = ("Samir Qureshi", "Helen Hartwell", "Tom Ashdown", "Pat Devlin")
SILENT = {"digital-silence", "comfort-noise"}
VOICES = {"babble", "children"}
SECONDS = 8.0
SEED = 1


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    found = load_engine(DEFAULT_ENGINE, store=ModelStore())
    yield found
    found.unload()


def refusal(path_or_kind: str, engine: Engine) -> UnreviewableReason:
    made = KINDS.get(path_or_kind)
    heard = recording(nonspeech(path_or_kind, seconds=SECONDS, seed=SEED)) if made else decode(FIXTURES / path_or_kind)
    with pytest.raises(Unreviewable) as refused:
        transcribe(heard, engine=engine, hints=NAMES)
    return refused.value.reason


@pytest.mark.parametrize("kind", sorted(set(KINDS) - VOICES))
def test_no_word_is_heard_where_nobody_speaks(engine: Engine, kind: str) -> None:
    expected = UnreviewableReason.SILENT if kind in SILENT else UnreviewableReason.NO_SPEECH
    assert refusal(kind, engine) is expected


def test_a_crowd_is_not_understood(engine: Engine) -> None:
    assert refusal("babble", engine) in (UnreviewableReason.NOT_UNDERSTOOD, UnreviewableReason.NO_SPEECH)


def test_children_who_shout_across_each_other_say_no_name(engine: Engine) -> None:
    """One of them can be the loudest for a moment and be heard; what must not be heard is what was hinted."""
    try:
        heard = transcribe(recording(nonspeech("children", seconds=SECONDS, seed=SEED)), engine=engine, hints=NAMES)
    except Unreviewable as refused:
        assert refused.reason is not UnreviewableReason.SILENT
        return
    said = {word.text.strip(".,?!").lower() for segment in heard.segments for word in segment.words}
    assert not said & {part.lower() for name in NAMES for part in name.split()}


@pytest.mark.parametrize("language", ["cy", "de", "es", "fr", "pl", "ur"])
def test_another_language_is_not_english(engine: Engine, language: str) -> None:
    assert refusal(f"spoken-{language}.opus", engine) is UnreviewableReason.NOT_ENGLISH


def test_english_with_foreign_names_and_words_is_english(engine: Engine) -> None:
    heard = transcribe(decode(FIXTURES / "spoken-en.opus"), engine=engine, hints=NAMES)
    text = " ".join(segment.text for segment in heard.segments).lower()
    assert heard.language == "en"
    assert "good evening" in text
    assert "tomorrow morning" in text


def test_who_speaks_over_hold_music_is_heard(engine: Engine) -> None:
    speech = sample_recording("bus-driver", start=6.5, end=13.8).channels[0]
    music = nonspeech("music-plucked", seconds=len(speech) / 16_000, seed=SEED)
    heard = transcribe(recording(speech + 0.2 * music), engine=engine)
    assert "on behalf of" in " ".join(segment.text for segment in heard.segments)


def test_music_on_the_contacts_channel_leaves_the_canvasser_and_a_note(engine: Engine) -> None:
    canvasser = sample_recording("bus-driver", start=6.5, end=20.5).channels[0]
    song = nonspeech("sung-syllables", seconds=14.0, seed=6)
    heard = transcribe(recording(canvasser, song), engine=engine, hints=NAMES)
    assert {segment.channel for segment in heard.segments} == {0}
    assert heard.regions[0]
    assert heard.regions[1] == ()
    assert any("sings or plays" in note for note in heard.notes)


def test_the_same_kind_and_seed_sound_the_same() -> None:
    first, again = (nonspeech("sung-mobile", seconds=2.0, seed=5) for _ in range(2))
    assert (first == again).all()
    assert (nonspeech("sung-mobile", seconds=2.0, seed=6) != first).any()
