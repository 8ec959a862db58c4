from dataclasses import replace

from app.domain.alignment import LineStatus
from app.domain.script import LineKind
from app.domain.transcript import Reached
from app.pipeline.alignment.align import align
from tests.support.calls import Turn, codes, golden_script, judge, judged, of_code, read_aloud, transcript

GREETING: Turn = {
    "canvasser": "Hello, my name is Dave and I am calling on behalf of the Allied Trades Union. May I speak to Ann?"
}
RECORDING: Turn = {"canvasser": "This call is recorded for quality and training."}
NEUTRALITY: Turn = {"canvasser": "The union has no preferred candidate."}
QUESTION: Turn = {"canvasser": "What do you think the main issues in the mayoral election should be?"}
CLOSING: Turn = {"canvasser": "Thank you for your time. Goodbye."}
YES: Turn = {"contact": "Yes, speaking."}


def statuses(turns: list[Turn]) -> dict[str, str]:
    return {line.line_id: str(line.status) for line in judged(turns).lines}


def test_a_whole_call_word_for_word() -> None:
    found = statuses([GREETING, YES, RECORDING, NEUTRALITY, QUESTION, {"contact": "Buses."}, CLOSING])
    assert {found[line] for line in ("greeting", "recording", "neutrality", "issues", "closing")} == {"verbatim"}
    assert found["opt-out"] == "not-due"


def test_a_paraphrase_keeps_its_meaning_and_a_hedge_takes_it_away() -> None:
    kind: Turn = {"canvasser": "I should say that ATU isn't supporting anybody in this."}
    hedged: Turn = {"canvasser": "The union has no preferred candidate yet."}
    assert statuses([GREETING, YES, RECORDING, kind, QUESTION, CLOSING])["neutrality"] == "paraphrased"
    result = judged([GREETING, YES, RECORDING, hedged, QUESTION, CLOSING])
    (finding,) = of_code(result, "altered-line")
    assert finding.line == "neutrality"
    assert "yet" in finding.explanation


def test_a_moved_neutrality_line_is_altered_and_not_missing() -> None:
    result = judged([GREETING, YES, RECORDING, QUESTION, {"contact": "Buses."}, NEUTRALITY, CLOSING])
    line = next(line for line in result.lines if line.line_id == "neutrality")
    assert (line.status, line.moved) == (LineStatus.ALTERED, True)
    assert codes(result) == ["altered-line"]


def test_nothing_is_due_after_the_contact_hung_up() -> None:
    result = judged([GREETING, {"contact": "No thanks, not interested, bye."}])
    assert result.outcome == "clear"
    assert {str(line.status) for line in result.lines} == {"verbatim", "not-due"}


def test_nothing_is_due_in_a_voicemail_or_with_a_wrong_number() -> None:
    machine: Turn = {"other": "Please leave a message after the tone."}
    message: Turn = {"canvasser": "Hello, this is Dave from the Allied Trades Union. I will try again. Goodbye."}
    wrong: Turn = {"contact": "You've got the wrong number, there's no Ann here."}
    for turns in ([machine, message], [GREETING, wrong, {"canvasser": "Sorry to have troubled you. Goodbye."}]):
        assert judged(turns).findings == ()


def test_a_line_that_was_due_is_missing_once_and_only_it() -> None:
    result = judged([GREETING, YES, RECORDING, QUESTION, {"contact": "Buses."}, CLOSING])
    (finding,) = result.findings
    assert (finding.code, finding.line, finding.quote, finding.utterance) == ("missing-line", "neutrality", None, None)


def test_a_single_sentence_of_the_middle_owes_nothing_that_comes_after_it() -> None:
    assert judged([{"canvasser": "Can you hear me all right?"}, YES]).findings == ()


def test_reading_any_golden_script_aloud_is_clear() -> None:
    for name in ("eastmere-mayor", "harbour-gensec", "guild-merger"):
        result = judged(read_aloud(golden_script(name)), script=name)
        assert codes(result) == [], name
        assert {str(line.status) for line in result.lines} <= {"verbatim", "not-due", "paraphrased"}


def test_a_line_for_an_answering_machine_is_missing_where_the_canvasser_said_nothing() -> None:
    call = replace(
        transcript([{"contact": "The person you have called cannot come to the phone."}]), reached=Reached.MACHINE
    )
    script = golden_script("harbour-gensec")
    required = replace(
        script, version="with every line required", lines=tuple(replace(line, required=True) for line in script.lines)
    )
    lines = {line.alignment.line_id: line.alignment.status for line in align(call, judge().language(required)).lines}
    due = {line.id for line in required.lines if line.kind is LineKind.VOICEMAIL}
    assert due
    assert {name for name, status in lines.items() if status is LineStatus.MISSING} == due
