"""An officer's morning, in a real browser against a real service."""

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from app.audit.tables import AuditEntryTable
from tests.support import review_examples as examples
from tests.support.browser import watched_page
from tests.support.review_world import PENDING, ReviewWorld

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
_CLOSE_TO = "at => Math.abs(document.getElementById('audio').currentTime - at) < 0.4"
WIDE = {"viewport": {"width": 1600, "height": 1000}}


def test_first_sign_in_by_keyboard_to_a_recorded_decision(launched: "Browser", world: ReviewWorld) -> None:
    first = world.add_officer("bea", name="Bea Lind")
    refused = "status of 401", "status of 422"
    with watched_page(launched, expected=refused, base_url=world.url, **WIDE) as watched:
        page = watched.page
        page.goto("/calls/whatever")
        expect(page).to_have_title("Sign in · Canvass Monitor")
        _sign_in(page, "bea", "not the password")
        expect(page.get_by_role("alert")).to_contain_text("not right")
        _sign_in(page, "bea", first)
        expect(page.get_by_role("heading", name="Choose your password")).to_be_visible()
        page.goto("/")
        expect(page.get_by_role("heading", name="Choose your password")).to_be_visible()
        _choose_password(page, old=first, new="short", again="short" * 3)
        expect(page.get_by_role("alert")).to_contain_text("differ")
        _choose_password(page, old=first, new="a long walk by the sea", again="a long walk by the sea")
        expect(page).to_have_title("Queue · Canvass Monitor")

        _is_ready(page)
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(page.locator("tr.current")).to_have_count(1)
        expect(page.locator("tr.current")).to_contain_text("Critical")
        external_id = page.locator("tr.current .c-call span").first.inner_text()
        page.keyboard.press("Enter")
        expect(page).to_have_title(f"{external_id} · Canvass Monitor")

        _is_ready(page)
        _play_first_finding(page)
        _decide_all_by_keyboard(page)
        expect(page.locator(".decision.stands").first).to_contain_text("Bea Lind")
        _is_focused(page, "next-open")
        page.reload()
        expect(page.locator(".decision.stands").first).to_contain_text("Clearly audible")
        _is_ready(page)
        page.keyboard.press("g")
        expect(page).not_to_have_title(f"{external_id} · Canvass Monitor")
        page.goto("/?show=decided")
        expect(page.locator("[data-row]", has_text=external_id)).to_have_count(1)
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_title("Sign in · Canvass Monitor")


def test_masked_words_are_shown_on_request_and_logged(
    launched: "Browser", world: ReviewWorld, signed_in: dict[str, Any]
) -> None:
    call_id = world.calls["bus-driver"]
    with watched_page(launched, **signed_in, **WIDE) as watched:
        page = watched.page
        before = _reveals(world, call_id)
        page.goto(f"/calls/{call_id}")
        expect(page.locator(".masked").first).to_be_visible()
        assert "telly" not in page.content()
        page.get_by_role("button", name="Show the contact’s words").click()
        expect(page.locator("#transcript")).to_contain_text("telly")
        expect(page.locator(".masked")).to_have_count(0)
        page.reload()
        assert "telly" not in page.content()
    assert len(_reveals(world, call_id)) == len(before) + 1
    assert _reveals(world, call_id)[-1].details["utterances"] > 3


def test_the_transcript_runs_with_the_sound(launched: "Browser", world: ReviewWorld, signed_in: dict[str, Any]) -> None:
    with watched_page(launched, **signed_in, **WIDE) as watched:
        page = watched.page
        page.goto(f"/calls/{world.calls['bus-driver']}")
        expect(page.locator("#waveform > div")).to_be_visible()
        _is_ready(page)
        word = page.locator(".w.in-finding").first
        start = float(word.get_attribute("data-s") or "nan")
        word.click()
        page.wait_for_function(_CLOSE_TO, arg=start)
        expect(word).to_have_class("w in-finding f-critical now")
        expect(page.locator(".utterance[aria-current]")).to_contain_text("decent")
        expect(page.locator("#now")).to_have_text(f"{int(start // 60)}:{int(start % 60):02d}")
        box = page.locator("#waveform").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 5)
        half = examples.example("bus-driver").transcript.duration or 0
        page.wait_for_function(_CLOSE_TO, arg=half / 2)
        word.click()
        page.wait_for_function(_CLOSE_TO, arg=start)
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("at => document.getElementById('audio').currentTime < at - 4", arg=start)
        page.keyboard.press(" ")
        page.wait_for_function("() => !document.getElementById('audio').paused")
        page.keyboard.press(" ")
        page.wait_for_function("() => document.getElementById('audio').paused")
        page.keyboard.press(">")
        assert page.evaluate("document.getElementById('audio').playbackRate") == 1.25


