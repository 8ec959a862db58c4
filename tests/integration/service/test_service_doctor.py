"""What keeps the service from working is found, and named with what to do."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from app.audit.service import OPERATOR, record
from app.bootstrap import DEVIATION_MODEL, GRAMMAR_MODEL, SENTENCE_MODEL, VOICE_MODEL
from app.cli.checkup import Check, Level, examine, versions
from app.cli.doctor import doctor
from app.cli.main import program
from app.model_store import ModelStore
from app.pipeline.transcription.windowed import MODEL_ARTEFACTS
from app.work.lease import new_executor_id, take_lease
from tests.support.service_world import World, stored

SECOND = "whisper-tiny.en"
NEEDED = (GRAMMAR_MODEL, SENTENCE_MODEL, DEVIATION_MODEL, VOICE_MODEL, MODEL_ARTEFACTS["base"])
# The command alone: the program's root would set up logging for the whole process.
ALONE = typer.Typer()
ALONE.command("doctor")(doctor)
EMBEDDED = {"database": None, "storage": "filesystem"}
Found = Callable[..., dict[str, Check]]


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    """A cache with a file of four bytes for each artefact that the default settings name."""
    manifest, cache = tmp_path / "manifest.toml", tmp_path / "cache"
    digest, lines = hashlib.sha256(b"toys").hexdigest(), []
    for name in (*NEEDED, SECOND):
        (cache / name).mkdir(parents=True)
        (cache / name / "file").write_bytes(b"toys")
        lines.append(f'[[artefact]]\nid = "{name}"\ntask = "t"\nlicence = "MIT"\norigin = "o"\n')
        lines.append(f'[[artefact.files]]\nname = "file"\nsha256 = "{digest}"\n')
    manifest.write_text("".join(lines), encoding="utf-8")
    return ModelStore(cache, manifest=manifest)


@pytest.fixture
def found(world: World, store: ModelStore) -> Found:
    def look(**changes: Any) -> dict[str, Check]:
        return {
            check.name: check for check in examine(world.container.settings.model_copy(update=changes), store=store)
        }

    return look


def levels(checks: dict[str, Check]) -> dict[str, Level]:
    return {name: check.level for name, check in checks.items() if check.level is not Level.OK}


def test_a_service_that_can_work_has_no_fault_and_is_left_as_it_was(world: World, found: Found) -> None:
    checks = found()
    assert levels(checks) == {}
    assert list(checks) == ["versions", "database", "storage", "weights", "clock", "disk", "workers"]
    assert stored(world.container) == []


def test_a_place_where_nothing_is_yet_is_told_so_and_stays_empty(found: Found, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh" / "deep"
    assert levels(found(data=fresh, **EMBEDDED)) == {"database": Level.WARNING, "storage": Level.WARNING}
    assert not (tmp_path / "fresh").exists()


def test_a_database_of_another_version_is_found(world: World, found: Found) -> None:
    for revision, said in (("9999", "another version"), (None, "not migrated")):
        with world.database.writing() as session:
            session.execute(text("DELETE FROM alembic_version"))
            if revision:
                session.execute(text("INSERT INTO alembic_version VALUES (:number)"), {"number": revision})
        check = found()["database"]
        assert check.level is Level.FAULT
        assert said in check.message
        assert check.next_step


def test_a_file_that_is_no_database_is_found(world: World, found: Found) -> None:
    world.container.close()
    for path in world.container.settings.data.glob("canvass-monitor.sqlite*"):
        path.unlink()
    world.container.settings.database_path.write_bytes(b"no database" * 1000)
    checks = found(database=None)
    assert levels(checks) == {"database": Level.FAULT}
    assert "not a database" in checks["database"].message


def test_a_storage_that_cannot_be_written_or_read_back_is_found(
    world: World, found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "recordings").write_bytes(b"a file")
    assert found(data=tmp_path / "taken", **EMBEDDED)["storage"].level is Level.FAULT
    storage = type(world.container.storage)
    with monkeypatch.context() as patched:
        patched.setattr(storage, "put_new", lambda *_args: True)
        patched.setattr(storage, "delete", lambda *_args: None)
        patched.setattr(storage, "open_range", lambda *_args, **_kwargs: iter(()))
        assert "writes over what is there" in found()["storage"].message
    monkeypatch.setattr(storage, "open_range", lambda *_args, **_kwargs: iter((b"other",)))
    assert found()["storage"].level is Level.FAULT


def test_a_data_folder_that_is_a_file_is_a_fault_and_no_crash(found: Found, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert levels(found(data=tmp_path / "file", **EMBEDDED))["storage"] is Level.FAULT


@pytest.mark.parametrize("artefact", NEEDED)
def test_weights_that_are_missing_or_others_are_found(found: Found, store: ModelStore, artefact: str) -> None:
    file = store.cache_dir / artefact / "file"
    file.write_bytes(b"toyz")
    assert found()["weights"].level is Level.FAULT
    file.unlink()
    check = found()["weights"]
    assert check.level is Level.FAULT
    assert artefact in check.message
    assert "models fetch" in (check.next_step or "")


def test_a_missing_second_model_is_a_warning_that_says_what_is_lost(found: Found, store: ModelStore) -> None:
    (store.cache_dir / SECOND / "file").unlink()
    check = found()["weights"]
    assert check.level is Level.WARNING
    assert "second model" in check.message
    assert "second model" not in found(second_model="")["weights"].message


def test_an_engine_or_model_that_nobody_knows_is_found(found: Found, tmp_path: Path) -> None:
    assert found(engine="nobody")["weights"].level is Level.FAULT
    assert found(model="gigantic")["weights"].level is Level.WARNING
    assert found(model=str(tmp_path))["weights"].level is Level.OK


@pytest.mark.parametrize(("ahead", "level"), [(timedelta(hours=1), Level.FAULT), (timedelta(seconds=5), Level.OK)])
def test_a_clock_that_went_back_is_found(world: World, found: Found, ahead: timedelta, level: Level) -> None:
    with world.database.writing() as session:
        record(session, actor=OPERATOR, action="test.done", at=datetime.now(UTC) + ahead)
        record(session, actor=OPERATOR, action="test.done", at=datetime.now(UTC))
    assert found()["clock"].level is level


def test_a_clock_in_the_past_is_found(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cli.checkup.NOT_BEFORE", datetime.now(UTC) + timedelta(days=1))
    assert found()["clock"].level is Level.FAULT


@pytest.mark.parametrize(("free", "level"), [(999, Level.FAULT), (1500, Level.WARNING), (2000, Level.OK)])
def test_a_disk_that_is_nearly_full_is_found(
    found: Found, monkeypatch: pytest.MonkeyPatch, free: int, level: Level
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=free))
    assert found(minimum_free_bytes=1000, maximum_upload_bytes=1)["disk"].level is level


def test_calls_that_wait_for_nobody_are_found(world: World, found: Found) -> None:
    world.submit("c-1")
    assert found()["workers"].level is Level.WARNING
    settings = world.container.settings
    lease = take_lease(settings.database_place, folder=settings.leases_folder, executor_id=new_executor_id())
    where = "on this machine" if settings.database is None else "on all machines"
    assert found()["workers"] == Check("workers", Level.OK, f"1 workers live {where}, and 1 calls wait.")
    lease.release()


def test_the_command_answers_json_and_ends_with_one_where_there_is_a_fault(
    world: World, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.doctor.ModelStore", lambda: store)
    for name, value in world.container.settings.as_environment().items():
        monkeypatch.setenv(name, value)
    arguments = ["--data", str(world.container.settings.data)]
    sound = CliRunner().invoke(ALONE, [*arguments, "--json"])
    assert sound.exit_code == 0, sound.output
    answer = json.loads(sound.stdout)
    assert answer["healthy"] is True
    assert {check["level"] for check in answer["checks"]} == {"ok"}
    assert answer["versions"] == versions()
    (store.cache_dir / NEEDED[0] / "file").unlink()
    faulty = CliRunner().invoke(ALONE, arguments)
    assert faulty.exit_code == 1
    assert "fault    weights" in faulty.stdout
    assert "doctor" in {command.name for command in program.registered_commands}


def test_settings_that_cannot_be_used_are_a_fault_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVASS_MONITOR_SLOTS", "many-secrets")
    done = CliRunner().invoke(ALONE, ["--json"])
    assert (done.exit_code, json.loads(done.stdout)["healthy"]) == (1, False)
    assert "slots" in done.stdout
    assert "many-secrets" not in done.stdout
