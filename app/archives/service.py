"""Watching, stopping and resuming a batch over the archive; `app.archives.starting` starts it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.archives import repository
from app.archives.plan import Plan, make_plan
from app.archives.selection import Selection
from app.archives.tables import ArchivePromotionTable, ArchiveTable
from app.archives.views import ArchiveView, PromotionView
from app.audit.service import Actor, record
from app.db.cursor import bad_cursor, decode_cursor, encode_cursor
from app.errors import Conflict, NotFound
from app.pipeline.upstream import Upstream
from app.work.queue import Priority, queue_of

JUDGE_CHUNK = "judge-archive-chunk"
"""Name of the durable workflow; never renamed while work is pending under it."""

LANES = 64
"""Chunks that are in the queue at once; each that is done puts the next of its lane there. More workers than that would
wait, and a hundred thousand jobs need not be written in one transaction."""

RATE_OVER_S = 120.0


def plan(session: Session, *, selection: Selection, upstream: Upstream, workers: int) -> Plan:
    """What a batch would do; changes nothing."""
    return make_plan(session, selection=selection, upstream=upstream, workers=workers)


def pause(session: Session, *, archive_id: str, actor: Actor) -> ArchiveView:
    """Let the workers end the call that they are at, and no more.

    Raises:
        NotFound: If there is no such batch.
        Conflict: If it does not run.
    """
    return _turn(session, archive_id=archive_id, to="paused", allowed=("running",), actor=actor)


def cancel(session: Session, *, archive_id: str, actor: Actor) -> ArchiveView:
    """End a batch where it stands; the candidates that are there stay, and can be compared and promoted.

    Raises:
        NotFound: If there is no such batch.
        Conflict: If it is over.
    """
    return _turn(session, archive_id=archive_id, to="cancelled", allowed=("running", "paused"), actor=actor)


def resume(session: Session, *, archive_id: str, actor: Actor) -> ArchiveView:
    """Go on with a paused batch where it stopped.

    Raises:
        NotFound: If there is no such batch.
        Conflict: If it is not paused, or still being prepared.
    """
    archive = get(session, archive_id=archive_id, lock=True)
    if not is_prepared(archive):
        raise Conflict("The archive run is still being prepared.", next_step="Wait a little, or cancel it.")
    archive.epoch += 1
    shown = _turn(session, archive_id=archive_id, to="running", allowed=("paused",), actor=actor)
    for chunk in repository.first_waiting_chunks(session, archive_id=archive_id, lanes=LANES):
        enqueue_chunk(session, archive=archive, chunk=chunk)
    return finish_if_done(session, archive=archive) or shown


def get(session: Session, *, archive_id: str, lock: bool = False) -> ArchiveTable:
    """One batch.

    Raises:
        NotFound: If there is no such batch.
    """
    archive = session.get(ArchiveTable, archive_id, with_for_update=lock or None)
    if archive is None:
        raise NotFound("There is no such archive run.", next_step="See the list of archive runs.")
    return archive


def is_prepared(archive: ArchiveTable) -> bool:
    """Whether the list of its calls is whole."""
    return archive.epoch > 0


def view(session: Session, *, archive_id: str) -> ArchiveView:
    """How far a batch is.

    Raises:
        NotFound: If there is no such batch.
    """
    return _view(session, get(session, archive_id=archive_id))


def listed(session: Session, *, cursor: str | None, limit: int) -> tuple[tuple[ArchiveView, ...], str | None]:
    """One page of the batches, the newest first, and the cursor of the next.

    Raises:
        BadInput: If the cursor is none that this function made.
    """
    rows = repository.newest(session, before=_before(cursor), limit=limit + 1)
    shown = tuple(_view(session, row) for row in rows[:limit])
    return shown, encode_cursor([rows[limit - 1].id]) if len(rows) > limit else None


def enqueue_chunk(session: Session, *, archive: ArchiveTable, chunk: int, part: int = 0) -> None:
    """Put a chunk into the queue, behind fresh uploads and re-runs; the same one twice is one job.

    Args:
        session: A writing session.
        archive: The batch.
        chunk: Counted from 0.
        part: How often its time was up before it was done.
    """
    queue_of(session).enqueue(
        session,
        workflow=JUDGE_CHUNK,
        job_id=f"{archive.id}-{archive.epoch}-{chunk}-{part}",
        arguments={"archive_id": archive.id, "epoch": archive.epoch, "chunk": chunk, "part": part},
        priority=Priority.ARCHIVE,
    )


def finish_if_done(session: Session, *, archive: ArchiveTable) -> ArchiveView | None:
    """End a batch of which no call waits any more; None where one does."""
    if archive.status != "running" or repository.has_waiting(session, archive_id=archive.id):
        return None
    archive.status, archive.finished_at = "finished", datetime.now(UTC)
    session.flush()
    archive.summary = _counted(session, archive)
    session.flush()
    return _view(session, archive)


def _turn(session: Session, *, archive_id: str, to: str, allowed: tuple[str, ...], actor: Actor) -> ArchiveView:
    archive = get(session, archive_id=archive_id, lock=True)
    if archive.status not in allowed:
        raise Conflict(
            f"The archive run is {archive.status}.", next_step=f"This works only while it is {' or '.join(allowed)}."
        )
    archive.status = to
    archive.finished_at = datetime.now(UTC) if to == "cancelled" else None
    session.flush()
    verb = {"running": "resumed"}.get(to, to)
    record(session, actor=actor, action=f"archive.{verb}", subject=archive.id)
    return _view(session, archive)


def _counted(session: Session, archive: ArchiveTable) -> dict[str, Any]:
    """How many calls are done by which stage, how many have changes, and the seconds of work."""
    counted = repository.counts(session, archive_id=archive.id)
    return {
        "stages": {str(stage): number for (status, stage), (number, _) in counted.items() if status == "done"},
        "changed": repository.call_sums(session, archive_id=archive.id)[0],
        "work_s": round(sum(seconds for _, seconds in counted.values()), 1),
    }


def _view(session: Session, archive: ArchiveTable) -> ArchiveView:
    counted = archive.summary or _counted(session, archive)
    done = sum(counted["stages"].values())
    rate = _rate_per_s(session, archive, done=done)
    left_s = (archive.total - done) / rate if rate and archive.status == "running" else None
    return ArchiveView(
        id=archive.id,
        title=archive.title,
        status="preparing" if archive.status == "paused" and not is_prepared(archive) else archive.status,
        selection=archive.selection,
        created_at=archive.created_at,
        created_by=archive.created_by_name,
        finished_at=archive.finished_at,
        total=archive.total,
        done=done,
        stages=counted["stages"],
        changed=counted["changed"],
        work_s=counted["work_s"],
        calls_per_minute=round(rate * 60, 1) if rate else None,
        left_s=None if left_s is None else round(left_s, 1),
        plan=archive.plan,
        promotions=_promotions(session, repository.promotions(session, archive_id=archive.id)),
    )


def _rate_per_s(session: Session, archive: ArchiveTable, *, done: int) -> float | None:
    """Calls a second in the last minutes; of a batch that is over, from its start to its end."""
    if archive.finished_at is not None:
        passed = (archive.finished_at - archive.created_at).total_seconds()
        return done / passed if done and passed > 0 else None
    now = datetime.now(UTC)
    number, first = repository.done_since(session, archive_id=archive.id, since=now - timedelta(seconds=RATE_OVER_S))
    return None if first is None else number / max((now - first).total_seconds(), 1.0)


def _promotions(session: Session, rows: Sequence[ArchivePromotionTable]) -> tuple[PromotionView, ...]:
    counted = repository.promoted_counts(session, promotions=[row.id for row in rows]) if rows else {}
    return tuple(
        PromotionView(
            id=row.id,
            by=row.promoted_by_name,
            created_at=row.created_at,
            finished_at=row.finished_at,
            selection=row.selection,
            total=row.total,
            promoted=counted.get((row.id, "promoted"), 0),
            skipped=counted.get((row.id, "skipped"), 0),
        )
        for row in rows
    )


def _before(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    place = decode_cursor(cursor)
    if len(place) != 1 or not isinstance(place[0], str):
        raise bad_cursor()
    return place[0]
