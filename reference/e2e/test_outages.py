"""Each part of a sign-in hangs, fails, is throttled or is offline: the page says so in time, and heals by itself."""

from collections.abc import Iterator

import pytest
from e2e.between import Between, Kind, between
from e2e.people import (
    ADA,
    FULL,
    TOKEN,
    expect_msal,
    expect_signed_in,
    expect_signed_out,
    open_popup,
    pick,
    sign_in_with_microsoft,
)
from e2e.servers import Servers
from playwright.sync_api import BrowserContext, Page, Route, expect

TEN_SECONDS = 10_000
"""In milliseconds, the longest that a page may show nothing."""

BUSY_MACHINE = 5_000
"""In milliseconds, for the page itself on a busy machine."""

CONFIG = "/entrance/config.json"
LIBRARY = "/static/assets/msalLibrary-"
ABOUT_TO_EXPIRE = 200
"""Seconds. MSAL renews tokens with less than 300 left."""

SENTENCES = {
    "config_unreachable": "The sign-in settings",
    "library_unreachable": "A part of this page that signing in needs could not be loaded.",
    "microsoft_unreachable": "Microsoft could not be reached.",
    "microsoft_busy": "Microsoft has too many requests at the moment.",
    "offline": "You are offline.",
}


@pytest.fixture
def site(servers: Servers) -> Iterator[Between]:
    with between(servers.logbook) as site:
        yield site


@pytest.fixture(autouse=True)
def no_outage(servers: Servers) -> Iterator[None]:
    yield
    servers.control("DELETE", "outages")


def expect_told(page: Page, code: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(SENTENCES[code], timeout=TEN_SECONDS + BUSY_MACHINE)


@pytest.mark.parametrize("kind", ["hang", "drop", 503, 429])
@pytest.mark.parametrize(("part", "code"), [(CONFIG, "config_unreachable"), (LIBRARY, "library_unreachable")])
def test_a_part_of_the_site(page: Page, site: Between, part: str, code: str, kind: Kind) -> None:
    site.break_(part, kind)
    page.goto(site.address)
    expect_told(page, code)
    site.mend()
    expect_signed_out(page)  # without a click
    expect(page.get_by_role("alert")).to_have_count(0)
    pick(open_popup(page), ADA)
    expect_signed_in(page)


def test_a_reload_during_an_outage_signs_in_after_it(page: Page, site: Between) -> None:
    page.goto(site.address)
    pick(open_popup(page), ADA)
    expect_signed_in(page)
    site.break_(CONFIG, 503)
    page.reload()
    expect_told(page, "config_unreachable")
    site.mend()
    expect_signed_in(page)


def test_the_person_may_try_again_at_once(page: Page, site: Between) -> None:
    page.clock.install(time=0)
    page.clock.pause_at(1_000)  # so nothing heals by itself
    site.break_(CONFIG, 503)
    page.goto(site.address)
    expect_told(page, "config_unreachable")
    site.mend()
    page.get_by_role("button", name="Try again").click()
    expect_signed_out(page)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("slow", "microsoft_unreachable"),
        ("down", "microsoft_unreachable"),
        ("unavailable", "microsoft_unreachable"),
        ("garbage", "microsoft_unreachable"),
        ("throttled", "microsoft_busy"),
    ],
)
def test_microsofts_token_endpoint(page: Page, servers: Servers, kind: str, code: str) -> None:
    page.goto("/")
    servers.control("POST", "outages", {"endpoint": "token", "kind": kind, "seconds": 60})
    pick(open_popup(page), ADA)
    expect_told(page, code)
    servers.control("DELETE", "outages")
    with page.expect_popup():
        page.get_by_role("button", name="Sign in with Microsoft").click()
    expect_signed_in(page)


def test_a_hidden_frame_without_a_response(page: Page, servers: Servers) -> None:
    servers.control("PUT", "access-token-lifetime", {"seconds": ABOUT_TO_EXPIRE})
    sign_in_with_microsoft(page, ADA)
    expect(page.get_by_role("article").first).to_be_visible()
    servers.control("POST", "revoke-refresh-tokens")
    servers.control("POST", "outages", {"endpoint": "authorize", "kind": "slow", "seconds": 60})
    servers.control("POST", "outages", {"endpoint": "discovery", "kind": "unavailable"})
    page.get_by_label("New entry").fill("Written while Microsoft is away.")
    page.get_by_role("button", name="Add entry").click()
    expect_told(page, "microsoft_unreachable")
    expect_signed_in(page)
    servers.control("DELETE", "outages")
    page.get_by_role("button", name="Add entry").click()
    expect(page.get_by_role("article").filter(has_text="Written while Microsoft is away.")).to_be_visible()


def test_offline_before_the_click(page: Page, context: BrowserContext) -> None:
    page.goto("/")
    expect(page.get_by_role("button", name="Sign in with Microsoft")).to_be_enabled()
    context.set_offline(True)
    page.get_by_role("button", name="Sign in with Microsoft").click()
    expect_told(page, "offline")
    assert context.pages == [page], "no window opened"
    context.set_offline(False)
    pick(open_popup(page), ADA)
    expect_signed_in(page)


def test_offline_between_code_and_token(page: Page, context: BrowserContext) -> None:
    page.goto("/")
    popup = open_popup(page)

    def go_offline(route: Route) -> None:
        context.set_offline(True)
        route.abort("internetdisconnected")

    page.route(TOKEN, go_offline)
    pick(popup, ADA)
    expect_told(page, "offline")
    page.unroute_all(behavior="ignoreErrors")
    context.set_offline(False)
    with page.expect_popup():
        page.get_by_role("button", name="Sign in with Microsoft").click()
    expect_signed_in(page)


def test_a_full_storage(page: Page) -> None:
    page.goto("/")
    expect_msal(page)
    page.evaluate(FULL)
    pick(open_popup(page), ADA)
    expect(page.get_by_role("alert")).to_contain_text("The browser does not let this page store data.")
    page.evaluate("localStorage.clear()")
    with page.expect_popup():
        page.get_by_role("button", name="Sign in with Microsoft").click()
    expect_signed_in(page)


@pytest.mark.parametrize("name", ["localStorage", "sessionStorage"])
def test_a_forbidden_storage(page: Page, name: str) -> None:
    forbid = f"Object.defineProperty(window, '{name}', {{ get() {{ throw new DOMException('no', 'SecurityError') }} }})"
    page.add_init_script(forbid)
    page.goto("/")
    expect(page.get_by_role("alert")).to_contain_text("The browser does not let this page store data.")
