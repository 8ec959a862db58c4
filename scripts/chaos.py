"""Judge a batch of calls while everything around it breaks, and see that every call has its one result at the end.

    python scripts/chaos.py [--calls N] [--heard N] [--kills N] [--seed N]
        [--on sqlite|postgres|hosts ...]

Calls go in through the real upload interface over a bad line; three worker processes judge them, really: some are
heard from their sound. Meanwhile workers are killed with -9 at random, the whole service is, the database is locked or
drops its connections, the disk is full, the S3 server is down, and a part of the calls is judged again as an archive.
At the end every call must be there once, with one current result that is byte-equal to that of an undisturbed
analysis, once in the audit, and once in every list. Runs on SQLite with a folder, and on PostgreSQL with S3; then a
host is cut off (`chaos_hosts`). Prints its figures last; exits with 1 where anything is wrong.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402
from sqlalchemy import func, select  # noqa: E402
from sqlalchemy.exc import SQLAlchemyError  # noqa: E402

from app.approved_scripts.authoring import load_script  # noqa: E402
from app.bootstrap import Container  # noqa: E402
from app.calls.tables import CallTable  # noqa: E402
from app.errors import DatabaseUnavailable  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.telemetry import configure_logging  # noqa: E402
from scripts import chaos_faults as faults  # noqa: E402
from scripts.chaos_archive import ArchiveBatch  # noqa: E402
from scripts.chaos_calls import ANALYST, DISK_FAULT, SAMPLE_CALLS, ChaosCall, batch, undisturbed  # noqa: E402
from scripts.chaos_checks import faults_in, faults_shown  # noqa: E402
from scripts.chaos_line import BadLine  # noqa: E402
from scripts.chaos_service import Service  # noqa: E402

HOSTS = "hosts"
PLACES = ("sqlite", "postgres", HOSTS)
SLOTS = 3
DISK_MB = 192
ARCHIVED_AT = 0.6
"""Of the calls are judged when a batch over the archive is started, behind the fresh ones."""

UPLOADS_AHEAD = 8
"""One in so many of the calls may wait to be judged: uploads go on through most of the run."""

WITHIN_S_A_CALL = 12.0
MAXIMUM_ATTEMPTS = 25
"""More than by default: no call is at fault for the kills here, and one that takes long meets many of them."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it.

    Attributes:
        calls: In all.
        heard: Of them from their sound.
        kills: Of workers.
        power_cuts: Kills of the whole service.
        others: How often each other fault comes.
        fault_s: How long each of those lasts.
        has_long_lock: Whether SQLite is once locked for longer than a connection waits.
        slots: Worker processes.
    """

    calls: int
    heard: int
    kills: int
    power_cuts: int
    others: int
    fault_s: float = 8.0
    has_long_lock: bool = True
    slots: int = SLOTS


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A service and what can be broken about it.

    Attributes:
        service: Not started.
        breakable: Name and fault of everything but the processes.
    """

    service: Service
    breakable: tuple[tuple[str, faults.Fault], ...]


