"""The archive by the JSON interface and by the command line."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.archives.plan import make_plan
from app.archives.starting import prepare
from app.audit.tables import AuditEntryTable
from app.cli.main import main
from app.main import create_app
from tests.support.archive_analysts import RULES, careful
from tests.support.archive_world import EVERYTHING, Archive
from tests.support.service_world import OFFICER, build_world

ANALYST = "tests.support.archive_analysts:careful"
Command = Callable[..., str]


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    notes = tmp_path / "notes"
    notes.mkdir()
    monkeypatch.setenv("TEST_NOTES", str(notes))
    world = build_world(tmp_path / "data", analyst=ANALYST)
    yield Archive(world)
    world.container.close()


@pytest.fixture
def officer(archive: Archive) -> Iterator[TestClient]:
    cookies = archive.world.officer()
    with TestClient(create_app(archive.world.container), raise_server_exceptions=False, cookies=cookies) as client:
        yield client


def test_the_interface_plans_starts_compares_and_promotes(
    archive: Archive, officer: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, flagged = archive.add("clear", "one")
    monkeypatch.setenv(RULES, "new")
    planned = officer.post("/api/v1/archives/plan", json={"outcome": "flagged"}).json()
    assert (planned["calls"], planned["stages"]["text"]) == (1, 1)
    assert planned["upheavals"][0]["cause"] == "rule"
    begun = officer.post("/api/v1/archives", json={"title": "A new rule", "selection": {"code": "endorsement"}})
    assert (begun.status_code, begun.json()["status"]) == (202, "running")
    address = begun.headers["location"]
    assert officer.post(f"{address}/promotions").status_code == 409
    assert officer.post(f"{address}/pause").json()["status"] == "paused"
    assert officer.post(f"{address}/resume").json()["status"] == "running"
    archive.work(begun.json()["id"])
    assert officer.get(address).json()["stages"] == {"text": 1}
    compared = officer.get(f"{address}/comparison").json()
    assert compared["sums"]["kinds"] == {"new": 1}
    assert [(item["call"], item["changes"][0]["cause"]) for item in compared["items"]] == [(flagged, "rule")]
    assert compared["items"][0]["changes"][0]["words_after"] == "he's a decent guy"
    with archive.world.database.reading() as session:
        logged = session.query(AuditEntryTable).filter_by(action="archive.compared").all()
    assert [row.details for row in logged] == [{"calls": [flagged]}]
    assert officer.get(f"{address}/comparison", params={"cursor": "x"}).status_code == 422
    promoted = officer.post(f"{address}/promotions", json={})
    assert (promoted.status_code, promoted.json()["promotions"][0]["by"]) == (202, "Ada")
    listed = officer.get("/api/v1/archives").json()
    assert [item["title"] for item in listed["items"]] == ["A new rule"]
    assert officer.post(f"{address}/cancel").status_code == 409
    assert officer.get("/api/v1/archives/archive_x").status_code == 404
    assert officer.post("/api/v1/archives", json={"selection": {"code": "off-script"}}).status_code == 422


def test_one_that_is_being_prepared_says_so_and_offers_nothing_but_to_cancel_it(
    archive: Archive, officer: TestClient
) -> None:
    archive.add("one")
    with archive.world.database.reading() as session:
        reckoned = make_plan(session, selection=EVERYTHING, upstream=careful.upstream, workers=1)
    with archive.world.database.writing() as session:
        begun = prepare(session, title="", selection=EVERYTHING, reckoned=reckoned, actor=OFFICER)
    assert officer.get(f"/api/v1/archives/{begun}").json()["status"] == "preparing"
    assert officer.post(f"/api/v1/archives/{begun}/resume").status_code == 409
    page = officer.get(f"/archives/{begun}").text
    assert "<strong>Being prepared</strong>: 0 of 1 call written down" in page
    assert "cancel the run and start another" in page
    assert [f"/archives/{begun}/{verb}" in page for verb in ("cancel", "pause", "resume")] == [True, False, False]
    assert officer.post(f"/api/v1/archives/{begun}/cancel").json()["status"] == "cancelled"
    assert officer.post(f"/api/v1/archives/{begun}/promotions").status_code == 409


def test_the_lists_go_on_by_their_cursors(
    archive: Archive, officer: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = archive.add("one", "two", "three")
    monkeypatch.setenv(RULES, "new")
    begun = [archive.judge_again().id for _ in range(3)]
    found: list[str] = []
    cursor = None
    while True:
        page = officer.get(
            f"/api/v1/archives/{begun[0]}/comparison", params={"limit": 1, **({"cursor": cursor} if cursor else {})}
        ).json()
        found += [item["call"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(found) == sorted(calls)
    first = officer.get("/api/v1/archives", params={"limit": 2}).json()
    rest = officer.get("/api/v1/archives", params={"limit": 2, "cursor": first["next"]}).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == begun[::-1]
    assert rest["next"] is None


def test_no_key_of_a_call_centre_sees_the_archive(archive: Archive) -> None:
    headers = archive.world.bearer()
    with TestClient(create_app(archive.world.container), raise_server_exceptions=False) as client:
        for method, address in (("get", ""), ("post", ""), ("post", "/plan"), ("post", "/x/promotions")):
            given: dict[str, Any] = {} if method == "get" else {"json": {}}
            assert getattr(client, method)(f"/api/v1/archives{address}", headers=headers, **given).status_code == 403


@pytest.fixture
def command(archive: Archive, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs the program in this process, and gives what it prints."""
    monkeypatch.setenv("CANVASS_MONITOR_ANALYST", ANALYST)

    def run(*arguments: str, code: int = 0) -> str:
        data = str(archive.world.container.settings.data)
        monkeypatch.setattr(sys, "argv", ["canvass-monitor", "archive", *arguments, "--data", data])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capfd.readouterr()
        assert (ended.value.code or 0) == code, printed.err
        return printed.out

    return run


def test_the_command_line_does_all_of_it(archive: Archive, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.add("clear", "one")
    monkeypatch.setenv(RULES, "new")
    planned = json.loads(command("plan", "--outcome", "flagged", "--json"))
    assert (planned["calls"], planned["selection"]) == (1, {"outcome": "flagged"})
    begun = command("start", "--title", "A new rule", "--from", "2026-05-01").strip()
    assert command("pause", begun) == f"{begun} is paused\n"
    command("pause", begun, code=2)
    assert json.loads(command("resume", begun, "--json"))["status"] == "running"
    archive.work(begun)
    assert "finished, 2 of 2 calls, 1 with changes" in command("status", begun, "--follow")
    sums, call = map(json.loads, command("compare", begun, "--json").splitlines())
    assert (sums["sums"]["causes"], call["changes"][0]["kind"]) == ({"rule": 1}, "new")
    assert "new pressure by rule" in command("compare", begun)
    command("promote", begun, code=2)
    assert command("promote", begun, "--as", "Ada Osei").startswith("2 of 2 count now")
    assert archive.view(begun).promotions[0].by == "Ada Osei"
    command("cancel", "archive_x", code=2)
    command("plan", "--from", "May", code=2)
