"""A bucket of recordings is imported like a folder, from a real server; and what becomes of work when it goes away."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from app.calls.tables import CallTable
from app.cli.importing import import_folder
from app.errors import StorageUnavailable
from app.main import create_app
from app.storage.base import recording_key
from app.storage.s3 import Bucket, S3Storage
from tests.support.s3_server import Line, S3Server, a_line, new_prefix
from tests.support.service_world import World, build_world, metadata

STARTED = "2026-05-04T18:30:00+01:00"
NAMES = ("a.wav", "b c+%ä.wav", "may/d.opus")
ALONE = typer.Typer()
ALONE.command("import")(import_folder)


@pytest.fixture
def world(tmp_path: Path, s3_environment: S3Server) -> Iterator[World]:
    made = build_world(tmp_path / "data")
    yield made
    made.container.close()


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVASS_MONITOR_MINIMUM_FREE_BYTES", "0")


class Archive:
    """A prefix of the bucket with recordings in it."""

    def __init__(self, folder: Path) -> None:
        self.address = new_prefix()
        self._bucket = Bucket(self.address)
        self._source = folder / "object"

    def put(self, name: str, content: bytes) -> None:
        self._source.write_bytes(content)
        self._bucket.upload(name, self._source)


@pytest.fixture
def archive(tmp_path: Path, s3_environment: S3Server) -> Archive:
    """Three recordings, a table with their times, and what nobody wants."""
    made = Archive(tmp_path)
    for name in NAMES:
        made.put(name, f"the sound of {name}".encode())
    rows = "".join(f"{name},{STARTED},agent-7\n" for name in NAMES[:2])
    made.put("metadata.csv", f"file,started_at,canvasser_id\n{rows}{made.address}/{NAMES[2]},{STARTED},\n".encode())
    made.put("may/d.opus.json", json.dumps({"canvasser_id": "agent-8"}).encode())
    for name in ("notes.txt", ".hidden/e.wav", "may/.f.wav"):
        made.put(name, b"nothing")
    return made


def run(world: World, address: str, *further: str) -> Result:
    given = [address, "--script", "eastmere-mayor", "--data", str(world.container.settings.data), *further]
    return CliRunner().invoke(ALONE, given)


def rows(world: World) -> dict[str, CallTable]:
    with world.database.reading() as session:
        return {row.external_id: row for row in session.query(CallTable).all()}


def test_a_bucket_is_brought_in_once_by_the_rules_of_a_folder(world: World, archive: Archive) -> None:
    first = run(world, archive.address)
    assert (first.exit_code, first.stdout) == (0, "3 recordings: 3 received\n"), first.stderr
    found = rows(world)
    assert {name: row.canvasser_id for name, row in found.items()} == dict(
        zip(NAMES, ("agent-7", "agent-7", "agent-8"), strict=True)
    )
    for name, row in found.items():
        content = f"the sound of {name}".encode()
        assert row.recording_sha256 == hashlib.sha256(content).hexdigest()
        assert b"".join(world.container.storage.open_range(recording_key(row.recording_sha256))) == content
    assert found["a.wav"].recording_type == "audio/x-wav"
    again = run(world, archive.address)
    assert again.stdout == "3 recordings: 3 were there already\n"
    assert len(rows(world)) == 3
    assert not any(world.container.settings.incoming_folder.iterdir())


def test_what_was_fetched_once_is_not_fetched_again(
    world: World, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    read = Bucket.read

    def counting(self: Bucket, name: str, **further: Any) -> Any:
        fetched.append(name)
        return read(self, name, **further)

    monkeypatch.setattr(Bucket, "read", counting)
    assert run(world, archive.address, "--dry-run").stdout == "3 recordings: 3 would be received\n"
    assert rows(world) == {} and {*NAMES} < {*fetched}
    run(world, archive.address)
    fetched.clear()
    assert run(world, archive.address).exit_code == 0
    assert set(fetched) == {"metadata.csv", "may/d.opus.json"}
    archive.put("a.wav", b"another sound under the same name")
    changed = run(world, archive.address)
    assert (changed.exit_code, changed.stdout) == (1, "3 recordings: 2 were there already, 1 refused\n")
    assert "Another recording was received" in changed.stderr


def test_what_cannot_be_brought_in_is_named_and_the_others_are(world: World, archive: Archive) -> None:
    archive.put("g.wav", b"nobody tells when")
    archive.put("h.wav", b"fine")
    archive.put("h.json", json.dumps({"started_at": STARTED}).encode())
    archive.put("i.wav", b"told badly")
    archive.put("i.json", b"[]")
    done = run(world, archive.address)
    assert (done.exit_code, done.stdout) == (1, "6 recordings: 4 received, 2 refused\n")
    assert "g.wav: `started_at` is missing" in done.stderr and "i.json beside it is no JSON" in done.stderr


def test_a_bucket_of_a_server_that_is_down_ends_the_import_at_once(
    world: World, archive: Archive, s3_environment: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.s3.TRIES", 0)
    with a_line(s3_environment) as line:
        monkeypatch.setenv("AWS_ENDPOINT_URL", line.endpoint)
        line.cut()
        failed = run(world, archive.address)
        assert isinstance(failed.exception, StorageUnavailable)
        line.mend()
        assert run(world, archive.address).exit_code == 0
    assert len(rows(world)) == 3


@pytest.mark.parametrize("source", ["s3://", "s3://b?x", "/nowhere/at/all"])
def test_an_address_that_is_none_is_refused(world: World, source: str) -> None:
    assert run(world, source).exit_code == 2


def test_wrong_credentials_are_told_as_such_and_stay_secret(
    world: World, archive: Archive, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-wrong-secret")
    failed = run(world, archive.address)
    assert isinstance(failed.exception, StorageUnavailable)
    assert "refuses the credentials" in failed.exception.message
    logged = capfd.readouterr()
    assert "a-wrong-secret" not in logged.out + logged.err + str(failed.exception)


@pytest.fixture
def line(s3_environment: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """The only way to the server."""
    with a_line(s3_environment) as made:
        monkeypatch.setenv("AWS_ENDPOINT_URL", made.endpoint)
        monkeypatch.setattr("app.storage.s3.TRIES", 1)
        yield made


@pytest.fixture
def far(tmp_path: Path, line: Line) -> Iterator[World]:
    """A world that stores on the server behind the line."""
    made = build_world(tmp_path / "far", storage=new_prefix(), storage_patience_s=5)
    yield made
    made.container.close()


def test_no_request_waits_for_ever_for_a_server_that_says_nothing(line: Line, tmp_path: Path) -> None:
    storage, source = S3Storage(new_prefix(), patience_s=0.3), tmp_path / "source"
    source.write_bytes(b"praise")
    assert storage.put_new("a/b", source)
    source.write_bytes(b"praise" * 1_000_000)
    line.stall()
    acts: tuple[Callable[[], Any], ...] = (
        lambda: storage.exists("a/b"),
        lambda: storage.put_new("a/c", source),
        lambda: list(storage.keys("a")),
        lambda: storage.delete("a/b"),
        lambda: list(storage.open_range("a/b")),
    )
    for act in acts:
        with pytest.raises(StorageUnavailable):
            act()
    line.cut()
    line.mend()
    assert b"".join(storage.open_range("a/b")) == b"praise"


def upload(client: TestClient, world: World, sound: bytes = b"praise") -> Any:
    files = {"recording": ("a.wav", sound, "audio/wav")}
    return client.post("/api/v1/calls", data={"metadata": metadata()}, files=files, headers=world.bearer())


@pytest.mark.parametrize("size_bytes", [1000, 9_000_000])
def test_an_upload_is_answered_503_while_the_server_is_away_and_received_when_it_is_back(
    far: World, line: Line, size_bytes: int
) -> None:
    sound = b"praise" * (size_bytes // 6)
    with TestClient(create_app(far.container), raise_server_exceptions=False) as client:
        line.cut()
        refused = upload(client, far, sound)
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:canvass-monitor:problem:storage-unavailable")
        assert int(refused.headers["retry-after"]) > 0
        assert rows(far) == {} and not any(far.container.settings.incoming_folder.iterdir())
        line.mend()
        received = upload(client, far, sound)
        assert received.status_code == 202
        call = received.json()["id"]
        far.judge(call)
        playing = client.get(f"/api/v1/calls/{call}/recording", headers={**far.bearer(), "Range": "bytes=6-11"})
        assert (playing.status_code, playing.content) == (206, b"praise")
        line.cut()
        assert client.get(f"/api/v1/calls/{call}/recording", headers=far.bearer()).status_code == 503


def test_a_call_waits_while_the_server_is_away_and_that_is_no_attempt(
    far: World, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.runs.jobs.PAUSES_S", (0.0,))
    with TestClient(create_app(far.container)) as client:
        call = upload(client, far).json()["id"]
    line.cut()
    waits: list[float] = []

    def wait(pause: float) -> None:
        waits.append(pause)
        if len(waits) == 4:  # more often than a call is tried
            line.mend()

    monkeypatch.setattr("app.runs.jobs.time.sleep", wait)
    far.judge(call)
    judged = rows(far)["c-1"]
    assert (judged.status, judged.outcome, len(waits)) == ("done", "flagged", 4)


def test_a_call_whose_server_goes_away_while_it_is_heard_is_heard_again(
    far: World, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.service_analysts import quick

    monkeypatch.setattr("app.runs.jobs.time.sleep", lambda _pause: line.mend())
    heard: list[Path] = []

    def cutting(path: Path, **further: Any) -> Any:
        heard.append(path)
        if len(heard) == 1:
            line.cut()
        return quick(path, **further)

    with TestClient(create_app(far.container)) as client:
        call = upload(client, far).json()["id"]
        far.judge(call, analyst=cutting)
        assert len(heard) == 2
        assert rows(far)["c-1"].outcome == "flagged"
        answer = client.get(f"/api/v1/calls/{call}/recording?variant=playback", headers=far.bearer())
    assert answer.content.startswith(b"OggS")
