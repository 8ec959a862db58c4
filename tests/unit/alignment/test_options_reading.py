from pathlib import Path

import pytest

from app.approved_scripts.authoring import load_script
from app.pipeline.alignment.align import align
from app.pipeline.alignment.options_reading import OptionsReading
from tests.support.calls import Turn, golden_script, judge, transcript

SAMPLE_CALLS = Path(__file__).resolve().parents[3] / "sample_calls"
ALL = ("okafor", "pritchard", "lomax")


def read(*turns: Turn) -> OptionsReading | None:
    script = golden_script("harbour-gensec")
    return align(transcript(list(turns)), judge().language(script)).said("options").reading


def test_a_list_is_read_over_what_the_contact_says_in_its_midst() -> None:
    reading = read(
        {"canvasser": "Those standing are Ngozi Okafor and Dafydd Pritchard."},
        {"contact": "What's he do?"},
        {"canvasser": "He's a tugboat pilot. And Teresa Lomax."},
    )
    assert reading
    assert (reading.order, reading.left_out, reading.added) == (ALL, (), None)


@pytest.mark.parametrize(
    "said",
    [
        "The options on the paper are Yes, merge with Brambley and No, stay independent.",
        "right the options on the paper are yes merge with brambley no stay independent",
    ],
)
def test_an_answer_that_begins_with_no_denies_nothing(said: str) -> None:
    script = load_script(SAMPLE_CALLS / "approved_scripts" / "larkfield-merger.yaml")
    reading = align(transcript([{"canvasser": said}]), judge().language(script)).said("options").reading
    assert reading
    assert (reading.order, reading.left_out, reading.added) == (("merge", "independent"), (), None)


def test_a_list_begun_again_has_the_order_of_the_second_time() -> None:
    reading = read(
        {"canvasser": "Those standing are Pritchard, sorry, again, Ngozi Okafor, Dafydd Pritchard, Teresa Lomax."}
    )
    assert reading
    assert reading.order == ALL


def test_the_span_of_a_list_ends_with_its_last_name_where_it_is_a_plain_one() -> None:
    said = "right those standing are ngozi okafor teresa lomax and dafydd pritchard have you a pen"
    reading = read({"canvasser": said})
    assert reading
    ((position, start, end),) = reading.spans
    assert (position, said[start:end]) == (0, "ngozi okafor teresa lomax and dafydd pritchard")


@pytest.mark.parametrize(
    ("said", "subject", "word", "place"),
    [
        (
            "Those standing are Ngozi Okafor, she does it already, Teresa Lomax and Dafydd Pritchard.",
            "okafor",
            "already",
            "Ngozi Okafor, she does it already",
        ),
        (
            "Those standing are Ngozi Okafor, Teresa Lomax and Dafydd Pritchard, who mends boats.",
            "pritchard",
            "mends",
            "Dafydd Pritchard, who mends boats",
        ),
        (
            "those standing are ngozi okafor teresa lomax and dafydd pritchard he mends boats have you decided",
            "pritchard",
            "boats",
            "dafydd pritchard he mends boats",
        ),
        (
            "Those standing are Ngozi Okafor, Teresa Lomax and the great Dafydd Pritchard.",
            "pritchard",
            "great",
            "great Dafydd Pritchard",
        ),
    ],
)
def test_what_dresses_up_one_of_them(said: str, subject: str, word: str, place: str) -> None:
    reading = read({"canvasser": said})
    assert reading
    assert reading.added
    assert reading.added.subject == subject
    assert word in reading.added.words
    assert reading.added.utterance.text[reading.added.start : reading.added.end] == place


@pytest.mark.parametrize(
    "said",
    [
        "So it's really between Okafor and Lomax.",
        "it comes down to okafor or lomax doesnt it",
        "Standing there's Okafor, and a couple of others.",
    ],
)
def test_some_are_offered_as_if_they_were_all(said: str) -> None:
    reading = read({"canvasser": said})
    assert reading
    assert "pritchard" in reading.left_out
