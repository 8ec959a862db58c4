"""Answers read back or recorded otherwise than they were given."""

import pytest

from tests.support.calls import Turn, judged, of_code

PREFERENCE = "Have you decided who will get your first preference?"
SECOND = "And your second preference?"
TURNOUT = "Will you be returning your ballot paper by the twenty-eighth of March?"
INTENTION = "May I ask how you are thinking of voting?"
ISSUES = "What do you think the main issues in the mayoral election should be?"


def found(script: str, *said: str) -> list[tuple[str, str | None]]:
    speakers = ("canvasser", "contact")
    turns: list[Turn] = [{speakers[number % 2]: text} for number, text in enumerate(said)]
    return [
        (finding.rule.removeprefix("answer-altered."), finding.subject)
        for finding in of_code(judged(turns, script=script), "answer-altered")
    ]


@pytest.mark.parametrize(
    ("question", "answer", "read_back", "rule"),
    [
        (PREFERENCE, "Okafor.", "So that's Pritchard first, thank you.", ("other", "pritchard")),
        (PREFERENCE, "Tereza Lomacks, I think.", "Dai Pritchard it is, thanks.", ("other", "pritchard")),
        (PREFERENCE, "Lomax first, then Pritchard.", "So Pritchard first and Lomax second.", ("order", "pritchard")),
        (PREFERENCE, "I haven't decided.", "I'll put you down as Okafor, then.", ("untold", "okafor")),
        (PREFERENCE, "I'd rather not say.", "Okay, I've marked that as Lomax.", ("untold", "lomax")),
        (PREFERENCE, "Anyone but Lomax.", "That's Lomax, then.", ("turned-down", "lomax")),
        (PREFERENCE, "Dai Pritchard, no question.", "I'll mark you as undecided.", ("made-untold", None)),
        (TURNOUT, "No, I shan't.", "Lovely, that's a yes then.", ("other-word", None)),
    ],
)
def test_another_answer_is_read_back(question: str, answer: str, read_back: str, rule: tuple[str, str | None]) -> None:
    assert found("harbour-gensec", question, answer, read_back) == [rule]


def test_yes_and_no_are_options_of_a_ballot() -> None:
    assert found("guild-merger", INTENTION, "I'm against.", "That's a Yes then.") == [("other-word", "join")]
    assert found("guild-merger", INTENTION, "I'm against.", "So that's a no, thank you.") == []


@pytest.mark.parametrize(
    ("question", "answer", "reply"),
    [
        (PREFERENCE, "Okafor.", "So that's Okafor first, thank you."),
        (PREFERENCE, "Lomacks.", "Lomax first, lovely."),
        (PREFERENCE, "I was for Lomax but now it's Okafor.", "Okafor it is."),
        (PREFERENCE, "My wife's for Lomax but I'm for Okafor.", "Okafor, thank you."),
        (PREFERENCE, "The second one you said.", "So that's Okafor first."),
        (PREFERENCE, "Lomax.", "Sorry, did you say Okafor?"),
        (PREFERENCE, "Lomax.", "So that's Pritchard, sorry, Lomax first."),
        (PREFERENCE, "I'd rather not say.", "I'll put that down as refused."),
        (TURNOUT, "Yes, it's gone.", "Already sent, I'll note that."),
        (ISSUES, "Buses and trams.", "So that's transport, thank you."),
    ],
)
def test_the_answer_that_was_given_may_be_read_back(question: str, answer: str, reply: str) -> None:
    assert found("harbour-gensec", question, answer, reply) == []


def test_a_preference_counts_for_the_rank_that_was_asked() -> None:
    asked = (PREFERENCE, "Okafor.", SECOND, "Lomax.")
    assert found("harbour-gensec", *asked, "So Okafor first and Lomax second.") == []
    assert found("harbour-gensec", *asked, "So Lomax first and Okafor second.") == [("order", "lomax")]
    assert found("harbour-gensec", PREFERENCE, "Okafor.", SECOND, "Nobody.", "Okafor first, Lomax second.")


def test_what_is_told_of_one_preference_says_nothing_of_another() -> None:
    first_only = (PREFERENCE, "Okafor.", SECOND, "I'd rather not say.")
    assert found("harbour-gensec", *first_only, "I have put down Okafor first.") == []
    assert found("harbour-gensec", *first_only, "So Okafor first, Lomax second.") == [("untold", "lomax")]
    unclear = (PREFERENCE, "Okafor.", SECOND, "The other one, then.")
    assert found("harbour-gensec", *unclear, "So Okafor first, Lomax second.") == []


