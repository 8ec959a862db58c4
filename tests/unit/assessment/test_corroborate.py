"""Findings heard again, by recognisers that say what the test wants."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.deviation import Severity
from app.domain.finding import CallResult, Finding
from app.domain.serialization import finding_to_json
from app.domain.transcript import Speaker, Transcript, Utterance, Word
from app.domain.units import Span
from app.errors import WeightsMissing
from app.pipeline.analyze import Ears
from app.pipeline.assessment.agreement import bears_out
from app.pipeline.assessment.corroborate import HEARD_OTHERWISE, NOT_HEARD_AGAIN, SAID_AFTER_ALL, corroborate
from app.pipeline.audio.recording import Recording, Samples
from app.pipeline.transcription.base import Engine, Segment
from tests.support.calls import golden_script, judge, of_code
from tests.support.fake_ears import FakeEar
from tests.support.sound import line_noise, recording, sample_recording, silence

SCRIPT = "eastmere-mayor"
PRAISE = "Samir is a decent guy."
GREETING = "Hello, my name is Dave and I am calling on behalf of the Allied Trades Union. May I speak to Ann?"
QUESTION = "What do you think the main issues in the mayoral election should be?"
CANVASSER = Speaker.CANVASSER
SOUND = recording(silence(20))


def said(*texts: str, speakers: tuple[Speaker, ...] = (), channel: int | None = None) -> Transcript:
    """Utterances of 3 s each, from second 4 on, the words evenly in them."""
    utterances = []
    for index, text in enumerate(texts):
        start, parts = 4.0 + 4 * index, text.split()
        step = 3.0 / len(parts)
        words = tuple(Word(part, start + n * step, start + (n + 1) * step, 0.9) for n, part in enumerate(parts))
        speaker = speakers[index] if speakers else Speaker.CANVASSER
        utterances.append(Utterance(index, speaker, text, start, start + 3.0, channel, 0.9, 0.99, words))
    return Transcript(call="call", utterances=tuple(utterances), duration=20.0)


def result_of(transcript: Transcript) -> CallResult:
    return judge().judge(transcript, script=golden_script(SCRIPT))


def heard_again(
    result: CallResult, *, by: Engine, second: Engine | None = None, hinted: bool = True, sound: Recording = SOUND
) -> CallResult:
    language = judge().language(golden_script(SCRIPT))
    return corroborate(result, sound, engine=by, language=language, hinted=hinted, second=second)


def endorsement(result: CallResult) -> Finding:
    (found,) = of_code(result, "endorsement")
    return found


@pytest.mark.parametrize(
    ("again", "agreed"),
    [
        ("Samir is a decent guy.", True),
        ("Well, Sameer is a decent guy you know.", True),
        ("somewhere is a decent guy.", False),
        ("Helen is a decent guy.", False),
        ("Samir is not a decent guy.", False),
        ("Samir was on the telly again last night with the weather", False),
        ("", False),
    ],
)
def test_the_name_the_words_and_what_they_deny_must_be_heard_again(again: str, agreed: bool) -> None:
    judged = result_of(said(PRAISE))
    ear = FakeEar(again)
    found = endorsement(heard_again(judged, by=ear))
    assert found.corroborated is agreed
    assert (NOT_HEARD_AGAIN in found.explanation) is not agreed
    assert [witness.hinted for witness in found.heard] == [True, False]
    assert not ear.hinted
    before = endorsement(judged)
    assert (found.severity, found.confidence, found.id) == (before.severity, before.confidence, before.id)


def test_a_critical_finding_is_put_to_a_second_model_and_a_major_one_is_not() -> None:
    judged = result_of(said(GREETING, QUESTION, PRAISE))
    result = heard_again(judged, by=FakeEar(PRAISE), second=FakeEar(PRAISE, model="other"))
    for found in result.findings:
        models = [witness.model for witness in found.heard]
        assert models == (["fake", "fake", "other"] if found.severity is Severity.CRITICAL else ["fake", "fake"])
    assert {found.severity for found in result.findings} == {Severity.CRITICAL, Severity.MAJOR}
    assert dict(result.provenance.models)["whisper-other"] == "sha256:" + "0" * 64


def test_a_second_model_that_hears_otherwise_takes_the_corroboration_and_nothing_else() -> None:
    second = FakeEar("He is a decent guy.", model="other")
    judged = result_of(said(PRAISE))
    found = endorsement(heard_again(judged, by=FakeEar(PRAISE), second=second))
    assert [witness.agreed for witness in found.heard] == [True, True, False]
    assert found.corroborated is False
    assert found.explanation.endswith(HEARD_OTHERWISE)
    assert found.confidence == endorsement(judged).confidence
    assert finding_to_json(found)["heard"][2] == {
        "engine": "fake",
        "model": "other",
        "hinted": False,
        "text": "He is a decent guy.",
        "agreed": False,
    }


@pytest.mark.parametrize("problem", [WeightsMissing("not fetched"), RuntimeError("broken")])
def test_a_second_model_that_cannot_be_asked_costs_nothing_and_is_said(problem: Exception) -> None:
    result = heard_again(result_of(said(PRAISE)), by=FakeEar(PRAISE), second=FakeEar(raises=problem, model="other"))
    found = endorsement(result)
    assert found.corroborated is True
    assert (found.heard[-1].model, found.heard[-1].text, found.heard[-1].agreed) == ("other", None, None)
    assert "whisper-other" not in dict(result.provenance.models)


def test_absent_weights_are_looked_for_once_a_call() -> None:
    absent = FakeEar(raises=WeightsMissing("not fetched"), model="other")
    judged = result_of(said(PRAISE, "Right.", "Helen is a disgrace, she would be a disaster for us."))
    critical = [found for found in judged.findings if found.severity is Severity.CRITICAL]
    assert len(critical) > 1
    heard_again(judged, by=FakeEar(PRAISE), second=absent)
    assert len(absent.asked) == 1


def test_a_fault_of_the_first_recogniser_is_not_hidden() -> None:
    with pytest.raises(RuntimeError, match="broken"):
        heard_again(result_of(said(PRAISE)), by=FakeEar(raises=RuntimeError("broken")))


def test_without_hints_the_first_hearing_is_its_own_proof_but_not_for_a_critical_finding() -> None:
    ear, second = FakeEar("nothing alike"), FakeEar("nothing alike", model="other")
    result = heard_again(result_of(said(GREETING, QUESTION, PRAISE)), by=ear, second=second, hinted=False)
    assert not ear.asked
    assert endorsement(result).corroborated is False
    assert {found.corroborated for found in of_code(result, "missing-line")} == {True}


def test_a_loop_is_no_second_hearing() -> None:
    found = endorsement(heard_again(result_of(said(PRAISE)), by=FakeEar(PRAISE, compression=9.0)))
    assert (found.corroborated, found.heard[1].text) == (False, "")


def test_the_name_that_a_pronoun_stands_for_is_heard_again_too() -> None:
    judged = result_of(said("What do you think of Samir Qureshi?", "He is brilliant, he would be great for us."))
    found = endorsement(judged)
    assert "Samir" not in (found.quote or "")
    words = "He is brilliant, he would be great for us."
    assert endorsement(heard_again(judged, by=FakeEar(words))).corroborated is False
    assert endorsement(heard_again(judged, by=FakeEar(f"Samir Kureshi. {words}"))).corroborated is True


def test_the_contacts_request_must_be_heard_again_and_is_not_shown() -> None:
    request, pressed = (
        "Please take me off your list and do not call me again.",
        "Who would you vote for, Samir or Helen?",
    )
    judged = result_of(said(GREETING, request, pressed, speakers=(CANVASSER, Speaker.CONTACT, CANVASSER)))
    (only,) = of_code(judged, "opt-out-ignored")
    judged = replace(judged, findings=(only,))
    (without,) = heard_again(judged, by=FakeEar(pressed)).findings
    (with_it,) = heard_again(judged, by=FakeEar(f"{request} {pressed}")).findings
    assert (without.corroborated, with_it.corroborated) == (False, True)
    assert "off your list" not in (without.heard[1].text or "")


def test_a_stretch_is_heard_with_a_second_on_either_side_and_once_for_all_its_findings() -> None:
    judged = result_of(said(PRAISE))
    twice = replace(judged, findings=(endorsement(judged), replace(endorsement(judged), id="another")))
    ear = FakeEar(PRAISE)
    heard_again(twice, by=ear)
    ((regions, _),) = ear.asked
    assert (regions[0].start, regions[-1].end) == (3.0, 8.0)


def test_a_long_stretch_is_given_whole_in_regions_that_an_engine_takes() -> None:
    words = "Samir is a decent guy and everybody should vote for him"
    call = said(words)
    long = replace(call.utterances[0], start=1.0, end=69.0, words=())
    ear = FakeEar(words)
    heard_again(result_of(replace(call, utterances=(long,), duration=70.0)), by=ear, sound=recording(silence(70)))
    regions = ear.asked[0][0]
    assert (regions[0].start, regions[-1].end) == (0.0, 70.0)
    assert all(region.duration <= 30 for region in regions)


def test_the_second_hearing_has_the_sound_of_the_first_with_cross_talk_gated_out() -> None:
    loud = line_noise(20, -20)
    sound = recording(loud, 0.04 * loud + line_noise(20, -70, seed=2))
    ear = FakeEar(PRAISE)
    heard_again(result_of(said(PRAISE, channel=1)), by=ear, sound=sound)
    gated = ear.asked[0][1]
    assert float(np.abs(gated).max()) < 0.1 * float(np.abs(sound.channels[1]).max())


def test_on_a_shared_channel_the_words_around_the_quote_are_not_shown() -> None:
    call = said("I am with Helen me.", PRAISE, speakers=(Speaker.CONTACT, Speaker.CANVASSER))
    found = endorsement(heard_again(result_of(call), by=FakeEar(f"me. {PRAISE} Really?", inset=0.0)))
    assert (found.corroborated, found.heard[1].text) == (True, PRAISE)


def test_a_missing_line_is_listened_for_where_it_was_due() -> None:
    judged = result_of(said(GREETING, QUESTION))
    missing = next(found for found in judged.findings if found.line == "recording")
    only = replace(judged, findings=(missing,))
    speech = sample_recording("bus-driver", start=6.5, end=20.5)
    silent, after_all = FakeEar(f"{GREETING} {QUESTION}"), FakeEar(f"{GREETING} This call is recorded for training.")
    (gone,) = heard_again(only, by=silent, sound=speech).findings
    (found,) = heard_again(only, by=after_all, sound=speech).findings
    assert (gone.corroborated, gone.heard[1].text, gone.explanation) == (True, "", missing.explanation)
    assert found.corroborated is False
    assert "recorded for training" in (found.heard[1].text or "")
    assert found.explanation.endswith(SAID_AFTER_ALL)
    assert all(region.start >= 4.0 and region.end <= 11.0 for region in silent.asked[0][0])


def test_nothing_is_prepared_or_heard_for_a_call_without_findings() -> None:
    judged = replace(result_of(said("Can you hear me?")), findings=())
    ear = FakeEar()
    assert heard_again(judged, by=ear) == judged
    assert not ear.asked


def test_all_recognisers_give_their_memory_back() -> None:
    first, second = FakeEar(), FakeEar()
    Ears(first, None, second).unload()
    assert first.unloaded and second.unloaded


@pytest.mark.parametrize(
    ("quote", "again", "about", "agreed"),
    [
        ("Vote for Helen Hartwell then.", "Vote for Ellen Hartfell then.", None, True),
        ("Vote for Helen Hartwell then.", "Vote for Samir Qureshi then.", None, False),
        ("Vote for Helen Hartwell then.", "Vote for the hard well then.", None, False),
        ("Helen would be good for us.", "Hello, would be good for us.", None, False),
        ("Samir is better than Helen on buses.", "Samir is better than Alan on buses.", "qureshi", True),
        ("Samir is better than Helen on buses.", "Samir is better than Alan on buses.", None, False),
        ("Samir Qureshi", "and so Sameer Kureshi said", "qureshi", True),
        ("Pat Devlin would like you to vote.", "Pat Deflin would like you to vote.", None, True),
        ("Pat Devlin would like you to vote.", "That devil would like you to vote.", None, False),
    ],
)
def test_a_name_agrees_by_spelling_or_by_sound(quote: str, again: str, about: str | None, agreed: bool) -> None:
    assert bears_out(quote, again, judge().language(golden_script(SCRIPT)), about=about) is agreed


def test_no_words_bear_nothing_out() -> None:
    assert not bears_out("Um, er.", "Vote for Samir.", judge().language(golden_script(SCRIPT)))


def test_a_stretch_that_was_passed_over_is_heard_once_more_on_its_own() -> None:
    class EndsEarly(FakeEar):
        def transcribe(
            self, samples: Samples, *, regions: tuple[Span, ...], hints: tuple[str, ...] = (), full_window: bool = False
        ) -> tuple[Segment, ...]:
            heard = super().transcribe(samples, regions=regions, hints=hints)
            return heard if regions[0].start > 3.5 else ()

    ear = EndsEarly(PRAISE, inset=0.4)
    assert endorsement(heard_again(result_of(said(PRAISE)), by=ear)).corroborated is True
    assert [regions[0].start for regions, _ in ear.asked] == [3.0, 3.6]
