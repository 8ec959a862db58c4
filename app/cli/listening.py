"""``check``, ``transcribe`` and ``analyse``: the main job, without a server and without a database."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from app.approved_scripts.authoring import load_script
from app.bootstrap import build_ears, build_judge
from app.cli.output import EXIT_FLAGGED, EXIT_SOME_UNREADABLE, note, progress, write_line, write_text
from app.cli.report import render
from app.cli.transcripts import BadLine, ScriptFinder, read_transcripts
from app.domain.audio import RawEncoding, RawFormat, UnreviewableReason
from app.domain.finding import CallResult, Outcome
from app.domain.script import ApprovedScript
from app.domain.serialization import result_to_json, transcript_to_json
from app.domain.transcript import Transcript
from app.errors import ProcessingFailed
from app.model_store import ModelStore
from app.pipeline.analyze import Ears, analyze_recording, hear
from app.pipeline.assessment.policy import Profile
from app.pipeline.judge import Judge
from app.pipeline.transcription.engines import DEFAULT_ENGINE, DEFAULT_MODEL
from app.pipeline.transcription.export import to_srt, to_text, to_vtt
from app.settings import DEFAULT_SECOND_MODEL

Recordings = Annotated[list[Path], typer.Argument(help="Recordings of calls.", show_default=False)]
ScriptOption = Annotated[Path, typer.Option("--script", help="The approved script (YAML).")]
MaybeScript = Annotated[Path | None, typer.Option("--script", help="Tells the canvasser from the contact.")]
Scripts = Annotated[list[Path], typer.Option("--script", help="An approved script; may be repeated.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
EngineName = Annotated[str, typer.Option("--engine", help="windowed, faster-whisper or openai-whisper.")]
ModelName = Annotated[str, typer.Option("--model", help="A Whisper size, or a local folder.")]
SecondModel = Annotated[
    str, typer.Option("--second-model", help="Another model that hears critical findings again; empty for none.")
]
ProfileName = Annotated[Profile, typer.Option("--profile", help="How sure a finding must be to be listed.")]
RawFormatName = Annotated[RawEncoding | None, typer.Option("--raw-format", help="The sound has no header.")]
RawRate = Annotated[int, typer.Option("--raw-rate", help="Samples a second of headerless sound.")]
RawChannels = Annotated[int, typer.Option("--raw-channels", help="Channels of headerless sound.")]
FailOn = Annotated[Outcome | None, typer.Option("--fail-on", help="Exit with 3 when a call has this outcome.")]

EXPORTS: dict[str, Callable[[Transcript], str]] = {"text": to_text, "vtt": to_vtt, "srt": to_srt}
"""Formats of a transcript beside JSON."""


@dataclass(slots=True)
class _Tally:
    """What the exit code follows from."""

    unreadable: bool = False
    hit: bool = False

    def exit(self) -> None:
        if self.unreadable:
            raise typer.Exit(EXIT_SOME_UNREADABLE)
        if self.hit:
            raise typer.Exit(EXIT_FLAGGED)


def check(
    recordings: Recordings,
    script: ScriptOption,
    *,
    as_json: AsJson = False,
    engine: EngineName = DEFAULT_ENGINE,
    model: ModelName = DEFAULT_MODEL,
    second_model: SecondModel = DEFAULT_SECOND_MODEL,
    profile: ProfileName = Profile.BALANCED,
    output: Annotated[Path | None, typer.Option("--output", help="Also write NAME.json for each call here.")] = None,
    raw_format: RawFormatName = None,
    raw_rate: RawRate = 8000,
    raw_channels: RawChannels = 1,
    fail_on: FailOn = None,
) -> None:
    """Transcribe recordings, compare them with the approved script and report each deviation."""
    approved = load_script(script)
    raw = _raw(raw_format, raw_rate, raw_channels)
    store = ModelStore()
    ears = build_ears(store, engine=engine, model=model, second_model=second_model)
    judge = build_judge(store, profile=profile)
    if output:
        output.mkdir(parents=True, exist_ok=True)
    tally = _Tally()
    existing = _existing(recordings, tally)
    with progress(existing, "Listening") as paths:
        for number, path in enumerate(paths):
            result = _heard_and_judged(path, script=approved, ears=ears, judge=judge, raw=raw)
            tally.hit = tally.hit or result.outcome is fail_on
            _show(result, as_json=as_json)
            if output:
                _file_name(output, path, number, existing).write_text(
                    json.dumps(result_to_json(result), ensure_ascii=False, indent=1), encoding="utf-8"
                )
    tally.exit()


def transcribe(
    recordings: Recordings,
    script: MaybeScript = None,
    *,
    form: Annotated[str, typer.Option("--format", help="json, text, vtt or srt.")] = "text",
    as_json: AsJson = False,
    engine: EngineName = DEFAULT_ENGINE,
    model: ModelName = DEFAULT_MODEL,
    raw_format: RawFormatName = None,
    raw_rate: RawRate = 8000,
    raw_channels: RawChannels = 1,
) -> None:
    """Print the transcript alone."""
    if form not in {"json", *EXPORTS}:
        raise typer.BadParameter(f"{form!r} is none of json, {', '.join(EXPORTS)}", param_hint="--format")
    approved = load_script(script) if script else None
    raw = _raw(raw_format, raw_rate, raw_channels)
    ears = build_ears(ModelStore(), engine=engine, model=model)
    tally = _Tally()
    with progress(_existing(recordings, tally), "Listening") as paths:
        for path in paths:
            hearing = hear(path, call=path.name, script=approved, ears=ears, raw=raw)
            if hearing.reason:
                note(f"{path}: unreviewable ({hearing.reason})")
            if as_json or form == "json":
                write_line(transcript_to_json(hearing.transcript))
            else:
                write_text(EXPORTS[form](hearing.transcript))
    tally.exit()


def analyse(
    transcripts: Annotated[list[str], typer.Argument(help="A .json or .jsonl file, or - for standard input.")],
    script: Scripts,
    *,
    as_json: AsJson = False,
    profile: ProfileName = Profile.BALANCED,
    fail_on: FailOn = None,
) -> None:
    """Judge transcripts that exist already; needs no speech engine."""
    finder = ScriptFinder(tuple(load_script(path) for path in script))
    judge = build_judge(ModelStore(), profile=profile)
    tally = _Tally()
    for source in transcripts:
        for item in read_transcripts(source, finder):
            if isinstance(item, BadLine):
                note(f"{item.where}: {item.problem}")
                tally.unreadable = True
                continue
            result = judge.judge(item.transcript, script=item.script)
            tally.hit = tally.hit or result.outcome is fail_on
            _show(result, as_json=as_json)
    tally.exit()


def _heard_and_judged(
    path: Path, *, script: ApprovedScript, ears: Ears, judge: Judge, raw: RawFormat | None
) -> CallResult:
    """One result for every existing file, whatever happens: the other recordings must not suffer for it."""
    try:
        return analyze_recording(path, call=path.name, script=script, ears=ears, judge=judge, raw=raw).result
    except (ProcessingFailed, OSError, MemoryError) as error:
        note(f"{path}: {error}")
        unread = isinstance(error, OSError)
        reason = UnreviewableReason.UNREADABLE if unread else UnreviewableReason.PROCESSING_FAILED
        return judge.unreviewable(Transcript(call=path.name), script=script, reason=reason)


def _show(result: CallResult, *, as_json: bool) -> None:
    if as_json:
        write_line(result_to_json(result))
    else:
        write_text(render(result))


def _raw(encoding: RawEncoding | None, rate: int, channels: int) -> RawFormat | None:
    if encoding is None:
        return None
    try:
        return RawFormat(encoding, rate, channels)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--raw-rate / --raw-channels") from error


def _existing(recordings: list[Path], tally: _Tally) -> list[Path]:
    found = []
    for path in recordings:
        if path.is_file():
            found.append(path)
        else:
            note(f"{path}: {'is no file' if path.exists() else 'no such file'}")
            tally.unreadable = True
    return found


def _file_name(folder: Path, path: Path, number: int, paths: list[Path]) -> Path:
    # Recordings of several folders may have one name: none of their results may be lost.
    same = [other.name for other in paths].count(path.name) > 1
    return folder / (f"{path.name}.{number + 1}.json" if same else f"{path.name}.json")
