"""A short round of `make fuzz`: the same requests each time, made from the OpenAPI document of the real service."""

from pathlib import Path

from app.api.v1.schemas.metadata import METADATA_SCHEMA
from app.calls.metadata import KEYS
from scripts.fuzz import ROLES, fuzz


def test_nothing_that_the_document_allows_or_forbids_makes_the_service_fail(tmp_path: Path) -> None:
    report = fuzz(tmp_path, examples=5, steps=4, seed=20_261_122, roles=ROLES)
    assert report.failures == []
    assert report.server_errors == 0
    assert report.answers["POST /api/v1/calls", 202] > 0
    assert {200, 201, 202, 206, 401, 403, 404, 409, 422} <= set(report.by_status)
    assert {operation.partition(" ")[2] for operation in report.operations} >= {
        "/api/v1/calls",
        "/api/v1/calls/{call_id}",
        "/api/v1/calls/{call_id}/decisions",
        "/api/v1/calls/{call_id}/recording",
        "/api/v1/calls/{call_id}/runs",
        "/api/v1/calls/{call_id}/transcript",
    }


def test_the_document_describes_every_key_of_the_metadata() -> None:
    assert set(METADATA_SCHEMA["properties"]) == KEYS
