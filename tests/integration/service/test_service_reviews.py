import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from app.audit.tables import AuditEntryTable
from app.domain.audio import UnreviewableReason
from app.domain.deviation import Code, Severity
from app.domain.finding import Finding, Outcome
from app.errors import BadInput, NotFound, UnknownScript
from app.reviews.service import (
    CallView,
    QueueFilter,
    QueuePage,
    decide,
    judge_again,
    open_call,
    queue,
    standing_decisions,
)
from app.reviews.standing import settle
from app.runs.service import begin, finish
from app.runs.tables import RunTable
from tests.support.service_analysts import PEAKS, finding, result
from tests.support.service_world import OFFICER, World

MAJOR = finding(finding_id="m", code=Code.MISSING_LINE, severity=Severity.MAJOR, confidence=0.99, quote=None)
MINOR = finding(finding_id="o", code=Code.OFF_SCRIPT, severity=Severity.MINOR, confidence=1.0)


def run_of(world: World, call: str) -> str:
    with world.database.reading() as session:
        query = session.query(RunTable).filter_by(call_id=call, status="queued").order_by(RunTable.created_at)
        return str(query.first().id)


def judged(
    world: World,
    external_id: str,
    *findings: Finding,
    outcome: Outcome | None = None,
    call: str | None = None,
    **further: object,
) -> str:
    """A call with exactly that outcome."""
    call = call or world.submit(external_id, **further)
    weighty = any(each.severity is not Severity.MINOR for each in findings)
    becomes = outcome or (Outcome.FLAGGED if weighty else Outcome.CLEAR)
    reason = UnreviewableReason.SILENT if becomes is Outcome.UNREVIEWABLE else None
    run = run_of(world, call)
    with world.database.writing() as session:
        begin(session, run_id=run)
        made = result(call=call, outcome=becomes, findings=findings, reason=reason)
        assert finish(session, run_id=run, result=made, settle=settle)
    return call


def page(world: World, *, cursor: str | None = None, limit: int = 50, **filters: str | None) -> QueuePage:
    with world.database.reading() as session:
        return queue(session, filter=QueueFilter(**filters), cursor=cursor, limit=limit)


def view(world: World, call: str) -> CallView:
    with world.database.writing() as session:
        return open_call(session, call_id=call, actor=OFFICER)


def say(world: World, call: str, finding_id: str | None, verdict: str = "confirmed") -> None:
    with world.database.writing() as session:
        decide(
            session, call_id=call, finding=finding_id, verdict=verdict, reason="I heard it.", note=None, actor=OFFICER
        )


@pytest.fixture
def seven(world: World) -> list[str]:
    """One call of each kind, in the order in which the queue must show them."""
    clear = judged(world, "clear")
    minor = judged(world, "minor", MINOR)
    pending = world.submit("pending")
    silent = judged(world, "silent", outcome=Outcome.UNREVIEWABLE)
    major = judged(world, "major", MAJOR, MINOR)
    unsure = judged(world, "unsure", finding(confidence=0.6))
    newer = judged(world, "newer", finding(confidence=0.9), started_at="2026-06-01T10:00:00Z")
    older = judged(world, "older", finding(confidence=0.9), MAJOR, started_at="2026-05-01T10:00:00Z")
    return [older, newer, unsure, major, silent, pending, minor, clear]


def test_the_worst_surest_and_oldest_come_first(world: World, seven: list[str]) -> None:
    shown = page(world)
    assert [row.call_id for row in shown.items] == seven
    assert shown.items[0].codes == ("endorsement", "missing-line")
    assert (shown.items[0].worst_severity, shown.items[0].top_confidence) == ("critical", 0.9)
    assert shown.counts == {
        "flagged": 4,
        "clear": 2,
        "unreviewable": 1,
        "pending": 1,
        "open": 5,
        "decided": 0,
    }


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_join_without_gap_or_repetition(world: World, seven: list[str], limit: int) -> None:
    found, cursor = [], None
    while True:
        shown = page(world, cursor=cursor, limit=limit)
        found += [row.call_id for row in shown.items]
        cursor = shown.next
        if cursor is None:
            break
    assert found == seven


def test_pages_of_one_rank_join_too(world: World, seven: list[str]) -> None:
    rank = {"outcome": "flagged", "severity": "critical"}
    first = page(world, limit=2, **rank)
    rest = page(world, limit=2, cursor=first.next, **rank)
    assert [row.external_id for row in (*first.items, *rest.items)] == ["older", "newer", "unsure"]
    assert rest.next is None
    with pytest.raises(BadInput):
        page(world, cursor=page(world, limit=4).next, **rank)


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WzEsMiwzLDRd", "bnVsbA", "é"])
def test_a_foreign_cursor_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(BadInput):
        page(world, cursor=cursor)


def test_the_queue_is_filtered(world: World, seven: list[str]) -> None:
    def found(**filters: str) -> list[str]:
        return [row.external_id for row in page(world, **filters).items]

    assert found(outcome="unreviewable") == ["silent"]
    assert found(severity="major") == ["major"]
    assert found(code="missing-line") == ["older", "major"]
    assert found(review="open") == ["older", "newer", "unsure", "major", "silent"]
    assert found(call_centre="south") == found(script="larkfield-merger") == found(review="decided") == []


