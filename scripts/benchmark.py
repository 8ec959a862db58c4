"""Speed of judging and of hearing, beside stock openai-whisper on the same sound in the same run.

    python scripts/benchmark.py [--sound DIR] [--calls N] [--write] [--note TEXT]
    make bench [SOUND=DIR]

Judging: transcripts of two minutes, composed of the turns of the sample calls and of the golden cases with other names
and words in every utterance, judged by one thread. *Cold* is the first time, when nothing of them is in a cache; that
is harder than life, where canvassers repeat the scripted lines. *Warm* is the second time. Quality is not measured.

Hearing: each recording is decoded and mixed to one channel, and each engine, and stock openai-whisper as its API stands
(``fp16=False, word_timestamps=True``, the whole file), hears the same samples: one process each with one thread, in
turns file by file, after one warm-up. CPU seconds and peak memory are those of that process. The engines' time includes
finding the speech and the language; nothing is told of names. ``--sound`` takes a folder of X.wav (or flac, opus, ogg,
mp3) with the words that were said in X.txt.

The figures stand last, a ``NAME VALUE`` a line.
"""

import argparse
import json
import os
import platform
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rapidfuzz.distance import Levenshtein

import app
from app.approved_scripts.authoring import load_script
from app.bootstrap import build_judge
from app.domain.audio import Source
from app.domain.serialization import transcript_from_json
from app.domain.transcript import Speaker, Transcript, Utterance
from app.errors import Unreviewable
from app.model_store import ModelStore
from app.pipeline.audio.decode import decode
from app.pipeline.audio.recording import Recording, Samples
from app.pipeline.transcription.engines import ENGINES, load_engine
from app.pipeline.transcription.transcribe import transcribe

ROOT = Path(__file__).resolve().parents[1]
SAMPLE_CALLS = ROOT / "sample_calls"
GOLDEN_CASES = ROOT / "tests" / "golden" / "cases"
RESULTS = ROOT / "docs" / "benchmarks"

SAMPLES = ("bus-driver", "clean-ballot", "option-left-out")
"""Sample calls that are heard where no folder is given: stereo and mono, Opus, FLAC and MP3, both scripts. Three, since
stock openai-whisper takes minutes for more."""

SUFFIXES = (".wav", ".flac", ".opus", ".ogg", ".mp3")
STOCK = "stock-openai-whisper"
CHECKPOINT = "whisper-base-openai"
WARM_UP_SECONDS = 10
"""From the middle of a recording, where somebody speaks: the first words make Whisper compile its word timing."""

WARM_UP_WORDS = "Hello. If you ask me, he is a decent man, so do vote for him."
SAMPLE_RATE_HZ = 16_000
WORDS_OF_TWO_MINUTES = 300
"""At 150 words a minute, as people talk on the telephone."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
"""numba too: its idle threads wait by turning round, and whisper times words with them."""
NAMES = "Aled Bronwen Carys Dilip Esme Farida Gwen Hamza Iona Jamal Kezia Lorcan Mabel Nadeem Orla Rhys Siân".split()
WORDS = (
    "actually basically anyway honestly obviously perhaps today truly usually well yesterday tonight there then".split()
)
PLACES = (
    "Ashby Barrow Corby Denholm Elmet Farnley Garforth Hatfield Ilkley Kippax Lofthouse Morley Otley Pudsey".split()
)


@dataclass(frozen=True, slots=True)
class Sound:
    """One recording of the benchmark.

    Attributes:
        name: Of the recording.
        samples: Mono waveform in [-1.0, 1.0], float32, at 16 000 Hz.
        words: What was said, normalised.
    """

    name: str
    samples: Samples
    words: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.samples) / SAMPLE_RATE_HZ


@dataclass(slots=True)
class Tally:
    """What one ear took and got wrong.

    Attributes:
        cpu_s: CPU seconds of its process, without loading and warm-up.
        wall_s: Seconds on the clock.
        errors: Words inserted, left out or replaced.
        memory_mb: Peak resident memory of its process.
    """

    cpu_s: float = 0.0
    wall_s: float = 0.0
    errors: int = 0
    memory_mb: float = 0.0


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text without case, punctuation and apostrophes."""
    return tuple(re.findall(r"[^\W_]+", re.sub(r"['’]", "", text.lower())))


