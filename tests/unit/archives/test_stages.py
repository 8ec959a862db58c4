"""What has to run again for a call, and why its result differs."""

from dataclasses import replace
from typing import Any

import pytest

from app.archives.compare import Differing, compare
from app.archives.stages import Basis, Cause, Stage, causes_for, stage_for
from app.domain.script import ApprovedScript
from tests.support.calls import golden_script
from tests.support.upstreams import NOW

SCRIPT = golden_script("eastmere-mayor")
OTHER_LINES = replace(SCRIPT, version="sha256:lines", lines=(*SCRIPT.lines[:-1],))
OTHER_FACTS = replace(SCRIPT, version="sha256:facts", facts=(*SCRIPT.facts, "The ballot closes on Friday."))
OTHER_NAMES = replace(
    SCRIPT, version="sha256:names", options=(replace(SCRIPT.options[0], name="Somebody Else"), *SCRIPT.options[1:])
)
AS_NOW = Basis(
    script_version=SCRIPT.version,
    ruleset="2",
    profile="balanced",
    models={"minilm": "sha256:m", "whisper-base": f"sha256:{'e' * 64}", "whisper-tiny.en": f"sha256:{'f' * 64}"},
    engine="windowed/base",
    hearing_key=NOW.hearing_key(SCRIPT),
    shares_channel=False,
    reason=None,
    worst_severity="critical",
)


@pytest.mark.parametrize(
    ("basis", "script", "stage", "causes"),
    [
        ({}, SCRIPT, Stage.NOTHING, set()),
        ({"ruleset": "1"}, SCRIPT, Stage.TEXT, {Cause.RULE}),
        ({"profile": "strict"}, SCRIPT, Stage.TEXT, {Cause.RULE}),
        ({"models": {**(AS_NOW.models or {}), "minilm": "sha256:old"}}, SCRIPT, Stage.TEXT, {Cause.MODEL}),
        ({"models": {"minilm": "sha256:m"}}, SCRIPT, Stage.TEXT, {Cause.ENGINE}),
        ({"models": {"minilm": "sha256:m"}, "worst_severity": "major"}, SCRIPT, Stage.NOTHING, set()),
        ({"hearing_key": "other"}, SCRIPT, Stage.HEARING, {Cause.ENGINE}),
        ({"hearing_key": None}, SCRIPT, Stage.HEARING, {Cause.ENGINE}),
        ({}, OTHER_LINES, Stage.TEXT, {Cause.SCRIPT}),
        ({"shares_channel": True}, OTHER_LINES, Stage.HEARING, {Cause.SCRIPT}),
        ({"shares_channel": True}, OTHER_FACTS, Stage.TEXT, {Cause.REGISTER}),
        ({}, OTHER_NAMES, Stage.HEARING, {Cause.REGISTER}),
        ({"reason": "silent", "shares_channel": None, "ruleset": "1"}, SCRIPT, Stage.NOTHING, {Cause.RULE}),
        ({"reason": "processing-failed"}, SCRIPT, Stage.HEARING, set()),
    ],
)
def test_the_least_that_has_to_run(basis: dict[str, Any], script: ApprovedScript, stage: Stage, causes: Any) -> None:
    rests_on = replace(AS_NOW, **basis)
    given: dict[str, Any] = {"upstream": NOW, "judged_by": SCRIPT, "script": script}
    assert stage_for(rests_on, **given) is stage
    assert causes_for(rests_on, **given) == causes


def result(*findings: dict[str, Any], said: str = "hello", outcome: str = "flagged") -> dict[str, Any]:
    utterance = {"speaker": "canvasser", "text": said, "start": 0.0, "end": 9.0}
    return {"outcome": outcome, "findings": list(findings), "transcript": {"utterances": [utterance]}}


def found(code: str, **further: Any) -> dict[str, Any]:
    given = {"id": code, "code": code, "severity": "major", "confidence": 0.7, "subject": None, "line": None}
    return {**given, "start": 1.0, "end": 2.0, "quote": "some words", **further}


ALL = frozenset(Cause)


@pytest.mark.parametrize(
    ("finding", "after", "differing", "said", "cause"),
    [
        ("pressure", SCRIPT, {Cause.RULE}, "hello", Cause.RULE),
        ("pressure", SCRIPT, {Cause.MODEL}, "hello", Cause.MODEL),
        ("pressure", OTHER_FACTS, {Cause.REGISTER, Cause.RULE}, "hello", Cause.RULE),
        ("false-claim", OTHER_FACTS, {Cause.REGISTER, Cause.RULE}, "hello", Cause.REGISTER),
        ("missing-line", OTHER_LINES, {Cause.SCRIPT, Cause.RULE}, "hello", Cause.SCRIPT),
        ("pressure", SCRIPT, {Cause.ENGINE, Cause.RULE}, "hello there", Cause.ENGINE),
        ("pressure", SCRIPT, {Cause.ENGINE, Cause.RULE}, "hello", Cause.RULE),
    ],
)
def test_a_change_has_the_cause_that_it_speaks_for(
    finding: str, after: ApprovedScript, differing: set[Cause], said: str, cause: Cause
) -> None:
    rests = Differing(frozenset(differing), SCRIPT, after)
    compared = compare(result(), result(found(finding), said=said), differing=rests)
    assert [(change.kind, change.cause, change.code) for change in compared.changes] == [("new", cause, finding)]
    back = compare(result(found(finding), said=said), result(), differing=rests)
    assert [change.kind for change in back.changes] == ["gone"]


def test_new_gone_changed_and_unchanged_are_told_apart() -> None:
    rests = Differing(frozenset({Cause.RULE}), SCRIPT, SCRIPT)
    before = result(found("pressure"), found("off-script"), found("false-claim"))
    after = result(found("pressure"), found("off-script", severity="minor"), found("endorsement"))
    compared = compare(before, after, differing=rests)
    told = {(change.kind, change.code, change.fields) for change in compared.changes}
    assert told == {("changed", "off-script", ("severity",)), ("gone", "false-claim", ()), ("new", "endorsement", ())}
    assert compared.unchanged == 1


def test_a_call_that_can_no_longer_be_judged_has_one_change() -> None:
    rests = Differing(ALL, SCRIPT, SCRIPT)
    silent = {**result(outcome="unreviewable"), "reason": "not-understood"}
    failed = {**silent, "reason": "processing-failed"}
    before = result(found("pressure"))
    told = [[(c.kind, c.cause) for c in compare(before, after, differing=rests).changes] for after in (silent, failed)]
    assert told == [[("now-unreviewable", Cause.ENGINE)], [("now-unreviewable", Cause.FAILURE)]]
    assert [change.kind for change in compare(silent, before, differing=rests).changes] == ["reviewable-again", "new"]
    assert compare(silent, failed, differing=rests).changes == ()
