"""What goes wrong with webhooks: receivers that are down, gone or dead, and workers that are killed."""

import os
import signal
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from app.errors import DatabaseUnavailable
from app.main import running
from app.settings import Settings
from app.webhooks.deliveries import DISABLED_AFTER, MOST_AT_ONCE, Parcel, settle_attempt
from app.webhooks.desk import WebhookDesk
from app.webhooks.jobs import Sending, start_sending
from app.webhooks.sending import Answer
from app.webhooks.tables import WebhookDeliveryTable, WebhookEndpointTable
from tests.support.receiver import Receiver, receiving, reply
from tests.support.service_world import World, build_world, metadata
from tests.support.webhook_world import (
    NOBODY,
    NORTH,
    change,
    desk_of,
    log_of,
    register,
    send_due,
)


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
    endpoint, _ = register(desk, NOBODY)
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
    endpoint, _ = register(desk, NOBODY)
    world.judge(world.submit("c-1"))
    for _ in range(3):
        (held,) = sender.take_due(limit=10)
        change(world, WebhookDeliveryTable, held.delivery_id, next_attempt_at=datetime.now(UTC))
    assert sender.take_due(limit=10) == ()
    assert log_of(desk, endpoint) == [("failed", [(None, "interrupted")] * 3)]


def test_a_dead_receiver_holds_up_nobody_else(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    dead, _ = register(desk, NOBODY)
    living, _ = register(desk, receiver.url)
    for number in range(6):
        world.judge(world.submit(f"c-{number}"))
    change(world, WebhookEndpointTable, dead, failing_since=datetime.now(UTC))
    taken = [parcel.endpoint_id for parcel in sender.take_due(limit=100)]
    assert sorted(taken) == sorted([dead] + [living] * MOST_AT_ONCE)
    assert sender.take_due(limit=100) == ()


def test_an_endpoint_that_fails_is_asked_now_and_then_and_at_once_when_somebody_asks_for_it(
    world: World, desk: WebhookDesk, sender: Sending, receiver: Receiver
) -> None:
    endpoint, _ = register(desk, receiver.url)
    for _ in range(6):
        desk.test(endpoint, actor=NORTH)
    receiver.answer = lambda handler: reply(handler, 500)
    patient = replace(sender, pauses_s=(5.0, 600.0))
    (first,) = patient.take_due(limit=1)
    patient.deliver(first)
    assert patient.take_due(limit=100) == ()
    receiver.answer = lambda handler: reply(handler, 200)
    desk.replay(endpoint, first.delivery_id, actor=NORTH)
    (again,) = patient.take_due(limit=100)
    patient.deliver(again)
    assert len(patient.take_due(limit=100)) == MOST_AT_ONCE


def test_the_sending_outlives_a_database_that_does_not_answer(
    desk: WebhookDesk, sender: Sending, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, _ = register(desk, receiver.url)
    desk.test(endpoint, actor=NORTH)
    failures = iter(
        (DatabaseUnavailable("It does not answer.", sqlstate="08006"), OperationalError("", {}, Exception()))
    )
    take_due = Sending.take_due

    def failing(self: Sending, *, limit: int) -> tuple[Parcel, ...]:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        return take_due(self, limit=limit)

    monkeypatch.setattr(Sending, "take_due", failing)
    stopped = threading.Event()
    thread = start_sending(sender, stopped=stopped)
    receiver.until(1)
    stopped.set()
    thread.join(20)
    assert not thread.is_alive()
    assert next(failures, None) is None


def test_a_message_survives_the_kill_of_its_worker_between_and_within_attempts(
    tmp_path: Path, receiver: Receiver
) -> None:
    world = build_world(tmp_path / "data")
    # The settings reach the worker through its environment, as an operator's do.
    given = Settings(
        data=tmp_path / "data",
        analyst="tests.support.service_analysts:quick",
        minimum_free_bytes=0,
        webhook_allow_http=True,
        webhook_allowed_networks="127.0.0.0/8",
        webhook_timeout_s=1.0,
        webhook_pauses_s=(0.5, 0.5, 0.5),
        _env_file=None,
    )
    released = threading.Event()
    receiver.answer = lambda handler: reply(handler, 500)
    endpoint, secret = register(desk_of(world), receiver.url)
    with running(given, slots=1) as service:
        upload = {"metadata": metadata("c-1")}
        sound = {"recording": ("a.wav", b"sound", "audio/wav")}
        with httpx.Client(base_url=service.url, headers=world.bearer(), timeout=30, trust_env=False) as client:
            assert client.post("/api/v1/calls", data=upload, files=sound).status_code == 202
        receiver.until(1)
        receiver.answer = lambda _handler: released.wait(30)
        kill(service.supervisor.process_ids)
        receiver.until(2)
        receiver.answer = lambda handler: reply(handler, 204)
        kill(service.supervisor.process_ids)
        requests = receiver.until(3)
        released.set()
    assert len({request.id for request in requests}) == 1
    assert requests[2].verified_by(secret)["type"] == "call.judged"
    ((status, attempts),) = log_of(desk_of(world), endpoint)
    assert (status, attempts) in (
        ("delivered", [(500, None), (None, "interrupted"), (204, None)]),
        ("delivered", [(None, "interrupted"), (None, "interrupted"), (204, None)]),
    )
    world.container.close()


def kill(process_ids: tuple[int, ...]) -> None:
    for process_id in process_ids:
        os.kill(process_id, signal.SIGKILL)
