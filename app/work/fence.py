"""What a worker writes after its job was taken over is undone, so that nobody ever sees it.

A worker that was cut off from the database cannot know that others have taken over its job: it goes on, and comes back
with a result. Every writing transaction of a worker therefore looks, right before it is committed, whether the job is
still its own, and on PostgreSQL keeps it so until the commit is done.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db.locks import is_shared
from app.work.queue import SCHEMA


class TakenOver(BaseException):
    """The job of this worker was taken over by another. No exception of the job: nothing but the end may catch it."""


def fence(session: Session) -> None:
    """Let a transaction through that writes for a job which is still this worker's, or for no job at all.

    Args:
        session: A writing session, right before it is committed.

    Raises:
        TakenOver: If another worker was given the job.
    """
    from dbos._context import current_owner_xid, get_local_dbos_context

    context = get_local_dbos_context()
    if context is None or not context.workflow_id:
        return
    shared = is_shared(session)
    table, lock = (f"{SCHEMA}.workflow_status", " FOR SHARE") if shared else ("workflow_status", "")
    query = text(f"SELECT 1 FROM {table} WHERE workflow_uuid = :job AND owner_xid = :owner{lock}")  # noqa: S608 - no value
    owner = current_owner_xid(context.workflow_id, context)
    if session.scalar(query, {"job": context.workflow_id, "owner": owner}) is None:
        raise TakenOver(context.workflow_id)
