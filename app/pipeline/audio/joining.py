"""Several recordings of one call put end to end, whatever their formats: each is decoded before they are joined."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.domain.audio import RawFormat, UnreviewableReason
from app.domain.units import SAMPLE_RATE_HZ, Seconds, to_milliseconds
from app.errors import Unreviewable
from app.pipeline.audio.decode import DEFAULT_LIMITS, DecodeLimits, decode
from app.pipeline.audio.recording import Recording, Samples

_SAMPLE_BYTES = 4
_FLOAT_SAMPLES = 3
"""The format code of IEEE floats in a wav header."""


@dataclass(frozen=True, slots=True)
class Joint:
    """Where one recording lies in the whole, and what was noticed about it.

    Attributes:
        start: Seconds from the start of the whole; None where it could not be read.
        end: The same.
        notes: Plain sentences on what was wrong with the file and was got over.
    """

    start: Seconds | None
    end: Seconds | None
    notes: tuple[str, ...] = ()


def join(
    files: Sequence[tuple[Path, RawFormat | None]], *, to: Path, limits: DecodeLimits = DEFAULT_LIMITS
) -> tuple[Joint, ...]:
    """Put recordings end to end and write them as one wav file of 32-bit floats at 16 kHz, without loss.

    Where some have one channel and some have two, all are mixed into one, so that nothing stays unheard. A file that is
    no sound is left out.

    Args:
        files: The recordings in their order, each with the format of headerless sound.
        to: The file to write.
        limits: What each may cost; together they may be no longer than one.

    Returns:
        Where each of them lies, in their order, and what was noticed about it.

    Raises:
        Unreviewable: ``unreadable`` if none of them is sound, ``too-long`` if one, or all together, are.
    """
    heard: list[Recording | None] = []
    for path, raw in files:
        heard.append(_decoded(path, raw, limits))
        if sum(recording.duration for recording in heard if recording is not None) > limits.max_duration:
            raise Unreviewable(UnreviewableReason.TOO_LONG, "the parts of the call are too long together")
    found = [recording for recording in heard if recording is not None]
    if not found:
        raise Unreviewable(UnreviewableReason.UNREADABLE, "none of the parts of the call can be read")
    alike = len({len(recording.channels) for recording in found}) == 1
    _write(to, [recording.channels if alike else (_mixed(recording),) for recording in found])
    return _joints(heard)


def _decoded(path: Path, raw: RawFormat | None, limits: DecodeLimits) -> Recording | None:
    try:
        return decode(path, raw=raw, limits=limits)
    except Unreviewable as problem:
        if problem.reason is UnreviewableReason.UNREADABLE:
            return None
        raise


def _mixed(recording: Recording) -> Samples:
    return np.asarray(np.mean(np.stack(recording.channels), axis=0), dtype=np.float32)


def _joints(heard: Sequence[Recording | None]) -> tuple[Joint, ...]:
    joints, samples = [], 0
    for recording in heard:
        if recording is None:
            joints.append(Joint(None, None))
            continue
        start, samples = samples, samples + len(recording.channels[0])
        begins, ends = (to_milliseconds(place / SAMPLE_RATE_HZ) for place in (start, samples))
        joints.append(Joint(begins, ends, recording.notes))
    return tuple(joints)


def _write(path: Path, pieces: Sequence[tuple[Samples, ...]]) -> None:
    channels = len(pieces[0])
    size = sum(len(piece[0]) for piece in pieces) * channels * _SAMPLE_BYTES
    frame = channels * _SAMPLE_BYTES
    layout = (_FLOAT_SAMPLES, channels, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * frame, frame, 8 * _SAMPLE_BYTES)
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, *layout))
        file.write(b"data" + struct.pack("<I", size))
        for piece in pieces:
            file.write(np.ascontiguousarray(np.stack(piece, axis=1), dtype="<f4").tobytes())