def word_errors(reference: Sequence[str], heard: Sequence[str]) -> int:
    """How many words must be inserted, left out or replaced to make one of the other."""
    return int(Levenshtein.distance(reference, heard))


def sounds_of(folder: Path) -> Iterator[Sound]:
    """The recordings of a folder, each with its reference beside it.

    Raises:
        FileNotFoundError: If a recording has no reference, or the folder has no recording.
    """
    recordings = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not recordings:
        raise FileNotFoundError(f"{folder} has no recording ({', '.join(SUFFIXES)})")
    for path in recordings:
        reference = path.with_suffix(".txt")
        if not reference.is_file():
            raise FileNotFoundError(f"{path} has no reference {reference.name}")
        yield Sound(path.stem, mixed(path), words_of(reference.read_text(encoding="utf-8")))


def sample_sounds() -> Iterator[Sound]:
    """The sample calls of the benchmark."""
    for name in SAMPLES:
        folder = SAMPLE_CALLS / "calls" / name
        said = " ".join(utterance.text for utterance in _reference(folder).utterances)
        yield Sound(name, mixed(next(folder.glob("recording.*"))), words_of(said))


def mixed(path: Path) -> Samples:
    """A recording in one channel."""
    channels = decode(path).channels
    samples: Samples = np.mean(channels, axis=0, dtype=np.float32)
    return samples