def main() -> int:
    """Run it on each database and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--heard", type=int, default=10)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--power-cuts", type=int, default=2)
    parser.add_argument("--others", type=int, default=2, help="how often each other fault comes")
    parser.add_argument("--seed", type=int, default=None, help="as printed by an earlier run, to repeat it")
    parser.add_argument("--on", action="append", choices=PLACES, default=None)
    options = parser.parse_args()
    configure_logging(level="CRITICAL")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    seed = random.SystemRandom().randrange(2**32) if options.seed is None else options.seed
    size = Size(options.calls, options.heard, options.kills, options.power_cuts, options.others)
    print(f"seed {seed}", flush=True)
    figures: dict[str, float] = {"chaos_seed": seed}
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="canvass-monitor-chaos-") as folder:
        calls = batch(size.calls, heard=size.heard, seed=seed)
        expected = expectations(calls)
        for place in options.on or PLACES:
            print(f"{place}:", flush=True)
            if place == HOSTS:
                found, told = _two_hosts(Path(folder) / place)
            else:
                found, told = run(place, Path(folder) / place, calls=calls, expected=expected, size=size, seed=seed)
            wrong += len(found)
            figures |= {f"chaos_{place}_{name}": value for name, value in told.items()}
            for fault in found[:20]:
                print(f"  wrong: {fault}")
    for name, value in figures.items():
        print(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}")
    return 1 if wrong else 0


def _two_hosts(folder: Path) -> tuple[list[str], dict[str, float]]:
    from scripts.chaos_hosts import run_two_hosts

    calls = batch(3, heard=3, seed=0)
    found, told = run_two_hosts(folder, calls=calls, expected=expectations(calls))
    return found, {**told, "wrong": len(found)}


def expectations(calls: list[ChaosCall]) -> dict[str, str]:
    """What comes of each call where nothing happens, by external id."""
    began = time.monotonic()
    scripts = {path.stem: load_script(path) for path in (SAMPLE_CALLS / "approved_scripts").glob("*.yaml")}
    expected = dict(undisturbed(calls, scripts=scripts))
    print(f"{len(expected)} calls judged undisturbed in {time.monotonic() - began:.0f} s", flush=True)
    return expected


def run(
    place: str, folder: Path, *, calls: list[ChaosCall], expected: dict[str, str], size: Size, seed: int
) -> tuple[list[str], dict[str, float]]:
    """Everything on one database and storage.

    Returns:
        What is wrong, in words; and figures by name.
    """
    chance = random.Random(seed)  # noqa: S311
    began = time.monotonic()
    with SURROUNDINGS[place](folder, size) as around:
        service = around.service
        key, cookie = service.prepare()
        container = service.container()
        service.start()
        judged = _judged(container)
        line = BadLine(
            url=service.url,
            key=key,
            calls=calls,
            seed=seed,
            backlog=max(SLOTS, len(calls) // UPLOADS_AHEAD),
            judged=judged,
        )
        plan = _plan(around, size, chance)
        archive = ArchiveBatch(url=service.url, cookie=cookie, at=int(size.calls * ARCHIVED_AT))
        try:
            line.start()
            _until_done(line, plan, service, judged, archive, within_s=120 + WITHIN_S_A_CALL * size.calls)
            took_s = time.monotonic() - began
            client = httpx.Client(
                base_url=service.url, headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False
            )
            with client:
                found = [*line.faults, *faults_shown(client, ids=line.ids, expected=expected)]
            service.stop()
            found += faults_in(container, calls=calls, expected=expected, ids=line.ids)
            found += archive.faults_in(container, expected)
        finally:
            line.stop()
            service.stop()
            container.close()
        archived = {"archived": archive.told.get("total", 0)}
        return found, {
            **_figures(line, plan, service, size),
            **archived,
            "wrong": len(found),
            "seconds": round(took_s, 1),
        }


def _judged(container: Container) -> Callable[[], int]:
    """How many calls are judged, as far as the database can be asked just now."""
    last = 0

    def count() -> int:
        nonlocal last
        try:
            with container.database.reading() as session:
                query = select(func.count()).select_from(CallTable).where(CallTable.status == "done")
                last = session.scalar(query) or 0
        except (SQLAlchemyError, DatabaseUnavailable):
            pass  # that is what this run is for
        return last

    return count


def _plan(around: Surroundings, size: Size, chance: random.Random) -> faults.Plan:
    plan = faults.Plan()
    until = max(2, int(size.calls * 0.95))
    plan.add("kill", faults.kill_worker(around.service, chance), times=size.kills, until=until, chance=chance)
    plan.add("power_cut", around.service.kill, times=size.power_cuts, until=until, chance=chance)
    for name, fault in around.breakable:
        plan.add(name, fault, times=size.others, until=until, chance=chance)
    return plan


def _until_done(
    line: BadLine,
    plan: faults.Plan,
    service: Service,
    judged: Callable[[], int],
    archive: ArchiveBatch,
    *,
    within_s: float,
) -> None:
    deadline = time.monotonic() + within_s
    while not (line.is_done and not plan.due and judged() >= len(line.calls) and archive.is_done):
        if time.monotonic() > deadline:
            print(f"  only {judged()} of {len(line.calls)} judged within {within_s:.0f} s", flush=True)
            return
        service.keep_up()
        plan.next(judged())
        archive.step(judged())
        time.sleep(0.1)


def _figures(line: BadLine, plan: faults.Plan, service: Service, size: Size) -> dict[str, float]:
    events = service.events()
    return {
        "calls": size.calls,
        "heard": size.heard,
        **{f"fault_{name}": count for name, count in sorted(plan.happened.items())},
        "uploads_sent": line.sent.total(),
        **{f"uploads_{manner.replace(' ', '_')}": count for manner, count in sorted(line.sent.items())},
        **{f"answers_{status}": count for status, count in sorted(line.answers.items())},
        "attempts_begun": events["run.begun"],
        "attempts_put_back": events["run.put-back"],
        "taken_over": events["worker.taken-over"],
        "service_starts": service.starts,
        "received": len(line.ids),
    }


@contextmanager
def _sqlite(folder: Path, size: Size) -> Iterator[Surroundings]:
    """SQLite and recordings in a folder, on a disk of its own that is small where the machine allows it."""
    flag = folder / "disk-full"
    folder.mkdir()
    with faults.small_disk(folder / "disk", size_mb=DISK_MB) as is_small:
        print(f"  the disk is {'small' if is_small else 'not small; it is said to be full by a fault'}")
        settings = _settings(folder / "disk" / "data")
        database = settings.database_path
        long = ("database_locked_long", faults.lock_sqlite(database, for_s=faults.LOCKED_LONG_S))
        yield Surroundings(
            service=Service(settings, slots=size.slots, log=folder / "log", further={DISK_FAULT: str(flag)}),
            breakable=(
                ("database_locked", faults.lock_sqlite(database, for_s=size.fault_s)),
                ("disk_full", faults.fill_disk(folder / "disk", flag=flag, is_small=is_small, for_s=size.fault_s)),
                *((long,) if size.has_long_lock else ()),
            ),
        )


@contextmanager
def _postgres(folder: Path, size: Size) -> Iterator[Surroundings]:
    """PostgreSQL and S3, both real; what a worker puts down for a moment lies on a small disk."""
    from tests.support.postgres import running_postgres
    from tests.support.s3_server import S3Server, new_prefix

    folder.mkdir()
    flag = folder / "disk-full"
    with ExitStack() as stack:
        server = stack.enter_context(running_postgres(settings=()))
        database = server.make_database()
        s3 = S3Server(folder / "s3")
        s3.start()
        stack.callback(s3.stop)
        s3.ready()
        is_small = stack.enter_context(faults.small_disk(folder / "disk", size_mb=DISK_MB))
        further = {**s3.environment(), DISK_FAULT: str(flag)}
        for name, value in further.items():
            stack.enter_context(_set(name, value))
        settings = _settings(folder / "disk" / "data", database=server.url(database), storage=new_prefix())
        yield Surroundings(
            service=Service(settings, slots=size.slots, log=folder / "log", further=further),
            breakable=(
                ("database_dropped", faults.drop_connections(lambda: server.cut_connections(database))),
                ("database_restarted", faults.restart_server(server.stop, server.start, for_s=size.fault_s)),
                ("disk_full", faults.fill_disk(folder / "disk", flag=flag, is_small=is_small, for_s=size.fault_s)),
                ("s3_stopped", faults.stop_server(lambda: s3.process_id, for_s=size.fault_s)),
                ("s3_killed", faults.restart_server(s3.stop, s3.start, for_s=size.fault_s)),
            ),
        )


SURROUNDINGS = {"sqlite": _sqlite, "postgres": _postgres}


def _settings(data: Path, **further: Any) -> Settings:
    given = {"minimum_free_bytes": 0, "maximum_attempts": MAXIMUM_ATTEMPTS, "slots": SLOTS, "analyst": ANALYST}
    return Settings(data=data, _env_file=None, **{**given, **further})


@contextmanager
def _set(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


if __name__ == "__main__":
    sys.exit(main())
