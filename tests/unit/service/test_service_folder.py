"""Which recordings of a folder are found, and what is told of each."""

from pathlib import Path

import pytest

from app.cli.places import FolderPlace
from app.cli.recordings import FoundRecording, find_recordings
from app.errors import BadInput


def put(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def by_name(folder: Path, **defaults: str) -> dict[str, FoundRecording]:
    return {found.name: found for found in find_recordings(FolderPlace(folder), defaults=defaults)}


def test_recordings_are_found_in_order_and_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, dict.fromkeys(("b.WAV", "a/c.opus", "a/b.mp3", "notes.txt", ".hidden.wav", ".trash/x.wav"), ""))
    found = find_recordings(FolderPlace(tmp_path), defaults={"script": "s"})
    assert [item.name for item in found] == ["a/b.mp3", "a/c.opus", "b.WAV"]
    assert found[0].metadata == {"external_id": "a/b.mp3", "script": "s"}
    assert all(item.problem is None for item in found)


def test_what_is_told_of_one_counts_more_than_what_is_told_of_all(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "a.wav": "",
            "b.wav": "",
            "c.wav": "",
            "metadata.csv": "\ufeffrecording,campaign,canvasser_id,channels,part\n"
            'a.wav,row,7,"{""canvasser"": 1, ""contact"": 0}","{""number"": 2, ""last"": true}"\n./b.wav,row,,,\n',
            "b.json": '{"campaign": "beside", "external_id": "b-1"}',
            "c.wav.json": '{"campaign": "whole name"}',
            "c.json": '{"campaign": "stem"}',
        },
    )
    found = by_name(tmp_path, campaign="all", script="s")
    assert found["a.wav"].metadata == {
        "external_id": "a.wav",
        "script": "s",
        "campaign": "row",
        "canvasser_id": "7",
        "channels": {"canvasser": 1, "contact": 0},
        "part": {"number": 2, "last": True},
    }
    assert found["b.wav"].metadata == {"external_id": "b-1", "script": "s", "campaign": "beside"}
    assert found["c.wav"].metadata["campaign"] == "whole name"


def test_the_table_names_files_of_any_kind_but_none_outside_of_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside_too = (inside / "sound.xyz").resolve()
    rows = f"file\n{inside_too}\n../secret.wav\n/etc/passwd\na/../gone.wav\n"
    put(tmp_path, {"secret.wav": "", "inside/sound.xyz": "", "inside/metadata.csv": rows})
    found = by_name(inside)
    assert found["sound.xyz"].problem is None
    assert "outside" in (found["../secret.wav"].problem or "")
    assert "outside" in (found["/etc/passwd"].problem or "")
    assert "not in the folder" in (found["gone.wav"].problem or "")
    assert len(found) == 4


@pytest.mark.parametrize("beside", ["no json", "[]", '"text"'])
def test_a_broken_file_beside_a_recording_concerns_that_one_only(tmp_path: Path, beside: str) -> None:
    put(tmp_path, {"a.wav": "", "a.json": beside, "b.wav": ""})
    found = by_name(tmp_path)
    assert "a.json" in (found["a.wav"].problem or "")
    assert found["b.wav"].problem is None


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("script\nx\n", "one column that names the files"),
        ("file,path\na,b\n", "one column that names the files"),
        ("", "one column that names the files"),
        ("file,canvaser_id\na,b\n", "canvaser_id"),
        ("file,script\na.wav,x\n./a.wav,y\n", "line 3"),
        ("file,script\n,x\n", "line 2"),
        ("file,script\na.wav\n", "line 2"),
        ("file,script\na.wav,x,y\n", "line 2"),
        ("file,channels\na.wav,left\n", "channels"),
        ('file,script\n"a.wav', "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_place(tmp_path: Path, table: str, said: str) -> None:
    put(tmp_path, {"other.csv": table})
    with pytest.raises(BadInput, match=said) as refused:
        find_recordings(FolderPlace(tmp_path), table=tmp_path / "other.csv", defaults={})
    assert "started_at" in refused.value.advice


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_bytes("file,campaign\na.wav,Käse\n".encode("latin-1"))
    with pytest.raises(BadInput, match="cannot be read"):
        find_recordings(FolderPlace(tmp_path), defaults={})
