"""Uploads are pushed back before disk or queue are full, and still properly where one is full after all."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.calls import repository
from app.calls.tables import CallTable
from app.main import create_app
from app.storage.filesystem import FilesystemStorage
from tests.support.service_world import World, build_world, metadata

SOUND = b"RIFF not really sound" * 10


def send(client: TestClient, headers: dict[str, str], external_id: str = "c-1", *, sound: bytes = SOUND) -> Any:
    files = {"recording": ("call.wav", sound, "audio/wav")}
    return client.post("/api/v1/calls", data={"metadata": metadata(external_id)}, files=files, headers=headers)


def is_pushed_back(answer: Any, *, after: str) -> bool:
    body = answer.json()
    told = body["type"].endswith(":busy") and "Retry-After" in body["next_step"]
    return answer.status_code == 429 and answer.headers["retry-after"] == after and told


def files(world: World) -> list[Path]:
    return [path for path in world.container.settings.recordings_folder.rglob("*") if path.is_file()]


@pytest.fixture
def tight(tmp_path: Path) -> Iterator[World]:
    made = build_world(tmp_path / "tight", maximum_queued_calls=2, minimum_free_bytes=1000, retry_after_s=7)
    yield made
    made.container.close()


@pytest.fixture
def client(tight: World) -> Iterator[TestClient]:
    with TestClient(create_app(tight.container), raise_server_exceptions=False) as made:
        yield made


def test_a_long_queue_pushes_back_until_calls_are_judged(tight: World, client: TestClient) -> None:
    headers = tight.bearer()
    calls = [send(client, headers, name).json()["id"] for name in ("a", "b")]
    assert is_pushed_back(send(client, headers, "c"), after="7")
    tight.judge(calls[0])
    assert send(client, headers, "c").status_code == 202


def test_what_waits_is_not_counted_for_each_upload(
    tight: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    waiting = repository.waiting

    def count(session: Session) -> int:
        counted.append(waiting(session))
        return counted[-1]

    monkeypatch.setattr(repository, "waiting", count)
    headers = tight.bearer()
    assert [send(client, headers, name).status_code for name in "abcd"] == [202, 202, 429, 429]
    assert counted == [0, 2, 2]


def test_what_others_enter_is_counted_in_time(
    tight: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = tight.bearer()
    assert send(client, headers, "a").status_code == 202
    tight.submit("b")
    monkeypatch.setattr("app.calls.room.COUNTED_EVERY_S", 0.0)
    assert is_pushed_back(send(client, headers, "c"), after="7")


@pytest.mark.parametrize(
    ("free", "sound", "status"),
    [(999, b"x", 429), (10_000, b"x" * 9_500, 429), (20_000, b"x" * 9_500, 202), (10_000, b"x" * 2_000, 202)],
)
def test_a_disk_that_would_be_nearly_full_pushes_back(
    tight: World, client: TestClient, monkeypatch: pytest.MonkeyPatch, free: int, sound: bytes, status: int
) -> None:
    headers = tight.bearer()
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=free))
    answer = send(client, headers, sound=sound)
    assert answer.status_code == status
    assert status == 202 or is_pushed_back(answer, after="7")


def test_what_is_too_large_is_told_so_and_not_to_come_again(
    tight: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tight.container.settings.maximum_upload_bytes
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=limit + 1000))
    kind = {"content-type": "multipart/form-data; boundary=abc", "content-length": str(10**12)}
    answer = client.post("/api/v1/calls", content=b"--abc", headers={**tight.bearer(), **kind})
    assert answer.status_code == 413


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("where", ["incoming", "storage"])
def test_a_disk_that_is_full_after_all_pushes_back_and_keeps_nothing(
    tight: World, client: TestClient, monkeypatch: pytest.MonkeyPatch, number: int, where: str
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    headers = tight.bearer()
    with monkeypatch.context() as patched:
        if where == "incoming":
            patched.setattr("app.api.v1.upload.os.fsync", full)
        else:
            patched.setattr(FilesystemStorage, "put_new", full)
        assert is_pushed_back(send(client, headers), after="7")
    assert files(tight) == []
    assert send(client, headers).status_code == 202


def test_a_database_that_finds_no_room_pushes_back_and_keeps_nothing(
    tight: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        reason = sqlite3.OperationalError("database or disk is full")
        reason.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("INSERT", {}, reason)

    headers = tight.bearer()
    with monkeypatch.context() as patched:
        patched.setattr("app.work.queue.JobQueue.enqueue", full)
        assert is_pushed_back(send(client, headers), after="7")
    assert files(tight) == []
    with tight.database.reading() as session:
        assert session.query(CallTable).count() == 0


@pytest.mark.parametrize("fault", [OSError(errno.EIO, "broken"), OperationalError("INSERT", {}, sqlite3.Error())])
def test_another_fault_is_none_of_the_disks_room(
    tight: World, client: TestClient, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise fault

    monkeypatch.setattr(FilesystemStorage, "put_new", broken)
    assert send(client, tight.bearer()).status_code == 500
