import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from app.accounts.tables import CallCentreTable
from app.audit.service import OPERATOR, record
from app.bootstrap import TABLES, build_container
from app.db.engine import open_database
from app.db.locks import hold
from app.db.migrate import migrate
from app.db.place import Place, described, without_secrets
from app.db.session import Database
from app.db.tables import Table
from app.errors import BadInput, DatabaseUnavailable
from app.settings import Settings
from tests.integration.service.conftest import EMBEDDED, SCALED_OUT
from tests.support.postgres import PASSWORD, PostgresServer
from tests.support.service_world import World

BOTH = (EMBEDDED, SCALED_OUT)


@pytest.fixture(params=BOTH)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where nothing is yet: a SQLite file, then a PostgreSQL database."""
    if request.param == EMBEDDED:
        return tmp_path / "test.sqlite"
    return str(request.getfixturevalue("empty_database"))


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """With all tables and nothing in them."""
    if request.param == EMBEDDED:
        made = open_database(tmp_path / "test.sqlite")
        migrate(made.writing_engine)
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        name = server.make_database(template=request.getfixturevalue("migrated"))
        made = open_database(server.url(name))
    yield made
    made.close()


def is_postgres(database: Database) -> bool:
    return database.writing_engine.dialect.name == "postgresql"


INDEX_OF_WORDS = "call_words"
"""Made by hand on each database: no table of SQLAlchemy's."""


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    assert TABLES
    with database.writing_engine.connect() as connection:
        opts = {"compare_type": True, "include_name": lambda name, *_: INDEX_OF_WORDS not in str(name)}
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), Table.metadata) == []


