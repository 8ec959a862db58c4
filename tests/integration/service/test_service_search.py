import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from starlette.testclient import TestClient

from app.audit.service import OPERATOR
from app.audit.tables import AuditEntryTable
from app.calls.repository import CallFilter
from app.calls.tables import CallTable
from app.domain.deviation import Code, Severity
from app.domain.transcript import Reached
from app.reviews.filters import CallSearch
from app.reviews.finding_calls import find_calls
from app.reviews.service import decide, judge_again
from app.search.index import drop
from app.search.tokens import Term, parse_query, words_of
from app.search.words import Whose
from tests.support.service_analysts import finding
from tests.support.service_world import OFFICER, World
from tests.support.spoken import add_call, keep, spoken

PRAISE = (("canvasser", "He's a decent guy,"), ("contact", "Is he?"), ("canvasser", "his dad was a bus driver."))


def found(world: World, said: str, whose: Whose = Whose.CANVASSER, **further: Any) -> list[str]:
    search = CallSearch(text=said, whose=whose, **further)
    with world.database.reading() as session:
        return [row.external_id for row in find_calls(session, search=search, actor=OFFICER).items]


def listed(client: TestClient, headers: dict[str, str] | None = None, **query: Any) -> list[str]:
    answer = client.get("/api/v1/calls", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return [item["external_id"] for item in answer.json()["items"]]


def test_words_and_phrases_are_found_by_who_said_them(world: World) -> None:
    add_call(world, "praise", PRAISE)
    add_call(world, "turned", [("canvasser", "A guy, decent."), ("contact", "a decent guy is what I want, Zoë")])
    add_call(world, "empty")
    assert found(world, "guy decent") == ["turned", "praise"]
    assert found(world, '"decent guy"') == ["praise"]
    assert found(world, '"decent guy"', Whose.CONTACT) == ["turned"]
    assert found(world, '"decent guy"', Whose.EVERYBODY) == ["turned", "praise"]
    assert found(world, "HE'S") == ["praise"]
    assert found(world, "zoe", Whose.CONTACT) == ["turned"]
    assert found(world, "dece*") == ["turned", "praise"]
    assert found(world, '"a dece*"') == ["praise"]
    assert found(world, '"guy his dad"') == ["praise"], "a phrase goes on where the contact has put in a word"
    assert found(world, "decent is", Whose.EVERYBODY) == ["turned", "praise"], "each word may be anybody's"
    assert found(world, "nobody") == []
    assert found(world, "?!") == []


def test_the_words_of_the_current_run_are_found_and_no_others(world: World) -> None:
    call = add_call(world, "c", PRAISE)
    with world.database.writing() as session:
        judge_again(session, call_id=call, script_id=None, actor=OFFICER)
    assert found(world, "decent") == ["c"]
    keep(world, call, spoken([("canvasser", "He is a recent buy.")]))
    assert found(world, "decent") == []
    assert found(world, "recent") == ["c"]
    with world.database.writing() as session:
        drop(session, call_id=call)
    assert found(world, "recent") == []


VOCABULARY = ("decent", "guy", "union", "vote", "Zoë", "he's", "x")


@pytest.fixture
def many(world: World) -> dict[str, tuple[list[str], list[str]]]:
    """What canvasser and contact have said in each of many calls, word by word."""
    dice = random.Random(3)
    said = {}
    for number in range(25):
        sides = [" ".join(dice.choices(VOCABULARY, k=dice.randint(0, 6))) for _ in range(2)]
        add_call(world, f"c-{number}", list(zip(("canvasser", "contact"), sides, strict=True)))
        said[f"c-{number}"] = (words_of(sides[0]), words_of(sides[1]))
    return said


QUERIES = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from((*VOCABULARY, '"', "dec*", "AND", "NOT", "NEAR(", ")", "'", ":", "-", "é", "\\", "%", "\0"))
    ).map(" ".join),
    st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(query=QUERIES, whose=st.sampled_from(Whose), few=st.sampled_from((0, 5, 1000)))
