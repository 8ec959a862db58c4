"""A service with an archive of calls, judged in this process."""

from dataclasses import dataclass
from typing import Any

from app.archives import compare, promotion, repository, service, starting
from app.archives.selection import Selection, read_selection
from app.archives.service import JUDGE_CHUNK
from app.archives.tables import ArchiveTable
from app.archives.views import ArchiveView, ComparedCall
from app.audit.service import Actor
from app.bootstrap import build_workflows, settle_and_announce
from app.calls.tables import CallTable
from app.runs.repository import current
from app.runs.tables import RunTable
from app.storage.base import recording_key
from tests.support.archive_analysts import careful
from tests.support.service_world import OFFICER, World

EVERYTHING = Selection()


@dataclass
class Archive:
    """What tests do with an archive of calls."""

    world: World

    def add(self, *names: str, **metadata: Any) -> list[str]:
        """Calls whose recordings hold their names, heard and judged."""
        return [self._add(name, metadata) for name in names]

    def _add(self, name: str, metadata: dict[str, Any]) -> str:
        call_id = self.world.submit(name, **metadata)
        source = self.world.container.settings.data / "source"
        source.write_bytes(name.encode())
        with self.world.database.reading() as session:
            digest = session.get_one(CallTable, call_id).recording_sha256
        self.world.container.storage.put_new(recording_key(digest), source)
        source.unlink()
        self.world.judge(call_id, analyst=careful)
        return call_id

    def plan(self, **chosen: str) -> Any:
        with self.world.database.reading() as session:
            return service.plan(session, selection=read_selection(chosen), upstream=careful.upstream, workers=2)

    def start(self, **chosen: str) -> str:
        """Start a batch; nothing of it is done yet."""
        selection, upstream = read_selection(chosen), careful.upstream
        database = self.world.database
        return starting.start(database, title="", selection=selection, upstream=upstream, workers=2, actor=OFFICER).id

    def work(self, archive_id: str) -> ArchiveView:
        """Do what is queued of a batch, chunk after chunk."""
        workflow = build_workflows(self.world.container, analyst=careful)[JUDGE_CHUNK]
        with self.world.database.reading() as session:
            row = session.get_one(ArchiveTable, archive_id)
            chunks = repository.first_waiting_chunks(session, archive_id=archive_id, lanes=10_000)
        for chunk in chunks:
            workflow(archive_id=archive_id, epoch=row.epoch, chunk=chunk, part=0)
        return self.view(archive_id)

    def judge_again(self, **chosen: str) -> ArchiveView:
        """A whole batch."""
        return self.work(self.start(**chosen))

    def view(self, archive_id: str) -> ArchiveView:
        with self.world.database.reading() as session:
            return service.view(session, archive_id=archive_id)

    def turn(self, verb: str, archive_id: str) -> ArchiveView:
        """Pause, resume or cancel."""
        with self.world.database.writing() as session:
            turned: ArchiveView = getattr(service, verb)(session, archive_id=archive_id, actor=OFFICER)
            return turned

    def compared(self, archive_id: str, *, everything: bool = False) -> tuple[ComparedCall, ...]:
        with self.world.database.reading() as session:
            return compare.page(session, archive_id=archive_id, cursor=None, limit=200, everything=everything).items

    def promote(self, archive_id: str, *, actor: Actor = OFFICER, **chosen: str) -> ArchiveView:
        with self.world.database.writing() as session:
            begun = promotion.begin(session, archive_id=archive_id, selection=read_selection(chosen), actor=actor).id
        while True:
            with self.world.database.writing() as session:
                if not promotion.go_on(session, promotion_id=begun, settle=settle_and_announce):
                    return self.view(archive_id)

    def current(self, call_id: str) -> RunTable:
        with self.world.database.reading() as session:
            run = current(session, call_id=call_id)
            assert run is not None
            return run

    def call(self, call_id: str) -> CallTable:
        with self.world.database.reading() as session:
            return session.get_one(CallTable, call_id)

    def candidates(self, archive_id: str) -> int:
        with self.world.database.reading() as session:
            return session.query(RunTable).filter_by(archive_id=archive_id).count()
