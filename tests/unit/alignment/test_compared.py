"""Where the comparer of lines is asked, and what its answers do to a line."""

from dataclasses import replace

import pytest

from app.pipeline.alignment.compared import (
    LONGER,
    MISSING,
    MOST_WORDS,
    Compared,
    Stretch,
    left_out,
    nearest,
    stretches_of,
)
from app.pipeline.language.script_language import ScriptLanguage
from app.pipeline.language.speech import Speech
from tests.support.calls import golden_script, judge, transcript

TURNS = [
    {"canvasser": "Hello. It's Pam here. Is that Mr Gill?"},
    {"contact": "Yes, it is. What is it about?"},
    {"canvasser": "The general secretary election."},
]
UNDIVIDED = " ".join(["right so what it is is"] * 20)


@pytest.fixture(scope="module")
def language() -> ScriptLanguage:
    return judge().language(golden_script("harbour-gensec"))


def speech_of(turns: list[dict[str, str]], language: ScriptLanguage) -> Speech:
    return Speech.of(transcript(turns), language.register)


def test_runs_of_sentences_reach_over_the_contacts_turn(language: ScriptLanguage) -> None:
    speech = speech_of(TURNS, language)
    texts = [stretch.text for stretch in stretches_of(speech, words=10)]
    assert texts[:3] == ["Hello. It's Pam here.", "Hello. It's Pam here. Is that Mr Gill?", "It's Pam here."]
    assert "Is that Mr Gill? The general secretary election." in texts
    assert "Yes, it is." not in " ".join(texts)


def test_a_word_or_two_say_no_line(language: ScriptLanguage) -> None:
    assert stretches_of(speech_of([{"canvasser": "Lovely."}, {"canvasser": "Ta-ra now."}], language), words=10)
    assert not stretches_of(speech_of([{"canvasser": "Lovely."}], language), words=10)


def test_what_renders_other_lines_says_nothing_else(language: ScriptLanguage) -> None:
    speech = speech_of(TURNS, language)
    last = next(number for number, word in enumerate(speech.words) if word.position == 2)
    texts = [stretch.text for stretch in stretches_of(speech, words=10, rendered=set(range(last)))]
    assert "The general secretary election." in texts
    assert all("election" in text for text in texts)


def test_a_turn_that_nobody_has_divided_is_looked_at_in_spans_too(language: ScriptLanguage) -> None:
    speech = speech_of([{"canvasser": UNDIVIDED}], language)
    found = stretches_of(speech, words=10)
    assert found[0].text == UNDIVIDED
    assert {len(stretch.text.split()) for stretch in found[1:]} == {round(LONGER * 10)}
    assert found[-1].last == len(speech.words) - 1


def test_what_is_left_of_a_sentence_that_renders_another_line_is_looked_at(language: ScriptLanguage) -> None:
    speech = speech_of([{"canvasser": "It's Pam here for the federation and we tape these calls you know"}], language)
    texts = [stretch.text for stretch in stretches_of(speech, words=20, rendered=set(range(8)))]
    assert texts == ["we tape these calls you know"]


def test_runs_of_long_sentences_are_not_looked_at_together(language: ScriptLanguage) -> None:
    long = " ".join(["word"] * (MOST_WORDS // 2 + 5))
    speech = speech_of([{"canvasser": long}, {"canvasser": long}], language)
    assert not any(stretch.text == f"{long} {long}" for stretch in stretches_of(speech, words=10))


def test_without_a_comparer_likeness_alone_decides(language: ScriptLanguage) -> None:
    alone = replace(language, line_comparer=None)
    speech = speech_of(TURNS, alone)
    line = alone.script.lines[0]
    assert nearest(line, stretches_of(speech, words=10), alone) is None
    assert nearest(line, (), language) is None


def test_the_nearest_stretch_says_the_line(language: ScriptLanguage) -> None:
    turns = [
        *TURNS,
        {"canvasser": "No preference from the federation, mind, whoever of the three you go for."},
    ]
    speech = speech_of(turns, language)
    line = next(line for line in language.script.lines if line.id == "neutrality")
    best = nearest(line, stretches_of(speech, words=10), language)
    assert best is not None
    assert "No preference" in best.stretch.text
    assert best.said > 0.5


def test_the_nearer_something_comes_the_less_sure_it_is_that_a_line_was_left_out() -> None:
    def compared(said: float) -> Compared:
        return Compared(Stretch(0, 4, "there's a machine keeping this"), said)

    nothing = left_out(None, None)
    assert nothing.probability > 0.95
    assert nothing.nearest == ""
    chances = [left_out(compared(said), compared(said)) for said in (0.0, 0.2, 0.5, 0.9, 1.0)]
    assert [chance.probability for chance in chances] == sorted((c.probability for c in chances), reverse=True)
    assert chances[0].nearest == ""
    assert chances[1].nearest == "there's a machine keeping this"
    assert chances[-1].probability < MISSING < nothing.probability
    elsewhere = left_out(None, compared(0.9))
    assert left_out(compared(0.9), compared(0.9)).probability < elsewhere.probability < nothing.probability
