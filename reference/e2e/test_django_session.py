"""Logbook with a Django session: the sign-in is exchanged for it, in a window and by redirect, and all tabs agree."""

from typing import Any

from e2e.django_sessions import browser_context_args, servers
from e2e.people import (
    ADA,
    GRACE,
    MALLORY,
    add_entry,
    expect_interrupted_by_reload,
    expect_signed_in,
    expect_signed_out,
    open_popup,
    pick,
    sign_in_with_microsoft,
    wait_until,
)
from e2e.servers import Servers
from playwright.sync_api import BrowserContext, Page, Request, expect

__all__ = ["browser_context_args", "servers"]

SESSION = "**/entrance/session/"
BLOCK_POPUPS = "window.open = () => null"


def session_of(page: Page) -> Any:
    """Return what Django says of the page's cookies."""
    return page.request.get("/entrance/session/").json()


def requests_of(page: Page) -> list[Request]:
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request))  # Playwright takes no built-in method
    return seen


def scripts(seen: list[Request]) -> list[str]:
    return [request.url for request in seen if request.resource_type == "script"]


def sign_in_by_redirect(page: Page, username: str) -> None:
    page.add_init_script(BLOCK_POPUPS)
    page.goto("/?from=here")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    pick(page, username)
    expect_signed_in(page)


def expect_no_msal(seen: list[Request]) -> None:
    assert scripts(seen) != []
    assert [url for url in scripts(seen) if "msal" in url] == []


def test_a_sign_in_in_the_window_starts_a_django_session(page: Page) -> None:
    sign_in_with_microsoft(page, GRACE)
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()
    expect(page.get_by_text("Signed in with Microsoft as Grace Hopper.")).to_have_count(1)
    session = session_of(page)
    assert (session["via"], session["user"]["username"], session["entra"]["door"]) == ("entra", GRACE, "session")


def test_requests_have_the_cookie_and_the_csrf_token_instead_of_the_bearer(page: Page) -> None:
    sign_in_with_microsoft(page, GRACE)
    with page.expect_request("**/graphql/") as asked:
        add_entry(page, "With a cookie.")
    headers = asked.value.all_headers()
    assert "authorization" not in headers
    assert headers["x-csrftoken"]
    assert "sessionid=" in headers["cookie"]
    page.get_by_role("button", name="Grace Hopper", exact=True).click()
    expect(page.get_by_role("region", name="You at Microsoft")).to_contain_text("grace@contoso.example")


def test_a_sign_in_by_redirect_starts_a_django_session(page: Page) -> None:
    sign_in_by_redirect(page, ADA)
    expect(page).to_have_url("/?from=here")
    expect(page.get_by_text("Signed in with Microsoft as Ada Lovelace.")).to_have_count(1)
    assert session_of(page)["user"]["username"] == ADA


def test_msal_is_not_loaded_while_the_session_lives(page: Page, context: BrowserContext, servers: Servers) -> None:
    signed_out = requests_of(page)
    sign_in_with_microsoft(page, ADA)
    assert any("msal" in url for url in scripts(signed_out))
    tab = context.new_page()
    seen = requests_of(tab)
    tab.goto("/")
    expect(tab.get_by_role("button", name="Ada Lovelace")).to_be_visible()
    add_entry(tab, "Without MSAL.")
    tab.wait_for_load_state("networkidle")
    expect_no_msal(seen)
    assert servers.tokens_redeemed() == ["authorization_code"]


def test_an_own_login_of_django_is_signed_in_without_msal(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill("edsger")
    page.get_by_label("Password").fill("logbook-demo")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("link", name="Entries")).to_be_visible()
    seen = requests_of(page)
    page.goto("/")
    expect(page.get_by_role("button", name="Edsger Dijkstra")).to_be_visible()
    add_entry(page, "With Django's own login.")
    page.wait_for_load_state("networkidle")
    expect_no_msal(seen)
    page.get_by_role("button", name="Sign out").click()
    expect_signed_out(page)
    assert not session_of(page)["signed_in"]


def test_an_admin_of_entra_enters_djangos_admin(page: Page) -> None:
    sign_in_with_microsoft(page, ADA)
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
    page.get_by_role("link", name="Entries").click()
    expect(page.get_by_role("heading", name="Select entry to view")).to_be_visible()


