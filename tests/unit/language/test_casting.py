"""How a vote is cast, against what the approved facts say of it."""

import pytest

from app.pipeline.language.casting import miscast
from app.pipeline.language.claims import statement

RANKED = statement("Members put the names in order of preference and may stop at any point.")
CROSSED = statement("Each member marks one cross beside a name.")
TWO_WAYS = statement("Members can vote by post or online until Monday.")


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        ("You've to number all four of them or the paper's spoilt.", RANKED),
        ("It's only the one cross you put.", RANKED),
        ("You put them in order of preference, one to four.", CROSSED),
        ("It's online only this year.", TWO_WAYS),
        ("You can vote only by post, I'm afraid.", TWO_WAYS),
    ],
)
def test_another_way_of_voting_is_told(said: str, fact: object) -> None:
    assert miscast(statement(said), (RANKED if fact is RANKED else CROSSED, TWO_WAYS)) == fact


@pytest.mark.parametrize(
    "said",
    [
        "You don't have to number all of them.",
        "You can stop after one if you like.",
        "It's not just the one cross, you rank them.",
        "You can do it online if that's easier.",
        "Only post it once you've signed it.",
        "There's only the one vote left to count.",
    ],
)
def test_what_the_facts_allow_is_in_order(said: str) -> None:
    assert miscast(statement(said), (RANKED, TWO_WAYS)) is None
