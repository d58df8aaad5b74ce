"""Sign-in, staying signed in, and sign-out."""

import re

import pytest
from e2e.people import (
    ADA,
    GRACE,
    KATHERINE,
    MALLORY,
    add_entry,
    confirm,
    expect_signed_in,
    expect_signed_out,
    open_popup,
    pick,
    sign_in_with_microsoft,
    sign_in_with_password,
)
from e2e.servers import Servers
from playwright.sync_api import BrowserContext, Page, Route, expect

ADA_ID = "ada00000-0000-4000-a000-000000000011"
GRACE_ID = "96ace000-0000-4000-a000-000000000012"
TOKEN = re.compile(r"/oauth2/v2\.0/token")
LOGOUT = re.compile(r"/oauth2/v2\.0/logout")
FORGET_WHO_IS_ACTIVE = (
    "for (const key of Object.keys(localStorage)) if (key.includes('active')) delete localStorage[key]"
)


def cached_keys(page: Page) -> list[str]:
    """Return the keys of MSAL's cached accounts and tokens. They contain the home account."""
    keys: list[str] = page.evaluate("Object.keys(localStorage)")
    return [key for key in keys if key.startswith("msal.") and "|" in key]


def person_of(key: str) -> str:
    return key.split("|")[1].split(".")[0]


def test_sign_in_with_a_popup_and_add_an_entry(page: Page) -> None:
    sign_in_with_microsoft(page, GRACE)
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()
    expect(page.get_by_text("Signed in with Microsoft as Grace Hopper.")).to_have_count(1)
    add_entry(page, "Found a moth in relay 70.")
    entry = page.get_by_role("article").filter(has_text="Found a moth in relay 70.")
    expect(entry).to_contain_text("Grace Hopper")


def test_a_sign_in_makes_one_token_request(page: Page, servers: Servers) -> None:
    sign_in_with_microsoft(page, GRACE)
    add_entry(page, "Compiled.")
    assert servers.tokens_redeemed() == ["authorization_code"]


def test_a_reload_and_a_second_tab_stay_signed_in(page: Page, context: BrowserContext, servers: Servers) -> None:
    sign_in_with_microsoft(page, ADA)
    page.reload()
    expect_signed_in(page)
    expect(page.get_by_text("Signed in with Microsoft as")).to_have_count(0)
    tab = context.new_page()
    tab.goto("/")
    expect(tab.get_by_role("button", name="Ada Lovelace")).to_be_visible()
    assert servers.tokens_redeemed() == ["authorization_code"]


def test_sign_out_ends_the_session_in_every_tab(page: Page, context: BrowserContext) -> None:
    sign_in_with_microsoft(page, ADA)
    tab = context.new_page()
    tab.goto("/")
    expect_signed_in(tab)
    page.get_by_role("button", name="Sign out").click()
    expect_signed_out(page)
    expect(page).to_have_url("/")
    expect_signed_out(tab)
    page.reload()
    expect_signed_out(page)


def test_signing_out_removes_every_account_and_token_in_every_tab(
    page: Page, context: BrowserContext, servers: Servers
) -> None:
    sign_in_with_microsoft(page, ADA)
    page.evaluate(FORGET_WHO_IS_ACTIVE)
    servers.control("POST", "end-sessions")
    sign_in_with_microsoft(page, GRACE)
    tab = context.new_page()
    tab.goto("/")
    expect(tab.get_by_role("button", name="Grace Hopper")).to_be_visible()
    assert {person_of(key) for key in cached_keys(tab)} == {ADA_ID, GRACE_ID}
    page.get_by_role("button", name="Sign out").click()
    for each in (page, tab):
        expect_signed_out(each)
        assert cached_keys(each) == []


def test_a_late_response_does_not_undo_a_sign_out(page: Page, context: BrowserContext, servers: Servers) -> None:
    """Ada signs in in the window for Grace's token. Grace signs out before Ada's token arrives."""
    sign_in_with_microsoft(page, GRACE)
    servers.control("POST", "end-sessions")
    servers.control("POST", "revoke-refresh-tokens")
    refusal = {"status": 401, "headers": {"WWW-Authenticate": 'Bearer error="invalid_token"'}, "json": {}}
    page.route("**/graphql/", lambda route: route.fulfill(**refusal))
    popup = confirm(page)  # the log refetches every few seconds
    held: list[Route] = []
    page.route(TOKEN, lambda route: held.append(route))
    page.route(LOGOUT, lambda route: held.append(route))
    with page.expect_request(TOKEN):
        pick(popup, ADA)
    with page.expect_request(LOGOUT):
        page.get_by_role("button", name="Sign out").click(no_wait_after=True)
    with page.expect_event("requestfinished", lambda request: "/token" in request.url):
        held[0].continue_()
    tab = context.new_page()
    tab.goto("/")
    expect_signed_out(tab)
    held[1].continue_()
    expect_signed_out(page)
    assert cached_keys(page) == cached_keys(tab) == []


