"""Put all that the OpenAPI document allows, and much that it does not, to the service, and see that it holds.

    python scripts/fuzz.py [--examples N] [--steps N] [--seed N] [--on sqlite|postgres] [--role NAME ...]

Schemathesis makes the requests from the document that the service itself gives out: boundaries of every parameter,
random ones, and chains of them, as a call centre's key, as an officer and as an administrator, over a real database
and folder with judged calls in them. Every answer must be one that the document names, of the type and shape that it
names; none may be a server error; and whatever is refused is a problem document that says what to do. Prints every
failure with the request that made it, and its figures last. Exits with 1 where there is a failure.
"""

import argparse
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from app.telemetry import configure_logging  # noqa: E402
from tests.support.service_world import World, build_world, metadata  # noqa: E402

DOCUMENT = "/api/v1/openapi.json"
TEXTS = {"external_id", "canvasser_id", "dialled_number", "disposition", "campaign"}
CHECK = "POST /api/v1/scripts/check"
UPLOAD = "POST /api/v1/calls"
ROLES = ("key", "officer", "administrator")
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True, slots=True)
class Failure:
    """A request whose answer is not as it should be.

    Attributes:
        role: Who asked.
        operation: Method and path, or the chain that was tried.
        check: What does not hold.
        message: In words.
        request: A command that repeats it.
    """

    role: str
    operation: str
    check: str
    message: str
    request: str


@dataclass(slots=True)
class Report:
    """What came of it.

    Attributes:
        answers: Requests by operation and by the status of their answer.
        failures: Each kind once.
        checks: How many checks were made.
    """

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    checks: int = 0

    @property
    def server_errors(self) -> int:
        """Answers of 500 and above."""
        return sum(count for (_, status), count in self.answers.items() if status >= 500)

    @property
    def by_status(self) -> dict[int, int]:
        """Requests by the status of their answer."""
        statuses = sorted({status for _, status in self.answers})
        return {wanted: sum(n for (_, status), n in self.answers.items() if status == wanted) for wanted in statuses}

    @property
    def operations(self) -> frozenset[str]:
        """Operations that were tried."""
        return frozenset(operation for operation, _ in self.answers)


def main() -> int:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=150, help="random requests an operation and role")
    parser.add_argument("--steps", type=int, default=6, help="requests in a chain, at most")
    parser.add_argument("--seed", type=int, default=None, help="as printed by an earlier run, to repeat it")
    parser.add_argument("--on", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--role", action="append", choices=ROLES, default=None)
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(2**32) if options.seed is None else options.seed
    configure_logging(level="CRITICAL")
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="canvass-monitor-fuzz-") as folder, _database(options.on) as settings:
        report = fuzz(
            Path(folder),
            examples=options.examples,
            steps=options.steps,
            seed=seed,
            roles=options.role or ROLES,
            **settings,
        )
    for failure in report.failures:
        print(f"\n{failure.operation} as {failure.role}: {failure.check}\n{failure.message}\n{failure.request}")
    print(f"\nfuzz_seed {seed}")
    print(f"fuzz_operations {len(report.operations)}")
    print(f"fuzz_requests {report.answers.total()}")
    for status, count in report.by_status.items():
        print(f"fuzz_answers_{status} {count}")
    print(f"fuzz_uploads_accepted {report.answers[UPLOAD, 202]}")
    print(f"fuzz_checks {report.checks}")
    print(f"fuzz_server_errors {report.server_errors}")
    print(f"fuzz_failures {len(report.failures)}")
    return 1 if report.failures or report.server_errors else 0


@contextmanager
def _database(name: str) -> Iterator[dict[str, Any]]:
    """Settings of a fresh database."""
    if name == "sqlite":
        yield {}
        return
    from tests.support.postgres import running_postgres

    with running_postgres() as server:
        yield {"database": server.url(server.make_database())}


def fuzz(
    folder: Path,
    *,
    examples: int,
    steps: int,
    seed: int,
    roles: Sequence[str] = ROLES,
    phases: tuple[str, ...] = PHASES,
    **settings: Any,
) -> Report:
    """Fuzz a fresh service.

    Args:
        folder: Where its data go.
        examples: Random requests an operation and role.
        steps: Requests in a chain, at most.
        seed: The same requests for the same seed and document.
        roles: Who asks.
        phases: Of Schemathesis.
        settings: Of the service.

    Returns:
        What came of it.
    """
    from app.main import create_app

    os.environ["SCHEMATHESIS_HOOKS"] = ""
    report = Report()
    world = build_world(folder / "data", **settings)
    try:
        known = _fill(world)
        app = create_app(world.container)
        for role in roles:
            given = {
                **_limits(examples, steps, seed, phases),
                "headers": _headers(world, role),
                "dictionaries": {"calls": {"values": known}, "scripts": {"values": ["eastmere-mayor"]}},
                "parameters": {
                    "path.call_id": {"dictionary": "calls", "probability": 0.6},
                    "path.script_id": {"dictionary": "scripts", "probability": 0.6},
                },
            }
            _fuzz_as(role, app, given, report)
    finally:
        world.container.close()
    return report


