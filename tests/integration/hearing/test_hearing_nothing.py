"""Nothing from nothing: what is no intelligible English speech gives no words, and the right reason."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.approved_scripts.authoring import load_script
from app.domain.audio import UnreviewableReason
from app.domain.transcript import Reached, Speaker
from app.errors import Unreviewable
from app.model_store import ModelStore
from app.pipeline.analyze import Ears, hear, names_of
from app.pipeline.audio.decode import decode
from app.pipeline.audio.recording import Recording
from app.pipeline.transcription.base import Engine
from app.pipeline.transcription.engines import DEFAULT_ENGINE, load_engine
from app.pipeline.transcription.transcribe import transcribe
from scripts.nonspeech import KINDS, nonspeech
from tests.support.sound import REPOSITORY, recording, sample_recording, silence

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parent / "fixtures"
SCRIPT = load_script(REPOSITORY / "sample_calls" / "approved_scripts" / "eastmere-mayor.yaml")
NAMES = names_of(SCRIPT)
SILENT = ("digital-silence", "comfort-noise")
VOICES = ("babble", "children")
LYRICS = "sung-words"
"""Sung so that it can be understood now and then: what is heard of it was sung, and no invention."""

SECONDS = 6.0
SEED = 1
TOGETHER = 6


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    found = load_engine(DEFAULT_ENGINE, store=ModelStore())
    yield found
    found.unload()


def strung() -> list[tuple[str, ...]]:
    """Every kind that nobody speaks in, some at a time."""
    kinds = sorted(set(KINDS) - {*SILENT, *VOICES, LYRICS})
    return [tuple(kinds[first::TOGETHER]) for first in range(TOGETHER)]


def refusal(heard: Recording, engine: Engine) -> UnreviewableReason:
    with pytest.raises(Unreviewable) as refused:
        transcribe(heard, engine=engine, hints=NAMES)
    return refused.value.reason


@pytest.mark.parametrize("kinds", strung(), ids="-".join)
def test_no_word_is_heard_where_nobody_speaks(engine: Engine, kinds: tuple[str, ...]) -> None:
    parts = [part for kind in kinds for part in (nonspeech(kind, seconds=SECONDS, seed=SEED), silence(2.0))]
    assert refusal(recording(np.concatenate(parts)), engine) is UnreviewableReason.NO_SPEECH


@pytest.mark.parametrize("kind", SILENT)
def test_the_noise_of_an_idle_line_is_silence(engine: Engine, kind: str) -> None:
    assert refusal(recording(nonspeech(kind, seconds=SECONDS, seed=SEED)), engine) is UnreviewableReason.SILENT


@pytest.mark.parametrize("kind", VOICES)
@pytest.mark.parametrize("seed", [SEED, 3, 5])
def test_no_word_of_a_crowd_is_believed(engine: Engine, kind: str, seed: int) -> None:
    reason = refusal(recording(nonspeech(kind, seconds=8.0, seed=seed)), engine)
    assert reason in (UnreviewableReason.NOT_UNDERSTOOD, UnreviewableReason.NO_SPEECH)


@pytest.mark.parametrize(("hints", "seed"), [(("Anneliese Vogt", "Priya Raman"), 1), (("Corin Blackwood",), 3)])
def test_no_word_of_a_long_crowd_is_believed_when_names_are_told(
    engine: Engine, hints: tuple[str, ...], seed: int
) -> None:
    with pytest.raises(Unreviewable) as refused:
        transcribe(recording(nonspeech("babble", seconds=24.0, seed=seed)), engine=engine, hints=hints)
    assert refused.value.reason in (UnreviewableReason.NOT_UNDERSTOOD, UnreviewableReason.NO_SPEECH)


def test_no_word_of_a_song_that_nobody_can_follow_is_believed(engine: Engine) -> None:
    assert refusal(recording(nonspeech(LYRICS, seconds=8.0, seed=SEED)), engine) is UnreviewableReason.NO_SPEECH


@pytest.mark.parametrize("language", ["cy", "de", "es", "fr", "pl", "ur"])
def test_another_language_is_not_english(engine: Engine, language: str) -> None:
    assert refusal(decode(FIXTURES / f"spoken-{language}.opus"), engine) is UnreviewableReason.NOT_ENGLISH


def test_english_with_foreign_names_and_words_is_english(engine: Engine) -> None:
    heard = transcribe(decode(FIXTURES / "spoken-en.opus"), engine=engine, hints=NAMES)
    text = " ".join(segment.text for segment in heard.segments).lower()
    assert heard.language == "en"
    assert "good evening" in text
    assert "tomorrow morning" in text


@pytest.mark.parametrize(
    ("name", "words", "reached"),
    [
        ("announcement-unobtainable", "please check and try again", Reached.NOBODY),
        ("announcement-unavailable", "the person you are calling is not available", Reached.NOBODY),
        ("announcement-switched-off", "may be switched off", Reached.NOBODY),
        ("announcement-queue", "your call is important to us", Reached.MACHINE),
        ("voicemail-greeting", "leave a message after the beep", Reached.MACHINE),
    ],
)
def test_an_announcement_is_written_down_and_is_no_contact(
    engine: Engine, name: str, words: str, reached: Reached
) -> None:
    heard = hear(FIXTURES / f"{name}.opus", call=name, script=SCRIPT, ears=Ears(engine, None))
    said = " ".join(utterance.text for utterance in heard.transcript.utterances).lower()
    assert heard.reason is None
    assert words in said
    assert heard.transcript.reached is reached
    assert {utterance.speaker for utterance in heard.transcript.utterances} == {Speaker.OTHER}


def test_who_speaks_over_hold_music_is_heard(engine: Engine) -> None:
    speech = sample_recording("bus-driver", start=6.5, end=13.8).channels[0]
    music = nonspeech("music-plucked", seconds=len(speech) / 16_000, seed=SEED)
    heard = transcribe(recording(speech + 0.2 * music), engine=engine)
    assert "on behalf of" in " ".join(segment.text for segment in heard.segments)


def test_music_on_the_contacts_channel_leaves_the_canvasser_and_a_note(engine: Engine) -> None:
    canvasser = sample_recording("bus-driver", start=6.5, end=13.8).channels[0]
    song = nonspeech("sung-syllables", seconds=7.3, seed=6)
    heard = transcribe(recording(canvasser, song), engine=engine, hints=NAMES)
    assert {segment.channel for segment in heard.segments} == {0}
    assert heard.regions[0]
    assert heard.regions[1] == ()
    assert any("sings or plays" in note for note in heard.notes)


def test_the_same_kind_and_seed_sound_the_same() -> None:
    first, again = (nonspeech("sung-mobile", seconds=2.0, seed=5) for _ in range(2))
    assert (first == again).all()
    assert (nonspeech("sung-mobile", seconds=2.0, seed=6) != first).any()
