"""What several do at once comes out as if they had done it one after the other, on both databases."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.accounts.policy import Role
from app.accounts.service import FAILURES_BEFORE_LOCK, add_account, add_key, sign_in
from app.accounts.tables import AccountTable, CallCentreTable
from app.approved_scripts.service import publish
from app.approved_scripts.tables import ApprovedScriptVersionTable
from app.audit.service import OPERATOR, record
from app.audit.tables import AuditEntryTable
from app.calls.service import keep_derived
from app.calls.tables import CallTable
from app.domain.finding import Outcome
from app.errors import Conflict
from app.findings.tables import FindingTable
from app.reviews.service import decide
from app.reviews.standing import settle
from app.runs.service import begin, finish, request_run
from app.runs.tables import RunTable
from tests.support.service_analysts import finding, result
from tests.support.service_world import OFFICER, SCRIPTS, World, metadata

AT_ONCE = 6
Answer = TypeVar("Answer")


def at_once(act: Callable[[int], Answer], times: int = AT_ONCE) -> list[Answer]:
    """Let threads begin together, each with its number."""
    together = threading.Barrier(times)

    def one(number: int) -> Answer:
        together.wait()
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def actions(world: World) -> Counter[str]:
    with world.database.reading() as session:
        return Counter(session.scalars(select(AuditEntryTable.action)))


def test_the_same_upload_many_times_at_once_is_one_call(world: World, client: TestClient) -> None:
    headers = world.bearer()

    def upload(number: int) -> tuple[int, str]:
        sound = b"another" if number == 0 else b"the sound"
        answer = client.post(
            "/api/v1/calls",
            headers=headers,
            data={"metadata": metadata("same")},
            files={"recording": ("a.wav", sound, "audio/wav")},
        )
        return answer.status_code, answer.json().get("id", "")

    first, *answers = at_once(upload)
    statuses = Counter(status for status, _ in (first, *answers))
    # Whichever of the two recordings came first: the other is refused.
    assert statuses in (Counter({202: 1, 200: AT_ONCE - 2, 409: 1}), Counter({202: 1, 409: AT_ONCE - 1}))
    assert len({call for status, call in (first, *answers) if status < 300}) == 1
    with world.database.reading() as session:
        assert session.query(CallTable).count() == session.query(RunTable).count() == 1
    assert actions(world)["call.received"] == 1


def test_of_many_that_finish_a_run_the_first_wins(world: World) -> None:
    call = world.submit("c-1")
    with world.database.reading() as session:
        run_id = session.query(RunTable).filter_by(call_id=call).one().id

    def end(number: int) -> bool:
        with world.database.writing() as session:
            begin(session, run_id=run_id)
        with world.database.writing() as session:
            found = result(call=call, findings=(finding(finding_id=f"f{number}"),))
            return finish(session, run_id=run_id, result=found, settle=settle)

    assert sorted(at_once(end)) == [False] * (AT_ONCE - 1) + [True]
    with world.database.reading() as session:
        run = session.get_one(RunTable, run_id)
        (kept,) = session.query(FindingTable).all()
        assert run.is_current and run.result is not None
        assert run.result["findings"][0]["id"] == kept.finding_id
        assert run.attempts <= AT_ONCE
    assert actions(world)["run.finished"] == 1


def test_of_many_runs_that_finish_at_once_the_one_asked_for_last_counts(world: World) -> None:
    call = world.submit("c-1")
    for _ in range(AT_ONCE - 1):
        with world.database.writing() as session:
            request_run(session, call_id=call, script_id=None, actor=OPERATOR)
    with world.database.reading() as session:
        runs = [run.id for run in session.query(RunTable).order_by(RunTable.created_at)]

    def end(number: int) -> bool:
        with world.database.writing() as session:
            keep_derived(session, recording_sha256=f"{number // 2:064x}", playback_key=f"k{number}", peaks=None)
            found = result(call=call, outcome=Outcome.FLAGGED, findings=(finding(confidence=0.5 + number / 100),))
            return finish(session, run_id=runs[number], result=found, settle=settle)

    assert all(at_once(end))
    with world.database.reading() as session:
        assert [run.id for run in session.query(RunTable).filter_by(is_current=True)] == runs[-1:]
        assert session.get_one(CallTable, call).top_confidence == 0.5 + (AT_ONCE - 1) / 100


def test_the_log_has_no_gap_whoever_writes_and_whenever_it_is_read(world: World) -> None:
    ended = threading.Event()
    seen: list[tuple[int, int]] = []

    def read() -> None:
        while not ended.is_set():
            with world.database.reading() as session:
                numbers = [row.sequence for row in session.query(AuditEntryTable.sequence)]
            seen.append((len(numbers), max(numbers)))

    def write(number: int) -> None:
        for turn in range(8):
            try:
                with world.database.writing() as session:
                    record(session, actor=OPERATOR, action="test.first", details={"n": number})
                    record(session, actor=OPERATOR, action="test.second", details={"n": number})
                    if turn % 3 == 0:
                        raise Conflict("undone")
            except Conflict:
                continue

    reader = threading.Thread(target=read)
    reader.start()
    at_once(write)
    ended.set()
    reader.join()
    assert seen and all(count == last for count, last in seen)
    with world.database.reading() as session:
        entries = session.query(AuditEntryTable).order_by(AuditEntryTable.sequence).all()
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    ours = [entry for entry in entries if entry.action.startswith("test.")]
    assert [entry.action for entry in ours] == ["test.first", "test.second"] * 5 * AT_ONCE
    assert all(one.details == two.details for one, two in zip(ours[::2], ours[1::2], strict=True))


def test_wrong_passwords_at_once_are_all_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.database.writing() as session:
        add_account(session, username="ada", name="", role=Role.OFFICER, actor=OPERATOR)
    monkeypatch.setattr("app.accounts.passwords.is_password", lambda *_: False)
    now = datetime.now(UTC)

    def guess(_number: int) -> None:
        with world.database.writing() as session:
            assert sign_in(session, username="ada", password="wrong", at=now) is None

    at_once(guess, FAILURES_BEFORE_LOCK + 2)
    with world.database.reading() as session:
        row = session.query(AccountTable).one()
        assert (row.failures, row.locked_until is not None) == (0, True)
    counted = actions(world)
    assert (counted["sign-in.failed"], counted["sign-in.refused"]) == (FAILURES_BEFORE_LOCK, 2)


def test_officers_who_decide_different_findings_at_once_leave_nothing_open(world: World) -> None:
    call = world.submit("c-1")
    with world.database.writing() as session:
        run_id = session.query(RunTable).one().id
        found = result(call=call, findings=tuple(finding(finding_id=f"f{n}", quote=f"q{n}") for n in range(AT_ONCE)))
        finish(session, run_id=run_id, result=found, settle=settle)

    def act(number: int) -> None:
        with world.database.writing() as session:
            decide(
                session,
                call_id=call,
                finding=f"f{number}",
                verdict="confirmed",
                reason="heard",
                note=None,
                actor=OFFICER,
            )

    at_once(act)
    with world.database.reading() as session:
        assert session.get_one(CallTable, call).review == "decided"


def test_what_can_be_there_once_is_entered_once(world: World) -> None:
    script = (SCRIPTS / "eastmere-mayor.yaml").read_text(encoding="utf-8") + "\n# again\n"
    script = script.replace("Eastmere mayoral", "Another mayoral")

    def enter(number: int) -> bool:
        with world.database.writing() as session:
            publish(
                session, content=script, source="s", actor=OPERATOR, effective_from=datetime(2026, 1, 1, tzinfo=UTC)
            )
        with world.database.writing() as session:
            add_key(session, call_centre="south", actor=OPERATOR)
        try:
            with world.database.writing() as session:
                add_account(session, username="ada", name=f"Ada {number}", role=Role.OFFICER, actor=OPERATOR)
        except Conflict:
            return False
        return True

    assert Counter(at_once(enter)) == {True: 1, False: AT_ONCE - 1}
    with world.database.reading() as session:
        assert session.query(CallCentreTable).filter_by(id="south").count() == 1
        assert session.query(AccountTable).count() == 1
        assert session.query(ApprovedScriptVersionTable).filter_by(title=_title(script)).count() == 1
    assert actions(world)["call-centre.added"] == 2


def _title(script: str) -> str:
    return next(line.removeprefix("title: ") for line in script.splitlines() if line.startswith("title: "))