def test_a_view_shows_everything_and_is_logged(world: World, seven: list[str]) -> None:
    seen = view(world, seven[3])
    assert seen.result is not None and seen.result["outcome"] == "flagged"
    assert [run.is_current for run in seen.runs] == [True]
    assert "eastmere-mayor" in seen.scripts
    assert seen.next_open == seven[4]
    assert view(world, seven[4]).next_open == seven[0]
    with world.database.reading() as session:
        entries = session.query(AuditEntryTable).filter_by(action="call.viewed").all()
        assert [(entry.subject, entry.actor_id) for entry in entries] == [
            (seven[3], "account_1"),
            (seven[4], "account_1"),
        ]
    with world.database.writing() as session, pytest.raises(NotFound):
        open_call(session, call_id="nothing", actor=OFFICER)


def test_asking_after_a_call_that_waits_is_no_view(world: World, client: TestClient) -> None:
    call = world.submit("c")
    headers = world.bearer()

    def views() -> int:
        with world.database.reading() as session:
            return session.query(AuditEntryTable).filter_by(action="call.viewed", subject=call).count()

    assert client.get(f"/api/v1/calls/{call}", headers=headers).status_code == 200
    assert views() == 0
    judged(world, "c", finding(), call=call)
    assert client.get(f"/api/v1/calls/{call}", headers=headers).json()["result"]
    assert views() == 1


def test_a_call_is_decided_when_its_weighty_findings_are(world: World) -> None:
    call = judged(world, "c", finding(), MAJOR, MINOR)
    say(world, call, "f1")
    assert not view(world, call).row.decided
    say(world, call, "m", "dismissed")
    assert view(world, call).row.decided
    say(world, call, "m", "excused")
    decisions = view(world, call).decisions
    assert [decision.verdict for decision in decisions] == ["excused", "dismissed", "confirmed"]
    assert standing_decisions(decisions)["m"].verdict == "excused"
    assert (page(world).counts["open"], page(world).counts["decided"]) == (0, 1)


def test_a_call_can_be_decided_as_a_whole(world: World) -> None:
    flagged, silent = judged(world, "c", finding()), judged(world, "s", outcome=Outcome.UNREVIEWABLE)
    for call in (flagged, silent):
        say(world, call, None, "undetermined")
        assert view(world, call).row.decided


@pytest.mark.parametrize(
    ("finding_id", "verdict", "reason"),
    [("f1", "maybe", "r"), ("f1", "confirmed", " "), ("f9", "confirmed", "r"), ("f1", "confirmed", "x" * 4001)],
)
def test_a_decision_that_means_nothing_is_refused(world: World, finding_id: str, verdict: str, reason: str) -> None:
    call = judged(world, "c", finding())
    with world.database.writing() as session, pytest.raises(BadInput):
        decide(session, call_id=call, finding=finding_id, verdict=verdict, reason=reason, note=None, actor=OFFICER)


def test_a_call_that_is_not_judged_cannot_be_decided(world: World) -> None:
    call = world.submit("c")
    with pytest.raises(BadInput):
        say(world, call, None)


def test_judging_again_supersedes_and_keeps_decisions_on_the_same_words(world: World) -> None:
    call = judged(world, "c", finding(), MAJOR)
    say(world, call, "f1")
    say(world, call, None)
    assert view(world, call).row.decided
    with world.database.writing() as session:
        new = judge_again(session, call_id=call, script_id="larkfield-merger", actor=OFFICER)
    waiting = view(world, call)
    assert (waiting.row.status, waiting.row.outcome) == ("done", "flagged")
    judged(world, "c", finding(), call=call)
    again = view(world, call)
    assert [(run.id == new, run.is_current, run.script_id) for run in again.runs] == [
        (True, True, "larkfield-merger"),
        (False, False, "eastmere-mayor"),
    ]
    assert again.row.decided
    with world.database.writing() as session:
        judge_again(session, call_id=call, script_id=None, actor=OFFICER)
    judged(world, "c", finding(quote="other words"), call=call)
    assert not view(world, call).row.decided
    assert len(view(world, call).decisions) == 2


def test_an_older_run_that_ends_late_does_not_become_current(world: World) -> None:
    call = judged(world, "c", finding())
    with world.database.writing() as session:
        first = judge_again(session, call_id=call, script_id=None, actor=OFFICER)
        second = judge_again(session, call_id=call, script_id=None, actor=OFFICER)
    for run, outcome in ((second, Outcome.CLEAR), (first, Outcome.FLAGGED)):
        with world.database.writing() as session:
            findings = (finding(),) if outcome is Outcome.FLAGGED else ()
            assert finish(session, run_id=run, result=result(outcome=outcome, findings=findings), settle=settle)
    assert view(world, call).row.outcome == "clear"


