from dataclasses import replace

import pytest

from app.domain.deviation import Code
from app.domain.transcript import Speaker, Transcript, Utterance, Word
from app.pipeline.assessment import policy
from app.pipeline.assessment.evidence import times, words_between
from tests.support.calls import codes, golden_script, judge, judged, of_code, transcript

PRAISE = "Between you and me, Samir's a decent guy, he would be great for us."


def test_every_code_has_a_severity() -> None:
    assert set(policy.SEVERITIES) == set(Code)


def test_one_stretch_about_one_candidate_is_one_finding() -> None:
    result = judged([{"canvasser": PRAISE}, {"contact": "Is he?"}, {"canvasser": "He is, he's brilliant."}])
    endorsements = of_code(result, "endorsement")
    assert len(endorsements) == 2
    assert {finding.utterance for finding in endorsements} == {0, 2}
    assert all(
        finding.quote and finding.quote in text
        for finding, text in zip(
            sorted(endorsements, key=lambda f: f.utterance or 0), (PRAISE, "He is, he's brilliant."), strict=True
        )
    )


def test_mitigations_never_clear_a_finding() -> None:
    turns = [
        {"canvasser": "The union has no preferred candidate."},
        {"contact": "Who would you vote for?"},
        {"canvasser": "Personally, I think Samir is brilliant."},
    ]
    (finding,) = of_code(judged(turns), "endorsement")
    assert finding.mitigations == ("personal-view", "neutrality-stated", "contact-asked")
    assert judged(turns).outcome == "flagged"


def test_the_contacts_words_are_never_a_deviation() -> None:
    assert codes(judged([{"contact": PRAISE}, {"canvasser": "Right, thank you."}])) == []


def test_a_doubtful_voice_keeps_the_finding_lower_and_says_so() -> None:
    call = transcript([{"unknown": PRAISE}])
    doubted = judge().judge(call, script=golden_script("eastmere-mayor"))
    (finding,) = of_code(doubted, "endorsement")
    (sure,) = of_code(judged([{"canvasser": PRAISE}]), "endorsement")
    assert finding.speaker_uncertain
    assert not sure.speaker_uncertain
    assert finding.confidence < sure.confidence


def test_the_utterance_of_a_finding_is_the_index_of_the_input() -> None:
    utterances = (Utterance(index=17, speaker=Speaker.CANVASSER, text=PRAISE),)
    result = judge().judge(Transcript(call="x", utterances=utterances), script=golden_script("eastmere-mayor"))
    assert {finding.utterance for finding in of_code(result, "endorsement")} == {17}


@pytest.mark.parametrize("words", [True, False])
def test_times_are_those_of_the_words_or_of_the_utterance_never_invented(words: bool) -> None:
    text = "Hello. Samir is a decent guy."
    timed = tuple(Word(word, 10.0 + n, 10.5 + n, 0.9) for n, word in enumerate(text.split())) if words else ()
    utterance = Utterance(index=0, speaker=Speaker.CANVASSER, text=text, start=9.0, end=20.0, words=timed)
    found = words_between(utterance, text.index("Samir"), len(text))
    assert times(utterance, found) == ((11.0, 15.5) if words else (9.0, 20.0))
    assert times(replace(utterance, start=None, end=None, words=()), ()) == (None, None)


def test_profiles_only_differ_in_what_they_list() -> None:
    assert policy.THRESHOLDS["strict"] > policy.THRESHOLDS["balanced"] > policy.THRESHOLDS["sensitive"]
