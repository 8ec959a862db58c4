"""Requests that no honest program sends: each is refused with a problem document, and none is a server error."""

import asyncio
import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from tests.support.service_world import World, metadata

FAR = "9" * 5000
HALF = "\\ud800"


@pytest.fixture
def call(world: World, client: TestClient) -> str:
    sent = upload(client, world.bearer(), metadata("c-1"))
    assert sent.status_code == 202
    call_id: str = sent.json()["id"]
    world.judge(call_id)
    return call_id


def upload(client: TestClient, headers: dict[str, str], told: str | bytes) -> Any:
    return client.post(
        "/api/v1/calls",
        headers=headers,
        data={"metadata": told},
        files={"recording": ("a.wav", b"sound", "audio/wav")},
    )


def refused(answer: Any, *statuses: int) -> dict[str, Any]:
    assert answer.status_code in statuses, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == answer.status_code
    assert told["next_step"]
    return told


@pytest.mark.parametrize(
    "told",
    [
        "[" * 60_000,
        '{"raw":' * 6000,
        f'{{"{HALF}": 1}}',
        f'{{"external_id": "{HALF}", "script": "eastmere-mayor", "started_at": "2026-05-04T18:30:00Z"}}',
        metadata("c", raw={"format": "alaw", "rate": 1}).replace(": 1}", f": {FAR}}}"),
        metadata("c", channels={"canvasser": 10**300, "contact": 1}),
        metadata("c", started_at="0001-01-01T00:00:00+14:00"),
        metadata("c", started_at="9999-12-31T23:59:59-14:00"),
        metadata("\0"),
    ],
    ids=[
        "deep",
        "deep object",
        "half a letter",
        "half a name",
        "long number",
        "large",
        "too early",
        "too late",
        "zero",
    ],
)
def test_metadata_that_break_readers_are_refused(world: World, client: TestClient, told: str) -> None:
    refused(upload(client, world.bearer(), told), 422)


@pytest.mark.parametrize("boundary", [b"x" * 5000, b"\xe9", b"\xff\xfe", b'""'])
def test_a_boundary_that_is_none_is_refused(world: World, client: TestClient, boundary: bytes) -> None:
    headers = {**world.bearer(), "Content-Type": b"multipart/form-data; boundary=" + boundary}
    refused(client.post("/api/v1/calls", headers=headers, content=b"--x\r\n"), 415, 422)


def test_an_announced_length_of_thousands_of_digits_is_not_read(world: World, client: TestClient) -> None:
    headers = {**world.bearer(), "Content-Type": "multipart/form-data; boundary=x", "Content-Length": FAR}
    refused(client.post("/api/v1/calls", headers=headers, content=b""), 413, 422)


@pytest.mark.parametrize("asked", [f"bytes={FAR}-", f"bytes=0-{FAR}", f"bytes=-{FAR}"])
def test_a_range_of_thousands_of_digits_is_not_read(world: World, client: TestClient, call: str, asked: str) -> None:
    answer = client.get(f"/api/v1/calls/{call}/recording", headers={**world.bearer(), "Range": asked})
    assert (answer.status_code, answer.content) == (200, b"sound")


def test_a_range_behind_the_end_is_a_problem_document(world: World, client: TestClient, call: str) -> None:
    answer = client.get(f"/api/v1/calls/{call}/recording", headers={**world.bearer(), "Range": "bytes=5-"})
    assert "5 bytes" in refused(answer, 416)["detail"]
    assert answer.headers["content-range"] == "bytes */5"


@pytest.mark.parametrize(
    "query",
    [
        {"started_from": "0001-01-01T00:00:00+14:00"},
        {"started_to": "9999-12-31T23:59:59-14:00"},
        {"started_to": "0.5"},
        {"started_from": "2026-05-04T18:30:00"},
        *(
            {"cursor": base64.urlsafe_b64encode(place.encode()).decode()}
            for place in (f'["{HALF}"]', '["\\u0000"]', f"[{'9' * 300}]", "[" * 300, "[NaN]", "{}")
        ),
    ],
)
def test_a_list_is_not_asked_for_what_no_database_can_look_for(
    world: World, client: TestClient, query: dict[str, str]
) -> None:
    refused(client.get("/api/v1/calls", headers=world.bearer(), params=query), 422)


@pytest.mark.parametrize("address", ["/api/v1/calls/%00", "/api/v1/calls?script=%00", "/calls/a%00b", "/?code=%00"])
def test_an_address_with_the_character_zero_is_refused(world: World, client: TestClient, address: str) -> None:
    refused(client.get(address, headers=world.bearer()), 400)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 30_000, 400),
        (b"\xff\xfe{", 400),
        (f'{{"verdict": "confirmed", "reason": "{HALF}"}}'.encode(), 422),
        (b'{"verdict": "confirmed", "reason": "\\u0000"}', 422),
        (f'{{"{HALF}": 1}}'.encode(), 422),
        (b'{"verdict": NaN}', 422),
        (json.dumps({"verdict": "confirmed", "reason": "a" * 70_000}).encode(), 413),
    ],
    ids=["deep", "no letters", "half a letter", "zero", "half a key", "no number", "long"],
)
def test_a_decision_that_cannot_be_kept_is_refused(
    world: World, client: TestClient, call: str, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json"}
    client.cookies = world.officer()
    refused(client.post(f"/api/v1/calls/{call}/decisions", headers=headers, content=body), status)


def test_an_upload_that_is_hung_up_on_is_no_failure_of_the_service(world: World) -> None:
    app = create_app(world.container)
    answers: list[Any] = []
    messages = [{"type": "http.request", "body": b"--x\r\n", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        answers.append(message)

    headers = {**world.bearer(), "Content-Type": "multipart/form-data; boundary=x"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/calls",
        "raw_path": b"/api/v1/calls",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    # In a thread of its own: the browser of other tests keeps an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    assert answers[0]["status"] == 400
    assert app.state.uploads.counts["500"] == 0


def test_a_method_that_is_none_is_answered_with_all_that_are(world: World, client: TestClient) -> None:
    answer = client.put("/api/v1/calls", headers=world.bearer())
    refused(answer, 405)
    assert set(answer.headers["allow"].split(", ")) == {"GET", "POST"}
