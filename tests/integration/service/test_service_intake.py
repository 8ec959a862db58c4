"""What was changed on the way is refused, and of what is refused nothing stays."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.api.v1 import service
from app.audit.service import Actor
from app.bootstrap import Container
from app.calls.metadata import CallMetadata
from app.calls.tables import CallTable
from app.errors import Conflict
from app.storage.base import recording_key
from tests.support.service_world import World, metadata, stored

SOUND = b"RIFF not really sound" * 10
URL = "/api/v1/calls"


def digest_of(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def form(*, sound: bytes = SOUND, meta: str | None = None, heads: dict[str, str] | None = None) -> bytes:
    """A multipart body by hand; ``heads`` holds further header lines of a part."""
    text = metadata() if meta is None else meta
    body = b""
    for name, content, more in (("metadata", text.encode(), ""), ("recording", sound, '; filename="a.wav"')):
        head = (heads or {}).get(name, "")
        body += (
            f'--abc\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{head}\r\n'.encode() + content + b"\r\n"
        )
    return body + b"--abc--\r\n"


def send(client: TestClient, headers: dict[str, str], body: bytes, digest: str | None = None) -> Any:
    given = {**headers, "content-type": "multipart/form-data; boundary=abc"}
    if digest is not None:
        given["content-digest"] = digest
    return client.post(URL, content=body, headers=given)


def kept(container: Container) -> list[str]:
    return [key.rpartition("/")[2] for key in stored(container)]


def is_bad_digest(answer: Any) -> bool:
    body = answer.json()
    right_type = answer.headers["content-type"] == "application/problem+json"
    return right_type and answer.status_code == 400 and body["type"].endswith(":bad-digest") and bool(body["next_step"])


def test_the_right_digest_of_a_part_or_of_the_body_or_of_the_recording_passes(world: World, client: TestClient) -> None:
    headers = world.bearer()
    heads = {
        "recording": f"Content-Digest: sha-512=:AAAA:\r\ncontent-digest: {digest_of(SOUND)}\r\n",
        "metadata": f"Content-Digest: {digest_of(metadata().encode())}\r\n",
    }
    body = form(heads=heads)
    assert send(client, headers, body).status_code == 202
    assert send(client, headers, body, digest_of(body)).status_code == 200
    assert send(client, headers, body, digest_of(SOUND)).status_code == 200
    assert send(client, headers, body, "sha-512=:AAAA:, md5=:AAAA:").status_code == 200


@pytest.mark.parametrize("part", ["recording", "metadata"])
@pytest.mark.parametrize("digest", [digest_of(b"other"), "sha-256=:AAAA:"])
def test_a_part_that_was_changed_on_the_way_is_refused(
    world: World, client: TestClient, part: str, digest: str
) -> None:
    answer = send(client, world.bearer(), form(heads={part: f"Content-Digest: {digest}\r\n"}))
    assert is_bad_digest(answer)
    assert kept(world.container) == []


@pytest.mark.parametrize("digest", [digest_of(b"other"), "sha-256=?1"])
def test_a_body_that_was_changed_on_the_way_is_refused(world: World, client: TestClient, digest: str) -> None:
    assert is_bad_digest(send(client, world.bearer(), form(), digest))
    with world.database.reading() as session:
        assert session.query(CallTable).count() == 0
    assert kept(world.container) == []


def test_a_body_that_broke_off_is_known_by_its_digest(world: World, client: TestClient) -> None:
    whole = form()
    assert is_bad_digest(send(client, world.bearer(), whole[:-30], digest_of(whole)))


def test_of_a_refused_upload_nothing_stays(world: World, client: TestClient) -> None:
    headers = world.bearer()
    assert send(client, headers, form()).status_code == 202
    refused = [
        (form(sound=b"another"), 409),
        (form(sound=b"another", meta=metadata(script="nobody-knows")), 422),
        (form(sound=b"another", meta=metadata(call_centre="south")), 403),
        (form(sound=b"another", meta="{}"), 422),
    ]
    for body, status in refused:
        assert send(client, headers, body).status_code == status
    assert kept(world.container) == [hashlib.sha256(SOUND).hexdigest()]


def test_of_an_upload_that_fails_at_the_last_moment_nothing_stays_but_what_another_call_has(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the queue is down")

    headers = world.bearer()
    assert send(client, headers, form()).status_code == 202
    with monkeypatch.context() as patched:
        patched.setattr("app.work.queue.JobQueue.enqueue", fail)
        assert send(client, headers, form(sound=b"another", meta=metadata("c-2"))).status_code == 500
        assert send(client, headers, form(meta=metadata("c-3"))).status_code == 500
    assert kept(world.container) == [hashlib.sha256(SOUND).hexdigest()]


def test_a_recording_that_is_taken_back_meanwhile_is_kept_by_the_call_that_needs_it(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = recording_key(hashlib.sha256(SOUND).hexdigest())
    submit = service.submit

    def taken_back_first(*args: Any, actor: Actor, **kwargs: Any) -> Any:
        world.container.storage.delete(key)
        return submit(*args, actor=actor, **kwargs)

    monkeypatch.setattr(service, "submit", taken_back_first)
    assert send(client, world.bearer(), form()).status_code == 202
    assert world.container.storage.exists(key)


def test_no_accepted_call_loses_its_recording_to_refused_ones_with_the_same_sound(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = service.submit

    def half(session: Any, *, metadata: CallMetadata, **further: Any) -> Any:
        received = submit(session, metadata=metadata, **further)
        if metadata.external_id.startswith("refused"):
            raise Conflict("refused at the last moment")
        return received

    monkeypatch.setattr(service, "submit", half)
    headers = world.bearer()

    def upload(number: int) -> tuple[str, int]:
        sound = f"sound {number // 4}".encode()
        name = f"{'refused' if number % 2 else 'accepted'}-{number}"
        return sound.decode(), send(client, headers, form(sound=sound, meta=metadata(name))).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(upload, range(48)))
    assert [status for _, status in answers] == [202, 409] * 24
    digests = {hashlib.sha256(sound.encode()).hexdigest() for sound, _ in answers}
    assert set(kept(world.container)) == digests


def test_what_another_call_has_meanwhile_is_not_taken_back(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers, take_back, submit, answers = world.bearer(), service.Service._take_back, service.submit, []

    def after_another(self: Any, recording: Any) -> None:
        answers.append(send(client, headers, form(meta=metadata("another"))).status_code)
        take_back(self, recording)

    def refusing(session: Any, *, metadata: CallMetadata, **further: Any) -> Any:
        if metadata.external_id == "refused":
            raise Conflict("refused at the last moment")
        return submit(session, metadata=metadata, **further)

    monkeypatch.setattr(service, "submit", refusing)
    monkeypatch.setattr(service.Service, "_take_back", after_another)
    assert send(client, headers, form(meta=metadata("refused"))).status_code == 409
    assert answers == [202]
    assert kept(world.container) == [hashlib.sha256(SOUND).hexdigest()]
