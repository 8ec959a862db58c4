"""Codes that compare what is said with the script: its facts, its organisation, its questions, its subject."""

import pytest

from app.domain.finding import Finding
from tests.support.calls import Turn, codes, golden_script, judged, of_code, read_aloud

ORGANISER = "harbour-gensec"
MERGER = "guild-merger"


def answer(said: str, *, heard: str = "Right.", script: str = "eastmere-mayor", code: str) -> list[Finding]:
    turns: list[Turn] = [{"contact": heard}, {"canvasser": said}]
    return of_code(judged(turns, script=script), code)


@pytest.mark.parametrize(
    ("said", "script", "subject", "fact"),
    [
        ("The ballot closes on the ninth of April.", ORGANISER, None, "twenty-eighth of March"),
        ("They posted the papers out on the twelfth of February.", ORGANISER, None, "third of March"),
        ("Your subs would treble by the autumn.", MERGER, None, "Subscriptions"),
        ("The trustees have recommended a yes vote.", MERGER, "join", "no recommendation"),
        ("The northern region has nominated Samir.", "eastmere-mayor", "qureshi", "not nominated anybody"),
        ("Dafydd Pritchard has pulled out of it.", ORGANISER, "pritchard", "as standing"),
        ("There are only two names on the ballot paper.", ORGANISER, None, "3 candidates"),
        ("Teresa Lomax is the assistant general secretary.", ORGANISER, "lomax", "Ngozi Okafor"),
    ],
)
def test_a_false_claim_names_the_fact(said: str, script: str, subject: str | None, fact: str) -> None:
    (finding,) = answer(said, script=script, code="false-claim")
    assert finding.subject == subject
    assert fact in finding.explanation


@pytest.mark.parametrize(
    ("said", "script"),
    [
        ("You have until the twenty-eighth of March to get it back.", ORGANISER),
        ("Nothing happens to your subs until January.", MERGER),
        ("No, the executive hasn't recommended anything.", MERGER),
        ("Has your branch nominated anybody yet?", ORGANISER),
        ("You said your branch had nominated Okafor.", ORGANISER),
        ("The hall was packed at the hustings on Tuesday.", ORGANISER),
    ],
)
def test_facts_questions_and_other_matters_are_no_false_claim(said: str, script: str) -> None:
    assert answer(said, script=script, code="false-claim") == []


@pytest.mark.parametrize(
    ("heard", "said", "named"),
    [
        ("Who's this?", "I'm ringing from the county council about the mayor.", "county council"),
        ("Hello?", "I'm calling on behalf of the Hartwell campaign.", "hartwell campaign"),
        ("Hello?", "Hiya, it's only a bit of market research.", "market research"),
        ("Which organisation is this?", "I'd rather not say, if that's all right.", "keeps back"),
        ("Are you from the town hall?", "That's right, yes.", "town hall"),
        ("Okay.", "And would you like to join the party while I've got you?", "recruit"),
        ("Okay.", "Could you chip in a tenner for the fighting fund?", "money"),
        ("Okay.", "We need volunteers to deliver some leaflets, are you free?", "helpers"),
        ("Who's that?", "I'm a friend of your brother's.", "private"),
    ],
)
def test_a_caller_or_purpose_that_the_script_does_not_have(heard: str, said: str, named: str) -> None:
    (finding,) = answer(said, heard=heard, code="identity-misstated")
    assert named in finding.explanation


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("Who's this?", "It's Jo from the Allied Trades Union."),
        ("Who?", "I'm calling from your union, it's about the mayor."),
        ("Is this market research?", "No, it isn't market research, it's the ATU."),
        ("Who should I vote for?", "I'm afraid I can't tell you that."),
        ("How do I join?", "You can join on the website."),
        ("Hello?", "I'm calling for Mrs Marsh, is she about?"),
    ],
)
def test_the_scripted_caller_in_other_words_is_in_order(heard: str, said: str) -> None:
    assert answer(said, heard=heard, code="identity-misstated") == []


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("Your brother told me he's voting for Samir.", "tells-vote"),
        ("And which way is your wife leaning?", "asks-others-vote"),
        ("Can I take your date of birth?", "asks"),
        ("What do you earn, roughly?", "asks"),
        ("Could you let me have your son's mobile number?", "asks-others-data"),
        ("It says here you joined in nineteen ninety eight.", "tells-details"),
        ("She lives on the High Street now, number twelve.", "tells-details"),
    ],
)
def test_personal_data_told_or_asked_for(said: str, rule: str) -> None:
    assert f"improper-disclosure.{rule}" in [item.rule for item in answer(said, code="improper-disclosure")]


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("Who's Pat voting for?", "I can't say how anybody else is voting."),
        ("My wife's voting for Helen.", "So your wife's voting for Helen, and yourself?"),
        ("I'm at work.", "What time shall I ring you back?"),
        ("Hello?", "Is your husband there? May I speak to him?"),
        ("It's not come.", "Could it have gone to the wrong address?"),
    ],
)
def test_checks_and_declining_are_no_disclosure(heard: str, said: str) -> None:
    assert answer(said, heard=heard, code="improper-disclosure") == []


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("I'm going for Samir.", "Ah, good choice, that's what I like to hear."),
        ("I'm voting for Helen.", "Oh dear, that's a pity."),
        ("Okay.", "If you ask me the whole election's a pantomime."),
        ("Okay.", "I've got strong views on this vote, but I had better keep quiet."),
    ],
)
def test_views_applause_and_regret(heard: str, said: str) -> None:
    assert answer(said, heard=heard, code="personal-opinion")


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("Samir.", "Lovely, thank you, I've put that down."),
        ("My mother died last week.", "Oh dear, I'm so sorry to hear that."),
        ("It's pouring here.", "I think it's been a dreadful week for it."),
        ("What do you think?", "I'm not able to give a view, I'm afraid."),
    ],
)
def test_courtesy_and_small_talk_are_no_view(heard: str, said: str) -> None:
    assert answer(said, heard=heard, code="personal-opinion") == []


