import pytest

from scripts.hearing_measures import (
    HeardWord,
    NameCount,
    Said,
    SpeakerCount,
    Token,
    align,
    all_names,
    correct_words,
    count_names,
    count_speakers,
    plain,
    surnames,
    time_errors,
    tokens_of,
)

NAMES = frozenset({"hartwell", "ashdown"})


def _heard(text: str, speaker: str | None = None) -> list[HeardWord]:
    return [HeardWord(word, speaker=speaker) for word in text.split()]


def _errors(said: str, heard: str) -> int:
    return align([Said(said)], _heard(heard)).errors


def test_words_are_compared_whatever_way_they_are_written() -> None:
    assert plain("He’s a decent guy — isn't he?") == plain("he is a decent guy is not he")
    assert plain("twenty-five Labour members") == plain("25 labor members")


@pytest.mark.parametrize(
    ("heard", "errors"),
    [
        ("red green blue", 0),
        ("red blue", 1),
        ("red green x blue", 1),
        ("red x blue", 1),
        ("", 3),
        ("blue green red", 2),
    ],
)
def test_errors_count_insertions_omissions_and_replacements(heard: str, errors: int) -> None:
    assert _errors("Red, green, blue.", heard) == errors


def test_nothing_said_makes_every_word_an_error() -> None:
    assert align([], _heard("thank you")).errors == 2


def test_tokens_know_the_words_that_they_come_from() -> None:
    assert tokens_of(["It's", "twenty", "five,", "um,", "yes."]) == (
        Token("it", (0,)),
        Token("is", (0,)),
        Token("25", (1, 2)),
        Token("yes", (4,)),
    )


def test_an_interruption_is_no_error_wherever_it_was_heard() -> None:
    said = [Said("I would say that it is the buses here", start=0.0, end=4.0), Said("all right", start=2.0, end=2.5)]
    for heard in (
        "I would say that it is the buses here all right",
        "all right I would say that it is the buses here",
        "I would say that all right it is the buses here",
    ):
        assert align(said, _heard(heard)).errors <= 1


def test_two_interruptions_of_one_utterance_are_no_errors() -> None:
    said = [
        Said("I would say that it is the buses and the trams here", start=0.0, end=6.0),
        Said("all right", start=1.5, end=2.0),
        Said("of course", start=4.0, end=4.5),
        Said("and you", start=6.5, end=7.0),
    ]
    heard = "I would say all right that it is the buses of course and the trams here and you"
    assert align(said, _heard(heard)).errors <= 2


def test_surnames_tell_names_apart_and_options_that_are_no_names_have_none() -> None:
    names = ("Samir Qureshi", "Dr Tunde Balogun", "Ann O'Neill-Shaw", "no, stay independent", "yes, join Brambley")
    assert surnames(names) == {"qureshi", "balogun", "neill", "brambley"}
    assert all_names(("Dr Tunde Balogun",)) == {"tunde", "balogun"}


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("you could vote for Helen Hartwell on Monday", NameCount(1, 1, 0)),
        ("you could vote for Helen Heartwell on Monday", NameCount(1, 0, 0)),
        ("you could vote for Helen's Ashdown on Monday", NameCount(1, 0, 1)),
        ("you could vote for Helen Hartwell Ashdown on Monday", NameCount(1, 1, 1)),
        ("you could vote for Hartwell Hartwell on Monday", NameCount(1, 1, 0)),
        ("", NameCount(1, 0, 0)),
    ],
)
def test_a_name_is_found_at_its_place_and_invented_where_nobody_said_it(heard: str, expected: NameCount) -> None:
    said = [Said("You could vote for Helen Hartwell on Monday.")]
    assert count_names(align(said, _heard(heard)), NAMES) == expected


def test_a_name_far_from_its_place_is_both_missed_and_invented() -> None:
    others = "one or two words about the weather and the price of bread and the buses in this town"
    said = [Said(f"Hartwell, {others}.")]
    aligned = align(said, _heard(f"who, {others} Hartwell"))
    assert count_names(aligned, NAMES) == NameCount(1, 0, 1)


def test_words_count_for_their_speaker_only_where_they_were_heard_rightly() -> None:
    said = [Said("the buses are late", "contact"), Said("thank you for that", "canvasser"), Said("bye", "canvasser")]
    heard = [*_heard("the boxes are late", "contact"), *_heard("thank you for", "contact"), *_heard("that", "unknown")]
    aligned = align(said, heard)
    count = count_speakers(aligned, said, heard)
    assert count == SpeakerCount(rightly=3, wrongly=3, unknown=1)
    assert count.percent() == pytest.approx((300 / 7, 300 / 7, 100 / 7))


def test_a_word_is_correct_if_all_of_it_was_said() -> None:
    aligned = align([Said("It is twenty five past.")], _heard("it's 26 past um"))
    assert correct_words(aligned) == {0: True, 1: False, 2: True}


def test_times_are_those_of_the_first_and_last_words_of_phrases() -> None:
    said = [Said("good morning", start=1.0, end=1.8), Said("call me back", start=3.0, end=4.0)]
    heard = [
        HeardWord("Good", 1.1, 1.4),
        HeardWord("morning.", 1.4, 1.75),
        HeardWord("call", 2.9, 3.2),
        HeardWord("me", 3.2, 3.3),
        HeardWord("bag.", 3.3, 4.0),
    ]
    errors = time_errors(align(said, heard), said, heard)
    assert errors.starts_s == pytest.approx([0.1, -0.1])
    assert errors.ends_s == pytest.approx([-0.05])
    assert errors.missed == 1
