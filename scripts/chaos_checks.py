"""What must hold after the chaos: every call once, with the result that it has where nothing happens."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.audit.tables import AuditEntryTable
from app.bootstrap import Container
from app.calls.tables import CallTable, DerivedSoundTable
from app.findings.tables import FindingTable
from app.runs.tables import RunTable
from app.storage.base import recording_key
from scripts.chaos_calls import ChaosCall, comparable

ENDED = ("SUCCESS",)


def faults_in(
    container: Container, *, calls: list[ChaosCall], expected: Mapping[str, str], ids: Mapping[str, str]
) -> Iterator[str]:
    """Everything that is not as it must be, in words.

    Args:
        container: What the service worked with; it is stopped.
        calls: What was sent.
        expected: What comes of each call where nothing happens, by external id.
        ids: The call that each external id became, as the senders were told.
    """
    by_name = {call.external_id: call for call in calls}
    with container.database.reading() as session:
        rows = session.scalars(select(CallTable)).all()
        for name, times in Counter(row.external_id for row in rows).items():
            if times > 1:
                yield f"{name} is there {times} times"
        for missing in sorted(set(by_name) - {row.external_id for row in rows}):
            yield f"{missing} is lost"
        for row in rows:
            call = by_name.get(row.external_id)
            if call is None:
                yield f"{row.external_id} was never sent"
                continue
            if ids.get(row.external_id) != row.id:
                yield f"{row.external_id} is another call than its sender was told"
            yield from _faults_of_call(session, row, call, expected[row.external_id])
            yield from _faults_of_storage(container, session, row, call)
        yield from _faults_of_audit(session, {row.id for row in rows})
        yield from _faults_of_engine(session)


def faults_shown(client: httpx.Client, *, ids: Mapping[str, str], expected: Mapping[str, str]) -> Iterator[str]:
    """What the interface shows wrongly: each call once in the list, done, and with its result.

    Args:
        client: With a key, to the service, which runs.
        ids: The call that each external id became.
        expected: What comes of each call where nothing happens, by external id.
    """
    listed: Counter[str] = Counter()
    cursor: str | None = None
    while True:
        given = {"limit": "100", **({"cursor": cursor} if cursor else {})}
        page = client.get("/api/v1/calls", params=given).raise_for_status().json()
        listed.update(item["external_id"] for item in page["items"])
        cursor = page["next"]
        if cursor is None:
            break
    for name in sorted(set(ids) | set(listed)):
        if listed[name] != 1:
            yield f"{name} is listed {listed[name]} times"
    for name, call_id in ids.items():
        told = client.get(f"/api/v1/calls/{call_id}").raise_for_status().json()
        if comparable(told["result"], call=call_id) != expected[name]:
            yield f"{name} is shown with another result"


def _faults_of_call(session: Session, row: CallTable, call: ChaosCall, expected: str) -> Iterator[str]:
    name = call.external_id
    if row.status != "done":
        yield f"{name} is {row.status}"
    runs = session.scalars(select(RunTable).where(RunTable.call_id == row.id)).all()
    current = [run for run in runs if run.is_current]
    if len(current) != 1 or Counter(run.cause for run in runs)["upload"] != 1:
        yield f"{name} has {len(runs)} runs, of which {len(current)} are current"
        return
    (run,) = current
    result: dict[str, Any] = run.result or {}
    if comparable(result, call=row.id) != expected:
        yield f"{name} has another result: {row.outcome} ({row.reason}) after {run.attempts} attempts"
    findings = session.scalars(
        select(FindingTable).where(FindingTable.run_id == run.id).order_by(FindingTable.position)
    ).all()
    if [finding.finding_id for finding in findings] != [finding["id"] for finding in result.get("findings", ())]:
        yield f"{name} has other findings than its result"
    if (row.outcome, row.reason, row.finding_count) != (run.outcome, run.reason, len(findings)):
        yield f"{name} stands in the queue as something else than its result"


def _faults_of_storage(container: Container, session: Session, row: CallTable, call: ChaosCall) -> Iterator[str]:
    stored = b"".join(container.storage.open_range(recording_key(row.recording_sha256)))
    if stored != call.content:
        yield f"{call.external_id} has another recording than was sent"
    derived = session.get(DerivedSoundTable, row.recording_sha256)
    if derived is not None and derived.playback_key is not None and not container.storage.exists(derived.playback_key):
        yield f"{call.external_id} has a playback sound that is not there"


def _faults_of_audit(session: Session, call_ids: set[str]) -> Iterator[str]:
    entries = session.execute(
        select(AuditEntryTable.action, AuditEntryTable.subject, AuditEntryTable.details).order_by(
            AuditEntryTable.sequence
        )
    ).all()
    received = Counter(subject for action, subject, _ in entries if action == "call.received")
    uploads = set(session.scalars(select(RunTable.id).where(RunTable.cause == "upload")))
    ended = [(subject, details) for action, subject, details in entries if action == "run.finished"]
    finished = Counter(details["call"] for subject, details in ended if subject in uploads)
    for call_id in sorted(call_ids | set(received) | set(finished)):
        if (received[call_id], finished[call_id]) != (1, 1):
            yield f"{call_id} was received {received[call_id]} and finished {finished[call_id]} times in the audit"


def _faults_of_engine(session: Session) -> Iterator[str]:
    table = "dbos.workflow_status" if session.get_bind().dialect.name == "postgresql" else "workflow_status"
    for status, count in session.execute(text(f"SELECT status, count(*) FROM {table} GROUP BY status")):  # noqa: S608
        if status not in ENDED:
            yield f"{count} jobs are {status}"
