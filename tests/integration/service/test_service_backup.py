"""What is backed up and restored into an empty place is the same installation."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import text
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from app.audit.tables import AuditEntryTable
from app.bootstrap import build_container
from app.calls.tables import CallTable
from app.cli.backup import backup, restore
from app.errors import BadInput
from app.findings.tables import FindingTable
from app.main import create_app
from app.retention.service import delete_recording
from app.reviews import service as reviews
from app.runs.tables import RunTable
from app.settings import Settings
from app.storage.base import Storage, recording_key
from tests.support.postgres import PostgresServer
from tests.support.service_world import OFFICER, World, metadata, schema_of_jobs, stored

SOUNDS = {"c-1": b"praise", "c-2": b"clear", "c-3": b"praise, to be deleted", "c-4": b"still waiting"}
TABLES = (CallTable, RunTable, FindingTable, AuditEntryTable)
PROGRAM = typer.Typer()
PROGRAM.command("backup")(backup)
PROGRAM.command("restore")(restore)


@pytest.fixture
def full(world: World) -> World:
    """Judged calls with findings and a decision, one whose sound is deleted, and one that waits."""
    headers = world.bearer()
    with TestClient(create_app(world.container)) as client:
        for name, sound in SOUNDS.items():
            files = {"recording": (f"{name}.wav", sound, "audio/wav")}
            call = client.post("/api/v1/calls", data={"metadata": metadata(name)}, files=files, headers=headers).json()
            if name != "c-4":
                world.judge(call["id"])
            if name == "c-1":
                with world.database.writing() as session:
                    given = {"finding": None, "verdict": "confirmed", "reason": "Heard.", "note": None}
                    reviews.decide(session, call_id=call["id"], actor=OFFICER, **given)
            if name == "c-3":
                where = (world.container.database, world.container.storage)
                delete_recording(*where, call_id=call["id"], reason="Asked for.", actor=OFFICER)
    return world


@pytest.fixture
def run(full: World, monkeypatch: pytest.MonkeyPatch, postgres: PostgresServer) -> Callable[..., Result]:
    """The commands, where the world is."""
    monkeypatch.setenv("PATH", f"{postgres.programs}{os.pathsep}{os.environ['PATH']}")

    def invoke(*given: object, **changes: str) -> Result:
        for name, value in (full.container.settings.as_environment() | changes).items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(PROGRAM, [str(part) for part in given])

    return invoke


@pytest.fixture
def elsewhere(full: World, tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """An empty place of the same kind."""
    place = {"CANVASS_MONITOR_DATA": str(tmp_path / "new" / "data"), "CANVASS_MONITOR_STORAGE": "filesystem"}
    if full.container.settings.database is not None:
        place["CANVASS_MONITOR_DATABASE"] = request.getfixturevalue("empty_database")
    return place


def rows(database: Any) -> dict[str, list[dict[str, Any]]]:
    found = {}
    with database.reading() as session:
        for table in TABLES:
            order = list(table.__table__.primary_key.columns)
            found[table.__tablename__] = [
                {column.key: getattr(row, column.key) for column in table.__mapper__.column_attrs}
                for row in session.query(table).order_by(*order)
            ]
        found["jobs"] = [dict(row._mapping) for row in session.execute(jobs(session))]
    return found


def jobs(session: Any) -> Any:
    table = f"{schema_of_jobs(session)}workflow_status"
    return text(f"SELECT workflow_uuid, status, priority FROM {table} ORDER BY workflow_uuid")


def contents(storage: Storage) -> dict[str, bytes]:
    keys = [key for folder in ("sha256", "derived") for key in storage.keys(folder)]
    return {key: b"".join(storage.open_range(key)) for key in keys}


def opened(place: dict[str, str]) -> Any:
    names = {name.removeprefix("CANVASS_MONITOR_").lower(): value for name, value in place.items()}
    return build_container(Settings(**names, minimum_free_bytes=0, slots=0, _env_file=None))


@pytest.mark.parametrize("link", [False, True])
def test_a_restored_installation_has_the_same_findings_and_the_same_log(
    full: World, run: Callable[..., Result], elsewhere: dict[str, str], tmp_path: Path, link: bool
) -> None:
    folder = tmp_path / "backup"
    made = run("backup", folder, "--recordings", *(["--link"] if link else []))
    assert (made.exit_code, "and 3 recordings" in made.stdout) == (0, True), made
    assert folder.stat().st_mode & 0o077 == 0
    before, sound = rows(full.database), contents(full.container.storage)
    assert len(sound) == 3 + 2 and before["findings"] and len(before["audit_entries"]) > 10
    done = run("restore", folder, **elsewhere)
    assert done.exit_code == 0, done
    container = opened(elsewhere)
    try:
        assert rows(container.database) == before
        assert contents(container.storage) == sound
        assert container.secret == full.container.secret
        again = World(container)
        with TestClient(create_app(container)) as client:
            headers = again.bearer()
            calls = client.get("/api/v1/calls", headers=headers).json()["items"]
            outcomes = {call["external_id"]: call["outcome"] for call in calls}
            assert outcomes == {"c-1": "flagged", "c-2": "clear", "c-3": "flagged", "c-4": None}
            ids = {call["external_id"]: call["id"] for call in calls}
            assert client.get(f"/api/v1/calls/{ids['c-3']}/recording", headers=headers).status_code == 410
            playing = client.get(f"/api/v1/calls/{ids['c-1']}/recording?variant=playback", headers=headers)
            assert playing.content.startswith(b"OggS")
            again.judge(ids["c-4"])
            assert client.get(f"/api/v1/calls/{ids['c-4']}", headers=headers).json()["outcome"] == "flagged"
    finally:
        container.close()


def test_nothing_is_written_over(
    full: World, run: Callable[..., Result], elsewhere: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    assert run("backup", folder, "--recordings").exit_code == 0
    assert isinstance(run("backup", folder).exception, BadInput)
    before = rows(full.database)
    assert isinstance(run("restore", folder).exception, BadInput)
    assert rows(full.database) == before
    assert run("restore", folder, **elsewhere).exit_code == 0
    assert isinstance(run("restore", folder, **elsewhere).exception, BadInput)


def test_a_storage_that_has_outlived_its_database_is_taken_over(
    full: World, run: Callable[..., Result], elsewhere: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    assert run("backup", folder, "--no-recordings").exit_code == 0
    before, sound = rows(full.database), contents(full.container.storage)
    settings = full.container.settings
    elsewhere["CANVASS_MONITOR_STORAGE"] = settings.storage
    if settings.storage == "filesystem":
        shutil.copytree(settings.recordings_folder, Path(elsewhere["CANVASS_MONITOR_DATA"]) / "recordings")
    assert run("restore", folder, **elsewhere).exit_code == 0
    container = opened(elsewhere)
    try:
        assert (rows(container.database), contents(container.storage)) == (before, sound)
    finally:
        container.close()


def test_a_damaged_backup_is_refused(
    full: World, run: Callable[..., Result], elsewhere: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    run("backup", folder, "--recordings")
    recording = next(file for file in (folder / "recordings").rglob("*") if file.is_file())
    database = next(folder.glob("database.*"))
    for number, file in enumerate((recording, database, folder / "recordings.txt")):
        copy = tmp_path / f"copy-{number}"
        shutil.copytree(folder, copy)
        part = copy / file.relative_to(folder)
        part.chmod(0o600)
        part.write_bytes(part.read_bytes()[:-1])
        place = elsewhere | {"CANVASS_MONITOR_DATA": str(tmp_path / f"data-{number}")}
        failed = run("restore", copy, **place)
        assert isinstance(failed.exception, BadInput) and "damaged" in failed.exception.message, file
        assert not (tmp_path / f"data-{number}" / "canvass-monitor.sqlite").exists()
    (folder / "manifest.json").unlink()
    assert isinstance(run("restore", folder, **elsewhere).exception, BadInput)
    assert isinstance(run("restore", tmp_path, **elsewhere).exception, BadInput)


def test_what_is_damaged_already_is_named_and_the_rest_is_kept(
    full: World, run: Callable[..., Result], tmp_path: Path
) -> None:
    storage = full.container.storage
    lost, changed, _whole = sorted(key for key in stored(full.container) if key.startswith("sha256/"))
    for key in (lost, changed):
        storage.delete(key)
    source = tmp_path / "other"
    source.write_bytes(b"other bytes")
    storage.put_new(changed, source)
    done = run("backup", tmp_path / "backup", "--recordings")
    assert (done.exit_code, "and 1 recordings" in done.stdout) == (1, True)
    digests = {key.rpartition("/")[2] for key in (lost, changed)}
    assert all(digest in done.stderr for digest in digests)
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    assert set(manifest["damaged"]) == digests
    assert not (tmp_path / "backup" / "recordings" / lost).exists()


def test_what_is_deleted_while_the_backup_is_made_is_not_missed(
    full: World, run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.cli import safekeeping

    with full.database.reading() as session:
        call = session.query(CallTable).filter_by(external_id="c-1").one()
    fetch = safekeeping.fetch

    def deleting(storage: Storage, *, sha256: str, to: Path) -> None:
        if sha256 == call.recording_sha256:
            where = (full.container.database, full.container.storage)
            delete_recording(*where, call_id=call.id, reason="Asked for.", actor=OFFICER)
        fetch(storage, sha256=sha256, to=to)

    monkeypatch.setattr(safekeeping, "fetch", deleting)
    done = run("backup", tmp_path / "backup", "--recordings")
    assert (done.exit_code, "and 2 recordings" in done.stdout) == (0, True), done
    assert not (tmp_path / "backup" / "recordings" / recording_key(call.recording_sha256)).exists()


def test_without_its_programs_postgresql_is_not_backed_up(
    full: World, run: Callable[..., Result], tmp_path: Path
) -> None:
    if full.container.settings.database is None:
        assert run("backup", tmp_path / "backup", PATH=str(tmp_path)).exit_code == 0
        return
    failed = run("backup", tmp_path / "backup", PATH=str(tmp_path))
    assert isinstance(failed.exception, BadInput) and "pg_dump is not there" in failed.exception.message
    assert not (tmp_path / "backup" / "manifest.json").exists()
