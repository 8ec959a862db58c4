"""The browser code of others is what it says it is."""

import hashlib
import tomllib
from pathlib import Path

import pytest

from app.web.pages import HERE

VENDOR = HERE / "static" / "vendor"
ENTRIES = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))["file"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_file_is_the_one_that_the_package_held(entry: dict[str, str]) -> None:
    assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["version"] in entry["file"]
    assert (VENDOR / entry["licence_file"]).read_text(encoding="utf-8").strip()
    assert all(entry[key] for key in ("package", "member", "licence"))


def test_nothing_is_there_that_is_not_listed() -> None:
    listed = {entry["file"] for entry in ENTRIES} | {entry["licence_file"] for entry in ENTRIES} | {"VENDOR.toml"}
    assert {path.name for path in VENDOR.iterdir()} == listed


def test_pages_load_only_files_that_are_there() -> None:
    sources = [*(HERE / "templates").rglob("*.html"), *(HERE / "static").glob("*.js")]
    for source in sources:
        for name in _static_files(source):
            assert (HERE / "static" / name).is_file(), f"{source.name} names {name}"


def _static_files(source: Path) -> list[str]:
    import re

    text = source.read_text(encoding="utf-8")
    found = re.findall(r'(?:src|href)="/static/([^"]+)"', text)
    return found + re.findall(r'from "\./([^"]+)"', text)
