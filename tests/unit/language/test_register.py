import pytest

from tests.support.calls import golden_script, judge

SURE = [
    ("Samir Qureshi", "qureshi"),
    ("Sameer Kureshi", "qureshi"),
    ("sammy quereshy", "qureshi"),
    ("Helen Hartwell", "hartwell"),
    ("Hellen Hartwel", "hartwell"),
    ("hartwell's", "hartwell"),
]
NOT_NAMES = ["the quarry", "some are here", "hard to tell", "heart", "Sam", "hello and welcome", "all well"]


def subjects(text: str, script: str = "eastmere-mayor") -> set[str | None]:
    register = judge().language(golden_script(script)).register
    return {mention.subject for mention in register.find(text) if mention.subject}


@pytest.mark.parametrize(("heard", "subject"), SURE)
def test_names_are_recognised_through_misspelling(heard: str, subject: str) -> None:
    assert subjects(f"I spoke about {heard} yesterday") == {subject}


@pytest.mark.parametrize("heard", NOT_NAMES)
def test_ordinary_words_are_no_names(heard: str) -> None:
    assert subjects(f"it was {heard} really") == set()


def test_a_description_points_at_the_one_whom_it_fits() -> None:
    assert subjects("his dad was a bus driver") == {"qureshi"}
    assert subjects("the former transport minister") == {"hartwell"}
    assert subjects("a bus came") == set()


def test_yes_is_an_option_only_where_it_is_voted_for() -> None:
    assert subjects("yes I can hear you", "guild-merger") == set()
    assert subjects("so a yes vote then", "guild-merger") == {"join"}


def test_mentions_keep_their_place_in_the_text() -> None:
    text = "Well, Samir Qureshi, eh"
    register = judge().language(golden_script("eastmere-mayor")).register
    (mention,) = register.find(text)
    assert text[mention.start : mention.end] == "Samir Qureshi"
