"""Habits that no linter knows: where transactions end, what loads at import, what a committed file may name."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.architecture.sources import ROOT, sources, text_of, tracked_files

HEAVY = ("torch", "whisper", "faster_whisper", "ctranslate2", "spacy", "av", "openvino", "onnxruntime")

HELP = """
import sys
from app.cli import main
sys.argv = ["canvass-monitor", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code
"""

_OF_A_MACHINE = re.compile(r"(?<![\w.}/)-])/(?:" + "|".join(("work", "root", "home", "tmp", "Users")) + r")/[\w.]")
_OF_A_REGISTRY = re.compile(
    "|".join(("py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js", "debian" + ".org/debian"))
)
_LINK = re.compile(r"\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)")


def test_a_transaction_ends_in_one_place() -> None:
    calls = [
        name
        for name, source in sources("app")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert set(calls) == {"app/db/session.py"}


def test_openvino_is_reached_through_its_module_alone() -> None:
    # Its import tells others over the network, unless it is made where that is prevented.
    importing = re.compile(r"^\s*(?:import|from) openvino\b", re.MULTILINE)
    found = [name for name, source in sources("app", "scripts", "tests") if importing.search(source)]
    assert found == ["app/pipeline/transcription/openvino_encoder.py"]


def test_heavy_libraries_are_imported_inside_functions() -> None:
    found = []
    for name, source in sources("app"):
        for node in ast.parse(source).body:
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module]
            found += [(name, module) for module in modules if module.partition(".")[0] in HEAVY]
    assert not found


@pytest.mark.parametrize(
    "program",
    [
        "import app.cli",
        HELP,
        "import app.bootstrap",
    ],
    ids=["import", "help", "bootstrap"],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(program: str) -> None:
    report = "\nimport sys, json\nprint(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", program + report], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = json.loads(done.stdout.strip().splitlines()[-1])
    assert not set(HEAVY) & set(loaded)


def test_no_test_is_skipped() -> None:
    pattern = re.compile(r"\bmark\.(?:skip|skipif|xfail)\b|\bimport" + r"orskip\b|\bpytest\.(?:skip|xfail)\(")
    assert not [name for name, source in sources("tests") if pattern.search(source)]


def test_no_file_names_a_machine_or_a_registry_host() -> None:
    faults = []
    for name in tracked_files():
        text = text_of(name)
        if text is None or "/static/vendor/" in name:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if _OF_A_MACHINE.search(line) or _OF_A_REGISTRY.search(line):
                faults.append(f"{name}:{number}")
    assert not faults


@pytest.mark.parametrize("document", [name for name in tracked_files() if name.endswith(".md")])
def test_links_to_files_resolve(document: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / document).read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for target in _LINK.findall(text):
        path = unquote(target.partition("#")[0])
        if path and "://" not in path and not path.startswith("mailto:") and not _there(document, path):
            broken.append(target)
    assert not broken


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in run
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_decisions_are_numbered_without_a_gap_and_have_their_parts() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text(encoding="utf-8")
        for part in ("## Context", "## Decision", "## Consequences", "## Enforced by"):
            assert part in text, f"{path.name} has no {part}"


def _there(document: str, path: str) -> bool:
    return (ROOT / document).parent.joinpath(path).exists() or (Path(path).is_absolute() and (ROOT / path[1:]).exists())
