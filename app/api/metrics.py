"""How the service fares, in the text format of Prometheus.

What stands in the database is counted there when it is asked for, so that it is the same from whichever process and
after every restart. No label holds an identifier, a name or a text: only statuses, outcomes and reasons.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from app import __version__
from app.accounts.guard import Caller, needs
from app.accounts.policy import Right
from app.api.v1.service import Service, service_of
from app.calls import repository as calls
from app.domain.audio import UnreviewableReason
from app.domain.finding import Outcome
from app.runs import repository as runs
from app.webhooks import repository as webhooks

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
UPLOAD_PATH = "/api/v1/calls"
UPLOAD_ANSWERS = (200, 202, 400, 401, 403, 409, 413, 415, 422, 429, 500)
"""Shown from the start, so that the first of a kind is seen as a rise."""

PACE_OF_RUNS = 200
"""The real-time factor is that of the last so many runs: one to a few hours of a slot's work."""

router = APIRouter(include_in_schema=False)


class UploadCount:
    """Answers to uploads since the process began, by status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[int] = Counter(dict.fromkeys(UPLOAD_ANSWERS, 0))

    def see(self, method: str, path: str, status: int) -> None:
        """Count an answered request if it was an upload."""
        if method == "POST" and path == UPLOAD_PATH:
            with self._lock:
                self._counts[status] += 1

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        with self._lock:
            return {str(status): count for status, count in sorted(self._counts.items())}


@dataclass(frozen=True, slots=True)
class Metric:
    """One number, or one for each value of a label.

    Attributes:
        name: Without the prefix of the program.
        kind: As Prometheus calls it.
        about: What it is, in one line.
        values: By value of the label; under the empty text where there is no label. What is not known is left out.
        label: Name of the label.
    """

    name: str
    kind: Literal["gauge", "counter"]
    about: str
    values: Mapping[str, float]
    label: str = ""


@router.get("/metrics")
def metrics(
    request: Request,
    caller: Annotated[Caller, Depends(needs(Right.READ))],
    service: Annotated[Service, Depends(service_of)],
) -> Response:
    """How the service fares; a key sees the outcomes of its own call centre only, and the load of all."""
    uploads: UploadCount = request.app.state.uploads
    with service.database.reading() as session:
        counted = (*_load(session), *_outcomes(session, call_centre=caller.actor.call_centre), _pace(session))
        told = _webhooks(session)
    return Response(render((*counted, *told, *_limits(service), _uploads(uploads), _version())), media_type=MEDIA_TYPE)


def render(metrics: tuple[Metric, ...]) -> str:
    """The text that Prometheus reads."""
    lines = []
    for metric in metrics:
        name = f"canvass_monitor_{metric.name}"
        lines += [f"# HELP {name} {metric.about}", f"# TYPE {name} {metric.kind}"]
        for value, number in metric.values.items():
            label = f'{{{metric.label}="{value}"}}' if metric.label else ""
            lines.append(f"{name}{label} {number:.15g}")
    return "\n".join(lines) + "\n"


def _load(session: Session) -> tuple[Metric, ...]:
    waiting = {"queued": 0, "running": 0, **calls.waiting_by_status(session)}
    oldest = calls.oldest_waiting(session)
    age_s = max(0.0, (datetime.now(UTC) - oldest).total_seconds()) if oldest else 0.0
    return (
        Metric("calls_waiting", "gauge", "Calls without a first judgement.", waiting, "status"),
        Metric(
            "oldest_waiting_seconds", "gauge", "Since the oldest of them came in; 0 where there is none.", {"": age_s}
        ),
    )


def _outcomes(session: Session, *, call_centre: str | None) -> tuple[Metric, ...]:
    outcomes = {str(outcome): 0 for outcome in Outcome} | calls.judged_by_outcome(session, call_centre=call_centre)
    reasons = {str(reason): 0 for reason in UnreviewableReason}
    reasons |= calls.unreviewable_by_reason(session, call_centre=call_centre)
    return (
        Metric("calls_judged", "gauge", "Calls by their present outcome.", outcomes, "outcome"),
        Metric("calls_unreviewable", "gauge", "Calls that could not be judged, by reason.", reasons, "reason"),
    )


def _pace(session: Session) -> Metric:
    paces = runs.last_paces(session, limit=PACE_OF_RUNS)
    worked_s, sound_s = sum(pace[0] for pace in paces), sum(pace[1] for pace in paces)
    about = f"Seconds of one worker for a second of sound, over the last {PACE_OF_RUNS} runs."
    return Metric("real_time_factor", "gauge", about, {"": worked_s / sound_s} if paces else {})


def _webhooks(session: Session) -> tuple[Metric, ...]:
    waiting, disabled = webhooks.waiting(session), webhooks.disabled(session)
    return (
        Metric("webhooks_waiting", "gauge", "Messages to call centres that are still to be delivered.", {"": waiting}),
        Metric("webhooks_disabled", "gauge", "Webhooks that are switched off since they failed.", {"": disabled}),
    )


def _limits(service: Service) -> tuple[Metric, ...]:
    return (
        Metric(
            "calls_waiting_limit",
            "gauge",
            "From so many waiting calls on uploads are answered 429.",
            {"": service.maximum_queued_calls},
        ),
        Metric("storage_free_bytes", "gauge", "Free space where recordings are kept.", {"": service.free_bytes()}),
        Metric(
            "storage_free_limit_bytes",
            "gauge",
            "With less free space uploads are answered 429.",
            {"": service.minimum_free_bytes},
        ),
    )


def _uploads(uploads: UploadCount) -> Metric:
    about = "Answers to uploads since the service was started, by HTTP status."
    return Metric("uploads_total", "counter", about, uploads.counts, "status")


def _version() -> Metric:
    return Metric("info", "gauge", "The version of the program.", {__version__: 1}, "version")