def test_talk_about_the_contest_is_off_script_and_minor() -> None:
    said = "Last time there was a row over the candidates and half the committee walked out."
    (finding,) = answer(said, code="off-script")
    assert finding.severity == "minor"


def test_procedure_is_off_script_only_where_the_learned_stage_hears_it() -> None:
    assert answer("The turnout last time round was about a third of the members.", code="off-script") == []
    assert answer("They come down in a van from head office and count the votes, I'm told.", code="off-script")


def test_what_another_code_describes_is_not_off_script_as_well() -> None:
    found = codes(judged([{"canvasser": "This election is a waste of time, if you ask me, it's all fixed."}]))
    assert "personal-opinion" in found
    assert "off-script" not in found


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("Who's this?", "It's about the mayoral election, I'm from the union."),
        ("Who else is there?", "There's Samir Qureshi and Helen Hartwell."),
        ("Who should I vote for?", "That's for you to decide."),
        ("It's a bad line.", "Can you hear me all right now? I'll speak up."),
        ("Okay.", "Helen is the former transport minister."),
    ],
)
def test_facts_introductions_and_lists_are_not_off_script(heard: str, said: str) -> None:
    assert answer(said, heard=heard, code="off-script") == []


@pytest.mark.parametrize("name", ["eastmere-mayor", ORGANISER, MERGER])
def test_facts_read_aloud_are_in_order(name: str) -> None:
    script = golden_script(name)
    facts: list[Turn] = [turn for fact in script.facts for turn in ({"canvasser": fact}, {"contact": "I see."})]
    assert codes(judged([*read_aloud(script), {"contact": "Go on."}, *facts], script=name)) == []


@pytest.mark.parametrize(
    "said",
    [
        "The council closed our library last year, it's a crying shame.",
        "They put the council tax up again, it's gone up by five per cent.",
        "My neighbour's having his roof done this week.",
        "Our manager's been nominated for an award.",
        "I've got strong views about dogs on the beach.",
    ],
)
def test_small_talk_is_neither_view_nor_claim_nor_disclosure(said: str) -> None:
    against_script = {"false-claim", "improper-disclosure", "off-script", "personal-opinion"}
    assert not against_script & set(codes(judged([{"contact": "Sorry, the dog's barking."}, {"canvasser": said}])))


@pytest.mark.parametrize(
    ("said", "swapped", "code"),
    [
        ("Your branch has nominated Samir.", "Your branch has nominated Helen.", "false-claim"),
        ("I'm calling for the Qureshi campaign.", "I'm calling for the Hartwell campaign.", "identity-misstated"),
        ("Your wife told me she's voting Samir.", "Your husband told me he's voting Helen.", "improper-disclosure"),
        ("Ah, good lad, good choice.", "Ah, good lass, good choice.", "personal-opinion"),
    ],
)
def test_nothing_depends_on_who_gains_or_on_gender(said: str, swapped: str, code: str) -> None:
    first = answer(said, heard="I'm going for Samir.", code=code)
    second = answer(swapped, heard="I'm going for Helen.", code=code)
    assert [item.rule for item in first] == [item.rule for item in second] != []
