"""What is told: the events, and the message of each. No text of a call, no name and no number."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from app.calls.tables import CallTable
from app.runs import repository as runs
from app.webhooks import repository


class Event(StrEnum):
    """What an endpoint can be told of."""

    CALL_JUDGED = "call.judged"
    TEST = "webhook.test"


OFFERED = (Event.CALL_JUDGED,)
"""Those that an endpoint chooses from; a test goes to any."""


def announce_judgement(session: Session, call_id: str) -> None:
    """Queue the message for everybody who listens, in the transaction in which the call's current run has changed."""
    call = session.get_one(CallTable, call_id)
    endpoints = repository.listening(session, call_centre=call.call_centre, event=Event.CALL_JUDGED)
    if not endpoints:
        return
    run = runs.current(session, call_id=call_id)
    if run is None:
        return
    data = {
        "call": call.id,
        "external_id": call.external_id,
        "run": run.id,
        "cause": run.cause,
        "outcome": call.outcome,
        "reason": call.reason,
        "findings": call.finding_count,
        "started_at": _moment(call.started_at),
        "received_at": _moment(call.received_at),
        "judged_at": _moment(run.finished_at) if run.finished_at else None,
    }
    for endpoint in endpoints:
        repository.add_delivery(
            session, endpoint_id=endpoint.id, event=Event.CALL_JUDGED, call_id=call.id, payload=_message(data)
        )


def queue_test(session: Session, *, endpoint_id: str) -> str:
    """Queue a message that tells of nothing; returns its id."""
    payload = _message({"endpoint": endpoint_id}, event=Event.TEST)
    return repository.add_delivery(session, endpoint_id=endpoint_id, event=Event.TEST, call_id=None, payload=payload).id


def _message(data: dict[str, Any], *, event: Event = Event.CALL_JUDGED) -> str:
    message = {"type": str(event), "timestamp": _moment(datetime.now(UTC)), "data": data}
    return json.dumps(message, ensure_ascii=True, separators=(",", ":"))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
