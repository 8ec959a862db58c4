"""Letting candidates count, by a named person, a few calls a transaction."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.archives import repository
from app.archives.selection import Selection
from app.archives.service import get
from app.archives.tables import ArchivePromotionTable
from app.audit.service import Actor, record
from app.db.identifiers import new_id
from app.errors import Conflict, Forbidden
from app.runs.candidates import Promotion
from app.runs.candidates import promote as promote_candidate
from app.runs.service import Settle
from app.work.queue import Priority, queue_of

PROMOTE = "promote-archive"
"""Name of the durable workflow; never renamed while work is pending under it."""

AT_ONCE = 20
"""Calls of one transaction: while it lasts no upload is written beside SQLite."""

BREATH_S = 0.12
"""Between two transactions: longer than those wait at most that ask SQLite again whether they may write."""


def begin(session: Session, *, archive_id: str, selection: Selection, actor: Actor) -> ArchivePromotionTable:
    """Choose the candidates that are to count, or find the promotion that was begun and not ended.

    Candidates that a failure of the program left are never chosen: a fault of the machine takes no result away.

    Args:
        session: A writing session.
        archive_id: The batch.
        selection: Which of its calls, as they stand now.
        actor: A person: an account, or somebody named on the command line.

    Raises:
        NotFound: If there is no such batch.
        Conflict: If it still runs, or if nothing is left to promote.
        Forbidden: If the actor is no person.
    """
    if actor.kind not in ("account", "operator"):
        raise Forbidden("Only a named person lets an archive run count.")
    archive = get(session, archive_id=archive_id, lock=True)
    begun = [row for row in repository.promotions(session, archive_id=archive_id) if row.finished_at is None]
    if begun:
        if begun[0].selection != selection.written():
            raise Conflict("Another promotion of this run is under way.", next_step="Wait until it has ended.")
        return begun[0]
    if archive.status not in ("finished", "cancelled"):
        raise Conflict(f"The archive run is {archive.status}.", next_step="Wait until it is finished, or cancel it.")
    promotion = ArchivePromotionTable(
        id=new_id("promotion"),
        archive_id=archive_id,
        selection=selection.written(),
        total=0,
        actor_kind=actor.kind,
        promoted_by=actor.id,
        promoted_by_name=actor.name,
        created_at=datetime.now(UTC),
    )
    session.add(promotion)
    session.flush()
    promotion.total = repository.choose_for_promotion(session, promotion=promotion, selection=selection)
    if not promotion.total:
        raise Conflict("Nothing is left to promote.", next_step="Look at the comparison: nothing new can count.")
    details = {"promotion": promotion.id, "calls": promotion.total}
    record(session, actor=actor, action="archive.promoted", subject=archive_id, details=details)
    return promotion


def enqueue(session: Session, *, promotion: ArchivePromotionTable, part: int = 0) -> None:
    """Have a worker do it, before anything else but fresh uploads; the same part twice is one job."""
    queue_of(session).enqueue(
        session,
        workflow=PROMOTE,
        job_id=f"{promotion.id}-{part}",
        arguments={"promotion_id": promotion.id, "part": part},
        priority=Priority.REQUEST,
    )


def go_on(session: Session, *, promotion_id: str, settle: Settle) -> int:
    """Promote the next few calls; to be repeated until none is left, also after a crash.

    Args:
        session: A writing session.
        promotion_id: From `begin`.
        settle: Told of each call whose current run has changed.

    Returns:
        How many were seen to; 0 when the promotion is done.
    """
    promotion = session.get_one(ArchivePromotionTable, promotion_id, with_for_update=True)
    if promotion.finished_at is not None:
        return 0
    actor = _actor(promotion)
    rows = repository.next_to_promote(session, promotion_id=promotion_id, limit=AT_ONCE)
    for row in rows:
        became = promote_candidate(
            session, run_id=str(row.run_id), instead_of=row.base_run_id, actor=actor, settle=settle
        )
        row.promoted = became
    session.flush()
    if len(rows) < AT_ONCE:
        promotion.finished_at = datetime.now(UTC)
        counted = repository.promoted_counts(session, promotions=[promotion_id])
        done = {str(end): counted.get((promotion_id, end), 0) for end in Promotion}
        record(session, actor=actor, action="archive.promotion-ended", subject=promotion.archive_id, details=done)
    return len(rows)


def _actor(promotion: ArchivePromotionTable) -> Actor:
    kind = "account" if promotion.actor_kind == "account" else "operator"
    return Actor(kind=kind, id=promotion.promoted_by, name=promotion.promoted_by_name)  # type: ignore[arg-type]
