"""What goes wrong in the chaos run, and when: everything that happens hangs on how many calls are judged."""

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from scripts.chaos_service import Service

LOCKED_LONG_S = 40.0
"""Longer than a connection waits for the lock, so that transactions fail."""

PIECE_BYTES = 1024 * 1024

Fault = Callable[[], None]


@dataclass(slots=True)
class Plan:
    """Faults in the order in which they come, each when so many calls are judged.

    Attributes:
        due: Number of judged calls, name, and what to do.
        happened: How often which came.
    """

    due: list[tuple[int, str, Fault]] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, fault: Fault, *, times: int, until: int, chance: random.Random) -> None:
        """Let a fault come a number of times, at random moments before so many calls are judged."""
        self.due += [(chance.randrange(1, until), name, fault) for _ in range(times)]
        self.due.sort(key=lambda due: due[0])

    def next(self, judged: int) -> None:
        """Let the next one come if it is due."""
        if self.due and self.due[0][0] <= judged:
            _, name, fault = self.due.pop(0)
            print(f"  at {judged} judged calls: {name}", flush=True)
            fault()
            self.happened[name] += 1


def kill_worker(service: Service, chance: random.Random) -> Fault:
    """Kill -9 one of the workers, a random moment later."""

    def fault() -> None:
        time.sleep(chance.random() * 2.0)
        while not service.kill_worker(chance):
            service.keep_up()
            time.sleep(0.2)

    return fault


def lock_sqlite(path: Path, *, for_s: float) -> Fault:
    """Hold the write lock of the database file for a while."""

    def fault() -> None:
        connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(for_s)
            connection.execute("ROLLBACK")
        finally:
            connection.close()

    return fault


def drop_connections(cut: Callable[[], int]) -> Fault:
    """End all connections to the database server."""

    def fault() -> None:
        print(f"    {cut()} connections", flush=True)

    return fault


def fill_disk(folder: Path, *, flag: Path, is_small: bool, for_s: float) -> Fault:
    """Leave no room on the disk for a while: really where it is small, by a fault in the analysis where it is not."""

    def really() -> None:
        filler = folder / "filler"
        descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT, 0o600)
        deadline = time.monotonic() + for_s
        try:
            while time.monotonic() < deadline:
                # What others free in the meantime is filled as well.
                with suppress(OSError):
                    while os.write(descriptor, bytes(PIECE_BYTES)):
                        pass
                time.sleep(0.02)
        finally:
            os.close(descriptor)
            filler.unlink()

    def by_fault() -> None:
        flag.touch()
        time.sleep(for_s)
        flag.unlink()

    return really if is_small else by_fault


def stop_server(process_id: Callable[[], int], *, for_s: float) -> Fault:
    """Let a server answer nobody for a while, though it keeps its connections."""

    def fault() -> None:
        os.kill(process_id(), signal.SIGSTOP)
        time.sleep(for_s)
        os.kill(process_id(), signal.SIGCONT)

    return fault


def restart_server(stop: Callable[[], None], start: Callable[[], None], *, for_s: float) -> Fault:
    """Kill a server, and start it again after a while."""

    def fault() -> None:
        stop()
        time.sleep(for_s)
        start()

    return fault


@contextmanager
def small_disk(folder: Path, *, size_mb: int) -> Iterator[bool]:
    """A small file system under a folder, where this machine allows it; whether it does."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-t", "tmpfs", "-o", f"size={size_mb}m,mode=700", "tmpfs", str(folder)]
    mounted = subprocess.run(["mount", *options], check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
