"""The benchmark of hearing: every ear hears every recording in turns, and what came out as tables and figures."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.domain.units import SAMPLE_RATE_HZ
from app.pipeline.audio.recording import Samples
from scripts.bench_ears import STOCK, STOCK_BATCHED, Ear, Reply, listening
from scripts.hearing_measures import (
    HeardWord,
    NameCount,
    TimeErrors,
    align,
    count_names,
    surnames,
    time_errors,
)
from scripts.hearing_sounds import Sound
from scripts.telephone_line import CODEC, Condition, mixed, through

WARM_UP_SECONDS = 10
"""From the middle of a recording, where somebody speaks: the first words make Whisper compile its word timing."""

COLUMNS = (
    "| ear | CPU s per s | wall s per s | x stock openai-whisper | x stock faster-whisper batched | MB "
    "| WER | names found | invented | with names as hints: WER | found | invented "
    "| word times: median, 95th percentile |"
)


@dataclass(slots=True)
class Tally:
    """What one ear took and got right and wrong in one condition.

    Attributes:
        seconds: Length of what it heard.
        cpu_s: CPU seconds of its process, without loading and warm-up.
        wall_s: Seconds on the clock.
        memory_mb: Peak resident memory of its process.
        words: Words of the reference.
        errors: Words inserted, left out or replaced.
        names: Names of the register.
        times: Of the recordings whose times are known.
    """

    seconds: float = 0.0
    cpu_s: float = 0.0
    wall_s: float = 0.0
    memory_mb: float = 0.0
    words: int = 0
    errors: int = 0
    names: NameCount = field(default_factory=NameCount)
    times: TimeErrors = field(default_factory=TimeErrors)

    def add(self, other: "Tally") -> None:
        """Count another condition in."""
        self.seconds += other.seconds
        self.cpu_s += other.cpu_s
        self.wall_s += other.wall_s
        self.memory_mb = max(self.memory_mb, other.memory_mb)
        self.words += other.words
        self.errors += other.errors
        self.names.add(other.names)
        self.times.add(other.times)


@dataclass(frozen=True, slots=True)
class Heard:
    """One row of a table: an ear, told the names or not.

    Attributes:
        ear: Its name.
        condition: What the recordings were sent through.
        hinted: Whether it was told the names of the script.
    """

    ear: str
    condition: str
    hinted: bool


Tallies = dict[Heard, Tally]


def hearing(
    sounds: Sequence[Sound],
    *,
    ears: Sequence[str],
    conditions: Sequence[Condition],
    without_amx: bool = False,
    report: Callable[[str], None],
) -> Tallies:
    """Let every ear hear every recording in every condition, file by file in turns.

    Args:
        sounds: What is heard, mixed to one channel. Those with exact times count for the times alone.
        ears: Names of ears; those of the product hear each recording again with its names as hints.
        conditions: What the recordings are sent through.
        without_amx: Hide the instructions for matrices from the ears.
        report: Called with a line for each recording.
    """
    tallies: Tallies = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        listeners = {name: stack.enter_context(listening(name, without_amx=without_amx)) for name in ears}
        warm_up = _kept(_middle(mixed(sounds[0].channels)), Path(folder) / "warm-up.npy")
        for listener in listeners.values():
            listener.hear(warm_up)
        for number, sound in enumerate(sounds):
            for condition in conditions:
                (samples,) = through([mixed(sound.channels)], condition, seed=sound.name)
                path = _kept(samples, Path(folder) / "heard.npy")
                _hear(sound, path, listeners, condition.name, tallies)
            report(f"heard {number + 1} of {len(sounds)}: {sound.name}")
    return tallies


def count(tally: Tally, sound: Sound, reply: Reply) -> None:
    """Add what an ear heard in one recording."""
    tally.memory_mb = max(tally.memory_mb, reply.memory_mb)
    if sound.timed:
        tally.times.add(time_errors(align(sound.said, reply.words), sound.said, reply.words))
        return
    aligned = align(sound.said, [HeardWord(word) for word in reply.text.split()])
    tally.seconds += sound.seconds
    tally.cpu_s += reply.cpu_s
    tally.wall_s += reply.wall_s
    tally.words += len(aligned.said)
    tally.errors += aligned.errors
    tally.names.add(count_names(aligned, surnames(sound.names)))


def figures_of(tallies: Tallies, conditions: Sequence[Condition]) -> dict[str, float]:
    """The figures by name: ``EAR_FIGURE`` over everything, and ``CONDITION_EAR_FIGURE`` where there are several."""
    figures: dict[str, float] = {}
    for condition in conditions if len(conditions) > 1 else ():
        rows = {(key.ear, key.hinted): tally for key, tally in tallies.items() if key.condition == condition.name}
        figures |= {f"{condition.prefix}_{name}": value for name, value in _figures(rows).items()}
    whole: dict[tuple[str, bool], Tally] = {}
    for key, tally in tallies.items():
        whole.setdefault((key.ear, key.hinted), Tally()).add(tally)
    return figures | _figures(whole)


def tables_of(tallies: Tallies, conditions: Sequence[Condition]) -> str:
    """A Markdown table for each condition."""
    return "\n\n".join(
        "\n".join([f"**{_described(condition)}**", "", *_table(tallies, condition)]) for condition in conditions
    )


def _hear(sound: Sound, path: Path, listeners: Mapping[str, Ear], condition: str, tallies: Tallies) -> None:
    for name, listener in listeners.items():
        count(tallies.setdefault(Heard(name, condition, False), Tally()), sound, listener.hear(path))
    if sound.timed or not sound.names:
        return
    for name, listener in listeners.items():
        if name not in (STOCK, STOCK_BATCHED):
            reply = listener.hear(path, hints=sound.names)
            count(tallies.setdefault(Heard(name, condition, True), Tally()), sound, reply)


def _figures(rows: Mapping[tuple[str, bool], Tally]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for (ear, hinted), tally in rows.items():
        prefix = ear.replace("-", "_") + ("_hinted" if hinted else "")
        if tally.seconds:
            figures[f"{prefix}_cpu_s_per_s_of_sound"] = tally.cpu_s / tally.seconds
            figures[f"{prefix}_wall_s_per_s_of_sound"] = tally.wall_s / tally.seconds
            for relative, name in ((STOCK, "stock"), (STOCK_BATCHED, "stock_faster_whisper_batched")):
                other = rows.get((relative, False))
                if other and tally.cpu_s:
                    figures[f"{prefix}_speed_relative_to_{name}"] = other.cpu_s / tally.cpu_s
            figures[f"{prefix}_word_error_rate_percent"] = 100 * tally.errors / max(1, tally.words)
            figures[f"{prefix}_peak_memory_mb"] = tally.memory_mb
            figures[f"{prefix}_names_invented"] = tally.names.invented
        if tally.names.said:
            figures[f"{prefix}_names_found_percent"] = 100 * tally.names.found / tally.names.said
        figures |= {f"{prefix}_{name}": value for name, value in _time_figures(tally.times).items()}
    return figures


def _time_figures(times: TimeErrors) -> dict[str, float]:
    starts, ends = np.array(times.starts_s), np.array(times.ends_s)
    errors = np.abs([*starts, *ends])
    if not len(starts) or not len(ends):
        return {}
    return {
        "word_time_median_ms": 1000 * float(np.median(errors)),
        "word_time_95th_percentile_ms": 1000 * float(np.percentile(errors, 95)),
        "phrase_start_median_ms": 1000 * float(np.median(np.abs(starts))),
        "phrase_end_median_ms": 1000 * float(np.median(np.abs(ends))),
        "phrase_start_late_by_ms": 1000 * float(np.median(starts)),
        "phrase_end_late_by_ms": 1000 * float(np.median(ends)),
        "phrase_words_not_heard": times.missed,
    }


def _table(tallies: Tallies, condition: Condition) -> list[str]:
    rows = {(key.ear, key.hinted): tally for key, tally in tallies.items() if key.condition == condition.name}
    ears = list(dict.fromkeys(ear for ear, _ in rows))
    stock, batched = rows.get((STOCK, False)), rows.get((STOCK_BATCHED, False))
    lines = [COLUMNS, "|---|" + "---:|" * (COLUMNS.count("|") - 2)]
    for ear in ears:
        plain, hinted = rows[ear, False], rows.get((ear, True))
        seconds = max(plain.seconds, 1e-9)
        lines.append(
            f"| {ear} | {plain.cpu_s / seconds:.3f} | {plain.wall_s / seconds:.3f} | {_times(stock, plain)} "
            f"| {_times(batched, plain)} | {plain.memory_mb:.0f} | {_words(plain)} | {_words(hinted)} "
            f"| {_clock(plain.times)} |"
        )
    return lines


def _times(other: Tally | None, tally: Tally) -> str:
    return f"{other.cpu_s / tally.cpu_s:.2f}" if other and tally.cpu_s else ""


def _words(tally: Tally | None) -> str:
    if tally is None:
        return " | | "
    rate = f"{100 * tally.errors / max(1, tally.words):.1f} %"
    if not tally.names.said:
        return f"{rate} | | {tally.names.invented}"
    return f"{rate} | {tally.names.found} of {tally.names.said} | {tally.names.invented}"


def _clock(times: TimeErrors) -> str:
    figures = _time_figures(times)
    if not figures:
        return ""
    return f"{figures['word_time_median_ms']:.0f} ms, {figures['word_time_95th_percentile_ms']:.0f} ms"


def _described(condition: Condition) -> str:
    if condition.snr_db is None:
        return f"{condition.name[:1].upper()}{condition.name[1:]}"
    return f"Noise at {condition.name}, then {CODEC}"


def _middle(samples: Samples) -> Samples:
    start = max(0, len(samples) // 2 - WARM_UP_SECONDS * SAMPLE_RATE_HZ // 2)
    return samples[start : start + WARM_UP_SECONDS * SAMPLE_RATE_HZ]


def _kept(samples: Samples, path: Path) -> Path:
    np.save(path, samples)
    return path
