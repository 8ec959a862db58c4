import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.serialization import result_to_json, transcript_from_json, transcript_to_json
from app.domain.transcript import Speaker, Transcript, Utterance, Word
from tests.support.calls import judged

times = st.none() | st.floats(0, 1e5, allow_nan=False).map(lambda value: round(value, 3))
shares = st.none() | st.floats(0, 1)
words = st.builds(Word, text=st.text(max_size=8), start=times, end=times, confidence=shares)
utterances = st.builds(
    Utterance,
    index=st.integers(0, 10_000),
    speaker=st.sampled_from(Speaker),
    text=st.text(max_size=40),
    start=times,
    end=times,
    channel=st.none() | st.integers(0, 1),
    confidence=shares,
    speaker_confidence=shares,
    words=st.lists(words, max_size=3).map(tuple),
)
transcripts = st.builds(
    Transcript,
    call=st.text(min_size=1, max_size=10),
    utterances=st.lists(utterances, max_size=4, unique_by=lambda item: item.index).map(tuple),
    duration=times,
    notes=st.lists(st.text(max_size=20), max_size=2).map(tuple),
)


@given(transcripts)
def test_writing_and_reading_a_transcript_is_identity(transcript: Transcript) -> None:
    assert transcript_from_json(json.loads(json.dumps(transcript_to_json(transcript)))) == transcript


def test_only_speaker_and_text_are_required() -> None:
    read = transcript_from_json({"utterances": [{"speaker": "contact", "text": "Hi"}]}, default_call="file")
    assert read == Transcript(call="file", utterances=(Utterance(0, Speaker.CONTACT, "Hi"),))


@pytest.mark.parametrize(
    "data",
    [
        [],
        {},
        {"utterances": "no"},
        {"utterances": [{"text": "x"}]},
        {"utterances": [{"speaker": "agent", "text": "x"}]},
        {"utterances": [{"speaker": "contact"}]},
        {"utterances": [{"speaker": "contact", "text": "x", "start": "soon"}]},
        {"utterances": [{"speaker": "contact", "text": "x", "start": float("nan")}]},
        {
            "utterances": [
                {"speaker": "contact", "text": "x", "index": 1},
                {"speaker": "contact", "text": "y", "index": 1},
            ]
        },
        {"utterances": [], "reached": "heaven"},
        {"utterances": [], "notes": "no list"},
        {"utterances": [], "notes": [1]},
    ],
)
def test_what_is_no_transcript_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        transcript_from_json(data)


def test_a_result_has_the_keys_of_the_contract() -> None:
    data = json.loads(json.dumps(result_to_json(judged([{"canvasser": "Vote for Samir, he's great."}]))))
    assert list(data) == ["call", "outcome", "reason", "script", "findings", "lines", "transcript", "provenance"]
    assert {
        "id",
        "code",
        "means",
        "severity",
        "confidence",
        "speaker",
        "utterance",
        "start",
        "end",
        "quote",
        "subject",
        "line",
        "explanation",
        "mitigations",
        "corroborated",
        "speaker_uncertain",
    } <= set(data["findings"][0])
    assert {"id", "status", "moved", "utterance", "similarity"} <= set(data["lines"][0])
    assert {"ruleset", "models", "software"} <= set(data["provenance"])
    assert data["findings"][0]["corroborated"] is None
