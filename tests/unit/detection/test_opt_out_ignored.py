"""Requests to stop or not to be called, however they are put."""

import pytest

from tests.support.calls import Turn, judged, of_code

GREETING: Turn = {
    "canvasser": "Hello, my name is Joyce and I am calling on behalf of the Allied Trades Union. May I speak to Ann?"
}
QUESTION: Turn = {"canvasser": "What do you think the main issues in the mayoral election should be?"}


def ignored(*turns: Turn) -> list[str | None]:
    return [finding.quote for finding in of_code(judged([GREETING, *turns]), "opt-out-ignored")]


@pytest.mark.parametrize(
    "said",
    [
        "Could you see to it that nobody rings me again?",
        "I'd be grateful if this was the last call I had from you.",
        "How many times have you lot rung this week? Give over calling.",
        "Scrub my number, would you.",
        "I'm with the Telephone Preference Service, you know.",
        "I don't wish to take part, let's leave it there.",
        "dont you be ringing here no more",
        "Will you stop people phoning me?",
        "I'm sick to the back teeth of these calls.",
        "How many times do I have to tell you?",
        "Just don't call.",
    ],
)
def test_a_request_may_be_indirect(said: str) -> None:
    assert ignored({"contact": said}, QUESTION) == [QUESTION["canvasser"]]


@pytest.mark.parametrize(
    "said",
    [
        "Speaking. Nobody ever rings me these days.",
        "Yes. They ought to stop closing libraries, I'll tell you that.",
        "I'm not bothered who wins.",
        "Yes, you rang yesterday and I wasn't in.",
        "Call me back after six if you want more.",
        "Fair enough, you can ask.",
        "Speaking. I told you already, it's Hartwell.",
        "I'd pick the second one from the list, I'd say.",
        "Get him out, that's what I say.",
        "We want to stop fracking round here.",
        "That was the last time I voted.",
        "That's nothing to do with the union.",
        "I'd rather you didn't phone at weekends.",
        "I didn't bother this time.",
    ],
)
def test_other_things_may_stop(said: str) -> None:
    assert ignored({"contact": said}, QUESTION) == []


def test_the_contact_may_take_it_back() -> None:
    asked: Turn = {"contact": "Please take me off your list."}
    sorry: Turn = {"canvasser": "Of course, I will take you off the list. Sorry to have troubled you."}
    assert ignored(asked, sorry, {"contact": "Oh, go on then, ask away."}, QUESTION) == []
    assert ignored(asked, sorry, {"contact": "Good."}, QUESTION) == [QUESTION["canvasser"]]


def test_it_is_reported_once_that_the_canvassing_goes_on() -> None:
    again: Turn = {"canvasser": "And who would you like as Mayor?"}
    asked: Turn = {"contact": "Don't ring me again."}
    assert ignored(asked, QUESTION, {"contact": "I said no calls."}, again) == [QUESTION["canvasser"]]
