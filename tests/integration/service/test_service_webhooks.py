"""A judgement reaches those who listen: once at least, signed, and nobody else."""

import base64
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from standardwebhooks.webhooks import WebhookVerificationError

from app.audit.service import OPERATOR
from app.bootstrap import settle_and_announce
from app.domain.finding import Outcome
from app.runs.candidates import add_candidate, promote
from app.runs.repository import current
from app.runs.service import request_run
from app.webhooks.desk import WebhookDesk
from app.webhooks.events import announce_judgement
from app.webhooks.jobs import Sending, start_sending
from app.webhooks.tables import WebhookDeliveryTable, WebhookEndpointTable
from tests.support.receiver import Receiver, reply
from tests.support.service_analysts import QUOTE, result
from tests.support.service_world import World
from tests.support.webhook_world import (
    NOBODY,
    NORTH,
    change,
    log_of,
    register,
    send_due,
    submit_heard,
)

TOLD = {
    "call",
    "external_id",
    "run",
    "cause",
    "outcome",
    "reason",
    "findings",
    "started_at",
    "received_at",
    "judged_at",
}


def test_a_judged_call_is_told_signed_and_without_its_words(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver, tmp_path: Path
) -> None:
    endpoint, secret = register(desk, receiver.url)
    call = submit_heard(world, tmp_path, "c-1", canvasser_id="canvasser 7", dialled_number="+442079460123")
    assert send_due(sender) == 0
    world.judge(call)
    assert send_due(sender) == 1
    (request,) = receiver.requests
    message = request.verified_by(secret)
    assert (message["type"], set(message), set(message["data"])) == (
        "call.judged",
        {"type", "timestamp", "data"},
        TOLD,
    )
    data = message["data"]
    assert (data["call"], data["external_id"], data["cause"], data["reason"]) == (call, "c-1", "upload", None)
    assert (data["outcome"], data["findings"]) == ("flagged", 1)
    assert data["started_at"] == "2026-05-04T17:30:00.000Z"
    for word in (QUOTE, "canvasser 7", "0123", "eastmere"):
        assert word not in request.body
    assert log_of(desk, endpoint) == [("delivered", [(204, None)])]
    assert send_due(sender) == 0


def test_nobody_is_told_of_what_was_not_kept(world: World, desk: WebhookDesk, sender: Sending) -> None:
    register(desk, NOBODY)
    call = world.submit("c-1")
    with pytest.raises(RuntimeError), world.database.writing() as session:
        session.execute(text("UPDATE runs SET is_current = true"))
        announce_judgement(session, call)
        session.flush()
        raise RuntimeError
    assert send_due(sender) == 0


def test_a_further_run_is_told_and_an_older_one_that_comes_late_is_not(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver, tmp_path: Path
) -> None:
    register(desk, receiver.url)
    call = submit_heard(world, tmp_path, "c-1")
    with world.database.writing() as session:
        again = request_run(session, call_id=call, script_id=None, actor=NORTH)
    world.judge(call, run_id=again)
    world.judge(call)
    assert send_due(sender) == 1
    assert (receiver.requests[0].message["data"]["run"], receiver.requests[0].message["data"]["cause"]) == (
        again,
        "request",
    )


def test_a_result_of_the_archive_is_told_when_it_counts_and_not_before(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver, tmp_path: Path
) -> None:
    call = submit_heard(world, tmp_path, "c-1")
    world.judge(call)
    register(desk, receiver.url)
    with world.database.writing() as session:
        now = current(session, call_id=call)
        assert now is not None
        candidate = add_candidate(
            session,
            call_id=call,
            archive_id="archive_1",
            result=result(call=call, outcome=Outcome.CLEAR),
            hearing_key=None,
            begun_at=datetime.now(UTC),
            attempts=1,
        )
    assert send_due(sender) == 0
    for _ in range(2):
        with world.database.writing() as session:
            promote(session, run_id=candidate, instead_of=now.id, actor=OPERATOR, settle=settle_and_announce)
    assert send_due(sender) == 1
    data = receiver.requests[0].message["data"]
    assert (data["run"], data["cause"], data["outcome"], data["findings"]) == (candidate, "archive", "clear", 0)