def test_a_writer_does_not(page: Page) -> None:
    sign_in_with_microsoft(page, GRACE)
    page.goto("/admin/")
    expect(page.get_by_text("not authorized to access this page")).to_be_visible()
    expect(page.get_by_role("heading", name="Site administration")).to_have_count(0)


def test_all_tabs_sign_in_and_out_together(page: Page, context: BrowserContext) -> None:
    tab = context.new_page()
    tab.goto("/")
    expect_signed_out(tab)
    sign_in_with_microsoft(page, ADA)
    expect(tab.get_by_role("button", name="Ada Lovelace")).to_be_visible()
    add_entry(tab, "From the other tab.")
    tab.get_by_role("button", name="Sign out").click()
    for each in (tab, page):
        expect_signed_out(each)
    page.reload()
    expect_signed_out(page)
    assert not session_of(page)["signed_in"]


def test_signing_out_here_leaves_microsofts_session_and_no_token(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, GRACE)
    seen = requests_of(page)
    page.get_by_role("button", name="Sign out").click()
    expect_signed_out(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert not [each for each in seen if each.is_navigation_request()]
    wait_until(page, "!Object.keys(localStorage).some((key) => key.startsWith('msal.') && key.includes('|'))")
    with page.expect_popup():  # which Microsoft's session answers without a question
        page.get_by_role("button", name="Sign in with Microsoft").click()
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()


def test_signing_out_everywhere_ends_microsofts_session_too(page: Page, context: BrowserContext) -> None:
    sign_in_with_microsoft(page, ADA)
    tab = context.new_page()
    tab.goto("/")
    expect_signed_in(tab)
    page.get_by_role("button", name="Ada Lovelace").click()
    page.get_by_role("button", name="Sign out everywhere").click()
    for each in (page, tab):
        expect_signed_out(each)
    expect(page).to_have_url("/")
    assert not session_of(page)["signed_in"]
    expect(open_popup(page).get_by_role("heading", name="Pick an account")).to_be_visible()


def test_a_page_that_is_reloaded_during_the_exchange_is_signed_in(page: Page) -> None:
    page.goto("/")
    page.route(SESSION, lambda route: None if route.request.method == "POST" else route.continue_())
    with page.expect_request(lambda request: request.method == "POST" and "/session/" in request.url):
        pick(open_popup(page), GRACE)
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()
    assert session_of(page)["user"]["username"] == GRACE


def test_a_page_that_is_reloaded_during_the_exchange_of_a_redirect_is_signed_in(page: Page) -> None:
    page.add_init_script(BLOCK_POPUPS)
    page.goto("/")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    page.route(SESSION, lambda route: None if route.request.method == "POST" else route.continue_())
    with page.expect_request(lambda request: request.method == "POST" and "/session/" in request.url):
        pick(page, GRACE)
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()
    assert session_of(page)["user"]["username"] == GRACE


def test_a_reload_between_code_and_token_shows_interrupted(page: Page) -> None:
    expect_interrupted_by_reload(page)


def test_the_window_signs_in_the_page_that_was_reloaded_meanwhile(page: Page) -> None:
    page.goto("/")
    popup = open_popup(page)
    expect(popup.get_by_role("heading", name="Pick an account")).to_be_visible()
    page.reload()
    expect_signed_out(page)
    pick(popup, GRACE)
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()
    assert session_of(page)["user"]["username"] == GRACE


def test_a_person_whom_microsoft_refuses_has_no_session(page: Page) -> None:
    page.goto("/")
    popup = open_popup(page)
    pick(popup, MALLORY)
    popup.get_by_role("button", name="Return to the application").click(no_wait_after=True)
    expect(page.get_by_role("alert")).to_contain_text("assign")
    assert not session_of(page)["signed_in"]


def test_an_account_in_the_cache_signs_no_one_in(page: Page, context: BrowserContext) -> None:
    """The session is over, Microsoft's tokens are not: it takes a click, and no window opens by itself."""
    sign_in_with_microsoft(page, ADA)
    context.clear_cookies(name="sessionid")
    page.reload()
    expect_signed_out(page)
    page.wait_for_load_state("networkidle")
    expect_signed_out(page)
    assert context.pages == [page]
