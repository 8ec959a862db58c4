from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from app.accounts.guard import SESSION_COOKIE
from app.accounts.policy import KEY_SCOPES, Right, Role
from app.accounts.service import (
    FAILURES_BEFORE_LOCK,
    LOCKED_FOR,
    SESSION_LASTS,
    account_of,
    add_account,
    add_key,
    change_password,
    key_of,
    list_accounts,
    list_keys,
    reset_password,
    revoke_key,
    sign_in,
    sign_out,
)
from app.accounts.tables import AccountTable, ApiKeyTable, SessionTable
from app.audit.service import OPERATOR
from app.audit.tables import AuditEntryTable
from app.errors import BadInput, Conflict, NotFound
from tests.support.service_world import PASSWORD, World

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.fixture
def first_password(world: World) -> str:
    with world.database.writing() as session:
        return add_account(session, username="Ada", name="Ada L", role=Role.OFFICER, actor=OPERATOR)


def attempt(world: World, password: str, *, at: datetime = NOW, username: str = "ada") -> str | None:
    with world.database.writing() as session:
        signed_in = sign_in(session, username=username, password=password, at=at)
        return None if signed_in is None else signed_in.token


def test_a_session_lasts_until_it_ends_or_is_ended(world: World, first_password: str) -> None:
    token = attempt(world, first_password, username=" ADA ")
    assert token is not None
    with world.database.reading() as session:
        account = account_of(session, token=token, at=NOW + SESSION_LASTS - timedelta(seconds=1))
        assert account is not None
        assert (account.username, account.must_change) == ("ada", True)
        assert account_of(session, token=token, at=NOW + SESSION_LASTS) is None
        assert account_of(session, token="other", at=NOW) is None
    with world.database.writing() as session:
        sign_out(session, token=token, at=NOW)
    with world.database.reading() as session:
        assert account_of(session, token=token, at=NOW) is None


def test_no_secret_is_stored(world: World, first_password: str) -> None:
    token = attempt(world, first_password)
    key = world.key()
    with world.database.reading() as session:
        assert session.query(AccountTable).one().password_hash.startswith("$argon2id$")
        assert session.query(SessionTable).one().token_sha256 != token
    world.container.close()
    stored = b"".join(path.read_bytes() for path in world.container.settings.data.glob("canvass-monitor.sqlite*"))
    for secret in (token, first_password, key.rpartition("_")[2]):
        assert secret is not None
        assert secret.encode() not in stored


def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(world: World, first_password: str) -> None:
    for _ in range(FAILURES_BEFORE_LOCK):
        assert attempt(world, "wrong") is None
    assert attempt(world, first_password) is None
    assert attempt(world, first_password, at=NOW + LOCKED_FOR - timedelta(seconds=1)) is None
    assert attempt(world, first_password, at=NOW + LOCKED_FOR) is not None
    with world.database.reading() as session:
        actions = [entry.action for entry in session.query(AuditEntryTable).order_by(AuditEntryTable.sequence)]
        assert actions.count("sign-in.failed") == FAILURES_BEFORE_LOCK
        assert actions.count("sign-in.refused") == 2


def test_failures_before_a_success_are_forgotten(world: World, first_password: str) -> None:
    for _ in range(2):
        for _ in range(FAILURES_BEFORE_LOCK - 1):
            assert attempt(world, "wrong") is None
        assert attempt(world, first_password) is not None


def test_nobody_signs_in_without_an_account(world: World) -> None:
    assert attempt(world, "wrong", username="nobody") is None


def test_a_changed_password_ends_all_other_sessions(world: World, first_password: str) -> None:
    kept, other = attempt(world, first_password), attempt(world, first_password)
    assert kept is not None and other is not None
    with world.database.writing() as session:
        account = account_of(session, token=kept, at=NOW)
        assert account is not None
        for old, new in ((first_password, "short"), ("wrong", PASSWORD), (first_password, first_password)):
            with pytest.raises(BadInput):
                change_password(session, account_id=account.id, old=old, new=new)
        change_password(session, account_id=account.id, old=first_password, new=PASSWORD, keep_token=kept)
    with world.database.reading() as session:
        still = account_of(session, token=kept, at=NOW)
        assert still is not None and not still.must_change
        assert account_of(session, token=other, at=NOW) is None
    assert attempt(world, first_password) is None
    assert attempt(world, PASSWORD) is not None


