"""A call that the dialler has cut into several recordings is one call."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.accounts.policy import Role
from app.audit.service import OPERATOR
from app.calls.tables import CallTable, DerivedSoundTable
from app.main import create_app
from app.retention.service import delete_recording
from app.runs.service import JUDGE_IN_PART
from app.runs.tables import RunTable
from tests.support.service_analysts import quick
from tests.support.service_world import World, build_world, metadata
from tests.support.sound import encode
from tests.support.tones import RATE_HZ, wav

FIRST, SECOND, THIRD = (wav(tone_hz=hertz) for hertz in (300, 500, 700))


@pytest.fixture
def headers(world: World) -> dict[str, str]:
    return world.bearer()


def send(client: TestClient, headers: dict[str, str], part: Any, recording: bytes, **further: Any) -> Any:
    meta = metadata(**({"part": part} if part is not None else {}), **further)
    files = {"recording": ("call.wav", recording, "audio/wav")}
    return client.post("/api/v1/calls", data={"metadata": meta}, files=files, headers=headers)


def runs_of(world: World, call_id: str) -> list[RunTable]:
    with world.database.reading() as session:
        return list(session.query(RunTable).filter_by(call_id=call_id).order_by(RunTable.created_at))


def jobs(world: World, name: str = JUDGE_IN_PART) -> list[Any]:
    schema = "dbos." if world.database.writing_engine.dialect.name == "postgresql" else ""
    query = f"SELECT workflow_uuid, delay_until_epoch_ms FROM {schema}workflow_status WHERE name = :name"
    with world.database.reading() as session:
        return list(session.execute(text(query + " ORDER BY workflow_uuid"), {"name": name}))


def wait_is_over(world: World, job: Any) -> None:
    """What a worker does when the time of a job has come."""
    from app.bootstrap import build_workflows

    _, call_id, parts = job.workflow_uuid.split("-")
    build_workflows(world.container, analyst=quick)[JUDGE_IN_PART](call_id=call_id, parts=int(parts))


def result_of(client: TestClient, headers: dict[str, str], call_id: str) -> Any:
    return client.get(f"/api/v1/calls/{call_id}", headers=headers).json()


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
def test_the_parts_are_one_call_that_is_judged_once_all_are_there(
    world: World, client: TestClient, headers: dict[str, str], order: tuple[int, ...]
) -> None:
    recordings = {1: FIRST, 2: SECOND, 3: THIRD}
    answers = [send(client, headers, {"number": n, "count": 3}, recordings[n]) for n in order]
    assert [answer.status_code for answer in answers] == [202] * 3
    assert len({answer.json()["id"] for answer in answers}) == 1
    receipts = [answer.json()["parts"] for answer in answers]
    assert receipts[0] == {"received": [order[0]], "missing": sorted(order[1:]), "count": 3}
    assert receipts[2] == {"received": [1, 2, 3], "missing": [], "count": 3}
    call_id = answers[0].json()["id"]
    (run,) = runs_of(world, call_id)
    assert run.cause == "upload"

    world.judge(call_id)
    found = result_of(client, headers, call_id)
    assert (found["status"], found["outcome"], found["parts"]["missing"]) == ("done", "flagged", [])
    parts = found["result"]["transcript"]["parts"]
    assert [(part["number"], part["state"], part["start"], part["end"]) for part in parts] == [
        (1, "heard", 0.0, 0.5),
        (2, "heard", 0.5, 1.0),
        (3, "heard", 1.0, 1.5),
    ]
    assert "notes" not in found["result"]


def test_what_was_noticed_about_a_part_is_told_with_the_result(
    tmp_path: Path, world: World, client: TestClient, headers: dict[str, str]
) -> None:
    samples = np.sin(np.arange(64_000) / 10).astype(np.float32) / 4
    cut = encode(tmp_path / "cut", samples, codec="flac", container="flac", rate_hz=16_000).read_bytes()
    send(client, headers, {"number": 1, "count": 2}, FIRST)
    call_id = send(client, headers, {"number": 2, "count": 2}, cut[: len(cut) // 2]).json()["id"]
    world.judge(call_id)
    notes = result_of(client, headers, call_id)["result"]["notes"]
    assert [note.split(",")[0] for note in notes] == ["Part 2: the file announces 4.0 s"]


def test_a_part_that_is_sent_again_is_the_same_part(world: World, client: TestClient, headers: dict[str, str]) -> None:
    first = send(client, headers, {"number": 1, "count": 2}, FIRST)
    again = send(client, headers, {"number": 1, "count": 2}, FIRST)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["parts"] == {"received": [1], "missing": [2], "count": 2}
    second = send(client, headers, {"number": 2, "last": True}, SECOND)
    assert second.json()["recording_sha256"] != first.json()["recording_sha256"] == again.json()["recording_sha256"]
    assert send(client, headers, {"number": 2, "last": True}, SECOND).status_code == 200
    assert len(runs_of(world, first.json()["id"])) == 1


CONFLICTS: tuple[tuple[Any, bytes, dict[str, Any], str], ...] = (
    ({"number": 1, "count": 3}, SECOND, {}, "Another recording was received as part 1"),
    ({"number": 1}, FIRST, {}, "Another recording was received as part 1"),
    ({"number": 1, "count": 3}, FIRST, {"raw": {"format": "mulaw"}}, "Another recording was received as part 1"),
    (None, FIRST, {}, "received in parts, not whole"),
    ({"number": 3, "count": 4}, THIRD, {}, "has 3 parts"),
    ({"number": 4}, THIRD, {}, "has 3 parts"),
    ({"number": 2, "last": True}, SECOND, {}, "has 3 parts"),
    ({"number": 2, "count": 3}, SECOND, {"campaign": "other"}, "Other metadata"),
    ({"number": 2, "count": 3}, SECOND, {"started_at": "2026-05-04T18:31:00+01:00"}, "Other metadata"),
)


def test_parts_that_do_not_go_together_are_a_conflict_and_leave_nothing(
    world: World, client: TestClient, headers: dict[str, str]
) -> None:
    call_id = send(client, headers, {"number": 1, "count": 3}, FIRST).json()["id"]
    for part, recording, further, says in CONFLICTS:
        answer = send(client, headers, part, recording, **further)
        assert (answer.status_code, says in answer.json()["detail"]) == (409, True), answer.text
    assert result_of(client, headers, call_id)["parts"] == {"received": [1], "missing": [2, 3], "count": 3}
    assert len(list(world.container.storage.keys("sha256"))) == 1


def test_a_part_of_a_call_that_was_received_whole_is_a_conflict(client: TestClient, headers: dict[str, str]) -> None:
    assert send(client, headers, None, FIRST).status_code == 202
    answer = send(client, headers, {"number": 2, "count": 2}, SECOND)
    assert (answer.status_code, "received whole" in answer.json()["detail"]) == (409, True)


def test_a_count_below_a_part_that_is_there_is_a_conflict(client: TestClient, headers: dict[str, str]) -> None:
    assert send(client, headers, {"number": 3}, THIRD).status_code == 202
    answer = send(client, headers, {"number": 2, "last": True}, SECOND)
    assert (answer.status_code, "more parts than 2" in answer.json()["detail"]) == (409, True)


def test_a_call_waits_for_its_parts_and_is_judged_without_them_when_the_time_is_over(
    world: World, client: TestClient, headers: dict[str, str]
) -> None:
    call_id = send(client, headers, {"number": 1, "count": 3}, b"clear" + FIRST).json()["id"]
    send(client, headers, {"number": 3, "count": 3}, THIRD)
    before, after = jobs(world)
    assert all(job.delay_until_epoch_ms for job in (before, after))
    found = result_of(client, headers, call_id)
    assert (found["status"], runs_of(world, call_id)) == ("queued", [])
    wait_is_over(world, before)
    assert runs_of(world, call_id) == [], "another part has come in since: the waiting began anew"
    wait_is_over(world, after)
    wait_is_over(world, after)
    assert len(runs_of(world, call_id)) == 1, "once"
    world.judge(call_id)
    found = result_of(client, headers, call_id)
    assert [(part["number"], part["state"]) for part in found["result"]["transcript"]["parts"]] == [
        (1, "unreadable"),
        (2, "missing"),
        (3, "heard"),
    ]
    assert found["outcome"] == "flagged", "what was heard is judged"
    assert found["result"]["notes"] == [
        "Part 1 of 3 cannot be read: what was said in it is not judged.",
        "Part 2 of 3 has not come in: what was said in it is not judged.",
    ]

    late = send(client, headers, {"number": 2, "count": 3}, SECOND)
    assert (late.status_code, late.json()["parts"]["missing"]) == (202, [])
    assert len(runs_of(world, call_id)) == 2
    with world.database.reading() as session:
        before_sound = session.get_one(CallTable, call_id).sound_sha256
    world.judge(call_id)
    states = [part["state"] for part in result_of(client, headers, call_id)["result"]["transcript"]["parts"]]
    assert states == ["unreadable", "heard", "heard"]
    with world.database.reading() as session:
        assert session.get_one(CallTable, call_id).sound_sha256 != before_sound
        assert session.get(DerivedSoundTable, before_sound) is None, "what was made of fewer parts is gone"


def test_parts_that_come_in_at_once_are_one_call_and_one_run(
    world: World, client: TestClient, headers: dict[str, str]
) -> None:
    recordings = [wav(seconds=0.1, tone_hz=hertz) for hertz in (300, 400, 500, 600)]

    def send_part(number: int) -> Any:
        return send(client, headers, {"number": number, "count": 4}, recordings[number - 1])

    with ThreadPoolExecutor(4) as senders:
        answers = list(senders.map(send_part, (1, 2, 3, 4)))
    assert [answer.status_code for answer in answers] == [202] * 4
    (call_id,) = {answer.json()["id"] for answer in answers}
    assert result_of(client, headers, call_id)["parts"] == {"received": [1, 2, 3, 4], "missing": [], "count": 4}
    assert len(runs_of(world, call_id)) == 1


def test_a_part_of_nobody_knows_how_many_waits_for_the_last(
    world: World, client: TestClient, headers: dict[str, str]
) -> None:
    call_id = send(client, headers, {"number": 1}, FIRST).json()["id"]
    answer = send(client, headers, {"number": 2}, SECOND)
    assert answer.json()["parts"] == {"received": [1, 2], "missing": [3], "count": None}
    assert runs_of(world, call_id) == []
    assert send(client, headers, {"number": 3, "last": True}, THIRD).json()["parts"]["count"] == 3
    assert len(runs_of(world, call_id)) == 1


def test_a_call_of_which_no_part_can_be_read_is_unreviewable(
    world: World, client: TestClient, headers: dict[str, str]
) -> None:
    for number in (1, 2):
        call_id = send(client, headers, {"number": number, "count": 2}, b"no sound %d" % number).json()["id"]
    world.judge(call_id)
    found = result_of(client, headers, call_id)
    assert (found["outcome"], found["reason"]) == ("unreviewable", "unreadable")


def test_parts_of_different_formats_are_heard_as_one(world: World, client: TestClient, headers: dict[str, str]) -> None:
    heard: list[bytes] = []

    def listening(path: Path, **further: Any) -> Any:
        assert further["raw"] is None
        heard.append(path.read_bytes())
        return quick(path, **further)

    headerless = (8000 * np.ones(RATE_HZ // 2)).astype("<i2").tobytes()
    raw = {"format": "s16le", "rate": RATE_HZ}
    call_id = send(client, headers, {"number": 1, "count": 2}, wav(channels=2)).json()["id"]
    send(client, headers, {"number": 2, "count": 2}, headerless, raw=raw)
    world.judge(call_id, analyst=listening)
    (whole,) = heard
    assert int.from_bytes(whole[22:24], "little") == 1, "one channel, since one part has no more"
    ends = [part["end"] for part in result_of(client, headers, call_id)["result"]["transcript"]["parts"]]
    assert ends == [0.5, 1.0]


def test_all_parts_are_played_as_one_and_each_is_handed_out_as_it_came(
    world: World, client: TestClient, headers: dict[str, str]
) -> None:
    for number, recording in ((2, SECOND), (1, FIRST)):
        call_id = send(client, headers, {"number": number, "count": 2}, recording).json()["id"]
    world.judge(call_id)
    url = f"/api/v1/calls/{call_id}/recording"
    playback = client.get(url, params={"variant": "playback"}, headers=headers)
    assert (playback.status_code, playback.content[:4]) == (200, b"OggS")
    assert client.get(url, params={"part": 1}, headers=headers).content == FIRST
    assert client.get(url, params={"part": 2}, headers=headers).content == SECOND
    assert client.get(url, params={"part": 3}, headers=headers).status_code == 404
    whole = client.get(url, headers=headers)
    assert (whole.status_code, "one of 1, 2" in whole.json()["next_step"]) == (404, True)


def test_a_call_in_parts_can_be_judged_again_and_its_sound_deleted(
    world: World, client: TestClient, headers: dict[str, str]
) -> None:
    for number, recording in ((1, FIRST), (2, SECOND)):
        call_id = send(client, headers, {"number": number, "count": 3}, recording).json()["id"]
    client.cookies.update(world.officer(role=Role.ADMINISTRATOR))
    assert client.post(f"/api/v1/calls/{call_id}/runs", json={}).status_code == 202
    world.judge(call_id)
    client.cookies.clear()
    states = [part["state"] for part in result_of(client, headers, call_id)["result"]["transcript"]["parts"]]
    assert states == ["heard", "heard", "missing"]
    storage = world.container.storage
    assert list(storage.keys("sha256")) and list(storage.keys("derived"))
    delete_recording(world.database, storage, call_id=call_id, reason="asked for", actor=OPERATOR)
    assert not list(storage.keys("sha256")) and not list(storage.keys("derived"))
    refused = send(client, headers, {"number": 3, "count": 3}, THIRD)
    assert refused.status_code == 410, "a further part of a call whose sound was deleted"
    assert not list(storage.keys("sha256"))
    assert send(client, headers, {"number": 1, "count": 3}, FIRST).status_code == 200
    wait_is_over(world, jobs(world)[-1])
    assert len(runs_of(world, call_id)) == 1


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[tuple[World, TestClient]]:
    made = build_world(tmp_path / "hasty", wait_for_parts_s=0.05)
    with TestClient(create_app(made.container), raise_server_exceptions=False) as client:
        yield made, client
    made.container.close()


def test_the_wait_is_the_operators_to_set(hasty: tuple[World, TestClient]) -> None:
    world, client = hasty
    send(client, world.bearer(), {"number": 1, "count": 2}, FIRST)
    (job,) = jobs(world)
    with world.database.reading() as session:
        received = session.query(CallTable).one().received_at
    assert abs(job.delay_until_epoch_ms / 1000 - received.timestamp()) < 30


def test_the_page_of_a_call_tells_what_is_missing_and_where_a_part_begins(
    world: World, client: TestClient, headers: dict[str, str]
) -> None:
    call_id = send(client, headers, {"number": 2, "count": 3}, wav(seconds=0.8)).json()["id"]
    send(client, headers, {"number": 1, "count": 3}, wav(seconds=0.7))
    page = {"accept": "text/html"}
    client.cookies.update(world.officer())
    waiting = client.get(f"/calls/{call_id}", headers=page).text
    assert "Waits for part 3 of 3" in waiting
    assert client.get(f"/calls/{call_id}/state", headers=page).status_code == 204
    wait_is_over(world, jobs(world)[-1])
    world.judge(call_id)
    judged = client.get(f"/calls/{call_id}", headers=page).text
    assert "Part 3 of 3 has not come in: what was said in it is not judged." in judged
    assert "Part 2 begins" in judged
    assert "recording?part=2" in judged