def test_advice_and_offers_are_no_record() -> None:
    asked = (PREFERENCE, "I haven't decided.")
    assert found("harbour-gensec", *asked, "Well, I would put Lomax second.") == []
    assert found("harbour-gensec", *asked, "You can put Lomax, Okafor or Pritchard.") == []


def test_a_change_of_mind_and_a_slip_mended_at_once_are_fair() -> None:
    first = (PREFERENCE, "Lomax.", "So that's Lomax first.", "No, make that Okafor.")
    assert found("harbour-gensec", *first, "Okafor first, then.") == []
    slip = (PREFERENCE, "Lomax.", "So that's Okafor first.", "No, Lomax.")
    assert found("harbour-gensec", *slip, "Sorry, Lomax. Got it.") == []
    assert found("harbour-gensec", *slip, "It's in now. Goodbye.") == [("other", "okafor")]


def test_another_subject_is_found_where_the_contact_objects() -> None:
    other = ("I've put you down for immigration.", "I said buses.")
    assert found("harbour-gensec", ISSUES, "Buses.", *other) == [("other-topic", None)]
    assert found("harbour-gensec", ISSUES, "The bins.", "I've put down refuse collection.", "Yes.") == []


def test_the_contact_may_answer_as_they_like() -> None:
    assert found("harbour-gensec", PREFERENCE, "Okafor. So that's Lomax first, is it?", "Okafor, thank you.") == []


CAME = "Has your ballot paper come?"
VOTED = "Have you voted already?"
HINDERED = "Is there anything that would stop you from voting in time?"
MEETING = "Will you be at the hustings on the ninth?"


@pytest.mark.parametrize(
    ("question", "answer", "note"),
    [
        (CAME, "The wife thinks so, but I've not seen it.", "Received, yes. Have you read it?"),
        (VOTED, "I'm just about to, I've the envelope here.", "Already voted, great, I'll tick that."),
        (VOTED, "I tried, and it threw me out.", "So you've voted, lovely."),
        (HINDERED, "I might not get to the post box, with this leg.", "So nothing stopping you, that's grand."),
        (MEETING, "I'd love to but I'm on nights.", "I'll put you down as coming, then."),
        ("Online or in person?", "If my lad can drive me I'll go down, otherwise online.", "In person then, ticked."),
        (PREFERENCE, "Okafor, unless she says something daft.", "So definitely Okafor."),
        (PREFERENCE, "I don't know, maybe Okafor, I've not read the others.", "Okafor, I've put that down."),
    ],
)
def test_a_matter_is_noted_that_was_not_so_answered(question: str, answer: str, note: str) -> None:
    assert [rule for rule, _ in found("harbour-gensec", question, answer, note)] == ["noted"]


@pytest.mark.parametrize(
    ("question", "answer", "note"),
    [
        (CAME, "It's come, aye, I've not opened it.", "Received, yes. Have you read it?"),
        (VOTED, "Yes, I posted it on Monday, I didn't want to forget.", "Already voted, great, I'll tick that."),
        (HINDERED, "No.", "So nothing stopping you, that's grand."),
        (HINDERED, "No, I'll be away, but I'm going to send it tonight.", "So nothing stopping you."),
        (MEETING, "Wouldn't miss it.", "I'll put you down as coming, then."),
        (MEETING, "I might not, no.", "So you won't be coming."),
        ("Online or in person?", "In person, I always do.", "In person then, ticked."),
        (PREFERENCE, "Okafor, probably.", "So probably Okafor."),
        (PREFERENCE, "I don't know, maybe Okafor.", "I'll put you down as leaning to Okafor."),
        (PREFERENCE, "Okafor, a hundred per cent.", "So definitely Okafor."),
        (CAME, "I've not seen it.", "Not received. I'll note that."),
        (CAME, "I've not seen it.", "Received it yet, has your wife?"),
    ],
)
def test_a_matter_may_be_noted_as_it_was_answered(question: str, answer: str, note: str) -> None:
    assert found("harbour-gensec", question, answer, note) == []


def test_what_the_contact_confirms_stands() -> None:
    assert found("harbour-gensec", PREFERENCE, "Okafor, probably.", "So definitely Okafor.", "Yes, go on.") == []
