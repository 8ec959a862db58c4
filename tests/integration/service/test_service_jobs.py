"""The workflow in this process: attempts, failures, and what is logged of them."""

import errno
import hashlib
from pathlib import Path
from typing import Any

import pytest

from app.audit.tables import AuditEntryTable
from app.calls.tables import CallTable
from app.errors import StorageUnavailable, WeightsMissing
from app.runs.analyst import AnalysisOutput, Analyst
from app.storage.base import recording_key
from tests.support.service_analysts import faulty
from tests.support.service_world import World


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    monkeypatch.setenv("TEST_NOTES", str(folder))
    return folder


def judged(world: World, sound: bytes, *, keep: bytes | bool = True, analyst: Analyst = faulty) -> CallTable:
    call = world.submit(sound.decode())
    with world.database.reading() as session:
        digest = session.get_one(CallTable, call).recording_sha256
    if keep:
        source = world.container.settings.data / "source"
        source.write_bytes(sound if keep is True else keep)
        world.container.storage.put_new(recording_key(digest), source)
    world.judge(call, analyst=analyst)
    with world.database.reading() as session:
        return session.get_one(CallTable, call)


@pytest.mark.parametrize(
    ("sound", "outcome", "reason", "times"),
    [
        (b"raise-once", "flagged", None, 2),
        (b"raise-always", "unreviewable", "processing-failed", 3),
        (b"no-sound", "unreviewable", "no-speech", 1),
        (b"clear", "clear", None, 1),
    ],
)
def test_an_attempt_that_fails_is_made_again_and_ends(
    world: World,
    notes: Path,
    capfd: pytest.CaptureFixture[str],
    sound: bytes,
    outcome: str,
    reason: str | None,
    times: int,
) -> None:
    call = judged(world, sound)
    assert (call.status, call.outcome, call.reason) == ("done", outcome, reason)
    assert call.review == (None if outcome == "clear" else "open")
    assert len(list(notes.iterdir())) == times
    logged = capfd.readouterr()
    assert "decent guy" not in logged.out + logged.err


@pytest.mark.parametrize("keep", [False, True])
def test_a_recording_that_is_lost_or_changed_is_never_judged(world: World, notes: Path, keep: bool) -> None:
    call = judged(world, b"clear", keep=keep and b"clear, but changed on the disk")
    assert (call.outcome, call.reason) == ("unreviewable", "unreadable")
    assert not list(notes.iterdir())
    with world.database.reading() as session:
        entry = session.query(AuditEntryTable).filter_by(action="recording.damaged").one()
    found = hashlib.sha256(b"clear, but changed on the disk").hexdigest() if keep else None
    assert (entry.subject, entry.details) == (call.id, {"sha256": call.recording_sha256, "found": found})


@pytest.mark.parametrize(
    "fault", [OSError(errno.ENOSPC, "no space"), WeightsMissing("no weights"), StorageUnavailable("no answer")]
)
def test_a_fault_of_the_machine_is_no_attempt_at_the_call(
    world: World, notes: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setattr("app.runs.jobs.PAUSES_S", (0.0,))
    faults = [fault] * 5

    def full(*arguments: Any, **keywords: Any) -> AnalysisOutput:
        if faults:
            raise faults.pop()
        return faulty(*arguments, **keywords)

    call = judged(world, b"clear", analyst=full)
    assert (call.status, call.outcome, faults) == ("done", "clear", [])
