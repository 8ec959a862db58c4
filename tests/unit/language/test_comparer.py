"""The comparer of lines by itself: what it tells apart, and that an answer depends on the pair alone."""

import pytest

from app.model_store import ModelStore
from app.pipeline.language.comparer import Comparer

NEUTRAL = "the union has no preferred candidate in this election ."
NOTICE = "i should let you know that this call is recorded for training and quality ."
IN_OTHER_WORDS = "we re not getting behind anybody in this one , whoever you choose is fine by us ."
TURNED = "the union has no preferred candidate in this election yet , officially anyway ."
SMALL_TALK = "oh it s chucking it down here too , i got soaked on the way in ."


@pytest.fixture(scope="module")
def comparer() -> Comparer:
    return Comparer(ModelStore().path("mpnet-script-lines"))


def one(comparer: Comparer, line: str, stretch: str) -> float:
    return comparer.compare([(line, stretch)])[0]


def test_a_line_in_other_words_is_told_from_talk_about_something_else(comparer: Comparer) -> None:
    assert one(comparer, NEUTRAL, IN_OTHER_WORDS) > 0.7
    assert one(comparer, NEUTRAL, TURNED) > 0.7
    assert one(comparer, NEUTRAL, SMALL_TALK) < 0.1
    assert one(comparer, NOTICE, IN_OTHER_WORDS) < 0.1


def test_an_answer_depends_on_the_pair_alone() -> None:
    folder = ModelStore().path("mpnet-script-lines")
    pairs = [(line, stretch) for line in (NEUTRAL, NOTICE) for stretch in (IN_OTHER_WORDS, TURNED, SMALL_TALK)]
    together = Comparer(folder).compare(pairs)
    fresh = Comparer(folder)
    assert [one(fresh, *pair) for pair in reversed(pairs)] == together[::-1]
    assert all(0.0 <= said <= 1.0 for said in together)


def test_a_pair_longer_than_is_read_is_cut_and_nothing_to_compare_is_nothing(comparer: Comparer) -> None:
    assert comparer.compare([]) == []
    assert 0.0 <= one(comparer, NEUTRAL * 40, SMALL_TALK * 40) <= 1.0
