from typing import TYPE_CHECKING, Any

from tests.support.browser import watched_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDE = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}


def test_a_search_by_keyboard_leads_to_the_words(launched: "Browser", signed_in: dict[str, Any]) -> None:
    with watched_page(launched, **signed_in, **WIDE) as watched:
        page = watched.page
        page.goto("/")
        page.wait_for_selector("html[data-ready]")
        page.keyboard.press("/")
        page.wait_for_url("**/calls")
        page.wait_for_selector("html[data-ready]")
        page.keyboard.press("/")
        page.keyboard.type('"decent guy"')
        page.keyboard.press("Enter")
        page.wait_for_url("**/calls?q=*")
        page.wait_for_selector("html[data-ready]")
        assert page.locator(".excerpt mark").all_inner_texts()[:3] == ["decent", " ", "guy"]
        page.locator("h2.found").click()
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url("**/calls/call_*#utterance-*")
        place = page.url.rpartition("#")[2]
        assert "decent guy" in page.locator(f"#{place}").inner_text()


def test_the_search_works_without_scripts(launched: "Browser", signed_in: dict[str, Any]) -> None:
    with watched_page(launched, **signed_in, **WIDE, java_script_enabled=False) as watched:
        page = watched.page
        page.goto("/calls")
        page.fill("#q", "candidate")
        page.locator("details.more summary").click()
        page.select_option("#f-code", "endorsement")
        page.get_by_role("button", name="Search").click()
        assert page.locator("#q").input_value() == "candidate"
        assert page.locator("details.more").get_attribute("open") is not None
        assert page.locator("[data-row]").count() > 0
        assert page.locator("mark").first.inner_text().lower().startswith("candidate")
