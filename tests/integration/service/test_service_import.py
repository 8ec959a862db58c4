"""A folder of recordings is received as if each had been uploaded, however often it is imported."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import text
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from app.audit.tables import AuditEntryTable
from app.calls.tables import CallTable
from app.cli import bringing
from app.cli.bringing import Bringing
from app.cli.importing import import_folder
from app.cli.main import program
from app.cli.places import FolderPlace
from app.cli.recordings import find_recordings
from app.cli.service import operator
from app.main import build_service
from app.storage.base import recording_key
from tests.support.service_world import World, schema_of_jobs, stored

STARTED = "2026-05-04T18:30:00+01:00"
DIES_BEFORE_THE_30TH_COMMIT = """
import itertools, os, signal
from app.api.v1 import service
from app.cli import main
count, submit = itertools.count(1), service.submit
def dying(*arguments, **further):
    received = submit(*arguments, **further)
    if next(count) == 30:
        os.kill(os.getpid(), signal.SIGKILL)
    return received
service.submit = dying
main()
"""
ALONE = typer.Typer()
ALONE.command("import")(import_folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three recordings and a table with their times."""
    made = tmp_path / "archive"
    (made / "may").mkdir(parents=True)
    for name in ("a.wav", "b.wav", "may/c.opus"):
        (made / name).write_bytes(f"the sound of {name}".encode())
    rows = "".join(f"{name},{STARTED},agent-7\n" for name in ("a.wav", "b.wav", "may/c.opus"))
    (made / "metadata.csv").write_text("file,started_at,canvasser_id\n" + rows, encoding="utf-8")
    return made


def run(world: World, folder: Path, *further: str) -> Result:
    given = [str(folder), "--script", "eastmere-mayor", "--data", str(world.container.settings.data), *further]
    return CliRunner().invoke(ALONE, given)


def lines(done: Result) -> dict[str, dict[str, Any]]:
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {item["recording"]: item for item in found}


def rows(world: World) -> dict[str, CallTable]:
    with world.database.reading() as session:
        return {row.external_id: row for row in session.query(CallTable).all()}


def kept(world: World) -> int:
    return len(stored(world.container))


