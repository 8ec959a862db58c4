"""A batch is started in many small transactions: what is seen of it meanwhile, and what becomes of it."""

from pathlib import Path

import pytest

from app.archives import service, starting
from app.archives.tables import ArchiveCallTable, ArchiveTable
from app.errors import Conflict
from tests.support.archive_world import Archive
from tests.support.service_world import OFFICER, World


@pytest.fixture
def archive(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    notes = tmp_path / "notes"
    notes.mkdir()
    monkeypatch.setenv("TEST_NOTES", str(notes))
    monkeypatch.setattr(starting, "AT_ONCE", 2)
    return Archive(world)


def the_one(archive: Archive) -> str:
    """Id of the only batch."""
    with archive.world.database.reading() as session:
        return session.query(ArchiveTable.id).scalar()


def test_the_list_is_of_one_moment_whatever_comes_in_while_it_is_written(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = archive.add("one", "two", "three", "four", "five")
    seen: list[tuple[str, int]] = []

    def meanwhile(_seconds: float) -> None:
        view = archive.view(the_one(archive))
        seen.append((view.status, view.total))
        archive.add(f"late-{len(seen)}")

    monkeypatch.setattr("app.archives.starting.sleep", meanwhile)
    begun = archive.start()
    assert seen == [("preparing", 2), ("preparing", 4)]
    assert (archive.view(begun).status, archive.view(begun).total) == ("running", 5)
    assert archive.view(begun).plan["calls"] == 5
    with archive.world.database.reading() as session:
        rows = session.query(ArchiveCallTable.position, ArchiveCallTable.call_id).order_by(ArchiveCallTable.position)
        assert [tuple(row) for row in rows] == list(enumerate(sorted(calls)))
    assert archive.work(begun).stages == {"nothing": 5}
    assert archive.plan().calls == 7


def test_one_that_is_being_prepared_can_be_cancelled_and_not_resumed(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.add("one", "two", "three")

    def cancel(_seconds: float) -> None:
        with pytest.raises(Conflict, match="being prepared"):
            archive.turn("resume", the_one(archive))
        with pytest.raises(Conflict):
            archive.turn("pause", the_one(archive))
        assert archive.turn("cancel", the_one(archive)).status == "cancelled"

    monkeypatch.setattr("app.archives.starting.sleep", cancel)
    with pytest.raises(Conflict, match="cancelled while it was being prepared"):
        archive.start()
    left = archive.view(the_one(archive))
    assert (left.status, left.done, archive.candidates(left.id)) == ("cancelled", 0, 0)
    with archive.world.database.writing() as session, pytest.raises(Conflict):
        service.resume(session, archive_id=left.id, actor=OFFICER)
