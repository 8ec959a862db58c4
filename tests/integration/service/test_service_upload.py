from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.accounts.policy import Role
from app.audit.tables import AuditEntryTable
from app.calls.tables import CallTable
from app.main import create_app
from tests.support.service_world import World, build_world, metadata

SOUND = b"RIFF not really sound" * 10


def send(
    client: TestClient,
    headers: dict[str, str],
    *,
    meta: str | None = None,
    sound: bytes = SOUND,
    as_file: bool = False,
    kind: str = "audio/wav",
) -> Any:
    text = meta if meta is not None else metadata()
    files: dict[str, Any] = {"recording": ("call.wav", sound, kind)}
    if as_file:
        files["metadata"] = ("metadata.json", text, "application/json")
        return client.post("/api/v1/calls", files=files, headers=headers)
    return client.post("/api/v1/calls", data={"metadata": text}, files=files, headers=headers)


def test_an_upload_is_accepted_once(world: World, client: TestClient) -> None:
    headers = world.bearer()
    first = send(client, headers)
    assert first.status_code == 202, first.text
    body = first.json()
    assert body["status"] == "queued"
    assert first.headers["location"] == f"/api/v1/calls/{body['id']}"
    assert body["recording_size_bytes"] == len(SOUND)

    again = send(client, headers, as_file=True)
    assert again.status_code == 200
    assert again.json()["id"] == body["id"]
    found = client.get(first.headers["location"], headers=headers).json()
    assert (found["status"], found["result"], found["external_id"]) == ("queued", None, "c-1")
    assert list(world.container.settings.incoming_folder.iterdir()) == []


def test_metadata_in_another_notation_are_the_same(world: World, client: TestClient) -> None:
    headers = world.bearer()
    first = send(client, headers)
    other = metadata(started_at="2026-05-04T17:30:00Z", call_centre="north", canvasser_id=None)
    assert send(client, headers, meta=other).json()["id"] == first.json()["id"]


@pytest.mark.parametrize(
    ("change", "sound"),
    [({}, SOUND + b"!"), ({"campaign": "other"}, SOUND), ({"dialled_number": "+441632960001"}, SOUND)],
)
def test_other_content_under_the_same_id_is_a_conflict(
    world: World, client: TestClient, change: dict[str, Any], sound: bytes
) -> None:
    headers = world.bearer()
    assert send(client, headers).status_code == 202
    answer = send(client, headers, meta=metadata(**change), sound=sound)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("conflict")
    assert answer.json()["next_step"]


def test_two_calls_with_the_same_sound_are_two_calls(world: World, client: TestClient) -> None:
    headers = world.bearer()
    ids = {send(client, headers, meta=metadata(external)).json()["id"] for external in ("a", "b")}
    ids.add(send(client, world.bearer("south"), meta=metadata("a")).json()["id"])
    assert len(ids) == 3


def test_a_foreign_call_centre_is_forbidden(world: World, client: TestClient) -> None:
    assert send(client, world.bearer(), meta=metadata(call_centre="south")).status_code == 403


def test_an_administrator_names_the_call_centre(world: World, client: TestClient) -> None:
    client.cookies.update(world.officer(role=Role.ADMINISTRATOR))
    assert send(client, {}).status_code == 403
    assert send(client, {}, meta=metadata(call_centre="nowhere")).status_code == 422
    assert send(client, {}, meta=metadata(call_centre="north")).status_code == 202


def test_an_unknown_script_is_refused_and_nothing_is_kept(world: World, client: TestClient) -> None:
    answer = send(client, world.bearer(), meta=metadata(script="nobody-knows"))
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (422, "unknown-script")
    with world.database.reading() as session:
        assert session.query(CallTable).count() == 0


@pytest.mark.parametrize(
    "bad",
    [
        "no json",
        "[]",
        "{}",
        metadata(started_at="2026-05-04T18:30:00"),
        metadata(started_at="yesterday"),
        metadata(external_id=""),
        metadata(external_id="x" * 201),
        metadata(external_id=7),
        metadata(channels={"canvasser": 0, "contact": 0}),
        metadata(channels={"canvasser": True, "contact": 0}),
        metadata(raw={"format": "mulaw", "rate": 1}),
        metadata(raw="mulaw"),
        metadata(canvaser_id="misspelt"),
        metadata(started_at="0001-01-01T00:00:00+14:00"),
    ],
)
def test_bad_metadata_are_refused(world: World, client: TestClient, bad: str) -> None:
    answer = send(client, world.bearer(), meta=bad)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_declared_to_be_no_sound_is_refused(world: World, client: TestClient) -> None:
    headers = world.bearer()
    assert send(client, headers, kind="application/pdf").status_code == 415
    assert send(client, headers, meta=metadata(raw={"format": "g729"})).status_code == 415
    assert client.post("/api/v1/calls", json={}, headers=headers).status_code == 415
    assert send(client, headers, kind="application/octet-stream").status_code == 202


