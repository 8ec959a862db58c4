"""Recordings whose words are known: the committed sets, and folders of one's own."""

import json
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from app.approved_scripts.authoring import load_script
from app.domain.script import ApprovedScript
from app.domain.units import SAMPLE_RATE_HZ
from app.pipeline.analyze import names_of
from app.pipeline.audio.decode import decode
from app.pipeline.audio.recording import Samples
from scripts.hearing_measures import Said

HEARING_SET = Path(__file__).resolve().parents[1] / "sample_calls" / "hearing"
SUFFIXES = (".wav", ".flac", ".opus", ".ogg", ".mp3")


@dataclass(frozen=True, slots=True)
class Sound:
    """One recording and what is known of it.

    Attributes:
        name: Of the recording.
        channels: Mono waveforms in [-1.0, 1.0], float32, at 16 000 Hz.
        said: What was said.
        names: Names of the register that may be said, as they are given as hints.
        script: The approved script, or None.
        timed: Whether the starts and ends of what was said are exact, between known pauses.
    """

    name: str
    channels: tuple[Samples, ...]
    said: tuple[Said, ...]
    names: tuple[str, ...] = ()
    script: ApprovedScript | None = None
    timed: bool = False

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.channels[0]) / SAMPLE_RATE_HZ


def call_sounds(folder: Path) -> Iterator[Sound]:
    """The calls of a set: ``calls/NAME/`` with recording, dialogue and reference, and ``approved_scripts/``.

    Raises:
        FileNotFoundError: If the folder is no such set.
    """
    for call in sorted(path for path in (folder / "calls").iterdir() if path.is_dir()):
        dialogue = yaml.safe_load((call / "dialogue.yaml").read_text(encoding="utf-8"))
        script = load_script(folder / "approved_scripts" / f"{dialogue['script']}.yaml")
        yield _sound(call, call.name, names=names_of(script), script=script)


def timing_sounds(folder: Path) -> Iterator[Sound]:
    """The recordings of a set in which phrases stand between known pauses; none where it has no ``timing/``."""
    for reference in sorted((folder / "timing").rglob("reference.json")):
        yield _sound(reference.parent, f"timing {reference.parent.name}".removesuffix(" timing"), timed=True)


def own_sounds(folder: Path) -> Iterator[Sound]:
    """A folder of X.wav (or flac, opus, ogg, mp3), the words in X.txt, and names in X.names.txt, one a line.

    Raises:
        FileNotFoundError: If a recording has no reference, or the folder has no recording.
    """
    recordings = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not recordings:
        raise FileNotFoundError(f"{folder} has no recording ({', '.join(SUFFIXES)})")
    for path in recordings:
        reference, names = path.with_suffix(".txt"), path.with_suffix(".names.txt")
        if not reference.is_file():
            raise FileNotFoundError(f"{path} has no reference {reference.name}")
        listed = names.read_text(encoding="utf-8").splitlines() if names.is_file() else []
        said = (Said(reference.read_text(encoding="utf-8")),)
        yield Sound(path.stem, decode(path).channels, said, tuple(line.strip() for line in listed if line.strip()))


def write_wav(path: Path, channels: tuple[Samples, ...]) -> Path:
    """Write a recording of 16 bits at 16 000 Hz, so that it can be heard as a call centre's file is."""
    samples = np.round(np.clip(np.stack(channels, axis=1), -1.0, 1.0) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(samples.tobytes())
    return path


def _sound(folder: Path, name: str, **known: Any) -> Sound:
    reference = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    said = tuple(
        Said(item["text"], item.get("speaker"), item.get("channel") or 0, item.get("start"), item.get("end"))
        for item in reference["utterances"]
    )
    return Sound(name, decode(next(iter(sorted(folder.glob("recording.*"))))).channels, said, **known)
