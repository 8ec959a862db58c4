"""The workflow in this process: attempts, failures, and what is logged of them."""

import errno
from pathlib import Path
from typing import Any

import pytest

from app.calls.tables import CallTable
from app.errors import WeightsMissing
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


def judged(world: World, sound: bytes, *, keep: bool = True, analyst: Analyst = faulty) -> CallTable:
    call = world.submit(sound.decode())
    with world.database.reading() as session:
        digest = session.get_one(CallTable, call).recording_sha256
    if keep:
        source = world.container.settings.data / "source"
        source.write_bytes(sound)
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


def test_a_recording_that_is_lost_is_never_clear(world: World, notes: Path) -> None:
    call = judged(world, b"clear", keep=False)
    assert (call.outcome, call.reason) == ("unreviewable", "processing-failed")


@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "no space"), WeightsMissing("no weights")])
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
