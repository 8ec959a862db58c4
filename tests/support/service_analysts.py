"""Analyses that are quick, or go wrong on purpose; named by ``CANVASS_MONITOR_ANALYST`` in worker processes."""

import hashlib
import os
import tempfile
import time
from pathlib import Path

from app.domain.alignment import LineAlignment, LineStatus
from app.domain.audio import ChannelRoles, RawFormat, Source, UnreviewableReason
from app.domain.deviation import Code, Means, Severity
from app.domain.finding import CallResult, Finding, Mitigation, Outcome
from app.domain.provenance import Provenance
from app.domain.script import ApprovedScript
from app.domain.transcript import Reached, Speaker, Transcript, Utterance, Word
from app.errors import Unreviewable
from app.runs.analyst import AnalysisOutput

PEAKS = {"sample_rate": 8000, "peaks": [[0.0, 0.5, 1.0]]}
QUOTE = "he's a decent guy"


def finding(
    *,
    finding_id: str = "f1",
    code: Code = Code.ENDORSEMENT,
    severity: Severity = Severity.CRITICAL,
    confidence: float = 0.9,
    quote: str | None = QUOTE,
) -> Finding:
    return Finding(
        id=finding_id,
        code=code,
        severity=severity,
        confidence=confidence,
        explanation="The line praises a candidate.",
        rule=f"{code}.test",
        means=Means.NAMED if code is Code.ENDORSEMENT else None,
        speaker=Speaker.CANVASSER,
        utterance=0,
        start=1.0,
        end=2.5,
        quote=quote,
        subject="qureshi",
        mitigations=(Mitigation.NEUTRALITY_STATED,),
        corroborated=True,
    )


def result(
    *,
    call: str = "call",
    outcome: Outcome = Outcome.FLAGGED,
    findings: tuple[Finding, ...] = (),
    reason: UnreviewableReason | None = None,
    script_id: str = "eastmere-mayor",
    script_version: str = "sha256:0",
    sha256: str | None = None,
) -> CallResult:
    words = (Word(text="he's", start=1.0, end=1.2, confidence=0.9),)
    utterance = Utterance(
        index=0, speaker=Speaker.CANVASSER, text=QUOTE, start=1.0, end=2.5, channel=0, confidence=0.9, words=words
    )
    heard = () if reason else (utterance,)
    return CallResult(
        call=call,
        outcome=outcome,
        reason=reason,
        script_id=script_id,
        script_version=script_version,
        findings=findings,
        lines=(LineAlignment(line_id="greeting", status=LineStatus.VERBATIM, utterance=0, similarity=1.0),),
        transcript=Transcript(
            call=call,
            utterances=heard,
            duration=3.0,
            language="en",
            reached=Reached.CONTACT,
            source=Source(sha256=sha256, sample_rate_hz=8000, channels=1),
        ),
        provenance=Provenance(ruleset="test-1", models=(("m", "sha256:1"),), software="0", profile="balanced"),
    )


def quick(
    path: Path, *, call: str, script: ApprovedScript, raw: RawFormat | None, roles: ChannelRoles | None
) -> AnalysisOutput:
    """Judges by what the file says: ``clear``, ``silent``, or else flagged."""
    content = path.read_bytes()
    playback = Path(tempfile.mkstemp(suffix=".opus")[1])
    playback.write_bytes(b"OggS" + content[:10])
    common = {
        "call": call,
        "script_id": script.id,
        "script_version": script.version,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    if b"clear" in content:
        judged = result(outcome=Outcome.CLEAR, **common)
    elif b"silent" in content:
        judged = result(outcome=Outcome.UNREVIEWABLE, reason=UnreviewableReason.SILENT, **common)
    else:
        judged = result(findings=(finding(),), **common)
    return AnalysisOutput(result=judged, playback=playback, peaks=PEAKS)


def faulty(
    path: Path, *, call: str, script: ApprovedScript, raw: RawFormat | None, roles: ChannelRoles | None
) -> AnalysisOutput:
    """Does what the file says: waits, hangs, raises, or kills its process; and notes that it was begun."""
    content = path.read_bytes()
    notes = Path(os.environ["TEST_NOTES"])
    began = sorted(notes.glob(f"{call}-*"))
    (notes / f"{call}-{len(began):03d}-{os.getpid()}").touch()
    while b"gate" in content and not (notes / "open").exists():
        time.sleep(0.02)
    if b"slow-once" in content and not began:
        time.sleep(120)
    if b"hang" in content:
        time.sleep(120)
    if b"die" in content:
        os._exit(9)
    if b"raise-once" in content and not began:
        raise MemoryError("the words of the call: a decent guy")
    if b"raise-always" in content:
        raise RuntimeError("the words of the call: a decent guy")
    if b"no-sound" in content:
        raise Unreviewable(UnreviewableReason.NO_SPEECH, "nobody speaks")
    return quick(path, call=call, script=script, raw=raw, roles=roles)
