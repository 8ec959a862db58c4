"""Calls that are entered with what was said in them, without a sound and without a judge."""

from collections.abc import Iterable
from typing import Any

from app.domain.finding import CallResult, Finding, Outcome
from app.domain.transcript import Reached, Speaker, Transcript, Utterance
from app.reviews.standing import settle
from app.runs.service import begin, finish
from app.runs.tables import RunTable
from tests.support.service_analysts import result
from tests.support.service_world import World

Turns = Iterable[tuple[str, str]]


def spoken(turns: Turns, *, findings: tuple[Finding, ...] = (), reached: Reached | None = None) -> CallResult:
    """The result of a call in which this was said."""
    from dataclasses import replace

    utterances = tuple(
        Utterance(index=number, speaker=Speaker(speaker), text=said, start=float(number), end=number + 1.0)
        for number, (speaker, said) in enumerate(turns)
    )
    plain = result(outcome=Outcome.FLAGGED if findings else Outcome.CLEAR, findings=findings)
    transcript = Transcript(call="call", utterances=utterances, duration=float(len(utterances)), reached=reached)
    return replace(plain, transcript=transcript)


def add_call(world: World, external_id: str, turns: Turns = (), *, judged: Any = None, **metadata: Any) -> str:
    """A call of the centre `north` in which this was said."""
    call_id = world.submit(external_id, **metadata)
    keep(world, call_id, judged or spoken(turns))
    return call_id


def keep(world: World, call_id: str, judged: CallResult) -> None:
    """Finish every run of a call that is not done."""
    with world.database.writing() as session:
        for run in session.query(RunTable).filter(RunTable.call_id == call_id, RunTable.status != "done").all():
            begin(session, run_id=run.id)
            finish(session, run_id=run.id, result=judged, settle=settle)
