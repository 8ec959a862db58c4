"""Measure the product's own hearing: words, names, speakers, confidences, and what it hears where nobody speaks.

    python scripts/evaluate_hearing.py [--engine NAME] [--set DIR] [--nonspeech-seconds N] [--dump FILE] [--write]

Every call of ``sample_calls/hearing`` is heard as the product hears a recording, with its script: with a channel for
each party and mixed into one, as it is (clean G.711) and with noise at 10 dB through a mobile phone's codec. Words are
laid beside the reference, with two channels each by itself. An hour of sound without speech is heard with the names of
a script as hints; its seeds are none of those that thresholds are tuned on.

``--dump`` keeps a line of JSON for each word that was heard: confidence, whether it was said, call, condition, engine;
no text. The figures stand last, a ``NAME VALUE`` a line.
"""

import argparse
import itertools
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.bootstrap import build_ears
from app.domain.transcript import Transcript
from app.model_store import ModelStore
from app.pipeline.analyze import Ears, hear
from app.pipeline.transcription.engines import DEFAULT_ENGINE, ENGINES
from app.telemetry import configure_logging
from scripts.benchmark import RESULTS, machine, shown
from scripts.hearing_calibration import (
    Record,
    auroc,
    equal_mass,
    equal_width,
    expected_calibration_error,
    reliability_table,
)
from scripts.hearing_measures import (
    Aligned,
    HeardWord,
    NameCount,
    Said,
    SpeakerCount,
    align,
    all_names,
    correct_words,
    count_names,
    count_speakers,
    plain,
    surnames,
)
from scripts.hearing_sounds import HEARING_SET, Sound, call_sounds, write_wav
from scripts.nonspeech import KINDS, WITH_WORDS, nonspeech
from scripts.telephone_line import CODEC, CONDITIONS, Condition, mixed, through

WAYS = tuple(itertools.product(("stereo", "mono"), CONDITIONS))
NONSPEECH_SEEDS = (1, 3)
"""Odd: thresholds are tuned on even ones (scripts/nonspeech.py)."""


@dataclass(slots=True)
class Count:
    """What came out of one recording heard in one way, or of many.

    Attributes:
        words: Words of the reference.
        errors: Words inserted, left out or replaced.
        names: Names of the register.
        speakers: Words by whom they were put down to.
        refused: Why there was no transcript, if there was none.
    """

    words: int = 0
    errors: int = 0
    names: NameCount = field(default_factory=NameCount)
    speakers: SpeakerCount = field(default_factory=SpeakerCount)
    refused: str | None = None

    def add(self, other: "Count") -> None:
        """Count another recording in."""
        self.words += other.words
        self.errors += other.errors
        self.names.add(other.names)
        self.speakers.add(other.speakers)

    @property
    def error_rate_percent(self) -> float:
        """Word error rate."""
        return 100 * self.errors / max(1, self.words)


@dataclass(frozen=True, slots=True)
class Way:
    """One recording heard in one way."""

    call: str
    layout: str
    condition: str


@dataclass(slots=True)
class Invented:
    """What was heard in one kind of sound without speech.

    Attributes:
        seconds: How much of it was heard.
        words: Words in the transcripts.
        names: Words among them that stand in the names of the script.
        answers: How often each answer was given: a reason, or ``transcript``.
    """

    seconds: float = 0.0
    words: int = 0
    names: int = 0
    answers: Counter[str] = field(default_factory=Counter)


def evaluate(
    sounds: Sequence[Sound], *, ears: Ears, report: Callable[[str], None]
) -> tuple[dict[Way, Count], list[Record]]:
    """Hear every call in every way.

    Args:
        sounds: Calls with script and reference; one with a single channel is heard in mono alone.
        ears: The product's.
        report: Called with a line for each call.
    """
    counts: dict[Way, Count] = {}
    records: list[Record] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, sound in enumerate(sounds):
            for layout, condition in WAYS:
                if layout == "stereo" and len(sound.channels) == 1:
                    continue
                channels = sound.channels if layout == "stereo" else (mixed(sound.channels),)
                path = write_wav(Path(folder) / "call.wav", through(channels, condition, seed=sound.name))
                way = Way(sound.name, layout, condition.name)
                counts[way] = _heard(path, sound, way, ears, records)
            report(f"heard {number + 1} of {len(sounds)}: {sound.name}")
    return counts, records


