import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.db.engine import open_database
from app.db.migrate import migrate
from app.main import create_app
from app.webhooks.desk import WebhookDesk
from app.webhooks.jobs import Sending
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.receiver import Receiver, receiving
from tests.support.s3_server import S3Server, new_prefix
from tests.support.service_world import World, build_world
from tests.support.webhook_world import desk_of, sending_of

EMBEDDED, SCALED_OUT = "embedded", "scaled-out"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server for the whole session."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgres: PostgresServer) -> str:
    """Name of a database with all tables and nothing in them, to be copied."""
    name = postgres.make_database()
    database = open_database(postgres.url(name))
    migrate(database.writing_engine)
    database.close()
    return name


@pytest.fixture(scope="session")
def template(postgres: PostgresServer, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a database with scripts and a call centre, to be copied."""
    name = postgres.make_database(template=migrated)
    build_world(tmp_path_factory.mktemp("template"), database=postgres.url(name)).container.close()
    return name


@pytest.fixture
def empty_database(postgres: PostgresServer) -> Iterator[str]:
    """URL of a fresh PostgreSQL database without a table."""
    name = postgres.make_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def postgres_database(postgres: PostgresServer, template: str) -> Iterator[str]:
    """URL of a fresh PostgreSQL database with everything that `build_world` puts in."""
    name = postgres.make_database(template=template)
    yield postgres.url(name)
    postgres.drop_database(name)


def places_of(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Settings of where everything is kept, by the parameter of a fixture."""
    if request.param == EMBEDDED:
        return {}
    request.getfixturevalue("s3_environment")
    return {"database": request.getfixturevalue("postgres_database"), "storage": new_prefix()}


@pytest.fixture(params=[EMBEDDED, SCALED_OUT])
def places(request: pytest.FixtureRequest, s3: S3Server) -> dict[str, Any]:
    """Settings of where everything is kept: SQLite and a folder, then PostgreSQL and a bucket."""
    return places_of(request)


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the faulty analyst writes down what it was given."""
    folder = tmp_path / "notes"
    folder.mkdir()
    monkeypatch.setenv("TEST_NOTES", str(folder))
    return folder


@pytest.fixture(scope="session")
def template_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder over SQLite with everything that `build_world` puts in, to be copied."""
    folder = tmp_path_factory.mktemp("embedded") / "data"
    build_world(folder).container.close()
    return folder


@pytest.fixture
def world(tmp_path: Path, places: dict[str, Any], template_folder: Path) -> Iterator[World]:
    if not places:
        shutil.copytree(template_folder, tmp_path / "data")
    made = build_world(tmp_path / "data", **places)
    yield made
    made.container.close()


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(create_app(world.container), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def desk(world: World) -> WebhookDesk:
    return desk_of(world)


@pytest.fixture
def sender(world: World) -> Sending:
    return sending_of(world)
