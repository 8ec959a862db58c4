"""The service under chaos: a process that serves, with worker processes below it, on some database and storage."""

import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from app.accounts.guard import SESSION_COOKIE
from app.accounts.policy import Role
from app.accounts.service import add_account, add_key, change_password, sign_in
from app.approved_scripts.service import publish
from app.audit.service import OPERATOR
from app.bootstrap import Container, build_container
from app.settings import Settings
from scripts.bench_calls import SAMPLE_CALLS

ROOT = Path(__file__).resolve().parents[1]
CALL_CENTRE = "chaos"
UP_WITHIN_S = 120.0
STOP_WITHIN_S = 60.0
START = "import ctypes; ctypes.CDLL(None).prctl(1, 9); from app.cli import main; main()"
"""The program, which the kernel kills (9) when whoever started it dies (1: PR_SET_PDEATHSIG)."""


@dataclass
class Service:
    """One service on a port of its own, started as often as it dies.

    Attributes:
        settings: What it works with.
        slots: Worker processes.
        log: Where its lines go.
        further: Added to its environment.
        starts: How often it was started.
    """

    settings: Settings
    slots: int
    log: Path
    further: Mapping[str, str] = field(default_factory=dict)
    starts: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _port: int = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    def prepare(self) -> tuple[str, str]:
        """Publish the scripts of the sample calls, make a key and an officer; the key and the officer's cookie."""
        container = build_container(self.settings)
        try:
            with container.database.writing() as session:
                for path in sorted((SAMPLE_CALLS / "approved_scripts").glob("*.yaml")):
                    publish(session, content=path.read_text(encoding="utf-8"), source=path.name, actor=OPERATOR)
                key = add_key(session, call_centre=CALL_CENTRE, actor=OPERATOR)
                first = add_account(session, username="ada", name="Ada", role=Role.OFFICER, actor=OPERATOR)
            return key, self._signed_in(container, first)
        finally:
            container.close()

    @staticmethod
    def _signed_in(container: Container, first: str) -> str:
        with container.database.writing() as session:
            signed_in = sign_in(session, username="ada", password=first, at=datetime.now(UTC))
            if signed_in is None:
                raise RuntimeError("the officer cannot sign in")
            own = secrets.token_urlsafe(24)
            account_id = signed_in.account.id
            change_password(session, account_id=account_id, old=first, new=own, keep_token=signed_in.token)
            return f"{SESSION_COOKIE}={signed_in.token}"

    def container(self) -> Container:
        """What the service works with, for a look from outside; the caller closes it."""
        return build_container(self.settings)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._port = self._port or _free_port()
        environment = {**os.environ, **self.settings.as_environment(), **self.further, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", START, "serve", "--port", str(self._port)]
        command += ["--data", str(self.settings.data.resolve())]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        self.starts += 1
        self._wait()

    def keep_up(self) -> None:
        """Start it again where it has died, as an operating system's supervisor would."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def workers(self) -> list[int]:
        """Process ids of the workers that live."""
        return [] if self._process is None else children_of(self._process.pid)

    def kill_worker(self, chance: random.Random) -> bool:
        """Kill -9 any worker; whether there was one."""
        living = self.workers()
        if living:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(living), signal.SIGKILL)
        return bool(living)

    def kill(self) -> None:
        """Kill -9 the serving process, which takes its workers along, as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End it in good order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None

    def events(self) -> Counter[str]:
        """How often which event stands in the log."""
        import json

        found: Counter[str] = Counter()
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError):
                told = json.loads(line)
                if isinstance(told, dict) and "event" in told:
                    found[str(told["event"])] += 1
        return found

    def _wait(self) -> None:
        deadline = time.monotonic() + UP_WITHIN_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                tail = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise RuntimeError(f"the service ended as it started: {tail}")
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/healthz", timeout=5, trust_env=False).status_code == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError("the service does not answer")


def children_of(parent: int) -> list[int]:
    """Processes right below another, from the kernel's list; without those that are dead and not yet buried."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                state, above = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if int(above) == parent and state != "Z":
                    found.append(int(entry.name))
    return sorted(found)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
