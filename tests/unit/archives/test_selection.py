"""Which calls a selection means: what the database finds is what the words say."""

import json
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
from app.archives.selection import LONGEST, Selection, calls_of, read_selection
from app.bootstrap import TABLES
from app.calls.tables import CallTable
from app.db.tables import Table
from app.errors import BadInput
from app.runs.basis import digest_of
from app.runs.tables import RunTable
from app.search.tables import CallTagTable

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
            runs = runs_of(call)
            opened.add(row_of(call, basis=digest_of(runs[0])))
            opened.flush()
            opened.add_all(runs)
            opened.flush()
            opened.add_all(CallTagTable(tag=f"code/{code}", call_id=call.id, confidence=0.5) for code in call.codes)
        opened.flush()
        yield opened
    engine.dispose()


def row_of(call: Judged, *, basis: str) -> CallTable:
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
        basis=basis,
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


calm = settings(deadline=None, max_examples=60)


@calm
@given(selections())
def test_the_database_finds_what_the_words_say(session: Session, selection: Selection) -> None:
    found = set(session.scalars(calls_of(session, selection, CallTable.id)))
    assert found == {call.id for call in CALLS if call.is_meant_by(selection)}


@given(selections())
def test_a_selection_is_read_back_as_it_was_written(selection: Selection) -> None:
    assert read_selection(json.loads(json.dumps(selection.written()))) == selection


@given(selections(), selections())
def test_two_selections_are_written_alike_only_if_they_are_the_same(one: Selection, other: Selection) -> None:
    assert (one.written() == other.written()) is (one == other)


@calm
@given(selections(), st.sampled_from(["campaign", "canvasser", "outcome", "code", "engine", "script"]))
def test_a_word_less_chooses_no_fewer(session: Session, selection: Selection, name: str) -> None:
    wider = replace(selection, **{name: None})
    assert set(session.scalars(calls_of(session, selection, CallTable.id))) <= set(
        session.scalars(calls_of(session, wider, CallTable.id))
    )


JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=LONGEST + 10) | st.lists(st.text())


@given(st.dictionaries(st.sampled_from(["campaign", "outcome", "started_from", "started_to", "code", "else"]), JSON))
def test_whatever_is_sent_is_read_or_refused(written: dict[str, object]) -> None:
    try:
        found = read_selection(written)
    except BadInput as refused:
        assert refused.advice
    else:
        assert all(value == "" or value is None or name in found.written() for name, value in written.items())