def _fill(world: World) -> list[str]:
    """Judged and waiting calls, and the names that requests can hit them by."""
    from starlette.testclient import TestClient

    from app.main import create_app

    client = TestClient(create_app(world.container))
    calls = []
    for number, sound in enumerate((b"flagged", b"clear", b"silent", b"waits")):
        answer = client.post(
            "/api/v1/calls",
            headers=world.bearer(),
            data={"metadata": metadata(f"c-{number}", campaign="may", canvasser_id="7")},
            files={"recording": ("a.wav", sound * 1000, "audio/wav")},
        )
        calls.append(answer.json()["id"])
        if sound != b"waits":
            world.judge(calls[-1])
    return calls


def _headers(world: World, role: str) -> dict[str, str]:
    from app.accounts.policy import Role

    if role == "key":
        return world.bearer()
    (cookie,) = world.officer(username=role, role=Role(role)).items()
    return {"Cookie": "=".join(cookie)}


def _limits(examples: int, steps: int, seed: int, phases: tuple[str, ...]) -> dict[str, Any]:
    return {
        "seed": seed,
        "cache": {"enabled": False},
        "continue-on-failure": True,
        "warnings": False,
        "generation": {"max-examples": examples, "database": "none", "with-security-parameters": False},
        # Right in form is not all: the script may not be published, the call not judged, the cursor none of this list.
        "checks": {"positive_data_acceptance": {"enabled": False}},
        # Which uploads are right in form is changed below, behind the back of Schemathesis.
        "operations": [
            {"include-name": UPLOAD, "checks": {"negative_data_rejection": {"enabled": False}}},
            # A GET of it asks for the script of that name.
            {"include-name": CHECK, "checks": {"unsupported_method": {"enabled": False}}},
        ],
        "phases": {
            "enabled": False,
            **{phase: {"enabled": True} for phase in phases},
            "stateful": {"enabled": "stateful" in phases, "max-steps": steps},
        },
    }


def _fuzz_as(role: str, app: Any, given: dict[str, Any], report: Report) -> None:
    import schemathesis
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import from_schema

    _prepare_schemathesis()
    config = SchemathesisConfig.from_dict(given)
    schema = schemathesis.openapi.from_asgi(DOCUMENT, app, config=config, headers=given["headers"])
    seen: set[tuple[str, str, str]] = set()
    for event in from_schema(schema).execute():
        for failure in _see(event, role, report):
            kind = (failure.operation, failure.check, failure.message)
            if kind not in seen:
                seen.add(kind)
                report.failures.append(failure)


@cache
def _prepare_schemathesis() -> None:
    """Add what only this service promises to what Schemathesis checks by itself, and what it cannot know."""
    import schemathesis

    schemathesis.hook("before_call")(_name_a_script)

    @schemathesis.check
    def refusals_say_what_to_do(_context: Any, response: Any, case: Any) -> None:
        if response.status_code < 400 or not case.operation.path.startswith("/api/"):
            return
        kind = response.headers.get("content-type", [""])[0]
        if not kind.startswith("application/problem+json"):
            raise AssertionError(f"refused as {kind}, which is no problem document")
        told = response.json()
        if told.get("status") != response.status_code or not {"type", "title", "detail"} <= set(told):
            raise AssertionError(f"an answer of {response.status_code} with the problem document {told}")
        if response.status_code < 500 and not told.get("next_step"):
            raise AssertionError("the problem document does not say what to do")


def _name_a_script(_context: Any, case: Any, _arguments: Any) -> None:
    """Let every second well-formed upload be of a published script, which no schema can name."""
    told = case.body.get("metadata") if isinstance(case.body, dict) else None
    if isinstance(told, dict) and case.meta and case.meta.generation.mode.is_positive and len(told["external_id"]) % 2:
        told.update(script="eastmere-mayor", started_at="2026-05-04T18:30:00+01:00", call_centre="north")
        for key in TEXTS & set(told):
            told[key] = "".join(letter for letter in str(told[key]) if letter.isprintable()).strip() or "x"


def _see(event: Any, role: str, report: Report) -> Iterator[Failure]:
    """Count what an event tells of, and pick out the failures."""
    from schemathesis.engine import events

    if isinstance(event, events.NonFatalError):
        yield Failure(role, event.label, "error", str(event.value), "")
    if isinstance(event, events.FatalError):
        raise event.exception
    if not isinstance(event, events.ScenarioFinished):
        return
    for case_id, interaction in event.recorder.interactions.items():
        case = event.recorder.cases.get(case_id)
        if interaction.response is not None and case is not None:
            report.answers[case.value.operation.label, interaction.response.status_code] += 1
    for checks in event.recorder.checks.values():
        for check in checks:
            report.checks += 1
            if check.failure_info is not None:
                failure = check.failure_info.failure
                message = f"{failure.title}: {failure.message}"
                yield Failure(role, event.recorder.label, check.name, message, check.failure_info.code_sample)


if __name__ == "__main__":
    sys.exit(main())
