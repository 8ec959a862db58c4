"""Transcripts as they come: one in a .json file, one a line in a .jsonl file or on standard input."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from app.approved_scripts.authoring import load_script
from app.domain.script import ApprovedScript
from app.domain.serialization import transcript_from_json
from app.domain.transcript import Transcript
from app.errors import InvalidScript


@dataclass(frozen=True, slots=True)
class JudgeableTranscript:
    """A transcript and the script by which it is judged."""

    transcript: Transcript
    script: ApprovedScript


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no transcript.

    Attributes:
        where: File and line.
        problem: What is wrong with it; never its words.
    """

    where: str
    problem: str


@dataclass(slots=True)
class ScriptFinder:
    """Finds the script of a line: an id among those given, else a path against the current folder."""

    given: tuple[ApprovedScript, ...]
    _loaded: dict[str, ApprovedScript] = field(default_factory=dict)

    def find(self, wanted: object) -> ApprovedScript:
        """The script that a line asks for, or the only one given.

        Raises:
            ValueError: If there is no such script, or several were given and the line names none.
        """
        if wanted is None:
            if len(self.given) == 1:
                return self.given[0]
            raise ValueError("several scripts were given, and the line has no `script`")
        if not isinstance(wanted, str):
            raise ValueError("`script` is neither an id nor a path")
        for script in self.given:
            if script.id == wanted:
                return script
        if wanted not in self._loaded:
            try:
                self._loaded[wanted] = load_script(Path(wanted))
            except InvalidScript as error:
                raise ValueError(f"the script it names cannot be used: {error}") from error
        return self._loaded[wanted]


def read_transcripts(source: str, finder: ScriptFinder) -> Iterator[JudgeableTranscript | BadLine]:
    """Read transcripts one by one; nothing is held but the one at hand.

    Args:
        source: Path of a .json or .jsonl file, or ``-``.
        finder: Finds the script of each.
    """
    try:
        with _opened(source) as file:
            yield from _whole(source, file, finder) if source.endswith(".json") else _lines(source, file, finder)
    except OSError as error:
        yield BadLine(source, error.strerror or "cannot be read")


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    if source == "-":
        yield sys.stdin.buffer
    else:
        with Path(source).open("rb") as file:
            yield file


def _whole(source: str, file: BinaryIO, finder: ScriptFinder) -> Iterator[JudgeableTranscript | BadLine]:
    content = file.read()
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        # A file of lines under the other ending is read all the same.
        yield from _lines(source, io.BytesIO(content), finder)
        return
    for item in data if isinstance(data, list) else [data]:
        yield _item(source, item, finder, default_call=Path(source).name)


def _lines(source: str, file: BinaryIO, finder: ScriptFinder) -> Iterator[JudgeableTranscript | BadLine]:
    name = "standard input" if source == "-" else source
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            yield BadLine(where, "is no JSON")
            continue
        yield _item(where, data, finder, default_call=f"{Path(name).name}:{number}")


def _item(where: str, data: Any, finder: ScriptFinder, *, default_call: str) -> JudgeableTranscript | BadLine:
    try:
        transcript = transcript_from_json(data, default_call=default_call)
        return JudgeableTranscript(transcript, finder.find(data.get("script")))
    except ValueError as error:
        return BadLine(where, str(error))
