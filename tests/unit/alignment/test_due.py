"""Which lines of the script were due in a call that went the way it did."""

import pytest

from tests.support.calls import golden_script, judged, of_code

OPTIONS = {"canvasser": "The candidates are Samir Qureshi and Helen Hartwell."}


def missing(*turns: dict[str, str]) -> set[str | None]:
    return {finding.line for finding in of_code(judged(turns), "missing-line")}


def test_what_comes_before_a_fragment_may_have_been_said_before() -> None:
    assert missing({"contact": "Who were they again?"}, OPTIONS) == set()


@pytest.mark.parametrize("said", ["Hello?", "Hiya, who's this?"])
def test_a_call_that_begins_here_had_its_first_lines_due(said: str) -> None:
    assert {"greeting", "recording", "neutrality"} <= missing({"contact": said}, OPTIONS)


def test_what_lies_between_two_lines_of_a_fragment_was_due() -> None:
    recording = golden_script("eastmere-mayor").line("recording").say
    assert missing({"canvasser": recording}, {"contact": "Right."}, OPTIONS) == {"neutrality", "issues"}


def test_a_long_transcript_is_a_call_however_it_begins() -> None:
    talk = [{"contact": "Right."}, {"canvasser": "Bear with me."}] * 4
    assert "recording" in missing(*talk, {"contact": "Go on."}, OPTIONS)
