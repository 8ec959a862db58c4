"""What the templates are given."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.serialization import result_to_json
from app.domain.transcript import CallPart, PartState
from app.reviews.service import CallView, DecisionRow, QueuePage, QueueRow, RunRow
from app.web import words
from app.web.pages import environment
from app.web.presenters.call import CallPage, call_page, earlier_decisions, lanes
from app.web.presenters.queue import TABS, Choice, queue_page
from app.web.presenters.transcript import FindingMark, utterances
from app.web.views.session import own_place
from tests.support.review_examples import example, peaks, script_of

AT = datetime(2026, 5, 4, 17, 30, tzinfo=UTC)


def row(**changes: Any) -> QueueRow:
    made = QueueRow(
        call_id="call_1",
        external_id="c-1",
        call_centre="north",
        canvasser_id=None,
        started_at=AT,
        received_at=AT,
        script_id="eastmere-mayor",
        duration=87.0,
        status="done",
        outcome="flagged",
        reason=None,
        worst_severity="critical",
        top_confidence=0.9,
        codes=("endorsement",),
        findings=1,
        decided=False,
    )
    return replace(made, **changes)


def view(name: str, *, decisions: tuple[DecisionRow, ...] = (), **changes: Any) -> CallView:
    result = example(name)
    standing = row(outcome=str(result.outcome), reason=result.reason, findings=len(result.findings))
    return CallView(
        row=replace(standing, **changes),
        result=result_to_json(result),
        decisions=decisions,
        peaks=peaks(name),
        has_playback=False,
        runs=(RunRow("r", "upload", result.script_id, result.script_version, "done", None, None, True, AT, AT),),
        scripts=("eastmere-mayor",),
        next_open="call_2",
    )


def page(name: str, *, revealed: bool = False, **changes: Any) -> CallPage:
    return call_page(view(name, **changes), script=script_of(name), revealed=revealed)


def decision(finding: str | None, verdict: str = "confirmed") -> DecisionRow:
    return DecisionRow(id="d", finding=finding, verdict=verdict, reason="Heard it.", note=None, by="Ada", at=AT)


def printed(shown: CallPage, **changes: Any) -> str:
    values = {"fault": None, "typed": {}, "may_decide": True, "may_judge_again": True, "nonce": "n", "account": None}
    return environment().get_template("call.html").render(page=shown, **{**values, **changes})


def test_a_finding_is_laid_out_with_all_that_is_weighed() -> None:
    finding = page("bus-driver").findings[0]
    assert finding.title == "Endorsement by name"
    assert finding.subject == "Samir Qureshi"
    assert finding.start is not None and finding.play_from == finding.start - 0.5
    assert "The neutrality line was said in this call" in finding.mitigations
    assert finding.heard_twice == "heard twice, alike"


def test_the_headline_says_what_became_of_the_call() -> None:
    assert page("bus-driver").headline.startswith("Flagged: one critical finding, endorsement by name (Samir Qureshi)")
    assert "findings, the worst of them critical" in page("authority-appeal").headline
    assert page("clean-mayor").headline == "Clear: nothing was found that leaves the script."
    assert page("dead-line").headline.startswith("Unreviewable: ")
    assert page("bus-driver", outcome=None, status="queued").headline == "Waiting to be heard."


def in_parts(name: str, *parts: CallPart, **changes: Any) -> CallPage:
    result = example(name)
    heard = replace(result, transcript=replace(result.transcript, parts=parts))
    shown = replace(view(name, **changes), result=result_to_json(heard))
    return call_page(shown, script=script_of(name), revealed=False)


def test_a_call_that_was_not_heard_whole_says_so_and_where_its_parts_begin() -> None:
    first, last = CallPart(1, PartState.HEARD, "a", 0.0, 40.0), CallPart(3, PartState.HEARD, "b", 40.0, 87.0)
    shown = in_parts(
        "clean-mayor", first, CallPart(2, PartState.MISSING), last, outcome="unreviewable", reason="unreadable"
    )
    assert shown.headline == "Unreviewable: a part of the call was not heard, and nothing flags the rest."
    assert shown.notes == ("Part 2 of 3 has not come in: what was said in it is not judged.",)
    (begins,) = shown.joints
    starts = {utterance.index: utterance.start for utterance in shown.utterances}
    assert shown.joints[begins] == "Part 3 begins"
    assert (starts[begins] or 0) >= 40.0 > (starts[begins - 1] or 0)
    assert "Part 3 begins" in printed(shown) and shown.notes[0] in printed(shown)
    assert page("clean-mayor").joints == {} and page("clean-mayor").notes == ()


def test_what_was_noticed_about_the_sound_is_shown() -> None:
    noticed = "The file is damaged; what could be decoded was heard."
    result = example("clean-mayor")
    noted = result_to_json(replace(result, transcript=replace(result.transcript, notes=(noticed,))))
    shown = call_page(replace(view("clean-mayor"), result=noted), script=script_of("clean-mayor"), revealed=False)
    assert shown.notes == (noticed,) and noticed in printed(shown)
    refused = replace(view("clean-mayor", outcome="unreviewable", reason="not-understood"), result=noted)
    whole = call_page(refused, script=script_of("clean-mayor"), revealed=False)
    assert "a part of the call" not in whole.headline


def test_a_call_that_waits_for_parts_says_for_which() -> None:
    assert words.waits_for((2,), 3) == "Waits for part 2 of 3"
    assert words.waits_for((2, 4, 5), 5) == "Waits for parts 2, 4 and 5 of 5"
    assert words.waits_for((3,), None) == "Waits for part 3, or to be told which is the last"


@pytest.mark.parametrize("revealed", [False, True])
def test_the_contacts_words_reach_the_page_only_when_they_were_asked_for(revealed: bool) -> None:
    shown = page("bus-driver", revealed=revealed)
    html = printed(shown)
    assert ("My daughter" in html.replace("</span> <span", " ")) is False
    assert (">telly<" in html) is revealed
    assert (shown.hidden == 0) is revealed
    assert (">Allied<" in html) is True


def test_an_unknown_voice_is_masked_unless_a_finding_rests_on_it() -> None:
    spoken = [
        {"index": number, "speaker": "unknown", "text": f"words {number}", "start": 1.0, "end": 2.0, "words": []}
        for number in (0, 1)
    ]
    mark = FindingMark(number=1, severity="major", utterance=1, start=1.0, end=2.0, quote="words 1")
    first, second = utterances({"utterances": spoken}, marks=(mark,), revealed=False)
    assert first.hidden and not first.text
    assert not second.hidden and second.findings == (1,)


def test_doubts_are_said_in_words() -> None:
    spoken = {
        "index": 0,
        "speaker": "canvasser",
        "speaker_confidence": 0.61,
        "text": "x",
        "words": [
            {"text": "Hartwell", "start": 0.0, "end": 0.4, "confidence": 0.3},
            {"text": "yes", "start": 0.4, "end": 0.6, "confidence": 0.9},
        ],
    }
    (shown,) = utterances({"utterances": [spoken]}, marks=(), revealed=False)
    assert shown.doubt == "speaker in doubt, 61 %"
    assert [word.weak for word in shown.words] == [True, False]
    doubtful = page("push-poll").findings
    assert any("in doubt" in note for finding in doubtful for note in finding.notes)


def test_what_every_ear_heard_is_shown_beside_the_quote() -> None:
    result = result_to_json(example("bus-driver"))
    first = {"engine": "e", "model": "base", "hinted": True, "text": "Samir is a decent guy.", "agreed": True}
    again = {**first, "hinted": False, "text": "Somewhere is a decent guy.", "agreed": False}
    absent = {**again, "model": "tiny.en", "text": None, "agreed": None}
    result["findings"][0] |= {"corroborated": False, "heard": [first, again, absent, {**absent, "text": ""}]}
    shown = call_page(replace(view("bus-driver"), result=result), script=script_of("bus-driver"), revealed=False)
    ears = shown.findings[0].ears
    assert [(ear.ear, ear.differs) for ear in ears] == [
        ("Heard again without names", True),
        ("Second model tiny.en", False),
        ("Second model tiny.en", False),
    ]
    assert [ear.heard for ear in ears[1:]] == ["not consulted, since it was not there or failed", "nothing of it"]
    assert "“Somewhere is a decent guy.”" in printed(shown)


def test_a_transcript_without_times_or_words_can_be_shown() -> None:
    result = result_to_json(example("bus-driver"))
    bare = [{"index": 0, "speaker": "canvasser", "text": "Hello."}]
    result["transcript"] = {"call": "x", "utterances": bare}
    for finding in result["findings"]:
        finding.update(start=None, end=None, utterance=0)
    shown = call_page(replace(view("bus-driver"), result=result, peaks=None), script=None, revealed=False)
    html = printed(shown)
    assert "Hello." in html and "play-finding" not in html


def test_the_last_decision_stands_and_the_earlier_are_shown() -> None:
    first = page("bus-driver").findings[0].id
    shown = page("bus-driver", decisions=(decision(first, "excused"), decision(first)))
    assert shown.findings[0].standing == decision(first, "excused")
    assert shown.undecided == 0 and shown.finished
    html = printed(shown)
    assert "Excused" in html and "(earlier)" in html and "Ada" in html


def test_without_the_right_to_decide_there_is_no_form() -> None:
    html = printed(page("bus-driver"), may_decide=False, may_judge_again=False)
    assert '<form class="decide"' not in html and "Judge again" not in html


def test_what_was_said_is_never_markup() -> None:
    result = result_to_json(example("bus-driver"))
    result["findings"][0]["quote"] = "</script><script>alert(1)</script>"
    result["findings"][0]["explanation"] = "<img src=x>"
    html = printed(call_page(replace(view("bus-driver"), result=result), script=None, revealed=True))
    assert "<script>alert" not in html and "<img" not in html


def test_each_lane_is_thinned_to_what_a_screen_shows() -> None:
    assert [len(lane) for lane in lanes({"peaks": [[0.1] * 10_000, [-0.5] * 10]})] == [2000, 10]
    assert lanes({"peaks": [[0.1] * 9_999 + [-1.0]]})[0][-1] == 1.0
    assert lanes(None) == []


def test_the_queue_says_what_each_call_is() -> None:
    rows = (
        row(),
        row(outcome="unreviewable", reason="silent", worst_severity=None, codes=(), findings=0),
        row(outcome="clear", worst_severity=None, codes=(), findings=0),
        row(outcome=None, status="running", worst_severity=None, codes=(), findings=0),
        row(decided=True),
    )
    counts = {"open": 2, "flagged": 2, "unreviewable": 1, "clear": 1, "pending": 1, "decided": 1}
    chosen = Choice(code="endorsement")
    shown = queue_page(QueuePage(items=rows, next="abc", counts=counts), choice=chosen, scripts=("eastmere-mayor",))
    assert [item.verdict for item in shown.rows] == ["Critical", "Unreviewable", "Clear", "Being heard now", "Critical"]
    assert [item.state for item in shown.rows] == ["To review", "To review", "No decision needed", "–", "Decided"]
    assert [tab.count for tab in shown.tabs] == [2, 2, 1, 1, 1, 1]
    assert shown.next_address == "/?code=endorsement&after=abc"
    assert shown.tabs[1].address == "/?show=flagged&code=endorsement"
    assert shown.all_address == "/"


@pytest.mark.parametrize("tab", list(TABS))
@pytest.mark.parametrize("script", ["", "eastmere-mayor"])
@pytest.mark.parametrize("flagged", [0, 3])
def test_an_empty_queue_says_what_to_do(tab: str, script: str, flagged: int) -> None:
    empty = QueuePage(items=(), next=None, counts={"flagged": flagged})
    shown = queue_page(empty, choice=Choice(tab=tab, script=script), scripts=())
    html = environment().get_template("queue.html").render(page=shown, nonce="n", account=None)
    assert TABS[tab].empty in html
    assert "<a href" in html.split('class="empty"')[1] or "POST /api/v1/calls" in html


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [("/calls/x?y=1", "/calls/x?y=1"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/")],
)
def test_signing_in_leads_to_our_own_pages_only(wanted: str, led_to: str) -> None:
    assert own_place(wanted) == led_to


def test_what_a_finding_rests_on_is_shown_in_words() -> None:
    result = result_to_json(example("bus-driver"))
    result["findings"][0]["reasons"] = {
        "names": [{"text": "Kureshi", "name": "Qureshi", "subject": None, "heard_as": "fuzzy", "confidence": 0.9}],
        "decisive": ["he's a decent guy"],
        "resembles": ["somebody is a decent man ."],
        "changes": [{"change": "left-out", "words": "no"}, {"change": "put-in", "words": "yet"}],
    }
    shown = call_page(replace(view("bus-driver"), result=result), script=script_of("bus-driver"), revealed=False)
    finding = shown.findings[0]
    assert finding.reasons[0] == "“Kureshi” is taken for Qureshi (it sounds or is written nearly so)."
    assert len(finding.reasons) == 3
    assert finding.changes == (("left-out", "no"), ("put-in", "yet"))
    assert "put in: </span>yet</ins>" in printed(shown)


def test_a_result_from_before_there_were_reasons_is_shown_without_them() -> None:
    result = result_to_json(example("bus-driver"))
    result["findings"][0].pop("reasons")
    shown = call_page(replace(view("bus-driver"), result=result), script=script_of("bus-driver"), revealed=False)
    assert shown.findings[0].reasons == ()
    assert shown.findings[0].changes == ()


def test_a_decision_stays_with_the_words_that_it_was_made_on() -> None:
    made = DecisionRow("d1", "f1", "confirmed", "Heard.", None, "Ada", AT, "a decent guy")
    whole = replace(made, id="d2", finding=None, quote=None)
    same, other = {"id": "f1", "quote": "a decent guy"}, {"id": "f1", "quote": "a bus driver"}
    assert earlier_decisions((made, whole), (same,)) == ()
    assert earlier_decisions((made, whole), (other,)) == (made,)
    assert earlier_decisions((made,), ()) == (made,)
