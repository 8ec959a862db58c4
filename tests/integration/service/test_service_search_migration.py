import json
from pathlib import Path

import pytest
from sqlalchemy import text

from app.calls.repository import CallFilter
from app.db.engine import open_database
from app.db.migrate import migrate
from app.reviews.filters import CallSearch
from app.reviews.finding_calls import find_calls
from tests.integration.service.conftest import EMBEDDED, SCALED_OUT
from tests.support.service_world import OFFICER

EARLIER = (
    "INSERT INTO call_centres (id, created_at) VALUES ('north', :at)",
    (
        "INSERT INTO calls (id, call_centre, external_id, script_id, started_at, received_at, details, metadata_digest,"
        " recording_sha256, recording_size_bytes, recording_type, status, outcome, finding_count, queue_rank,"
        " queue_doubt)"
        " VALUES ('call_1', 'north', 'c-1', 'eastmere-mayor', :at, :at, :details, 'x', 'x', 1, 'audio/wav', 'done',"
        " 'flagged', 1, 0, 0.1)"
    ),
    (
        "INSERT INTO runs (id, call_id, cause, script_id, script_version, status, is_current, attempts, created_at,"
        " result)"
        " VALUES ('run_1', 'call_1', 'upload', 'eastmere-mayor', 'sha256:1', 'done', :yes, 1, :at, :result)"
    ),
    (
        "INSERT INTO findings (run_id, finding_id, position, code, severity, confidence, subject)"
        " VALUES ('run_1', 'f1', 0, 'endorsement', 'critical', 0.9, 'qureshi')"
    ),
    (
        "INSERT INTO decisions (id, call_id, run_id, verdict, reason, decided_by, decided_by_name, decided_at)"
        " VALUES ('decision_1', 'call_1', 'run_1', 'confirmed', 'x', 'a', 'Ada', :at)"
    ),
)
"""A judged and decided call, as the release before searches kept it."""


@pytest.mark.parametrize("where", [EMBEDDED, SCALED_OUT])
def test_a_migration_enters_what_was_judged_before(where: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    place = tmp_path / "x.sqlite" if where == EMBEDDED else str(request.getfixturevalue("empty_database"))
    database = open_database(place)
    migrate(database.writing_engine, to="0003")
    transcript = {"reached": "contact", "utterances": [{"speaker": "canvasser", "text": "A decent guy."}]}
    given = {
        "at": "2026-05-04 17:30:00.000000",
        "yes": True,
        "details": json.dumps({"disposition": "answered", "dialled_number_ends": "123"}),
        "result": json.dumps({"transcript": transcript}),
    }
    with database.writing() as session:
        for statement in EARLIER:
            session.execute(text(statement), given)
    migrate(database.writing_engine)
    filters = CallFilter(disposition="answered", dialled_ends="123", reached="contact", script_version="sha256:1")
    search = CallSearch(calls=filters, text="decent", code="endorsement", subject="qureshi", verdict="confirmed")
    with database.reading() as session:
        assert [row.external_id for row in find_calls(session, search=search, actor=OFFICER).items] == ["c-1"]
    database.close()
