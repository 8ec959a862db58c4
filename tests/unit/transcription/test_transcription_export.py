"""Transcripts as text, WebVTT and SubRip."""

from app.domain.transcript import Speaker, Transcript, Utterance
from app.pipeline.transcription.export import to_srt, to_text, to_vtt

CALL = Transcript(
    "call",
    (
        Utterance(0, Speaker.CANVASSER, "Hello <b>you</b> & yours", 1.0, 2.25),
        Utterance(3, Speaker.CONTACT, "one -->\n\n two", 3661.5, 3662.0004),
        Utterance(4, Speaker.UNKNOWN, "no times"),
    ),
)


def test_vtt_escapes_and_leaves_out_what_has_no_time() -> None:
    assert to_vtt(CALL) == (
        "WEBVTT\n\n0\n00:00:01.000 --> 00:00:02.250\n<v canvasser>Hello &lt;b&gt;you&lt;/b&gt; &amp; yours\n\n"
        "3\n01:01:01.500 --> 01:01:02.000\n<v contact>one -&gt; two\n"
    )


def test_srt_numbers_from_one() -> None:
    assert to_srt(CALL) == (
        "1\n00:00:01,000 --> 00:00:02,250\ncanvasser: Hello <b>you</b> & yours\n\n"
        "2\n01:01:01,500 --> 01:01:02,000\ncontact: one -> two\n"
    )


def test_text_keeps_every_utterance_on_a_line() -> None:
    assert to_text(CALL).splitlines() == [
        "[00:00:01.000] canvasser: Hello <b>you</b> & yours",
        "[01:01:01.500] contact: one -> two",
        "unknown: no times",
    ]


def test_an_empty_transcript_is_still_a_file() -> None:
    empty = Transcript("call")
    assert to_vtt(empty) == "WEBVTT\n"
    assert to_srt(empty) == to_text(empty) == ""
