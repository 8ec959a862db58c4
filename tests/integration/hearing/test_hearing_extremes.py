"""Recordings at the ends of what there is, on the command line with the real weights: long, short, odd, damaged."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.pipeline.audio.recording import Samples
from tests.support.sound import (
    REPOSITORY,
    encode,
    line_noise,
    mulaw,
    sample_recording,
    silence,
    write_wav,
)

pytestmark = pytest.mark.slow

SCRIPT = REPOSITORY / "sample_calls" / "approved_scripts" / "eastmere-mayor.yaml"
HOUR_SECONDS = 3600
SECOND_PART_SECONDS = 3480.0

PEAK_BYTES = 3000 * 1024**2
"""What an hour of stereo may take: the models, twice two channels of float32 at 16 kHz (920 MB, as decoded and without
cross-talk), and what the speech detector keeps of one; 2414 MiB in November 2026,
without the weights for noisy lines, which no channel of this sound asks for."""

MAIN = """
import atexit, pathlib, sys
from app.cli import main
def peak():
    status = pathlib.Path("/proc/self/status").read_text()
    pathlib.Path(place).write_text(status.partition("VmHWM:")[2].split()[0])
atexit.register(peak)
place = sys.argv[1]
sys.argv[1:] = sys.argv[2:]
main()
"""


@dataclass(frozen=True)
class Checked:
    """What ``check`` said of some recordings.

    Attributes:
        results: By the name of the file.
        peak_bytes: The most memory that the process took.
    """

    results: dict[str, dict[str, Any]]
    peak_bytes: int


def check(folder: Path, *arguments: object) -> Checked:
    peak = folder / "peak"
    command = [sys.executable, "-c", MAIN, peak, "check", *arguments, "--script", SCRIPT, "--json"]
    done = subprocess.run(
        [str(item) for item in command],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    return Checked({result["call"]: result for result in results}, int(peak.read_text()) * 1024)


def hour() -> tuple[Samples, ...]:
    """A call whose second half comes an hour after the first, with the noise of the line between."""
    call = sample_recording("bus-driver").channels
    half = len(call[0]) // 2
    channels = []
    for seed, channel in enumerate(call):
        whole = np.tile(line_noise(60.0, -66.0, seed=seed), HOUR_SECONDS // 60)
        later = round(SECOND_PART_SECONDS * 16_000)
        whole[:half] = channel[:half]
        whole[later : later + len(channel) - half] = channel[half:]
        channels.append(whole)
    return tuple(channels)


@pytest.fixture(scope="module")
def speech() -> tuple[Samples, ...]:
    """The canvasser's first sentences."""
    return sample_recording("bus-driver", start=6.5, end=13.8).channels


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory, speech: tuple[Samples, ...]) -> Checked:
    """Every file with a header, in one run."""
    folder = tmp_path_factory.mktemp("extremes")
    short = tuple(channel[:4800] for channel in speech)
    files = [
        write_wav(folder / "hour.wav", hour()),
        write_wav(folder / "short.wav", short),
        write_wav(folder / "wide.wav", speech, rate_hz=48_000),
        write_wav(folder / "silent.wav", (silence(20), silence(20))),
        encode(folder / "tail.flac", speech[0], codec="flac", container="flac", rate_hz=16_000),
    ]
    whole = files[-1].read_bytes()
    cut = len(whole) * 4 // 5
    files[-1].write_bytes(whole[:cut] + np.random.default_rng(1).bytes(len(whole) - cut))
    return check(folder, *files)


def said(result: dict[str, Any]) -> set[str]:
    """The lines of the script that were heard."""
    return {line["id"] for line in result["lines"] if line["utterance"] is not None}


def test_an_hour_is_heard_from_its_first_minute_to_its_last(checked: Checked) -> None:
    result = checked.results["hour.wav"]
    places = [finding["start"] for finding in result["findings"] if finding["start"] is not None]
    assert result["reason"] is None
    assert result["outcome"] == "flagged"
    assert said(result)
    assert max(places) > SECOND_PART_SECONDS


def test_an_hour_takes_no_more_memory_than_its_samples_and_the_models(checked: Checked) -> None:
    assert checked.peak_bytes < PEAK_BYTES


def test_a_third_of_a_second_tells_nothing(checked: Checked) -> None:
    result = checked.results["short.wav"]
    assert result["outcome"] == "unreviewable"
    assert result["reason"] in ("silent", "no-speech", "not-understood")


def test_wide_sound_is_heard_like_that_of_the_telephone(checked: Checked) -> None:
    result = checked.results["wide.wav"]
    assert result["reason"] is None
    assert said(result)


def test_before_a_corrupt_tail_everything_is_heard(checked: Checked) -> None:
    result = checked.results["tail.flac"]
    assert result["reason"] is None
    assert said(result)
    assert any("announces" in note for note in result["notes"])


def test_a_silent_file_is_unreviewable(checked: Checked) -> None:
    result = checked.results["silent.wav"]
    assert (result["outcome"], result["reason"]) == ("unreviewable", "silent")


def test_sound_without_a_header_is_heard_as_declared(tmp_path: Path, speech: tuple[Samples, ...]) -> None:
    path = tmp_path / "call.ul"
    path.write_bytes(mulaw(speech[0]))
    declared = check(tmp_path, path, "--raw-format", "mulaw").results["call.ul"]
    assert declared["reason"] is None
    assert said(declared)


def test_the_same_file_gives_the_same_bytes_in_any_order_and_on_any_number_of_workers(
    tmp_path: Path, speech: tuple[Samples, ...]
) -> None:
    mono = sample_recording("clean-mayor", start=4.0, end=14.0).channels[0]
    files = [write_wav(tmp_path / "two.wav", speech), write_wav(tmp_path / "one.wav", (mono,))]
    runs = []
    for threads, order in (("1", files), ("2", files[::-1])):
        command = [str(Path(sys.executable).parent / "canvass-monitor"), "transcribe", *map(str, order), "--json"]
        environment = os.environ | {"OMP_NUM_THREADS": threads}
        runs.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment))
    first, second = (run.communicate(timeout=300)[0].splitlines() for run in runs)
    assert [run.returncode for run in runs] == [0, 0]
    assert b'"text"' in first[0]
    assert b'"text"' in first[1]
    assert first == second[::-1]
