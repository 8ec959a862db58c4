"""From what detectors observed to findings and an outcome."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from app.domain.alignment import SAID
from app.domain.deviation import Deviation, Severity
from app.domain.finding import Finding, Mitigation, Outcome
from app.domain.script import LineKind
from app.domain.transcript import Speaker, Transcript, Utterance
from app.pipeline.alignment.align import Alignment
from app.pipeline.assessment import evidence, policy
from app.pipeline.assessment.calibration import calibrated
from app.pipeline.assessment.contest_heard import contest_heard
from app.pipeline.assessment.policy import Profile
from app.pipeline.detection.base import widen
from app.pipeline.language.script_language import ScriptLanguage

_ORDER = {Severity.CRITICAL: 0, Severity.MAJOR: 1, Severity.MINOR: 2}


def grade(
    deviations: Iterable[Deviation], alignment: Alignment, language: ScriptLanguage, *, profile: Profile
) -> tuple[Finding, ...]:
    """Grade deviations: severity by policy, confidence by how well the words and the voice are known.

    Args:
        deviations: What the detectors observed.
        alignment: The call with its script.
        language: The tools of the script.
        profile: Findings under its threshold are left out.

    Returns:
        One finding for each code, subject and uninterrupted stretch; worst and surest first.
    """
    transcript = alignment.speech.transcript
    stated = _neutrality_stated(alignment, language)
    merged = _one_for_each_stretch(tuple(deviations), transcript)
    findings = [_finding(deviation, transcript, neutrality_stated=stated) for deviation in merged]
    if findings and not contest_heard(alignment, language):
        findings = [_held_lower(finding) for finding in findings]
    listed = [finding for finding in findings if finding.confidence >= policy.THRESHOLDS[profile]]
    return tuple(sorted(listed, key=_rank))


def _held_lower(finding: Finding) -> Finding:
    if finding.code in policy.ANYWHERE:
        return finding
    return replace(
        finding,
        confidence=round(finding.confidence * policy.ELSEWHERE, 4),
        explanation=f"{finding.explanation} Nothing that is said in this call speaks of the contest.",
    )


def outcome_of(findings: Sequence[Finding]) -> Outcome:
    """Flagged if a finding is major or critical, else clear."""
    return Outcome.FLAGGED if any(f.severity in policy.FLAGGING for f in findings) else Outcome.CLEAR


def _rank(finding: Finding) -> tuple[int, float, int, str, str, str]:
    place = -1 if finding.utterance is None else finding.utterance
    about = (str(finding.code), finding.subject or "", finding.line or "")
    return (_ORDER[finding.severity], -finding.confidence, place, *about)


def _neutrality_stated(alignment: Alignment, language: ScriptLanguage) -> bool:
    return any(
        language.script.line(line.alignment.line_id).kind is LineKind.NEUTRALITY and line.alignment.status in SAID
        for line in alignment.lines
    )


def _one_for_each_stretch(deviations: tuple[Deviation, ...], transcript: Transcript) -> list[Deviation]:
    """Merge what one stretch of speech shows twice; a stretch ends where somebody else speaks."""
    unplaced = [deviation for deviation in deviations if deviation.utterance is None]
    placed = sorted(
        (deviation for deviation in deviations if deviation.utterance is not None),
        key=lambda d: (d.code, d.line or "", d.utterance or 0, d.start_char),
    )
    turns = _turns(transcript)
    merged: list[Deviation] = []
    for _, group in groupby(placed, key=lambda d: (d.code, d.line, turns[d.utterance or 0])):
        merged.extend(_merge_turn(list(group)))
    return unplaced + merged


def _merge_turn(group: list[Deviation]) -> list[Deviation]:
    # A clause that leaves its subject open belongs to the one that the same turn speaks of.
    subjects = [deviation.subject for deviation in group if deviation.subject]
    known = subjects[0] if len(set(subjects)) == 1 else None
    by_subject: dict[str | None, Deviation] = {}
    for deviation in group:
        item = deviation if deviation.subject or not known else replace(deviation, subject=known)
        earlier = by_subject.get(item.subject)
        if earlier is None:
            by_subject[item.subject] = item
        elif earlier.utterance == item.utterance:
            by_subject[item.subject] = widen(earlier, item)
        elif item.confidence > earlier.confidence:
            by_subject[item.subject] = item
    return list(by_subject.values())


def _turns(transcript: Transcript) -> dict[int, int]:
    """Number of the uninterrupted turn that holds each utterance, by the utterance's index."""
    turns: dict[int, int] = {}
    turn, before = 0, None
    for utterance in transcript.utterances:
        if before is not None and utterance.speaker is not before:
            turn += 1
        turns[utterance.index] = turn
        before = utterance.speaker
    return turns


