"""Memory of ``canvass-monitor analyse`` while calls stream through it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import IO

from app.domain.serialization import transcript_to_json
from app.domain.transcript import Transcript
from scripts.bench_calls import SAMPLE_CALLS, short_calls
from scripts.bench_ears import ONE_THREAD

SCRIPT = SAMPLE_CALLS / "approved_scripts" / "eastmere-mayor.yaml"
MEGABYTE_KB = 1024


def memory_over(calls: Iterable[Transcript], *, marks: Sequence[int], script: Path = SCRIPT) -> dict[int, float]:
    """Resident megabytes of one ``analyse`` after so many calls.

    Args:
        calls: At least as many as the last mark.
        marks: Numbers of calls, rising.
        script: The approved script of all.

    Raises:
        RuntimeError: If ``analyse`` ends before it has answered every call.
    """
    command = [str(Path(sys.executable).parent / "canvass-monitor"), "analyse", "-", "--script", str(script), "--json"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **ONE_THREAD}
    ) as process:
        if process.stdin is None or process.stdout is None:  # both were asked for
            raise RuntimeError("no pipes")
        feeder = Thread(target=_feed, args=(process.stdin, islice(calls, marks[-1])), daemon=True)
        feeder.start()
        found: dict[int, float] = {}
        for answered, _ in enumerate(process.stdout, start=1):
            if answered in marks:
                found[answered] = _resident_mb(process.pid)
        feeder.join()
    if len(found) < len(marks):
        raise RuntimeError(f"analyse answered only {max(found, default=0)} calls")
    return found


def memory_figures(number: int) -> dict[str, float]:
    """Resident megabytes after a twentieth of so many short calls, after half and after all, and the growth."""
    marks = sorted({max(1, number // 20), max(1, number // 2), number})
    found = memory_over(short_calls(), marks=marks)
    figures = {f"analyse_memory_mb_after_{mark}_calls": found[mark] for mark in marks}
    return figures | {"analyse_memory_mb_grown_since_the_first_twentieth": found[marks[-1]] - found[marks[0]]}


def _feed(pipe: IO[bytes], calls: Iterable[Transcript]) -> None:
    with pipe:
        for call in calls:
            pipe.write(json.dumps(transcript_to_json(call)).encode() + b"\n")


def _resident_mb(process: int) -> float:
    answer = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=True)
    return int(answer.stdout) / MEGABYTE_KB
