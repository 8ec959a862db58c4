"""One call, ready to be printed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.domain.script import ApprovedScript
from app.domain.transcript import PartState
from app.reviews.service import CallView, DecisionRow
from app.web import words
from app.web.presenters.finding import FindingView, finding_views, is_on
from app.web.presenters.transcript import FindingMark, UtteranceView, last_end, utterances

Json = Mapping[str, Any]

WAVEFORM_POINTS = 2000
"""Peaks a lane that reach the browser: about one a pixel of the widest screen that we lay out."""


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of the approved script and what became of it.

    Attributes:
        say: The approved wording; empty where the script's text is not at hand.
        heard: What was taken for it; empty where nothing was.
        start: Where it was heard, or None.
    """

    id: str
    kind: str
    say: str
    required: bool
    when: str
    status: str
    moved: bool
    heard: str
    start: float | None


@dataclass(frozen=True, slots=True)
class CallPage:
    """Everything that the call page prints.

    Attributes:
        view: As the service gave it.
        headline: What became of the call, in one sentence.
        reached: Who or what answered, in words; empty where it is not known.
        findings: In the order of the result.
        lines: In the order of the script.
        utterances: In the order of the transcript.
        hidden: How many utterances are left out.
        call_decisions: On the call as a whole, newest first.
        earlier_decisions: On findings, or on words, that are not among the findings any more; newest first.
        undecided: Findings that no decision stands on.
        player: What the browser's player needs.
        notes: What of the call is not judged, and what was noticed about the sound, in sentences.
        joints: By index of an utterance, what begins before it: a further part of a call that the dialler has cut.
    """

    view: CallView
    headline: str
    reached: str
    findings: tuple[FindingView, ...]
    lines: tuple[LineView, ...]
    utterances: tuple[UtteranceView, ...]
    hidden: int
    revealed: bool
    call_decisions: tuple[DecisionRow, ...]
    earlier_decisions: tuple[DecisionRow, ...]
    undecided: int
    player: dict[str, Any]
    notes: tuple[str, ...]
    joints: Mapping[int, str]

    @property
    def finished(self) -> bool:
        """Whether nothing on this call waits for the officer any more."""
        return self.view.row.decided or (bool(self.findings) and self.undecided == 0)

    @property
    def working(self) -> str:
        """What is going on with the call, in words; empty where nothing is."""
        if self.view.cut is not None and not self.view.runs:
            return words.waits_for(self.view.cut.missing, self.view.cut.count)
        last = next((run for run in self.view.runs if run.status != "done"), None)
        status = last.status if last else self.view.row.status
        return "" if status == "done" else words.STATUSES.get(status, status)

    def finding(self, finding_id: str) -> FindingView | None:
        """The finding of that id."""
        return next((finding for finding in self.findings if finding.id == finding_id), None)


def call_page(view: CallView, *, script: ApprovedScript | None, revealed: bool) -> CallPage:
    """Lay out one call.

    Args:
        view: From the service.
        script: The version that it was judged by, or None where it is not at hand.
        revealed: Whether the contact's words may be shown.
    """
    result = view.result or {}
    transcript = result.get("transcript") or {}
    found = finding_views(result.get("findings") or (), decisions=view.decisions, script=script)
    marks = tuple(
        FindingMark(f.number, f.severity, _utterance_of(result, f.id), f.start, f.end, f.quote) for f in found
    )
    spoken = utterances(transcript, marks=marks, revealed=revealed)
    return CallPage(
        view=view,
        headline=headline(view, found),
        reached=words.REACHED.get(transcript.get("reached") or "", ""),
        findings=found,
        lines=line_views(result, script=script),
        utterances=spoken,
        hidden=sum(utterance.hidden for utterance in spoken),
        revealed=revealed,
        call_decisions=tuple(decision for decision in view.decisions if decision.finding is None),
        earlier_decisions=earlier_decisions(view.decisions, result.get("findings") or ()),
        undecided=sum(finding.standing is None for finding in found),
        player=player(view, found, duration=view.row.duration or transcript.get("duration") or last_end(transcript)),
        notes=tuple(result.get("notes") or ()),
        joints=joints(transcript),
    )


def earlier_decisions(decisions: Iterable[DecisionRow], findings: Sequence[Json]) -> tuple[DecisionRow, ...]:
    """Decisions on what is not found any more, or not in these words: they stand in no finding, and are never lost."""
    return tuple(
        decision
        for decision in decisions
        if decision.finding is not None and not any(is_on(decision, finding) for finding in findings)
    )


