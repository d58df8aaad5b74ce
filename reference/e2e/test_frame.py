"""Logbook in a frame: of another site, where the window's answer could never arrive, and of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from e2e.between import FRAMED, Between, between
from e2e.people import ADA, pick
from e2e.servers import Servers
from playwright.sync_api import BrowserType, FrameLocator, Page, expect

WHAT_TO_DO = "Open the page in a window of its own."


@pytest.fixture
def site(servers: Servers) -> Iterator[Between]:
    with between(servers.logbook) as site:
        yield site


def framed(page: Page, portal: str, address: str) -> FrameLocator:
    page.goto(f"{portal}{FRAMED}?address={quote(address)}")
    return page.frame_locator("iframe")


def test_within_another_site_that_may_not_store(page: Page, site: Between) -> None:
    """A private window: browsers forbid all storage to a page within another site."""
    frame = framed(page, site.elsewhere, site.address)
    expect(frame.get_by_role("alert")).to_contain_text(WHAT_TO_DO)


def test_within_another_site_the_click_says_what_to_do(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], site: Between, tmp_path: Path
) -> None:
    """An ordinary window: the page may store, apart from its own windows. Debian's Chromium forbids even that."""
    preferences = tmp_path / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps({"profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False}}))
    context = browser_type.launch_persistent_context(tmp_path, **browser_type_launch_args)
    page = context.pages[0]
    frame = framed(page, site.elsewhere, site.address)
    frame.get_by_role("button", name="Sign in with Microsoft").click()
    expect(frame.get_by_role("alert")).to_contain_text(WHAT_TO_DO)
    assert context.pages == [page], "no window opened"
    context.close()


def test_within_its_own_site_it_signs_in(page: Page, site: Between) -> None:
    frame = framed(page, site.address, site.address)
    with page.expect_popup() as popup:
        frame.get_by_role("button", name="Sign in with Microsoft").click()
    pick(popup.value, ADA)
    expect(frame.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_page_of_its_own_within_another_site(page: Page, site: Between) -> None:
    """The inner frame has the origin of the outer page, and the site between them is another one."""
    inner = f"{site.elsewhere}{FRAMED}?address={quote(site.address)}"
    frame = framed(page, site.address, inner).frame_locator("iframe")
    expect(frame.get_by_role("alert")).to_contain_text(WHAT_TO_DO)
