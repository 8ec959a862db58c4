"""Which module may know which library, and what the demonstration leaves alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, sources

KNOWN_TO = {
    "dbos": ("app/work/",),
    "av": ("app/pipeline/audio/",),
    "whisper": ("app/pipeline/transcription/",),
    "faster_whisper": ("app/pipeline/transcription/", "app/pipeline/audio/activity.py"),
    "spacy": ("app/pipeline/language/",),
    "typer": ("app/cli/",),
    "jinja2": ("app/web/",),
    "pwdlib": ("app/accounts/",),
    "standardwebhooks": ("app/webhooks/signing.py",),
    "httpcore": ("app/webhooks/sending.py",),
    "uvicorn": ("app/main.py",),
}
"""Libraries whose types must not leave the modules that touch them."""


@pytest.mark.parametrize("library", KNOWN_TO)
def test_a_library_is_touched_where_it_belongs_and_nowhere_else(library: str) -> None:
    users = [name for name, source in sources("app") if library in _imported(source)]
    assert users, f"nothing uses {library}: take it off this list and out of pyproject.toml"
    assert not [name for name in users if not name.startswith(KNOWN_TO[library])]


def test_the_demonstration_leaves_a_folder_alone_that_is_not_fresh(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept", encoding="utf-8")
    command = [sys.executable, "-c", "from app.cli import main; main()", "demo", "--exit", "--data", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "not a fresh folder" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def _imported(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found
