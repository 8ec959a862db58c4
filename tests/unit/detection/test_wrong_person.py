"""Canvassing somebody who has said that they are not the person asked for."""

import pytest

from tests.support.calls import Turn, judged, of_code

ASKS: Turn = {
    "canvasser": "Hello, my name is Joyce and I am calling on behalf of the Allied Trades Union. May I speak to Ann?"
}
QUESTION: Turn = {"canvasser": "What do you think the main issues in the mayoral election should be?"}


def quotes(*turns: Turn) -> list[str | None]:
    return [finding.quote for finding in of_code(judged(turns), "wrong-person")]


@pytest.mark.parametrize(
    "said",
    [
        "No, this is her husband.",
        "She's at work till six.",
        "Ann's in the bath.",
        "I'm only the lodger, love.",
        "You want my daughter, she's gone to the shops.",
        "shes away im her carer",
        "Nobody of that name here, we bought the house in May.",
        "My mum died in the spring.",
        "You've a wrong number, there's no Ann here.",
        "She doesn't work here any more, this is her old desk.",
    ],
)
def test_somebody_else_is_canvassed(said: str) -> None:
    assert quotes(ASKS, {"contact": said}, QUESTION) == [QUESTION["canvasser"]]


@pytest.mark.parametrize(
    "said",
    [
        "Speaking.",
        "Yes.",
        "That's me.",
        "It is. My husband's out, so I have a minute.",
        "Nobody calls me Ann, it's Annie.",
        "You got her.",
    ],
)
def test_the_person_asked_for_may_be_canvassed(said: str) -> None:
    assert quotes(ASKS, {"contact": said}, QUESTION) == []


def test_who_asks_first_who_is_calling_has_said_nothing_of_themselves() -> None:
    asks_again: Turn = {"canvasser": "Joyce, from the Allied Trades Union. Is that you, Ann?"}
    assert quotes(ASKS, {"contact": "Who wants her?"}, asks_again, {"contact": "It is."}, QUESTION) == []


@pytest.mark.parametrize(
    ("said", "is_another"), [("He's in bed, he's on nights.", True), ("I don't know any of them.", False)]
)
def test_a_recording_may_begin_with_the_answer_to_who_is_there(said: str, is_another: bool) -> None:
    assert bool(quotes({"contact": said}, QUESTION)) is is_another


@pytest.mark.parametrize(
    "reply",
    [
        "Sorry to have troubled you. When would be a good time to catch her?",
        "Could you tell her that the union rang? I will try again tomorrow.",
        "I can only talk about the election with her, I'm afraid.",
        "I must have the wrong number. Goodbye.",
        "Could you say that Allied Trades rang, and there's no need to ring back?",
    ],
)
def test_asking_for_the_person_or_leaving_word_is_no_canvassing(reply: str) -> None:
    assert quotes(ASKS, {"contact": "She's out, I'm her brother."}, {"canvasser": reply}) == []


def test_a_message_with_the_contest_in_it_is_canvassing() -> None:
    assert quotes(
        ASKS, {"contact": "She's out."}, {"canvasser": "Tell her that we rang about the election and to have a think."}
    )


def test_whoever_came_to_the_phone_may_be_canvassed() -> None:
    fetched: list[Turn] = [
        ASKS,
        {"contact": "I'm her dad. Hang on, I'll get her."},
        {"canvasser": "Thank you."},
        {"contact": "Hello?"},
        {"canvasser": "Hello, is that Ann?"},
        {"contact": "Yes."},
    ]
    assert quotes(*fetched, QUESTION) == []
    assert quotes(*fetched[:2], QUESTION) == [QUESTION["canvasser"]]


def test_only_lines_before_somebody_else_turned_up_were_due() -> None:
    result = judged([ASKS, {"contact": "She's out, I'm her brother."}, QUESTION, {"contact": "No idea."}])
    assert [str(finding.code) for finding in result.findings] == ["wrong-person"]
    assert {str(line.status) for line in result.lines} <= {"verbatim", "paraphrased", "not-due"}


def test_absences_spoken_of_later_tell_nothing_about_who_is_on_the_line() -> None:
    assert quotes(ASKS, {"contact": "Speaking."}, QUESTION, {"contact": "My son's at work, ask him."}, QUESTION) == []
