"""Real worker processes over an archive: killed in the middle, paused, poisoned."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.archives import promotion
from app.archives.views import ArchiveView
from app.main import RunningService, running
from app.settings import Settings
from tests.support.archive_analysts import RULES
from tests.support.archive_world import EVERYTHING, Archive
from tests.support.service_world import OFFICER, build_world

PATIENCE_S = 90.0
ANALYST = "tests.support.archive_analysts:careful"


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    monkeypatch.setenv("TEST_NOTES", str(folder))
    return folder


@pytest.fixture
def archive(tmp_path: Path, notes: Path) -> Iterator[Archive]:
    world = build_world(tmp_path / "data", analyst=ANALYST)
    yield Archive(world)
    world.container.close()


@contextmanager
def workers(archive: Archive, *, slots: int) -> Iterator[RunningService]:
    data = archive.world.container.settings.data
    given = Settings(data=data, analyst=ANALYST, minimum_free_bytes=0, maximum_attempts=2, _env_file=None)
    with running(given, slots=slots) as service:
        yield service


def until(looked: Callable[[], ArchiveView], what: Callable[[ArchiveView], bool]) -> ArchiveView:
    deadline = time.monotonic() + PATIENCE_S
    while not what(view := looked()):
        assert time.monotonic() < deadline, view
        time.sleep(0.1)
    return view


def test_a_batch_survives_its_killed_workers_and_a_poison_call_ends(
    archive: Archive, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = archive.add(*(f"call {number}" for number in range(12)))
    slow, poison = calls[3], calls[7]
    (notes / f"slow-{slow}").touch()
    (notes / f"die-{poison}").touch()
    monkeypatch.setenv(RULES, "new")
    begun = archive.start()
    with workers(archive, slots=2) as service:
        deadline = time.monotonic() + PATIENCE_S
        while not (at := list(notes.glob(f"text-{slow}-*"))):
            assert time.monotonic() < deadline, "nobody began"
            time.sleep(0.05)
        victim = int(at[0].name.rpartition("-")[2])
        assert victim in service.supervisor.process_ids
        os.kill(victim, signal.SIGKILL)
        view = until(lambda: archive.view(begun), lambda view: view.status == "finished")
    assert view.stages == {"text": 11, "failed": 1}
    assert archive.candidates(begun) == 12
    assert len(list(notes.glob(f"text-{slow}-*"))) == 2
    assert len(list(notes.glob(f"text-{poison}-*"))) == 2
    (failed,) = (item for item in archive.compared(begun) if item.stage == "failed")
    assert (failed.call, failed.changes[0].kind, failed.changes[0].cause) == (poison, "now-unreviewable", "failure")
    assert all(archive.current(call).ruleset == "old" for call in calls)


def test_workers_stop_between_calls_and_go_on_and_promote(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = archive.add(*(f"call {number}" for number in range(8)))
    monkeypatch.setenv(RULES, "new")
    monkeypatch.setenv("TEST_SECONDS", "0.3")
    begun = archive.start()
    with workers(archive, slots=1):
        until(lambda: archive.view(begun), lambda view: view.done >= 1)
        at_most = archive.turn("pause", begun).done + 1
        time.sleep(1.0)
        paused = archive.view(begun)
        assert (paused.status, paused.done <= at_most < 8) == ("paused", True)
        archive.turn("resume", begun)
        until(lambda: archive.view(begun), lambda view: view.status == "finished")
        with archive.world.database.writing() as session:
            chosen = promotion.begin(session, archive_id=begun, selection=EVERYTHING, actor=OFFICER)
            promotion.enqueue(session, promotion=chosen)
        view = until(lambda: archive.view(begun), lambda view: bool(view.promotions[0].finished_at))
    assert (view.done, view.promotions[0].promoted) == (8, 8)
    assert all(archive.current(call).archive_id == begun for call in calls)
