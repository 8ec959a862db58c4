"""What the API, the pages and the command line ask of archive runs, one transaction each."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.archives import compare, promotion, service, starting
from app.archives.plan import Plan
from app.archives.selection import read_selection
from app.archives.views import ArchiveView, ComparedCall, ComparisonPage, Sums
from app.audit.service import Actor, record
from app.db.session import Database
from app.pipeline.upstream import Upstream
from app.runs.service import Settle

AT_ONCE = 200

TELL_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class ArchiveDesk:
    """The archive as officers and operators use it; who may is asked at the door.

    Attributes:
        database: Where everything is kept.
        upstream: What the workers hear and judge with.
        workers: How many there are.
        settle: Told of a call when its current run has changed.
    """

    database: Database
    upstream: Callable[[], Upstream]
    workers: Callable[[], int]
    settle: Settle

    def plan(self, chosen: Mapping[str, Any]) -> Plan:
        """What a batch over the calls that are chosen would do; changes nothing.

        Raises:
            BadInput: If what is chosen means nothing.
            WeightsMissing: If the models are not fetched here.
        """
        selection, upstream = read_selection(chosen), self.upstream()
        with self.database.reading() as session:
            return service.plan(session, selection=selection, upstream=upstream, workers=self.workers())

    def start(self, chosen: Mapping[str, Any], *, title: str, actor: Actor) -> ArchiveView:
        """Start a batch.

        Raises:
            BadInput: If what is chosen means nothing, or no call fits.
            Conflict: If it was cancelled before all its calls were written down.
            WeightsMissing: If the models are not fetched here.
        """
        selection, upstream = read_selection(chosen), self.upstream()
        workers = self.workers()
        return starting.start(
            self.database, title=title, selection=selection, upstream=upstream, workers=workers, actor=actor
        )

    def listed(self, *, cursor: str | None, limit: int) -> tuple[tuple[ArchiveView, ...], str | None]:
        """One page of the batches, the newest first, and the cursor of the next."""
        with self.database.reading() as session:
            return service.listed(session, cursor=cursor, limit=limit)

    def view(self, archive_id: str) -> ArchiveView:
        """How far a batch is; raises NotFound."""
        with self.database.reading() as session:
            return service.view(session, archive_id=archive_id)

    def pause(self, archive_id: str, *, actor: Actor) -> ArchiveView:
        """Let the workers end the call that they are at; raises NotFound, Conflict."""
        with self.database.writing() as session:
            return service.pause(session, archive_id=archive_id, actor=actor)

    def resume(self, archive_id: str, *, actor: Actor) -> ArchiveView:
        """Go on; raises NotFound, Conflict."""
        with self.database.writing() as session:
            return service.resume(session, archive_id=archive_id, actor=actor)

    def cancel(self, archive_id: str, *, actor: Actor) -> ArchiveView:
        """End it where it stands; raises NotFound, Conflict."""
        with self.database.writing() as session:
            return service.cancel(session, archive_id=archive_id, actor=actor)

    def sums(self, archive_id: str) -> Sums:
        """A whole batch, compared as far as it is done; raises NotFound."""
        with self.database.reading() as session:
            return compare.sums(session, archive_id=service.get(session, archive_id=archive_id).id)

    def comparison(
        self, archive_id: str, *, cursor: str | None, limit: int, actor: Actor, everything: bool = False
    ) -> ComparisonPage:
        """One page of the compared calls with the words of the findings, which is logged; raises NotFound, BadInput."""
        with self.database.writing() as session:
            found = service.get(session, archive_id=archive_id).id
            page = compare.page(
                session, archive_id=found, cursor=cursor, limit=limit, everything=everything, with_words=True
            )
            calls = [item.call for item in page.items]
            record(session, actor=actor, action="archive.compared", subject=found, details={"calls": calls})
            return page

    def compared(self, archive_id: str, *, everything: bool = False) -> Iterator[ComparedCall]:
        """All compared calls without the words of the findings, read page by page."""
        cursor = None
        while True:
            with self.database.reading() as session:
                found = service.get(session, archive_id=archive_id).id
                page = compare.page(session, archive_id=found, cursor=cursor, limit=AT_ONCE, everything=everything)
            yield from page.items
            if page.next is None:
                return
            cursor = page.next

    def promote(self, archive_id: str, chosen: Mapping[str, Any], *, actor: Actor) -> ArchiveView:
        """Have the workers let candidates count.

        Raises:
            NotFound: If there is no such batch.
            Conflict: If it still runs, or nothing is left to promote.
            Forbidden: If the actor is no person.
        """
        selection = read_selection(chosen)
        with self.database.writing() as session:
            begun = promotion.begin(session, archive_id=archive_id, selection=selection, actor=actor)
            promotion.enqueue(session, promotion=begun)
            return service.view(session, archive_id=archive_id)

    def promote_here(self, archive_id: str, chosen: Mapping[str, Any], *, actor: Actor) -> Iterator[ArchiveView]:
        """The same in this process; what broke off goes on at the next time. Yields how far it is once a second."""
        selection = read_selection(chosen)
        with self.database.writing() as session:
            begun = promotion.begin(session, archive_id=archive_id, selection=selection, actor=actor).id
        told = time.monotonic()
        while True:
            with self.database.writing() as session:
                seen = promotion.go_on(session, promotion_id=begun, settle=self.settle)
            if not seen or time.monotonic() - told >= TELL_EVERY_S:
                told = time.monotonic()
                yield self.view(archive_id)
            if not seen:
                return
            time.sleep(promotion.BREATH_S)


def chosen_words(selection: Mapping[str, Any]) -> str:
    """What was chosen, as a line of text."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in selection.items()) or "every judged call"
