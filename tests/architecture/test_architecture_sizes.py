"""A ratchet: what is larger than it should be stands in a list with its size, and the list only shrinks.

A module may have 300 lines of code and a function 60, without blank lines, comments and docstrings. To shrink an entry,
make the code smaller and write the new size into ``larger_than_they_should_be.yaml``, or take the entry off.
"""

from pathlib import Path

import pytest
import yaml

from tests.architecture.sources import code_lines, functions, sources

LONGEST_MODULE = 300
LONGEST_FUNCTION = 60
FOLDERS = ("app", "scripts", "tests")
LISTED = Path(__file__).with_name("larger_than_they_should_be.yaml")


def _larger() -> dict[str, dict[str, int]]:
    modules: dict[str, int] = {}
    long_functions: dict[str, int] = {}
    for name, source in sources(*FOLDERS):
        modules[name] = len(code_lines(source))
        for function, size in functions(source):
            long_functions[f"{name}:{function}"] = size
    return {
        "modules": {name: size for name, size in sorted(modules.items()) if size > LONGEST_MODULE},
        "functions": {name: size for name, size in sorted(long_functions.items()) if size > LONGEST_FUNCTION},
    }


@pytest.mark.parametrize("kind", ["modules", "functions"])
def test_nothing_grows_and_the_list_only_shrinks(kind: str) -> None:
    listed = (yaml.safe_load(LISTED.read_text(encoding="utf-8")) or {}).get(kind) or {}
    now = _larger()[kind]
    grown = {name: size for name, size in now.items() if size > listed.get(name, 0)}
    assert not grown, f"too large, and new or grown: {grown}; split them"
    shrunk = {name: now.get(name, "gone") for name, size in listed.items() if now.get(name) != size}
    assert not shrunk, f"smaller than the list says: {shrunk}; write the new size down, or take the entry off"


def test_lines_of_code_leave_out_blank_lines_comments_and_docstrings() -> None:
    source = """'Doc.'

# a comment
X = '''not
a docstring'''


def f():
    'Doc.'
    return X  # why
"""
    assert code_lines(source) == {4, 5, 8, 10}
    assert dict(functions(source)) == {"f": 2}
