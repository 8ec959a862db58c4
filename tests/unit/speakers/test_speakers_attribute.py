"""Who says what, with invented voices instead of weights."""

from collections.abc import Sequence
from dataclasses import asdict, fields

import numpy as np
import pytest

from app.approved_scripts.authoring import load_script
from app.domain.audio import ChannelRoles
from app.domain.script import ApprovedScript
from app.domain.transcript import EngineInfo, Speaker, Utterance, Word
from app.domain.units import Span
from app.pipeline.audio.recording import Samples
from app.pipeline.speakers.attribute import attribute
from app.pipeline.speakers.script_fit import fit, wordings
from app.pipeline.transcription.base import Segment
from app.pipeline.transcription.transcribe import Heard
from tests.support.sound import REPOSITORY, recording

CANVASSER = (
    "Hello, my name is Dave and I am calling on behalf of the Allied Trades Union.",
    "This call is recorded for quality and training.",
    "The union has no preferred candidate.",
    "What do you think the main issues in the mayoral election should be?",
    "His dad was a bus driver, he's a decent guy.",
    "Thank you for your time. Goodbye.",
)
CONTACT = (
    "Hello?",
    "Yes, go on then.",
    "If you say so.",
    "Well, housing, my daughter can't get anywhere round here.",
    "Oh right, I see, I'm still not sure.",
    "All right, bye love.",
)


@pytest.fixture(scope="module")
def script() -> ApprovedScript:
    return load_script(REPOSITORY / "sample_calls" / "approved_scripts" / "eastmere-mayor.yaml")


class Voices:
    """Hears a voice in the level of the sound: the value of a sample is the speaker."""

    def __init__(self, likeness: float = 0.0) -> None:
        self.likeness = likeness

    def embed(self, stretches: Sequence[Samples]) -> np.ndarray:
        points = []
        for stretch in stretches:
            mixed = np.array([1.0, 0, 0, 0]) * self.likeness
            mixed[1 + round(float(np.median(stretch)) * 10)] += 1 - self.likeness
            points.append(mixed / np.linalg.norm(mixed))
        return np.array(points, dtype=np.float32)


def segment(text: str, start: float, channel: int) -> Segment:
    tokens = text.split()
    words = tuple(
        Word(t, round(start + 0.25 * i, 3), round(start + 0.25 * i + 0.25, 3), 0.9) for i, t in enumerate(tokens)
    )
    return Segment(text, start, words[-1].end or start, words, 0.9, 0.1, channel)


def call(
    *, stereo: bool, canvasser_channel: int = 0, lines: Sequence[tuple[int, str]] | None = None
) -> tuple[Heard, Samples]:
    """A dialogue, and a channel whose value tells who speaks: .0 the canvasser, .1 the contact."""
    if lines is None:
        lines = [pair for both in zip(CONTACT, CANVASSER, strict=True) for pair in ((1, both[0]), (0, both[1]))]
    segments, sound, clock = [], np.zeros(16_000 * 120, dtype=np.float32), 1.0
    for who, text in lines:
        item = segment(text, clock, (who if canvasser_channel == 0 else 1 - who) if stereo else 0)
        sound[round(item.start * 16_000) : round(item.end * 16_000)] = who / 10
        segments.append(item)
        clock = item.end + 1.0
    regions = ((Span(0, clock),),) * (2 if stereo else 1)
    return Heard(tuple(segments), regions, "en", EngineInfo("test", "none")), sound


def right(utterances: Sequence[Utterance]) -> bool:
    return all(
        item.speaker is (Speaker.CANVASSER if item.text in CANVASSER else Speaker.CONTACT) for item in utterances
    )


