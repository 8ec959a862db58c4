"""The ears of the benchmark, each in a process of its own.

    python scripts/bench_ears.py NAME

reads a line of JSON for each recording, ``{"path": samples.npy, "hints": [...]}``, and answers with one: text, words
with times, CPU seconds, wall seconds and peak memory. Ears are every engine of the product through the product's own
path (speech activity, language, engine), and two libraries as their users call them:

- ``stock-openai-whisper``: ``load_model``, then ``transcribe(samples, fp16=False, word_timestamps=True)``;
- ``stock-faster-whisper-batched``: ``WhisperModel(device="cpu", compute_type="int8", cpu_threads=1)``, then
  ``BatchedInferencePipeline(...).transcribe(samples, beam_size=5, vad_filter=True, vad_parameters={"threshold": 0.3},
  word_timestamps=True, batch_size=8)``.

All have Whisper base with the same weights.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.domain.audio import Source
from app.domain.units import SAMPLE_RATE_HZ
from app.errors import Unreviewable
from app.model_store import ModelStore
from app.pipeline.audio.recording import Recording, Samples
from app.pipeline.transcription.engines import ENGINES, load_engine
from app.pipeline.transcription.transcribe import transcribe
from scripts.hearing_measures import HeardWord

STOCK = "stock-openai-whisper"
STOCK_BATCHED = "stock-faster-whisper-batched"
CHECKPOINT, CONVERTED = "whisper-base-openai", "whisper-base"
EARS = (STOCK, STOCK_BATCHED, *sorted(ENGINES))

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
"""numba too: its idle threads wait by turning round, and whisper times words with them."""

WITHOUT_AMX = {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE_VNNI", "DNNL_MAX_CPU_ISA": "AVX512_CORE_VNNI"}
"""Hides the matrix tiles and the bf16 instructions of the newest processors."""

Answer = tuple[str, list[tuple[str, float | None, float | None]]]
Hear = Callable[[Samples, tuple[str, ...]], Answer]


@dataclass(frozen=True, slots=True)
class Reply:
    """What an ear heard, and what it took.

    Attributes:
        text: Everything it heard.
        words: The words with their times.
        cpu_s: CPU seconds of its process.
        wall_s: Seconds on the clock.
        memory_mb: Peak resident memory of its process so far.
    """

    text: str
    words: tuple[HeardWord, ...]
    cpu_s: float
    wall_s: float
    memory_mb: float


class Ear:
    """One ear in a process of its own; see :func:`listening`."""

    def __init__(self, name: str, child: "subprocess.Popen[str]") -> None:
        """Take over a process that answers."""
        self._name = name
        self._child = child

    def hear(self, path: Path, *, hints: Sequence[str] = ()) -> Reply:
        """Let it hear samples.

        Args:
            path: A ``.npy`` of a mono waveform at 16 000 Hz.
            hints: Names that may be said; the libraries as they stand are told none.

        Raises:
            RuntimeError: If the process has ended.
        """
        print(json.dumps({"path": str(path), "hints": list(hints)}), file=self._child.stdin, flush=True)
        for line in self._child.stdout or ():
            if line.startswith("EAR "):
                answer = json.loads(line[4:])
                words = tuple(HeardWord(*word) for word in answer.pop("words"))
                return Reply(words=words, **answer)
        raise RuntimeError(f"{self._name} ended with {self._child.wait()}; see `python {__file__} {self._name}`")


@contextmanager
def listening(name: str, *, without_amx: bool = False) -> Iterator[Ear]:
    """An ear with one thread, until the end of the block.

    Args:
        name: One of ``EARS``.
        without_amx: Hide the instructions for matrices from it.
    """
    environment = {**os.environ, **ONE_THREAD, **(WITHOUT_AMX if without_amx else {})}
    child = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve()), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    with child:
        try:
            yield Ear(name, child)
        finally:
            if child.stdin is not None:
                child.stdin.close()


def serve(name: str) -> None:
    """Answer the lines on standard input until they end."""
    hear = _loaded(name)
    for line in sys.stdin:
        request = json.loads(line)
        samples = np.load(request["path"])
        started, clock = _cpu_s(), time.perf_counter()
        text, words = hear(samples, tuple(request["hints"]))
        answer = {
            "text": text,
            "words": words,
            "cpu_s": _cpu_s() - started,
            "wall_s": time.perf_counter() - clock,
            "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            / (1024**2 if sys.platform == "darwin" else 1024),
        }
        print("EAR " + json.dumps(answer), flush=True)


def _loaded(name: str) -> Hear:
    if name == STOCK:
        return _stock()
    return _stock_batched() if name == STOCK_BATCHED else _engine(name)


def _stock() -> Hear:
    import torch
    import whisper

    torch.set_num_threads(1)
    model = whisper.load_model(str(ModelStore().path(CHECKPOINT)), device="cpu")
    # As `load_model("base")` does, which would have to download the same weights.
    model.set_alignment_heads(whisper._ALIGNMENT_HEADS["base"])

    def hear(samples: Samples, _hints: tuple[str, ...]) -> Answer:
        found = model.transcribe(samples, fp16=False, word_timestamps=True)
        words = [(word["word"], word["start"], word["end"]) for part in found["segments"] for word in part["words"]]
        return str(found["text"]), _whole(words)

    return hear


def _stock_batched() -> Hear:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    folder = str(ModelStore().path(CONVERTED))
    pipeline = BatchedInferencePipeline(WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1))

    def hear(samples: Samples, _hints: tuple[str, ...]) -> Answer:
        found, _ = pipeline.transcribe(
            samples,
            beam_size=5,
            vad_filter=True,
            vad_parameters={"threshold": 0.3},
            word_timestamps=True,
            batch_size=8,
        )
        segments = list(found)
        words = [(word.word, word.start, word.end) for segment in segments for word in segment.words or ()]
        return " ".join(segment.text.strip() for segment in segments), _whole(words)

    return hear


def _engine(name: str) -> Hear:
    engine = load_engine(name, store=ModelStore())

    def hear(samples: Samples, hints: tuple[str, ...]) -> Answer:
        recording = Recording((samples,), len(samples) / SAMPLE_RATE_HZ, Source(None, None, None))
        try:
            segments = transcribe(recording, engine=engine, hints=hints).segments
        except Unreviewable:
            return "", []
        words = [(word.text, word.start, word.end) for segment in segments for word in segment.words]
        return " ".join(segment.text for segment in segments), words

    return hear


def _whole(pieces: Sequence[tuple[str, Any, Any]]) -> list[tuple[str, float | None, float | None]]:
    """Words of the libraries, a piece without a space before it joined to the word that it belongs to."""
    words: list[tuple[str, float | None, float | None]] = []
    for text, start, end in pieces:
        if words and not text[:1].isspace():
            words[-1] = (words[-1][0] + text.strip(), words[-1][1], float(end))
        elif text.strip():
            words.append((text.strip(), float(start), float(end)))
    return words


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    serve(sys.argv[1])
