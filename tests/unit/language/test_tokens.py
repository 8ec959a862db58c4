from app.pipeline.language.figures import figures
from app.pipeline.language.tokens import normalize, sentences, tokenize


def test_contractions_are_taken_apart_and_keep_their_place() -> None:
    text = "We don't, er, back anyone"
    tokens = tokenize(text)
    assert [token.text for token in tokens] == ["we", "do", "not", "back", "anyone"]
    assert {text[token.start : token.end] for token in tokens[1:3]} == {"don't"}


def test_typographic_and_plain_apostrophes_are_one() -> None:
    assert normalize("I’m sure he’s fine") == normalize("I'm sure he's fine") == "i am sure he is fine"


def test_sentences_follow_the_punctuation_and_cover_every_word() -> None:
    text = "  Hello? This is Dave… from ATU.  "
    assert [text[start:end] for start, end in sentences(text)] == ["Hello?", "This is Dave…", "from ATU."]
    assert sentences(" ... ") == ()


def test_dates_are_the_same_however_they_are_written() -> None:
    assert figures("by the thirtieth of april") == figures("by the 30th of april") == ("30", "april")
    assert figures("twenty eighth of march") == ("28", "march")
    assert figures("your second preference one moment may i") == ()
