"""Two hosts over one PostgreSQL: one is cut off in the middle of a call, and comes back when its work is not its own.

Host 1 has the database and the service, host 2 a worker. Where the machine allows it, host 2 is a network namespace
with a line of its own to host 1, and the line is taken down: nobody is told anything, as when a switch dies. Elsewhere
its way to the database leads through a relay that is cut; that is said in the output.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import select

from app.bootstrap import Container
from app.calls.tables import CallTable
from app.runs.tables import RunTable
from app.settings import Settings
from scripts.chaos_calls import ANALYST, ChaosCall
from scripts.chaos_checks import faults_in
from scripts.chaos_line import metadata_of
from scripts.chaos_service import ROOT, START, Service, children_of

NAMESPACE = f"chaos-{os.getpid()}"
NEAR, FAR = f"cm{os.getpid() % 10_000}a", f"cm{os.getpid() % 10_000}b"
HOST_1, HOST_2, NETWORK = "10.231.77.1", "10.231.77.2", "10.231.77.0/24"
LOOPBACK = "127.0.0.1"

BEGUN_WITHIN_S = 180.0
TAKEN_OVER_WITHIN_S = 300.0
BACK_WITHIN_S = 120.0
ENDED = ("worker.lease-lost", "worker.fenced-off", "worker.broken", "worker.died")
"""What a worker says, or its supervisor says of it, that has found out that its work is not its own any more."""


@dataclass(frozen=True, slots=True)
class Way:
    """The way of host 2 to the database.

    Attributes:
        command: What goes before a command that runs on host 2.
        address: Where the database listens.
        reach: Turns the database's address into the one that host 2 uses.
        cut: Takes the line down.
        mend: Brings it back.
        is_network: Whether host 2 has a network of its own.
    """

    command: tuple[str, ...]
    address: str
    reach: Callable[[str], str]
    cut: Callable[[], None]
    mend: Callable[[], None]
    is_network: bool


def run_two_hosts(
    folder: Path, *, calls: list[ChaosCall], expected: dict[str, str]
) -> tuple[list[str], dict[str, int]]:
    """Cut host 2 off while it hears, once as it is and once frozen as well; host 1 takes over each time.

    Args:
        folder: A new folder for everything.
        calls: Three calls that take some seconds each.
        expected: Their results where nothing happens.

    Returns:
        What is wrong, in words; and figures by name.
    """
    from tests.support.postgres import PostgresServer

    with ExitStack() as stack:
        way = stack.enter_context(_a_way())
        print(f"  host 2 is {'a network namespace' if way.is_network else 'behind a relay: no namespaces here'}")
        cluster = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="canvass-monitor-postgres-")))
        server = PostgresServer(cluster, host=way.address)
        with (cluster / "data" / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write(f"\nhost all all {NETWORK} scram-sha-256\n")
        server.start()
        stack.callback(server.stop)
        url = server.url(server.make_database())
        folder.mkdir()
        settings = _settings(folder, database=url)
        service = Service(settings, slots=0, log=folder / "host-1.log")
        key, _ = service.prepare()
        service.start()
        stack.callback(service.stop)
        container = service.container()
        stack.callback(container.close)
        hosts = _Hosts(folder, service, container, key, way, settings, _settings(folder, database=way.reach(url)))
        stack.callback(hosts.stop)
        return hosts.run(calls, expected)


@dataclass
class _Hosts:
    folder: Path
    service: Service
    container: Container
    key: str
    way: Way
    near: Settings
    far: Settings
    worker_1: "subprocess.Popen[bytes] | None" = None
    worker_2: "subprocess.Popen[bytes] | None" = None

    def run(self, calls: list[ChaosCall], expected: dict[str, str]) -> tuple[list[str], dict[str, int]]:
        figures = {"namespaces": int(self.way.is_network), "cut_off": 2}
        self.worker_2 = self._start_worker(self.far, "host-2.log", *self.way.command)
        ids = {call.external_id: self._send(call) for call in calls[:1]}
        found, figures["seconds_until_done_cut_off"] = self._round(ids[calls[0].external_id], frozen=False)
        ids[calls[1].external_id] = self._send(calls[1])
        further, figures["seconds_until_done_frozen"] = self._round(ids[calls[1].external_id], frozen=True)
        # The line is back, and so is host 2.
        ids[calls[2].external_id] = self._send(calls[2])
        self._until_status(ids[calls[2].external_id], "done", TAKEN_OVER_WITHIN_S, "host 2 is back")
        self.stop()
        self.service.stop()
        found += [*further, *faults_in(self.container, calls=calls, expected=expected, ids=ids)]
        taken_over = [call.external_id for call in calls[:2] if self._status(ids[call.external_id])[1] > 1]
        if len(taken_over) != 2:
            found.append(f"of two calls only these were taken over: {taken_over}")
        log = (self.folder / "host-2.log").read_text(encoding="utf-8", errors="replace")
        kept = log.count('"kept": true')
        if kept != 1:
            found.append(f"host 2 kept {kept} results and not the last one alone")
        return found, {**figures, "taken_over": len(taken_over), "host_2_ended": self._ends(), "host_2_kept": kept}

    def _round(self, call_id: str, *, frozen: bool) -> tuple[list[str], int]:
        self._until_status(call_id, "running", BEGUN_WITHIN_S, "host 2 begins")
        time.sleep(2.0)
        before = self._ends()
        self.way.cut()
        if frozen:
            self._signal(signal.SIGSTOP)
        self.worker_1 = self._start_worker(self.near, "host-1-worker.log")
        began = time.monotonic()
        self._until_status(call_id, "done", TAKEN_OVER_WITHIN_S, "host 1 takes over")
        took_s = round(time.monotonic() - began)
        self._stop_worker(self.worker_1)
        if frozen:
            self._signal(signal.SIGCONT)
        self.way.mend()
        deadline = time.monotonic() + BACK_WITHIN_S
        while self._ends() == before:
            if time.monotonic() > deadline:
                return ["the worker that was cut off has not noticed it"], took_s
            time.sleep(0.2)
        return [], took_s

    def stop(self) -> None:
        for worker in (self.worker_1, self.worker_2):
            if worker is not None:
                self._stop_worker(worker)

    def _send(self, call: ChaosCall) -> str:
        answer = httpx.post(
            f"{self.service.url}/api/v1/calls",
            headers={"Authorization": f"Bearer {self.key}"},
            data={"metadata": metadata_of(call)},
            files={"recording": ("recording", call.content, "audio/x-chaos")},
            timeout=60,
            trust_env=False,
        )
        return str(answer.raise_for_status().json()["id"])

    def _status(self, call_id: str) -> tuple[str, int]:
        with self.container.database.reading() as session:
            run = session.scalars(select(RunTable).where(RunTable.call_id == call_id)).one()
            return session.get_one(CallTable, call_id).status, run.attempts

    def _ends(self) -> int:
        log = (self.folder / "host-2.log").read_text(encoding="utf-8", errors="replace")
        return sum(log.count(f'"{event}"') for event in ENDED)

    def _start_worker(self, settings: Settings, log: str, *before: str) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, **settings.as_environment(), "PYTHONPATH": str(ROOT)}
        command = [*before, sys.executable, "-c", START, "worker", "--slots", "1"]
        with (self.folder / log).open("ab") as file:
            return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)

    def _signal(self, number: int) -> None:
        assert self.worker_2 is not None  # noqa: S101 - started above
        for process_id in children_of(self.worker_2.pid):
            with suppress(ProcessLookupError):
                os.kill(process_id, number)

    @staticmethod
    def _stop_worker(worker: "subprocess.Popen[bytes]") -> None:
        worker.terminate()
        try:
            worker.wait(30)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()

    def _until_status(self, call_id: str, status: str, within_s: float, what: str) -> None:
        deadline = time.monotonic() + within_s
        while self._status(call_id)[0] != status:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what}: not within {within_s:.0f} s")
            time.sleep(0.2)


@contextmanager
def _a_way() -> Iterator[Way]:
    if _made_network():
        try:
            yield Way(
                command=("ip", "netns", "exec", NAMESPACE),
                address=HOST_1,
                reach=lambda url: url,
                cut=lambda: _ip("link", "set", NEAR, "down"),
                mend=lambda: _ip("link", "set", NEAR, "up"),
                is_network=True,
            )
        finally:
            _unmake_network()
        return
    from urllib.parse import urlsplit

    from tests.support.s3_server import Line

    relays: list[Line] = []

    def reach(url: str) -> str:
        relays.append(Line(urlsplit(url).port or 0))
        return url.replace(f":{urlsplit(url).port}/", f":{urlsplit(relays[0].endpoint).port}/")

    def each(do: Callable[[Line], None]) -> Callable[[], None]:
        return lambda: [do(relay) for relay in relays] and None

    try:
        yield Way((), LOOPBACK, reach, each(Line.cut), each(Line.mend), is_network=False)
    finally:
        each(Line.close)()


def _made_network() -> bool:
    steps = (
        ("netns", "add", NAMESPACE),
        ("link", "add", NEAR, "type", "veth", "peer", "name", FAR),
        ("link", "set", FAR, "netns", NAMESPACE),
        ("addr", "add", f"{HOST_1}/24", "dev", NEAR),
        ("link", "set", NEAR, "up"),
        ("-n", NAMESPACE, "addr", "add", f"{HOST_2}/24", "dev", FAR),
        ("-n", NAMESPACE, "link", "set", FAR, "up"),
        ("-n", NAMESPACE, "link", "set", "lo", "up"),
    )
    try:
        for step in steps:
            _ip(*step)
    except (OSError, subprocess.CalledProcessError):
        _unmake_network()
        return False
    return True


def _unmake_network() -> None:
    for step in (("link", "delete", NEAR), ("netns", "delete", NAMESPACE)):
        with suppress(OSError, subprocess.CalledProcessError):
            _ip(*step)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def _settings(folder: Path, *, database: str) -> Settings:
    # One folder of recordings for both hosts, as on a file server that stays up: this is about the database.
    return Settings(
        data=folder / "data",
        database=database,  # type: ignore[arg-type]
        analyst=ANALYST,
        minimum_free_bytes=0,
        maximum_attempts=25,
        slots=0,
        _env_file=None,
    )
