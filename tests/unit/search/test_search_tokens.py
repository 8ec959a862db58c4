import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.tokens import MAXIMUM_TERMS, MAXIMUM_WORD_LENGTH, MAXIMUM_WORDS, Term, parse_query, words_of
from app.search.words import GAP, MAXIMUM_PLACES, SpokenWords


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He's a decent GUY.", ["hes", "a", "decent", "guy"]),
        ("he\u2019s", ["hes"]),
        ("Zoë, naïve; Škoda", ["zoe", "naive", "skoda"]),
        ("Zoe\u0308", ["zoe"]),
        ("straße", ["strasse"]),
        ("0161 496-0000", ["0161", "496", "0000"]),
        ("snake_case", ["snake", "case"]),
        ("... !", []),
    ],
)
def test_words_are_taken_without_case_accents_and_apostrophes(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("decent guy", (Term(("decent",)), Term(("guy",)))),
        ('"decent guy"', (Term(("decent", "guy")),)),
        ("\u201cdecent guy\u201d", (Term(("decent", "guy")),)),
        ('say "decent guy', (Term(("say",)), Term(("decent", "guy")))),
        ("e-mail", (Term(("e", "mail")),)),
        ("endors*", (Term(("endors",), is_beginning=True),)),
        ('"he is endors*"', (Term(("he", "is", "endors"), is_beginning=True),)),
        ("en*", (Term(("en",)),)),
        ("guy Guy", (Term(("guy",)),)),
        ("NEAR(a OR", (Term(("near", "a")), Term(("or",)))),
        ("", ()),
        ('"" * - :', ()),
    ],
)
def test_a_search_is_words_and_phrases(text: str, terms: tuple[Term, ...]) -> None:
    assert parse_query(text) == terms


@given(st.text())
def test_every_word_is_one_that_no_database_takes_apart(text: str) -> None:
    for word in words_of(text):
        assert word.isascii()
        assert word.isalnum()
        assert word == word.lower()
        assert len(word) <= MAXIMUM_WORD_LENGTH
    assert GAP not in words_of(text)


@given(st.text())
def test_a_search_has_its_limits(text: str) -> None:
    terms = parse_query(text)
    assert len(terms) <= MAXIMUM_TERMS
    assert sum(len(term.words) for term in terms) <= MAXIMUM_WORDS


@given(st.lists(st.tuples(st.sampled_from(("canvasser", "contact", "unknown", "other")), st.text())))
def test_what_the_index_is_told_can_be_told_again(turns: list[tuple[str, str]]) -> None:
    words = SpokenWords.of(turns)
    assert SpokenWords.unpacked(words.packed()) == words


def test_a_word_that_is_said_on_and_on_counts_so_often_and_keeps_the_places_of_the_others() -> None:
    words = SpokenWords.of([("canvasser", "no " * (MAXIMUM_PLACES + 10) + "thanks")])
    assert words.canvasser.count("no") == MAXIMUM_PLACES
    assert words.canvasser[-1] == "thanks"
    vector = words.written("postgresql")["canvasser"]
    assert vector.endswith(f"thanks:{MAXIMUM_PLACES + 11}")
    assert zlib.decompress(words.packed()).decode().count(GAP) == 10
