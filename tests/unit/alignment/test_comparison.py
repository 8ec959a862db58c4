from dataclasses import replace

import pytest

from app.approved_scripts.changes import changes
from app.domain.script import ApprovedScript, LineKind
from app.model_store import ModelStore
from app.pipeline.alignment.comparison import how_compared
from app.pipeline.language.dictionary import ordinary_words
from app.pipeline.language.register import NameKind, Recognition
from app.pipeline.language.script_language import Grammar
from tests.support.calls import golden_script

GRAMMAR = "en-core-web-sm"


@pytest.fixture(scope="module")
def words() -> frozenset[str]:
    return ordinary_words(ModelStore().path(GRAMMAR))


def test_the_dictionary_is_that_of_the_grammar(words: frozenset[str]) -> None:
    assert words == Grammar(ModelStore().path(GRAMMAR)).ordinary_words()


@pytest.mark.parametrize("kind", LineKind)
def test_every_kind_of_line_is_told_when_it_is_due(kind: LineKind, words: frozenset[str]) -> None:
    script = golden_script("eastmere-mayor")
    line = replace(script.lines[0], kind=kind, required=True)
    (told, *_) = how_compared(replace(script, lines=(line, *script.lines[1:])), ordinary_words=words).lines
    assert told.due.endswith(".") and told.own_words.endswith(".") and told.kind is kind


def test_a_ballot_of_yes_and_no_is_recognised_beside_words_of_voting(words: frozenset[str]) -> None:
    names = {name.name: name for name in how_compared(golden_script("guild-merger"), ordinary_words=words).names}
    assert names["Yes"].recognition is names["No"].recognition is Recognition.IN_CONTEXT
    assert names["Moira Kelso"].recognition is Recognition.BY_SOUND
    assert names["the president"].recognition is Recognition.EXACT
    assert names["stay a separate guild"].kind is NameKind.DESCRIPTION


def test_dates_carry_a_line_too(words: frozenset[str]) -> None:
    script = golden_script("eastmere-mayor")
    line = replace(script.lines[0], kind=LineKind.PURPOSE, say="The ballot closes on Friday the 12th of June.")
    (told, *_) = how_compared(replace(script, lines=(line, *script.lines[1:])), ordinary_words=words).lines
    assert told.carrying == ("friday", "12", "june")
    assert "another date" in told.altered


def changed(script: ApprovedScript, **parts: object) -> set[tuple[str, str, str, str]]:
    return {(one.what, one.id, one.change, one.field) for one in changes(script, replace(script, **parts))}


def test_lines_in_another_order_are_told_apart_from_changed_ones() -> None:
    script = golden_script("eastmere-mayor")
    first, second, *rest = script.lines
    moved = changed(script, lines=(second, first, *rest))
    assert moved == {("line", first.id, "moved", ""), ("line", second.id, "moved", "")}
    assert changed(script, lines=(replace(first, required=False), second, *rest)) == {
        ("line", first.id, "changed", "required")
    }
    assert changed(script, lines=(second, *rest)) == {("line", first.id, "removed", "")}
    assert changed(script, title="Another", authorities=script.authorities[::-1]) == {
        ("title", "", "changed", ""),
        ("authority", "", "moved", ""),
    }
    assert changed(script) == set()
