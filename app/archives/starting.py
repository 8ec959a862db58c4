"""Starting a batch: its calls are written down as they stand at one moment, some thousands a transaction."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from time import sleep

from sqlalchemy.orm import Session

from app.archives import repository
from app.archives.plan import Plan, make_plan
from app.archives.selection import Selection
from app.archives.service import LANES, enqueue_chunk, get, is_prepared, view
from app.archives.tables import ArchiveTable
from app.archives.views import ArchiveView
from app.audit.service import Actor, record
from app.db.identifiers import new_id
from app.db.session import Database
from app.errors import BadInput, Conflict
from app.pipeline.upstream import Upstream

AT_ONCE = 20_000
"""Calls of one transaction: while it lasts, half a second or so, no upload is written beside SQLite."""

BREATH_S = 0.12
"""Between two transactions: longer than those wait at most that ask SQLite again whether they may write."""

CHUNK_WORK_S = 45.0
LEAST_CHUNK, MOST_CHUNK = 50, 200
LONGEST_TITLE = 200


def start(
    database: Database, *, title: str, selection: Selection, upstream: Upstream, workers: int, actor: Actor
) -> ArchiveView:
    """Plan a batch, freeze the list of its calls and put the first chunks into the queue, behind everything else.

    Plan and list are of the same moment, whatever is judged meanwhile. Until the list is whole the batch is
    ``preparing``; one whose process has died stays so and can be cancelled.

    Args:
        database: Where everything is kept; nobody else's transaction may be open in this thread.
        title: For people to read; may be empty.
        selection: Which calls.
        upstream: What the workers hear and judge with.
        workers: How many there are.
        actor: Who starts it.

    Raises:
        BadInput: If no call fits, or the title is too long.
        Conflict: If it was cancelled before the list was whole.
    """
    if len(title) > LONGEST_TITLE or not title.isprintable():
        raise BadInput(f"The title has at most {LONGEST_TITLE} printable characters.")
    with database.reading() as seen:
        reckoned = make_plan(seen, selection=selection, upstream=upstream, workers=workers)
        with database.writing() as session:
            archive_id = prepare(session, title=title, selection=selection, reckoned=reckoned, actor=actor)
        for position, call_ids in _pieces(seen, selection):
            if position:
                sleep(BREATH_S)
            with database.writing() as session:
                enter(session, archive_id=archive_id, position=position, call_ids=call_ids)
    with database.writing() as session:
        return set_off(session, archive_id=archive_id)


def prepare(session: Session, *, title: str, selection: Selection, reckoned: Plan, actor: Actor) -> str:
    """Make a batch that has no calls yet, and return its id.

    Raises:
        BadInput: If no call fits.
    """
    if not reckoned.calls:
        raise BadInput("No judged call fits the selection.", next_step="Choose more, and look at the plan first.")
    now = datetime.now(UTC)
    archive = ArchiveTable(
        id=new_id("archive"),
        title=title.strip() or f"Archive of {now:%-d %B %Y}",
        status="paused",
        selection=selection.written(),
        plan=reckoned.written(),
        total=0,
        chunk_size=_chunk_size(reckoned),
        epoch=0,
        created_at=now,
        created_by=actor.id,
        created_by_name=actor.name,
    )
    session.add(archive)
    session.flush()
    record(session, actor=actor, action="archive.started", subject=archive.id, details={"calls": reckoned.calls})
    return archive.id


def enter(session: Session, *, archive_id: str, position: int, call_ids: Sequence[str]) -> None:
    """Write down the next calls of a batch that is being prepared.

    Args:
        session: A writing session.
        archive_id: The batch.
        position: Of the first of them, counted from 0.
        call_ids: In order.

    Raises:
        Conflict: If it was cancelled meanwhile.
    """
    archive = _preparing(session, archive_id)
    size = archive.chunk_size
    repository.enter(session, archive_id=archive_id, position=position, call_ids=call_ids, chunk_size=size)
    archive.total = position + len(call_ids)


def set_off(session: Session, *, archive_id: str) -> ArchiveView:
    """Put the first chunks of a batch whose list is whole into the queue.

    Raises:
        Conflict: If it was cancelled meanwhile.
    """
    archive = _preparing(session, archive_id)
    archive.status, archive.epoch = "running", 1
    for chunk in range(min(LANES, -(-archive.total // archive.chunk_size))):
        enqueue_chunk(session, archive=archive, chunk=chunk)
    session.flush()
    return view(session, archive_id=archive_id)


def _preparing(session: Session, archive_id: str) -> ArchiveTable:
    archive = get(session, archive_id=archive_id, lock=True)
    if archive.status != "paused" or is_prepared(archive):
        raise Conflict("The archive run was cancelled while it was being prepared.", next_step="Start another.")
    return archive


def _pieces(seen: Session, selection: Selection) -> Iterator[tuple[int, Sequence[str]]]:
    """The calls in the order of their ids, and the position of the first of each piece."""
    position = 0
    for call_ids in repository.chosen_calls(seen, selection=selection, at_once=AT_ONCE):
        yield position, call_ids
        position += len(call_ids)


def _chunk_size(reckoned: Plan) -> int:
    """As many calls as make a chunk's work; what must be heard is more, and ends by the clock."""
    per_call = reckoned.work_s / reckoned.calls
    return max(LEAST_CHUNK, min(MOST_CHUNK, int(CHUNK_WORK_S / per_call) if per_call > 0 else MOST_CHUNK))