def test_a_reset_unlocks_and_asks_for_a_new_password(world: World, first_password: str) -> None:
    token = attempt(world, first_password)
    for _ in range(FAILURES_BEFORE_LOCK):
        attempt(world, "wrong")
    with world.database.writing() as session:
        fresh = reset_password(session, username="ADA", actor=OPERATOR)
        with pytest.raises(NotFound):
            reset_password(session, username="nobody", actor=OPERATOR)
    assert attempt(world, fresh) is not None
    with world.database.reading() as session:
        assert account_of(session, token=str(token), at=NOW) is None
        assert list_accounts(session)[0].must_change


def test_a_user_name_is_taken_once(world: World, first_password: str) -> None:
    with world.database.writing() as session:
        for name, error in (("ada", Conflict), ("", BadInput), ("a b", BadInput)):
            with pytest.raises(error):
                add_account(session, username=name, name="", role=Role.OFFICER, actor=OPERATOR)


def test_a_key_opens_until_it_expires_or_is_revoked(world: World) -> None:
    with world.database.writing() as session:
        key = add_key(session, call_centre="south", actor=OPERATOR, expires_at=NOW, scopes=[Right.READ])
        other = add_key(session, call_centre="south", actor=OPERATOR)
        holder = key_of(session, key=key, at=NOW - timedelta(seconds=1))
        assert holder is not None
        assert (holder.call_centre, holder.rights) == ("south", {Right.READ})
        assert key_of(session, key=key, at=NOW) is None
        second = key_of(session, key=other, at=NOW)
        assert second is not None and second.rights == set(KEY_SCOPES)
        revoke_key(session, key_id=second.id, actor=OPERATOR)
        assert key_of(session, key=other, at=NOW) is None
        assert key_of(session, key=key[:-1] + "g", at=NOW) is None
        assert {row.call_centre for row in list_keys(session)} == {"north", "south"}
        with pytest.raises(NotFound):
            revoke_key(session, key_id="nothing", actor=OPERATOR)
        with pytest.raises(BadInput):
            add_key(session, call_centre="South!", actor=OPERATOR)
        with pytest.raises(BadInput):
            add_key(session, call_centre="south", actor=OPERATOR, scopes=[Right.ADMINISTER])


def test_until_the_first_password_is_changed_nothing_else_works(
    world: World, client: TestClient, first_password: str
) -> None:
    token = attempt(world, first_password, at=datetime.now(UTC))
    cookie = {"Cookie": f"{SESSION_COOKIE}={token}"}
    assert client.get("/api/v1/calls", headers=cookie).status_code == 403


def test_an_officer_reads_by_session_but_uploads_nothing(world: World, client: TestClient) -> None:
    client.cookies.update(world.officer())
    assert client.get("/api/v1/calls").status_code == 200
    answer = client.post("/api/v1/calls", data={"metadata": "{}"}, files={"recording": b"x"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-origin"}, 404),
        ({"origin": "http://testserver"}, 404),
        ({}, 404),
    ],
)
def test_another_site_cannot_act_with_an_officers_cookie(
    world: World, client: TestClient, headers: dict[str, str], status: int
) -> None:
    client.cookies.update(world.officer())
    body = {"verdict": "confirmed", "reason": "heard it"}
    assert client.post("/api/v1/calls/none/decisions", json=body, headers=headers).status_code == status


def test_a_key_sees_its_own_call_centre_only(world: World, client: TestClient) -> None:
    call = world.submit("c-1")
    own, foreign = world.bearer("north"), world.bearer("south")
    for path in ("", "/transcript", "/recording"):
        assert client.get(f"/api/v1/calls/{call}{path}", headers=foreign).status_code == 404
    assert client.get(f"/api/v1/calls/{call}", headers=own).status_code == 200
    assert client.get("/api/v1/calls", headers=foreign).json() == {"items": [], "next": None}
    assert client.get("/api/v1/calls?call_centre=north", headers=foreign).json()["items"] == []
    assert len(client.get("/api/v1/calls?call_centre=north", headers=own).json()["items"]) == 1


def test_a_key_decides_nothing(world: World, client: TestClient) -> None:
    call = world.submit("c-1")
    body = {"verdict": "confirmed", "reason": "heard it"}
    answer = client.post(f"/api/v1/calls/{call}/decisions", json=body, headers=world.bearer())
    assert answer.status_code == 403
    assert client.post(f"/api/v1/calls/{call}/runs", headers=world.bearer()).status_code == 403


def test_a_stored_key_row_has_a_digest_only(world: World) -> None:
    with world.database.reading() as session:
        assert all(len(row.secret_sha256) == 64 for row in session.query(ApiKeyTable))
