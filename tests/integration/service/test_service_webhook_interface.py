"""Webhooks through the API and the command line: who may, what is refused, what is shown and what never is."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from app.accounts.policy import Role
from app.bootstrap import build_sending
from app.cli.main import program
from app.webhooks import repository
from app.webhooks.desk import WebhookDesk
from app.webhooks.jobs import Sending
from app.webhooks.service import MOST_ENDPOINTS
from tests.support.receiver import Receiver, receiving
from tests.support.service_world import World, build_world
from tests.support.webhook_world import NOBODY, NORTH, log_of, register, send_due, sending_of


@pytest.fixture
def interface(client: TestClient, desk: WebhookDesk) -> TestClient:
    client.app.state.webhooks = desk
    return client


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
    endpoint, _ = register(desk, NOBODY)
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
    named = {"url": NOBODY + "x", "call_centre": "north"}
    assert interface.post("/api/v1/webhooks", headers=other, json=named).status_code == 403
    assert desk.endpoint(endpoint, actor=NORTH).removed_at is None


def test_officers_have_no_part_in_it_and_administrators_have(world: World, interface: TestClient) -> None:
    interface.cookies.update(world.officer())
    assert interface.get("/api/v1/webhooks").status_code == 403
    interface.cookies.clear()
    interface.cookies.update(world.officer("grace", Role.ADMINISTRATOR))
    same = {"sec-fetch-site": "same-origin"}
    given = {"url": NOBODY, "call_centre": "north"}
    assert interface.post("/api/v1/webhooks", headers=same, json=given).status_code == 201
    for faulty in ({"url": NOBODY + "y"}, {**given, "call_centre": "nowhere"}):
        assert interface.post("/api/v1/webhooks", headers=same, json=faulty).status_code == 422


def test_what_cannot_be_registered_is_refused_with_a_next_step(
    world: World, client: TestClient, interface: TestClient
) -> None:
    key = world.bearer()

    def status_of(**given: Any) -> int:
        answer = interface.post("/api/v1/webhooks", headers=key, json=given)
        assert answer.status_code == 201 or "next_step" in answer.json()
        return answer.status_code

    url = NOBODY
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
    for nobody in ("webhook_0", "%F0%9F%98%80"):
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
    endpoint, secret = register(desk, NOBODY + "token-in-the-path")
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
    endpoint, _ = register(desk, NOBODY)
    desk.test(endpoint, actor=NORTH)
    with world.database.reading() as session:
        assert (repository.waiting(session), repository.disabled(session)) == (1, 0)
    desk.remove(endpoint, actor=NORTH)
    with world.database.reading() as session:
        assert repository.waiting(session) == 0


def test_administrators_do_it_all_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    world = build_world(data)
    monkeypatch.setenv("CANVASS_MONITOR_WEBHOOK_ALLOW_HTTP", "true")
    monkeypatch.setenv("CANVASS_MONITOR_WEBHOOK_ALLOWED_NETWORKS", "127.0.0.0/8")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(program, ["webhooks", *arguments, "--data", str(data)])

    def printed(*arguments: str) -> str:
        done = run(*arguments)
        assert done.exit_code == 0, done.output
        return done.stdout

    with receiving() as receiver:
        webhook, secret = printed("add", "north", receiver.url).split()
        assert printed("list").split() == [webhook, "north", receiver.url, "call.judged", "active"]
        delivery = printed("test", webhook).strip()
        send_due(sending_of(world))
        assert receiver.requests[0].verified_by(secret)
        assert printed("deliveries", webhook).split()[0] == delivery
        shown = json.loads(printed("deliveries", webhook, "--json", "--status", "delivered"))
        assert (shown["id"], shown["attempts"][0]["status"]) == (delivery, 204)
        printed("replay", webhook, delivery)
        assert printed("replay", webhook, "--failed").startswith("0 messages")
        fresh = printed("rotate", webhook, "--overlap-hours", "0").strip()
        send_due(sending_of(world))
        assert receiver.requests[1].id == delivery
        assert receiver.requests[1].verified_by(fresh)
        assert printed("enable", webhook).strip() == f"{webhook} is enabled"
        assert printed("revoke", webhook).strip() == f"{webhook} is revoked"
        assert printed("list") == ""
        assert run("replay", webhook).exit_code == 2
    world.container.close()