def test_whatever_is_typed_finds_the_same_as_reading_all_calls(
    world: World, many: dict[str, tuple[list[str], list[str]]], query: str, whose: Whose, few: int
) -> None:
    terms = parse_query(query)
    of = {Whose.CANVASSER: slice(0, 1), Whose.CONTACT: slice(1, 2), Whose.EVERYBODY: slice(0, 2)}[whose]
    wanted = {
        name
        for name, sides in many.items()
        if terms and all(any(_holds(side, term) for side in sides[of]) for term in terms)
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.reviews.filters.FEW", few)
        assert set(found(world, query, whose)) == wanted
        assert set(found(world, query, whose, calls=CallFilter(outcome="clear"))) == wanted


def _holds(side: list[str], term: Term) -> bool:
    length = len(term.words)
    return any(term.fits(tuple(side[place : place + length])) for place in range(len(side) - length + 1))


def test_pages_hold_each_call_once_while_others_come_in(world: World) -> None:
    for number in range(7):
        add_call(world, f"c-{number}", PRAISE, judged=spoken(PRAISE, findings=(finding(),)))
    for query in (CallSearch(), CallSearch(text="decent"), CallSearch(code="endorsement"), _dated()):
        seen, cursor = [], None
        for number in range(20):
            with world.database.reading() as session:
                page = find_calls(session, search=query, actor=OFFICER, cursor=cursor, limit=2)
            seen += [row.external_id for row in page.items if row.external_id.startswith("c-")]
            cursor = page.next
            add_call(world, f"late-{number}-{id(query)}", PRAISE, judged=spoken(PRAISE, findings=(finding(),)))
            if cursor is None:
                break
        assert seen == [f"c-{number}" for number in reversed(range(7))]


def _dated() -> CallSearch:
    return CallSearch(calls=CallFilter(started_from=datetime(2020, 1, 1, tzinfo=UTC)))


def test_a_cursor_of_another_list_is_refused(world: World, client: TestClient) -> None:
    for number in range(3):
        add_call(world, f"c-{number}", PRAISE)
    headers = world.bearer()
    cursors = {
        name: client.get("/api/v1/calls", params={**query, "limit": 1}, headers=headers).json()["next"]
        for name, query in {
            "plain": {},
            "text": {"text": "guy"},
            "dated": {"started_from": "2020-01-01T00:00:00Z"},
        }.items()
    }
    assert all(cursors.values())
    for name, query in {"text": {}, "dated": {"text": "guy"}, "plain": {"text": "guy"}}.items():
        answer = client.get("/api/v1/calls", params={**query, "cursor": cursors[name]}, headers=headers)
        assert answer.status_code == 422, name


@pytest.fixture
def three(world: World, client: TestClient) -> str:
    """One call that fits everything, one that fits little, one that waits; an officer looks. Returns the first's id."""
    of_hartwell = finding(finding_id="f2", code=Code.DISPARAGEMENT, severity=Severity.MAJOR, confidence=0.6)
    wanted = add_call(
        world,
        "wanted",
        judged=spoken(PRAISE, findings=(finding(), of_hartwell), reached=Reached.MACHINE),
        canvasser_id="c-1",
        campaign="spring",
        disposition="answered",
        dialled_number="+44 161 496 0123",
        started_at="2026-05-04T18:30:00Z",
    )
    add_call(
        world,
        "other",
        [("canvasser", "Hello."), ("contact", "Yes."), ("contact", "No."), ("canvasser", "Bye.")],
        script="larkfield-merger",
        started_at="2026-06-04T18:30:00Z",
        dialled_number="0161 496 0999",
        canvasser_id="c-2",
    )
    world.submit("waiting", started_at="2026-07-04T18:30:00Z")
    with world.database.writing() as session:
        decide(session, call_id=wanted, finding="f1", verdict="excused", reason="x", note=None, actor=OFFICER)
    client.cookies.update(world.officer())
    return wanted


FITTING: dict[str, Any] = {
    "text": "decent",
    "outcome": "flagged",
    "severity": "critical",
    "code": "endorsement",
    "subject": "qureshi",
    "confidence_from": 0.8,
    "script": "eastmere-mayor",
    "canvasser_id": "c-1",
    "campaign": "spring",
    "disposition": "answered",
    "reached": "machine",
    "external_id": "wanted",
    "dialled_number": "123",
    "started_to": "2026-05-05T00:00:00Z",
    "duration_to": 3.5,
    "status": "done",
    "verdict": "excused",
}
"""What fits the first call."""


def test_every_filter_keeps_what_fits(three: str, client: TestClient) -> None:
    for name, value in FITTING.items():
        if name not in ("script", "status"):
            assert listed(client, **{name: value}) == ["wanted"], name
    assert listed(client, **FITTING) == ["wanted"]


def test_every_filter_leaves_out_what_does_not_fit(three: str, client: TestClient) -> None:
    assert listed(client, dialled_number="+44 (161) 496-0123") == ["wanted"]
    assert listed(client, script="larkfield-merger") == ["other"]
    assert listed(client, status="queued") == ["waiting"]
    assert listed(client, code="disparagement", confidence_from=0.7) == []
    assert listed(client, code="disparagement", subject="qureshi", confidence_from=0.5) == ["wanted"]
    assert listed(client, duration_from=3.5) == ["other"]
    assert listed(client, started_from="2026-05-05T00:00:00Z") == ["waiting", "other"]
    assert listed(client, received_from="2020-01-01T00:00:00Z", review="open") == ["wanted"]
    assert listed(client, received_to="2020-01-01T00:00:00Z") == []
    assert listed(client, text="decent", started_to="2026-05-05T00:00:00Z", code="endorsement") == ["wanted"]
    assert client.get("/api/v1/calls", params={"codes": "endorsement"}).status_code == 422


def test_calls_are_found_by_the_version_that_judged_them(three: str, client: TestClient, world: World) -> None:
    with world.database.reading() as session:
        version = session.get_one(CallTable, three).script_version
    assert listed(client, script_version=version, script="eastmere-mayor") == ["wanted"]
    assert listed(client, script_version="sha256:none") == []


def test_a_call_centre_looks_through_its_own_calls_and_never_the_contacts_words(
    world: World, client: TestClient
) -> None:
    add_call(world, "c", PRAISE)
    assert listed(client, world.bearer(), text="decent") == ["c"]
    south = world.bearer("south")
    assert listed(client, south, text="decent") == []
    assert listed(client, south, text="decent", call_centre="north") == []
    for whose in ("contact", "everybody"):
        answer = client.get("/api/v1/calls", params={"text": "decent", "whose": whose}, headers=world.bearer())
        assert answer.status_code == 403


def test_who_looks_for_what_is_in_the_audit_log_and_in_no_other(
    world: World, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    add_call(world, "c", PRAISE, dialled_number="0161 496 0123")
    client.cookies.update(world.officer())
    listed(client)
    listed(client, outcome="clear")
    listed(client, text="decent", dialled_number="0161 496 0123")
    listed(client, text='"is he"', whose="contact")
    with world.database.reading() as session:
        rows = session.scalars(
            select(AuditEntryTable).where(AuditEntryTable.action.like("%.searched")).order_by(AuditEntryTable.sequence)
        ).all()
        assert [(row.action, row.details.get("text"), row.details["shown"]) for row in rows] == [
            ("calls.searched", None, 1),
            ("calls.searched", "decent", 1),
            ("contact-words.searched", '"is he"', 1),
        ]
        assert "0123" not in str([row.details for row in rows])
    assert "decent" not in capsys.readouterr().out


def test_calls_that_were_judged_before_there_was_a_search_are_entered_when_the_database_is_migrated(
    world: World,
) -> None:
    from app.search.rebuild import fill

    add_call(world, "c", judged=spoken(PRAISE, findings=(finding(),)))
    with world.database.writing() as session:
        session.execute(text("DELETE FROM call_tags"))
        session.execute(text("DELETE FROM call_texts"))
        _empty_words(session)
    assert found(world, "decent") == []
    with world.database.writing() as session:
        assert fill(session) == 1
    assert found(world, "decent", code="endorsement") == ["c"]


def _empty_words(session: Any) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO call_words (call_words) VALUES ('delete-all')"))
    else:
        session.execute(text("DELETE FROM call_words"))


def test_what_no_longer_stands_is_not_found_by_its_tag(world: World, client: TestClient) -> None:
    call = add_call(world, "c", judged=spoken(PRAISE, findings=(finding(),)))
    client.cookies.update(world.officer())
    with world.database.writing() as session:
        decide(session, call_id=call, finding="f1", verdict="confirmed", reason="x", note=None, actor=OFFICER)
        decide(session, call_id=call, finding="f1", verdict="dismissed", reason="x", note=None, actor=OFFICER)
        judge_again(session, call_id=call, script_id=None, actor=OPERATOR)
    assert listed(client, verdict="confirmed") == []
    assert listed(client, verdict="dismissed") == ["c"]
    keep(world, call, spoken(PRAISE))
    assert listed(client, verdict="dismissed") == []
    assert listed(client, code="endorsement") == []
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(text("call_tags"))) == 0
