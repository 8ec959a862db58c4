"""The recordings of a folder or bucket, and what is told of each: in a table, in a file beside it, or for all."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, overload

from app.calls.metadata import KEYS
from app.cli.places import Place
from app.errors import BadInput

TABLE_NAME = "metadata.csv"
SIDECAR_SUFFIX = ".json"
LONGEST_SIDECAR_BYTES = 64 * 1024
FILE_COLUMNS = ("recording", "file", "filename", "path")
JSON_COLUMNS = ("channels", "raw", "part")
SUFFIXES = frozenset(
    ".wav .mp3 .ogg .oga .opus .flac .m4a .mp4 .aac .webm .gsm .au .amr .g722 "
    ".ulaw .ul .mulaw .alaw .al .pcm .raw .sln".split()
)
"""How recordings end; others are taken where the table names them."""

Metadata = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """A recording that is to be brought in.

    Attributes:
        name: Its path below the place, with ``/``; also its ``external_id`` where none is given.
        place: Where it lies.
        metadata: As an upload would send them.
        problem: Why it cannot be brought in, or None.
    """

    name: str
    place: Place
    metadata: Metadata
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class FoundRecordings(Sequence[FoundRecording]):
    """Recordings in the order of their names; what lies beside one is read when it is asked for.

    Attributes:
        place: Where they lie.
        names: All of them.
        rows: What the table tells, by name.
        defaults: Metadata for all.
    """

    place: Place
    names: tuple[str, ...]
    rows: Mapping[str, Metadata]
    defaults: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, index: int) -> FoundRecording: ...

    @overload
    def __getitem__(self, index: slice) -> "FoundRecordings": ...

    def __getitem__(self, index: int | slice) -> "FoundRecording | FoundRecordings":
        if isinstance(index, slice):
            return FoundRecordings(self.place, self.names[index], self.rows, self.defaults)
        name = self.names[index]
        return _found(self.place, name, {"external_id": name, **self.defaults, **self.rows.get(name, {})})


def find_recordings(place: Place, *, table: Path | None = None, defaults: Mapping[str, Any]) -> FoundRecordings:
    """Every recording of a place and the folders in it, in the order of their names.

    What stands in the file beside a recording (``call.wav.json`` or ``call.json``) counts more than what its row of the
    table says, and that more than what is given for all.

    Args:
        place: Where they lie.
        table: A CSV file with a heading line, or None for ``metadata.csv`` of the place where there is one.
        defaults: Metadata for all.

    Raises:
        BadInput: If the table cannot be used; names the line.
    """
    rows = _table(place, table)
    names = rows.keys() | {name for name in place.names() if PurePosixPath(name).suffix.lower() in SUFFIXES}
    return FoundRecordings(place, tuple(sorted(names)), rows, defaults)


def _table(place: Place, table: Path | None) -> dict[str, Metadata]:
    try:
        if table is not None:
            return _rows(table.read_bytes(), name=table.name, place=place)
        if place.has(TABLE_NAME):
            return _rows(b"".join(place.chunks(TABLE_NAME)), name=TABLE_NAME, place=place)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unusable(f"{table.name if table else TABLE_NAME} cannot be read: {error}.") from None
    return {}


def _found(place: Place, name: str, metadata: Metadata) -> FoundRecording:
    path = PurePosixPath(name)
    # The table is often written by somebody else than the one who imports: it must not reach other files.
    if path.is_absolute() or ".." in path.parts:
        return FoundRecording(name, place, metadata, "It lies outside of the folder.")
    if not place.has(name):
        return FoundRecording(name, place, metadata, "It is not in the folder.")
    for beside in (name + SIDECAR_SUFFIX, path.with_suffix(SIDECAR_SUFFIX).as_posix()):
        try:
            told = _told_beside(place, beside)
        except (OSError, ValueError, RecursionError):
            problem = f"{PurePosixPath(beside).name} beside it is no JSON object."
            return FoundRecording(name, place, metadata, problem)
        if told is not None:
            return FoundRecording(name, place, metadata | told)
    return FoundRecording(name, place, metadata)


def _told_beside(place: Place, beside: str) -> Metadata | None:
    try:
        if not place.has(beside):
            return None
    except OSError:
        return None  # with the ending the name is longer than a name can be
    if place.size_bytes(beside) > LONGEST_SIDECAR_BYTES:
        raise ValueError("too long")
    return _object(b"".join(place.chunks(beside)).decode("utf-8-sig"))


def _object(text: str) -> Metadata:
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError("no object")
    return data


def _rows(content: bytes, *, name: str, place: Place) -> dict[str, Metadata]:
    rows: dict[str, Metadata] = {}
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    column = _file_column(reader.fieldnames or (), table=name)
    for row in reader:
        file = place.below(row.pop(column) or "")
        where = f"{name}, line {reader.line_num}"
        if file in rows or file == ".":
            raise _unusable(f"{where}: {file!r} stands there twice." if file in rows else f"{where}: no file.")
        rows[file] = _told(row, where=where)
    return rows


def _file_column(columns: Any, *, table: str) -> str:
    found = [column for column in columns if column in FILE_COLUMNS]
    if len(found) != 1:
        raise _unusable(f"{table} needs one column that names the files: {', '.join(FILE_COLUMNS)}.")
    unknown = sorted(set(columns) - KEYS - set(found))
    if unknown:
        raise _unusable(f"{table} has columns that are not known: {', '.join(unknown)[:200]}.")
    return str(found[0])


def _told(row: Mapping[str, Any], *, where: str) -> Metadata:
    if None in row or None in row.values():
        raise _unusable(f"{where}: it has more or fewer cells than the heading.")
    told: Metadata = {key: value.strip() for key, value in row.items() if value.strip()}
    for key in JSON_COLUMNS:
        if key in told:
            try:
                told[key] = json.loads(told[key])
            except (ValueError, RecursionError):
                raise _unusable(f"{where}: {key} is no JSON.") from None
    return told


def _unusable(message: str) -> BadInput:
    return BadInput(message, next_step=f"Columns are one of {', '.join(FILE_COLUMNS)}, and {', '.join(sorted(KEYS))}.")
