"""A batch over the archive in the middle of the chaos: judged again, compared, and promoted by an officer."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import select

from app.archives.stages import Stage
from app.archives.tables import ArchiveCallTable
from app.bootstrap import Container
from app.calls.tables import CallTable
from app.runs.tables import RunTable
from scripts.chaos_calls import comparable

SELECTION = {"script": "larkfield-merger"}
"""About a third of the calls."""

TITLE = "chaos"
ANSWER_WITHIN_S = 60.0


@dataclass
class ArchiveBatch:
    """Starts a batch once, looks at it until it is done, and then promotes it.

    Attributes:
        url: Of the service.
        cookie: Of an officer.
        at: Number of judged calls at which it is started.
        id: Of the batch, once it is there.
        told: What the interface said of it last.
    """

    url: str
    cookie: str
    at: int
    id: str | None = None
    told: dict[str, Any] = field(default_factory=dict)
    _looked: float = 0.0

    def step(self, judged: int) -> None:
        """Do what is due; where the service does not answer it is tried again the next time."""
        if judged < self.at or self.is_done or time.monotonic() - self._looked < 1.0:
            return
        self._looked = time.monotonic()
        with suppress(httpx.HTTPError, ValueError), self._client() as client:
            if self.id is None:
                self._find_or_start(client)
            else:
                self.told = client.get(f"/api/v1/archives/{self.id}").raise_for_status().json()
                if self.told["status"] == "finished" and not self.told["promotions"]:
                    client.post(f"/api/v1/archives/{self.id}/promotions", json={}).raise_for_status()

    @property
    def is_done(self) -> bool:
        """Whether it was judged and promoted to the end."""
        return any(promotion["finished_at"] for promotion in self.told.get("promotions", ()))

    def _find_or_start(self, client: httpx.Client) -> None:
        # An answer that was lost may have told of a batch: it is looked for before another is started.
        listed = client.get("/api/v1/archives").raise_for_status().json()["items"]
        if not listed:
            client.post("/api/v1/archives", json={"title": TITLE, "selection": SELECTION}).raise_for_status()
            listed = client.get("/api/v1/archives").raise_for_status().json()["items"]
        self.id = listed[0]["id"]
        print(f"  a batch of {listed[0]['total']} archived calls is started", flush=True)

    def _client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.url, headers={"Cookie": self.cookie}, timeout=ANSWER_WITHIN_S, trust_env=False
        )

    def faults_in(self, container: Container, expected: Mapping[str, str]) -> Iterator[str]:
        """What is wrong with the candidates, in words.

        Args:
            container: What the service worked with; it is stopped.
            expected: What comes of each call where nothing happens, by external id.
        """
        if not self.is_done:
            yield f"the archive batch did not end: {self.told.get('status')}"
        with container.database.reading() as session:
            rows = session.scalars(select(ArchiveCallTable).where(ArchiveCallTable.archive_id == self.id)).all()
            if len(rows) != self.told.get("total") or not rows:
                yield f"{len(rows)} of {self.told.get('total')} calls are in the batch"
            candidates = session.scalars(select(RunTable).where(RunTable.cause == "archive")).all()
            for call_id, times in Counter(run.call_id for run in candidates).items():
                if times != 1:
                    yield f"{call_id} has {times} candidates"
            for row in rows:
                run = session.get(RunTable, row.run_id) if row.run_id else None
                name = session.get_one(CallTable, row.call_id).external_id
                if row.status == "done" and row.stage == Stage.NOTHING and run is None:
                    continue  # Nothing upstream of it had changed.
                if row.status != "done" or run is None:
                    yield f"{name} is {row.status} in the batch, after {row.attempts} attempts"
                elif comparable(run.result, call=row.call_id) != expected[name]:
                    yield f"{name} has another candidate than its result: {run.outcome}, {row.stage}"
                elif row.promoted is None:
                    yield f"{name} was neither promoted nor left"
