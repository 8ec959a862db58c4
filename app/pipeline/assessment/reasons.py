"""What a finding rests on: names as heard, the clauses that carry it, the nearest training lines, the words changed."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from app.domain.finding import Finding
from app.domain.reasons import Change, NameHeard, Reasons, WordChange
from app.domain.script import ApprovedScript, Line
from app.pipeline.assessment.grade import grade
from app.pipeline.assessment.policy import Profile
from app.pipeline.detection.base import Call, Detector
from app.pipeline.detection.learned import LEARNED, stretches
from app.pipeline.detection.remarks import Remark
from app.pipeline.language.name_blind import name_blind
from app.pipeline.language.tokens import normalize

NEAREST = 2
"""Training lines that are shown: one may resemble by accident."""

_SLOT_OPENS = "{"


def with_reasons(
    findings: Sequence[Finding], call: Call, *, detectors: Sequence[Detector], profile: Profile
) -> tuple[Finding, ...]:
    """The same findings with what each rests on.

    Args:
        findings: As they were graded.
        call: The call that they were found in.
        detectors: Those that found them.
        profile: By which they were listed.
    """
    return tuple(
        replace(finding, reasons=_reasons(finding, call, detectors=detectors, profile=profile)) for finding in findings
    )


def changes(line: Line, said: str, script: ApprovedScript) -> tuple[WordChange, ...]:
    """An approved line word by word beside what was said, by the wording that is nearest.

    Args:
        line: The line; its slots stand for whatever was said in their place.
        said: The words taken for it.
        script: For the options, which every order may name.
    """
    heard = said.split()
    candidates = [_filled(wording, script).split() for wording in line.wordings]
    matches = [SequenceMatcher(None, _plain(wording), _plain(heard), autojunk=False) for wording in candidates]
    best = max(range(len(matches)), key=lambda number: matches[number].ratio())
    found: list[WordChange] = []
    for kind, first, last, start, end in matches[best].get_opcodes():
        approved, spoken = candidates[best][first:last], heard[start:end]
        if kind == "equal":
            found.append(WordChange(Change.SAME, " ".join(approved)))
        elif approved and all(word.startswith(_SLOT_OPENS) for word in approved):
            found.append(WordChange(Change.SAME, " ".join(spoken or approved)))
        else:
            found += [
                WordChange(change, " ".join(words))
                for change, words in ((Change.LEFT_OUT, approved), (Change.PUT_IN, spoken))
                if words
            ]
    return tuple(found)


def _reasons(finding: Finding, call: Call, *, detectors: Sequence[Detector], profile: Profile) -> Reasons:
    quoted = _quoted(finding, call)
    return Reasons(
        names=_names(quoted),
        decisive=_decisive(finding, call, quoted, detectors=detectors, profile=profile),
        resembles=_resembles(finding, call, quoted),
        changes=_changes(finding, call),
    )


def _quoted(finding: Finding, call: Call) -> list[Remark]:
    """The clauses of the quote."""
    if finding.quote is None:
        return []
    inside = [remark for remark in call.remarks if remark.piece.utterance.index == finding.utterance]
    if not inside:
        return []
    start = inside[0].piece.utterance.text.find(finding.quote)
    return [remark for remark in inside if remark.start < start + len(finding.quote) and remark.end > start]


def _names(quoted: Sequence[Remark]) -> tuple[NameHeard, ...]:
    return tuple(
        NameHeard(
            text=remark.piece.utterance.text[mention.start : mention.end],
            name=mention.name,
            subject=mention.subject,
            heard_as=str(mention.heard_as),
            confidence=round(mention.confidence, 4),
        )
        for remark in quoted
        for mention in remark.mentions
    )


def _decisive(
    finding: Finding, call: Call, quoted: Sequence[Remark], *, detectors: Sequence[Detector], profile: Profile
) -> tuple[str, ...]:
    if len(quoted) < 2 or finding.line:
        return ()
    detector = next(item for item in detectors if item.code is finding.code)
    return tuple(remark.written for remark in quoted if not _stands(finding, _without(call, remark), detector, profile))


def _without(call: Call, left_out: Remark) -> Call:
    """The call as if there were silence in the place of a clause."""
    silence = replace(left_out, tokens=(), novel=(), mentions=())
    spoken = [silence if remark is left_out else remark for remark in call.remarks]
    unscripted = stretches(spoken, call.alignment, call.language) if call.classifier else ()
    return replace(call, remarks=tuple(item for item in spoken if item is not silence), stretches=unscripted)


def _stands(finding: Finding, call: Call, detector: Detector, profile: Profile) -> bool:
    listed = grade(detector(call), call.alignment, call.language, profile=profile)
    return any(
        other.utterance == finding.utterance
        and other.quote is not None
        and finding.quote is not None
        and (other.quote in finding.quote or finding.quote in other.quote)
        for other in listed
    )


def _resembles(finding: Finding, call: Call, quoted: Sequence[Remark]) -> tuple[str, ...]:
    if call.classifier is None or not finding.rule.endswith(LEARNED) or not quoted:
        return ()
    said = name_blind(finding.quote or "", call.language.register)
    return call.classifier.nearest(said, finding.code, count=NEAREST)


def _changes(finding: Finding, call: Call) -> tuple[WordChange, ...]:
    if finding.line is None or finding.quote is None:
        return ()
    line = call.language.script.line(finding.line)
    aligned = next(item.alignment for item in call.alignment.lines if item.alignment.line_id == finding.line)
    return changes(line, aligned.heard or finding.quote, call.language.script)


def _filled(wording: str, script: ApprovedScript) -> str:
    return wording.replace("{candidates}", " and ".join(option.name for option in script.options))


def _plain(words: Sequence[str]) -> list[str]:
    return [normalize(word) or word.lower() for word in words]