def test_only_the_endpoints_of_the_calls_own_call_centre_are_told(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    world.key("south")
    desk.add(url=receiver.url, events=(), call_centre="south", actor=OPERATOR)
    world.judge(world.submit("c-1"))
    assert send_due(sender) == 0


def test_pauses_grow_by_the_schedule_and_a_receiver_may_ask_for_more(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    endpoint, _ = register(desk, receiver.url)
    world.judge(world.submit("c-1"))
    patient = replace(sender, pauses_s=(5.0, 60.0))

    def wait_of(status: int, **headers: str) -> float:
        receiver.answer = lambda handler: reply(handler, status, **headers)
        before = datetime.now(UTC)
        assert send_due(patient) == 1
        page, _ = desk.deliveries(endpoint, status=None, cursor=None, limit=1, actor=NORTH)
        due = page[0].row.next_attempt_at
        assert due is not None
        assert send_due(patient) == 0
        change(world, WebhookDeliveryTable, page[0].row.id, next_attempt_at=before)
        assert send_due(patient) == 0, "the endpoint rests"
        change(world, WebhookEndpointTable, endpoint, rests_until=before)
        return (due - before).total_seconds()

    assert 4.0 <= wait_of(500, Retry_After="3600") <= 6.0 + sender.timeout_s
    assert 3600.0 <= wait_of(503, Retry_After="3600") <= 3600.0 + sender.timeout_s


def test_a_secret_is_rotated_with_an_overlap(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    endpoint, old = register(desk, receiver.url)
    new = desk.rotate(endpoint, overlap=timedelta(hours=1), actor=NORTH)
    desk.test(endpoint, actor=NORTH)
    send_due(sender)
    assert new != old
    for secret in (old, new):
        assert receiver.requests[0].verified_by(secret)["type"] == "webhook.test"
    change(world, WebhookEndpointTable, endpoint, previous_until=datetime.now(UTC))
    desk.test(endpoint, actor=NORTH)
    send_due(sender)
    assert receiver.requests[1].verified_by(new)
    with pytest.raises(WebhookVerificationError):
        receiver.requests[1].verified_by(old)


def test_no_secret_stands_in_the_database(world: World, desk: WebhookDesk, sender: Sending) -> None:
    endpoint, secret = register(desk, NOBODY)
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    with world.database.reading() as session:
        row = session.get_one(WebhookEndpointTable, endpoint)
        kept = " ".join(str(getattr(row, column.key)) for column in WebhookEndpointTable.__table__.columns)
    assert secret[6:] not in kept
    assert raw.hex() not in kept
    desk.test(endpoint, actor=NORTH)
    send_due(replace(sender, key=b"the key of another installation!"))
    assert log_of(desk, endpoint) == [("pending", [(None, "other-key")])]


def test_the_log_forgets_what_has_ended_long_ago(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    endpoint, _ = register(desk, receiver.url)
    for _ in range(3):
        desk.test(endpoint, actor=NORTH)
    oldest, second, _ = (parcel.delivery_id for parcel in sender.take_due(limit=10))
    for delivery in (oldest, second):
        days = sender.kept_for + timedelta(days=1)
        change(
            world, WebhookDeliveryTable, delivery, status="delivered", finished_at=datetime.now(UTC) - days, claim=None
        )
    sender.forget()
    assert [status for status, _ in log_of(desk, endpoint)] == ["pending"]


def test_the_sending_runs_beside_the_judging_and_ends_when_told(
    desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    endpoint, _ = register(desk, receiver.url)
    for _ in range(10):
        desk.test(endpoint, actor=NORTH)
    stopped = threading.Event()
    thread = start_sending(sender, stopped=stopped)
    assert len({request.id for request in receiver.until(10)}) == 10
    stopped.set()
    thread.join(20)
    assert not thread.is_alive()
    assert {status for status, _ in log_of(desk, endpoint)} == {"delivered"}


def test_the_receiver_of_the_documentation_takes_a_message_once(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver, tmp_path: Path
) -> None:
    document = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
    example: dict[str, Any] = {}
    exec(document.partition("## Webhooks")[2].partition("```python\n")[2].partition("```")[0], example)
    _, secret = register(desk, receiver.url)
    call = submit_heard(world, tmp_path, "c-1")
    world.judge(call)
    send_due(sender)
    (request,) = receiver.requests
    seen: set[str] = set()
    body = request.body.encode()
    assert example["judged_call"](body + b" ", request.headers, secret, seen) is None
    assert example["judged_call"](body, request.headers, secret, seen)["call"] == call
    assert example["judged_call"](body, request.headers, secret, seen) is None
