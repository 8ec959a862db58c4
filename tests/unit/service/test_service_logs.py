import io
import json
import logging
from pathlib import Path

import pytest
import structlog

from app.settings import Settings
from app.telemetry import configure_logging, logger


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