def test_a_late_worker_changes_nothing(world: World) -> None:
    call = judged(world, "c", finding())
    run = view(world, call).runs[0].id
    with world.database.writing() as session:
        assert begin(session, run_id=run) is None
        assert not finish(session, run_id=run, result=result(outcome=Outcome.CLEAR), settle=settle)
    assert view(world, call).row.outcome == "flagged"


def test_an_unknown_script_judges_nothing(world: World) -> None:
    call = judged(world, "c", finding())
    with world.database.writing() as session, pytest.raises(UnknownScript):
        judge_again(session, call_id=call, script_id="nobody-knows", actor=OFFICER)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET action = 'x'",
        "DELETE FROM audit_entries",
        "UPDATE approved_script_versions SET title = 'x'",
        "DELETE FROM approved_script_versions",
        "UPDATE decisions SET verdict = 'dismissed'",
        "DELETE FROM decisions",
        "UPDATE findings SET confidence = 0",
        "UPDATE runs SET outcome = 'clear'",
        "UPDATE runs SET status = 'queued'",
    ],
)
def test_what_was_written_down_stays(world: World, statement: str) -> None:
    say(world, judged(world, "c", finding()), "f1")
    with pytest.raises(IntegrityError, match="never"), world.database.writing() as session:
        session.execute(text(statement))


def test_two_runs_of_a_call_cannot_both_be_current(world: World) -> None:
    call = judged(world, "c", finding())
    with world.database.writing() as session:
        judge_again(session, call_id=call, script_id=None, actor=OFFICER)
    with pytest.raises(IntegrityError, match=r"(?i)unique"), world.database.writing() as session:
        session.execute(text("UPDATE runs SET is_current = true"))


def test_the_interface_decides_and_judges_again(world: World, client: TestClient) -> None:
    call = judged(world, "c", finding())
    client.cookies.update(world.officer())
    body = {"finding": "f1", "verdict": "confirmed", "reason": "I heard it.", "note": "See the clip."}
    made = client.post(f"/api/v1/calls/{call}/decisions", json=body)
    assert made.status_code == 201
    assert made.json() | body == made.json()
    assert made.json()["by"] == "Ada"
    found = client.get(f"/api/v1/calls/{call}").json()
    assert found["decided"] and len(found["decisions"]) == 1
    for wrong in ({**body, "verdict": "maybe"}, {**body, "finding": "f9"}, {"verdict": "confirmed"}, {**body, "x": 1}):
        answer = client.post(f"/api/v1/calls/{call}/decisions", json=wrong)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    again = client.post(f"/api/v1/calls/{call}/runs", json={"script": "larkfield-merger"})
    assert (again.status_code, again.json()["status"]) == (202, "queued")
    assert client.post(f"/api/v1/calls/{call}/runs").status_code == 202
    assert client.post(f"/api/v1/calls/{call}/runs", json={"script": "nobody-knows"}).status_code == 422
    huge = client.post(f"/api/v1/calls/{call}/decisions", json={**body, "note": "x" * 100_000})
    assert huge.status_code == 413


def test_the_interface_lists_with_filters_and_cursor(world: World, client: TestClient, seven: list[str]) -> None:
    headers = world.bearer()

    def listed(query: str) -> list[str]:
        answer = client.get(f"/api/v1/calls?{query}", headers=headers)
        assert answer.status_code == 200, answer.text
        return [item["external_id"] for item in answer.json()["items"]]

    assert listed("outcome=flagged") == ["older", "newer", "unsure", "major"]
    assert listed("code=missing-line") == ["older", "major"]
    assert listed("status=queued") == ["pending"]
    assert listed("external_id=silent") == ["silent"]
    assert listed("script=larkfield-merger") == []
    assert listed("started_from=2026-06-01T10:00:00Z") == ["newer"]
    assert listed("started_to=2026-05-01T10:00:01Z") == ["older"]
    found, cursor = [], ""
    while True:
        answer = client.get(f"/api/v1/calls?limit=3{cursor}", headers=headers).json()
        found += [item["id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert sorted(found) == sorted(seven) and len(found) == len(seven)
    for bad in ("outcome=guilty", "limit=0", "limit=1000", "cursor=x", "started_from=2026-06-01T10:00:00"):
        assert client.get(f"/api/v1/calls?{bad}", headers=headers).status_code == 422


def test_the_transcript_and_peaks_follow_the_judgement(world: World, client: TestClient, tmp_path: object) -> None:
    call = world.submit("c")
    headers = world.bearer()
    assert client.get(f"/api/v1/calls/{call}/transcript", headers=headers).status_code == 404
    assert client.get(f"/api/v1/calls/{call}/recording?variant=playback", headers=headers).status_code == 404
    source = world.container.settings.data / "sound"
    source.write_bytes(b"c")
    with world.database.reading() as session:
        from app.calls.tables import CallTable
        from app.storage.base import recording_key

        digest = session.get_one(CallTable, call).recording_sha256
    world.container.storage.put_new(recording_key(digest), source)
    world.judge(call)
    assert client.get(f"/api/v1/calls/{call}/transcript", headers=headers).json()["utterances"][0]["words"]
    seen = view(world, call)
    assert (seen.peaks, seen.has_playback) == (PEAKS, True)
