"""Measures the service with a large archive in place: lists, searches, plans, uploads, text judged again, memory.

    scripts/load_test.py --calls 20000                a quick look, over SQLite
    scripts/load_test.py --postgres                   a million calls in PostgreSQL, from the wheel
    scripts/load_test.py --data FOLDER                makes the archive there once and uses it again

The figures are printed last, a ``NAME VALUE`` a line; ``--write`` keeps them in docs/benchmarks.
"""

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.accounts.guard import SESSION_COOKIE  # noqa: E402
from app.accounts.policy import Role  # noqa: E402
from app.accounts.service import add_account, add_key, change_password, sign_in  # noqa: E402
from app.approved_scripts.service import load_version, publish, version_in_force  # noqa: E402
from app.archives.tables import ArchiveCallTable  # noqa: E402
from app.audit.service import OPERATOR  # noqa: E402
from app.bootstrap import Container, build_container, build_upstream  # noqa: E402
from app.calls.tables import CallTable  # noqa: E402
from app.runs.tables import RunTable  # noqa: E402
from app.settings import PREFIX, Settings  # noqa: E402
from scripts.benchmark import shown  # noqa: E402
from scripts.bulk import opened  # noqa: E402
from scripts.load_page import write_page  # noqa: E402
from scripts.load_readers import Question, percentile, questions, read  # noqa: E402
from scripts.load_uploads import cpu_s, lost, resident_mb, upload  # noqa: E402
from scripts.synthetic_archive import CENTRES, FIRST, Archive, HeardWith, write  # noqa: E402

SCRIPT = ROOT / "sample_calls" / "approved_scripts" / "eastmere-mayor.yaml"
BIN = Path(sys.executable).parent / "canvass-monitor"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
PHASES = ("read", "plan", "text", "uploads")
WARM_UP = 10
"""Calls judged again before the time is taken."""


def main() -> int:
    """Run what is asked for; 1 if anything was refused or lost."""
    options = _options()
    with ExitStack() as stack:
        folder = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="load-test-")))
        url = stack.enter_context(_postgres()) if options.postgres else options.database
        settings = Settings(
            data=folder,
            database=url,
            slots=0,
            minimum_free_bytes=0,
            log_level="ERROR",
            _env_file=None,  # type: ignore[call-arg]
        )
        container = build_container(settings)
        stack.callback(container.close)
        load = Load(container)
        load.make(options.calls)
        with load.serving():
            for phase in options.only or PHASES:
                _note(f"{phase} …")
                getattr(load, phase)(options)
            load.figures["api_memory_mb_at_the_end"] = resident_mb(load.service.pid)
        load.figures["failures"] = float(load.failures)
    if options.write:
        path = write_page(load.figures, database="PostgreSQL" if url else "SQLite", calls=options.calls)
        _note(f"written: {path.relative_to(ROOT)}")
    sys.stdout.write("\n".join(shown(load.figures)) + "\n")
    return 1 if load.failures else 0


