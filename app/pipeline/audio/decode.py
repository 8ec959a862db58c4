"""From a file of a call centre to sound that can be heard, without trusting the file."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.audio import RawFormat, Source, UnreviewableReason
from app.domain.units import SAMPLE_RATE_HZ, Seconds, to_milliseconds
from app.errors import ProcessingFailed, Unreviewable
from app.pipeline.audio.recording import Recording, Samples

DECODER = Path(__file__).with_name("_decoder.py")


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What a recording may cost before it is given up.

    Attributes:
        max_duration: Longest recording in seconds of sound; longer ones are ``too-long``.
        least_duration: Less sound than this is none, in seconds.
        least_damaged_duration: A damaged file is heard if at least this much of it decodes, in seconds.
        memory_bytes: Address space of the decoding process.
        cpu_seconds: CPU time of the decoding process; an hour of sound takes 1 to 6 s.
        wall_seconds: Time after which it is killed.
    """

    max_duration: Seconds = 7200.0
    least_duration: Seconds = 0.05
    least_damaged_duration: Seconds = 0.5
    memory_bytes: int = 2 * 1024**3
    cpu_seconds: int = 120
    wall_seconds: Seconds = 300.0


DEFAULT_LIMITS = DecodeLimits()


def decode(path: Path, *, raw: RawFormat | None = None, limits: DecodeLimits = DEFAULT_LIMITS) -> Recording:
    """Decode a recording to 16 kHz, one mono waveform for each channel.

    Read are wav (PCM, float, mu-law, A-law, GSM), mp3, ogg (Opus, Vorbis), flac, m4a, aac and gsm, told by their first
    bytes and never by their name, and headerless sound that is declared. The decoding runs in a process of its own
    under limits, so that a hostile file ends that process and nothing else. A file with more than two channels is
    mixed into one, so that nothing in it stays unheard. Of a damaged file what decodes is kept, with a note.

    Args:
        path: The file.
        raw: The format of headerless sound; None where the file tells its format itself.
        limits: What the file may cost.

    Returns:
        The recording, with the digest of the file as its source.

    Raises:
        OSError: If the file cannot be opened.
        Unreviewable: ``unreadable`` for what is no sound, ``too-long`` for what exceeds the limit.
        ProcessingFailed: If the process ran out of wall time, or could not run.
    """
    with path.open("rb") as handle, tempfile.TemporaryDirectory(prefix="canvass-monitor-") as scratch:
        digest = file_digest(handle, "sha256").hexdigest()
        handle.seek(0)
        answer = _run(handle, Path(scratch), raw=raw, limits=limits)
        channels = tuple(_plane(Path(scratch) / f"{number}.f32") for number in range(answer["channels"]))
    source = Source(sha256=digest, sample_rate_hz=answer["sample_rate_hz"], channels=answer["file_channels"])
    duration = to_milliseconds(len(channels[0]) / SAMPLE_RATE_HZ)
    return Recording(channels=channels, duration=duration, source=source, notes=tuple(answer["notes"]))


def _run(handle: BinaryIO, scratch: Path, *, raw: RawFormat | None, limits: DecodeLimits) -> dict[str, Any]:
    configuration = asdict(limits) | {"raw": raw and asdict(raw)}
    command = [sys.executable, "-P", str(DECODER), str(scratch), json.dumps(configuration)]
    try:
        done = subprocess.run(
            command, stdin=handle, capture_output=True, check=False, timeout=limits.wall_seconds, env=_environment()
        )
    except subprocess.TimeoutExpired:
        raise ProcessingFailed(f"decoding took more than {limits.wall_seconds:.0f} s") from None
    if done.returncode == 0:
        answer: dict[str, Any] = json.loads(done.stdout)
        if "reason" in answer:
            raise Unreviewable(
                UnreviewableReason(answer["reason"]), f"the recording cannot be used: {answer['message']}"
            )
        return answer
    if done.returncode > 0:
        raise ProcessingFailed("the decoder did not start or has a fault of its own")
    raise Unreviewable(UnreviewableReason.UNREADABLE, _epitaph(done.returncode))


def _epitaph(code: int) -> str:
    """What to say of a file that ended its decoder."""
    if -code in (signal.SIGXCPU, signal.SIGKILL):
        return "the recording cannot be used: decoding it takes more CPU time than is allowed"
    return "the recording cannot be used: it crashes the decoder"


def _environment() -> dict[str, str]:
    """The child's environment, with one thread for every library: more only cost address space."""
    return os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def _plane(path: Path) -> Samples:
    import numpy as np

    return np.fromfile(path, dtype=np.float32)
