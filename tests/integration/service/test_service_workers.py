"""The whole service: uvicorn, worker processes, and what happens when they die."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.service.conftest import EMBEDDED, SCALED_OUT, places_of
from tests.support.processes import (
    PATIENCE_S,
    Start,
    assert_one_current_result,
    begun_by,
    send,
    starter,
    until_done,
)
from tests.support.s3_server import S3Server
from tests.support.service_world import metadata
from tests.support.tones import wav

OVER_BOTH = pytest.mark.parametrize("start", [EMBEDDED, SCALED_OUT], indirect=True)


@pytest.fixture(params=[EMBEDDED])
def start(request: pytest.FixtureRequest, tmp_path: Path, notes: Path, s3: S3Server) -> Start:
    """Over SQLite and a folder; where a test says so, over PostgreSQL and a bucket too."""
    return starter(tmp_path, places_of(request))


def test_a_call_is_judged_and_its_sound_is_served_in_ranges(start: Start) -> None:
    sound = bytes(range(256)) * 4000
    with start() as (world, _service, client):
        call = send(client, sound)
        found = until_done(client, call)
        assert (found["outcome"], found["codes"]) == ("flagged", ["endorsement"])
        assert found["result"]["findings"][0]["quote"] == "he's a decent guy"
        assert found["result"]["call"] == call
        assert client.get(f"/api/v1/calls/{call}/transcript").json() == found["result"]["transcript"]

        url = f"/api/v1/calls/{call}/recording"
        whole = client.get(url)
        assert (whole.status_code, whole.content) == (200, sound)
        assert whole.headers["accept-ranges"] == "bytes"
        part = client.get(url, headers={"Range": "bytes=300-999"})
        assert (part.status_code, part.content) == (206, sound[300:1000])
        assert part.headers["content-range"] == f"bytes 300-999/{len(sound)}"
        assert client.get(url, headers={"Range": "bytes=-5"}).content == sound[-5:]
        assert client.get(url, headers={"Range": f"bytes={len(sound) - 2}-"}).content == sound[-2:]
        beyond = client.get(url, headers={"Range": f"bytes={len(sound)}-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(sound)}")
        head = client.head(url)
        assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(sound)), b"")
        stale = client.get(url, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
        assert (stale.status_code, len(stale.content)) == (200, len(sound))

        playback = client.get(url, params={"variant": "playback"})
        assert playback.content == b"OggS" + sound[:10]
        assert playback.headers["content-type"] == "audio/ogg"
        assert_one_current_result(world, call)


@OVER_BOTH
def test_a_call_whose_parts_do_not_come_in_is_judged_without_them(start: Start) -> None:
    with start(wait_for_parts_s=0.5) as (world, _service, client):
        call = send(client, wav(), part={"number": 2, "count": 3})
        found = until_done(client, call)
        assert found["parts"] == {"received": [2], "missing": [1, 3], "count": 3}
        assert [part["state"] for part in found["result"]["transcript"]["parts"]] == ["missing", "heard", "missing"]
        assert_one_current_result(world, call)


@OVER_BOTH
def test_a_killed_worker_is_replaced_and_its_call_taken_up_again(start: Start, tmp_path: Path) -> None:
    with start() as (world, service, client):
        call = send(client, b"slow-once")
        (victim,) = begun_by(tmp_path, call)
        assert victim in service.supervisor.process_ids
        assert client.get(f"/api/v1/calls/{call}").json()["status"] == "running"
        os.kill(victim, signal.SIGKILL)
        found = until_done(client, call)
        assert found["outcome"] == "flagged"
        assert len(begun_by(tmp_path, call)) == 2
        assert_one_current_result(world, call)
        assert client.get("/healthz").json() == {"status": "ok"}


def test_a_living_worker_takes_over_from_a_dead_one(start: Start, tmp_path: Path) -> None:
    with start(slots=2) as (world, _service, client):
        call = send(client, b"slow-once")
        (victim,) = begun_by(tmp_path, call)
        others = [send(client, b"clear %d" % number, f"o-{number}") for number in range(5)]
        os.kill(victim, signal.SIGKILL)
        assert until_done(client, call)["outcome"] == "flagged"
        for other in others:
            assert until_done(client, other)["outcome"] == "clear"
            assert_one_current_result(world, other)
        assert_one_current_result(world, call)


def test_a_hung_recogniser_is_killed_and_the_call_ends_unreviewable(start: Start, tmp_path: Path) -> None:
    with start(analysis_timeout_s=1.0, maximum_attempts=2) as (world, _service, client):
        hung, fine = send(client, b"hang"), send(client, b"clear", "c-2")
        found = until_done(client, hung)
        assert (found["outcome"], found["reason"]) == ("unreviewable", "processing-failed")
        assert found["result"]["findings"] == []
        assert found["result"]["transcript"]["utterances"] == []
        assert len(begun_by(tmp_path, hung)) == 2
        assert until_done(client, fine)["outcome"] == "clear"
        assert_one_current_result(world, hung)


def test_work_goes_on_after_the_whole_service_was_stopped(start: Start, tmp_path: Path) -> None:
    with start() as (_world, _service, client):
        interrupted = send(client, b"slow-once")
        waiting = send(client, b"silent", "c-2")
        begun_by(tmp_path, interrupted)
    with start() as (world, _service, client):
        found = until_done(client, waiting)
        assert (found["outcome"], found["reason"]) == ("unreviewable", "silent")
        assert until_done(client, interrupted)["outcome"] == "flagged"
        assert_one_current_result(world, interrupted)


def test_an_upload_is_not_held_in_memory(start: Start, tmp_path: Path) -> None:
    def memory() -> int:
        return int(re.findall(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())[0]) * 1024

    size = 120 * 1024 * 1024
    big = tmp_path / "big.wav"
    with big.open("wb") as file:
        file.truncate(size)
    with start(slots=0) as (_world, _service, client):
        send(client, b"warm up", "c-0")
        before = memory()
        with big.open("rb") as file:
            answer = client.post(
                "/api/v1/calls", data={"metadata": metadata("big")}, files={"recording": ("big.wav", file, "audio/wav")}
            )
        assert answer.status_code == 202
        assert answer.json()["recording_size_bytes"] == size
        assert memory() - before < size // 4


def test_a_call_that_kills_every_worker_ends_unreviewable(start: Start, tmp_path: Path) -> None:
    with start(maximum_attempts=2) as (world, _service, client):
        found = until_done(client, call := send(client, b"die"))
        assert (found["outcome"], found["reason"]) == ("unreviewable", "processing-failed")
        assert len(begun_by(tmp_path, call)) == 2
        assert_one_current_result(world, call)


PARENT = """
import sys, time
from pathlib import Path
from app.main import running
from app.settings import Settings
from app.telemetry import configure_logging
configure_logging()
with running(Settings(data=Path(sys.argv[1]), analyst="tests.support.service_analysts:quick"), slots=2) as service:
    print(*service.supervisor.process_ids, flush=True)
    time.sleep(60)
"""


def test_no_worker_outlives_a_service_that_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        workers = [int(number) for number in parent.stdout.readline().split()]
        assert len(workers) == 2
        parent.kill()
    deadline = time.monotonic() + PATIENCE_S
    while any(lives(worker) for worker in workers):
        assert time.monotonic() < deadline, "a worker outlived the service"
        time.sleep(0.1)


def lives(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
