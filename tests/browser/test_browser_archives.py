"""An archive run on the pages: planned, watched, compared and let count; with and without scripts of the browser's."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from app.archives.tables import ArchiveTable
from app.main import create_app
from tests.browser.test_browser_accessible import check
from tests.support.archive_analysts import RULES
from tests.support.archive_world import Archive
from tests.support.browser import watched_page
from tests.support.review_world import listening
from tests.support.service_world import build_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
ANALYST = "tests.support.archive_analysts:careful"
LOOKS = [("light", 1400, True), ("dark", 320, False)]


@dataclass
class Served:
    """An archive whose pages are served, and what a context needs to be Ada's."""

    archive: Archive
    context: dict[str, Any]


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    notes = tmp_path / "notes"
    notes.mkdir()
    monkeypatch.setenv("TEST_NOTES", str(notes))
    world = build_world(tmp_path / "data", analyst=ANALYST)
    ((name, token),) = world.officer().items()
    archive = Archive(world)
    archive.add("clear", "one", "two", campaign="spring")
    monkeypatch.setenv(RULES, "new")
    with listening(create_app(world.container)) as url:
        cookie = {"name": name, "value": token, "url": url}
        yield Served(archive, {"base_url": url, "storage_state": {"cookies": [], "origins": []}, "cookie": cookie})
    world.container.close()


@pytest.mark.parametrize(("scheme", "width", "scripted"), LOOKS, ids=["wide", "narrow-without-js"])
def test_a_run_is_planned_watched_compared_and_let_count(
    launched: "Browser", served: Served, scheme: str, width: int, scripted: bool
) -> None:
    archive, given = served.archive, dict(served.context)
    cookie = given.pop("cookie")
    look: dict[str, Any] = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with watched_page(launched, expected=("422",), **given, **look, java_script_enabled=scripted) as watched:
        page = watched.page
        page.context.add_cookies([cookie])
        page.goto("/")
        page.get_by_role("link", name="Archive").press("Enter")
        expect(page.get_by_role("heading", level=2)).to_have_text("The archive has not been judged again yet.")
        _look(page, scripted)
        page.get_by_role("link", name="Plan a run").first.press("Enter")
        page.get_by_label("Campaign").fill("spring")
        page.get_by_role("button", name="Show the plan").press("Enter")
        expect(page.get_by_role("heading", level=2).nth(1)).to_have_text("3 calls would be judged again")
        expect(page.get_by_text("A rule: old, balanced is now new, balanced, for 3 calls")).to_be_visible()
        _look(page, scripted)
        page.get_by_label("Name of the run").fill("The rules of May")
        page.get_by_role("button", name="Start the run").press("Enter")

        expect(page.get_by_role("heading", level=1)).to_have_text("The rules of May")
        expect(page.locator(".archive-status")).to_contain_text("0 of 3 calls")
        page.get_by_role("button", name="Pause").press("Enter")
        expect(page.locator(".archive-status")).to_contain_text("Paused")
        page.get_by_role("button", name="Go on").press("Enter")
        expect(page.locator(".archive-status")).to_contain_text("Running")
        _look(page, scripted)
        with archive.world.database.reading() as session:
            (begun,) = (row.id for row in session.query(ArchiveTable))
        archive.work(begun)
        if not scripted:
            page.reload()
        # With scripts the page looks for itself until the run is over.
        expect(page.locator(".archive-status")).to_contain_text("Finished: 3 of 3 calls, 2 with changes")

        page.get_by_role("link", name="See what would change").press("Enter")
        expect(page.get_by_role("row", name="New Pressure")).to_contain_text("a rule")
        expect(page.get_by_role("row", name="one")).to_contain_text("Does not count")
        _look(page, scripted)
        page.get_by_role("link", name="All calls of the run").press("Enter")
        expect(page.get_by_role("row", name="clear")).to_contain_text("The same")
        page.get_by_role("link", name="The rules of May").press("Enter")
        expect(page.get_by_label("I have looked at the comparison")).to_be_visible()
        _look(page, scripted)
        page.get_by_label("I have looked at the comparison").check()
        page.get_by_role("button", name="Promote the run").press("Enter")
        expect(page.locator("#archive-progress")).to_contain_text("Ada let 3 results count")
        archive.promote(begun)
        if not scripted:
            page.reload()
        expect(page.locator("#archive-progress")).to_contain_text(": 3 do.")
        _look(page, scripted)


def test_a_form_that_means_nothing_says_so(launched: "Browser", served: Served) -> None:
    given = dict(served.context)
    cookie = given.pop("cookie")
    with watched_page(launched, expected=("422", "404"), **given) as watched:
        page = watched.page
        page.context.add_cookies([cookie])
        page.goto("/archives/new?planned=1&started_from=2026-06-01&started_to=2026-05-01")
        expect(page.get_by_role("alert")).to_contain_text("ends before it begins")
        page.goto("/archives/new?planned=1&campaign=autumn")
        expect(page.get_by_text("No judged call fits")).to_be_visible()
        page.goto("/archives/archive_x")
        expect(page.get_by_role("heading", level=1)).to_have_text("There is no such archive run.")


def _look(page: "Page", scripted: bool) -> None:
    if scripted:
        check(page)
        return
    # Without scripts axe cannot run; the layout can be looked at all the same.
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["width"] <= 320
