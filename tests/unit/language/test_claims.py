"""What a sentence states, its figures, and when it contradicts an approved fact."""

import pytest

from app.pipeline.language.backing import Act, Backing, backings
from app.pipeline.language.claims import Statement, approved_statements, borne_out, contradicted, statement
from app.pipeline.language.measures import Measure, Slot, measures
from app.pipeline.language.register import Register
from app.pipeline.language.tokens import tokenize
from tests.support.calls import golden_script, judge

FACTS = tuple(
    map(
        statement,
        (
            "Ballot papers were posted on the third of March.",
            "The ballot closes on Friday the twenty-eighth of March.",
            "Subscriptions would not change before next January.",
            "Every account holder over eighteen may vote.",
            "The merger needs a two-thirds majority.",
            "Entry to the count is free.",
        ),
    )
)


def fact_against(text: str) -> Statement | None:
    return contradicted(statement(text), FACTS)


@pytest.mark.parametrize(
    ("text", "narrows"),
    [
        ("you only get one vote even if you have two homes", False),
        ("only there's a hall hired so that you could have a vote", False),
        ("only householders get a vote", True),
        ("you only get a vote if you have paid up", True),
    ],
)
def test_only_narrows_who_may_vote_and_not_how_often(text: str, narrows: bool) -> None:
    assert bool(contradicted(statement(text), [statement("Each member has one vote.")])) is narrows


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on the 3rd of March", {Measure(Slot.DAY, "3"), Measure(Slot.MONTH, "march")}),
        ("Friday the twenty-eighth", {Measure(Slot.WEEKDAY, "friday"), Measure(Slot.DAY, "28")}),
        ("it costs £12 a month", {Measure(Slot.MONEY, "12", "pounds")}),
        ("a two-thirds majority", {Measure(Slot.SHARE, "67")}),
        ("fifty per cent", {Measure(Slot.SHARE, "50")}),
        ("at five o'clock", {Measure(Slot.TIME, "5")}),
        ("six in the evening", {Measure(Slot.TIME, "6")}),
        ("at twelve on Monday", {Measure(Slot.TIME, "12"), Measure(Slot.WEEKDAY, "monday")}),
        ("by noon", {Measure(Slot.TIME, "12")}),
        ("between three and seven", {Measure(Slot.TIME, "3", "from"), Measure(Slot.TIME, "7")}),
        ("rank them from one to four", set()),
        ("three point two per cent", {Measure(Slot.SHARE, "3.2")}),
        ("4.5% from May", {Measure(Slot.SHARE, "4.5"), Measure(Slot.MONTH, "may")}),
        ("three hundred and ten pounds", {Measure(Slot.MONEY, "310", "pounds")}),
        ("any of the three of them", {Measure(Slot.COUNT, "3", "field")}),
        ("over eighteen", {Measure(Slot.COUNT, "18", "age")}),
        ("two hundred members", {Measure(Slot.COUNT, "200", "member")}),
        ("in 2019", {Measure(Slot.YEAR, "2019")}),
        ("May I ask for your second preference?", set()),
        ("one moment", set()),
    ],
)
def test_a_figure_is_known_by_what_it_measures(text: str, found: set[Measure]) -> None:
    assert measures(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "The ballot closes on the fifth of April.",
        "You've got until the end of April to get it back.",
        "It has to be in by Monday.",
        "The papers went out on the tenth.",
        "Your subs will double in the summer.",
        "Only account holders over twenty-one may vote.",
        "The merger just needs a fifty per cent majority.",
        "They charge you for entry to the count.",
    ],
)
def test_other_figures_and_denials_contradict(text: str) -> None:
    assert fact_against(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "It's got to be back by the twenty-eighth.",
        "The ballot doesn't close until Friday the twenty-eighth.",
        "Nothing changes with your subs before January.",
        "Papers were sent out on the third of March.",
        "I would post it by the twentieth to be safe.",
        "My shift ends on Monday.",
        "I can ring you back on the fifth of April.",
        "Anybody over eighteen with an account may vote.",
    ],
)
def test_the_same_figures_advice_and_other_matters_do_not(text: str) -> None:
    assert fact_against(text) is None


def test_a_fact_in_other_words_is_borne_out() -> None:
    assert borne_out(statement("the papers were posted on the third of March"), FACTS)
    assert not borne_out(statement("the papers were posted by mistake on the ninth of March"), FACTS)
    assert not borne_out(statement("the hustings were packed out"), FACTS)


def test_a_script_states_the_dates_of_its_lines_and_how_many_stand() -> None:
    texts = [item.text for item in approved_statements(golden_script("harbour-gensec"))]
    assert "Will you be returning your ballot paper by the twenty-eighth of March?" in texts
    assert "There are 3 candidates standing." in texts


def said_of(text: str) -> tuple[Backing, ...]:
    register: Register = judge().language(golden_script("eastmere-mayor")).register
    return backings(tokenize(text), register.find(text))


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("your branch has already nominated her", None),
        ("the regional office has endorsed Samir Qureshi", "qureshi"),
        ("Helen was recommended by the executive", "hartwell"),
        ("Hartwell has the backing of six branches", "hartwell"),
        ("our nomination has gone to Samir", "qureshi"),
        ("the Gazette has come out for Helen", "hartwell"),
    ],
)
def test_a_backing_is_found_in_either_order(text: str, subject: str | None) -> None:
    (found,) = said_of(text)
    assert (found.act, found.subject, found.denied) == (Act.BACKED, subject, False)


@pytest.mark.parametrize(
    "text",
    [
        "branches may nominate whoever they like",
        "if the branch nominates Samir",
        "you said you would back Helen",
        "the union supports its members",
        "nominations close on Friday",
    ],
)
def test_what_is_supposed_or_about_nobody_is_no_backing(text: str) -> None:
    assert said_of(text) == ()


def test_a_backing_denied_and_a_candidate_gone_are_told_apart() -> None:
    assert [item.denied for item in said_of("the branch has not nominated Samir")] == [True]
    assert [(item.act, item.denied) for item in said_of("Helen is not standing any more")] == [(Act.OUT, False)]
    assert [(item.act, item.denied) for item in said_of("Helen has not withdrawn")] == [(Act.OUT, True)]
    assert said_of("Helen stood down as minister") == ()
