"""Sign-in by a popup that loses its opener, as the service's does for registrations after January 2027."""

from collections.abc import Iterator

import pytest
from e2e.people import ADA, GRACE, add_entry, expect_signed_in, expect_signed_out, open_popup, pick
from e2e.servers import Servers, running
from playwright.sync_api import Page, expect


@pytest.fixture(scope="module")
def coop_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with running(tmp_path_factory.mktemp("coop_servers"), "--coop") as both:
        yield both


def test_the_popup_has_no_opener_and_signs_in(page: Page, coop_servers: Servers) -> None:
    page.goto(coop_servers.logbook)
    popup = open_popup(page)
    expect(popup.get_by_role("heading", name="Pick an account")).to_be_visible()
    assert popup.evaluate("window.opener") is None
    pick(popup, GRACE)
    expect_signed_in(page)
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()
    add_entry(page, "A popup without an opener.")


def test_an_older_popup_keeps_its_opener(page: Page, servers: Servers) -> None:
    page.goto(servers.logbook)
    popup = open_popup(page)
    expect(popup.get_by_role("heading", name="Pick an account")).to_be_visible()
    assert popup.evaluate("window.opener !== null")


def test_the_popup_is_cancelled(page: Page, coop_servers: Servers) -> None:
    coop_servers.control("POST", "reset")
    page.goto(coop_servers.logbook)
    popup = open_popup(page)
    popup.get_by_role("button", name="Cancel").click(no_wait_after=True)
    expect_signed_out(page)
    expect(page.get_by_role("button", name="Sign in with Microsoft")).to_be_enabled()


def test_signing_out_and_in_again(page: Page, coop_servers: Servers) -> None:
    coop_servers.control("POST", "reset")
    page.goto(coop_servers.logbook)
    pick(open_popup(page), ADA)
    expect_signed_in(page)
    page.reload()
    expect_signed_in(page)
    page.get_by_role("button", name="Sign out").click()
    expect_signed_out(page)
    pick(open_popup(page), GRACE)
    expect_signed_in(page)
