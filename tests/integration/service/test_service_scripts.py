"""Published versions: what a call is judged by, whatever is published or programmed later."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.exc import DBAPIError

from app.approved_scripts import authoring, canonical
from app.approved_scripts.service import (
    Standing,
    find_in_force,
    list_versions,
    load_version,
    open_version,
    publish_version,
    timeline,
    version_in_force,
)
from app.approved_scripts.tables import ApprovedScriptVersionTable
from app.audit.service import OPERATOR
from app.domain.script import ApprovedScript
from app.errors import NotFound, ProcessingFailed, UnknownScript
from app.runs.tables import RunTable
from tests.support.calls import GOLDEN_SCRIPTS
from tests.support.service_world import World, build_world

ID = "eastmere-mayor"
YAML = (GOLDEN_SCRIPTS / f"{ID}.yaml").read_text(encoding="utf-8")
TOMORROW = datetime.now(UTC) + timedelta(days=1)


def worded(goodbye: str) -> str:
    return YAML.replace("Goodbye", goodbye)


def put(world: World, content: str, since: datetime | None = None) -> str:
    with world.database.writing() as session:
        publication = publish_version(session, content=content, source="x", actor=OPERATOR, effective_from=since)
        return publication.version.version


def in_force(world: World, at: datetime) -> str:
    with world.database.reading() as session:
        return version_in_force(session, script_id=ID, at=at).version


def test_the_later_published_of_two_for_one_date_is_in_force(world: World) -> None:
    before = in_force(world, TOMORROW)
    wrong, right = put(world, worded("Bye-bye"), TOMORROW), put(world, worded("Farewell"), TOMORROW)
    assert in_force(world, TOMORROW) == right
    assert in_force(world, TOMORROW - timedelta(seconds=1)) == before
    assert put(world, worded("Bye-bye"), TOMORROW) == wrong == in_force(world, TOMORROW)
    with world.database.reading() as session:
        standings = [entry.standing for entry in timeline(session, script_id=ID, at=datetime.now(UTC))]
    assert standings == [Standing.UPCOMING, Standing.REPLACED, Standing.REPLACED, Standing.IN_FORCE]


def test_a_wrong_version_for_tomorrow_is_undone_by_publishing_the_present_one_for_then(world: World) -> None:
    with world.database.reading() as session:
        present = version_in_force(session, script_id=ID, at=datetime.now(UTC)).version
        content = open_version(session, script_id=ID, version=present).content
    put(world, worded("Bye-bye"), TOMORROW)
    assert put(world, content, TOMORROW) == present == in_force(world, TOMORROW + timedelta(days=9))


def test_what_is_in_force_already_is_not_published_again(world: World) -> None:
    with world.database.reading() as session:
        before = list_versions(session, script_id=ID)
        content = open_version(session, script_id=ID, version=before[0].version).content
    put(world, "# only a remark\n" + content, TOMORROW)
    with world.database.reading() as session:
        assert list_versions(session, script_id=ID) == before


def test_a_version_published_for_the_past_judges_the_calls_of_then(world: World) -> None:
    since = datetime(2026, 5, 1, tzinfo=UTC)
    before, late = in_force(world, since), put(world, worded("Cheerio"), since)
    assert in_force(world, since - timedelta(microseconds=1)) == before != late
    assert in_force(world, since) == late == in_force(world, datetime.now(UTC))


def test_a_clock_that_was_set_back_does_not_let_the_earlier_published_win(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(world, worded("Bye-bye"), TOMORROW)

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) - timedelta(hours=1)

    with monkeypatch.context() as patched:
        patched.setattr("app.approved_scripts.service.datetime", Earlier)
        right = put(world, worded("Farewell"), TOMORROW)
    assert in_force(world, TOMORROW) == right


@pytest.fixture
def newer_parser(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A later program reads the same YAML differently, and knows a field that scripts of today do not have."""
    read = authoring.parse_script

    def parse(text: str | bytes, *, source: str) -> ApprovedScript:
        script = read(text, source=source)
        shouted = replace(script, title=script.title.upper())
        return replace(shouted, version=canonical.version_of(shouted))

    with monkeypatch.context() as patched:
        for module in ("authoring", "service"):
            patched.setattr(f"app.approved_scripts.{module}.parse_script", parse)
        yield


def test_a_version_stays_what_it_was_under_a_newer_parser(world: World, newer_parser: None) -> None:
    with world.database.reading() as session:
        for published in list_versions(session, script_id=ID):
            script = load_version(session, script_id=ID, version=published.version)
            assert (script.version, script.title) == (published.version, published.title)
        loaded = find_in_force(session, script_id=ID, at=datetime.now(UTC))
    assert loaded is not None and not loaded.title.isupper()


