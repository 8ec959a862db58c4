"""One request: what is sent, what is taken for an answer, and what a receiver cannot do."""

import ssl
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from app.webhooks import sending
from app.webhooks.addresses import Lookup, TargetRules, look_up, networks_of
from app.webhooks.sending import Answer, post
from tests.support.receiver import Receiver, receiving, reply

LOCAL = TargetRules(networks=networks_of("127.0.0.0/8"), http=True)
CERTIFICATE = Path(__file__).with_name("hooks.test.pem")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def send(url: str, *, rules: TargetRules = LOCAL, timeout_s: float = 5.0, lookup: Lookup = look_up) -> Answer:
    return post(url, body='{"a":"ä"}', headers={"webhook-id": "msg_1"}, rules=rules, timeout_s=timeout_s, lookup=lookup)


def test_a_message_is_posted_and_its_answer_told(receiver: Receiver) -> None:
    answer = send(receiver.url + "?token=x")
    assert (answer.status, answer.error, answer.is_taken) == (204, None, True)
    (request,) = receiver.requests
    assert (request.path, request.body) == ("/hook?token=x", '{"a":"ä"}')
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == "msg_1"
    assert request.headers["user-agent"].startswith("canvass-monitor/")


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_what_is_no_2xx_is_not_taken(receiver: Receiver, status: int) -> None:
    receiver.answer = lambda handler: reply(handler, status, Retry_After="120")
    answer = send(receiver.url)
    assert (answer.status, answer.is_taken, answer.retry_after_s) == (status, False, 120.0)


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answer = lambda handler: reply(handler, 307, Location=receiver.url + "/elsewhere")
    answer = send(receiver.url)
    assert (answer.status, answer.error, answer.is_taken) == (307, "redirect", False)
    assert len(receiver.requests) == 1


def test_nobody_listens(receiver: Receiver) -> None:
    with receiving() as gone:
        url = gone.url
    assert send(url).error == "connection"


def test_a_receiver_that_is_silent_or_drips_is_left_in_time(receiver: Receiver) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(200):
            handler.wfile.write(b"x")
            time.sleep(0.05)

    for answer in (lambda _handler: time.sleep(3), drip):
        receiver.answer = answer
        found = send(receiver.url, timeout_s=0.5)
        assert (found.status, found.error) == (None, "timeout")
        assert found.took_s < 2.5


def test_an_answer_without_an_end_is_not_read(receiver: Receiver) -> None:
    sent = 0

    def pour(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        for _ in range(2000):
            handler.wfile.write(b"x" * 65536)
            sent += 65536

    receiver.answer = pour
    assert send(receiver.url).is_taken
    time.sleep(0.2)
    assert sent < 50_000_000


def test_a_head_without_an_end_and_what_is_no_http_are_failures(receiver: Receiver) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-Filler: " + b"x" * 300_000)

    receiver.answer = endless
    assert send(receiver.url).error == "no-http"
    receiver.answer = lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    assert send(receiver.url).error == "no-http"


def test_nothing_is_sent_to_what_may_not_be_reached(receiver: Receiver) -> None:
    for rules in (TargetRules(http=True), TargetRules(networks=LOCAL.networks)):
        answer = send(receiver.url, rules=rules)
        assert (answer.status, answer.error) == (None, "refused-address")
    assert receiver.requests == []


def test_the_connection_goes_to_the_very_address_that_was_checked(receiver: Receiver) -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("127.0.0.2",)

    url = f"http://hooks.test:{receiver.port}/"
    assert send(url, lookup=rebinding).is_taken
    assert asked == ["hooks.test"]
    assert receiver.requests[0].headers["host"] == f"hooks.test:{receiver.port}"
    strict = TargetRules(networks=networks_of("127.0.0.1/32"), http=True)
    assert send(url, rules=strict, lookup=rebinding).error == "refused-address"


def test_the_next_address_is_tried_where_one_is_dead(receiver: Receiver) -> None:
    url = f"http://hooks.test:{receiver.port}/"
    assert send(url, lookup=lambda _host, _port: ("127.0.0.9", "127.0.0.1")).is_taken


def test_no_proxy_of_the_environment_is_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert send(receiver.url).is_taken


def test_the_certificate_must_be_that_of_the_name_and_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(certificate=str(CERTIFICATE)) as receiver:
        url = f"https://hooks.test:{receiver.port}/"
        assert send(url, lookup=lambda _host, _port: ("127.0.0.1",)).error == "tls"
        trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
        monkeypatch.setattr(sending, "trusted", lambda: trusting)
        assert send(url, lookup=lambda _host, _port: ("127.0.0.1",)).is_taken
        other = f"https://other.test:{receiver.port}/"
        assert send(other, lookup=lambda _host, _port: ("127.0.0.1",)).error == "tls"
        assert [request.headers["host"] for request in receiver.requests] == [f"hooks.test:{receiver.port}"]
