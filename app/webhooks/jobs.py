"""Sends what is due, beside the judging: in threads of a worker process, never in its slot."""

import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.db.session import Database
from app.telemetry import failure, logger
from app.webhooks import repository
from app.webhooks.addresses import TargetRules
from app.webhooks.deliveries import Parcel, settle_attempt, take
from app.webhooks.sending import Answer, post
from app.webhooks.signing import headers_of

LOOK_EVERY_S = 1.0
SOON_S = 0.1
"""Between two looks while there is work: leaves the database to the uploads, and sends 40 a second to one endpoint."""

AT_ONCE = 8
HELD_LONGER_S = 5.0
"""A message is due again so long after the time limit of its attempt: the worker that held it is taken for dead."""

END_WITHIN_S = 3.0
FORGET_EVERY_S = 3600.0
FORGET_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sending:
    """What the sending works with.

    Attributes:
        database: Where the messages stand.
        rules: Where they may go.
        timeout_s: Of one attempt.
        kept_for: How long the log keeps a message that has ended.
        pauses_s: Before each further attempt.
        key: Of the installation.
    """

    database: Database
    rules: TargetRules
    timeout_s: float
    kept_for: timedelta
    pauses_s: tuple[float, ...]
    key: bytes = field(repr=False, default=b"")

    def take_due(self, *, limit: int) -> tuple[Parcel, ...]:
        """Take messages that are due; writes nothing where none is."""
        now = datetime.now(UTC)
        with self.database.reading() as session:
            if not repository.is_anything_due(session, at=now):
                return ()
        with self.database.writing() as session:
            return take(
                session,
                at=now,
                held_for=timedelta(seconds=self.timeout_s + HELD_LONGER_S),
                limit=limit,
                key=self.key,
                most_attempts=len(self.pauses_s) + 1,
            )

    def deliver(self, parcel: Parcel) -> None:
        """One attempt at one message, written down."""
        answer = self._send(parcel)
        with self.database.writing() as session:
            settle_attempt(session, parcel=parcel, answer=answer, at=datetime.now(UTC), pauses_s=self.pauses_s)
        log = logger(__name__).bind(delivery=parcel.delivery_id, endpoint=parcel.endpoint_id)
        if answer.is_taken:
            log.info("webhook.sent", status=answer.status)
        else:
            log.warning("webhook.failed", status=answer.status, error=answer.error)

    def forget(self) -> None:
        """Take out of the log what has been kept for long enough."""
        before = datetime.now(UTC) - self.kept_for
        count = FORGET_AT_ONCE
        while count == FORGET_AT_ONCE:
            with self.database.writing() as session:
                count = repository.forget(session, before=before, limit=FORGET_AT_ONCE)

    def _send(self, parcel: Parcel) -> Answer:
        if not parcel.secrets:
            return Answer(status=None, error="other-key", took_s=0.0)
        headers = headers_of(
            message_id=parcel.delivery_id, at=datetime.now(UTC), body=parcel.body, secrets_in_force=parcel.secrets
        )
        return post(parcel.url, body=parcel.body, headers=headers, rules=self.rules, timeout_s=self.timeout_s)


def start_sending(what: Sending, *, stopped: threading.Event) -> threading.Thread:
    """Send beside the judging until told to stop; what is under way then has a few seconds to end.

    Args:
        what: What to work with.
        stopped: Ends it.

    Returns:
        The thread, which ends soon after it was told to.
    """
    thread = threading.Thread(target=_run, args=(what, stopped), name="webhooks", daemon=True)
    thread.start()
    return thread


def _run(what: Sending, stopped: threading.Event) -> None:
    pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="webhook")
    under_way: set[Future[None]] = set()
    forget_at = time.monotonic()
    while not stopped.is_set():
        try:
            if time.monotonic() >= forget_at:
                what.forget()
                forget_at = time.monotonic() + FORGET_EVERY_S
            under_way = {future for future in under_way if not future.done()}
            room = AT_ONCE - len(under_way)
            parcels = what.take_due(limit=room) if room else ()
            under_way |= {pool.submit(_deliver, what, parcel) for parcel in parcels}
        except Exception as error:
            # Mostly the database does not answer. What is due stays due, and this thread must outlive it.
            logger(__name__).error("webhook.stalled", **failure(error))
        _pause(under_way, stopped)
    wait(under_way, timeout=END_WITHIN_S)
    pool.shutdown(wait=False, cancel_futures=True)


def _pause(under_way: set[Future[None]], stopped: threading.Event) -> None:
    """Until it is worth another look: soon after a message has gone, or in a second."""
    if under_way:
        wait(under_way, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
        stopped.wait(SOON_S)
    else:
        stopped.wait(LOOK_EVERY_S)


def _deliver(what: Sending, parcel: Parcel) -> None:
    try:
        what.deliver(parcel)
    except Exception as error:
        # The message is due again when the claim ends.
        logger(__name__).error("webhook.broken", delivery=parcel.delivery_id, **failure(error))