def test_a_canonical_text_is_read_whatever_the_program_that_wrote_it_knew() -> None:
    script = authoring.parse_script(YAML, source="x")
    text = canonical.canonical_text(script)
    assert canonical.script_of(text) == script
    older = text.replace(',"when":null', "")
    assert canonical.script_of(older).lines == script.lines
    newer = text.replace('{"aliases"', '{"accent":"any","aliases"')
    assert canonical.script_of(newer).options == script.options
    assert len({canonical.script_of(each).version for each in (text, older, newer)}) == 3


def test_what_was_published_is_neither_changed_nor_deleted(world: World) -> None:
    for statement in ("UPDATE approved_script_versions SET title = 'x'", "DELETE FROM approved_script_versions"):
        with pytest.raises(DBAPIError), world.database.writing() as session:
            session.execute(sqlalchemy.text(statement))


def test_content_that_is_not_what_its_version_stands_for_judges_nothing(world: World) -> None:
    with world.database.writing() as session:
        row = session.query(ApprovedScriptVersionTable).filter_by(script_id=ID).first()
        assert row is not None
        forged = {name: getattr(row, name) for name in ("script_id", "title", "content", "published_by")}
        now = datetime.now(UTC)
        session.add(
            ApprovedScriptVersionTable(
                **forged, version="sha256:0", canonical=row.canonical, effective_from=now, published_at=now
            )
        )
    with world.database.reading() as session, pytest.raises(ProcessingFailed, match="not what was published"):
        load_version(session, script_id=ID, version="sha256:0")


def test_versions_that_were_published_before_they_were_frozen_are_frozen_as_they_are(tmp_path: Path) -> None:
    from app.db.engine import open_database
    from app.db.migrate import migrate

    script = authoring.parse_script(YAML, source="x")
    database = open_database(tmp_path / "old.sqlite")
    migrate(database.writing_engine, to="0004")
    columns = "script_id, version, effective_from, title, content, published_at, published_by"
    values = (ID, script.version, "2026-01-01 00:00:00.000000", script.title, YAML, "2026-01-01 00:00:00.000000", "o")
    with database.writing_engine.begin() as connection:
        marks = ", ".join("?" * len(values))
        connection.exec_driver_sql(f"INSERT INTO approved_script_versions ({columns}) VALUES ({marks})", values)
    migrate(database.writing_engine)
    with database.reading() as session:
        assert load_version(session, script_id=ID, version=script.version) == script
        with pytest.raises(NotFound):
            open_version(session, script_id=ID, version="sha256:0")
    with pytest.raises(DBAPIError), database.writing() as session:
        session.execute(sqlalchemy.text("UPDATE approved_script_versions SET title = 'x'"))
    database.close()


def test_the_command_line_publishes_and_tells_what_would_be_judged_otherwise(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from app.cli.scripts import commands

    made = build_world(tmp_path / "data")
    made.judge(made.submit("c-1"))
    made.container.close()
    path = tmp_path / "script.yaml"
    path.write_text(worded("Cheerio"), encoding="utf-8")
    arguments = ["publish", str(path), "--from", "2026-05-01", "--data", str(tmp_path / "data")]
    done = CliRunner().invoke(commands, arguments)
    assert (done.exit_code, "in force from 2026-05-01T00:00:00+00:00" in done.stdout) == (0, True), done.output
    assert "if they were judged again: 1." in done.stderr
    path.write_text(worded("Cheerio").replace("kind: closing", "kind: clossing"), encoding="utf-8")
    assert CliRunner().invoke(commands, ["check", str(path)]).exit_code == 2


def test_a_script_with_a_date_judges_no_earlier_call(world: World) -> None:
    put(world, YAML.replace(f"id: {ID}", "id: dated"), since=datetime(2026, 7, 1, tzinfo=UTC))
    with pytest.raises(UnknownScript):
        world.submit("before", script="dated", started_at="2026-06-30T23:59:59Z")


def test_the_version_in_force_when_the_call_was_made_judges_it(world: World) -> None:
    later, content = datetime(2026, 7, 1, tzinfo=UTC), YAML.replace("quality and training", "quality")
    new = put(world, content, since=later)
    assert put(world, content, since=later) == new
    before = world.submit("before", started_at="2026-06-30T23:59:59Z")
    after = world.submit("after", started_at="2026-07-01T00:00:00Z")
    with world.database.reading() as session:
        judged_by = {run.call_id: run.script_version for run in session.query(RunTable)}
    assert judged_by[after] == new != judged_by[before]
