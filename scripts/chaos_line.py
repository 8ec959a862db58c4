"""A bad line: call centres' uploads that are cut off, not waited for, refused, repeated, and sent in any order."""

import json
import random
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from urllib.parse import urlsplit

import httpx

from scripts.chaos_calls import ChaosCall

STARTED_AT = "2026-05-04T18:30:00+01:00"
SENDERS = 4
ASK_AGAIN_AFTER_S = 0.5
ANSWER_WITHIN_S = 45.0
REPEATED = 0.3
CUT_OFF = 0.1
NOT_WAITED_FOR = 0.1


@dataclass
class BadLine:
    """Sends every call until it is received, and many of them more often than that.

    Attributes:
        url: Of the service.
        key: Of the call centre.
        calls: What to send.
        seed: Of what goes wrong.
        backlog: Waits while so many received calls are not judged yet; as told by ``judged``.
        judged: How many calls are judged.
        ids: The call that each external id became.
        answers: Answers by status; 0 where there was none.
        faults: What must never be answered.
    """

    url: str
    key: str
    calls: list[ChaosCall]
    seed: int
    backlog: int
    judged: Callable[[], int]
    ids: dict[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _queue: "Queue[tuple[ChaosCall, str]]" = field(default_factory=Queue)
    _threads: list[threading.Thread] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin to send, from several threads."""
        chance = random.Random(self.seed)  # noqa: S311
        sends = [(call, "whole") for call in self.calls]
        for call in self.calls:
            sends += [(call, "again")] * (chance.randint(1, 3) if chance.random() < REPEATED else 0)
            sends += [(call, "cut off")] * (chance.random() < CUT_OFF)
            sends += [(call, "not waited for")] * (chance.random() < NOT_WAITED_FOR)
            sends += [(call, "other content")] * (chance.random() < CUT_OFF)
        chance.shuffle(sends)
        for send in sends:
            self._queue.put(send)
        self._threads = [threading.Thread(target=self._send_all, daemon=True) for _ in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    @property
    def is_done(self) -> bool:
        """Whether everything was sent and received."""
        return not any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Send nothing more."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(ANSWER_WITHIN_S)

    def _send_all(self) -> None:
        with httpx.Client(base_url=self.url, timeout=ANSWER_WITHIN_S, trust_env=False) as client:
            while not self._stopped.is_set():
                try:
                    call, manner = self._queue.get_nowait()
                except Empty:
                    return
                while len(self.ids) - self.judged() > self.backlog and not self._stopped.wait(0.2):
                    pass
                with self._lock:
                    self.sent[manner] += 1
                self._send(client, call, manner)

    def _send(self, client: httpx.Client, call: ChaosCall, manner: str) -> None:
        if manner in ("cut off", "not waited for"):
            with suppress(OSError):
                self._break_off(call, whole=manner == "not waited for")
        elif manner == "other content":
            # What is first is kept: only after the right one was received may another be refused.
            if call.external_id in self.ids:
                self._until(client, call, content=call.content + b" ", wanted=(409,))
        else:
            self._until(client, call, content=call.content, wanted=(200, 202))

    def _until(self, client: httpx.Client, call: ChaosCall, *, content: bytes, wanted: tuple[int, ...]) -> None:
        while not self._stopped.is_set():
            status, told = self._post(client, call, content)
            with self._lock:
                self.answers[status] += 1
            if status in wanted:
                if status != 409:
                    self._note(call, str(told.get("id")))
                return
            if status and status != 429 and status < 500:
                self.faults.append(f"{call.external_id} was answered {status}: {told.get('type')}")
                return
            time.sleep(ASK_AGAIN_AFTER_S)

    def _post(self, client: httpx.Client, call: ChaosCall, content: bytes) -> tuple[int, dict[str, object]]:
        try:
            answer = client.post(
                "/api/v1/calls",
                headers={"Authorization": f"Bearer {self.key}"},
                data={"metadata": metadata_of(call)},
                files={"recording": ("recording", content, "audio/x-chaos")},
            )
            told = answer.json()
            return answer.status_code, told if isinstance(told, dict) else {}
        except (httpx.HTTPError, ValueError):
            return 0, {}

    def _note(self, call: ChaosCall, call_id: str) -> None:
        with self._lock:
            known = self.ids.setdefault(call.external_id, call_id)
        if known != call_id:
            self.faults.append(f"{call.external_id} became two calls, {known} and {call_id}")

    def _break_off(self, call: ChaosCall, *, whole: bool) -> None:
        """Send the request by hand, and hang up in the middle of it or before its answer."""
        body, boundary = _form(call)
        head = (
            f"POST /api/v1/calls HTTP/1.1\r\nHost: chaos\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: multipart/form-data; boundary={boundary}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        place = urlsplit(self.url)
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=5) as line:
            line.sendall(head.encode() + (body if whole else body[: len(body) // 2]))


def metadata_of(call: ChaosCall) -> str:
    """What the call centre tells of a call."""
    return json.dumps({"external_id": call.external_id, "script": call.script, "started_at": STARTED_AT})


def _form(call: ChaosCall) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{metadata_of(call)}\r\n'.encode(),
        f'--{boundary}\r\nContent-Disposition: form-data; name="recording"; filename="r"\r\n'.encode(),
        b"Content-Type: audio/x-chaos\r\n\r\n",
        call.content,
        f"\r\n--{boundary}--\r\n".encode(),
    )
    return b"".join(parts), boundary
