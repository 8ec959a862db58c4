"""A real browser for tests: Debian's chromium or an installed Chrome, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SETTING = "CANVASS_MONITOR_BROWSER"
KNOWN = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)


def browser_path() -> str:
    """The browser that `scripts/ensure_browser.sh` finds or installs."""
    named = os.environ.get(SETTING)
    found = next((path for name in ([named] if named else KNOWN) if (path := shutil.which(name))), None)
    assert found, f"no browser: run scripts/ensure_browser.sh, or name one in {SETTING}"
    return found


@contextmanager
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser_path(), args=list(FLAGS))
        try:
            yield launched
        finally:
            launched.close()


@dataclass
class Watched:
    """A page whose console is listened to."""

    page: "Page"
    complaints: list[str] = field(default_factory=list)


@contextmanager
def watched_page(launched: "Browser", *, expected: tuple[str, ...] = (), **context: Any) -> Iterator[Watched]:
    """A page in a context of its own; any error on its console fails the test at the end of the block.

    Args:
        launched: The browser.
        expected: Parts of messages that are no complaint, e.g. of a status that the test provokes.
        context: For the context: viewport, color_scheme, base_url, storage_state.
    """
    opened = launched.new_context(**context)
    opened.set_default_timeout(10_000)
    watched = Watched(opened.new_page())

    def complain(text: str) -> None:
        if not any(part in text for part in expected):
            watched.complaints.append(text)

    watched.page.on("console", lambda said: complain(said.text) if said.type in ("error", "warning") else None)
    watched.page.on("pageerror", lambda error: complain(str(error)))
    try:
        yield watched
        assert not watched.complaints, "\n".join(watched.complaints)
    finally:
        opened.close()
