"""A judgement reaches those who listen: once at least, signed, and nobody else's."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from standardwebhooks.webhooks import WebhookVerificationError
from starlette.testclient import TestClient

from app.audit.service import OPERATOR, Actor
from app.bootstrap import build_sending
from app.webhooks import repository
from app.webhooks.addresses import TargetRules, networks_of
from app.webhooks.deliveries import DISABLED_AFTER, MOST_AT_ONCE, settle_attempt
from app.webhooks.desk import WebhookDesk
from app.webhooks.jobs import Sending, start_sending
from app.webhooks.sending import Answer
from app.webhooks.service import MOST_ENDPOINTS
from app.webhooks.tables import WebhookDeliveryTable, WebhookEndpointTable
from tests.support.receiver import Receiver, receiving, reply
from tests.support.service_analysts import QUOTE
from tests.support.service_world import World

LOCAL = TargetRules(networks=networks_of("127.0.0.0/8"), http=True)
NORTH = Actor(kind="key", id="k", name="north", call_centre="north")
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


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def desk(world: World) -> WebhookDesk:
    return WebhookDesk(database=world.database, rules=LOCAL, key=world.container.secret)


@pytest.fixture
def sender(world: World) -> Sending:
    """Without pauses, so that whatever is put off is due at once."""
    return replace(build_sending(world.container), rules=LOCAL, timeout_s=2.0, pauses_s=(0.0, 0.0))


@pytest.fixture
def interface(client: TestClient, desk: WebhookDesk) -> TestClient:
    client.app.state.webhooks = desk
    return client


def register(desk: WebhookDesk, url: str) -> tuple[str, str]:
    row, secret = desk.add(url=url, events=(), call_centre=None, actor=NORTH)
    return row.id, secret


def send_due(sender: Sending, *, limit: int = 100) -> int:
    parcels = sender.take_due(limit=limit)
    for parcel in parcels:
        sender.deliver(parcel)
    return len(parcels)


def log_of(desk: WebhookDesk, endpoint: str) -> list[tuple[str, list[tuple[int | None, str | None]]]]:
    page, _ = desk.deliveries(endpoint, status=None, cursor=None, limit=100, actor=NORTH)
    return [(found.row.status, [(one.status_code, one.error) for one in found.attempts]) for found in page]


def change(world: World, table: Any, row_id: str, **values: Any) -> None:
    with world.database.writing() as session:
        row = session.get_one(table, row_id)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_judged_call_is_told_signed_and_without_its_words(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    endpoint, secret = register(desk, receiver.url)
    call = world.submit("c-1", canvasser_id="canvasser 7", dialled_number="+442079460123")
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
    assert data["outcome"] in ("flagged", "clear", "unreviewable")
    assert data["started_at"] == "2026-05-04T17:30:00.000Z"
    for word in (QUOTE, "canvasser 7", "0123", "eastmere"):
        assert word not in request.body
    assert log_of(desk, endpoint) == [("delivered", [(204, None)])]
    assert send_due(sender) == 0


def test_nobody_is_told_of_what_was_not_kept(world: World, desk: WebhookDesk, sender: Sending) -> None:
    from app.webhooks.events import announce_judgement

    register(desk, "http://127.0.0.1:9/")
    call = world.submit("c-1")
    with pytest.raises(RuntimeError), world.database.writing() as session:
        session.execute(text("UPDATE runs SET is_current = true"))
        announce_judgement(session, call)
        session.flush()
        raise RuntimeError
    assert send_due(sender) == 0


def test_a_further_run_is_told_and_an_older_one_that_comes_late_is_not(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    from app.runs.service import request_run

    register(desk, receiver.url)
    call = world.submit("c-1")
    with world.database.writing() as session:
        again = request_run(session, call_id=call, script_id=None, actor=NORTH)
    world.judge(call, run_id=again)
    world.judge(call)
    assert send_due(sender) == 1
    assert (receiver.requests[0].message["data"]["run"], receiver.requests[0].message["data"]["cause"]) == (
        again,
        "request",
    )


def test_only_the_endpoints_of_the_calls_own_call_centre_are_told(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    world.key("south")
    desk.add(url=receiver.url, events=(), call_centre="south", actor=OPERATOR)
    world.judge(world.submit("c-1"))
    assert send_due(sender) == 0


def test_a_receiver_that_was_down_gets_the_same_message_when_it_comes_back(
    world: World, desk: WebhookDesk, sender: Sending
) -> None:
    with receiving() as gone:
        port, url = gone.port, gone.url
    endpoint, secret = register(desk, url)
    world.judge(world.submit("c-1"))
    assert send_due(sender) == 1
    with receiving(port=port) as back:
        back.answer = lambda handler: reply(handler, 503)
        assert send_due(sender) == 1
        back.answer = lambda handler: reply(handler, 200)
        assert send_due(sender) == 1
        first, second = back.requests
        assert first.id == second.id
        assert first.body == second.body
        assert second.verified_by(secret)
    assert log_of(desk, endpoint) == [("delivered", [(None, "connection"), (503, None), (200, None)])]


def test_a_message_is_given_up_after_the_last_pause(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    receiver.answer = lambda handler: reply(handler, 500, b"a long explanation of what went wrong")
    endpoint, _ = register(desk, receiver.url)
    world.judge(world.submit("c-1"))
    assert [send_due(sender) for _ in range(4)] == [1, 1, 1, 0]
    assert log_of(desk, endpoint) == [("failed", [(500, None)] * 3)]
    assert desk.endpoint(endpoint, actor=NORTH).disabled_at is None
    receiver.answer = lambda handler: reply(handler, 200)
    assert desk.replay_failed(endpoint, since=None, actor=NORTH) == 1
    assert send_due(sender) == 1
    assert len({request.id for request in receiver.requests}) == 1
    assert desk.endpoint(endpoint, actor=NORTH).failing_since is None


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
        return (due - before).total_seconds()

    assert 4.0 <= wait_of(500, Retry_After="3600") <= 6.0 + sender.timeout_s
    assert 3600.0 <= wait_of(503, Retry_After="3600") <= 3600.0 + sender.timeout_s


def test_an_endpoint_that_is_gone_is_told_nothing_any_more(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    receiver.answer = lambda handler: reply(handler, 410)
    endpoint, _ = register(desk, receiver.url)
    for number in range(3):
        world.judge(world.submit(f"c-{number}"))
    sender.deliver(sender.take_due(limit=1)[0])
    world.judge(world.submit("c-later"))
    assert send_due(sender) == 0
    assert [status for status, _ in log_of(desk, endpoint)] == ["failed"] * 3
    row = desk.endpoint(endpoint, actor=NORTH)
    assert (row.disabled_why, row.disabled_at is not None) == ("gone", True)
    receiver.answer = lambda handler: reply(handler, 200)
    desk.enable(endpoint, actor=NORTH)
    assert desk.replay_failed(endpoint, since=None, actor=NORTH) == 3
    assert send_due(sender) == 3


def test_an_endpoint_that_has_failed_for_days_is_disabled(world: World, desk: WebhookDesk, sender: Sending) -> None:
    endpoint, _ = register(desk, "http://127.0.0.1:9/")
    world.judge(world.submit("c-1"))
    assert send_due(sender) == 1
    long_ago = datetime.now(UTC) - DISABLED_AFTER - timedelta(minutes=1)
    change(world, WebhookEndpointTable, endpoint, failing_since=long_ago)
    assert send_due(sender) == 1
    assert desk.endpoint(endpoint, actor=NORTH).disabled_at is None, "the message has attempts left"
    assert send_due(sender) == 1
    assert desk.endpoint(endpoint, actor=NORTH).disabled_why == "failing"


def test_a_worker_that_dies_leaves_its_message_to_the_next(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    endpoint, _ = register(desk, receiver.url)
    world.judge(world.submit("c-1"))
    (held,) = sender.take_due(limit=10)
    assert sender.take_due(limit=10) == ()
    change(world, WebhookDeliveryTable, held.delivery_id, next_attempt_at=datetime.now(UTC))
    assert send_due(sender) == 1
    with world.database.writing() as session:
        failure = Answer(status=500, error=None, took_s=0.1)
        settle_attempt(session, parcel=held, answer=failure, at=datetime.now(UTC), pauses_s=(0.0,))
    ((status, attempts),) = log_of(desk, endpoint)
    assert (status, attempts[1]) == ("delivered", (204, None))
    assert send_due(sender) == 0


def test_a_message_that_kills_its_worker_every_time_is_given_up(
    world: World, desk: WebhookDesk, sender: Sending
) -> None:
    endpoint, _ = register(desk, "http://127.0.0.1:9/")
    world.judge(world.submit("c-1"))
    for _ in range(3):
        (held,) = sender.take_due(limit=10)
        change(world, WebhookDeliveryTable, held.delivery_id, next_attempt_at=datetime.now(UTC))
    assert sender.take_due(limit=10) == ()
    assert log_of(desk, endpoint) == [("failed", [(None, "interrupted")] * 3)]


def test_a_dead_receiver_holds_up_nobody_else(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    dead, _ = register(desk, "http://127.0.0.1:9/")
    living, _ = register(desk, receiver.url)
    for number in range(6):
        world.judge(world.submit(f"c-{number}"))
    change(world, WebhookEndpointTable, dead, failing_since=datetime.now(UTC))
    taken = [parcel.endpoint_id for parcel in sender.take_due(limit=100)]
    assert sorted(taken) == sorted([dead] + [living] * MOST_AT_ONCE)
    assert sender.take_due(limit=100) == ()


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
    import base64

    endpoint, secret = register(desk, "http://127.0.0.1:9/")
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


def test_a_call_centre_registers_tests_reads_the_log_and_replays(
    world: World, interface: TestClient, sender: Sending, receiver: Receiver
) -> None:
    key = world.bearer()
    made = interface.post("/api/v1/webhooks", headers=key, json={"url": receiver.url})
    assert made.status_code == 201, made.text
    secret, webhook = made.json()["secret"], made.headers["location"]
    assert secret.startswith("whsec_")
    assert made.json()["events"] == ["call.judged"]
    for shown in (interface.get(webhook, headers=key), interface.get("/api/v1/webhooks", headers=key)):
        assert shown.status_code == 200
        assert secret not in shown.text
        assert "salt" not in shown.text
    sent = [interface.post(f"{webhook}/test", headers=key).json()["delivery"] for _ in range(3)]
    send_due(sender)
    first = interface.get(f"{webhook}/deliveries?limit=2", headers=key).json()
    second = interface.get(f"{webhook}/deliveries?limit=2&cursor={first['next']}", headers=key).json()
    found = first["items"] + second["items"]
    assert ([item["id"] for item in found], second["next"]) == (sent[::-1], None)
    (attempt,) = found[0]["attempts"]
    assert (found[0]["status"], attempt["status"], attempt["error"]) == ("delivered", 204, None)
    assert attempt["took_ms"] >= 0
    again = interface.post(f"{webhook}/deliveries/{sent[0]}/replay", headers=key)
    assert (again.status_code, again.json()["status"]) == (202, "pending")
    assert interface.get(f"{webhook}/deliveries?status=pending", headers=key).json()["items"][0]["id"] == sent[0]
    send_due(sender)
    assert [request.id for request in receiver.requests].count(sent[0]) == 2
    assert receiver.requests[-1].verified_by(secret)
    fresh = interface.post(f"{webhook}/secret", headers=key, json={"overlap_seconds": 0}).json()["secret"]
    assert fresh not in ("", secret)
    assert interface.delete(webhook, headers=key).status_code == 204
    assert interface.get(webhook, headers=key).status_code == 404
    assert interface.get("/api/v1/webhooks", headers=key).json() == {"items": [], "next": None}


def test_another_call_centre_sees_and_does_nothing(world: World, interface: TestClient, desk: WebhookDesk) -> None:
    endpoint, _ = register(desk, "http://127.0.0.1:9/")
    delivery = desk.test(endpoint, actor=NORTH)
    other = world.bearer("south")
    assert interface.get("/api/v1/webhooks", headers=other).json()["items"] == []
    below = f"/api/v1/webhooks/{endpoint}"
    for method, path in (
        ("GET", below),
        ("DELETE", below),
        ("POST", f"{below}/secret"),
        ("POST", f"{below}/enable"),
        ("POST", f"{below}/test"),
        ("POST", f"{below}/replay"),
        ("GET", f"{below}/deliveries"),
        ("POST", f"{below}/deliveries/{delivery}/replay"),
    ):
        assert interface.request(method, path, headers=other).status_code == 404, path
    named = {"url": "http://127.0.0.1:9/x", "call_centre": "north"}
    assert interface.post("/api/v1/webhooks", headers=other, json=named).status_code == 403
    assert desk.endpoint(endpoint, actor=NORTH).removed_at is None


def test_officers_have_no_part_in_it_and_administrators_have(world: World, interface: TestClient) -> None:
    from app.accounts.policy import Role

    interface.cookies.update(world.officer())
    assert interface.get("/api/v1/webhooks").status_code == 403
    interface.cookies.clear()
    interface.cookies.update(world.officer("grace", Role.ADMINISTRATOR))
    same = {"sec-fetch-site": "same-origin"}
    given = {"url": "http://127.0.0.1:9/", "call_centre": "north"}
    assert interface.post("/api/v1/webhooks", headers=same, json=given).status_code == 201
    for faulty in ({"url": "http://127.0.0.1:9/y"}, {**given, "call_centre": "nowhere"}):
        assert interface.post("/api/v1/webhooks", headers=same, json=faulty).status_code == 422


def test_what_cannot_be_registered_is_refused_with_a_next_step(
    world: World, client: TestClient, interface: TestClient
) -> None:
    key = world.bearer()

    def status_of(**given: Any) -> int:
        answer = interface.post("/api/v1/webhooks", headers=key, json=given)
        assert answer.status_code == 201 or "next_step" in answer.json()
        return answer.status_code

    url = "http://127.0.0.1:9/"
    assert status_of(url=url, events=["call.judged", "call.judged"]) == 201
    assert status_of(url=url) == 409
    for faulty in (
        {"url": "http://192.168.0.1/"},
        {"url": "https://localhost.invalid/"},
        {"url": "https://\x00/"},
        {"url": "nonsense"},
        {"url": url + "2", "events": ["call.heard"]},
        {"url": url + "2", "secret": "mine"},
        {},
    ):
        assert status_of(**faulty) == 422, faulty
    for number in range(1, MOST_ENDPOINTS):
        assert status_of(url=f"{url}{number}") == 201
    assert status_of(url=url + "one-too-many") == 422
    for nobody in ("webhook_0", "%00", "%F0%9F%98%80"):
        assert interface.get(f"/api/v1/webhooks/{nobody}", headers=key).status_code == 404
    listed = interface.get("/api/v1/webhooks", headers=key).json()["items"][0]["id"]
    assert interface.get(f"/api/v1/webhooks/{listed}/deliveries?cursor=x", headers=key).status_code == 422


def test_as_it_comes_no_private_network_and_nothing_unencrypted_is_reached(
    world: World, client: TestClient, desk: WebhookDesk, receiver: Receiver
) -> None:
    key = world.bearer()
    for url in (receiver.url, "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://169.254.169.254/"):
        answer = client.post("/api/v1/webhooks", headers=key, json={"url": url})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:canvass-monitor:problem:refused-target")
    endpoint, _ = register(desk, receiver.url)
    desk.test(endpoint, actor=NORTH)
    assert send_due(build_sending(world.container)) == 1
    assert log_of(desk, endpoint) == [("pending", [(None, "refused-address")])]
    assert receiver.requests == []


def test_every_deed_is_in_the_audit_log_without_address_or_secret(world: World, desk: WebhookDesk) -> None:
    endpoint, secret = register(desk, "http://127.0.0.1:9/token-in-the-path")
    desk.rotate(endpoint, overlap=timedelta(0), actor=NORTH)
    delivery = desk.test(endpoint, actor=NORTH)
    desk.replay(endpoint, delivery, actor=NORTH)
    desk.remove(endpoint, actor=NORTH)
    with world.database.reading() as session:
        rows = session.execute(
            text("SELECT action, details FROM audit_entries WHERE subject = :id ORDER BY sequence"), {"id": endpoint}
        ).all()
    assert [row.action for row in rows] == [
        "webhook.added",
        "webhook.secret-rotated",
        "webhook.tested",
        "webhook.replayed",
        "webhook.removed",
    ]
    written = json.dumps([str(row.details) for row in rows])
    assert "token-in-the-path" not in written
    assert secret not in written


def test_what_waits_is_counted(world: World, desk: WebhookDesk) -> None:
    endpoint, _ = register(desk, "http://127.0.0.1:9/")
    desk.test(endpoint, actor=NORTH)
    with world.database.reading() as session:
        assert (repository.waiting(session), repository.disabled(session)) == (1, 0)
    desk.remove(endpoint, actor=NORTH)
    with world.database.reading() as session:
        assert repository.waiting(session) == 0