def test_headerless_sound_can_be_declared(world: World, client: TestClient) -> None:
    answer = send(client, world.bearer(), meta=metadata(raw={"format": "mulaw", "rate": 8000, "channels": 2}))
    assert answer.status_code == 202
    with world.database.reading() as session:
        row = session.query(CallTable).one()
        assert row.details["raw"] == {"encoding": "mulaw", "sample_rate": 8000, "channels": 2}


def test_the_dialled_number_is_not_kept(world: World, client: TestClient) -> None:
    assert send(client, world.bearer(), meta=metadata(dialled_number="+44 1632 960123")).status_code == 202
    world.container.close()
    for path in world.container.settings.data.glob("canvass-monitor.sqlite*"):
        assert b"960123" not in path.read_bytes()
    with world.database.reading() as session:
        assert session.query(CallTable).one().details["dialled_number_ends"] == "123"


def test_a_form_with_a_part_missing_doubled_or_unknown_is_refused(world: World, client: TestClient) -> None:
    headers = world.bearer()
    url = "/api/v1/calls"
    part = ("recording", ("a.wav", SOUND, "audio/wav"))
    assert client.post(url, files=[part], headers=headers).status_code == 422
    assert client.post(url, files=[("metadata", ("m", metadata()))], headers=headers).status_code == 422
    assert client.post(url, data={"metadata": metadata()}, files=[part, part], headers=headers).status_code == 422
    assert client.post(url, data={"metadata": metadata(), "x": "y"}, files=[part], headers=headers).status_code == 422
    broken = {**headers, "content-type": "multipart/form-data; boundary=abc"}
    assert client.post(url, content=b"--abc\r\nnot a form", headers=broken).status_code == 422
    assert client.post(url, content=b"", headers=broken).status_code == 422
    assert list(world.container.settings.incoming_folder.iterdir()) == []


def test_an_upload_is_logged_without_content(world: World, client: TestClient) -> None:
    call = send(client, world.bearer()).json()["id"]
    with world.database.reading() as session:
        entry = session.query(AuditEntryTable).filter_by(action="call.received").one()
        assert (entry.actor_kind, entry.subject) == ("key", call)
        assert set(entry.details) == {"sha256"}


@pytest.fixture
def tight(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[World, TestClient]]:
    made = build_world(tmp_path / "tight", **request.param)
    with TestClient(create_app(made.container), raise_server_exceptions=False) as client:
        yield made, client
    made.container.close()


@pytest.mark.parametrize("tight", [{"maximum_upload_bytes": 1000}], indirect=True)
def test_too_large_is_refused_with_and_without_an_announced_length(tight: tuple[World, TestClient]) -> None:
    world, client = tight
    headers = world.bearer()
    assert send(client, headers, sound=b"x" * 1000).status_code == 202
    assert send(client, headers, sound=b"x" * 1001, meta=metadata("c-2")).status_code == 413
    assert send(client, headers, sound=b"x" * 400_000, meta=metadata("c-3")).status_code == 413

    def chunks() -> Iterator[bytes]:
        yield b'--abc\r\nContent-Disposition: form-data; name="recording"; filename="a"\r\n\r\n'
        for _ in range(100):
            yield b"x" * 1000

    unannounced = {**headers, "content-type": "multipart/form-data; boundary=abc"}
    assert client.post("/api/v1/calls", content=chunks(), headers=unannounced).status_code == 413
    assert list(world.container.settings.incoming_folder.iterdir()) == []


def test_an_upload_whose_job_cannot_be_entered_leaves_no_call(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the queue is down")

    with monkeypatch.context() as patched:
        patched.setattr("app.work.queue.JobQueue.enqueue", fail)
        assert send(client, world.bearer()).status_code == 500
    with world.database.reading() as session:
        assert session.query(CallTable).count() == 0
    assert send(client, world.bearer()).status_code == 202
