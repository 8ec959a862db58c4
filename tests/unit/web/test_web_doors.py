"""Who gets in, and what is said to those who do not."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.accounts.guard import SESSION_COOKIE
from app.accounts.policy import Role
from app.accounts.service import Account, SignedIn
from app.api.problems import install_problems
from app.errors import NotFound
from app.reviews.service import QueuePage
from app.web.pages import HERE
from app.web.routes import mount_desk

BROWSER = {"accept": "text/html,application/xhtml+xml"}
NOW = datetime(2026, 5, 4, tzinfo=UTC)


def account(*, must_change: bool = False) -> Account:
    return Account(id="account_1", username="ada", name="Ada", role=Role.OFFICER, must_change=must_change)


class DeskOfTests:
    """Knows two sessions: `good`, and `first` with the first password."""

    def account(self, token: str | None) -> Account | None:
        return {"good": account(), "first": account(must_change=True)}.get(token or "")

    def sign_in(self, *, username: str, password: str) -> SignedIn | None:
        return SignedIn(token="good", account=account(), expires_at=NOW) if password == "right" else None

    def sign_out(self, *, token: str) -> None:
        self.signed_out = token

    def queue(self, *_: Any, **__: Any) -> QueuePage:
        return QueuePage(items=(), next=None, counts={})

    def scripts(self) -> tuple[str, ...]:
        return ()

    def call(self, *_: Any, call_id: str) -> Any:
        if call_id == "broken":
            raise RuntimeError("the words of the call must not be shown")
        raise NotFound("There is no such call.")


@pytest.fixture
def client() -> TestClient:
    app = FastAPI(openapi_url=None)
    install_problems(app, retry_after_s=1)
    mount_desk(app, desk=DeskOfTests(), session_cookie=SESSION_COOKIE)  # type: ignore[arg-type]
    return TestClient(app, follow_redirects=False, raise_server_exceptions=False)


def signed_in(client: TestClient, token: str = "good") -> TestClient:
    client.cookies.set(SESSION_COOKIE, token)
    return client


@pytest.mark.parametrize("address", ["/", "/calls/x", "/calls/x/state", "/password", "/nothing/at/all"])
def test_strangers_are_led_to_the_sign_in_page(client: TestClient, address: str) -> None:
    answer = client.get(address, headers=BROWSER)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("address", ["/", "/calls/x", "/nothing"])
def test_programs_without_a_session_are_refused(client: TestClient, address: str) -> None:
    answer = client.get(address, headers={"accept": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_htmx_request_without_a_session_leads_the_whole_page_away(client: TestClient) -> None:
    answer = client.post("/calls/x/decisions", headers={"hx-request": "true"})
    assert answer.headers["hx-redirect"] == "/sign-in?next=%2F"


@pytest.mark.parametrize("address", ["/", "/calls/x"])
def test_the_first_password_opens_nothing_but_its_change(client: TestClient, address: str) -> None:
    answer = signed_in(client, "first").get(address, headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/password")
    assert client.get("/password", headers=BROWSER).status_code == 200


def test_another_site_cannot_make_an_officer_act(client: TestClient) -> None:
    for foreign in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        answer = signed_in(client).post("/sign-out", headers={**BROWSER, **foreign})
        assert answer.status_code == 403
        assert "another site" in answer.text


def test_signing_in_and_out(client: TestClient) -> None:
    wrong = client.post("/sign-in", data={"username": "<b>", "password": "wrong"}, headers=BROWSER)
    assert wrong.status_code == 401 and "<b>" not in wrong.text
    right = client.post("/sign-in", data={"username": "ada", "password": "right", "next": "//evil"}, headers=BROWSER)
    assert right.headers["location"] == "/"
    assert "HttpOnly" in right.headers["set-cookie"] and "SameSite=lax" in right.headers["set-cookie"]
    out = signed_in(client).post("/sign-out", headers=BROWSER)
    assert out.headers["location"] == "/sign-in" and 'canvass_monitor_session=""' in out.headers["set-cookie"]


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [("/calls/x", 404, "no such call"), ("/calls/broken", 500, "went wrong"), ("/nowhere", 404, "no such page")],
)
def test_errors_are_pages_and_tell_no_secrets(client: TestClient, address: str, status: int, said: str) -> None:
    answer = signed_in(client).get(address, headers=BROWSER)
    assert answer.status_code == status
    assert said in answer.text and "must not be shown" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_an_error_of_a_part_is_a_notice(client: TestClient) -> None:
    answer = signed_in(client).post("/calls/x/reveal", headers={"hx-request": "true"})
    assert answer.status_code == 404
    assert answer.headers["hx-retarget"] == "#notices"
    assert "<html" not in answer.text


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for address in ("/sign-in", "/static/style.css", "/nothing"):
        headers = client.get(address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "strict-transport-security" not in headers
    secure = TestClient(client.app, base_url="https://testserver").get("/sign-in")
    assert "strict-transport-security" in secure.headers


def test_no_template_needs_a_looser_policy() -> None:
    for template in (HERE / "templates").rglob("*.html"):
        html = template.read_text(encoding="utf-8")
        assert " style=" not in html and " onclick=" not in html and "javascript:" not in html, template.name
        for script in re.findall(r"<script[^>]*>", html):
            assert "nonce=" in script, template.name