@dataclass
class Load:
    """One service under load, and what was measured.

    Attributes:
        container: What the service works with.
        figures: By name.
        failures: Answers that were none, and uploads that were lost.
    """

    container: Container
    figures: dict[str, float] = field(default_factory=dict)
    failures: int = 0

    def make(self, calls: int) -> None:
        """Write the archive, unless it is there."""
        with self.container.database.writing() as session:
            there = session.query(CallTable.id).first() is not None
            if not there:
                publish(session, content=SCRIPT.read_text(encoding="utf-8"), source=SCRIPT.name, actor=OPERATOR)
            self.keys = {name: add_key(session, call_centre=name, actor=OPERATOR) for name in CENTRES}
            self.cookie = _officer(session)
        with self.container.database.reading() as session:
            version = version_in_force(session, script_id="eastmere-mayor", at=FIRST)
            self.script = load_version(session, script_id=version.script_id, version=version.version)
        if there:
            return
        place = self.container.settings.database_place
        upstream = build_upstream(self.container.settings)
        heard_with = HeardWith(f"{upstream.engine.name}/{upstream.engine.model}", upstream.hearing_key(self.script))
        dialect = "sqlite" if isinstance(place, Path) else "postgresql"
        archive = Archive(calls=calls, script=self.script, dialect=dialect, heard_with=heard_with)
        begun = time.monotonic()
        with opened(place) as bulk:
            write(archive, put=bulk.put, tell=lambda there: _note(f"{there} calls") if there % 50_000 == 0 else None)
        self.figures["archive_made_in_s"] = time.monotonic() - begun

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The web service in a process of its own."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.service = self._start("serve", "--port", str(port))
        try:
            _wait(lambda: _answers(self.url), within_s=120)
            self.figures["api_memory_mb_at_the_start"] = resident_mb(self.service.pid)
            yield
        finally:
            self.service.terminate()
            self.service.wait(60)

    def read(self, options: argparse.Namespace) -> None:
        """The queue page, filtered lists and searches."""
        read(self.url, cookie=self.cookie, asked=questions(), readers=1, rounds=1)  # the templates are read, not timed
        before = cpu_s(self.service.pid)
        answers = read(self.url, cookie=self.cookie, asked=questions(), readers=options.readers, rounds=options.rounds)
        used = cpu_s(self.service.pid) - before
        self.figures |= answers.figures()
        self.figures["api_cpu_ms_for_an_answer"] = used * 1000 / sum(map(len, answers.seconds.values()))
        self._count(answers.refused)

    def plan(self, options: argparse.Namespace) -> None:
        """What an archive batch over all, and over one year, would do."""
        bodies = ({}, {"started_from": "2025-01-01T00:00:00Z", "started_to": "2026-01-01T00:00:00Z"})
        asked = [Question("archive_plan", "/api/v1/archives/plan", json.dumps(body)) for body in bodies]
        answers = read(self.url, cookie=self.cookie, asked=asked, readers=1, rounds=3)
        self.figures |= answers.figures()
        self._count(answers.refused)

    def text(self, options: argparse.Namespace) -> None:
        """How fast a worker judges stored transcripts again, beside bare ``analyse`` on the same ones."""
        selection = _some(options.calls, "c-107", "centre-03")
        archive = self._start_batch(selection)
        with self._worker():
            _wait(lambda: len(self._judged(archive)) >= options.texts, within_s=options.patience)
        seconds = self._judged(archive)
        number = len(seconds)
        self.figures["text_judged_again_calls_per_second"] = number / sum(seconds)
        bare = self._analyse(selection, number=options.texts)
        self.figures["bare_analyse_calls_per_second"] = bare
        self.figures["text_judged_again_times_bare_analyse"] = bare / (number / sum(seconds))

    def uploads(self, options: argparse.Namespace) -> None:
        """Uploads while a niced worker goes through the archive; and the memory of both."""
        batch = self._start_batch(_some(options.calls, "c-311", "centre-05"))
        with self._worker() as worker:
            try:
                _wait(lambda: bool(self._judged(batch)), within_s=options.patience)
            except TimeoutError:
                _note("the batch waits behind uploads of an earlier run")
            with _watching({"api": self.service.pid, "worker": worker.pid}) as memory:
                for rate in options.rates:
                    before = cpu_s(self.service.pid)
                    done = upload(
                        self.url, key=self.keys[CENTRES[0]], script=self.script.id, a_second=rate, for_s=options.seconds
                    )
                    name, used = f"upload_{rate:g}_a_second", cpu_s(self.service.pid) - before
                    missing = lost(self.container, done)
                    self.figures |= {
                        f"{name}_accepted": float(len(done.accepted)),
                        f"{name}_lost": float(missing),
                        f"{name}_api_cpu_ms_each": used * 1000 / len(done.seconds),
                        **{f"{name}_p{share}_ms": percentile(done.seconds, share) * 1000 for share in (50, 95, 99)},
                    }
                    self._count([*map(str, done.refused), *["lost"] * missing])
        for name, values in memory.items():
            self.figures |= {
                f"{name}_memory_mb_before_uploads": values[0],
                f"{name}_memory_mb_half_way": values[len(values) // 2],
                f"{name}_memory_mb_after_uploads": values[-1],
            }

    def _count(self, refused: list[str]) -> None:
        self.failures += len(refused)
        for each in sorted(set(refused)):
            _note(f"refused: {each}")

    def _start(self, *command: str, nice: int = 0) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, **self.container.settings.as_environment(), **ONE_THREAD}
        if self.container.settings.database is not None:
            environment[f"{PREFIX}DATABASE"] = self.container.settings.database.get_secret_value()
        data = str(self.container.settings.data)
        return subprocess.Popen(["nice", "-n", str(nice), str(BIN), *command, "--data", data], env=environment)

    @contextmanager
    def _worker(self) -> "Iterator[subprocess.Popen[bytes]]":
        worker = self._start("worker", "--slots", "1", nice=19)
        try:
            yield worker
        finally:
            worker.terminate()
            worker.wait(120)

    def _start_batch(self, selection: Mapping[str, str]) -> str:
        from urllib.request import Request

        body = json.dumps({"title": "Load test", "selection": selection}).encode()
        headers = {"Cookie": self.cookie, "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
        with urlopen(Request(f"{self.url}/api/v1/archives", body, headers), timeout=300) as answer:  # noqa: S310
            return str(json.load(answer)["id"])

    def _judged(self, archive: str) -> list[float]:
        """The seconds that each call of a batch took, after the first few."""
        with self.container.database.reading() as session:
            query = session.query(ArchiveCallTable.seconds).filter_by(archive_id=archive, status="done", stage="text")
            rows = query.order_by(ArchiveCallTable.finished_at).offset(WARM_UP).all()
        return [row.seconds or 0.0 for row in rows]

    def _analyse(self, selection: Mapping[str, str], *, number: int) -> float:
        """Calls a second of ``canvass-monitor analyse`` on the same transcripts."""
        with self.container.database.reading() as session:
            query = session.query(RunTable.result).join(CallTable, CallTable.id == RunTable.call_id)
            columns = {"canvasser": CallTable.canvasser_id, "call_centre": CallTable.call_centre}
            mine = [columns[name] == value for name, value in selection.items()]
            rows = (
                query.filter(*mine, RunTable.is_current, RunTable.outcome != "unreviewable")
                .order_by(CallTable.id)
                .limit(number + WARM_UP)
                .all()
            )
        lines = "".join(json.dumps(row.result["transcript"]) + "\n" for row in rows)
        command = ["nice", "-n", "19", str(BIN), "analyse", "-", "--script", str(SCRIPT), "--json"]
        times = []
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **ONE_THREAD}
        ) as process:
            assert process.stdin is not None  # noqa: S101 - both were asked for
            assert process.stdout is not None  # noqa: S101
            feeder = threading.Thread(target=_feed, args=(process.stdin, lines.encode()))
            feeder.start()
            times = [time.monotonic() for _ in process.stdout]
            feeder.join()
        return (len(times) - WARM_UP) / (times[-1] - times[WARM_UP - 1])


