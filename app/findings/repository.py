"""Every query over findings."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.finding import Finding
from app.findings.tables import FindingTable


def add_all(session: Session, *, run_id: str, findings: Iterable[Finding]) -> None:
    """Write a run's findings, worst and surest first as they come."""
    session.add_all(_row(run_id, position, finding) for position, finding in enumerate(findings))


def of_run(session: Session, *, run_id: str) -> Sequence[FindingTable]:
    """A run's findings, worst and surest first."""
    query = select(FindingTable).where(FindingTable.run_id == run_id)
    return session.scalars(query.order_by(FindingTable.position)).all()


def of_runs(session: Session, *, run_ids: Iterable[str]) -> Sequence[FindingTable]:
    """The findings of several runs, each run's worst and surest first."""
    query = select(FindingTable).where(FindingTable.run_id.in_(tuple(run_ids)))
    return session.scalars(query.order_by(FindingTable.run_id, FindingTable.position)).all()


def _row(run_id: str, position: int, finding: Finding) -> FindingTable:
    return FindingTable(
        run_id=run_id,
        finding_id=finding.id,
        position=position,
        code=finding.code,
        severity=finding.severity,
        confidence=finding.confidence,
        subject=finding.subject,
        line=finding.line,
        utterance=finding.utterance,
        start=finding.start,
        end=finding.end,
        quote=finding.quote,
    )
