"""Work that is taken over: from a worker that was cut off, after the database was gone, on another machine."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.runs.tables import RunTable
from app.settings import Settings
from app.work.lease import count_living
from app.work.supervisor import Supervisor
from tests.integration.service.conftest import EMBEDDED, SCALED_OUT, places_of
from tests.support.postgres import PostgresServer
from tests.support.processes import (
    ANALYST,
    PATIENCE_S,
    Start,
    assert_one_current_result,
    begun_by,
    send,
    starter,
    until_done,
)
from tests.support.s3_server import S3Server
from tests.support.service_world import World, metadata


@pytest.fixture(params=[SCALED_OUT])
def places(request: pytest.FixtureRequest, s3: S3Server) -> dict[str, Any]:
    return places_of(request)


@pytest.fixture
def start(places: dict[str, Any], tmp_path: Path, notes: Path) -> Start:
    return starter(tmp_path, places)


@pytest.mark.parametrize("places", [EMBEDDED, SCALED_OUT], indirect=True)
def test_what_a_worker_writes_after_its_job_was_taken_over_is_never_seen(
    start: Start, tmp_path: Path, places: dict[str, Any]
) -> None:
    table = "dbos.workflow_status" if places else "workflow_status"
    with start() as (world, service, client):
        call = send(client, b"gate")
        (cut_off,) = begun_by(tmp_path, call)
        with world.database.writing() as session:
            # As another worker does that takes it for dead; the one that has it now is dead as well.
            session.execute(text(f"UPDATE {table} SET owner_xid = 'other', executor_id = 'dead:1:ffffffff'"))
        (tmp_path / "notes" / "open").touch()
        begun_by(tmp_path, call, times=2)
        assert until_done(client, call)["outcome"] == "flagged"
        assert cut_off not in service.supervisor.process_ids
        assert_one_current_result(world, call)
        with world.database.reading() as session:
            run = session.query(RunTable).filter_by(call_id=call).one()
            # The first one's result would have ended the run at its first attempt.
            assert (run.attempts, run.status) == (2, "done")


def test_workers_and_service_outlive_a_database_that_drops_everybody_and_one_that_is_started_again(
    start: Start, tmp_path: Path, places: dict[str, Any], postgres: PostgresServer
) -> None:
    name = places["database"].rpartition("/")[2]
    with start(slots=2, maximum_attempts=5) as (world, _service, client):
        calls = [send(client, b"gate %d" % number, f"c-{number}") for number in range(3)]
        begun = tmp_path / "notes"
        begun_by(tmp_path, calls[0])
        begun_by(tmp_path, calls[1])
        assert postgres.cut_connections(name) >= 4
        calls.append(insist(client, "c-3"))
        # Whichever of the calls the new workers take up first: those that were taken over, or those that waited.
        wait_until(lambda: len(tuple(begun.glob("call_*"))) == 4)
        postgres.stop()
        answer = upload(client, "c-4")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:canvass-monitor:problem:database-unavailable")
        assert answer.headers["retry-after"]
        assert "postgres" not in answer.text
        assert client.get("/readyz").status_code == 503
        postgres.start()
        calls.append(insist(client, "c-4"))
        (tmp_path / "notes" / "open").touch()
        for call in calls:
            assert until_done(client, call)["outcome"] == "flagged"
            assert_one_current_result(world, call)


def test_a_worker_on_another_machine_needs_the_two_settings_only(
    start: Start, tmp_path: Path, places: dict[str, Any]
) -> None:
    elsewhere = Settings(data=tmp_path / "elsewhere", analyst=ANALYST, slots=1, _env_file=None, **places)
    supervisor = Supervisor(slots=1, environment=elsewhere.as_environment())
    with start(slots=0) as (world, _service, client):
        call = send(client, b"clear")
        supervisor.start()
        try:
            assert until_done(client, call)["outcome"] == "clear"
            assert_one_current_result(world, call)
            assert count_living(places["database"], folder=tmp_path) == 1
        finally:
            supervisor.stop()
        wait_until(lambda: count_living(places["database"], folder=tmp_path) == 0)
        assert_key_is_nowhere(world, tmp_path / "elsewhere")


def assert_key_is_nowhere(world: World, folder: Path) -> None:
    found = [path for path in folder.rglob("*") if path.is_file() and world.container.secret in path.read_bytes()]
    assert found == []


def upload(client: httpx.Client, external_id: str) -> httpx.Response:
    return client.post(
        "/api/v1/calls", data={"metadata": metadata(external_id)}, files={"recording": ("a.wav", b"gate", "audio/wav")}
    )


def insist(client: httpx.Client, external_id: str) -> str:
    """Send until it is taken, as a call centre does that is asked to come again."""
    answers: list[httpx.Response] = []

    def is_taken() -> bool:
        answers.append(upload(client, external_id))
        return answers[-1].status_code < 300

    wait_until(is_taken)
    assert {answer.status_code for answer in answers} <= {200, 202, 503}
    return str(answers[-1].json()["id"])


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