@pytest.mark.parametrize("channel", [0, 1])
def test_the_channel_that_reads_the_script_is_the_canvassers(script: ApprovedScript, channel: int) -> None:
    heard, sound = call(stereo=True, canvasser_channel=channel)
    found = attribute(heard, recording(sound, sound), script=script)
    assert right(found)
    assert [item.index for item in found] == list(range(12))
    assert all((item.speaker_confidence or 0) > 0.9 for item in found)
    assert [item.start for item in found] == sorted(item.start or 0 for item in found)


def test_declared_roles_go_before_the_words(script: ApprovedScript) -> None:
    heard, sound = call(stereo=True, lines=[(1, "Yes?"), (0, "Is that you, Maureen?")])
    found = attribute(heard, recording(sound, sound), script=script, roles=ChannelRoles(canvasser=1, contact=0))
    assert [item.speaker for item in found] == [Speaker.CANVASSER, Speaker.CONTACT]


def test_swapped_roles_are_noticed(script: ApprovedScript) -> None:
    heard, sound = call(stereo=True)
    found = attribute(heard, recording(sound, sound), script=script, roles=ChannelRoles(canvasser=1, contact=0))
    assert right(found)
    assert {item.speaker_confidence for item in found} == {0.75}


def test_without_a_script_the_caller_introduces_themselves(script: ApprovedScript) -> None:
    heard, sound = call(stereo=True)
    found = attribute(heard, recording(sound, sound))
    assert right(found)
    assert {item.speaker_confidence for item in found} == {0.6}


@pytest.mark.parametrize("stereo", [True, False])
def test_nothing_to_go_by_is_unknown(script: ApprovedScript, *, stereo: bool) -> None:
    heard, sound = call(stereo=stereo, lines=[(0, "Yes?"), (1, "Lovely weather.")])
    found = attribute(heard, recording(sound, sound), script=script, voices=Voices())
    assert {item.speaker for item in found} == {Speaker.UNKNOWN}


def test_in_one_channel_the_voice_that_reads_the_script_is_the_canvassers(script: ApprovedScript) -> None:
    heard, sound = call(stereo=False)
    assert right(attribute(heard, recording(sound), script=script, voices=Voices(0.5)))


def test_a_scripted_line_in_the_contacts_voice_is_the_contacts(script: ApprovedScript) -> None:
    heard, sound = call(
        stereo=False,
        lines=[
            *[pair for both in zip(CONTACT, CANVASSER, strict=True) for pair in ((1, both[0]), (0, both[1]))],
            (1, "So the union has no preferred candidate."),
        ],
    )
    found = attribute(heard, recording(sound), script=script, voices=Voices(0.5))
    assert found[-1].speaker is Speaker.CONTACT


def test_two_voices_in_one_sentence_are_cut_apart(script: ApprovedScript) -> None:
    heard, sound = call(stereo=False)
    joined = heard.segments[9]
    assert joined.text.startswith("His dad")
    late = [
        Word(w.text, (w.start or 0) + (0.6 if i > 5 else 0), (w.end or 0) + (0.6 if i > 5 else 0), 0.9)
        for i, w in enumerate(joined.words)
    ]
    pieces = Segment(joined.text, late[0].start or 0, late[-1].end or 0, tuple(late), 0.9, 0.1)
    sound[round((late[6].start or 0) * 16_000) : round((late[-1].end or 0) * 16_000)] = 0.1
    segments = (*heard.segments[:9], pieces, *heard.segments[11:])
    mixed = Heard(segments, heard.regions, "en", heard.engine)
    found = attribute(mixed, recording(sound), script=script, voices=Voices(0.3))
    assert [(item.text, item.speaker) for item in found[9:11]] == [
        ("His dad was a bus driver,", Speaker.CANVASSER),
        ("he's a decent guy.", Speaker.CONTACT),
    ]


def test_one_voice_is_never_put_down_to_the_canvasser_for_sure(script: ApprovedScript) -> None:
    heard, sound = call(stereo=False)
    found = attribute(heard, recording(np.zeros_like(sound)), script=script, voices=Voices())
    for item in found:
        if fit(item.text.split(), wordings(script)) < 0.8 and item.speaker is not Speaker.UNKNOWN:
            assert item.speaker_confidence is not None
            assert item.speaker_confidence <= 0.8


