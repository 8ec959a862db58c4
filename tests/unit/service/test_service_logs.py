import io
import json
import logging
from pathlib import Path

import pytest
import structlog

from app.settings import Settings
from app.telemetry import LONGEST_TRACE, configure_logging, failure, logger


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    configure_logging(level="INFO")
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


def test_logs_are_json_with_the_ids_in_scope(written: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(call="call_1", run="run_1"):
        logger("app.test").info("run.begun", attempt=1)
        logging.getLogger("library").warning("from a library")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [(line["event"], line["call"], line["level"]) for line in lines] == [
        ("run.begun", "call_1", "info"),
        ("from a library", "call_1", "warning"),
    ]


def test_settings_reach_a_child_through_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data=tmp_path, analysis_timeout_s=1.5, profile="strict", second_model="", _env_file=None)
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    assert Settings(_env_file=None) == settings


def test_no_message_of_an_exception_is_logged_ours_or_a_librarys(written: io.StringIO) -> None:
    words = "the words of the call: a decent guy"
    try:
        raise ValueError(words)
    except ValueError as error:
        logger("app.test").error("run.failed", **failure(error))
        logger("app.test").exception("run.failed")
        logging.getLogger("library").exception("it failed")
        logging.getLogger("library").error("it failed", exc_info=error)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert words not in written.getvalue()
    assert [line["error"] for line in lines] == ["ValueError"] * 4
    assert all(line["at"][-1].startswith(f"{__name__}:") for line in lines)


def test_a_log_that_cannot_be_written_prints_nothing_elsewhere(
    capfd: pytest.CaptureFixture[str], written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    written.close()
    try:
        raise ValueError("the words of the call: a decent guy")
    except ValueError as error:
        logger("app.test").error("run.failed", **failure(error))
    said = capfd.readouterr()
    assert said.out + said.err == ""


def test_where_an_exception_was_raised_is_told_from_the_outermost_call_on() -> None:
    def deeper(left: int) -> None:
        if left == 0:
            raise KeyError("name")
        deeper(left - 1)

    with pytest.raises(KeyError) as raised:
        deeper(50)
    told = failure(raised.value)
    assert told["error"] == "KeyError"
    assert len(told["at"]) == LONGEST_TRACE
    assert len(set(told["at"])) == 2
    assert failure(RuntimeError("never raised")) == {"error": "RuntimeError", "at": []}
