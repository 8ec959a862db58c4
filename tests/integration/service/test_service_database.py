import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

from app.accounts.tables import CallCentreTable
from app.audit.service import OPERATOR, record
from app.bootstrap import TABLES
from app.db.engine import open_database
from app.db.migrate import migrate
from app.db.session import Database
from app.db.tables import Table
from tests.support.service_world import World


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = open_database(tmp_path / "test.sqlite")
    migrate(made.writing_engine)
    yield made
    made.close()


INDEX_OF_WORDS = "call_words"
"""Made by hand on each database: no table of SQLAlchemy's."""


def test_the_migrations_make_exactly_the_tables(database: Database) -> None:
    assert TABLES
    with database.writing_engine.connect() as connection:
        opts = {"compare_type": True, "include_name": lambda name, *_: not str(name).startswith(INDEX_OF_WORDS)}
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), Table.metadata) == []


def test_the_migrated_schema_has_the_checks_and_indexes_of_the_tables(database: Database, tmp_path: Path) -> None:
    def shape(engine: sqlalchemy.Engine) -> dict[str, object]:
        found = inspect(engine)
        return {
            table: (
                sorted(map(str, found.get_check_constraints(table))),
                sorted(str(index["name"]) + str(index["column_names"]) for index in found.get_indexes(table)),
                sorted(str(key["name"]) for key in found.get_foreign_keys(table)),
            )
            for table in found.get_table_names()
            if table != "alembic_version" and not table.startswith(INDEX_OF_WORDS)
        }

    direct = open_database(tmp_path / "direct.sqlite")
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
        found = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        assert session.scalar(text("PRAGMA busy_timeout")) == 30_000


def test_the_reading_engine_cannot_write(database: Database) -> None:
    with database.reading() as session, pytest.raises(OperationalError, match="readonly"):
        session.execute(text("DELETE FROM calls"))


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


def test_two_doors_can_open_the_same_data_at_once(tmp_path: Path) -> None:
    from app.bootstrap import build_container
    from app.settings import Settings

    settings = Settings(data=tmp_path / "data", _env_file=None)
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
        jobs = session.execute(text("SELECT workflow_uuid, inputs, serialization FROM workflow_status")).all()
    assert len(jobs) == 1
    assert jobs[0].workflow_uuid.startswith("call-")
    assert jobs[0].serialization == "portable_json"
    assert call not in jobs[0].workflow_uuid
