"""Takes the pictures of the documentation from a running service, such as `canvass-monitor demo` serves.

    .venv/bin/python scripts/take_screenshots.py URL USER PASSWORD

Writes docs/images/queue.png and docs/images/review-page.png. A first password is changed to one that is printed.
"""

import argparse
import secrets
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")


def main() -> None:
    """Read the arguments, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("user")
    parser.add_argument("password")
    parser.add_argument("--call", default="bus-driver", help="external id of the call to show (bus-driver)")
    parser.add_argument("--output", type=Path, default=HERE.parent / "docs" / "images")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--dark", action="store_true", help="take them in the dark colours")
    take(parser.parse_args())


def take(wanted: argparse.Namespace) -> None:
    """Sign in and take both pictures."""
    from playwright.sync_api import sync_playwright

    wanted.output.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser(), args=list(FLAGS))
        page = browser.new_page(
            base_url=wanted.url,
            viewport={"width": wanted.width, "height": wanted.height},
            color_scheme="dark" if wanted.dark else "light",
        )
        _sign_in(page, wanted.user, wanted.password)
        page.locator("html[data-ready]").wait_for()
        page.screenshot(path=wanted.output / "queue.png")
        _open_call(page, wanted.call)
        page.screenshot(path=wanted.output / "review-page.png")
        browser.close()
    print(f"{wanted.output / 'queue.png'}\n{wanted.output / 'review-page.png'}")


def _browser() -> str:
    found = subprocess.run([HERE / "ensure_browser.sh"], check=True, capture_output=True, text=True)
    return found.stdout.strip().splitlines()[-1]


def _sign_in(page: "Page", user: str, password: str) -> None:
    page.goto("/sign-in")
    page.fill("#username", user)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_load_state()
    if page.get_by_role("alert").count():
        raise SystemExit("The user name or the password is not right.")
    if page.locator("#again").count():
        own = secrets.token_urlsafe(12)
        page.fill("#old", password)
        page.fill("#new", own)
        page.fill("#again", own)
        page.press("#again", "Enter")
        page.wait_for_url("**/")
        print(f"The password of {user} is now {own}")


def _open_call(page: "Page", external_id: str) -> None:
    page.goto("/?show=flagged")
    page.locator("[data-row]", has=page.get_by_text(external_id, exact=True)).first.click()
    page.locator("html[data-ready]").wait_for()
    page.locator("#waveform > div").wait_for()
    word = page.locator(".w.in-finding").first
    if word.count():
        word.click()
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
