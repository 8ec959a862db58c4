"""The recordings of a folder with what is told of each: in a table, in a file beside it, or for all of them."""

import csv
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.calls.metadata import KEYS
from app.errors import BadInput

TABLE_NAME = "metadata.csv"
SIDECAR_SUFFIX = ".json"
FILE_COLUMNS = ("recording", "file", "filename", "path")
JSON_COLUMNS = ("channels", "raw")
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
        name: Its path below the folder, with ``/``; also its ``external_id`` where none is given.
        path: Where it lies.
        metadata: As an upload would send them.
        problem: Why it cannot be brought in, or None.
    """

    name: str
    path: Path
    metadata: Metadata
    problem: str | None = None


def find_recordings(
    folder: Path, *, table: Path | None = None, defaults: Mapping[str, Any]
) -> tuple[FoundRecording, ...]:
    """Every recording of a folder and the folders in it, in the order of their names.

    What stands in the file beside a recording (``call.wav.json`` or ``call.json``) counts more than what its row of the
    table says, and that more than what is given for all.

    Args:
        folder: Where they lie. Links to other folders are not followed.
        table: A CSV file with a heading line, or None for ``metadata.csv`` of the folder where there is one.
        defaults: Metadata for all.

    Raises:
        BadInput: If the table cannot be used; names the line.
    """
    chosen = table or (folder / TABLE_NAME if (folder / TABLE_NAME).is_file() else None)
    rows = {} if chosen is None else _rows(chosen, folder=folder)
    names = sorted(rows.keys() | set(_names(folder)))
    return tuple(_found(folder, name, {"external_id": name, **defaults, **rows.get(name, {})}) for name in names)


def _names(folder: Path) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for file in files:
            path = Path(parent, file)
            if not file.startswith(".") and path.suffix.lower() in SUFFIXES:
                yield path.relative_to(folder).as_posix()


def _found(folder: Path, name: str, metadata: Metadata) -> FoundRecording:
    path = folder / name
    # The table is often written by somebody else than the one who imports: it must not reach other files.
    if Path(name).is_absolute() or ".." in Path(name).parts:
        return FoundRecording(name, path, metadata, "It lies outside of the folder.")
    if not path.is_file():
        return FoundRecording(name, path, metadata, "It is not in the folder.")
    for beside in (path.with_name(path.name + SIDECAR_SUFFIX), path.with_suffix(SIDECAR_SUFFIX)):
        if beside.is_file():
            try:
                return FoundRecording(name, path, metadata | _object(beside.read_text(encoding="utf-8-sig")))
            except (OSError, ValueError):
                return FoundRecording(name, path, metadata, f"{beside.name} beside it is no JSON object.")
    return FoundRecording(name, path, metadata)


def _object(text: str) -> Metadata:
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError("no object")
    return data


def _rows(table: Path, *, folder: Path) -> dict[str, Metadata]:
    rows: dict[str, Metadata] = {}
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            column = _file_column(reader.fieldnames or (), table=table)
            for row in reader:
                name = _below(os.path.normpath(row.pop(column) or ""), folder=folder)
                where = f"{table.name}, line {reader.line_num}"
                if name in rows or name == ".":
                    raise _unusable(f"{where}: {name!r} stands there twice." if name in rows else f"{where}: no file.")
                rows[name] = _told(row, where=where)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unusable(f"{table.name} cannot be read: {error}.") from None
    return rows


def _below(name: str, *, folder: Path) -> str:
    """A path of the table as it stands below the folder."""
    whole = Path(name)
    return whole.relative_to(folder.resolve()).as_posix() if whole.is_relative_to(folder.resolve()) else name


def _file_column(columns: Any, *, table: Path) -> str:
    found = [column for column in columns if column in FILE_COLUMNS]
    if len(found) != 1:
        raise _unusable(f"{table.name} needs one column that names the files: {', '.join(FILE_COLUMNS)}.")
    unknown = sorted(set(columns) - KEYS - set(found))
    if unknown:
        raise _unusable(f"{table.name} has columns that are not known: {', '.join(unknown)[:200]}.")
    return str(found[0])


def _told(row: Mapping[str, Any], *, where: str) -> Metadata:
    if None in row or None in row.values():
        raise _unusable(f"{where}: it has more or fewer cells than the heading.")
    told: Metadata = {key: value.strip() for key, value in row.items() if value.strip()}
    for key in JSON_COLUMNS:
        if key in told:
            try:
                told[key] = json.loads(told[key])
            except ValueError:
                raise _unusable(f"{where}: {key} is no JSON.") from None
    return told


def _unusable(message: str) -> BadInput:
    return BadInput(message, next_step=f"Columns are one of {', '.join(FILE_COLUMNS)}, and {', '.join(sorted(KEYS))}.")