@pytest.fixture(autouse=True)
def of_the_world(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works where the world does."""
    for name, value in world.container.settings.as_environment().items():
        monkeypatch.setenv(name, value)


def test_a_folder_is_brought_in_once(world: World, folder: Path) -> None:
    first = run(world, folder)
    assert (first.exit_code, first.stdout) == (0, "3 recordings: 3 received\n")
    found = rows(world)
    assert set(found) == {"a.wav", "b.wav", "may/c.opus"}
    call = found["may/c.opus"]
    assert (call.call_centre, call.canvasser_id, call.status) == ("north", "agent-7", "queued")
    again = run(world, folder, "--json")
    assert again.exit_code == 0
    assert {item["status"] for item in lines(again).values()} == {"known"}
    assert lines(again)["may/c.opus"]["call"] == call.id
    assert len(rows(world)) == kept(world) == 3
    assert "import" in {command.name for command in program.registered_commands}


def test_what_is_imported_is_judged_after_what_is_uploaded_and_as_well(world: World, folder: Path) -> None:
    run(world, folder)
    fresh = world.submit("fresh")
    with world.database.reading() as session:
        found = session.execute(text(f"SELECT priority FROM {schema_of_jobs(session)}workflow_status")).scalars().all()
        audited = session.query(AuditEntryTable).filter_by(action="call.received", actor_kind="operator").count()
    assert sorted(found) == [1, 100, 100, 100]
    assert audited == 3
    call = rows(world)["a.wav"].id
    world.judge(call)
    assert rows(world)["a.wav"].status == "done"
    assert fresh != call


def test_an_import_and_an_upload_of_the_same_call_are_one(world: World, folder: Path) -> None:
    from app.main import create_app

    run(world, folder)
    sent = {"external_id": "a.wav", "script": "eastmere-mayor", "started_at": STARTED, "canvasser_id": "agent-7"}
    with TestClient(create_app(world.container)) as client:
        files = {"recording": ("a.wav", (folder / "a.wav").read_bytes(), "audio/wav")}
        data = {"metadata": json.dumps(sent)}
        answer = client.post("/api/v1/calls", data=data, files=files, headers=world.bearer())
    assert answer.status_code == 200
    assert answer.json()["id"] == rows(world)["a.wav"].id


def test_what_was_broken_off_goes_on_where_it_stopped(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit, seen = bringing.Service.receive, []

    def receive(self: Any, upload: Any, **further: Any) -> Any:
        seen.append(upload)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return submit(self, upload, **further)

    with monkeypatch.context() as patched:
        patched.setattr(bringing.Service, "receive", receive)
        assert run(world, folder).exit_code != 0
    assert set(rows(world)) == {"a.wav"}
    assert run(world, folder).stdout == "3 recordings: 2 received, 1 were there already\n"
    assert len(rows(world)) == 3


def test_what_cannot_be_brought_in_is_named_and_the_others_are_brought_in(world: World, folder: Path) -> None:
    run(world, folder)
    (folder / "a.wav").write_bytes(b"another sound under the same name")
    (folder / "d.wav").write_bytes(b"nobody tells when")
    (folder / "e.wav").write_bytes(b"fine")
    (folder / "e.json").write_text(json.dumps({"started_at": STARTED}), encoding="utf-8")
    (folder / "f.wav").write_bytes(b"misspelt")
    (folder / "f.json").write_text(json.dumps({"started": STARTED}), encoding="utf-8")
    before = kept(world)
    done = run(world, folder, "--json")
    found = lines(done)
    assert done.exit_code == 1
    status = {name: item["status"] for name, item in found.items()}
    refused = dict.fromkeys(("a.wav", "d.wav", "f.wav"), "refused")
    assert status == {**refused, "b.wav": "known", "may/c.opus": "known", "e.wav": "received"}
    assert "external_id" in found["a.wav"]["problem"]
    assert "started_at" in found["d.wav"]["problem"]
    assert "Unknown metadata: started" in found["f.wav"]["problem"]
    assert kept(world) == before + 1


def test_a_dry_run_changes_nothing_and_tells_the_same(world: World, folder: Path) -> None:
    (folder / "d.wav").write_bytes(b"nobody tells when")
    done = run(world, folder, "--dry-run")
    assert (done.exit_code, done.stdout) == (1, "4 recordings: 3 would be received, 1 refused\n")
    assert (rows(world), kept(world)) == ({}, 0)


def test_what_is_given_for_all_fills_the_gaps(world: World, folder: Path) -> None:
    (folder / "metadata.csv").unlink()
    raw = ("--raw-format", "mulaw", "--raw-channels", "2", "--campaign", "spring")
    assert run(world, folder, "--started-at", STARTED, *raw).exit_code == 0
    details = rows(world)["a.wav"].details
    assert details["campaign"] == "spring"
    assert details["raw"] == {"encoding": "mulaw", "sample_rate": 8000, "channels": 2}


@pytest.mark.parametrize("argument", ["--script", "--call-centre"])
def test_what_would_be_wrong_with_all_is_told_before_the_first(world: World, folder: Path, argument: str) -> None:
    done = run(world, folder, argument, "nobody-knows")
    assert done.exit_code != 0
    assert "nobody-knows" in str(done.exception)
    assert rows(world) == {}


def test_among_several_call_centres_one_must_be_named(world: World, folder: Path) -> None:
    world.key("south")
    assert run(world, folder).exit_code == 1
    assert run(world, folder, "--call-centre", "south").exit_code == 0
    assert {row.call_centre for row in rows(world).values()} == {"south"}


def test_too_large_is_refused_without_a_copy(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVASS_MONITOR_MAXIMUM_UPLOAD_BYTES", "10")
    assert run(world, folder).exit_code == 1
    assert kept(world) == 0


def brought(world: World, folder: Path, **further: Any) -> list[bringing.Brought]:
    told = {"script": "eastmere-mayor", "call_centre": "north"}
    bringer = Bringing(build_service(world.container), actor=operator(), retry_after_s=7, **further)
    return [bringer.bring(recording) for recording in find_recordings(FolderPlace(folder), defaults=told)]


def test_a_full_queue_is_waited_for(world: World, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from dataclasses import replace

    narrow = World(
        replace(world.container, settings=world.container.settings.model_copy(update={"maximum_queued_calls": 1}))
    )
    waits = []

    def judged_meanwhile(seconds: float) -> None:
        waits.append(seconds)
        for call in rows(world).values():
            world.judge(call.id)

    done = brought(narrow, folder, pause=judged_meanwhile)
    assert [item.status for item in done] == ["received"] * 3
    assert waits == [7, 7]
    assert "Waiting for 7 s" in capsys.readouterr().err


def test_a_file_that_changes_while_it_is_read_is_refused(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "_copy", lambda *_files: "0" * 64)
    assert {item.status for item in brought(world, folder)} == {"refused"}
    assert kept(world) == 0


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def failing(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.name == "b.wav":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", failing)
    assert [item.status for item in brought(world, folder)] == ["received", "refused", "received"]


def test_an_import_that_is_killed_goes_on_and_nothing_is_lost_or_doubled(world: World, tmp_path: Path) -> None:
    many, data = tmp_path / "many", str(world.container.settings.data)
    many.mkdir()
    for number in range(40):
        (many / f"{number:03d}.wav").write_bytes(f"sound {number}".encode() * 1000)
    given = [str(many), "--script", "eastmere-mayor", "--started-at", STARTED, "--data", data]
    killed = subprocess.run(
        [sys.executable, "-c", DIES_BEFORE_THE_30TH_COMMIT, "import", *given],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(rows(world)) == 29
    assert CliRunner().invoke(ALONE, given).stdout == "40 recordings: 11 received, 29 were there already\n"
    found = rows(world)
    assert len(found) == 40
    storage = world.container.storage
    for name, row in found.items():
        assert b"".join(storage.open_range(recording_key(row.recording_sha256))) == (many / name).read_bytes()
    with world.database.reading() as session:
        assert session.scalar(text(f"SELECT count(*) FROM {schema_of_jobs(session)}workflow_status")) == 40
        assert session.scalar(text("SELECT count(DISTINCT call_id) FROM runs")) == 40
