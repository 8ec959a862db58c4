"""A whole service with worker processes, as a call centre sees it."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from app.calls.tables import CallTable
from app.main import RunningService, running
from app.runs.tables import RunTable
from app.settings import Settings
from tests.support.service_world import World, build_world, metadata

ANALYST = "tests.support.service_analysts:faulty"
PATIENCE_S = 60.0
Start = Callable[..., AbstractContextManager[tuple[World, RunningService, httpx.Client]]]


def starter(tmp_path: Path, places: dict[str, Any]) -> Start:
    """Starts a service over a data folder in ``tmp_path``; TEST_NOTES must be set."""

    @contextmanager
    def started(*, slots: int = 1, **settings: Any) -> Iterator[tuple[World, RunningService, httpx.Client]]:
        world = build_world(tmp_path / "data", **places)
        given = {"data": tmp_path / "data", "analyst": ANALYST, "minimum_free_bytes": 0, "_env_file": None, **places}
        with (
            closing(world.container),
            running(Settings(**given, **settings), slots=slots) as service,
            httpx.Client(base_url=service.url, headers=world.bearer(), timeout=30, trust_env=False) as client,
        ):
            yield world, service, client

    return started


def send(client: httpx.Client, sound: bytes, external_id: str = "c-1", **further: Any) -> str:
    told = metadata(external_id, **further)
    answer = client.post("/api/v1/calls", data={"metadata": told}, files={"recording": ("a.wav", sound, "audio/wav")})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def until_done(client: httpx.Client, call: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found: dict[str, Any] = client.get(f"/api/v1/calls/{call}").json()
        if found["status"] == "done":
            return found
        time.sleep(0.1)
    raise AssertionError(f"the call is {found['status']} after {PATIENCE_S} s")


def begun_by(tmp_path: Path, call: str, *, times: int = 1) -> list[int]:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        notes = sorted((tmp_path / "notes").glob(f"{call}-*"))
        if len(notes) >= times:
            return [int(note.name.rpartition("-")[2]) for note in notes]
        time.sleep(0.05)
    raise AssertionError("the call was not begun")


def assert_one_current_result(world: World, call: str) -> None:
    with world.database.reading() as session:
        runs = session.query(RunTable).filter_by(call_id=call).all()
        assert [run.is_current for run in runs] == [True]
        assert session.get_one(CallTable, call).status == "done"
