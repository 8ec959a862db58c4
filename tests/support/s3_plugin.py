"""One S3 server for a session: started when the tests are collected, waited for by the first that needs it."""

from contextlib import ExitStack

import pytest

from tests.support.s3_server import S3Server, a_server

_STACK = pytest.StashKey[ExitStack]()
_SERVER = pytest.StashKey[S3Server]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start it beside the first tests: it takes seconds to be ready."""
    if (
        any("s3" in getattr(item, "fixturenames", ()) for item in session.items)
        and not session.config.option.collectonly
    ):
        stack = session.config.stash[_STACK] = ExitStack()
        session.config.stash[_SERVER] = stack.enter_context(a_server())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it."""
    stack = config.stash.get(_STACK, None)
    if stack is not None:
        stack.close()


@pytest.fixture(scope="session")
def s3(request: pytest.FixtureRequest) -> S3Server:
    """The server; `ready()` before it is used."""
    return request.config.stash[_SERVER]


@pytest.fixture
def s3_environment(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The server, ready, with its endpoint and credentials in the environment of this process and its children."""
    s3.ready()
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    return s3