def test_a_late_response_does_not_undo_a_cancellation(page: Page) -> None:
    page.goto("/")
    held: list[Route] = []
    page.route(TOKEN, lambda route: held.append(route))
    with page.expect_request(TOKEN):
        pick(open_popup(page), GRACE)
    page.get_by_role("button", name="Cancel").click()
    with page.expect_event("requestfinished", lambda request: "/token" in request.url):
        held[0].continue_()
    expect(page.get_by_role("alert")).to_contain_text("cancelled")
    page.reload()
    expect_signed_out(page)
    assert cached_keys(page) == []


def test_after_a_sign_out_the_account_picker_is_shown(page: Page) -> None:
    sign_in_with_microsoft(page, ADA)
    page.get_by_role("button", name="Sign out").click()
    expect_signed_out(page)
    pick(open_popup(page), GRACE)
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()


def test_sign_in_with_a_password(page: Page, servers: Servers) -> None:
    sign_in_with_password(page, "barbara")
    expect(page.get_by_role("button", name="Barbara Liskov")).to_be_visible()
    add_entry(page, "Substituted.")
    page.reload()
    expect(page.get_by_role("button", name="Barbara Liskov")).to_be_visible()
    assert servers.tokens_redeemed() == []
    page.get_by_role("button", name="Sign out").click()
    expect_signed_out(page)


def test_a_wrong_password_shows_an_error(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Username").fill("barbara")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("password")
    expect_signed_out(page)


def test_both_kinds_at_once_see_each_others_entries(page: Page, other_context: BrowserContext) -> None:
    colleague = other_context.new_page()
    sign_in_with_microsoft(page, GRACE)
    sign_in_with_password(colleague, "barbara")
    add_entry(page, "From Grace, with Microsoft.")
    add_entry(colleague, "From Barbara, with a password.")
    expect(page.get_by_role("article").filter(has_text="From Barbara")).to_contain_text("Barbara Liskov")
    expect(colleague.get_by_role("article").filter(has_text="From Grace")).to_contain_text("Grace Hopper")


def test_a_guest_signs_in(page: Page) -> None:
    sign_in_with_microsoft(page, KATHERINE)
    expect(page.get_by_role("button", name="Katherine Johnson")).to_be_visible()


@pytest.mark.parametrize("version", [1, 2])
def test_both_versions_of_tokens_fill_the_account(page: Page, servers: Servers, version: int) -> None:
    servers.control("PUT", "api-token-version", {"version": version})
    sign_in_with_microsoft(page, ADA)
    page.get_by_role("button", name="Ada Lovelace").click()
    panel = page.get_by_role("dialog", name="Account")
    for text in ("Ada Lovelace", "ada@contoso.example", "Microsoft", "Admin"):
        expect(panel).to_contain_text(text)


def test_mallory_reads_why_she_is_refused(page: Page) -> None:
    page.goto("/")
    popup = open_popup(page)
    pick(popup, MALLORY)
    expect(popup.get_by_role("heading")).to_have_count(2)
    expect(popup.get_by_text("AADSTS50105")).to_be_visible()
    expect(popup.get_by_role("heading", name="You are not assigned to this application")).to_be_visible()
    popup.get_by_role("button", name="Return to the application").click(no_wait_after=True)
    expect(page.get_by_role("alert")).to_contain_text("assign")
    expect_signed_out(page)


def test_cancel_in_the_popup(page: Page) -> None:
    page.goto("/")
    open_popup(page).get_by_role("button", name="Cancel").click(no_wait_after=True)
    expect(page.get_by_role("alert")).to_contain_text("cancel")
    pick(open_popup(page), ADA)
    expect_signed_in(page)


def test_a_popup_that_the_person_closes(page: Page) -> None:
    page.goto("/")
    open_popup(page).close()
    expect(page.get_by_role("alert")).to_contain_text("closed")
    pick(open_popup(page), ADA)
    expect_signed_in(page)


def test_a_blocked_popup_becomes_a_redirect(page: Page) -> None:
    page.add_init_script("window.open = () => null")  # like a popup blocker
    page.goto("/?from=here")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    pick(page, ADA)
    expect_signed_in(page)
    expect(page).to_have_url("/?from=here")
    expect(page.get_by_text("Signed in with Microsoft as Ada Lovelace.")).to_have_count(1)


def test_a_cancelled_redirect_shows_an_error(page: Page) -> None:
    page.add_init_script("window.open = () => null")
    page.goto("/")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    page.get_by_role("button", name="Cancel").click(no_wait_after=True)
    expect(page.get_by_role("alert")).to_contain_text("cancel")
    expect_signed_out(page)
