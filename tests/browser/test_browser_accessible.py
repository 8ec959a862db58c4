"""Every page in light and dark, narrow and wide: WCAG 2.2 AA by axe-core, no sideways scrolling, the headers."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browser import watched_page
from tests.support.review_world import PENDING, ReviewWorld

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    "preload": False,  # axe would copy our style sheets into style elements, which our policy forbids
}


def addresses(world: ReviewWorld) -> list[str]:
    shown = ("bus-driver", "authority-appeal", "missing-neutrality", "clean-mayor", "dead-line", PENDING)
    return [
        "/",
        "/?show=flagged&code=off-script",
        "/calls",
        "/calls?q=candidate&code=endorsement&made_from=2026-05-01",
        "/archives",
        "/archives/new",
        "/password",
        "/nothing",
        *(f"/calls/{world.calls[n]}" for n in shown),
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1600), ("dark", 360)])
def test_signed_in_pages(
    launched: "Browser", world: ReviewWorld, signed_in: dict[str, Any], scheme: str, width: int
) -> None:
    look = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "reduced_motion": "reduce"}
    with watched_page(launched, expected=("404",), **signed_in, **look) as watched:
        for address in addresses(world):
            watched.page.goto(address)
            check(watched.page)
        watched.page.goto(f"/calls/{world.calls['bus-driver']}")
        open_everything(watched.page)
        check(watched.page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sign_in_page(launched: "Browser", world: ReviewWorld, scheme: str) -> None:
    look = {"viewport": {"width": 360, "height": 700}, "color_scheme": scheme, "base_url": world.url}
    with watched_page(launched, expected=("401",), **look) as watched:
        watched.page.goto("/sign-in")
        check(watched.page)
        watched.page.fill("#username", "nobody")
        watched.page.fill("#password", "nothing")
        watched.page.press("#password", "Enter")
        watched.page.get_by_role("alert").wait_for()
        check(watched.page)


def test_headers_of_a_page(launched: "Browser", signed_in: dict[str, Any]) -> None:
    with watched_page(launched, **signed_in) as watched:
        answers = [watched.page.goto("/") for _ in range(2)]
        policies = []
        for answer in answers:
            assert answer is not None
            headers = answer.all_headers()
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["cache-control"] == "no-store"
            assert headers["referrer-policy"] == "same-origin"
            policies.append(headers["content-security-policy"])
        assert policies[0] != policies[1], "the nonce must be new for each answer"
        assert "unsafe" not in policies[0]
        (cookie,) = watched.page.context.cookies()
        assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"


def check(page: "Page") -> None:
    from axe_playwright_python.sync_playwright import Axe

    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{page.url} scrolls sideways by {too_wide} px"
    found = Axe().run(page, options=RULES).response["violations"]
    told = [f"{item['id']}: {node['html'][:200]} {node['failureSummary']}" for item in found for node in item["nodes"]]
    assert told == [], f"{page.url}\n" + "\n".join(told)


def open_everything(page: "Page") -> None:
    page.locator("html[data-ready]").wait_for()
    page.get_by_role("button", name="Show the contact’s words").click()
    page.locator(".masked").first.wait_for(state="detached")
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")
    page.locator(".w.in-finding").first.click()
