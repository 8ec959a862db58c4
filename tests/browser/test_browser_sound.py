"""The page of a call whose sound is deleted or damaged says so, and works without it."""

from typing import TYPE_CHECKING, Any

import pytest

from app.audit.service import Actor
from app.calls.tables import CallTable
from app.retention.service import delete_recording, note_damage, note_whole
from tests.browser.test_browser_accessible import check
from tests.support.browser import watched_page
from tests.support.review_world import ReviewWorld

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
SOMEBODY = Actor(kind="account", id="account_1", name="Ruth Okafor")


def test_a_call_without_its_sound_is_decided_by_what_was_found(
    launched: "Browser", world: ReviewWorld, signed_in: dict[str, Any]
) -> None:
    call_id = world.add_call("bus-driver", number=50, external_id="sound-deleted")
    where = (world.container.database, world.container.storage)
    delete_recording(*where, call_id=call_id, reason="The contact has asked for it.", actor=SOMEBODY)
    for scheme, width in (("light", 1280), ("dark", 320)):
        look = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "reduced_motion": "reduce"}
        with watched_page(launched, **signed_in, **look) as watched:
            page, asked = watched.page, []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto(f"/calls/{call_id}")
            page.wait_for_selector("html[data-ready]")
            assert page.get_by_text("by Ruth Okafor, because: The contact has asked for it.").is_visible()
            assert not page.get_by_role("button", name="Play").is_visible()
            for key in ("Space", "x", "ArrowRight", "n", "2"):
                page.keyboard.press(key)
            assert page.get_by_role("radio", name="Dismissed").first.is_checked()
            check(page)
            assert not [url for url in asked if "/recording" in url]


def test_damaged_evidence_is_an_alert(launched: "Browser", world: ReviewWorld, signed_in: dict[str, Any]) -> None:
    call_id = world.add_call("bus-driver", number=51, external_id="sound-damaged")
    with world.container.database.writing() as session:
        sha256 = session.get_one(CallTable, call_id).recording_sha256
        note_damage(session, call_id=call_id, sha256=sha256, found=None)
    look = {"viewport": {"width": 320, "height": 800}, "reduced_motion": "reduce"}
    with watched_page(launched, **signed_in, **look) as watched:
        watched.page.goto(f"/calls/{call_id}")
        assert "The evidence is damaged" in watched.page.get_by_role("alert").first.inner_text()
        check(watched.page)
    with world.container.database.writing() as session:
        note_whole(session, sha256=sha256)
