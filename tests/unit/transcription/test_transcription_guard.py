"""What is dropped, where sentences are cut, and how windows map back."""

import pytest

from app.domain.transcript import Word
from app.domain.units import Span
from app.pipeline.transcription.base import Segment
from app.pipeline.transcription.guard import (
    cut,
    is_circling,
    is_dreamt,
    is_hurried,
    is_looping,
    is_mumbled,
    is_no_speech,
    sentences,
    speaking_seconds,
)


def words(text: str, *, start: float = 0.0, step: float = 0.3, confidence: float = 0.9) -> tuple[Word, ...]:
    return tuple(
        Word(word, round(start + i * step, 3), round(start + (i + 1) * step, 3), confidence)
        for i, word in enumerate(text.split())
    )


def segment(
    spoken: tuple[Word, ...], *, confidence: float = 0.8, no_speech: float = 0.1, compression: float = 1.2
) -> Segment:
    text = " ".join(word.text for word in spoken)
    return Segment(text, spoken[0].start or 0, spoken[-1].end or 0, spoken, confidence, no_speech, 0, compression)


def test_sentences_are_cut_after_their_ends() -> None:
    parts = sentences(segment(words("Hello. May I speak to Dr. Lane? Thank you.")))
    assert [part.text for part in parts] == ["Hello.", "May I speak to Dr. Lane?", "Thank you."]
    assert parts[1].start == 0.3
    assert parts[1].words[0].text == "May"


def test_breath_groups_are_cut_at_pauses() -> None:
    spoken = (*words("well I think"), *words("he is a decent guy", start=2.0))
    assert [len(part) for part in cut(spoken)] == [3, 5]
    assert len(cut(spoken, pause=2.0)) == 1
    assert cut(()) == ()


def test_loops_and_no_speech_are_told() -> None:
    assert is_looping(segment(words("and so and so and so"), compression=3.0))
    assert is_no_speech(segment(words("Thank you."), confidence=0.2, no_speech=0.9))
    assert not is_no_speech(segment(words("Thank you."), confidence=0.8, no_speech=0.9))


@pytest.mark.parametrize(
    ("text", "looping"),
    [
        ("no " * 12, True),
        ("No, no, no, no, no!", False),
        ("Who held me? " * 4, True),
        ("are you there? are you there? are you there?", False),
        ("put Qureshi first and Hartwell second, and Ashdown third, and nobody fourth", False),
    ],
)
def test_a_few_words_again_and_again_are_a_loop(text: str, looping: bool) -> None:
    assert is_looping(segment(words(text))) is looping


def test_names_out_of_nowhere_are_dreamt() -> None:
    assert is_dreamt(words("Samir Qureshi", confidence=0.05))
    assert not is_dreamt(words("Samir Qureshi", confidence=0.35))
    assert not is_dreamt(())


@pytest.mark.parametrize(
    ("number", "confidence", "speaking", "mumbled"),
    [
        (4, 0.55, 8.0, True),  # a crowd: few words, and unsure
        (4, 0.7, 8.0, False),
        (20, 0.55, 8.0, False),  # a bad line: unsure, but as many as people say
        (20, 0.4, 8.0, True),
        (1, 0.4, 0.5, False),  # too little to tell
        (0, 0.0, 8.0, False),
    ],
)
def test_talk_that_was_not_made_out_is_told(number: int, confidence: float, speaking: float, mumbled: bool) -> None:
    assert is_mumbled(words("word " * number, confidence=confidence), speaking) is mumbled


@pytest.mark.parametrize(
    ("text", "confidence", "circling"),
    [
        ("That's what I'm like. That's what I'm like. That's what I'm", 0.65, True),
        ("I'm sorry, I'm sorry, I'm sorry, I'm sorry, I'm sorry.", 0.6, True),
        ("I'm sorry, I'm sorry, I'm sorry, I'm sorry, I'm sorry.", 0.9, False),  # somebody says so
        ("I said please don't call me again. Please don't call me again. Goodbye.", 0.6, False),
        ("Take me off your list. Take me off your list.", 0.6, False),
        ("No, no, no, no, no, no.", 0.6, False),
        ("Can you hear me? Can you hear me? It's a bad line.", 0.6, False),
        ("", 0.0, False),
    ],
)
def test_a_phrase_after_itself_and_little_else_is_a_circle(text: str, confidence: float, circling: bool) -> None:
    assert is_circling(words(text, confidence=confidence) if text else ()) is circling


def test_speech_is_counted_without_its_margins() -> None:
    assert speaking_seconds((Span(0.0, 2.0), Span(3.0, 3.5))) == pytest.approx(1.2)


def test_phrases_of_subtitles_are_dropped_when_unsure() -> None:
    spoken = (*words("Goodbye then."), *words("Thanks for watching!", start=3.0, confidence=0.4))
    assert [part.text for part in sentences(segment(spoken))] == ["Goodbye then."]
    sure = words("Thanks for watching the office, Sam.", confidence=0.95)
    assert len(sentences(segment(sure))) == 1


def test_the_prompt_is_no_speech_however_sure() -> None:
    spoken = (*words("Hello there."), *words("Glossary, Samir Qureshi.", start=3.0, confidence=0.95))
    assert [part.text for part in sentences(segment(spoken))] == ["Hello there."]


@pytest.mark.parametrize(("confidence", "seconds", "hurried"), [(0.5, 2.0, True), (0.5, 4.0, False), (0.7, 2.0, False)])
def test_unsure_words_faster_than_people_speak_were_made_up(confidence: float, seconds: float, hurried: bool) -> None:
    spoken = words("Thank you very much for your attention. Thank you very much. Bye bye.", confidence=confidence)
    assert is_hurried(spoken, (Span(1.0, 1.0 + seconds),)) is hurried


def test_words_past_the_speech_are_dropped() -> None:
    tail = Word("you", 1.5, 1.5, 0.1)
    parts = sentences(segment((*words("Good bye now"), tail)))
    assert parts[0].text == "Good bye now"
    assert sentences(segment((tail,))) == ()
