"""Call results as the pages get them, made from the sample calls' references and expectations; nothing is heard."""

import random
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.approved_scripts.authoring import parse_script
from app.domain.alignment import LineAlignment, LineStatus
from app.domain.audio import UnreviewableReason
from app.domain.deviation import Code, Means, Severity
from app.domain.finding import CallResult, Finding, Mitigation, Outcome
from app.domain.provenance import Provenance
from app.domain.script import ApprovedScript
from app.domain.serialization import transcript_from_json
from app.domain.transcript import EngineInfo, Speaker, Transcript, Utterance, Word

SAMPLES = Path(__file__).parents[2] / "sample_calls"
SEVERITY = {
    "missing-line": Severity.MAJOR,
    "altered-line": Severity.MAJOR,
    "biased-options": Severity.MAJOR,
    "authority-appeal": Severity.MAJOR,
}
EXPLAINED = {
    "endorsement": "The words speak in favour of one candidate, which the script does not allow.",
    "missing-line": "The line was due before the first question and was not heard anywhere in the call.",
}


def names() -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in SAMPLES.glob("calls/*/recording.*")))


def recording(name: str) -> Path:
    return next((SAMPLES / "calls" / name).glob("recording.*"))


@cache
def script_of(name: str) -> ApprovedScript:
    return _script(_expected(name)["script"])


@cache
def example(name: str) -> CallResult:
    """The result that a perfect run would have, with words at even distances and confidences drawn by a seed."""
    expected = _expected(name)
    script = script_of(name)
    rng = random.Random(name)
    transcript = _spoken(name, rng)
    found = sorted(
        (_finding(item, number, transcript, rng) for number, item in enumerate(expected["findings"], start=1)),
        key=lambda finding: (finding.severity != Severity.CRITICAL, -finding.confidence),
    )
    reason = expected.get("reason")
    return CallResult(
        call=name,
        outcome=Outcome(expected["outcome"]),
        reason=UnreviewableReason(reason) if reason else None,
        script_id=script.id,
        script_version=script.version,
        findings=tuple(found),
        lines=tuple(_line(line.id, expected, transcript) for line in script.lines) if not reason else (),
        transcript=transcript,
        provenance=Provenance(ruleset="example", models=(), software="0.1.0", profile="balanced"),
    )


def peaks(name: str, *, per_second: int = 12) -> dict[str, Any]:
    """An outline that is loud where somebody speaks."""
    transcript, rng = example(name).transcript, random.Random(name)
    count = int((transcript.duration or 10) * per_second)
    lanes = [[0.02 + 0.02 * rng.random() for _ in range(count)] for _ in (0, 1)]
    for utterance in transcript.utterances:
        for at in range(int((utterance.start or 0) * per_second), min(count, int((utterance.end or 0) * per_second))):
            lanes[utterance.channel or 0][at] = 0.15 + 0.8 * rng.random()
    stereo = transcript.source is not None and transcript.source.channels == 2
    return {"sample_rate": 16000, "peaks": lanes if stereo else [list(map(max, *lanes))]}


@cache
def _expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((SAMPLES / "calls" / name / "expected.yaml").read_text(encoding="utf-8"))
    return found


@cache
def _script(script_id: str) -> ApprovedScript:
    path = SAMPLES / "approved_scripts" / f"{script_id}.yaml"
    return parse_script(path.read_text(encoding="utf-8"), source=path.name)


def _spoken(name: str, rng: random.Random) -> Transcript:
    import dataclasses
    import json

    reference = json.loads((SAMPLES / "calls" / name / "reference.json").read_text(encoding="utf-8"))
    transcript = transcript_from_json(reference)
    return dataclasses.replace(
        transcript,
        utterances=tuple(_with_words(utterance, rng) for utterance in transcript.utterances),
        engine=EngineInfo(name="example", model="none"),
    )


def _with_words(utterance: Utterance, rng: random.Random) -> Utterance:
    import dataclasses

    start, end, parts = utterance.start or 0.0, utterance.end or 0.0, utterance.text.split()
    letters, at, made = sum(len(part) + 1 for part in parts), start, []
    for part in parts:
        stop = at + (end - start) * (len(part) + 1) / letters
        sure = 0.35 if rng.random() < 0.04 else 0.8 + 0.19 * rng.random()
        made.append(Word(text=part, start=round(at, 3), end=round(stop, 3), confidence=round(sure, 3)))
        at = stop
    confidence = sum(word.confidence or 0 for word in made) / max(1, len(made))
    return dataclasses.replace(utterance, words=tuple(made), confidence=confidence, speaker_confidence=0.98)


def _finding(item: dict[str, Any], number: int, transcript: Transcript, rng: random.Random) -> Finding:
    code = Code(item["code"])
    utterance, words = _place(item.get("quote"), transcript)
    return Finding(
        id=f"f{number}",
        code=code,
        severity=SEVERITY.get(code, Severity.CRITICAL),
        confidence=round(0.72 + 0.26 * rng.random(), 2),
        explanation=EXPLAINED.get(code, "The words leave the approved script at this place."),
        rule=f"{code}.{item.get('means') or 'said'}",
        means=Means(item["means"]) if item.get("means") else None,
        speaker=Speaker.CANVASSER if utterance else None,
        utterance=utterance.index if utterance else None,
        start=words[0].start if words else None,
        end=words[-1].end if words else None,
        quote=item.get("quote"),
        subject=item.get("subject"),
        line=item.get("line"),
        mitigations=(Mitigation.NEUTRALITY_STATED, Mitigation.CONTACT_ASKED) if code is Code.ENDORSEMENT else (),
        corroborated=None if not utterance else code is not Code.AUTHORITY_APPEAL,
        speaker_uncertain=code is Code.LOADED_QUESTION,
    )


def _place(quote: str | None, transcript: Transcript) -> tuple[Utterance | None, tuple[Word, ...]]:
    """Where a quote was said: the utterance in which it begins, and the words from there that are in the quote."""
    wanted = (quote or "").split()
    for utterance in transcript.utterances if wanted else ():
        at = utterance.text.lower().find(quote[:24].lower() if quote else "")
        if utterance.speaker is Speaker.CANVASSER and at >= 0:
            first = len(utterance.text[:at].split())
            return utterance, utterance.words[first : first + len(wanted)]
    return None, ()


def _line(line_id: str, expected: dict[str, Any], transcript: Transcript) -> LineAlignment:
    status = LineStatus(expected["lines"].get(line_id, "not-due"))
    said = status not in (LineStatus.MISSING, LineStatus.NOT_DUE)
    own = [utterance for utterance in transcript.utterances if utterance.speaker is Speaker.CANVASSER]
    utterance = own[len(line_id) % len(own)] if said and own else None
    return LineAlignment(
        line_id=line_id,
        status=status,
        utterance=utterance.index if utterance else None,
        similarity=0.97 if utterance else None,
        heard=utterance.text if utterance else "",
    )