def _finding(deviation: Deviation, transcript: Transcript, *, neutrality_stated: bool) -> Finding:
    utterance = next((u for u in transcript.utterances if u.index == deviation.utterance), None)
    sure = calibrated(deviation.code, deviation.rule, deviation.confidence)
    finding = Finding(
        id="",
        code=deviation.code,
        severity=policy.SEVERITIES[deviation.code],
        confidence=sure,
        explanation=deviation.explanation,
        rule=deviation.rule,
        means=deviation.means,
        subject=deviation.subject,
        line=deviation.line,
        mitigations=_mitigations(deviation, neutrality_stated),
    )
    if utterance is None:
        return _identified(replace(finding, confidence=_audible(sure, transcript)))
    return _identified(_with_evidence(finding, deviation, utterance))


def _with_evidence(finding: Finding, deviation: Deviation, utterance: Utterance) -> Finding:
    words = evidence.words_between(utterance, deviation.start_char, deviation.end_char)
    start, end = evidence.times(utterance, words)
    sure = utterance.speaker_confidence
    doubted = utterance.speaker is Speaker.UNKNOWN or (sure is not None and sure < policy.SURE_OF_SPEAKER)
    confidence = finding.confidence
    if utterance.speaker is Speaker.UNKNOWN:
        confidence *= policy.DOUBTED_SPEAKER
    elif sure is not None and doubted:
        confidence *= max(policy.DOUBTED_SPEAKER, sure)
    heard = evidence.heard(utterance, words)
    if heard is not None and heard < policy.HEARD_WELL:
        confidence *= 0.7 + 0.3 * heard / policy.HEARD_WELL
    return replace(
        finding,
        confidence=round(confidence, 4),
        speaker=utterance.speaker,
        utterance=utterance.index,
        start=start,
        end=end,
        quote=utterance.text[deviation.start_char : deviation.end_char],
        speaker_uncertain=doubted,
    )


def _audible(confidence: float, transcript: Transcript) -> float:
    """A line is surely missing only where the canvasser could be understood."""
    known = [
        utterance.confidence
        for utterance in transcript.utterances
        if utterance.speaker is Speaker.CANVASSER and utterance.confidence is not None
    ]
    heard = sum(known) / len(known) if known else 1.0
    return round(confidence * min(1.0, heard / policy.HEARD_WELL), 4)


def _mitigations(deviation: Deviation, neutrality_stated: bool) -> tuple[Mitigation, ...]:
    if deviation.code not in policy.ADVOCACY:
        return ()
    held = (
        (Mitigation.PERSONAL_VIEW, deviation.personal_view),
        (Mitigation.NEUTRALITY_STATED, neutrality_stated),
        (Mitigation.CONTACT_ASKED, deviation.contact_asked),
    )
    return tuple(mitigation for mitigation, holds in held if holds)


def _identified(finding: Finding) -> Finding:
    """The same evidence has the same id in every run."""
    parts = (finding.code, finding.subject, finding.line, finding.utterance, finding.quote)
    digest = hashlib.sha256("\x1f".join("" if part is None else str(part) for part in parts).encode())
    return replace(finding, id=digest.hexdigest()[:16])
