"""Which calls a selection means: what the database finds is what the words say."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.accounts.tables import CallCentreTable
from app.archives.selection import Selection, calls_of
from app.bootstrap import TABLES
from app.calls.tables import CallTable
from app.db.tables import Table
from app.findings.tables import FindingTable
from app.runs.tables import RunTable

FIRST_DAY = datetime(2026, 5, 4, tzinfo=UTC)
WORDS = ("a", "b", "a%", "a_")
"""Two of them would mean more than themselves where they are not escaped."""

times = st.integers(-1, 13).map(lambda hours: FIRST_DAY + timedelta(hours=hours))
words = st.none() | st.sampled_from(WORDS)
codes = st.sampled_from(["endorsement", "pressure"])
outcomes = st.none() | st.sampled_from(["flagged", "clear", "unreviewable"])


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    from_, to = draw(st.none() | times), draw(st.none() | times)
    if from_ is not None and to is not None and from_ >= to:
        to = from_ + timedelta(hours=1)
    return Selection(
        started_from=from_,
        started_to=to,
        campaign=draw(words),
        canvasser=draw(words),
        outcome=draw(outcomes),
        code=draw(st.none() | codes),
        engine=draw(words),
        script=draw(words),
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """A call as it is put into the database, and its current run."""

    id: str
    started_at: datetime
    campaign: str | None
    canvasser: str | None
    outcome: str
    codes: frozenset[str]
    engine: str
    script: str

    def is_meant_by(self, selection: Selection) -> bool:
        wanted = (
            (selection.campaign, self.campaign),
            (selection.canvasser, self.canvasser),
            (selection.outcome, self.outcome),
            (selection.script, self.script),
        )
        return (
            all(word is None or word == value for word, value in wanted)
            and (selection.started_from is None or self.started_at >= selection.started_from)
            and (selection.started_to is None or self.started_at < selection.started_to)
            and (selection.code is None or selection.code in self.codes)
            and (selection.engine is None or selection.engine in (self.engine, self.engine.partition("/")[0]))
        )


def judged(number: int) -> Judged:
    """All kinds of calls, each other than the next."""
    return Judged(
        id=f"call_{number:03d}",
        started_at=FIRST_DAY + timedelta(hours=number % 13),
        campaign=(None, *WORDS)[number % 5],
        canvasser=(None, "a", "b")[number % 3],
        outcome=("flagged", "clear", "unreviewable", "flagged")[number % 4],
        codes=frozenset((("endorsement",), ("pressure",), ("endorsement", "pressure"), ())[number % 4]),
        engine=("a", "a/base", "ab/base", "a%/base", "b/tiny", "a_/x", "aX/x")[number % 7],
        script=WORDS[number % 2],
    )


CALLS = tuple(judged(number) for number in range(120))


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    assert TABLES, "every table is known"
    engine = create_engine("sqlite://")
    Table.metadata.create_all(engine)
    with Session(engine) as opened:
        opened.add(CallCentreTable(id="north", created_at=FIRST_DAY))
        opened.flush()
        for call in CALLS:
            opened.add(row_of(call))
            opened.flush()
            opened.add_all(runs_of(call))
            opened.flush()
            opened.add_all(findings_of(call))
        opened.flush()
        yield opened
    engine.dispose()


def row_of(call: Judged) -> CallTable:
    return CallTable(
        id=call.id,
        call_centre="north",
        external_id=call.id,
        script_id="whatever",
        started_at=call.started_at,
        received_at=FIRST_DAY,
        campaign=call.campaign,
        canvasser_id=call.canvasser,
        details={},
        metadata_digest="",
        recording_sha256=call.id,
        recording_size_bytes=1,
        recording_type="audio/wav",
        status="done",
        outcome=call.outcome,
    )


def runs_of(call: Judged) -> list[RunTable]:
    """The current run, and one before it that says otherwise in everything."""
    common: dict[str, Any] = {"call_id": call.id, "cause": "upload", "status": "done", "created_at": FIRST_DAY}
    return [
        RunTable(
            id=f"run-{call.id}",
            script_id=call.script,
            script_version="1",
            engine=call.engine,
            is_current=True,
            **common,
        ),
        RunTable(id=f"old-{call.id}", script_id="a%", script_version="0", engine="a_/x", is_current=False, **common),
    ]


def findings_of(call: Judged) -> list[FindingTable]:
    current = [(f"run-{call.id}", code) for code in sorted(call.codes)]
    before = [(f"old-{call.id}", code) for code in ("endorsement", "pressure") if code not in call.codes]
    return [
        FindingTable(run_id=run, finding_id=code, position=0, code=code, severity="major", confidence=0.5)
        for run, code in (*current, *before)
    ]


calm = settings(deadline=None, max_examples=60)


@calm
@given(selections())
def test_the_database_finds_what_the_words_say(session: Session, selection: Selection) -> None:
    found = set(session.scalars(calls_of(selection, CallTable.id)))
    assert found == {call.id for call in CALLS if call.is_meant_by(selection)}


@calm
@given(selections(), st.sampled_from(["campaign", "canvasser", "outcome", "code", "engine", "script"]))
def test_a_word_less_chooses_no_fewer(session: Session, selection: Selection, name: str) -> None:
    wider = replace(selection, **{name: None})
    assert set(session.scalars(calls_of(selection, CallTable.id))) <= set(
        session.scalars(calls_of(wider, CallTable.id))
    )
