"""A short round of `make fuzz`: the same requests each time, made from the OpenAPI document of the real service."""

from pathlib import Path

from app.api.v1.schemas.metadata import METADATA_SCHEMA
from app.calls.metadata import KEYS
from scripts.fuzz import UPLOAD, Report, fuzz

SEED = 20_261_122


def assert_it_held(report: Report) -> None:
    assert report.failures == []
    assert report.server_errors == 0
    assert report.answers[UPLOAD, 202] > 0
    tried = {operation.partition(" ")[2] for operation in report.operations}
    of_a_call = {"", "/decisions", "/recording", "/runs", "/transcript"}
    assert tried >= {"/api/v1/calls", *(f"/api/v1/calls/{{call_id}}{part}" for part in of_a_call)}


def test_nothing_that_a_key_sends_makes_the_service_fail(tmp_path: Path) -> None:
    report = fuzz(tmp_path, examples=2, steps=3, seed=SEED, roles=("key",), phases=("examples", "fuzzing", "stateful"))
    assert_it_held(report)
    assert {200, 202, 401, 403, 404, 422} <= set(report.by_status)


def test_nothing_that_a_person_may_send_makes_the_service_fail_on_postgresql(
    tmp_path: Path, postgres_database: str
) -> None:
    report = fuzz(
        tmp_path,
        examples=2,
        steps=3,
        seed=SEED,
        roles=("administrator",),
        phases=("examples", "coverage", "fuzzing"),
        database=postgres_database,
    )
    assert_it_held(report)
    assert {200, 202, 401, 404, 405, 422} <= set(report.by_status)


def test_the_document_describes_every_key_of_the_metadata() -> None:
    assert set(METADATA_SCHEMA["properties"]) == KEYS