def test_without_voices_only_what_is_read_is_put_down_to_anybody(script: ApprovedScript) -> None:
    heard, sound = call(stereo=False)
    found = attribute(heard, recording(sound), script=script)
    assert {item.speaker for item in found if item.text in CONTACT} == {Speaker.UNKNOWN}
    assert found[5].speaker is Speaker.CANVASSER


def test_a_machine_on_the_called_line_is_other(script: ApprovedScript) -> None:
    heard, sound = call(
        stereo=True,
        lines=[
            (1, "Hello, this is Derek."),
            (1, "Please leave a message after the tone."),
            (
                0,
                "Hello, this is Dave from the Allied Trades Union with a message for Derek. I will try again.",
            ),
        ],
    )
    found = attribute(heard, recording(sound, sound), script=script)
    assert [item.speaker for item in found] == [Speaker.OTHER, Speaker.OTHER, Speaker.CANVASSER]


def test_fit_knows_the_script_from_other_talk(script: ApprovedScript) -> None:
    approved = wordings(script)
    for text in (
        "the union has no preferred candidate",
        "are ringing members about the selection of the party's",
        "The candidates are Samir Kureshi Helen Hartwell and Tom Ashton.",
    ):
        assert fit(text.split(), approved) > 0.8
    for text in (
        "his dad was a bus driver he's a decent guy",
        "I honestly don't know much about any of them",
        "Goodbye",
    ):
        assert fit(text.split(), approved) < 0.7


def test_parties_run_together_by_the_recogniser_are_cut_at_the_script(script: ApprovedScript) -> None:
    heard, sound = call(stereo=False)
    joined = segment("Would she this call is recorded for quality and training.", 100.0, 0)
    sound[100 * 16_000 : round((joined.words[1].end or 0) * 16_000)] = 0.1
    longer = Heard((*heard.segments, joined), heard.regions, "en", heard.engine)
    found = attribute(longer, recording(sound), script=script, voices=Voices(0.3))
    assert [(item.text, item.speaker) for item in found[-2:]] == [
        ("Would she", Speaker.CONTACT),
        ("this call is recorded for quality and training.", Speaker.CANVASSER),
    ]


def test_a_word_that_the_script_says_next_is_the_canvassers(script: ApprovedScript) -> None:
    lines = [pair for both in zip(CONTACT, CANVASSER[:-1], strict=False) for pair in ((1, both[0]), (0, both[1]))]
    lines += [(0, "Thank you for your time."), (0, "Goodbye.")]
    heard, sound = call(stereo=False, lines=lines)
    found = attribute(heard, recording(sound), script=script, voices=Voices(0.8))
    assert found[-1].speaker is Speaker.CANVASSER


def test_nothing_of_a_voice_stands_in_the_transcript(script: ApprovedScript) -> None:
    heard, sound = call(stereo=False)
    found = attribute(heard, recording(sound), script=script, voices=Voices(0.5))
    written = [asdict(item) for item in found]
    allowed = {field.name for field in fields(Utterance)}
    assert all(set(item) == allowed for item in written)
    numbers = [value for item in written for value in numbers_in(item)]
    times = {word[name] for item in written for word in item["words"] for name in ("start", "end", "confidence")}
    known = times | {item[name] for item in written for name in ("index", "channel", "start", "end")}
    others = [value for value in numbers if value not in known]
    # A mean word confidence and one probability an utterance: nothing that a voice could be known by.
    assert len(others) <= 2 * len(found)


def numbers_in(value: object) -> list[float]:
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers_in(part)]
    if isinstance(value, list | tuple):
        return [number for part in value for number in numbers_in(part)]
    return [float(value)] if isinstance(value, int | float) else []
