"""Where the comparer of lines is asked, and what its answers do to a line."""

from dataclasses import replace

import pytest

from app.pipeline.alignment.align import SAID_AFTER_ALL
from app.pipeline.alignment.compared import LONGER, MOST_WORDS, nearest, stretches_of
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
    texts = [stretch.text for stretch in stretches_of(speech, first=0, last=len(speech.words) - 1, words=10)]
    assert texts[:3] == ["Hello.", "Hello. It's Pam here.", "Hello. It's Pam here. Is that Mr Gill?"]
    assert "Is that Mr Gill? The general secretary election." in texts
    assert "Yes, it is." not in " ".join(texts)


def test_only_what_lies_between_two_words_is_looked_at(language: ScriptLanguage) -> None:
    speech = speech_of(TURNS, language)
    last = len(speech.words) - 1
    assert [stretch.text for stretch in stretches_of(speech, first=last, last=last, words=10)] == [
        "The general secretary election."
    ]


def test_a_turn_that_nobody_has_divided_is_looked_at_in_spans_too(language: ScriptLanguage) -> None:
    speech = speech_of([{"canvasser": UNDIVIDED}], language)
    found = stretches_of(speech, first=0, last=len(speech.words) - 1, words=10)
    assert found[0].text == UNDIVIDED
    assert {len(stretch.text.split()) for stretch in found[1:]} == {round(LONGER * 10)}
    assert found[-1].last == len(speech.words) - 1


def test_runs_of_long_sentences_are_not_looked_at_together(language: ScriptLanguage) -> None:
    long = " ".join(["word"] * (MOST_WORDS // 2 + 5))
    speech = speech_of([{"canvasser": long}, {"canvasser": long}], language)
    assert not any(stretch.text == f"{long} {long}" for stretch in stretches_of(speech, first=0, last=99, words=10))


def test_without_a_comparer_likeness_alone_decides(language: ScriptLanguage) -> None:
    alone = replace(language, line_comparer=None)
    speech = speech_of(TURNS, alone)
    line = alone.script.lines[0]
    assert nearest(line, stretches_of(speech, first=0, last=9, words=10), alone) is None
    assert nearest(line, (), language) is None


def test_the_nearest_stretch_says_the_line(language: ScriptLanguage) -> None:
    turns = [
        *TURNS,
        {"canvasser": "No preference from the federation, mind, whoever of the three you go for."},
    ]
    speech = speech_of(turns, language)
    line = next(line for line in language.script.lines if line.id == "neutrality")
    best = nearest(line, stretches_of(speech, first=0, last=len(speech.words) - 1, words=10), language)
    assert best is not None
    assert "No preference" in best.stretch.text
    assert best.said > SAID_AFTER_ALL