def without_speech(
    seconds: float, *, sounds: Sequence[Sound], ears: Ears, report: Callable[[str], None]
) -> dict[str, Invented]:
    """Hear sound in which nobody speaks, with names as hints.

    Args:
        seconds: Length of it all, over all kinds.
        sounds: Calls, for their scripts, taken in turns.
        ears: The product's.
        report: Called with a line for each kind.
    """
    found: dict[str, Invented] = {}
    scripts = itertools.cycle({sound.script.id: sound for sound in sounds if sound.script}.values())
    length = seconds / len(KINDS) / len(NONSPEECH_SEEDS)
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            invented = found.setdefault(kind, Invented())
            for seed in NONSPEECH_SEEDS:
                sound = next(scripts)
                path = write_wav(Path(folder) / "sound.wav", (nonspeech(kind, seconds=length, seed=seed),))
                hearing = hear(path, call=kind, script=sound.script, ears=ears)
                heard = [word for item in hearing.transcript.utterances for word in plain(item.text)]
                invented.seconds += length
                invented.words += len(heard)
                invented.names += sum(word in all_names(sound.names) for word in heard)
                invented.answers[str(hearing.reason) if hearing.reason else "transcript"] += 1
            report(f"{kind}: {invented.words} words, {invented.names} names, {dict(invented.answers)}")
    return found


def aligned_channels(
    transcript: Transcript, sound: Sound, *, layout: str
) -> list[tuple[tuple[Said, ...], list[HeardWord], Aligned]]:
    """What was said, what was heard, and both side by side: channel by channel, or all in one."""
    heard = sorted(_words(transcript), key=lambda word: word.start or 0.0)
    if layout == "mono":
        return [(sound.said, heard, align(sound.said, heard))]
    parts = []
    for channel in range(len(sound.channels)):
        said = tuple(item for item in sound.said if item.channel == channel)
        own = [word for word in heard if word.channel == channel]
        parts.append((said, own, align(said, own)))
    return parts


def main() -> None:
    """Measure and print."""
    options = _options()
    configure_logging(level="WARNING")
    sounds = list(call_sounds(options.set))
    ears = build_ears(ModelStore(), engine=options.engine, model=options.model)
    report = _to_standard_error
    counts, records = evaluate(sounds[: options.calls], ears=ears, report=report)
    if options.dump:
        lines = (json.dumps(asdict(record)) for record in records)
        options.dump.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    invented = {}
    if options.nonspeech_seconds:
        invented = without_speech(options.nonspeech_seconds, sounds=sounds, ears=ears, report=report)
    tables = "\n\n".join(_tables(counts, records, invented))
    figures = shown(figures_of(counts, records, invented))
    if options.write:
        _write(tables, figures, options)
    print(f"{tables}\n")
    print("\n".join(figures))


def figures_of(counts: dict[Way, Count], records: Sequence[Record], invented: dict[str, Invented]) -> dict[str, float]:
    """Everything that was measured, by name."""
    figures: dict[str, float] = {}
    for layout, condition in WAYS:
        whole = _sum(counts, layout, condition)
        if not whole.words:
            continue
        prefix = f"{layout}_{condition.prefix}"
        figures[f"{prefix}_word_error_rate_percent"] = whole.error_rate_percent
        figures[f"{prefix}_names_found_percent"] = 100 * whole.names.found / max(1, whole.names.said)
        figures[f"{prefix}_names_invented"] = whole.names.invented
        for name, value in zip(("rightly", "wrongly", "unknown"), whole.speakers.percent(), strict=True):
            figures[f"{prefix}_words_attributed_{name}_percent"] = value
    for name, chosen in _pools(records):
        figures[f"word_confidence_{name}_calibration_error"] = expected_calibration_error(equal_width(chosen))
        figures[f"word_confidence_{name}_calibration_error_equal_mass"] = expected_calibration_error(equal_mass(chosen))
        if (area := auroc(chosen)) is not None:
            figures[f"word_confidence_{name}_auroc"] = area
    if invented:
        # What is heard where words are sung is listed, but it was not invented.
        counted = [item for kind, item in invented.items() if kind not in WITH_WORDS]
        figures["nonspeech_seconds"] = sum(item.seconds for item in invented.values())
        figures["nonspeech_words_invented"] = sum(item.words for item in counted)
        figures["nonspeech_names_invented"] = sum(item.names for item in invented.values())
    return figures


