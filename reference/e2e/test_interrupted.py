"""Interrupted sign-ins: reload, Back button, second tab, a window left open."""

import re

from e2e.people import (
    ADA,
    GRACE,
    TOKEN,
    expect_interrupted_by_reload,
    expect_signed_in,
    expect_signed_out,
    open_popup,
    pick,
    wait_until,
)
from e2e.servers import Servers
from playwright.sync_api import BrowserContext, Page, Route, expect

AUTHORIZE = re.compile(r"/oauth2/v2\.0/authorize")
IN_PROGRESS = "Object.keys(sessionStorage).some((key) => key.includes('interaction.status'))"
BLOCK_POPUPS = "window.open = () => null"


def test_the_window_signs_in_the_page_that_was_reloaded_meanwhile(page: Page) -> None:
    page.goto("/")
    popup = open_popup(page)
    expect(popup.get_by_role("heading", name="Pick an account")).to_be_visible()
    page.reload()
    expect_signed_out(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    pick(popup, GRACE)
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()


def test_a_page_may_be_reloaded_twice(page: Page) -> None:
    page.goto("/")
    popup = open_popup(page)
    for _ in range(2):
        page.reload()
        expect_signed_out(page)
    pick(popup, GRACE)
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()


def test_a_reloaded_page_may_start_again(page: Page) -> None:
    page.goto("/")
    open_popup(page)
    page.reload()
    pick(open_popup(page), ADA)
    expect(page.get_by_role("button", name="Ada Lovelace")).to_be_visible()


def test_a_window_without_its_page_shows_a_message(page: Page, context: BrowserContext) -> None:
    page.goto("/")
    popup = open_popup(page)
    page.close()
    pick(popup, GRACE)
    expect(popup.get_by_role("alert")).to_contain_text("Close this window and sign in again.")


def test_a_reload_between_code_and_token_shows_interrupted(page: Page) -> None:
    expect_interrupted_by_reload(page)


def test_back_from_microsofts_page_shows_interrupted(page: Page) -> None:
    page.add_init_script(BLOCK_POPUPS)
    page.goto("/")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    expect(page.get_by_role("heading", name="Pick an account")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("alert")).to_contain_text("You can try again.")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    pick(page, ADA)
    expect_signed_in(page)


def test_a_reload_of_microsofts_page_changes_nothing(page: Page) -> None:
    page.add_init_script(BLOCK_POPUPS)
    page.goto("/")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    expect(page.get_by_role("heading", name="Pick an account")).to_be_visible()
    page.reload()
    pick(page, ADA)
    expect_signed_in(page)


def test_a_reload_after_a_redirect_redeems_an_unused_code(page: Page) -> None:
    page.add_init_script(BLOCK_POPUPS)
    page.goto("/")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    page.route(TOKEN, lambda route: None)
    with page.expect_request(TOKEN):
        pick(page, GRACE)
    page.reload()
    page.unroute_all(behavior="ignoreErrors")
    expect(page.get_by_role("button", name="Grace Hopper")).to_be_visible()


def test_a_reload_after_a_redirect_with_a_used_code_shows_interrupted(page: Page) -> None:
    page.add_init_script(BLOCK_POPUPS)
    page.goto("/")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    page.route(TOKEN, lambda route: route.fetch() and None, times=1)
    with page.expect_request(TOKEN):
        pick(page, GRACE)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("You can try again.")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    expect_signed_in(page)


def test_back_after_a_redirect_sign_in_stays_signed_in(page: Page) -> None:
    page.add_init_script(BLOCK_POPUPS)
    page.goto("/")
    page.get_by_role("button", name="Sign in with Microsoft").click()
    pick(page, ADA)
    expect_signed_in(page)
    page.evaluate("history.go(-2)")
    expect_signed_in(page)


def test_a_window_left_open_is_closed_after_the_timeout(page: Page) -> None:
    page.clock.install()
    page.goto("/")
    popup = open_popup(page)
    expect(popup.get_by_role("heading", name="Pick an account")).to_be_visible()
    page.clock.fast_forward("08:00:00")
    expect(page.get_by_role("alert")).to_contain_text("took too long")
    pick(open_popup(page), ADA)
    expect_signed_in(page)


def test_a_window_that_the_person_closed_frees_msal(page: Page) -> None:
    page.clock.install()
    page.goto("/")
    popup = open_popup(page)
    expect(popup.get_by_role("heading", name="Pick an account")).to_be_visible()
    page.clock.run_for(1_000)  # in which the page has seen the window
    assert page.evaluate(IN_PROGRESS)
    popup.close()
    expect(page.get_by_role("alert")).to_contain_text("closed before you were signed in")
    wait_until(page, f"!({IN_PROGRESS})")


def test_a_click_between_code_and_token_opens_no_second_window(
    page: Page, context: BrowserContext, servers: Servers
) -> None:
    page.goto("/")
    held: list[Route] = []
    page.route(TOKEN, lambda route: held.append(route))
    popup = open_popup(page)
    with page.expect_request(TOKEN), popup.expect_event("close"):
        pick(popup, ADA)
    button = page.get_by_role("button", name="Sign in with Microsoft")
    expect(button).to_have_attribute("aria-busy", "true")
    servers.control("POST", "end-sessions")  # so a second window would stay open
    button.click()
    held[0].continue_()
    expect_signed_in(page)
    expect(page.get_by_text("Signed in with Microsoft as Ada Lovelace.")).to_have_count(1)
    assert context.pages == [page]


def test_a_stopped_redirect_starts_again_with_the_next_click(page: Page) -> None:
    page.add_init_script(BLOCK_POPUPS)
    page.goto("/")
    page.route(AUTHORIZE, lambda route: route.abort("aborted"), times=1)  # like the Escape key
    button = page.get_by_role("button", name="Sign in with Microsoft")
    with page.expect_event("requestfailed"):
        button.click(no_wait_after=True)
    button.click(no_wait_after=True)
    pick(page, ADA)
    expect_signed_in(page)
