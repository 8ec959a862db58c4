import re
from html import unescape

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.audit.tables import AuditEntryTable
from tests.support.service_analysts import finding
from tests.support.service_world import World
from tests.support.spoken import add_call, spoken

SECRET = "I shall vote for Hartwell"
TURNS = (
    ("canvasser", "We ask <b>every</b> member & he's a decent guy"),
    ("contact", SECRET),
    ("unknown", "Hartwell indeed"),
)


@pytest.fixture
def page(world: World, client: TestClient) -> TestClient:
    add_call(world, "c-1", judged=spoken(TURNS, findings=(finding(),)), dialled_number="0161 496 0123")
    add_call(world, "c-2", [("canvasser", "Good evening.")])
    client.cookies.update(world.officer())
    client.headers["accept"] = "text/html"
    return client


def found(html: str) -> list[str]:
    return [name for name in ("c-1", "c-2") if f"<span>{name}</span>" in html]


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def test_all_calls_are_there_where_nothing_is_asked(page: TestClient) -> None:
    assert found(page.get("/calls").text) == ["c-1", "c-2"]


def test_the_words_are_shown_where_they_were_said_and_nothing_of_them_becomes_html(page: TestClient) -> None:
    html = page.get("/calls", params={"q": '"decent guy" every'}).text
    assert found(html) == ["c-1"]
    assert "<mark>decent</mark><mark> </mark><mark>guy</mark>" in html
    assert "<mark>every</mark>" in html
    assert "<b>" not in html
    assert "We ask <b>every</b> member & he's a decent guy" in text_of(html)
    assert "#utterance-0" in html


def test_the_contacts_words_are_found_and_shown_only_where_that_is_asked_for_and_logged(
    page: TestClient, world: World
) -> None:
    for query in ({"q": "Hartwell"}, {"q": "decent"}, {"q": "decent", "whose": "nobody's"}):
        html = page.get("/calls", params=query).text
        assert found(html) == (["c-1"] if query["q"] == "decent" else [])
        assert SECRET not in text_of(html)
    html = page.get("/calls", params={"q": "Hartwell", "whose": "contact"}).text
    assert found(html) == ["c-1"]
    assert SECRET in text_of(html)
    assert "logged under your name" in html
    with world.database.reading() as session:
        actions = session.scalars(select(AuditEntryTable.action).order_by(AuditEntryTable.sequence)).all()
    assert [action for action in actions if action.endswith("searched")] == [
        "calls.searched",
        "calls.searched",
        "calls.searched",
        "contact-words.searched",
    ]


def test_what_cannot_be_understood_is_said_and_left_out(page: TestClient) -> None:
    html = page.get("/calls", params={"made_from": "yesterday", "shortest": "-1", "confidence": "x"}).text
    assert "“Made from” must be a day" in html
    assert "“At least” must be whole minutes" in html
    assert found(html) == ["c-1", "c-2"]
    assert page.get("/calls", params={"after": "x"}).status_code == 422
    assert "There is no word in what you have typed" in page.get("/calls", params={"q": "?!"}).text


@pytest.mark.parametrize(
    "query",
    [
        {"number": "123"},
        {"number": "0161 496 0123"},
        {"code": "endorsement", "subject": "qureshi", "confidence": "0.8"},
        {"outcome": "flagged", "severity": "critical", "review": "open", "status": "done"},
        {"longest": "1", "code": "endorsement", "made_from": "2026-05-04", "made_to": "2026-05-04"},
    ],
)
def test_the_fields_narrow_the_list_and_stay_filled_in(page: TestClient, query: dict[str, str]) -> None:
    html = page.get("/calls", params=query).text
    assert found(html) == ["c-1"]
    assert '<details class="more" open>' in html
    for value in query.values():
        assert f'value="{value}"' in html


def test_the_pages_follow_one_another(page: TestClient, world: World) -> None:
    for number in range(26):
        add_call(world, f"d-{number}", [("canvasser", "decent")])
    first = page.get("/calls", params={"q": "decent"}).text
    following = re.search(r'href="([^"]*)" rel="next"', first)
    assert following
    second = page.get(unescape(following.group(1))).text
    names = [re.findall(r"<span>([cd]-\d+)</span>", html) for html in (first, second)]
    assert [len(each) for each in names] == [25, 2]
    assert names[1] == ["d-0", "c-1"]
    assert 'rel="next"' not in second
