"""What the learned stage is given to read, and what becomes of what it hears."""

from itertools import pairwise

from app.domain.finding import CallResult
from app.domain.transcript import Speaker
from app.pipeline.alignment.align import align
from app.pipeline.detection.learned import MOST_WORDS, Stretch, stretches
from app.pipeline.detection.remarks import remarks
from tests.support.calls import Turn, golden_script, judge, judged, read_aloud, transcript

SUBTLE = "I shouldn't really say, but you would not go far wrong with Samir, that lad has our back."


def heard(*turns: Turn) -> tuple[Stretch, ...]:
    call = transcript(turns)
    language = judge().language(golden_script("eastmere-mayor"))
    alignment = align(call, language)
    return stretches(remarks(alignment, language), alignment, language)


def learned(result: CallResult) -> list[str]:
    return [finding.rule for finding in result.findings if finding.rule.endswith(".learned")]


def test_approved_wording_is_never_found() -> None:
    for name in ("eastmere-mayor", "harbour-gensec", "guild-merger"):
        assert learned(judged(read_aloud(golden_script(name)), script=name)) == []


def test_approved_wording_is_never_read() -> None:
    assert heard({"canvasser": "What do you think the main issues in the mayoral election should be?"}) == ()


def test_the_contact_is_context_and_nothing_else() -> None:
    (stretch,) = heard({"contact": "Who would you vote for, Helen?"}, {"canvasser": "That is not for me to say."})
    assert stretch.before == "who would you vote for somebody ?"
    assert stretch.said == "that is not for me to say ."
    assert heard({"contact": SUBTLE}) == ()
    assert judged([{"contact": SUBTLE}]).findings == ()


def test_an_answer_read_back_is_not_read_but_what_is_added_to_it_is() -> None:
    answer, added = "I have put down Samir first", "he is just what this town has been crying out for"
    assert heard({"contact": "Samir, please."}, {"canvasser": f"{answer}."}) == ()
    assert heard({"contact": "I don't know."}, {"canvasser": f"{answer}."})
    (stretch,) = heard({"contact": "Samir, please."}, {"canvasser": f"{answer}. {added.capitalize()}."})
    assert stretch.said == f"{added} ."


def test_a_list_and_what_is_said_behind_it_are_two_stretches() -> None:
    behind = "You could do worse than Samir, I'd have thought."
    found = heard({"canvasser": f"The people standing for it are Samir Qureshi and Helen Hartwell. {behind}"})
    assert found[-1].said.startswith("you could do worse")


def test_praise_that_a_rule_saw_is_not_called_blame_as_well() -> None:
    found = judged([{"canvasser": "Vote for Samir, he's a decent guy."}]).findings
    assert "disparagement" not in [finding.code for finding in found]


def test_an_approved_fact_is_no_false_claim() -> None:
    found = judged([{"canvasser": "Subscriptions would not change before next January."}], script="guild-merger")
    assert learned(found) == []


def test_what_the_contact_said_long_ago_is_no_context() -> None:
    turns: list[Turn] = [{"contact": "I like Helen."}, *({"canvasser": f"Well now then number {n}."} for n in range(6))]
    assert heard(*turns)[0].before
    assert not heard(*turns)[-1].before


def test_short_replies_are_not_read() -> None:
    assert heard({"canvasser": "Okay, lovely."}) == ()


def test_long_speech_is_cut_between_clauses() -> None:
    rambling = " ".join(f"Well number {number} was a long day and it rained on the ferry." for number in range(20))
    found = heard({"canvasser": rambling})
    assert len(found) > 1
    assert all(sum(len(remark.tokens) for remark in stretch.remarks) <= MOST_WORDS for stretch in found)
    assert all(first.end <= second.start for first, second in pairwise(found))


def test_praise_that_no_rule_knows_is_found_with_its_subject() -> None:
    (finding,) = [item for item in judged([{"canvasser": SUBTLE}]).findings if item.code == "endorsement"]
    assert finding.subject == "qureshi"
    assert finding.speaker is Speaker.CANVASSER
    assert finding.quote is not None
    assert finding.quote in SUBTLE


def test_the_quote_is_the_sentence_that_carries_it() -> None:
    said = f"It has been raining here all day long. {SUBTLE} Anyway, the kettle is on."
    (finding,) = [item for item in judged([{"canvasser": said}]).findings if item.code == "endorsement"]
    assert finding.quote is not None
    assert "our back" in finding.quote
    assert "raining" not in finding.quote


def test_denials_read_backs_and_small_talk_stay_clear() -> None:
    for before, said in (
        ("Who should I vote for?", "I can't tell you that, I'm afraid, we don't favour anybody."),
        ("Samir first, then Helen.", "So that's Samir first and Helen second, I've put that down."),
        ("Hang on, the dog's out.", "No bother at all, take your time, I've got all evening."),
    ):
        assert learned(judged([{"contact": before}, {"canvasser": said}])) == []
