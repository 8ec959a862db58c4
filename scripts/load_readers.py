"""Officers and programs that read at once, and how long each answer takes."""

import http.client
import random
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urlsplit

from scripts.synthetic_archive import RARE

PAUSE_S = (0.1, 0.5)
"""What a reader waits between two answers."""

FILTERS: tuple[Mapping[str, str], ...] = (
    {"outcome": "flagged"},
    {"outcome": "unreviewable", "call_centre": "centre-03"},
    {"canvasser_id": "c-107"},
    {"canvasser_id": "c-311", "outcome": "flagged"},
    {"code": "endorsement"},
    {"code": "improper-disclosure"},
    {"code": "disparagement", "subject": "qureshi", "confidence_from": "0.9"},
    {"campaign": "spring", "disposition": "busy"},
    {"severity": "critical", "review": "open"},
    {"reason": "silent"},
    {"verdict": "dismissed"},
    {"dialled_number": "123"},
    {"external_id": "x-0000100"},
    {"started_from": "2025-06-01T00:00:00Z", "started_to": "2025-06-08T00:00:00Z"},
    {"started_from": "2025-01-01T00:00:00Z", "started_to": "2025-12-31T00:00:00Z", "outcome": "flagged"},
    {"received_from": "2025-03-01T00:00:00Z", "received_to": "2025-04-01T00:00:00Z"},
)
SEARCHES: dict[str, tuple[Mapping[str, str], ...]] = {
    "search_common_word": ({"q": "candidate"}, {"q": "union"}),
    "search_rare_word": ({"q": RARE}, {"q": f"candidate {RARE}"}, {"q": "wordthatnobodysaid"}),
    "search_phrase": ({"q": '"a decent guy"'}, {"q": '"no preferred candidate"'}, {"q": '"his dad was a bus driver"'}),
    "search_with_filters": (
        {"q": "candidate", "canvasser": "c-107"},
        {"q": "candidate", "outcome": "flagged", "call_centre": "centre-03"},
        {"q": "candidate", "code": "improper-disclosure"},
        {"q": '"decent guy"', "made_from": "2025-06-01", "made_to": "2025-06-30"},
        {"q": "union", "made_from": "2025-06-01", "made_to": "2025-06-30"},
    ),
}
QUEUES: tuple[Mapping[str, str], ...] = (
    {},
    {"show": "flagged"},
    {"show": "clear"},
    {"show": "decided"},
    {"show": "pending"},
    {"call_centre": "centre-03"},
    {"show": "flagged", "severity": "major"},
    {"code": "loaded-question"},
)


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is asked of the service.

    Attributes:
        kind: Under which its time is counted.
        address: Path and query.
        body: JSON that is sent, or None for a GET.
    """

    kind: str
    address: str
    body: str | None = None


@dataclass
class Answers:
    """What came back.

    Attributes:
        seconds: By kind, of every answer.
        refused: Status and address of every answer that was none.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """Milliseconds within which half, 95 and 99 of a hundred answers came."""
        return {
            f"{kind}_p{share}_ms": percentile(times, share) * 1000
            for kind, times in sorted(self.seconds.items())
            for share in (50, 95, 99)
        }


def percentile(times: Sequence[float], share: int) -> float:
    """The least of the times within which so many of a hundred lie (nearest rank)."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, -(-share * len(ordered) // 100) - 1)]


def questions() -> tuple[Question, ...]:
    """One round of everything that is read."""
    return (
        *(Question("queue_page", _address("/", query)) for query in QUEUES),
        *(Question("filtered_list", _address("/api/v1/calls", query)) for query in FILTERS),
        *(Question(kind, _address("/calls", query)) for kind, queries in SEARCHES.items() for query in queries),
    )


def read(url: str, *, cookie: str, asked: Sequence[Question], readers: int, rounds: int) -> Answers:
    """Ask everything so many times, by several readers at once, with second pages in between.

    Args:
        url: Where the service answers.
        cookie: Of an officer's session.
        asked: One round.
        readers: How many at once; each waits a little between two answers.
        rounds: How often each question is asked.
    """
    answers, lock = Answers(), threading.Lock()
    left = [question for _ in range(rounds) for question in asked]
    random.Random(7).shuffle(left)  # noqa: S311 - nothing is kept secret by it

    def go(number: int) -> None:
        dice = random.Random(number)  # noqa: S311
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
        while True:
            with lock:
                if not left:
                    return
                question = left.pop()
            following = _ask(connection, question, cookie, answers, lock)
            if following and dice.random() < 0.3:
                _ask(connection, Question(question.kind, following), cookie, answers, lock)
            time.sleep(dice.uniform(*PAUSE_S))

    threads = [threading.Thread(target=go, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _ask(
    connection: http.client.HTTPConnection, question: Question, cookie: str, answers: Answers, lock: threading.Lock
) -> str | None:
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    if question.body is not None:
        headers["Content-Type"] = "application/json"
    begun = time.perf_counter()
    connection.request("POST" if question.body is not None else "GET", question.address, question.body, headers)
    response = connection.getresponse()
    text = response.read().decode()
    took = time.perf_counter() - begun
    with lock:
        answers.seconds.setdefault(question.kind, []).append(took)
        if response.status != 200:
            answers.refused.append(f"{response.status} {question.address}")
    return _following(question.address, text)


def _following(address: str, text: str) -> str | None:
    if link := re.search(r'href="([^"]*)" rel="next"', text):
        return unescape(link.group(1))
    if cursor := re.search(r'"next":"([^"]*)"', text):
        return f"{address}&cursor={cursor.group(1)}"
    return None


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
