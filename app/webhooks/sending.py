"""One signed request to one address; the only module that knows the HTTP library.

The connection is made to an address that was checked, all of it within one time limit, without redirects and without a
proxy of the environment. Of the answer only the head is read.
"""

import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore

from app import __version__
from app.errors import RefusedTarget
from app.webhooks.addresses import DEFAULT_PORTS, Lookup, TargetRules, look_up, parse_target, reachable_addresses

LONGEST_RETRY_AFTER_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt went.

    Attributes:
        status: HTTP status, or None where none came.
        error: Short word for what went wrong, or None where an answer came.
        took_s: How long it took.
        retry_after_s: What the receiver asks to wait, or None.
    """

    status: int | None
    error: str | None
    took_s: float
    retry_after_s: float | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has taken the message."""
        return self.status is not None and 200 <= self.status < 300


class OutOfTime(Exception):
    """All of the attempt has had its time."""


def post(
    url: str,
    *,
    body: str,
    headers: Mapping[str, str],
    rules: TargetRules,
    timeout_s: float,
    lookup: Lookup = look_up,
) -> Answer:
    """Send a message; whatever goes wrong is an answer too.

    Args:
        url: Where to.
        body: JSON.
        headers: The signature.
        rules: What the operator allows, checked anew.
        timeout_s: For all of it, from the look-up of the name to the head of the answer.
        lookup: Resolves the name.
    """
    began = time.monotonic()
    status, error, retry_after_s = None, None, None
    try:
        found = _request(url, body=body, headers=headers, backend=_CheckedBackend(rules, began + timeout_s, lookup))
        status, retry_after_s = found.status, _retry_after_s(found.headers)
        if 300 <= status < 400:
            error = "redirect"
    except RefusedTarget:
        error = "refused-address"
    except (OutOfTime, httpcore.TimeoutException):
        error = "timeout"
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
        error = "no-http"
    except (httpcore.NetworkError, OSError) as cause:
        error = "tls" if _is_tls(cause) else "connection"
    return Answer(status=status, error=error, took_s=time.monotonic() - began, retry_after_s=retry_after_s)


@cache
def trusted() -> ssl.SSLContext:
    """The certificates of the system and of certifi, read once: it takes longer than a request."""
    return httpcore.default_ssl_context()


def _request(url: str, *, body: str, headers: Mapping[str, str], backend: "_CheckedBackend") -> httpcore.Response:
    target = parse_target(url, rules=backend.rules)
    where = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    shown = f"[{target.host}]" if ":" in target.host else target.host
    sent = {
        "host": shown if target.port == DEFAULT_PORTS[target.scheme] else f"{shown}:{target.port}",
        "user-agent": f"canvass-monitor/{__version__}",
        "content-type": "application/json",
        "content-length": str(len(body.encode())),
        "connection": "close",
        **headers,
    }
    with (
        httpcore.ConnectionPool(
            ssl_context=trusted() if target.scheme == "https" else None,
            max_connections=1,
            retries=0,
            network_backend=backend,
        ) as pool,
        pool.stream("POST", where, headers=list(sent.items()), content=body.encode()) as response,
    ):
        # The body is neither read nor kept: closing the connection is all the limit that it needs.
        return response


def _retry_after_s(headers: Iterable[tuple[bytes, bytes]]) -> float | None:
    asked = {name.lower(): value for name, value in headers}.get(b"retry-after", b"")
    return float(min(int(asked[:9]), LONGEST_RETRY_AFTER_S)) if asked.isdigit() else None


def _is_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only, and ends at a deadline."""

    def __init__(self, rules: TargetRules, deadline: float, lookup: Lookup) -> None:
        self.rules = rules
        self._deadline = deadline
        self._lookup = lookup
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first checked address that takes one."""
        failure: Exception = httpcore.ConnectError()
        for address in reachable_addresses(host, port, rules=self.rules, lookup=self._lookup):
            try:
                stream = self._plain.connect_tcp(address, port, timeout=_left(self._deadline, timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection of which every step ends at the deadline; a receiver that drips cannot hold it open."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise OutOfTime
    return left if timeout is None else min(left, timeout)