def _heard(path: Path, sound: Sound, way: Way, ears: Ears, records: list[Record]) -> Count:
    hearing = hear(path, call=sound.name, script=sound.script, ears=ears)
    count = Count(refused=str(hearing.reason) if hearing.reason else None)
    for said, heard, aligned in aligned_channels(hearing.transcript, sound, layout=way.layout):
        count.words += len(aligned.said)
        count.errors += aligned.errors
        count.names.add(count_names(aligned, surnames(sound.names)))
        count.speakers.add(count_speakers(aligned, said, heard))
        for number, correct in correct_words(aligned).items():
            word = heard[number]
            if word.confidence is not None:
                records.append(
                    Record(
                        engine=ears.engine.info.name,
                        call=way.call,
                        layout=way.layout,
                        condition=way.condition,
                        confidence=word.confidence,
                        correct=correct,
                        start=word.start,
                        end=word.end,
                    )
                )
    return count


def _words(transcript: Transcript) -> Iterable[HeardWord]:
    for item in transcript.utterances:
        for word in item.words:
            yield HeardWord(word.text, word.start, word.end, word.confidence, str(item.speaker), item.channel or 0)


def _sum(counts: dict[Way, Count], layout: str, condition: Condition) -> Count:
    whole = Count()
    for way, count in counts.items():
        if (way.layout, way.condition) == (layout, condition.name):
            whole.add(count)
    return whole


def _pools(records: Sequence[Record]) -> Iterable[tuple[str, list[Record]]]:
    for name, chosen in (
        ("all", list(records)),
        *((item.prefix, [record for record in records if record.condition == item.name]) for item in CONDITIONS),
    ):
        if chosen:
            yield name, chosen


def _tables(counts: dict[Way, Count], records: Sequence[Record], invented: dict[str, Invented]) -> list[str]:
    head = ["| call | WER | names found | invented | rightly | wrongly | unknown |", "|---|" + "---:|" * 6]
    tables = []
    for layout, condition in WAYS:
        rows = {w.call: c for w, c in counts.items() if (w.layout, w.condition) == (layout, condition.name)}
        if rows:
            lines = [_row(call, count) for call, count in rows.items()]
            title = f"**{layout.capitalize()}, {_described(condition)}** (words heard rightly, by whom they went to)"
            tables.append("\n".join([title, "", *head, *lines, _row("**all**", _sum(counts, layout, condition))]))
    if records:
        tables.append("\n".join(["**Word confidences**, all four ways", "", *reliability_table(equal_width(records))]))
    if invented:
        lines = [
            f"| {kind} | {item.seconds:.0f} | {item.words} | {item.names} | {_answers(item.answers)} |"
            for kind, item in invented.items()
        ]
        head = ["| sound without speech | s | words | names | answers |", "|---|---:|---:|---:|---|"]
        tables.append("\n".join([*head, *lines]))
    return tables


def _row(call: str, count: Count) -> str:
    if count.refused:
        call = f"{call} ({count.refused})"
    rightly, wrongly, unknown = count.speakers.percent()
    return (
        f"| {call} | {count.error_rate_percent:.1f} % | {count.names.found} of {count.names.said} "
        f"| {count.names.invented} | {rightly:.1f} % | {wrongly:.1f} % | {unknown:.1f} % |"
    )


def _answers(answers: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(answers.items()))


def _described(condition: Condition) -> str:
    return condition.name if condition.snr_db is None else f"noise at {condition.name}, then {CODEC}"


def _to_standard_error(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default=DEFAULT_ENGINE, choices=sorted(ENGINES))
    parser.add_argument("--model", default="base")
    parser.add_argument("--set", type=Path, default=HEARING_SET, help="folder laid out as sample_calls/hearing")
    parser.add_argument("--calls", type=int, help="the first so many calls only; 0 leaves them out")
    parser.add_argument("--nonspeech-seconds", type=float, default=3600.0, help="0 leaves it out")
    parser.add_argument("--dump", type=Path, help="keep a line of JSON for each word here")
    parser.add_argument("--write", action="store_true", help="keep the results in docs/benchmarks")
    parser.add_argument("--note", default="", help="a sentence for the kept results")
    return parser.parse_args()


def _write(tables: str, figures: Sequence[str], options: argparse.Namespace) -> None:
    today = datetime.now(UTC).date().isoformat()
    command = f"scripts/evaluate_hearing.py --engine {options.engine} --write"
    lines = [f"# Quality of hearing, {options.engine}, {today}", "", f"Made by `{command}` on {options.set.name}.", ""]
    lines += [options.note, ""] if options.note else []
    lines += ["| machine | |", "|---|---|", *(f"| {name} | {value} |" for name, value in machine().items()), ""]
    page = "\n".join([*lines, tables, "", "```", *figures, "```"]) + "\n"
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{today}-hearing-quality.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
