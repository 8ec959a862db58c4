"""Worker processes that are started again when they die, and that never outlive their parent."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from app.telemetry import logger

RESTART_AFTER_S = 1.0
LONGEST_PAUSE_S = 30.0
SOON_S = 10.0
LOOK_EVERY_S = 0.2
STOP_WITHIN_S = 10.0

SCRATCH = "canvass-monitor-slot-"
"""How the folders begin in which workers keep what they are at; the supervisor's process id follows."""


class Supervisor:
    """Keeps a number of worker processes alive.

    A worker's standard input is a pipe from this process: it ends when this process dies in whatever way, and the
    worker with it.
    """

    def __init__(self, *, slots: int, environment: Mapping[str, str], module: str = "app.worker") -> None:
        """Get ready; nothing is started yet.

        Args:
            slots: How many processes.
            environment: Added to the environment of this process.
            module: What a worker process runs.
        """
        self._slots = slots
        self._environment = {**os.environ, "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", **environment}
        self._module = module
        self._children: dict[int, subprocess.Popen[bytes]] = {}
        self._scratch: dict[int, Path] = {}
        self._started: dict[int, float] = {}
        self._due: dict[int, float] = {}
        self._pauses = dict.fromkeys(range(slots), RESTART_AFTER_S)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the workers and watch over them in a thread."""
        _clear_behind_the_dead()
        for slot in range(self._slots):
            self._spawn(slot)
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the workers; a job that is interrupted is taken up again at the next start."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        for child in self._children.values():
            child.terminate()
        deadline = time.monotonic() + STOP_WITHIN_S
        for child in self._children.values():
            _end(child, within_s=deadline - time.monotonic())
        for slot in tuple(self._scratch):
            self._clear(slot)

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The workers that are thought to live."""
        return tuple(child.pid for child in self._children.values())

    def _watch(self) -> None:
        while not self._stopped.wait(LOOK_EVERY_S):
            for slot, child in list(self._children.items()):
                if child.poll() is not None:
                    self._bury(slot, child)
            for slot in [slot for slot, due in self._due.items() if due <= time.monotonic()]:
                del self._due[slot]
                self._spawn(slot)

    def _bury(self, slot: int, child: "subprocess.Popen[bytes]") -> None:
        """Plan another start; one that keeps dying at once is started less and less often."""
        logger(__name__).error("worker.died", slot=slot, pid=child.pid, exit_code=child.returncode)
        _end(child, within_s=0)
        del self._children[slot]
        self._clear(slot)
        now = time.monotonic()
        pause = self._pauses[slot] if now - self._started[slot] < SOON_S else RESTART_AFTER_S
        self._pauses[slot] = min(2 * pause, LONGEST_PAUSE_S)
        self._due[slot] = now + pause

    def _spawn(self, slot: int) -> None:
        self._started[slot] = time.monotonic()
        # Recordings lie in there while they are heard: a worker that is killed leaves them, and this clears them away.
        self._scratch[slot] = Path(tempfile.mkdtemp(prefix=f"{SCRATCH}{os.getpid()}-"))
        self._children[slot] = subprocess.Popen(
            [sys.executable, "-m", self._module],
            env={**self._environment, "TMPDIR": str(self._scratch[slot])},
            stdin=subprocess.PIPE,
            close_fds=True,
        )

    def _clear(self, slot: int) -> None:
        shutil.rmtree(self._scratch.pop(slot), ignore_errors=True)


def _clear_behind_the_dead() -> None:
    """Delete what workers of supervisors that were killed have left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        owner = folder.name.removeprefix(SCRATCH).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _end(child: "subprocess.Popen[bytes]", *, within_s: float) -> None:
    try:
        child.wait(max(0.0, within_s))
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdin is not None:
        child.stdin.close()
