from dataclasses import replace

import pytest

from app.domain.alignment import LineAlignment, LineStatus
from app.domain.audio import UnreviewableReason
from app.domain.deviation import Code, Severity
from app.domain.finding import CallResult, Outcome
from app.domain.serialization import result_to_json, transcript_from_json, transcript_to_json
from app.domain.transcript import CallPart, PartState
from app.pipeline.assessment.in_part import judged_in_part
from tests.support.service_analysts import finding, result

MISSING_LINE = replace(finding(finding_id="m", code=Code.MISSING_LINE, severity=Severity.MAJOR), line="neutrality")
HEARD = CallPart(1, PartState.HEARD, "a" * 64, 0.0, 3.0)
GONE = CallPart(2, PartState.MISSING)


def in_parts(judged: CallResult, *parts: CallPart) -> CallResult:
    lines = (*judged.lines, LineAlignment("neutrality", LineStatus.MISSING))
    return replace(judged, lines=lines, transcript=replace(judged.transcript, parts=parts))


def test_a_line_that_may_have_been_said_in_the_missing_part_is_not_called_missing() -> None:
    judged = judged_in_part(in_parts(result(findings=(finding(), MISSING_LINE)), HEARD, GONE))
    assert (judged.outcome, judged.findings) == (Outcome.FLAGGED, (finding(),))
    assert [line.line_id for line in judged.lines] == ["greeting"]


@pytest.mark.parametrize("found", [(), (MISSING_LINE,), (finding(severity=Severity.MINOR),)])
def test_a_call_that_was_not_heard_whole_is_never_clear(found: tuple) -> None:
    outcome = Outcome.FLAGGED if MISSING_LINE in found else Outcome.CLEAR
    judged = judged_in_part(in_parts(result(outcome=outcome, findings=found), HEARD, GONE))
    assert (judged.outcome, judged.reason) == (Outcome.UNREVIEWABLE, UnreviewableReason.UNREADABLE)


def test_a_reason_that_stands_already_is_kept() -> None:
    silent = result(outcome=Outcome.UNREVIEWABLE, reason=UnreviewableReason.SILENT)
    assert judged_in_part(in_parts(silent, HEARD, GONE)).reason is UnreviewableReason.SILENT


def test_what_was_heard_whole_is_left_as_it_is() -> None:
    whole = in_parts(result(findings=(MISSING_LINE,)), HEARD, replace(HEARD, number=2))
    assert judged_in_part(whole) is whole
    assert judged_in_part(judged := judged_in_part(in_parts(result(), HEARD, GONE))) == judged


def test_parts_are_told_in_the_transcript_and_read_back() -> None:
    judged = in_parts(result(), HEARD, GONE, CallPart(3, PartState.UNREADABLE, "b" * 64))
    written = result_to_json(judged)
    assert written["notes"] == [
        "Part 2 of 3 has not come in: what was said in it is not judged.",
        "Part 3 of 3 cannot be read: what was said in it is not judged.",
    ]
    assert transcript_from_json(transcript_to_json(judged.transcript)) == judged.transcript
    assert "notes" not in result_to_json(result()) and "parts" not in transcript_to_json(result().transcript)
    for bad in ({"state": "heard"}, {"number": 1, "state": "lost"}, "1"):
        with pytest.raises(ValueError, match="part"):
            transcript_from_json({**transcript_to_json(judged.transcript), "parts": [bad]})
