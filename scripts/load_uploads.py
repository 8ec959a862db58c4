"""Uploads at an even rate, whatever the answers take: each is timed from the moment when it was due."""

import http.client
import json
import os
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from app.bootstrap import Container
from app.calls.tables import CallTable
from app.storage.base import recording_key

SIZE_BYTES = 480_000
"""A minute of a telephone call, 8000 samples of one byte a second."""

SENDERS = 32
BOUNDARY = "part-of-an-upload"


@dataclass
class Uploads:
    """What became of the uploads.

    Attributes:
        seconds: From the moment when each was due to its answer.
        accepted: The digest of each recording that was answered 202, by external id.
        refused: Statuses of the others.
    """

    seconds: list[float] = field(default_factory=list)
    accepted: dict[str, str] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)


def upload(url: str, *, key: str, script: str, a_second: float, for_s: float) -> Uploads:
    """Send distinct recordings at an even rate.

    Args:
        url: Where the service answers.
        key: Of a call centre.
        script: Id of the approved script.
        a_second: How many are due in a second.
        for_s: How long.
    """
    result, lock, own = Uploads(), threading.Lock(), threading.local()
    begun = time.monotonic() + 0.5

    def send(number: int) -> None:
        due = begun + number / a_second
        external_id, recording = f"load-{a_second:g}-{os.getpid()}-{number}", _noise()
        body = _body(external_id, script, recording)
        time.sleep(max(0.0, due - time.monotonic()))
        if not hasattr(own, "connection"):
            own.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        own.connection.request("POST", "/api/v1/calls", body, headers)
        response = own.connection.getresponse()
        response.read()
        took = time.monotonic() - due
        with lock:
            result.seconds.append(took)
            if response.status == 202:
                result.accepted[external_id] = sha256(recording).hexdigest()
            else:
                result.refused.append(response.status)

    with ThreadPoolExecutor(SENDERS) as pool:
        for future in [pool.submit(send, number) for number in range(int(a_second * for_s))]:
            future.result()
    return result


def lost(container: Container, uploads: Uploads) -> int:
    """How many of the uploads that were accepted are not there, with the bytes that were sent."""
    with container.database.reading() as session:
        query = session.query(CallTable.external_id, CallTable.recording_sha256)
        known = {row[0]: row[1] for row in query.filter(CallTable.external_id.in_(uploads.accepted))}
    return sum(
        known.get(external_id) != digest or _stored(container, digest) != digest
        for external_id, digest in uploads.accepted.items()
    )


def resident_mb(process: int) -> float:
    """Resident megabytes of a process and of those that it started."""
    return sum(_resident_mb(each) for each in (process, *_children(process)))


def cpu_s(process: int) -> float:
    """Seconds of processor time that a process has used; unlike its answers they do not wait for other work."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(process: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        if parent == process:
            child = int(status.parent.name)
            found += [child, *_children(child)]
    return found


def _resident_mb(process: int) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _stored(container: Container, digest: str) -> str:
    key = recording_key(digest)
    total = sha256()
    for chunk in container.storage.open_range(key, start=0, end=container.storage.size_bytes(key)):
        total.update(chunk)
    return total.hexdigest()


def _noise() -> bytes:
    sound = os.urandom(SIZE_BYTES - 44)
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", SIZE_BYTES - 8, b"WAVE", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    return head + struct.pack("<4sI", b"data", len(sound)) + sound


def _body(external_id: str, script: str, recording: bytes) -> bytes:
    metadata = json.dumps({"external_id": external_id, "script": script, "started_at": "2026-10-30T18:30:00Z"})
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{metadata}\r\n'
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="recording"; filename="a.wav"\r\n'
    return f"{head}{part}Content-Type: audio/wav\r\n\r\n".encode() + recording + f"\r\n--{BOUNDARY}--\r\n".encode()