def two_minute_calls(number: int, *, seed: int = 2015) -> Iterator[tuple[Transcript, str]]:
    """Distinct transcripts with about as many words as two minutes hold, and the id of the script of each.

    Args:
        number: How many.
        seed: The same seed gives the same calls.
    """
    chance = random.Random(seed)  # noqa: S311
    golden = _golden_turns()
    calls = [
        (_script_of(folder), [(u.speaker, u.text) for u in _reference(folder).utterances])
        for folder in sorted((SAMPLE_CALLS / "calls").iterdir())
    ]
    calls = [(script, turns) for script, turns in calls if len(turns) > 10]
    for index in range(number):
        script, turns = calls[index % len(calls)]
        said = [(speaker, _varied(text, chance)) for speaker, text in turns]
        while sum(len(text.split()) for _, text in said) < WORDS_OF_TWO_MINUTES:
            speaker, text = chance.choice(golden)
            said.insert(chance.randrange(len(said) // 2, len(said)), (speaker, _varied(text, chance)))
        utterances = tuple(
            Utterance(index=place, speaker=speaker, text=text) for place, (speaker, text) in enumerate(said)
        )
        yield Transcript(call=f"call-{index}", utterances=utterances), script


def judging(number: int) -> dict[str, float]:
    """Calls judged a second and core, with cold caches and warm ones."""
    scripts = {path.stem: load_script(path) for path in sorted((SAMPLE_CALLS / "approved_scripts").glob("*.yaml"))}
    judge = build_judge(ModelStore(), profile="balanced")
    calls = list(two_minute_calls(number))
    for script in scripts.values():  # weights and the tools of each script are loaded once in a worker's life
        judge.judge(
            Transcript("warm-up", (Utterance(index=0, speaker=Speaker.CANVASSER, text=WARM_UP_WORDS),)), script=script
        )
    figures = {}
    for pass_name in ("cold", "warm"):
        started, clock = time.process_time(), time.perf_counter()
        for transcript, script_id in calls:
            judge.judge(transcript, script=scripts[script_id])
        figures[f"judging_{pass_name}_calls_per_second_and_core"] = number / (time.process_time() - started)
        figures[f"judging_{pass_name}_calls_per_second_wall"] = number / (time.perf_counter() - clock)
    return figures


def hearing(sounds: Sequence[Sound], *, report: Callable[[str], None]) -> dict[str, Tally]:
    """Let every engine and stock openai-whisper hear every recording in turns.

    Args:
        sounds: What is heard.
        report: Called with a line for each recording.
    """
    tallies = {name: Tally() for name in (STOCK, *ENGINES)}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ears = {name: stack.enter_context(_ear(name)) for name in tallies}
        warm_up = _kept(_middle(sounds[0].samples), Path(folder) / "warm-up.npy")
        for ear in ears.values():
            ear(warm_up)
        for number, sound in enumerate(sounds):
            path = _kept(sound.samples, Path(folder) / f"{number}.npy")
            for name, ear in ears.items():
                answer = ear(path)
                tally = tallies[name]
                tally.cpu_s += answer["cpu_s"]
                tally.wall_s += answer["wall_s"]
                tally.errors += word_errors(sound.words, words_of(answer["text"]))
                tally.memory_mb = max(tally.memory_mb, answer["memory_mb"])
            report(f"heard {number + 1} of {len(sounds)}: {sound.name}")
    return tallies


def hearing_figures(tallies: Mapping[str, Tally], sounds: Sequence[Sound]) -> dict[str, float]:
    """The figures of hearing by name."""
    seconds, words = sum(sound.seconds for sound in sounds), sum(len(sound.words) for sound in sounds)
    figures = {"hearing_sound_seconds": seconds, "hearing_reference_words": float(words)}
    for name, tally in tallies.items():
        prefix = name.replace("-", "_")
        figures[f"{prefix}_cpu_s_per_s_of_sound"] = tally.cpu_s / seconds
        figures[f"{prefix}_wall_s_per_s_of_sound"] = tally.wall_s / seconds
        figures[f"{prefix}_speed_relative_to_stock"] = tallies[STOCK].cpu_s / tally.cpu_s
        figures[f"{prefix}_word_error_rate_percent"] = 100 * tally.errors / max(1, words)
        figures[f"{prefix}_peak_memory_mb"] = tally.memory_mb
    return figures


def shown(figures: Mapping[str, float]) -> list[str]:
    """One ``NAME VALUE`` a line, to three significant places or whole."""
    return [f"{name} {value:.0f}" if value >= 1000 else f"{name} {value:.3g}" for name, value in figures.items()]


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        found = re.search(r"^model name\s*:\s*(.+)$", information.read_text(encoding="utf-8"), re.MULTILINE)
        model = found.group(1) if found else model
    return {
        "processor": model,
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "canvass-monitor": app.__version__,
        "load at the start": f"{os.getloadavg()[0]:.1f}",
    }


def document(figures: Mapping[str, float], *, on: date, measured_on: Mapping[str, str], sound: str, note: str) -> str:
    """The results as a page of docs/benchmarks."""
    lines = [f"# Benchmark of {on.isoformat()}", "", "Made by `make bench` (`scripts/benchmark.py --write`)."]
    lines += [note, ""] if note else [""]
    lines += ["| machine | |", "|---|---|", *(f"| {name} | {value} |" for name, value in measured_on.items())]
    lines += [f"| sound | {sound} |", "", "| figure | value |", "|---|---|"]
    lines += [f"| `{name}` | {value} |" for name, value in (line.split(" ", 1) for line in shown(figures))]
    return "\n".join(lines) + "\n"


def serve_as_ear(name: str) -> None:
    """Child process: for each path of samples on standard input, one line of JSON with what was heard."""
    hear = _stock() if name == STOCK else _engine(name)
    for line in sys.stdin:
        samples = np.load(line.strip())
        started, clock = _cpu_s(), time.perf_counter()
        text = hear(samples)
        answer = {
            "text": text,
            "cpu_s": _cpu_s() - started,
            "wall_s": time.perf_counter() - clock,
            "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            / (1024**2 if sys.platform == "darwin" else 1024),
        }
        print("EAR " + json.dumps(answer), flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sound", type=Path, help="folder of X.wav (flac, opus, ogg, mp3) with X.txt")
    parser.add_argument("--calls", type=int, default=200, help="transcripts to judge")
    parser.add_argument("--write", action="store_true", help="keep the results in docs/benchmarks")
    parser.add_argument("--note", default="", help="a sentence for the kept results")
    parser.add_argument("--ear", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ear:
        serve_as_ear(options.ear)
        return
    measured_on = machine()
    sounds = list(sounds_of(options.sound) if options.sound else sample_sounds())
    figures = _judging_in_a_child(options.calls)
    tallies = hearing(sounds, report=lambda line: print(line, file=sys.stderr))
    figures.update(hearing_figures(tallies, sounds))
    if options.write:
        today = datetime.now(UTC).date()
        RESULTS.mkdir(parents=True, exist_ok=True)
        heard = f"{len(sounds)} recordings of {options.sound.name if options.sound else 'sample_calls'}, mixed to mono"
        page = document(figures, on=today, measured_on=measured_on, sound=heard, note=options.note)
        (RESULTS / f"{today.isoformat()}.md").write_text(page, encoding="utf-8")
    print("\n".join(shown(figures)))


def _judging_in_a_child(number: int) -> dict[str, float]:
    program = f"import json; from scripts.benchmark import judging; print('FIGURES ' + json.dumps(judging({number})))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE, check=True
    )
    figures: dict[str, float] = json.loads(done.stdout.decode().rpartition("FIGURES ")[2])
    return figures


@contextmanager
def _ear(name: str) -> Iterator[Callable[[Path], dict[str, Any]]]:
    child = subprocess.Popen(
        [sys.executable, __file__, "--ear", name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **ONE_THREAD},
    )
    assert child.stdin is not None and child.stdout is not None  # noqa: S101

    def hear(path: Path) -> dict[str, Any]:
        print(path, file=child.stdin, flush=True)
        for line in child.stdout or ():
            if line.startswith("EAR "):
                answer: dict[str, Any] = json.loads(line[4:])
                return answer
        raise RuntimeError(f"{name} ended with {child.wait()}; see `python scripts/benchmark.py --ear {name}`")

    with child:
        try:
            yield hear
        finally:
            child.stdin.close()


def _stock() -> Callable[[Samples], str]:
    import torch
    import whisper

    torch.set_num_threads(1)
    model = whisper.load_model(str(ModelStore().path(CHECKPOINT)), device="cpu")
    return lambda samples: str(model.transcribe(samples, fp16=False, word_timestamps=True)["text"])


def _engine(name: str) -> Callable[[Samples], str]:
    engine = load_engine(name, store=ModelStore())

    def hear(samples: Samples) -> str:
        recording = Recording((samples,), len(samples) / SAMPLE_RATE_HZ, Source(None, None, None))
        try:
            return " ".join(segment.text for segment in transcribe(recording, engine=engine).segments)
        except Unreviewable:
            return ""

    return hear


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _middle(samples: Samples) -> Samples:
    start = max(0, len(samples) // 2 - WARM_UP_SECONDS * SAMPLE_RATE_HZ // 2)
    return samples[start : start + WARM_UP_SECONDS * SAMPLE_RATE_HZ]


def _kept(samples: Samples, path: Path) -> Path:
    np.save(path, samples)
    return path


def _reference(folder: Path) -> Transcript:
    return transcript_from_json(
        json.loads((folder / "reference.json").read_text(encoding="utf-8")), default_call=folder.name
    )


def _script_of(folder: Path) -> str:
    return str(yaml.safe_load((folder / "dialogue.yaml").read_text(encoding="utf-8"))["script"])


def _golden_turns() -> list[tuple[Speaker, str]]:
    turns = []
    for path in sorted(GOLDEN_CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]:
            for turn in case["call"]:
                turns += [
                    (Speaker(speaker), text) for speaker, text in turn.items() if speaker in ("canvasser", "contact")
                ]
    return turns


def _varied(text: str, chance: random.Random) -> str:
    """The same turn with another name and word in it, so that no cache has seen it."""
    words = text.split()
    words.insert(chance.randrange(len(words) + 1), chance.choice(WORDS))
    words.insert(0, f"{chance.choice(NAMES)} {chance.choice(PLACES)} {chance.randrange(10, 1000)},")
    return " ".join(words)


if __name__ == "__main__":
    main()
