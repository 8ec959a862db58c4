"""What must hold of any call."""

import json
from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bootstrap import build_judge
from app.domain.finding import CallResult, Finding
from app.domain.script import ApprovedScript
from app.domain.serialization import result_to_json
from app.domain.transcript import Speaker, Transcript, Utterance
from app.model_store import ModelStore
from tests.support.calls import codes, golden_script, judge, judged, read_aloud, transcript

SAID = (
    "Vote for Samir, he's a decent guy.",
    "Helen would be a disaster for members.",
    "The union has no preferred candidate.",
    "Put Hartwell second, that keeps the others out.",
    "What do you think the main issues in the mayoral election should be?",
    "The candidates are Samir Qureshi and Helen Hartwell.",
    "So that is Qureshi first, thank you.",
    "Would you still back her if you knew she missed every strike vote?",
    "Pat would like members to get behind him.",
    "Okay, lovely, thank you.",
    "Thank you for your time. Goodbye.",
)
HEARD = ("Right.", "Who would you vote for?", "Please don't call me again.", "I like Helen Hartwell.", "Buses.")
turn = st.fixed_dictionaries({"canvasser": st.sampled_from(SAID)}) | st.fixed_dictionaries(
    {"contact": st.sampled_from(HEARD)}
)
calls = st.lists(turn, min_size=1, max_size=7)
quiet = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@quiet
@given(st.sampled_from(["eastmere-mayor", "harbour-gensec", "guild-merger"]), st.integers(0, 30))
def test_reading_the_script_aloud_yields_no_finding_wherever_the_contact_hangs_up(name: str, end: int) -> None:
    turns = read_aloud(golden_script(name))
    cut = turns[: max(1, min(end, len(turns)))]
    if "canvasser" in cut[-1] and len(cut) < len(turns):
        cut = [*cut, {"contact": "Sorry, I have to go, bye."}]
    assert codes(judged(cut, script=name)) == []


@quiet
@given(calls, st.floats(0.5, 500))
def test_shifting_all_times_shifts_the_evidence_and_nothing_else(turns: list[dict[str, str]], shift: float) -> None:
    def at(offset: float) -> CallResult:
        base = transcript(turns)
        timed = tuple(
            replace(utterance, start=offset + 10.0 * utterance.index, end=offset + 10.0 * utterance.index + 5)
            for utterance in base.utterances
        )
        return judge().judge(replace(base, utterances=timed), script=golden_script("eastmere-mayor"))

    first, second = at(0.0), at(shift)
    assert [finding.id for finding in first.findings] == [finding.id for finding in second.findings]
    for early, late in zip(first.findings, second.findings, strict=True):
        if early.start is not None and late.start is not None:
            assert abs(late.start - early.start - shift) < 1e-6


@quiet
@given(calls, st.sampled_from(["Um, ", "Er, ", "Uh ", "Erm, "]))
def test_fillers_never_create_a_finding(turns: list[dict[str, str]], filler: str) -> None:
    filled = [{speaker: filler + text for speaker, text in turn.items()} for turn in turns]
    assert codes(judged(filled)) == codes(judged(turns))


@quiet
@given(calls, calls)
def test_the_order_of_processing_never_changes_a_result(one: list[dict[str, str]], other: list[dict[str, str]]) -> None:
    first = result_to_json(judged(one))
    judged(other)
    assert result_to_json(judged(one)) == first


def test_fresh_caches_give_the_bytes_of_full_ones_in_any_order() -> None:
    script = golden_script("eastmere-mayor")
    batch = [transcript([{"canvasser": one}, {"contact": heard}, {"canvasser": other}], call=f"{one} {heard} {other}")
             for one, other in pairwise(SAID) for heard in HEARD[:2]]  # fmt: skip
    warm = {call.call: _bytes(judge().judge(call, script=script)) for call in batch}
    for start, step in ((0, 1), (len(batch) - 1, -1)):
        fresh = build_judge(ModelStore(), profile="balanced")
        for call in batch[start::step]:
            assert _bytes(fresh.judge(call, script=script)) == warm[call.call]


def _bytes(result: CallResult) -> bytes:
    return json.dumps(result_to_json(result)).encode()


def _swapped(script: ApprovedScript, text: str) -> str:
    qureshi, hartwell = script.options
    pairs = [(qureshi.name, hartwell.name), *zip(qureshi.aliases, hartwell.aliases, strict=True)]
    for number, (left, right) in enumerate(pairs):
        text = text.replace(left, f"\0{number}a").replace(right, f"\0{number}b")
    for number, (left, right) in enumerate(pairs):
        text = text.replace(f"\0{number}a", right).replace(f"\0{number}b", left)
    return text


def _shape(finding: Finding) -> tuple[object, ...]:
    return (finding.code, finding.means, finding.utterance, finding.subject is None)


@quiet
@given(calls)
def test_swapping_the_candidates_swaps_the_subjects_and_nothing_else(turns: list[dict[str, str]]) -> None:
    script = golden_script("eastmere-mayor")
    swapped = [{speaker: _swapped(script, text) for speaker, text in turn.items()} for turn in turns]
    assert sorted(map(str, map(_shape, judged(turns).findings))) == sorted(
        map(str, map(_shape, judged(swapped).findings))
    )


def test_only_the_canvasser_can_deviate() -> None:
    for text in SAID:
        utterance = Utterance(index=0, speaker=Speaker.CONTACT, text=text)
        call = Transcript(call="x", utterances=(utterance,))
        assert judge().judge(call, script=golden_script("eastmere-mayor")).findings == ()