def headline(view: CallView, findings: Sequence[FindingView]) -> str:
    """What became of the call, in one sentence."""
    row = view.row
    if row.outcome is None:
        return f"{words.STATUSES.get(row.status, row.status)}."
    if row.outcome == "unreviewable":
        parts = ((view.result or {}).get("transcript") or {}).get("parts") or ()
        in_part = row.duration is not None and any(part["state"] != PartState.HEARD for part in parts)
        return f"Unreviewable: {words.HEARD_IN_PART if in_part else words.reason(row.reason).why}"
    if row.outcome == "clear":
        minor = words.counted(len(findings), "minor finding")
        return "Clear: nothing was found that leaves the script." if not findings else f"Clear: only {minor}."
    worst = findings[0] if findings else None
    if worst is None:
        return "Flagged."
    title = worst.title[0].lower() + worst.title[1:]
    about = f" ({worst.subject})" if worst.subject else ""
    what = f"{title}{about}, {words.sureness(worst.confidence)}"
    if len(findings) == 1:
        return f"Flagged: one {worst.severity} finding, {what}."
    return f"Flagged: {len(findings)} findings, the worst of them {worst.severity}: {what}."


def joints(transcript: Json) -> dict[int, str]:
    """Before which utterances a further part of the call begins; one in which nobody speaks has none."""
    begun: dict[int, str] = {}
    for part in (transcript.get("parts") or ())[1:]:
        start, end = part.get("start"), part.get("end")
        if start is None:
            continue
        spoken = (item for item in transcript.get("utterances") or () if item.get("start") is not None)
        first = next((item for item in spoken if item["start"] >= start), None)
        if first is not None and first["start"] < end:
            begun[int(first["index"])] = f"Part {part['number']} begins"
    return begun


def line_views(result: Json, *, script: ApprovedScript | None) -> tuple[LineView, ...]:
    """The script's lines with their status, in the order of the script."""
    starts = {item.get("index"): item.get("start") for item in (result.get("transcript") or {}).get("utterances") or ()}
    known = {line.id: line for line in script.lines} if script else {}
    return tuple(_line(item, known, starts) for item in result.get("lines") or ())


def _line(item: Json, known: Mapping[str, Any], starts: Mapping[Any, Any]) -> LineView:
    line = known.get(str(item.get("id")))
    return LineView(
        id=str(item.get("id")),
        kind=str(line.kind) if line else "",
        say=line.say if line else "",
        required=bool(line and line.required),
        when=(line.when or "") if line else "",
        status=str(item.get("status")),
        moved=bool(item.get("moved")) and item.get("status") not in ("missing", "not-due"),
        heard=str(item.get("heard") or ""),
        start=starts.get(item.get("utterance")) if item.get("utterance") is not None else None,
    )


def player(view: CallView, findings: Iterable[FindingView], *, duration: float | None) -> dict[str, Any]:
    """What the browser's player needs, as JSON."""
    spoken = ((view.result or {}).get("transcript") or {}).get("utterances") or ()
    channels = {item.get("index"): item.get("channel") for item in spoken}
    recording = f"/api/v1/calls/{quote(view.row.call_id, safe='')}/recording"
    original = f"{recording}?part={view.cut.parts[0].number}" if view.cut else recording
    return {
        "duration": duration,
        "sound": f"{recording}?variant=playback" if view.has_playback else original,
        "original": original,
        "peaks": lanes(view.peaks),
        "lane_names": lane_names(view.result or {}),
        "regions": [
            {
                "number": f.number,
                "severity": f.severity,
                "start": f.start,
                "end": f.end,
                "title": f.title,
                "channel": channels.get(_utterance_of(view.result or {}, f.id)),
            }
            for f in findings
            if f.start is not None and f.end is not None
        ],
    }


def lanes(peaks: Json | None) -> list[list[float]]:
    """The waveform, a lane a channel, thinned to what a screen can show.

    Args:
        peaks: As the hearing stage made them, or None.

    Returns:
        For each channel up to `WAVEFORM_POINTS` values in [0, 1]; no lane where there are no peaks.
    """
    return [_thin([abs(float(value)) for value in lane]) for lane in (peaks or {}).get("peaks") or () if lane]


def lane_names(result: Json) -> list[str]:
    """Who speaks on which channel of a stereo recording, by most of the utterances."""
    voices: dict[int, Counter[str]] = {0: Counter(), 1: Counter()}
    for item in (result.get("transcript") or {}).get("utterances") or ():
        if item.get("channel") in voices:
            voices[item["channel"]][str(item.get("speaker"))] += 1
    likeliest = (voice.most_common(1) for voice in voices.values())
    return [
        words.SPEAKERS.get(found[0][0], found[0][0]) if found else f"Channel {number}"
        for number, found in enumerate(likeliest, start=1)
    ]


def _thin(values: Sequence[float]) -> list[float]:
    step = max(1, -(-len(values) // WAVEFORM_POINTS))
    return [round(min(1.0, max(values[at : at + step])), 3) for at in range(0, len(values), step)]


def _utterance_of(result: Json, finding_id: str) -> int | None:
    item = next(item for item in result["findings"] if str(item.get("id")) == finding_id)
    number = item.get("utterance")
    return None if number is None else int(number)
