"""Publishing an approved script on the pages, by keyboard and without scripts of the browser's own."""

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from app.accounts.policy import Role
from tests.browser.test_browser_accessible import check
from tests.support.browser import watched_page
from tests.support.calls import GOLDEN_SCRIPTS
from tests.support.review_world import ReviewWorld

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
ID = "guild-merger"
YAML = (GOLDEN_SCRIPTS / f"{ID}.yaml").read_text(encoding="utf-8").replace(f"id: {ID}", "id: browser-ballot", 1)
REFUSED = ("status of 422",)


@pytest.fixture(scope="module")
def administrator(launched: "Browser", world: ReviewWorld) -> dict[str, Any]:
    """What a context needs to be an administrator's."""
    password = world.add_settled_officer("cleo", name="Cleo Marsh", role=Role.ADMINISTRATOR)
    with watched_page(launched, base_url=world.url) as watched:
        page = watched.page
        page.goto("/sign-in")
        page.fill("#username", "cleo")
        page.fill("#password", password)
        page.press("#password", "Enter")
        page.wait_for_url("**/")
        return {"base_url": world.url, "storage_state": page.context.storage_state()}


@pytest.mark.parametrize(
    ("scheme", "width", "scripted"), [("light", 1500, True), ("dark", 320, False)], ids=["wide", "narrow-without-js"]
)
def test_a_script_is_drafted_mended_previewed_and_published(
    launched: "Browser", administrator: dict[str, Any], scheme: str, width: int, scripted: bool
) -> None:
    look: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    content = YAML.replace("browser-ballot", f"browser-ballot-{scheme}", 1)
    with watched_page(launched, expected=REFUSED, **administrator, **look, java_script_enabled=scripted) as watched:
        page = watched.page
        page.goto("/")
        page.get_by_role("link", name="Scripts").press("Enter")
        expect(page.get_by_role("link", name="Write a new version")).to_be_visible()
        _look(page, scripted)
        page.get_by_role("link", name="Write a new version").press("Enter")
        page.get_by_label("The script as YAML").fill(content.replace("kind: closing", "kind: clossing"))
        page.get_by_role("button", name="Check it").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("1 fault in the draft")
        expect(page.get_by_role("alert")).to_contain_text("`kind` 'clossing' is unknown. Use one of greeting")
        expect(page.get_by_role("alert").locator("pre")).to_contain_text("▸")
        _look(page, scripted)

        upload = {"name": "ballot.yaml", "mimeType": "application/yaml", "buffer": content.encode()}
        page.get_by_label("Or a file").set_input_files(upload)  # type: ignore[arg-type]
        page.get_by_role("button", name="Check it").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("nothing is wrong")
        expect(page.get_by_role("region", name="How names will be recognised")).to_contain_text("only beside words")
        expect(page.get_by_role("region", name="How each line will be compared")).to_contain_text("Words that carry it")
        _look(page, scripted)
        page.get_by_role("checkbox").press(" ")
        page.get_by_role("button", name="Publish").press("Enter")
        expect(page.locator(".standings")).to_contain_text("In force: for calls made from the beginning")
        _look(page, scripted)

        page.get_by_role("link", name="Begin a draft").press("Enter")
        field = page.get_by_label("The script as YAML")
        field.fill(field.input_value().replace("Goodbye", "Bye now"))
        page.get_by_label("In force for calls made from").fill("2031-06-01")
        page.get_by_label("Time (UTC)").fill("09:00")
        page.get_by_role("button", name="Check it").press("Enter")
        expect(page.get_by_role("table")).to_contain_text("Bye now")
        _look(page, scripted)
        page.get_by_role("checkbox").press(" ")
        page.get_by_role("button", name="Publish").press("Enter")
        expect(page.locator(".standings")).to_contain_text("To come")


def test_an_officer_reads_and_checks_but_does_not_publish(
    launched: "Browser", world: ReviewWorld, signed_in: dict[str, Any]
) -> None:
    with watched_page(launched, **signed_in) as watched:
        page = watched.page
        page.goto("/scripts")
        page.get_by_role("table", name="Eastmere").get_by_role("link").last.click()
        expect(page.get_by_role("heading", name="Facts that a canvasser may state")).to_be_visible()
        page.get_by_role("link", name="Begin a draft").click()
        page.get_by_role("button", name="Check it").click()
        expect(page.locator("main")).to_contain_text("publishing it changes nothing")
        expect(page.locator("main")).to_contain_text("An administrator publishes it")
        expect(page.get_by_role("button", name="Publish")).to_have_count(0)


def _look(page: "Page", scripted: bool) -> None:
    if scripted:
        check(page)
    else:
        assert page.locator("main").bounding_box()["width"] <= 320  # type: ignore[index]
