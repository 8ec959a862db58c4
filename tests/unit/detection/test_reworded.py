"""Calls in quite other words than the script's, in which nothing is wrong."""

import pytest

from tests.support.calls import codes, judged, of_code

ASKED = {"canvasser": "Have you decided who will get your first preference?"}


def test_a_list_that_answers_the_question_for_a_second_preference_counts_from_there() -> None:
    call = [
        ASKED,
        {"contact": "Teresa Lomax."},
        {"canvasser": "And a second or third preference?"},
        {"contact": "Okafor, then Pritchard."},
        {"canvasser": "So Lomax, then Okafor, then Pritchard. Thank you."},
    ]
    assert of_code(judged(call, script="harbour-gensec"), "answer-altered") == []
    call[-1] = {"canvasser": "So Okafor, then Lomax, then Pritchard. Thank you."}
    assert of_code(judged(call, script="harbour-gensec"), "answer-altered")


def test_praise_in_which_nobody_else_occurs_is_no_answer() -> None:
    call = [
        ASKED,
        {"contact": "Oh, Teresa Lomax, no question."},
        {"contact": "She fought for our dock when nobody else would lift a finger, and she's honest with it."},
        {"canvasser": "Right, so that is Teresa Lomax first."},
    ]
    assert of_code(judged(call, script="harbour-gensec"), "answer-altered") == []


def test_noting_the_last_answer_after_the_contact_ended_the_call_is_no_canvassing() -> None:
    call = [
        ASKED,
        {"contact": "Lomax. Sorry, somebody's at the door, I'll have to leave it there."},
        {"canvasser": "Not at all. Teresa Lomax first. Goodbye."},
    ]
    assert of_code(judged(call, script="harbour-gensec"), "opt-out-ignored") == []


def test_the_no_of_no_recommendation_is_no_option() -> None:
    said = "the guild is making no recommendation you can vote yes to join or no to stay a separate guild"
    assert of_code(judged([{"canvasser": said}], script="guild-merger"), "biased-options") == []


def test_words_without_their_apostrophe_say_the_same() -> None:
    for said in ("The union doesn't back anybody.", "the union doesnt back anybody"):
        result = judged([{"contact": "Hello?"}, {"canvasser": said}])
        assert "altered-line" not in codes(result)
        assert next(line for line in result.lines if line.line_id == "neutrality").utterance == 1


def test_a_question_in_other_words_in_its_place_is_not_missing() -> None:
    call = [
        {"canvasser": "Hello, my name is Dave and I am calling on behalf of the ATU. May I speak to Al?"},
        {"contact": "Speaking."},
        {"canvasser": "This call is recorded for quality and training. The union has no preferred candidate."},
        {"contact": "Right."},
        {"canvasser": "So what ought to be top of the list for whoever runs the place?"},
        {"contact": "Buses."},
        {"canvasser": "Thank you for your time. Goodbye."},
    ]
    assert of_code(judged(call), "missing-line") == []
    del call[4:6]
    assert [finding.line for finding in of_code(judged(call), "missing-line")] == ["issues"]


def test_a_name_said_in_reply_to_the_contacts_question_is_no_answer_read_back() -> None:
    call = [
        ASKED,
        {"contact": "I honestly don't know much about any of them."},
        {"contact": "Who's this Pritchard?"},
        {"canvasser": "Dafydd Pritchard."},
        {"canvasser": "Well, um, he was a tugboat pilot from Port Brannoch."},
        {"canvasser": "He's a decent guy."},
    ]
    found = judged(call, script="harbour-gensec")
    assert [str(finding.code) for finding in found.findings if finding.severity != "minor"] == ["endorsement"]


def test_plain_praise_is_never_taken_for_blame() -> None:
    found = judged([{"canvasser": "Samir Qureshi? Well, his dad was a bus driver, he's a decent guy."}])
    assert codes(found) == ["endorsement"]


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        (
            "Those standing are Dafydd Pritchard, the assistant general secretary Ngozi Okafor, and Teresa Lomax.",
            "okafor",
        ),
        ("Those standing are Dafydd Pritchard, Ngozi Okafor and Teresa Lomax.", None),
    ],
)
def test_an_office_read_with_one_name_and_not_with_the_others_dresses_it_up(said: str, subject: str | None) -> None:
    found = of_code(judged([{"canvasser": said}], script="harbour-gensec"), "biased-options")
    assert [finding.subject for finding in found] == ([subject] if subject else [])


def test_plain_praise_needs_no_other_opinion() -> None:
    turns = [{"contact": "Who's this Pritchard?"}, {"canvasser": "He's a decent guy."}]
    (finding,) = of_code(judged(turns, script="harbour-gensec"), "endorsement")
    assert (finding.subject, finding.quote) == ("pritchard", "He's a decent guy.")
