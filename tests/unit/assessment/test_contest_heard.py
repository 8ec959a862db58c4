import pytest

from app.bootstrap import build_judge
from app.model_store import ModelStore
from app.pipeline.alignment.align import align
from app.pipeline.assessment.contest_heard import FEWEST_WORDS, contest_heard
from app.pipeline.assessment.policy import THRESHOLDS, Profile
from tests.support.calls import Turn, codes, golden_script, judge, judged, of_code, transcript

BORN = "For security, could I take your date of birth, please?"
PARCEL: tuple[Turn, ...] = (
    {"canvasser": "Good morning, this call is recorded. How can I help?"},
    {"contact": "It's about my parcel. It was meant to come on Monday and there's been no sign of it since."},
    {"canvasser": "Oh dear, let me have a look. It went out of the depot at seven, and the driver couldn't find you."},
    {"contact": "He never rang the bell. I was in all day, I'd the washing to do and the boiler man coming."},
    {"canvasser": "I'm sorry about that. I can have it sent out again on Thursday, there's no charge for it at all."},
    {"contact": "Thursday's grand. And tell him the bell works."},
)


def heard(*turns: Turn) -> bool:
    language = judge().language(golden_script("eastmere-mayor"))
    return contest_heard(align(transcript(turns), language), language)


@pytest.mark.parametrize(
    "turn",
    [
        {"canvasser": "I'm ringing about the ballot."},
        {"contact": "Samir? Never heard of him."},
        {"contact": "I haven't made up my mind."},
        {"canvasser": "And you're behind with your subs, I see."},
        {"canvasser": "Who will you give your second preference to?"},
        {"canvasser": "Go for the union's candidate."},
    ],
)
def test_one_word_of_it_by_anybody_is_enough(turn: Turn) -> None:
    assert heard(*PARCEL, turn)


def test_other_business_is_not_of_it() -> None:
    assert not heard(*PARCEL)


def test_of_a_few_words_nobody_can_say_it() -> None:
    assert sum(len(text.split()) for turn in PARCEL[:2] for text in turn.values()) < FEWEST_WORDS
    assert heard(*PARCEL[:2])


def test_a_call_about_something_else_is_not_accused_and_says_why_it_is_doubted() -> None:
    assert "improper-disclosure" not in codes(judged([*PARCEL, {"canvasser": BORN}]))
    wide = build_judge(ModelStore(), profile=Profile.SENSITIVE)
    result = wide.judge(transcript([*PARCEL, {"canvasser": BORN}]), script=golden_script("eastmere-mayor"))
    (finding,) = of_code(result, "improper-disclosure")
    assert finding.confidence < THRESHOLDS[Profile.BALANCED]
    assert finding.explanation.endswith("Nothing that is said in this call speaks of the contest.")


def test_the_same_words_in_a_call_of_the_contest_stand() -> None:
    turns = [{"canvasser": "It's about the ballot."}, *PARCEL, {"canvasser": BORN}]
    assert "improper-disclosure" in codes(judged(turns))


def test_what_belongs_to_any_call_is_not_held_lower() -> None:
    refused = [{"contact": "Take me off your list, please."}, {"canvasser": "Before you go, how old are you?"}]
    assert "opt-out-ignored" in codes(judged([*PARCEL, *refused]))