def _some(calls: int, canvasser: str, call_centre: str) -> dict[str, str]:
    """Some hundred calls, or more where the archive is small."""
    return {"canvasser": canvasser} if calls >= 200_000 else {"call_centre": call_centre}


def _feed(pipe: "subprocess.IO[bytes]", lines: bytes) -> None:
    with pipe:
        pipe.write(lines)


@contextmanager
def _watching(processes: Mapping[str, int]) -> Iterator[dict[str, list[float]]]:
    """Resident megabytes of some processes, every two seconds until the block ends."""
    memory: dict[str, list[float]] = {name: [resident_mb(process)] for name, process in processes.items()}
    stopped = threading.Event()

    def watch() -> None:
        while not stopped.wait(2.0):
            for name, process in processes.items():
                memory[name].append(resident_mb(process))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        stopped.set()
        thread.join()


def _officer(session: object) -> str:
    """The cookie of an administrator who has signed in."""
    from sqlalchemy.orm import Session

    assert isinstance(session, Session)  # noqa: S101
    name, password = f"load-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    first = add_account(session, username=name, name="Load test", role=Role.ADMINISTRATOR, actor=OPERATOR)
    session.flush()
    signed_in = sign_in(session, username=name, password=first, at=datetime.now(UTC))
    assert signed_in is not None  # noqa: S101 - it is the password that was given
    change_password(session, account_id=signed_in.account.id, old=first, new=password, keep_token=signed_in.token)
    return f"{SESSION_COOKIE}={signed_in.token}"


@contextmanager
def _postgres() -> Iterator[str]:
    """A server that writes through, as one in use does."""
    from tests.support.postgres import running_postgres

    settings = (
        "fsync=on",
        "synchronous_commit=on",
        "shared_buffers=2GB",
        "effective_cache_size=6GB",
        "max_wal_size=8GB",
    )
    with running_postgres(settings=settings) as server:
        yield server.url(server.make_database())


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _wait(done: Callable[[], bool], *, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("it takes too long")
        time.sleep(0.5)


def _note(text: str) -> None:
    sys.stderr.write(text + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=1_000_000, help="calls of the synthetic archive")
    parser.add_argument(
        "--data", type=Path, help="folder to make it in, or one where it was made; else a temporary one"
    )
    parser.add_argument("--database", help="URL of an empty PostgreSQL database, or of one where it was made")
    parser.add_argument("--postgres", action="store_true", help="start a PostgreSQL server for it")
    parser.add_argument("--only", nargs="+", choices=PHASES, help="measure no more than this")
    parser.add_argument("--readers", type=int, default=4, help="who read at once")
    parser.add_argument("--rounds", type=int, default=30, help="how often everything is read")
    parser.add_argument("--texts", type=int, default=100, help="transcripts that are judged again")
    parser.add_argument("--patience", type=float, default=900.0, help="seconds in which they must be judged")
    parser.add_argument("--rates", type=float, nargs="+", default=[20.0, 50.0], help="uploads a second")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each rate is kept up")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/benchmarks")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
