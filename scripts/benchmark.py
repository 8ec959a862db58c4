"""Speed and quality of hearing and speed of judging, beside the libraries as they stand, in one run.

    python scripts/benchmark.py [--ears A,B|none] [--quick] [--sound DIR] [--without-amx] [--calls N] [--write]
                                [--note TEXT]
    make bench [SOUND=DIR]

Judging: transcripts of two minutes, composed of the turns of the sample calls and of the golden cases with other names
and words in every utterance, judged by one thread. *Cold* is the first time, when nothing of them is in a cache; that
is harder than life, where canvassers repeat the scripted lines. *Warm* is the second time. Quality is not measured.
``--stream N`` does nothing but send N short calls through ``canvass-monitor analyse`` and follow its memory.

Hearing: each recording of ``sample_calls/hearing`` is decoded, mixed to one channel, and heard as it is (clean G.711)
and with noise at 10 dB through a mobile phone's codec. Stock openai-whisper (``fp16=False, word_timestamps=True``, the
whole file), stock faster-whisper batched (int8, beam 5, speech activity at .3) and every engine of the product hear the
same samples: one process each with one thread, in turns file by file, after one warm-up. CPU seconds and peak memory
are those of that process; the engines' time includes finding the speech and the language. Names are those of the
script that tell one from another; the product's engines hear each recording a second time with them as hints, which
does not count in the speed. Word times are compared with phrases between known pauses.

``--sound`` takes a folder of X.wav (or flac, opus, ogg, mp3) with the words that were said in X.txt and, if you like,
names in X.names.txt, one a line; they are heard as they are. ``--without-amx`` shows how fast everything is on a
processor without instructions for matrices. The figures stand last, a ``NAME VALUE`` a line.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import app
from app.approved_scripts.authoring import load_script
from app.bootstrap import build_judge
from app.domain.transcript import Speaker, Transcript, Utterance
from app.model_store import ModelStore
from scripts.bench_calls import SAMPLE_CALLS, two_minute_calls
from scripts.bench_ears import EARS, ONE_THREAD
from scripts.bench_hearing import Tallies, figures_of, hearing, tables_of
from scripts.bench_memory import memory_figures
from scripts.hearing_measures import plain
from scripts.hearing_sounds import HEARING_SET, Sound, call_sounds, own_sounds, timing_sounds
from scripts.telephone_line import CONDITIONS, Condition

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "benchmarks"

WARM_UP_WORDS = "Hello. If you ask me, he is a decent man, so do vote for him."
INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
NO_EARS = "none"
AS_RECORDED = (Condition("as recorded", None),)


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


def shown(figures: Mapping[str, float]) -> list[str]:
    """One ``NAME VALUE`` a line, to three significant places or whole."""
    return [f"{name} {value:.0f}" if value >= 1000 else f"{name} {value:.3g}" for name, value in figures.items()]


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    text = information.read_text(encoding="utf-8") if information.is_file() else ""
    if named := re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE):
        model = named.group(1)
    flags = set(found.group(1).split()) if (found := re.search(r"^flags\s*:\s*(.+)$", text, re.MULTILINE)) else set()
    return {
        "processor": model,
        "vector and matrix instructions": ", ".join(flag for flag in INSTRUCTIONS if flag in flags) or "not known",
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "canvass-monitor": app.__version__,
        "load at the start": f"{os.getloadavg()[0]:.1f}",
    }


def judging_page(figures: Mapping[str, float], *, on: date, measured_on: Mapping[str, str], note: str) -> str:
    """The figures of judging as a page of docs/benchmarks."""
    lines = [*_head(f"Benchmark of {on.isoformat()}", measured_on, note), "| figure | value |", "|---|---|"]
    lines += [f"| `{name}` | {value} |" for name, value in (line.split(" ", 1) for line in shown(figures))]
    return "\n".join(lines) + "\n"


def hearing_page(
    tables: str, figures: Mapping[str, float], *, on: date, measured_on: Mapping[str, str], note: str
) -> str:
    """The tables and figures of hearing as a page of docs/benchmarks."""
    lines = _head(f"Benchmark of hearing, {on.isoformat()}", measured_on, note)
    return "\n".join([*lines, tables, "", "```", *shown(figures), "```"]) + "\n"


def main() -> None:
    """Measure and print."""
    options = _options()
    if options.stream:
        print("\n".join(shown(memory_figures(options.stream))))
        return
    measured_on = machine()
    figures: dict[str, float] = {}
    if options.calls:
        judged = _judging_in_a_child(options.calls)
        if options.write:
            _keep("", lambda day: judging_page(judged, on=day, measured_on=measured_on, note=options.note))
        figures |= judged
    if options.ears:
        figures |= _hearing(options, measured_on)
    print("\n".join(shown(figures)))


def _hearing(options: argparse.Namespace, measured_on: Mapping[str, str]) -> dict[str, float]:
    """Hear, print the tables and keep them if it is asked for; gives back the figures."""
    sounds, conditions, described = _sounds(options)
    tallies: Tallies = hearing(
        sounds,
        ears=options.ears,
        conditions=conditions,
        without_amx=options.without_amx,
        report=lambda line: print(line, file=sys.stderr),
    )
    tables = tables_of(tallies, conditions)
    heard = _totals(sounds) | figures_of(tallies, conditions)
    how = {"sound": described, "matrix instructions": "hidden" if options.without_amx else "as they are"}
    if options.write:
        measured_on = {**measured_on, **how}
        _keep("-hearing", lambda day: hearing_page(tables, heard, on=day, measured_on=measured_on, note=options.note))
    print(f"{tables}\n")
    return heard


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sound", type=Path, help="folder of X.wav (flac, opus, ogg, mp3) with X.txt")
    parser.add_argument("--set", type=Path, default=HEARING_SET, help="folder laid out as sample_calls/hearing")
    parser.add_argument("--ears", type=_ears, default=EARS, help=f"some of {','.join(EARS)}, or none")
    parser.add_argument("--quick", action="store_true", help="one recording")
    parser.add_argument("--without-amx", action="store_true", help="hide the processor's matrix instructions")
    parser.add_argument("--calls", type=int, default=200, help="transcripts to judge; 0 leaves judging out")
    parser.add_argument("--stream", type=int, default=0, help="short calls to follow the memory over, and nothing else")
    parser.add_argument("--write", action="store_true", help="keep the results in docs/benchmarks")
    parser.add_argument("--note", default="", help="a sentence for the kept results")
    return parser.parse_args()


def _ears(listed: str) -> tuple[str, ...]:
    if listed == NO_EARS:
        return ()
    ears = tuple(name for name in listed.split(",") if name)
    unknown = [name for name in ears if name not in EARS]
    if unknown or not ears:
        raise argparse.ArgumentTypeError(f"no such ear: {', '.join(unknown) or listed!r}; there are {', '.join(EARS)}")
    return ears


def _sounds(options: argparse.Namespace) -> tuple[list[Sound], tuple[Condition, ...], str]:
    """What is heard, what it is sent through, and both in words."""
    conditions: tuple[Condition, ...] = AS_RECORDED if options.sound else CONDITIONS
    sounds = list(own_sounds(options.sound) if options.sound else call_sounds(options.set))
    timed = [] if options.sound else list(timing_sounds(options.set))
    if options.quick:
        sounds, timed = sounds[:1], []
    folder = options.sound or options.set
    described = f"{len(sounds)} recordings of {folder.name}, mixed to one channel"
    return [*sounds, *timed], conditions, described + (f"; {len(timed)} with exact times" if timed else "")


def _totals(sounds: Sequence[Sound]) -> dict[str, float]:
    heard = [sound for sound in sounds if not sound.timed]
    return {
        "hearing_sound_seconds": sum(sound.seconds for sound in heard),
        "hearing_reference_words": sum(len(plain(said.text)) for sound in heard for said in sound.said),
    }


def _keep(kind: str, page: Callable[[date], str]) -> None:
    today = datetime.now(UTC).date()
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{today.isoformat()}{kind}.md").write_text(page(today), encoding="utf-8")


def _head(title: str, measured_on: Mapping[str, str], note: str) -> list[str]:
    lines = [f"# {title}", "", "Made by `make bench` (`scripts/benchmark.py --write`)."]
    lines += [note, ""] if note else [""]
    return [*lines, "| machine | |", "|---|---|", *(f"| {name} | {value} |" for name, value in measured_on.items()), ""]


def _judging_in_a_child(number: int) -> dict[str, float]:
    program = f"import json; from scripts.benchmark import judging; print('FIGURES ' + json.dumps(judging({number})))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE, check=True
    )
    figures: dict[str, float] = json.loads(done.stdout.decode().rpartition("FIGURES ")[2])
    return figures


if __name__ == "__main__":
    main()
