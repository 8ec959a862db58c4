"""A call result for people: what was said, at which second, and why it matters."""

from app.domain.alignment import LineAlignment, LineStatus
from app.domain.finding import CallResult, EarWitness, Finding, Outcome
from app.domain.reasons import Change, Reasons, WordChange
from app.domain.units import Seconds

_REASONS = {
    "unreadable": "The file could not be read as sound.",
    "too-long": "The recording is longer than is accepted.",
    "silent": "There is nothing on the recording but the noise of the line.",
    "no-speech": "Nobody speaks on the recording.",
    "not-english": "The recording is not in English.",
    "not-understood": "Nothing was heard well enough to be trusted.",
    "processing-failed": "The recording could not be processed.",
}
_STATUS = {
    LineStatus.VERBATIM: "word for word",
    LineStatus.PARAPHRASED: "in other words",
    LineStatus.ALTERED: "ALTERED",
    LineStatus.MISSING: "MISSING",
    LineStatus.NOT_DUE: "not due",
}


def render(result: CallResult) -> str:
    """The report of one call."""
    head = f"{result.call}: {result.outcome.upper()}"
    if result.outcome is Outcome.UNREVIEWABLE:
        why = f"{head} ({result.reason}). {_REASONS[str(result.reason)]} A person has to listen to it."
        return "\n".join([why, *_notes(result)]) + "\n"
    parts = [f"{head}, {_count(len(result.findings))}, script {result.script_id} {result.script_version[:19]}"]
    parts += [_finding(finding) for finding in result.findings]
    parts.append("  Lines of the script:")
    parts += [_line(line) for line in result.lines]
    parts += _notes(result)
    return "\n".join(parts) + "\n"


def _notes(result: CallResult) -> list[str]:
    return [f"  To know: {note}" for note in result.transcript.notes]


def clock(seconds: Seconds | None) -> str:
    """Minutes and seconds from the start of the recording, e.g. ``1:02.4``; ``-`` where it is not known."""
    if seconds is None:
        return "-"
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _count(number: int) -> str:
    return {0: "no finding", 1: "1 finding"}.get(number, f"{number} findings")


def _finding(finding: Finding) -> str:
    code = finding.code + (f" ({finding.means})" if finding.means else "")
    about = f", about {finding.subject}" if finding.subject else ""
    place = f"{clock(finding.start)} to {clock(finding.end)}" if finding.quote else "nowhere in the call"
    lines = [f"  [{finding.severity}] {code}{about}, confidence {finding.confidence:.2f}, {place}"]
    if finding.quote:
        lines.append(f"      “{finding.quote}”")
    lines.append(f"      {finding.explanation}")
    lines += [f"      {reason}" for reason in _reasons(finding.reasons)]
    lines += [f"      {_ear(ear, finding)}" for ear in finding.heard[1:]]
    if finding.mitigations:
        lines.append(f"      To weigh: {', '.join(finding.mitigations)}.")
    if finding.speaker_uncertain:
        lines.append("      The voice is in doubt: listen before deciding.")
    return "\n".join(lines)


def _reasons(reasons: Reasons) -> list[str]:
    said = [
        f"“{name.text}” is taken for {name.name} ({name.heard_as}, {name.confidence:.2f})."
        for name in reasons.names
        if name.heard_as != "exact"
    ]
    if reasons.decisive:
        said.append(f"It would not stand without {' or without '.join(f'“{clause}”' for clause in reasons.decisive)}.")
    if reasons.resembles:
        said.append(f"Nearest training lines: {'; '.join(f'“{line}”' for line in reasons.resembles)}.")
    if any(item.change is not Change.SAME for item in reasons.changes):
        said.append(f"Against the approved words: {' '.join(_changed(item) for item in reasons.changes)}")
    return said


def _changed(item: WordChange) -> str:
    marks = {Change.SAME: "{}", Change.LEFT_OUT: "[-{}-]", Change.PUT_IN: "[+{}+]"}
    return marks[item.change].format(item.words)


def _ear(ear: EarWitness, finding: Finding) -> str:
    again = ear.model == finding.heard[0].model
    who = "Heard again without names" if again else f"Second model {ear.model}"
    if ear.text is None:
        return f"{who}: not consulted, since it was not there or failed."
    return f"{who}: {f'“{ear.text}”' if ear.text else 'nothing of it.'}"


def _line(line: LineAlignment) -> str:
    moved = ", moved" if line.moved else ""
    where = "" if line.utterance is None else f" (utterance {line.utterance})"
    return f"      {line.line_id:<20} {_STATUS[line.status]}{moved}{where}"
