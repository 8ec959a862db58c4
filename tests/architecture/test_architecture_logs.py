"""Every log call: its event is documented with its fields, and no field can hold words, names or numbers."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.architecture.sources import ROOT, sources

METHODS = {"debug", "info", "warning", "error", "critical", "exception"}
NAME = re.compile(r"[a-z]+\.[a-z]+(-[a-z]+)*")
FIELDS = {
    "at": "modules and lines",
    "attempt": "a count",
    "bucket": "as the operator named it",
    "call": "an identifier",
    "declared_canvasser": "number of a channel",
    "delivery": "an identifier",
    "endpoint": "an identifier",
    "error": "the kind of an error",
    "executor": "a worker's name for itself",
    "exit_code": "a number",
    "full": "disk or queue",
    "judged": "yes or no",
    "kept": "yes or no",
    "method": "of a request",
    "model": "name of a model",
    "outcome": "of a call",
    "parts": "a count",
    "path": "of a request, without its query",
    "pid": "a number",
    "reason": "a code",
    "request": "what was asked of the storage",
    "run": "an identifier",
    "seconds": "a duration",
    "slot": "a number",
    "sqlstate": "a code",
    "stage": "of an analysis",
    "status": "of an answer",
    "timeout_s": "a duration",
    "took_ms": "a duration",
    "url": "of the service itself",
    "why": "a code",
}
"""What may stand in a log. A field that holds a text, a name or a number of somebody has no place here."""

ERROR_WORDS = {"type(error).__name__", "str(fault)", "kind", "answer.error"}
"""Where `error` may come from: a class's name, `MachineFault` (a code), or a word from a list of the module."""


@dataclass(frozen=True)
class LogCall:
    """One place that logs."""

    where: str
    method: str
    events: tuple[str, ...]
    fields: frozenset[str]
    values: tuple[tuple[str, str], ...]


def _is_log(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in ("log", "logger")
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "logger"


def _events(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.IfExp):
        return (*_events(node.body), *_events(node.orelse))
    assert isinstance(node, ast.Constant) and isinstance(node.value, str), ast.unparse(node)
    return (node.value,)


def _bound(tree: ast.AST) -> dict[str, frozenset[str]]:
    """Fields of `log = logger(…).bind(…)`, by function."""
    found: dict[str, frozenset[str]] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "bind":
                    found[function.name] = frozenset(str(word.arg) for word in node.keywords)
    return found


def log_calls() -> Iterator[LogCall]:
    for name, source in sources("app"):
        tree = ast.parse(source)
        bound = _bound(tree)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS):
                continue
            if not _is_log(node.func.value):
                continue
            around = [one.name for one in functions if one.lineno <= node.lineno <= (one.end_lineno or 0)]
            fields = set().union(*(bound.get(one, frozenset()) for one in around))
            for word in node.keywords:
                text = ast.unparse(word.value)
                if word.arg is None:
                    assert text == "failure(error)", f"{name}:{node.lineno} spreads {text} into a log"
                fields |= {"error", "at"} if word.arg is None else {word.arg}
            yield LogCall(
                where=f"{name}:{node.lineno}",
                method=node.func.attr,
                events=_events(node.args[0]),
                fields=frozenset(fields),
                values=tuple((word.arg, ast.unparse(word.value)) for word in node.keywords if word.arg),
            )
            assert len(node.args) == 1, f"{name}:{node.lineno} writes more than its event"


CALLS = tuple(log_calls())


def documented() -> dict[str, tuple[str, set[str]]]:
    """Level and fields of every event of the table in docs/operating.md."""
    section = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8").partition("## Logs")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z.-]+)` \| (\w+) \|([^|]*)\|", section, flags=re.MULTILINE)
    assert len({event for event, _, _ in rows}) == len(rows)
    return {event: (level, set(re.findall(r"`(\w+)`", fields))) for event, level, fields in rows}


def test_the_places_that_log_are_found() -> None:
    assert len(CALLS) > 30
    assert {"run.finished", "recording.was-deleted", "webhook.sent"} <= {
        event for call in CALLS for event in call.events
    }


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.where)
def test_an_event_is_named_stage_and_verb_and_holds_no_text(call: LogCall) -> None:
    assert all(NAME.fullmatch(event) for event in call.events)
    assert call.fields <= set(FIELDS), f"{call.where}: is it an identifier, a code or a count? Then say so in FIELDS"
    assert call.method != "exception", f"{call.where}: use failure(error), which leaves the message out"
    for field, value in call.values:
        assert not re.search(r"\bf['\"]|\brepr\(|%|\.format\(", value), f"{call.where}: {field} is put together"
        if field == "error":
            assert value in ERROR_WORDS, f"{call.where}: {value}"


def test_every_event_is_documented_with_its_level_and_fields_and_no_other() -> None:
    logged: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for call in CALLS:
        for event in call.events:
            logged[event][0].add(call.method)
            logged[event][1].update(call.fields)
    found = documented()
    assert sorted(found) == sorted(logged)
    for event, (levels, fields) in logged.items():
        assert found[event] == ("".join(levels), fields), event
