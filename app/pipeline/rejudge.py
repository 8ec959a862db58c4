"""The text half once more over a transcript that exists, with what was heard again taken over where it still holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.deviation import Severity
from app.domain.finding import CallResult, EarWitness, Finding
from app.domain.script import ApprovedScript
from app.domain.serialization import transcript_from_json
from app.pipeline.analyze import names_of
from app.pipeline.assessment.corroborate import corroborate, with_witnesses
from app.pipeline.audio.recording import Recording
from app.pipeline.judge import Judge
from app.pipeline.transcription.base import Engine
from app.pipeline.upstream import Upstream

Json = Mapping[str, Any]
Place = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Rejudged:
    """A transcript that was judged again.

    Attributes:
        result: The judgement.
        unheard: Ids of findings that nobody has heard again yet: what was heard of them before is not there, or was
            said by another second model. They need the sound.
    """

    result: CallResult
    unheard: frozenset[str]


def rejudge(
    before: Json, *, judged_by: ApprovedScript, script: ApprovedScript, judge: Judge, upstream: Upstream
) -> Rejudged:
    """Judge the transcript of an earlier result again, without its sound.

    Args:
        before: The earlier call result, in the form of the contract; it was heard by ``upstream``'s recogniser.
        judged_by: The version that it was judged by.
        script: The version to judge by.
        judge: The text half.
        upstream: What would hear it now.
    """
    transcript = transcript_from_json(before["transcript"])
    result = judge.judge(transcript, script=script)
    hinted = bool(names_of(script))
    known = {_place(item): _witnesses(item) for item in before.get("findings") or () if item.get("heard")}
    consulted = _consulted(before, upstream)
    findings: list[Finding] = []
    unheard: set[str] = set()
    for finding in result.findings:
        heard = known.get(_place_of(finding), ())
        asked_all = len(heard) == _wanted(finding, hinted=hinted, upstream=upstream)
        asked_the_same = consulted or finding.severity is not Severity.CRITICAL
        if asked_all and asked_the_same and _means_the_same(finding, judged_by, script):
            findings.append(with_witnesses(finding, heard, hinted=hinted))
        else:
            findings.append(finding)
            unheard.add(finding.id)
    models = {**dict(result.provenance.models), **_second_of(before, upstream)}
    provenance = replace(result.provenance, models=tuple(sorted(models.items())))
    return Rejudged(replace(result, findings=tuple(findings), provenance=provenance), frozenset(unheard))


def hear_findings(
    rejudged: Rejudged,
    recording: Recording,
    *,
    script: ApprovedScript,
    judge: Judge,
    engine: Engine,
    second: Engine | None,
) -> CallResult:
    """Hear again only the findings that nobody has heard again yet.

    Args:
        rejudged: From `rejudge`.
        recording: The call's sound.
        script: The version that was judged by.
        judge: The text half.
        engine: The recogniser that made the transcript.
        second: Another model, or None.
    """
    result = rejudged.result
    some = tuple(finding for finding in result.findings if finding.id in rejudged.unheard)
    asked = corroborate(
        replace(result, findings=some),
        recording,
        engine=engine,
        language=judge.language(script),
        hinted=bool(names_of(script)),
        second=second,
    )
    heard = {finding.id: finding for finding in asked.findings}
    findings = tuple(heard.get(finding.id, finding) for finding in result.findings)
    return replace(result, findings=findings, provenance=asked.provenance)


def _means_the_same(finding: Finding, judged_by: ApprovedScript, script: ApprovedScript) -> bool:
    """Whether the line and the name that were listened for are those of now."""

    def listened_for(version: ApprovedScript) -> list[object]:
        lines = [line.wordings for line in version.lines if line.id == finding.line]
        return [lines, [option for option in version.options if option.id == finding.subject]]

    return judged_by.version == script.version or listened_for(judged_by) == listened_for(script)


def _wanted(finding: Finding, *, hinted: bool, upstream: Upstream) -> int:
    return 1 + hinted + (upstream.second is not None and finding.severity is Severity.CRITICAL)


def _consulted(before: Json, upstream: Upstream) -> bool:
    """Whether the second model that was asked before is the one that would be asked now."""
    return upstream.second is None or upstream.second.sha256 is None or bool(_second_of(before, upstream))


def _second_of(before: Json, upstream: Upstream) -> dict[str, str]:
    if upstream.second is None:
        return {}
    name, digest = f"whisper-{upstream.second.model}", f"sha256:{upstream.second.sha256}"
    models = (before.get("provenance") or {}).get("models") or {}
    return {name: digest} if models.get(name) == digest else {}


def _place(item: Json) -> Place:
    return tuple(item.get(name) for name in ("code", "subject", "line", "utterance", "start", "end", "quote"))


def _place_of(finding: Finding) -> Place:
    return (
        str(finding.code),
        finding.subject,
        finding.line,
        finding.utterance,
        finding.start,
        finding.end,
        finding.quote,
    )


def _witnesses(item: Json) -> tuple[EarWitness, ...]:
    ears: Iterable[Json] = item["heard"]
    return tuple(
        EarWitness(ear["engine"], ear["model"], bool(ear["hinted"]), ear.get("text"), ear.get("agreed")) for ear in ears
    )
