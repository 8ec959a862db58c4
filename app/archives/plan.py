"""What judging a part of the archive again would take: how many calls, which stages, for how long, and why."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.archives.bases import Ground
from app.archives.scripts import Period, Scripts, periods
from app.archives.selection import Selection, grounds_of
from app.archives.stages import Basis, Cause, Stage, causes_for, stage_for
from app.archives.tables import ArchiveCallTable
from app.calls.tables import CallTable
from app.domain.deviation import Severity
from app.domain.script import ApprovedScript
from app.pipeline.upstream import Upstream
from app.runs.repository import last_paces

HEARING_S_PER_S = 0.06
TEXT_S = 0.15
NOTHING_S = 0.01
"""Seconds of work for a second of sound heard, a call whose text is judged, and one that is left as it is, where this
database has measured none: `docs/benchmarks` (windowed, base, November 2026), rounded up."""

MEASURED_RUNS = 200


CRITICAL = Severity.CRITICAL.value
"""The only severity that tells which stages run: critical findings are heard again."""

_IS_CRITICAL = CallTable.worst_severity == CRITICAL
_BOTH_COUNTS = (
    func.count(),
    func.sum(CallTable.duration),
    func.count().filter(_IS_CRITICAL),
    func.sum(CallTable.duration).filter(_IS_CRITICAL),
)


@dataclass(frozen=True, slots=True)
class Rates:
    """Seconds of work.

    Attributes:
        hearing: For a second of sound.
        text: For a call whose text is judged again.
        nothing: For a call that is left as it is.
        is_measured: Which of them earlier runs of this database gave; the others are stated defaults.
    """

    hearing: float
    text: float
    nothing: float
    is_measured: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Upheaval:
    """Something upstream that has changed, and for how many of the calls."""

    cause: Cause
    before: str
    after: str
    calls: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch would do.

    Attributes:
        calls: How many.
        stages: How many for each stage: hearing, text, nothing.
        sound_s: Seconds of sound of those that are heard again.
        work_s: Seconds of work.
        workers: That share it.
        rates: That it is reckoned by.
        upheavals: What has changed upstream; those that concern most calls first.
    """

    calls: int
    stages: dict[str, int]
    sound_s: float
    work_s: float
    workers: int
    rates: Rates
    upheavals: tuple[Upheaval, ...]

    @property
    def takes_s(self) -> float:
        """Seconds from start to end where nothing else is to be done."""
        return self.work_s / max(1, self.workers)

    def written(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {**asdict(self), "takes_s": self.takes_s}


@dataclass(frozen=True, slots=True)
class _Group:
    """Calls that rest on the same."""

    basis: Basis
    judged_by: ApprovedScript
    script: ApprovedScript
    calls: int
    sound_s: float


def make_plan(session: Session, *, selection: Selection, upstream: Upstream, workers: int) -> Plan:
    """Reckon what a batch would do; changes nothing.

    Args:
        session: Any session.
        selection: Which calls.
        upstream: What the workers would hear and judge with.
        workers: How many there are.
    """
    stages: Counter[str] = Counter({Stage.HEARING: 0, Stage.TEXT: 0, Stage.NOTHING: 0})
    upheavals: Counter[tuple[Cause, str, str]] = Counter()
    sound_s = 0.0
    for group in _groups(session, selection):
        given = {"upstream": upstream, "judged_by": group.judged_by, "script": group.script}
        stage = stage_for(group.basis, **given)  # type: ignore[arg-type]
        stages[stage] += group.calls
        sound_s += group.sound_s if stage is Stage.HEARING else 0.0
        for cause in causes_for(group.basis, **given):  # type: ignore[arg-type]
            upheavals[(cause, *_in_words(cause, group, upstream))] += group.calls
    rates = measured_rates(session)
    work_s = sound_s * rates.hearing + stages[Stage.TEXT] * rates.text + stages[Stage.NOTHING] * rates.nothing
    return Plan(
        calls=stages.total(),
        stages={str(stage): number for stage, number in stages.items()},
        sound_s=round(sound_s, 1),
        work_s=round(work_s, 1),
        workers=workers,
        rates=rates,
        upheavals=tuple(Upheaval(*what, calls=number) for what, number in _most_first(upheavals)),
    )


def _most_first(upheavals: Counter[tuple[Cause, str, str]]) -> list[tuple[tuple[Cause, str, str], int]]:
    return sorted(upheavals.items(), key=lambda upheaval: (-upheaval[1], upheaval[0]))


def measured_rates(session: Session) -> Rates:
    """What earlier runs in this database took; a stated default where there were none."""
    paces = last_paces(session, limit=MEASURED_RUNS)
    found = {
        "hearing": sum(work for work, _ in paces) / sum(sound for _, sound in paces) if paces else None,
        "text": _mean_seconds(session, Stage.TEXT),
        "nothing": _mean_seconds(session, Stage.NOTHING),
    }
    defaults = {"hearing": HEARING_S_PER_S, "text": TEXT_S, "nothing": NOTHING_S}
    values = {name: value if value is not None else defaults[name] for name, value in found.items()}
    return Rates(**values, is_measured=tuple(name for name, value in found.items() if value is not None))


def _mean_seconds(session: Session, stage: Stage) -> float | None:
    row = ArchiveCallTable
    last = select(row.seconds).where(row.stage == stage).order_by(row.finished_at.desc()).limit(MEASURED_RUNS)
    return session.scalar(select(func.avg(last.subquery().c.seconds)))


def _groups(session: Session, selection: Selection) -> Iterator[_Group]:
    scripts = Scripts()
    known: dict[str, tuple[Period, ...]] = {}
    for ground in grounds_of(session, selection):
        script_id, version = ground.script_id, ground.basis.script_version
        if script_id not in known:
            known[script_id] = periods(session, script_id=script_id)
        judged_by = scripts.load(session, script_id=script_id, version=version)
        for period in known[script_id]:
            for basis, calls, sound_s in _counted(session, selection, ground, period):
                script = scripts.load(session, script_id=script_id, version=period.version or version)
                yield _Group(basis, judged_by, script, calls, sound_s)


def _counted(
    session: Session, selection: Selection, ground: Ground, period: Period
) -> Iterator[tuple[Basis, int, float]]:
    """How many calls of a period rest on something, and their seconds: those with critical findings, and the others.

    All stands in the index `ix_calls_basis`; each call of the archive is one of its entries, looked at once.
    """
    query = select(*_BOTH_COUNTS).where(CallTable.basis == ground.digest, *selection.conditions())
    if period.since is not None:
        query = query.where(CallTable.started_at >= period.since)
    if period.until is not None:
        query = query.where(CallTable.started_at < period.until)
    calls, sound_s, critical, critical_s = (value or 0 for value in session.execute(query).one())
    for worst, number, seconds in ((CRITICAL, critical, critical_s), (None, calls - critical, sound_s - critical_s)):
        if number:
            yield ground.with_severity(worst), int(number), float(seconds)


def _in_words(cause: Cause, group: _Group, upstream: Upstream) -> tuple[str, str]:
    basis = group.basis
    match cause:
        case Cause.RULE:
            return f"{basis.ruleset}, {basis.profile}", f"{upstream.ruleset}, {upstream.profile}"
        case Cause.ENGINE:
            second = f" and {upstream.second.model}" if upstream.second else ""
            return basis.engine or "not known", f"{upstream.engine.name}/{upstream.engine.model}{second}"
        case Cause.MODEL:
            return "the models of that run", ", ".join(name for name, _ in upstream.models)
        case _:
            return _short(group.judged_by), _short(group.script)


def _short(script: ApprovedScript) -> str:
    return f"{script.id} {script.version.removeprefix('sha256:')[:12]}"
