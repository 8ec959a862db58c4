"""Approved scripts through the JSON interface."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.accounts.policy import Role
from app.audit.tables import AuditEntryTable
from tests.support.calls import GOLDEN_SCRIPTS
from tests.support.service_world import World

ID = "eastmere-mayor"
URL = "/api/v1/scripts"
YAML = (GOLDEN_SCRIPTS / f"{ID}.yaml").read_text(encoding="utf-8")
CALLED = "2026-05-04T17:30:00Z"


@pytest.fixture
def administrator(world: World, client: TestClient) -> TestClient:
    client.cookies.update(world.officer("root", role=Role.ADMINISTRATOR))
    return client


def send(client: TestClient, content: str, since: str | None = None, *, to: str = "") -> Any:
    return client.post(URL + to, json={"content": content, "effective_from": since})


def test_a_script_is_published_read_and_in_force(world: World, administrator: TestClient) -> None:
    answer = send(administrator, YAML, "2026-06-01T00:00:00+01:00")
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["script"], body["effective_from"], body["judged_otherwise"]) == (ID, "2026-05-31T23:00:00Z", 0)
    again = send(administrator, "# a remark\n" + YAML, "2026-07-01T00:00:00Z")
    assert (again.status_code, again.json()["version"]) == (200, body["version"])

    found = administrator.get(answer.headers["location"]).json()
    assert (found["content"], found["canonical"]["id"]) == (YAML, ID)
    (listed,) = [item for item in administrator.get(URL).json()["items"] if item["id"] == ID]
    assert (listed["in_force"]["version"], listed["publications"], listed["upcoming"]) == (body["version"], 2, 0)
    versions = administrator.get(f"{URL}/{ID}/versions").json()
    assert [item["standing"] for item in versions["items"]] == ["in-force", "past"]
    assert (versions["items"][1]["until"], versions["next"]) == ("2026-05-31T23:00:00Z", None)
    with world.database.reading() as session:
        entry = session.query(AuditEntryTable).filter_by(action="script.published", actor_kind="account").one()
        assert entry.details["version"] == body["version"]


def test_a_draft_with_faults_is_told_each_with_its_line_and_mend(administrator: TestClient) -> None:
    faulty = YAML.replace("kind: greeting", "kind: greting").replace("order: any", "order: shuffled")
    checked = send(administrator, faulty, to="/check").json()
    assert (checked["valid"], len(checked["faults"]), checked["comparison"]) == (False, 2, None)
    refused = send(administrator, faulty)
    assert (refused.status_code, refused.json()["faults"]) == (422, checked["faults"])
    number = checked["faults"][0]["line"]
    assert "greting" in faulty.splitlines()[number - 1] and "greeting" in checked["faults"][0]["mend"]
    assert len(administrator.get(f"{URL}/{ID}/versions").json()["items"]) == 1


def test_a_draft_is_shown_as_it_will_be_compared(administrator: TestClient) -> None:
    checked = send(administrator, YAML, to="/check").json()
    assert checked["valid"] and checked["effective_from"] is not None
    lines = {line["id"]: line for line in checked["comparison"]["lines"]}
    assert lines["neutrality"]["carrying"] == ["no", "not"]
    assert lines["neutrality"]["wordings"][1] == "ATU is not backing anybody."
    assert lines["greeting"]["slots"] == ["canvasser_name", "contact_name"]
    assert "machine" in lines["closing"]["due"] and "Never due" in lines["opt-out"]["due"]
    assert "any order" in lines["options"]["order"]
    names = {(name["name"], name["subject"]): name["recognition"] for name in checked["comparison"]["names"]}
    assert names["Samir Qureshi", "qureshi"] == "by-sound"
    assert names["Helen", "hartwell"] == "exactly", "a word of the dictionary must be heard as it is written"
    assert names["son of a bus driver", "qureshi"] == "in-part"
    assert names["ATU", None] == "exactly"


def test_a_draft_is_compared_with_what_is_in_force_at_its_date(administrator: TestClient) -> None:
    administrator_of = send(administrator, YAML, "2026-06-01T00:00:00Z").json()
    changed = (
        YAML.replace("Goodbye.", "Bye now.")
        .replace("The Eastmere region has not nominated anybody.", "Ballots close on Friday.")
        .replace("- {id: recording,", "- {id: taping,")
        .replace("former transport minister", "former minister")
    )
    checked = send(administrator, changed, "2026-07-01T00:00:00Z", to="/check").json()
    assert checked["replaces"] == administrator_of["version"]
    told = {(change["what"], change["id"], change["change"], change["field"]) for change in checked["changes"]}
    assert told == {
        ("candidate", "hartwell", "removed", "descriptions"),
        ("candidate", "hartwell", "added", "descriptions"),
        ("fact", "", "removed", ""),
        ("fact", "", "added", ""),
        ("line", "recording", "removed", ""),
        ("line", "taping", "added", ""),
        ("line", "closing", "changed", "say"),
    }
    assert send(administrator, YAML, "2026-07-01T00:00:00Z", to="/check").json()["changes"] == []
    first = send(administrator, changed.replace(f"id: {ID}", "id: new-one"), to="/check").json()
    assert (first["replaces"], first["effective_from"]) == (None, "1970-01-01T00:00:00Z")


def test_calls_that_would_be_judged_by_another_version_are_counted_and_left_as_they_are(
    world: World, administrator: TestClient
) -> None:
    for name in ("a", "b"):
        world.judge(world.submit(name))
    world.submit("waits")
    before = send(administrator, YAML, "2026-05-01T00:00:00Z", to="/check").json()
    assert before["judged_otherwise"] == 2
    assert send(administrator, YAML, "2026-05-05T00:00:00Z", to="/check").json()["judged_otherwise"] == 0
    assert send(administrator, YAML, "2026-05-01T00:00:00Z").json()["judged_otherwise"] == 2
    # From a later date on another version is in force: what was judged after it is none of this one's.
    present = administrator.get(f"{URL}/{ID}/versions").json()["items"][1]["version"]
    content = administrator.get(f"{URL}/{ID}/versions/{present}").json()["content"]
    assert send(administrator, content, "2026-05-03T00:00:00Z").status_code == 201
    assert send(administrator, YAML, "2026-05-01T00:00:00Z", to="/check").json()["judged_otherwise"] == 0


def test_a_call_is_judged_by_what_was_in_force_when_it_was_made(world: World, administrator: TestClient) -> None:
    old = administrator.get(f"{URL}/{ID}/versions").json()["items"][0]["version"]
    new = send(administrator, YAML, CALLED).json()["version"]
    for started_at, version in (("2026-05-04T17:29:59Z", old), (CALLED, new)):
        call = world.submit(started_at, started_at=started_at)
        world.judge(call)
        assert administrator.get(f"/api/v1/calls/{call}").json()["result"]["script"]["version"] == version


def test_officers_read_and_check_administrators_publish_and_keys_do_neither(world: World, client: TestClient) -> None:
    key = world.bearer()
    for address in (URL, f"{URL}/{ID}/versions", f"{URL}/{ID}/versions/sha256:0"):
        assert client.get(address).status_code == 401
        assert client.get(address, headers=key).status_code == 403
    for to in ("", "/check"):
        assert client.post(URL + to, json={"content": YAML}, headers=key).status_code == 403
    client.cookies.update(world.officer())
    assert client.get(URL).status_code == 200
    assert send(client, YAML, to="/check").json()["valid"]
    assert send(client, YAML).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content": ""},
        {"content": YAML, "effective_from": "2026-06-01"},
        {"content": YAML, "effective_from": "2026-06-01T00:00:00"},
        {"content": YAML, "from": "2026-06-01T00:00:00Z"},
        {"content": "x" * 300_000},
    ],
)
def test_what_cannot_be_used_is_refused(administrator: TestClient, body: dict[str, Any]) -> None:
    answer = administrator.post(URL, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_what_is_not_there_is_not_found(administrator: TestClient) -> None:
    for address in (f"{URL}/nobody/versions", f"{URL}/{ID}/versions/sha256:0"):
        assert administrator.get(address).status_code == 404


def test_a_version_for_a_date_to_come_is_upcoming(administrator: TestClient) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert send(administrator, YAML, tomorrow).status_code == 201
    (listed,) = [item for item in administrator.get(URL).json()["items"] if item["id"] == ID]
    assert (listed["upcoming"], listed["in_force"]["version"] != listed["id"]) == (1, True)
    standings = [item["standing"] for item in administrator.get(f"{URL}/{ID}/versions").json()["items"]]
    assert standings == ["upcoming", "in-force"]
