"""Answers argued with and refusals pressed: what shows in the course of a call."""

import pytest

from tests.support.calls import Turn, judged, of_code

PREFERENCE = "Have you decided who will get your first preference?"
TURNOUT = "Will you be returning your ballot paper by the twenty-eighth of March?"


def rules(*said: str) -> list[str]:
    speakers = ("canvasser", "contact")
    turns: list[Turn] = [{speakers[number % 2]: text} for number, text in enumerate(said)]
    return [finding.rule for finding in of_code(judged(turns, script="harbour-gensec"), "pressure")]


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        ("Okafor.", "Are you sure?"),
        ("Lomax.", "Have you really thought about that?"),
        ("I'm not voting.", "You might want to think again."),
    ],
)
def test_an_answer_is_argued_with(answer: str, reply: str) -> None:
    assert rules(PREFERENCE, answer, reply) == ["pressure.answer-doubted"]


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        ("None of your business.", PREFERENCE),
        ("I'd rather not say.", "Go on, just between us."),
        ("That's private.", "Why not? What are you hiding?"),
        ("I'm not interested, thanks.", "Just one question: who will get your first preference?"),
    ],
)
def test_a_refusal_is_pressed(answer: str, reply: str) -> None:
    assert rules(PREFERENCE, answer, reply) == ["pressure.after-refusal"]


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        ("Okafor.", f"Thank you. {TURNOUT}"),
        ("I'd rather not say.", f"That's fine. {TURNOUT}"),
        ("I have to go, sorry.", "No problem, shall I ring another time?"),
        ("I don't know.", f"There's no hurry. {TURNOUT}"),
        ("Yes.", "Are you sure you have time to talk now?"),
    ],
)
def test_an_answer_taken_as_it_is_and_the_next_question_are_fair(answer: str, reply: str) -> None:
    assert rules(PREFERENCE, answer, reply) == []


def test_the_contact_may_argue() -> None:
    assert rules(PREFERENCE, "Are you sure you should ask that? You ought to be ashamed of yourself.") == []
