"""Outages of `session/`, which tells who is signed in, and of the exchange that starts a Django session."""

from collections.abc import Iterator

import pytest
from e2e.between import Between, Kind, between
from e2e.django_sessions import browser_context_args, servers
from e2e.people import ADA, expect_signed_in, expect_signed_out, open_popup, pick
from e2e.servers import Servers
from playwright.sync_api import Page, expect

__all__ = ["browser_context_args", "servers"]

SESSION = "/entrance/session/"
NOT_TOLD = "This site did not say whether you are signed in."
LONGEST = 15_000
"""In milliseconds: the limit of ten seconds, and what a busy machine needs."""


@pytest.fixture
def site(servers: Servers) -> Iterator[Between]:
    with between(servers.logbook) as site:
        yield site


@pytest.mark.parametrize("kind", ["hang", "drop", 503, 429])
def test_a_page_that_is_signed_in(page: Page, site: Between, kind: Kind) -> None:
    page.goto(site.address)
    pick(open_popup(page), ADA)
    expect_signed_in(page)
    site.break_(SESSION, kind)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text(NOT_TOLD, timeout=LONGEST)
    site.mend()
    expect_signed_in(page)  # without a click


@pytest.mark.parametrize("kind", ["hang", "drop", 503, 429])
def test_the_exchange(page: Page, site: Between, kind: Kind) -> None:
    page.goto(site.address)
    popup = open_popup(page)
    site.break_(SESSION, kind)
    pick(popup, ADA)
    expect(page.get_by_role("alert")).to_contain_text(NOT_TOLD, timeout=LONGEST)
    site.mend()
    expect_signed_out(page)
    with page.expect_popup():
        page.get_by_role("button", name="Sign in with Microsoft").click()
    expect_signed_in(page)


@pytest.mark.parametrize("kind", ["hang", 503])
def test_the_settings_of_a_page_without_a_session(page: Page, site: Between, kind: Kind) -> None:
    site.break_("/entrance/config.json", kind)
    page.goto(site.address)
    expect(page.get_by_role("alert")).to_contain_text("The sign-in settings", timeout=LONGEST)
    site.mend()
    expect(page.get_by_role("alert")).to_have_count(0)  # without a click
    pick(open_popup(page), ADA)
    expect_signed_in(page)
