"""The numbers that an operator watches: right, complete, and telling nothing of anybody."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.calls.tables import CallTable
from app.main import create_app
from app.runs.tables import RunTable
from tests.support.service_world import World, metadata

_SAMPLE = re.compile(r'(canvass_monitor_[a-z_]+)(?:\{([a-z]+)="([A-Za-z0-9._-]+)"\})? ([0-9.e+-]+)')


def scrape(client: TestClient, headers: dict[str, str]) -> dict[tuple[str, str], float]:
    """Every sample by name and value of its label; each line is a comment or a sample of a declared metric."""
    answer = client.get("/metrics", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    declared, samples = set(), {}
    for line in answer.text.splitlines():
        if line.startswith("# TYPE "):
            declared.add(line.split()[2])
        elif not line.startswith("# HELP "):
            match = _SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] in declared
            samples[match[1].removeprefix("canvass_monitor_"), match[3] or ""] = float(match[4])
    return samples


def upload(client: TestClient, headers: dict[str, str], external_id: str, sound: bytes) -> Any:
    files = {"recording": ("call.wav", sound, "audio/wav")}
    return client.post("/api/v1/calls", data={"metadata": metadata(external_id)}, files=files, headers=headers)


def test_a_fresh_service_shows_zeros_and_nothing_that_it_does_not_know(world: World, client: TestClient) -> None:
    found = scrape(client, world.bearer())
    for name in (("calls_waiting", "queued"), ("calls_judged", "flagged"), ("calls_unreviewable", "processing-failed")):
        assert found[name] == 0
    assert found["oldest_waiting_seconds", ""] == 0
    assert found["uploads_total", "202"] == 0
    assert ("real_time_factor", "") not in found
    assert found["storage_free_bytes", ""] > 0
    assert found["calls_waiting_limit", ""] == world.container.settings.maximum_queued_calls


def test_calls_are_counted_by_how_they_stand(world: World, client: TestClient) -> None:
    headers = world.bearer()
    ids = {
        name: upload(client, headers, name, name.encode()).json()["id"] for name in ("clear", "silent", "bad", "new")
    }
    assert upload(client, headers, "new", b"new").status_code == 200
    assert upload(client, headers, "new", b"other").status_code == 409
    for name in ("clear", "silent", "bad"):
        world.judge(ids[name])
    found = scrape(client, headers)
    assert (found["calls_waiting", "queued"], found["calls_waiting", "running"]) == (1, 0)
    assert [found["calls_judged", outcome] for outcome in ("flagged", "clear", "unreviewable")] == [1, 1, 1]
    assert (found["calls_unreviewable", "silent"], found["calls_unreviewable", "no-speech"]) == (1, 0)
    assert [found["uploads_total", status] for status in ("202", "200", "409", "429")] == [4, 1, 1, 0]


def test_the_age_is_that_of_the_oldest_that_waits(world: World, client: TestClient) -> None:
    oldest, younger = world.submit("oldest"), world.submit("younger")
    now = datetime.now(UTC)
    with world.database.writing() as session:
        session.get_one(CallTable, oldest).received_at = now - timedelta(hours=5)
        session.get_one(CallTable, younger).received_at = now - timedelta(hours=2)
        session.get_one(CallTable, oldest).status = "running"
    headers = world.bearer()
    assert 5 * 3600 <= scrape(client, headers)["oldest_waiting_seconds", ""] < 6 * 3600
    with world.database.writing() as session:
        call = session.get_one(CallTable, oldest)
        call.status, call.queue_rank = "done", 80
    assert 2 * 3600 <= scrape(client, headers)["oldest_waiting_seconds", ""] < 3 * 3600


def test_the_real_time_factor_is_work_over_sound(world: World, client: TestClient) -> None:
    headers = world.bearer()
    ids = [upload(client, headers, name, name.encode()).json()["id"] for name in ("a", "b", "waits")]
    with world.database.writing() as session:
        for run in session.query(RunTable).all():
            run.started_at = datetime.now(UTC) - timedelta(hours=1)
    for call_id in ids[:2]:
        world.judge(call_id)
    # Each a little more than an hour of work for 3 s of sound.
    assert scrape(client, headers)["real_time_factor", ""] == pytest.approx(1200, rel=0.05)


def test_a_key_sees_the_outcomes_of_its_own_call_centre_and_the_load_of_all(world: World, client: TestClient) -> None:
    world.judge(upload(client, world.bearer(), "a", b"a").json()["id"])
    upload(client, world.bearer(), "b", b"b")
    south, officer = scrape(client, world.bearer("south")), {}
    assert (south["calls_judged", "flagged"], south["calls_waiting", "queued"]) == (0, 1)
    client.cookies.update(world.officer())
    assert scrape(client, officer)["calls_judged", "flagged"] == 1


def test_nobody_comes_in_without_a_key_or_a_session(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 401


def test_the_uploads_of_one_service_are_not_those_of_another(world: World, client: TestClient) -> None:
    headers = world.bearer()
    upload(client, headers, "a", b"a")
    with TestClient(create_app(world.container)) as other:
        assert scrape(other, headers)["uploads_total", "202"] == 0
    assert scrape(client, headers)["uploads_total", "202"] == 1
