"""The second look for a line: what stands in its place, in whatever words, and what does not."""

import pytest

from app.approved_scripts.authoring import parse_script
from tests.support.calls import GOLDEN_SCRIPTS, judge, judged, of_code, transcript

HEAD = [
    {"canvasser": "hello its pam for the federation of ferry and harbour workers is that mr gill"},
    {"contact": "yes"},
]
LIST = "those standing are ngozi okafor dafydd pritchard and teresa lomax"
TAIL = [
    {"contact": "oh right"},
    {"canvasser": "have you decided who will get your first preference"},
    {"contact": "no"},
    {"canvasser": "will you be returning your ballot paper by the twenty eighth of march"},
    {"contact": "yes"},
    {"canvasser": "that is everything thank you goodbye"},
]


def missing(*middle: str) -> list[str | None]:
    turns = [turn for text in middle for turn in ({"canvasser": text}, {"contact": "okay"})]
    call = [*HEAD, *turns, *TAIL]
    return [finding.line for finding in of_code(judged(call, script="harbour-gensec"), "missing-line")]


NOTICE = "our calls are recorded"
PURPOSE = "its the general secretary election were ringing round the members about"
NEUTRAL = "and the federation doesnt lean towards any of them"


def test_lines_said_in_one_breath_and_in_other_words_are_all_there() -> None:
    assert missing(f"{NOTICE} {PURPOSE} {NEUTRAL}", LIST) == []


@pytest.mark.parametrize(
    ("middle", "line"),
    [
        ((f"{NOTICE} {NEUTRAL}", LIST), "purpose"),
        ((f"{PURPOSE} {NEUTRAL}", LIST), "recording"),
        ((f"{NOTICE} {PURPOSE}", LIST), "neutrality"),
        ((f"{NOTICE} {PURPOSE} {NEUTRAL}", "put this one on the pritchard sheet bev"), "options"),
    ],
)
def test_what_was_left_out_is_still_missing(middle: tuple[str, ...], line: str) -> None:
    assert missing(*middle) == [line]


def test_names_of_the_list_that_were_misheard_are_not_left_out() -> None:
    garbled = "those standing are ngozi okafor daffid pritch hard and teresa lomacks"
    call = [*HEAD, {"canvasser": f"{NOTICE} {PURPOSE} {NEUTRAL}"}, {"contact": "yes"}, {"canvasser": garbled}, *TAIL]
    result = judged(call, script="harbour-gensec")
    assert of_code(result, "biased-options") == []
    assert of_code(result, "missing-line") == []
    short = [
        turn if turn != {"canvasser": garbled} else {"canvasser": "those standing are ngozi okafor and teresa lomacks"}
        for turn in call
    ]
    assert of_code(judged(short, script="harbour-gensec"), "biased-options")


@pytest.mark.parametrize(
    ("said", "altered"),
    [
        ("The Federation is neutral between the candidates.", False),
        ("The Federation is broadly neutral between most of the candidates.", True),
        ("The Federation is neutral between the candidates as things stand.", True),
        ("The Federation is neutral between the candidates, though I have my own ideas.", True),
    ],
)
def test_a_hedge_alters_the_neutrality_line(said: str, altered: bool) -> None:
    found = of_code(judged([{"canvasser": said}], script="harbour-gensec"), "altered-line")
    assert bool(found) is altered


DEADLINE = '{id: deadline, kind: other, required: true, say: "The ballot closes at noon on Friday the ninth of May."}'
RANKING = '{id: ranking, kind: other, required: true, say: "You may rank as many or as few of them as you like."}'


@pytest.mark.parametrize(
    ("line", "said", "altered"),
    [
        (DEADLINE, "The ballot closes at noon on Friday the ninth of May.", False),
        (DEADLINE, "The ballot closes around noon on Friday the ninth of May, I think.", True),
        (RANKING, "You may rank as few or as many of them as you want.", False),
        (RANKING, "You need to rank as many of them as there are.", True),
    ],
)
def test_a_doubt_or_a_duty_alters_what_the_contact_is_told(line: str, said: str, altered: bool) -> None:
    written = (GOLDEN_SCRIPTS / "harbour-gensec.yaml").read_text(encoding="utf-8")
    script = parse_script(written.replace("  - {id: closing", f"  - {line}\n  - {{id: closing"), source="test")
    result = judge().judge(transcript([{"canvasser": said}]), script=script)
    assert bool(of_code(result, "altered-line")) is altered


def test_two_options_can_be_listed_before_a_question_in_one_breath() -> None:
    said = "the choices on the paper are yes and no have you decided how you will vote"
    assert of_code(judged([{"canvasser": said}], script="guild-merger"), "biased-options") == []


def test_a_few_words_of_the_line_beside_one_name_are_no_list() -> None:
    said = "er yes Dafydd Pritchard he sits on the board now the other two don't"
    assert of_code(judged([{"canvasser": said}], script="harbour-gensec"), "biased-options") == []


def test_leaning_no_is_no() -> None:
    call = [{"contact": "I'm leaning no to be honest with you."}, {"canvasser": "Leaning no, okay."}]
    assert of_code(judged(call, script="guild-merger"), "answer-altered") == []
    call[1] = {"canvasser": "So that's a yes, I've put yes down."}
    assert of_code(judged(call, script="guild-merger"), "answer-altered")


def test_who_does_no_surveys_has_not_asked_to_be_left_alone() -> None:
    call = [
        {"contact": "I don't do surveys love."},
        {"canvasser": "It is not a survey, it is about the election. I should tell you that our calls are recorded."},
    ]
    assert of_code(judged(call, script="harbour-gensec"), "opt-out-ignored") == []