def test_the_migrated_schema_has_the_checks_and_indexes_of_the_tables(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    def shape(engine: sqlalchemy.Engine) -> dict[str, object]:
        found = inspect(engine)
        return {
            table: (
                sorted(map(str, found.get_check_constraints(table))),
                sorted(str(index["name"]) + str(index["column_names"]) for index in found.get_indexes(table)),
                sorted(str(key["name"]) for key in found.get_foreign_keys(table)),
            )
            for table in found.get_table_names()
            if table in Table.metadata.tables
        }

    postgres: PostgresServer | None = request.getfixturevalue("postgres") if is_postgres(database) else None
    direct = open_database(postgres.url(postgres.make_database()) if postgres else tmp_path / "direct.sqlite")
    Table.metadata.create_all(direct.writing_engine)
    assert shape(database.writing_engine) == shape(direct.writing_engine)
    direct.close()


def test_migrating_again_changes_nothing(database: Database) -> None:
    migrate(database.writing_engine)


def test_the_first_migration_can_be_undone(database: Database) -> None:
    from alembic import command
    from alembic.config import Config

    import app.db.migrate

    config = Config()
    config.set_main_option("script_location", str(Path(app.db.migrate.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with database.writing_engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(inspect(database.writing_engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    migrate(database.writing_engine)


def test_the_engines_are_set_as_they_must_be(database: Database) -> None:
    with database.writing() as session:
        if is_postgres(database):
            names = ("synchronous_commit", "tcp_keepalives_idle", "transaction_isolation", "transaction_read_only")
            found = [session.scalar(text(f"SHOW {name}")) for name in names]
            assert found == ["on", "10", "read committed", "off"]
        else:
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            assert [session.scalar(text(f"PRAGMA {name}")) for name in names] == ["wal", 2, 1, 30_000]


def test_the_reading_engine_cannot_write_and_sees_one_moment(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), database.reading() as session:
        session.execute(text("DELETE FROM calls"))
    with database.reading() as session:
        assert session.query(CallCentreTable).count() == 0
        with database.writing() as other:
            other.add(CallCentreTable(id="north", created_at=datetime.now(UTC)))
        assert session.query(CallCentreTable).count() == 0


def test_a_connection_that_broke_while_nobody_used_it_is_replaced_unnoticed(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = postgres.make_database()
    database = open_database(postgres.url(name))
    with database.reading() as one, database.reading() as other:
        assert one.scalar(text("SELECT 1")) == other.scalar(text("SELECT 1"))
    assert postgres.cut_connections(name) == 2
    monkeypatch.setattr("app.db.engine.ASKED_AFTER_S", 0.0)
    with database.reading() as one, database.reading() as other:
        assert one.scalar(text("SELECT 1")) == other.scalar(text("SELECT 1"))
    database.close()


def test_a_full_disk_is_a_fault_of_the_machine_on_sqlite_too(tmp_path: Path) -> None:
    database = open_database(tmp_path / "small.sqlite")
    with database.writing() as session:
        session.execute(text("CREATE TABLE filled (content BLOB)"))
    with pytest.raises(DatabaseUnavailable) as full, database.writing() as session:
        session.execute(text("PRAGMA max_page_count = 3"))
        session.execute(text("INSERT INTO filled VALUES (zeroblob(1000000))"))
    assert full.value.sqlstate == "SQLITE_FULL"
    database.close()


def test_a_unit_of_work_is_kept_whole_or_not_at_all(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        session.add(CallCentreTable(id="north", created_at=datetime.now(UTC)))
        record(session, actor=OPERATOR, action="call-centre.added")
        session.flush()
        raise RuntimeError
    with database.reading() as session:
        assert session.query(CallCentreTable).count() == 0
        assert session.scalar(text("SELECT count(*) FROM audit_entries")) == 0


def test_transactions_that_read_before_they_write_do_not_fail(database: Database) -> None:
    with database.writing() as session:
        session.add(CallCentreTable(id="0", created_at=datetime.now(UTC)))
    failures: list[BaseException] = []

    def count_up() -> None:
        for _ in range(25):
            try:
                with database.writing() as session:
                    hold(session, "the highest number")
                    highest = max(int(row.id) for row in session.query(CallCentreTable))
                    session.add(CallCentreTable(id=str(highest + 1), created_at=datetime.now(UTC)))
            except DBAPIError as error:
                failures.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.reading() as session:
        assert session.query(CallCentreTable).count() == 101


def test_times_keep_their_zone(database: Database) -> None:
    at = datetime(2026, 5, 4, 18, 30, tzinfo=timezone(timedelta(hours=1)))
    with database.writing() as session:
        session.add(CallCentreTable(id="north", created_at=at))
    with database.reading() as session:
        found = session.query(CallCentreTable).one().created_at
        assert (found, found.utcoffset()) == (at, timedelta(0))
    with pytest.raises(StatementError, match="zone"), database.writing() as session:
        session.add(CallCentreTable(id="south", created_at=datetime(2026, 5, 4)))  # noqa: DTZ001


def test_two_doors_can_open_the_same_data_at_once(place: Place, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database=None if isinstance(place, Path) else place, _env_file=None)
    failures: list[BaseException] = []

    def open_it() -> None:
        try:
            build_container(settings).close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_row_and_its_job_are_in_one_transaction(world: World) -> None:
    call = world.submit("c-1")
    with world.database.reading() as session:
        schema = "dbos." if is_postgres(world.database) else ""
        jobs = session.execute(text(f"SELECT workflow_uuid, inputs, serialization FROM {schema}workflow_status")).all()
    assert len(jobs) == 1
    assert jobs[0].workflow_uuid.startswith("call-")
    assert jobs[0].serialization == "portable_json"
    assert call not in jobs[0].workflow_uuid


NEVER_CHANGED = {
    "audit_entries": "action",
    "approved_script_versions": "title",
    "decisions": "verdict",
    "findings": "quote",
    "runs": "outcome",
}


def test_what_is_written_for_good_cannot_be_changed_or_deleted(world: World) -> None:
    from app.reviews.service import decide
    from app.storage.base import recording_key

    source = world.container.settings.data / "source"
    source.write_bytes(b"c-1")
    call = world.submit("c-1")
    with world.database.reading() as session:
        digest = session.execute(text("SELECT recording_sha256 FROM calls")).scalar_one()
    world.container.storage.put_new(recording_key(digest), source)
    world.judge(call)
    with world.database.writing() as session:
        decide(session, call_id=call, finding="f1", verdict="confirmed", reason="heard", note=None, actor=OPERATOR)
    for table, column in NEVER_CHANGED.items():
        with pytest.raises(IntegrityError, match="never changed"), world.database.writing() as session:
            session.execute(text(f"UPDATE {table} SET {column} = 'other'"))
    for table in set(NEVER_CHANGED) - {"findings"}:
        with pytest.raises(IntegrityError, match=r"never deleted|FOREIGN KEY"), world.database.writing() as session:
            session.execute(text(f"DELETE FROM {table}"))
    if is_postgres(world.database):
        for table in ("audit_entries", "approved_script_versions", "decisions"):
            with pytest.raises(IntegrityError, match="never deleted"), world.database.writing() as session:
                session.execute(text(f"TRUNCATE {table} CASCADE"))


def test_a_value_that_cannot_be_stored_is_bad_input_and_named_nowhere(database: Database) -> None:
    if is_postgres(database):
        for value in ("nul \0", "x" * 101):
            with pytest.raises(BadInput) as caught, database.writing() as session:
                session.add(CallCentreTable(id=value, created_at=datetime.now(UTC)))
            assert value not in str(caught.value) + str(caught.value.__cause__)
            with pytest.raises(BadInput), database.writing() as session:
                session.execute(text("SELECT 1 FROM call_centres WHERE id = :id"), {"id": "nul \0"})
    with database.writing() as session:
        session.add(CallCentreTable(id="x" * 100, created_at=datetime.now(UTC)))


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hidden-word@h/d",
        "postgresql://u:hidden-word@h:port/d",
        "postgresql://u:hidden-word@h",
        "postgresql://u:hidden@word@h/d",
        "postgresql://u:hidden-word@h/d@d",
        "hidden-word",
    ],
)
def test_a_database_that_cannot_be_read_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"postgresql://USER|percent-encode") as caught:
        Settings(database=url, _env_file=None)
    assert "hidden" not in str(caught.value) + repr(caught.value)


def test_the_password_is_in_no_text_about_the_database(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.url("nowhere")
    settings = Settings(data=tmp_path, database=url, _env_file=None)
    told = [repr(settings), str(settings), settings.model_dump_json(), described(url), repr(open_database(url))]
    with pytest.raises(DatabaseUnavailable) as caught:
        build_container(settings)
    told += [str(caught.value), repr(caught.value.__cause__), without_secrets(f"no {url}, no {PASSWORD}", place=url)]
    escaped = url.partition("postgres:")[2].partition("@")[0]
    assert not [text for text in told if PASSWORD in text or escaped in text]
    assert settings.as_environment()["CANVASS_MONITOR_DATABASE"] == url


def test_the_command_line_says_in_a_line_what_is_wrong_with_the_database(tmp_path: Path) -> None:
    for url, said in (
        ("postgresql://u:hidden-word@127.0.0.1:1/d", "does not answer"),
        ("postgresql://u:hidden@word@127.0.0.1:1/d", "percent-encode"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", "from app.cli import main; main()", "users", "list", "--data", str(tmp_path)],
            env={**os.environ, "CANVASS_MONITOR_DATABASE": url},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert "hidden" not in done.stderr and "Traceback" not in done.stderr
