from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browser import browser, watched_page
from tests.support.review_world import PASSWORD, ReviewWorld, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def launched() -> Iterator["Browser"]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReviewWorld]:
    with serving(Path(tmp_path_factory.mktemp("data"))) as made:
        made.add_settled_officer("ada", name="Ada Osei")
        yield made


@pytest.fixture(scope="session")
def signed_in(launched: "Browser", world: ReviewWorld) -> dict[str, Any]:
    """What a context needs to be Ada's."""
    with watched_page(launched, base_url=world.url) as watched:
        page = watched.page
        page.goto("/sign-in")
        page.fill("#username", "ada")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/")
        return {"base_url": world.url, "storage_state": page.context.storage_state()}
