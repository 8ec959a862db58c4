"""What a batch would do: the sums that are reckoned along an index are those of the calls gone through one by one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.accounts.tables import CallCentreTable
from app.approved_scripts.authoring import load_script
from app.approved_scripts.service import publish
from app.archives.candidates import basis_of
from app.archives.plan import make_plan
from app.archives.scripts import Scripts
from app.archives.selection import Selection
from app.archives.stages import Stage, causes_for, stage_for
from app.audit.service import OPERATOR
from app.calls.tables import CallTable
from app.db.engine import open_database
from app.db.migrate import migrate
from app.db.place import Place
from app.db.session import Database
from app.domain.script import ApprovedScript
from app.runs.basis import RESTS_ON, digest, digest_of, fill
from app.runs.repository import current
from app.runs.tables import RunTable
from app.search.tables import CallTagTable
from tests.integration.service.conftest import EMBEDDED, SCALED_OUT
from tests.support.postgres import PostgresServer
from tests.support.service_world import SCRIPTS, World
from tests.support.upstreams import NOW

FIRST_DAY = datetime(2026, 5, 4, tzinfo=UTC)
SECOND = {f"whisper-{NOW.second.model}": f"sha256:{NOW.second.sha256}"} if NOW.second else {}
MODELS: tuple[dict[str, str], ...] = (
    {"minilm": "sha256:m", **SECOND},
    {**SECOND, "minilm": "sha256:m"},
    {"minilm": "sha256:m"},
    {"minilm": "sha256:old"},
)
"""The first two are the same in another order."""

EASTMERE, LARKFIELD = (load_script(SCRIPTS / f"{name}.yaml") for name in ("eastmere-mayor", "larkfield-merger"))


@dataclass(frozen=True, slots=True)
class Made:
    """A call that is in the database, and its current run."""

    call: CallTable
    run: RunTable
    codes: frozenset[str]

    def is_meant_by(self, selection: Selection) -> bool:
        wanted = (
            (selection.campaign, self.call.campaign),
            (selection.outcome, self.call.outcome),
            (selection.script, self.run.script_id),
            (selection.script_version, self.run.script_version),
            (selection.engine, str(self.run.engine).partition("/")[0]),
        )
        return (
            all(word is None or word == value for word, value in wanted)
            and (selection.started_from is None or self.call.started_at >= selection.started_from)
            and (selection.started_to is None or self.call.started_at < selection.started_to)
            and (selection.code is None or selection.code in self.codes)
        )


def made(number: int) -> Made:
    """All kinds of calls: the numbers by which they differ have no common divisor."""
    script: ApprovedScript = EASTMERE if number % 5 else LARKFIELD
    call = CallTable(
        id=f"call_{number:03d}",
        call_centre="north",
        external_id=str(number),
        script_id="eastmere-mayor",
        started_at=FIRST_DAY + timedelta(hours=number % 13),
        received_at=FIRST_DAY,
        campaign=("a", "b")[number % 2],
        details={},
        metadata_digest="",
        recording_sha256=str(number),
        recording_size_bytes=1,
        recording_type="audio/wav",
        status="done",
        outcome=("flagged", "clear", "unreviewable")[number % 3],
        worst_severity=("critical", "major", None)[number % 3],
        duration=(60.0, 30.5, None)[number % 7 % 3],
    )
    run = RunTable(
        id=f"run_{number:03d}",
        call_id=call.id,
        cause="upload",
        status="done",
        created_at=FIRST_DAY,
        is_current=True,
        script_id=script.id,
        script_version=script.version,
        ruleset=("1", "2", "2", "2")[number % 4],
        profile="balanced",
        models=MODELS[number % 11 % 4],
        engine=("windowed/base", "faster-whisper/base")[number % 9 // 8],
        hearing_key=None if number % 9 == 8 else NOW.hearing_key(script),
        shares_channel=(None, True, False)[number % 7 % 3],
        reason=("silent", None)[number % 7 % 3 > 0],
    )
    return Made(call, run, frozenset({"endorsement"} if number % 3 == 0 else {"pressure"} if number % 3 == 1 else ()))


NUMBERS = range(150)
CALLS = tuple(made(number) for number in NUMBERS)


@pytest.fixture(scope="module", params=[EMBEDDED, SCALED_OUT])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """With the calls in it; what they rest on is entered as a migration does."""
    place: Place = tmp_path_factory.mktemp("plan") / "x.sqlite"
    if request.param == SCALED_OUT:
        server: PostgresServer = request.getfixturevalue("postgres")
        place = server.url(server.make_database())
    opened = open_database(place)
    migrate(opened.writing_engine)
    calls = [made(number) for number in NUMBERS]
    with opened.writing() as session:
        publish_all(session)
        session.add(CallCentreTable(id="north", created_at=FIRST_DAY))
        session.flush()
        session.add_all(each.call for each in calls)
        session.flush()
        session.add_all(run for each in calls for run in (each.run, candidate_of(each)))
        session.add_all(
            CallTagTable(tag=f"code/{code}", call_id=each.call.id, confidence=0.5)
            for each in calls
            for code in each.codes
        )
        session.flush()
        assert fill(session) == len(calls)
    yield opened
    opened.close()


def publish_all(session: Session) -> None:
    """Of one script a version before all calls and one from the sixth hour on, of the other one from the third on."""
    text = {each.id: (SCRIPTS / f"{each.id}.yaml").read_text(encoding="utf-8") for each in (EASTMERE, LARKFIELD)}
    later = text[EASTMERE.id].replace("Thank you for your time.", "Many thanks for your time.")
    assert later != text[EASTMERE.id]
    for content, hours in ((text[EASTMERE.id], -1), (later, 6), (text[LARKFIELD.id], 3)):
        since = FIRST_DAY + timedelta(hours=hours)
        publish(session, content=content, source="x", actor=OPERATOR, effective_from=since)


def candidate_of(each: Made) -> RunTable:
    """A run that does not count."""
    return RunTable(
        id=f"other-{each.run.id}",
        call_id=each.call.id,
        cause="archive",
        status="done",
        created_at=FIRST_DAY,
        is_current=False,
        script_id="another",
        script_version="0",
        ruleset="9",
    )


hours = st.none() | st.integers(0, 12).map(lambda number: FIRST_DAY + timedelta(hours=number))


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    since, until = draw(hours), draw(hours)
    return Selection(
        started_from=since,
        started_to=until if since is None or until is None or since < until else None,
        campaign=draw(st.sampled_from([None, None, "a"])),
        outcome=draw(st.sampled_from([None, None, "flagged", "clear"])),
        code=draw(st.sampled_from([None, None, "endorsement", "pressure"])),
        engine=draw(st.sampled_from([None, None, "windowed"])),
        script=draw(st.sampled_from([None, None, EASTMERE.id, LARKFIELD.id])),
        script_version=draw(st.sampled_from([None, None, EASTMERE.version])),
    )


@settings(deadline=None, max_examples=40)
@given(selection=selections())
def test_the_plan_has_the_sums_of_the_calls(database: Database, selection: Selection) -> None:
    with database.reading() as session:
        expected = one_by_one(session, selection)
        plan = make_plan(session, selection=selection, upstream=NOW, workers=2)
    told = Counter[str]()
    for upheaval in plan.upheavals:
        told[upheaval.cause] += upheaval.calls
    assert (plan.calls, Counter(plan.stages), told) == (expected.calls, expected.stages, expected.causes)
    assert plan.sound_s == pytest.approx(expected.sound_s)
    assert [item.calls for item in plan.upheavals] == sorted((item.calls for item in plan.upheavals), reverse=True)


@dataclass
class Expected:
    """What a plan must say."""

    calls: int = 0
    sound_s: float = 0.0
    stages: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)


def one_by_one(session: Session, selection: Selection) -> Expected:
    """The sums of the calls, each looked at by itself."""
    expected, scripts = Expected(), Scripts()
    for each in CALLS:
        if not each.is_meant_by(selection):
            continue
        script_id, version = each.run.script_id, each.run.script_version
        judged_by = scripts.load(session, script_id=script_id, version=version)
        script = scripts.in_force(session, script_id=script_id, at=each.call.started_at, else_version=version)
        given: dict[str, Any] = {"upstream": NOW, "judged_by": judged_by, "script": script}
        basis = basis_of(each.run, each.call)
        stage = stage_for(basis, **given)
        expected.calls += 1
        expected.stages[stage] += 1
        expected.sound_s += (each.call.duration or 0.0) if stage is Stage.HEARING else 0.0
        expected.causes.update(causes_for(basis, **given))
    return expected


def test_calls_rest_on_the_same_only_if_nothing_of_it_differs() -> None:
    known: dict[str, dict[str, Any]] = {}
    for each in CALLS:
        values = {name: getattr(each.run, name) for name in RESTS_ON}
        assert known.setdefault(digest_of(each.run), values) == values
    assert len(known) > 10
    assert all(one is other or one != other for one in known.values() for other in known.values())


@pytest.mark.parametrize("name", RESTS_ON)
def test_each_value_counts(name: str) -> None:
    nothing: dict[str, Any] = dict.fromkeys(RESTS_ON)
    assert digest({**nothing, name: "x"}) != digest(nothing)


EARLIER = (
    "INSERT INTO call_centres (id, created_at) VALUES ('north', :at)",
    (
        "INSERT INTO calls (id, call_centre, external_id, script_id, started_at, received_at, details, metadata_digest,"
        " recording_sha256, recording_size_bytes, recording_type, status, finding_count, queue_rank, queue_doubt)"
        " VALUES (:call, 'north', :call, 'own', :at, :at, '{}', 'x', 'x', 1, 'audio/wav', 'done', 0, 0, 0.1)"
    ),
    (
        "INSERT INTO runs (id, call_id, cause, script_id, script_version, status, is_current, attempts, created_at,"
        " ruleset, models, engine, shares_channel)"
        " VALUES (:run, :call, :cause, :script, 'sha256:1', 'done', :counts, 1, :at, '2', :models, 'e/m', :counts)"
    ),
)


@pytest.mark.parametrize("where", [EMBEDDED, SCALED_OUT])
def test_a_migration_enters_what_calls_of_before_rest_on(
    where: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.runs.basis.BATCH", 2)
    opened = open_database(tmp_path / "x.sqlite" if where == EMBEDDED else request.getfixturevalue("empty_database"))
    migrate(opened.writing_engine, to="0007")
    centre, call, run = (text(statement) for statement in EARLIER)
    common: dict[str, Any] = {"at": "2026-05-04 17:30:00.000000", "models": '{"b": "2", "a": "1"}'}
    with opened.writing() as session:
        session.execute(centre, common)
        for number in range(6):
            given = common | {"call": f"call_{number}"}
            session.execute(call, given)
            candidate = {"run": f"other_{number}", "cause": "archive", "script": "other", "counts": False}
            session.execute(run, given | candidate)
            if number < 5:
                current = {"run": f"run_{number}", "cause": "upload", "script": f"s{number % 2}", "counts": True}
                session.execute(run, given | current)
    migrate(opened.writing_engine)
    with opened.reading() as session:
        found = [row.basis for row in session.query(CallTable).order_by(CallTable.id)]
    opened.close()
    values: dict[str, Any] = dict.fromkeys(RESTS_ON) | {
        "script_version": "sha256:1",
        "ruleset": "2",
        "models": {"a": "1", "b": "2"},
        "engine": "e/m",
        "shares_channel": True,
    }
    first, second = (digest({**values, "script_id": script}) for script in ("s0", "s1"))
    assert found == [first, second, first, second, first, None]


def test_what_a_call_rests_on_is_that_of_the_run_that_counts(world: World) -> None:
    call_id = world.submit("c-1")
    with world.database.reading() as session:
        assert session.get_one(CallTable, call_id).basis is None
    world.judge(call_id)
    with world.database.reading() as session:
        run = current(session, call_id=call_id)
        assert run is not None
        assert session.get_one(CallTable, call_id).basis == digest_of(run)


@pytest.mark.parametrize("database", [EMBEDDED], indirect=True)
@pytest.mark.parametrize("selection", [Selection(), Selection(campaign="a", outcome="clear", canvasser="c")])
def test_sqlite_goes_along_the_indexes_and_reads_no_run_but_examples(database: Database, selection: Selection) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(database.reading_engine, "before_cursor_execute", note)
    with database.reading() as session:
        make_plan(session, selection=selection, upstream=NOW, workers=1)
    event.remove(database.reading_engine, "before_cursor_execute", note)
    told = set()
    with database.reading_engine.connect() as connection:
        for statement, parameters in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            told |= {str(row[-1]) for row in rows if str(row[-1]).partition(" ")[0] in ("SCAN", "SEARCH")}
    ways = {way for way in told if way.split()[1] in ("calls", "runs")}
    of_calls = {way for way in ways if way.split()[1] == "calls"}
    assert of_calls, told
    assert all("COVERING INDEX ix_calls_basis (basis" in way for way in of_calls), of_calls
    assert ways - of_calls == {
        "SEARCH runs USING INDEX ix_runs_call_id_created_at (call_id=?)",
        "SCAN runs USING INDEX ix_runs_heard_id",
    }
