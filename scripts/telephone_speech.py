"""Clean speech for the telephone adapter: hundreds of voices between Kokoro's, and two of Flite's.

The voices of the measuring set (``sample_calls/hearing``) are in none of them.
"""

import json
import random
import subprocess
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from sample_voices import VOICE_RATE_HZ, Voices
from telephone_lines import lines

Whole = NDArray[np.int16]

RATE_HZ = 16_000
BRITISH = ("bf_alice", "bf_lily", "bm_fable", "bm_lewis")
AMERICAN = (
    "af_alloy", "af_aoede", "af_bella", "af_jessica", "af_nova", "af_sky",
    "am_adam", "am_eric", "am_liam", "am_michael", "am_santa",
)  # fmt: skip
FLITE = ("slt", "awb")
FLITE_SHARE = 0.12
SHARD = 40


@dataclass(frozen=True, slots=True)
class Utterance:
    """One sentence as it was said.

    Attributes:
        text: The words.
        samples: At 16 000 Hz, 16 bits, nothing around them.
    """

    text: str
    samples: Whole


def make_speech(folder: Path, *, cache: Path, seconds: float, flite_seconds: float, seed: int) -> None:
    """Say lines until there is so much speech; goes on where it stopped.

    Args:
        folder: Shards of the speech.
        cache: Of Kokoro's packages.
        seconds: Length of what is said by all voices.
        flite_seconds: Length of what Flite alone says beside it.
        seed: Of lines and voices.
    """
    folder.mkdir(parents=True, exist_ok=True)
    voices = Voices(cache)
    voices.prepare(seed)
    _fill(folder, "flite", flite_seconds, seed=f"flite {seed}", say=_by_flite)
    _fill(folder, "mixed", seconds, seed=f"{seed}", say=partial(_spoken, voices=voices))


def _fill(folder: Path, kind: str, seconds: float, *, seed: str, say: Callable[..., Whole]) -> None:
    """Add shards of one kind until they are long enough."""
    there = len(list(folder.glob(f"{kind}-*.npz")))
    length = sum(len(item.samples) for item in read_speech(folder, kind)) / RATE_HZ
    while length < seconds:
        draw, said = random.Random(f"{seed} {there}"), []  # noqa: S311
        for text, _ in zip(lines(draw), range(SHARD), strict=False):
            try:
                said.append(Utterance(text, say(text, draw=draw)))
            except ValueError:  # a sound that the voice does not know, or words that it dropped
                continue
        np.savez(
            folder / f"{kind}-{there:04d}.npz",
            texts=json.dumps([item.text for item in said]),
            lengths=[len(item.samples) for item in said],
            sound=np.concatenate([item.samples for item in said]),
        )
        there, length = there + 1, length + sum(len(item.samples) for item in said) / RATE_HZ
        print(f"{kind}: {length / 60:.1f} min of speech, {time.process_time():.0f} s", flush=True)


def read_speech(folder: Path, kind: str = "*") -> Iterator[Utterance]:
    """Every utterance of a folder, in order."""
    for path in sorted(folder.glob(f"{kind}-*.npz")):
        with np.load(path) as shard:
            texts, cuts = json.loads(str(shard["texts"])), np.cumsum(shard["lengths"])[:-1]
            yield from (Utterance(*item) for item in zip(texts, np.split(shard["sound"], cuts), strict=True))


def _by_flite(text: str, *, draw: random.Random) -> Whole:
    sound = flite(text, voice=draw.choice(FLITE)).astype(np.float32) / 32768
    return resampled(sound, RATE_HZ * draw.uniform(0.85, 1.15))


def _spoken(text: str, *, voices: Voices, draw: random.Random) -> Whole:
    if draw.random() < FLITE_SHARE:
        return flite(text, voice=draw.choice(FLITE))
    american = draw.random() < 0.5
    pool = AMERICAN if american else BRITISH
    names = draw.sample(pool, 1 if draw.random() < 0.15 else 2 if draw.random() < 0.6 else 3)
    shares = [draw.uniform(0.2, 1.0) for _ in names]
    style = voices.style({name: share / sum(shares) for name, share in zip(names, shares, strict=True)})
    sound = voices.say_in_style(text, style=style, american=american, speed=draw.uniform(0.85, 1.3))
    return resampled(sound, VOICE_RATE_HZ * draw.uniform(0.92, 1.09))  # higher and faster, or lower and slower


def flite(text: str, *, voice: str) -> Whole:
    """What Flite makes of a sentence."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", file.name], check=True, capture_output=True)
        with wave.open(file.name) as sound:
            samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype=np.int16)
            return resampled(samples / np.float32(32768), sound.getframerate())


def resampled(sound: NDArray[np.floating], rate_hz: float) -> Whole:
    """At 16 000 Hz and 16 bits, at nine tenths of full scale."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    frame = av.AudioFrame.from_ndarray(sound.astype(np.float32)[None], format="flt", layout="mono")
    frame.sample_rate = round(rate_hz)
    parts = [part.to_ndarray().ravel() for given in (frame, None) for part in resampler.resample(given)]
    samples = np.concatenate(parts)
    return np.round(samples / max(1e-6, float(np.abs(samples).max())) * 0.9 * 32767).astype(np.int16)
