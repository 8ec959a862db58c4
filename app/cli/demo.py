"""The sample calls through the whole program: published scripts, uploads over HTTP, workers, review pages."""

import json
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml

import app
from app.accounts.policy import Role
from app.accounts.service import add_account, add_key
from app.approved_scripts.service import publish
from app.audit.service import Actor
from app.cli.output import note, write_text
from app.cli.report import clock
from app.errors import BadInput
from app.main import RunningService, running
from app.settings import Settings
from app.telemetry import configure_logging

SAMPLE_CALLS = Path(app.__file__).resolve().parents[1] / "sample_calls"
CALL_CENTRE = "sample-call-centre"
OFFICER = "officer"
JUDGED_WITHIN_S = 1800.0
FIRST_CALL_AT = datetime(2026, 9, 7, 17, 30, tzinfo=UTC)
_BY_THE_DEMO = Actor(kind="operator", id="demo", name="demo")


def run_demo(settings: Settings, *, fresh: Path | None, host: str, port: int, ended: threading.Event) -> None:
    """Judge the sample calls, print ``Ready: URL USER PASSWORD``, and serve until stopped.

    Args:
        settings: As the operator set them.
        fresh: Data folder to use, which must be empty; None for a temporary one that is deleted afterwards.
        host: Address to listen on.
        port: Port to listen on; another free one where it is taken.
        ended: Ends the service once it is set.

    Raises:
        BadInput: If the folder is not fresh; it is left alone.
        RuntimeError: If the calls were not judged in time.
    """
    configure_logging(level="WARNING")
    with (
        _data_folder(fresh) as data,
        running(
            settings.model_copy(update={"data": data, "log_level": "WARNING"}), host=host, port=_free(host, port)
        ) as service,
    ):
        password, key = _prepare(service)
        calls = _upload(service.url, key)
        _wait(service.url, key, calls)
        write_text(f"Ready: {service.url} {OFFICER} {password}")
        ended.wait()


def _prepare(service: RunningService) -> tuple[str, str]:
    with service.container.database.writing() as session:
        for path in sorted((SAMPLE_CALLS / "approved_scripts").glob("*.yaml")):
            publish(session, content=path.read_text(encoding="utf-8"), source=path.name, actor=_BY_THE_DEMO)
        password = add_account(
            session, username=OFFICER, name="Compliance officer", role=Role.ADMINISTRATOR, actor=_BY_THE_DEMO
        )
        key = add_key(session, call_centre=CALL_CENTRE, name="demo", actor=_BY_THE_DEMO)
    return password, key


def _upload(url: str, key: str) -> dict[str, str]:
    """Send every sample call; returns their names by the identifier that the service gave them."""
    folders = sorted(path for path in (SAMPLE_CALLS / "calls").iterdir() if path.is_dir())
    calls: dict[str, str] = {}
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        for number, folder in enumerate(folders):
            recording = next(folder.glob("recording.*"))
            with recording.open("rb") as file:
                answer = client.post(
                    "/api/v1/calls",
                    data={"metadata": json.dumps(_metadata(folder, number))},
                    files={"recording": (recording.name, file)},
                )
            answer.raise_for_status()
            calls[answer.json()["id"]] = folder.name
    note(f"{len(calls)} sample calls uploaded to {url}; the workers are listening.")
    return calls


def _metadata(folder: Path, number: int) -> dict[str, Any]:
    dialogue = yaml.safe_load((folder / "dialogue.yaml").read_text(encoding="utf-8"))
    return {
        "external_id": folder.name,
        "script": dialogue["script"],
        "started_at": (FIRST_CALL_AT + timedelta(minutes=7 * number)).isoformat(),
        "call_centre": CALL_CENTRE,
        "canvasser_id": f"canvasser-{number % 4 + 1}",
        "campaign": "sample",
    }


def _wait(url: str, key: str, calls: dict[str, str]) -> None:
    deadline = time.monotonic() + JUDGED_WITHIN_S
    waiting = dict(calls)
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        while waiting:
            for call_id, name in list(waiting.items()):
                call = client.get(f"/api/v1/calls/{call_id}").raise_for_status().json()
                if call["status"] == "done":
                    del waiting[call_id]
                    note(_line(name, call["result"], done=len(calls) - len(waiting), of=len(calls)))
            if waiting and time.monotonic() > deadline:
                raise RuntimeError(f"{len(waiting)} sample calls were not judged in time")
            time.sleep(0.5)


def _line(name: str, result: dict[str, Any], *, done: int, of: int) -> str:
    findings = ", ".join(f"{finding['code']} at {clock(finding['start'])}" for finding in result["findings"])
    reason = f" ({result['reason']})" if result["reason"] else ""
    return f"[{done}/{of}] {name}: {result['outcome']}{reason}{': ' + findings if findings else ''}"


@contextmanager
def _data_folder(fresh: Path | None) -> Iterator[Path]:
    if fresh is None:
        with tempfile.TemporaryDirectory(prefix="canvass-monitor-demo-") as folder:
            yield Path(folder)
        return
    if fresh.exists() and (not fresh.is_dir() or any(fresh.iterdir())):
        raise BadInput(f"{fresh} is not a fresh folder; it is left alone.", next_step="Name an empty or a new folder.")
    yield fresh


def _free(host: str, port: int) -> int:
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return port
    except OSError:
        return 0
