"""A transcript for people and players: plain text, WebVTT, SubRip."""

from app.domain.transcript import Transcript, Utterance
from app.domain.units import Seconds


def to_text(transcript: Transcript) -> str:
    """One line for each utterance: time, speaker, words."""
    return "".join(f"{_clock(item.start)}{item.speaker}: {_one_line(item.text)}\n" for item in transcript.utterances)


def to_vtt(transcript: Transcript) -> str:
    """WebVTT (W3C, 2019) with the speaker as voice; utterances without times are left out, since a cue needs one."""
    cues = [
        f"{item.index}\n{_stamp(item.start or 0.0, '.')} --> {_stamp(end, '.')}\n"
        f"<v {item.speaker}>{_escaped(item.text)}\n"
        for item, end in _timed(transcript)
    ]
    return "\n".join(["WEBVTT\n", *cues])


def to_srt(transcript: Transcript) -> str:
    """SubRip, numbered from 1; utterances without times are left out."""
    return "\n".join(
        f"{number}\n{_stamp(item.start or 0.0, ',')} --> {_stamp(end, ',')}\n{item.speaker}: {_one_line(item.text)}\n"
        for number, (item, end) in enumerate(_timed(transcript), start=1)
    )


def _timed(transcript: Transcript) -> list[tuple[Utterance, Seconds]]:
    return [(item, item.end) for item in transcript.utterances if item.start is not None and item.end is not None]


def _stamp(seconds: Seconds, point: str) -> str:
    total = round(seconds * 1000)
    minutes, milliseconds = divmod(total, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


def _clock(seconds: Seconds | None) -> str:
    return "" if seconds is None else f"[{_stamp(seconds, '.')}] "


def _escaped(text: str) -> str:
    return _one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _one_line(text: str) -> str:
    """Blank lines and arrows end a cue: neither survives."""
    return " ".join(text.split()).replace("-->", "->")
