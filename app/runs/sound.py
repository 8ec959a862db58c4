"""The sound of a call, brought from the storage to where it can be heard: in one piece, however it was received."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.calls.parts import CallSound
from app.domain.audio import RawFormat, Source
from app.domain.finding import CallResult
from app.domain.transcript import CallPart, PartState
from app.pipeline.assessment.in_part import judged_in_part
from app.pipeline.audio.joining import Joint, join
from app.storage.base import Storage, fetch


@dataclass(frozen=True, slots=True)
class GatheredSound:
    """A call ready to be heard.

    Attributes:
        path: The recording; of a call that was cut all parts that are there, put end to end.
        raw: The format of headerless sound, or None.
        sha256: What stands for the sound of the call.
        parts: Of a call that was cut: what became of each part; else empty.
        notes: Of a call that was cut: what was noticed about the files of its parts.
    """

    path: Path
    raw: RawFormat | None
    sha256: str
    parts: tuple[CallPart, ...]
    notes: tuple[str, ...] = ()

    def told_in(self, result: CallResult) -> CallResult:
        """The result with what it was heard from: where each part begins, and what is not judged for want of one."""
        if not self.parts:
            return result
        heard = result.transcript.source or Source(sha256=None, sample_rate_hz=None, channels=None)
        source = replace(heard, sha256=self.sha256)
        notes = (*self.notes, *result.transcript.notes)
        told = replace(result.transcript, source=source, parts=self.parts, notes=notes)
        return judged_in_part(replace(result, transcript=told))


@contextmanager
def gathered(storage: Storage, sound: CallSound) -> Iterator[GatheredSound]:
    """Bring the recordings of a call into a folder that goes with the block.

    Args:
        storage: Where they lie.
        sound: Which.

    Raises:
        RecordingDamaged: If one is not in the storage, or is not what was received.
        Unreviewable: If a call was cut and none of its parts can be read, or all together are too long.
    """
    with tempfile.TemporaryDirectory(prefix="canvass-monitor-") as folder:
        paths = [Path(folder) / f"recording-{part.number}" for part in sound.parts]
        for part, path in zip(sound.parts, paths, strict=True):
            fetch(storage, sha256=part.sha256, to=path)
        if not sound.is_cut:
            yield GatheredSound(paths[0], sound.parts[0].raw, sound.sha256, ())
            return
        whole = Path(folder) / "whole.wav"
        files = [(path, part.raw) for part, path in zip(sound.parts, paths, strict=True)]
        joints = join(files, to=whole)
        for path in paths:
            path.unlink()
        notes = [
            f"Part {part.number}: {note}."
            for part, joint in zip(sound.parts, joints, strict=True)
            for note in joint.notes
        ]
        yield GatheredSound(whole, None, sound.sha256, _parts(sound, joints), tuple(notes))


def _parts(sound: CallSound, joints: tuple[Joint, ...]) -> tuple[CallPart, ...]:
    there = [
        CallPart(
            number=part.number,
            state=PartState.UNREADABLE if joint.start is None else PartState.HEARD,
            sha256=part.sha256,
            start=joint.start,
            end=joint.end,
        )
        for part, joint in zip(sound.parts, joints, strict=True)
    ]
    missing = [CallPart(number=number, state=PartState.MISSING) for number in sound.missing]
    return tuple(sorted((*there, *missing), key=lambda part: part.number))
