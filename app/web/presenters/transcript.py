"""The transcript, with the contact's words left out until somebody asks for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.web import words

Json = Mapping[str, Any]

WEAK_WORD = 0.5
"""Words heard with less confidence are marked: the recogniser itself thinks that they are more likely wrong."""

DOUBTFUL_SPEAKER = 0.75
"""Below this the page says that the speaker is in doubt. A choice of ours: one in four would be somebody else."""

MASKED_SPEAKERS = frozenset({"contact", "unknown"})
"""Whose words are special-category data. An unknown voice may be the contact's."""


@dataclass(frozen=True, slots=True)
class FindingMark:
    """Where a finding lies, so that its words can be marked.

    Attributes:
        number: As in the list of findings, from 1.
        severity: critical, major or minor.
        utterance: Index of its utterance, or None.
        start: Seconds, or None.
        end: Seconds, or None.
        quote: The words, or None.
    """

    number: int
    severity: str
    utterance: int | None
    start: float | None
    end: float | None
    quote: str | None


@dataclass(frozen=True, slots=True)
class WordView:
    """One word on the page. ``finding`` is the number of the finding that it belongs to, or 0."""

    text: str
    start: float | None
    end: float | None
    weak: bool
    finding: int
    severity: str


@dataclass(frozen=True, slots=True)
class UtteranceView:
    """One utterance on the page.

    Attributes:
        index: The transcript's number of it.
        speaker: canvasser, contact, other or unknown.
        label: The speaker in words.
        doubt: What to say about an uncertain speaker, or an empty string.
        start: Seconds, or None.
        end: Seconds, or None.
        hidden: Whether the words are left out.
        words: Empty where they are left out, or where the transcript has none.
        text: Empty where it is left out.
        findings: Numbers of the findings in it.
    """

    index: int
    speaker: str
    label: str
    doubt: str
    start: float | None
    end: float | None
    hidden: bool
    words: tuple[WordView, ...]
    text: str
    findings: tuple[int, ...]


def utterances(transcript: Json, *, marks: Iterable[FindingMark], revealed: bool) -> tuple[UtteranceView, ...]:
    """The utterances in the order of the transcript.

    Args:
        transcript: The contract's transcript.
        marks: Where the findings lie.
        revealed: Whether the contact's words may be shown; else they do not reach the page at all.
    """
    known = tuple(marks)
    return tuple(_utterance(item, known, revealed=revealed) for item in transcript.get("utterances") or ())


def _utterance(item: Json, marks: tuple[FindingMark, ...], *, revealed: bool) -> UtteranceView:
    own = tuple(mark for mark in marks if mark.utterance is not None and mark.utterance == item.get("index"))
    speaker = str(item.get("speaker") or "unknown")
    hidden = speaker in MASKED_SPEAKERS and not revealed and not own
    return UtteranceView(
        index=int(item.get("index") or 0),
        speaker=speaker,
        label=words.SPEAKERS.get(speaker, speaker),
        doubt=_doubt(speaker, item.get("speaker_confidence")),
        start=item.get("start"),
        end=item.get("end"),
        hidden=hidden,
        words=() if hidden else tuple(_word(word, own) for word in item.get("words") or ()),
        text="" if hidden else str(item.get("text") or ""),
        findings=tuple(mark.number for mark in own),
    )


def _doubt(speaker: str, confidence: float | None) -> str:
    if speaker == "unknown" or confidence is None or confidence >= DOUBTFUL_SPEAKER:
        return ""
    return f"speaker in doubt, {words.percent(confidence)}"


def _word(word: Json, marks: tuple[FindingMark, ...]) -> WordView:
    start, end, confidence = word.get("start"), word.get("end"), word.get("confidence")
    mark = next((mark for mark in marks if _inside(start, end, mark)), None)
    return WordView(
        text=str(word.get("text") or "").strip(),
        start=start,
        end=end,
        weak=confidence is not None and confidence < WEAK_WORD,
        finding=mark.number if mark else 0,
        severity=mark.severity if mark else "",
    )


def _inside(start: float | None, end: float | None, mark: FindingMark) -> bool:
    """Whether the middle of the word lies in the finding."""
    if start is None or end is None or mark.start is None or mark.end is None:
        return False
    return mark.start <= (start + end) / 2 < mark.end


def last_end(transcript: Json) -> float | None:
    """Where the last utterance ends, in seconds, or None where nothing has a time."""
    ends = [item["end"] for item in transcript.get("utterances") or () if item.get("end") is not None]
    return max(ends) if ends else None