def test_a_stretch_is_played_to_its_end_and_no_further(
    launched: "Browser", world: ReviewWorld, signed_in: dict[str, Any]
) -> None:
    with watched_page(launched, **signed_in, **WIDE) as watched:
        page = watched.page
        page.goto(f"/calls/{world.calls['bus-driver']}")
        _is_ready(page)
        button = page.locator(".play-finding").first
        start, end = (float(button.get_attribute(name) or "nan") for name in ("data-from", "data-to"))
        page.locator(".w").first.click()  # a place chosen before the sound is loaded must not come back later
        page.evaluate("document.getElementById('audio').playbackRate = 4")
        button.click()
        page.wait_for_function("() => !document.getElementById('audio').paused")
        assert start <= page.evaluate("document.getElementById('audio').currentTime") < end
        page.wait_for_function("() => document.getElementById('audio').paused")
        assert end <= page.evaluate("document.getElementById('audio').currentTime") < end + 0.5


def test_a_call_that_waits_is_shown_as_soon_as_it_is_judged(
    launched: "Browser", world: ReviewWorld, signed_in: dict[str, Any]
) -> None:
    call_id = world.calls[PENDING]
    with watched_page(launched, **signed_in, **WIDE) as watched:
        page = watched.page
        page.goto("/?show=pending")
        expect(page.locator("[data-row]")).to_have_count(1)
        _is_ready(page)
        page.locator("[data-row]").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Waiting to be heard")
        world.judge(call_id)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Clear")


def test_judging_again_and_errors_without_scripts(
    launched: "Browser", world: ReviewWorld, signed_in: dict[str, Any]
) -> None:
    """Everything that changes something works as a plain form too."""
    with watched_page(launched, expected=("404",), java_script_enabled=False, **signed_in, **WIDE) as watched:
        page = watched.page
        page.goto("/calls/call_none")
        expect(page.get_by_role("heading", level=1)).to_contain_text("no such call")
        page.goto("/nowhere")
        expect(page.get_by_role("heading", level=1)).to_contain_text("no such page")
        call_id = world.calls["dead-line"]
        page.goto(f"/calls/{call_id}")
        expect(page.locator("#audio")).to_be_visible()
        whole = page.locator("#whole-call")
        whole.get_by_label("Confirmed").check()
        whole.get_by_label("Reason").fill("Nothing is on it.")
        whole.get_by_role("button").click()
        expect(page.locator("#whole-call .decision")).to_contain_text("Nothing is on it. ".strip())
        page.get_by_text("Judge again under the right script").click()
        page.get_by_label("Script").select_option("larkfield-merger")
        page.get_by_role("button", name="Judge again").click()
        expect(page.locator(".runs li")).to_have_count(2)
        expect(page.get_by_role("status").filter(has_text="stands below")).to_be_visible()
    world.judge(call_id)


def _reveals(world: ReviewWorld, call_id: str) -> list[AuditEntryTable]:
    with world.container.database.reading() as session:
        found = session.query(AuditEntryTable).filter_by(subject=call_id, action="contact-words.revealed")
        return found.order_by(AuditEntryTable.sequence).all()


def _sign_in(page: "Page", username: str, password: str) -> None:
    page.fill("#username", username)
    page.fill("#password", password)
    page.press("#password", "Enter")


def _is_ready(page: "Page") -> None:
    page.locator("html[data-ready]").wait_for()


def _is_focused(page: "Page", element_id: str) -> None:
    page.wait_for_function("wanted => document.activeElement.id === wanted", arg=element_id)


def _choose_password(page: "Page", *, old: str, new: str, again: str) -> None:
    page.locator("form.stack").evaluate("form => { form.noValidate = true }")
    page.fill("#old", old)
    page.fill("#new", new)
    page.fill("#again", again)
    page.press("#again", "Enter")


def _play_first_finding(page: "Page") -> None:
    button = page.locator(".play-finding").first
    start = float(button.get_attribute("data-from") or "nan")
    page.keyboard.press("n")
    _is_focused(page, "finding-1")
    page.keyboard.press("x")
    page.wait_for_function("at => document.getElementById('audio').currentTime > at + 0.1", arg=start)
    assert page.evaluate("document.getElementById('audio').currentTime") < start + 3
    page.keyboard.press(" ")
    page.wait_for_function("() => document.getElementById('audio').paused")


def _decide_all_by_keyboard(page: "Page") -> None:
    for number in range(1, page.locator("[data-finding]").count() + 1):
        finding = page.locator(f"#finding-{number}")
        _is_focused(page, f"finding-{number}")
        page.keyboard.press("1")
        page.keyboard.press("r")
        page.keyboard.type("   ")
        page.keyboard.press("Control+Enter")
        expect(finding.get_by_role("alert")).to_contain_text("needs a reason")
        page.keyboard.type("Clearly audible, and the script names nobody.")
        page.keyboard.press("Control+Enter")
        expect(finding.locator(".decision.stands")).to_contain_text("Confirmed")
