"""People of the demo, and their steps in the browser."""

import re

from playwright.sync_api import Locator, Page, expect

ADA = "ada@contoso.example"
GRACE = "grace@contoso.example"
TOKEN = re.compile(r"/oauth2/v2\.0/token")
ALAN = "alan@contoso.example"
KATHERINE = "katherine@fabrikam.example"
MALLORY = "mallory@contoso.example"
PASSWORD = "logbook-demo"

FULL = """() => {
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try {
      for (let count = 0; ; count++) localStorage.setItem(`fill ${size} ${count}`, "x".repeat(size));
    } catch {}
  }
}"""
"""Fills the storage of the page to the last character."""

MSAL_IS_THERE = """() => new Promise((resolve) => {
  const look = () => (document.cookie.includes("msal.cache.encryption") ? resolve() : setTimeout(look, 20));
  look();
})"""


def open_popup(page: Page) -> Page:
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Sign in with Microsoft").click()
    return popup.value


def expect_msal(page: Page) -> None:
    """Wait until MSAL is there. The button is usable before."""
    page.evaluate(MSAL_IS_THERE)


def pick(popup: Page, username: str) -> None:
    popup.get_by_role("button", name=username).click(no_wait_after=True)


def tab_to(page: Page, target: Locator) -> None:
    """Reach an element with the keyboard alone."""
    expect(target).to_be_visible()
    for _ in range(30):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the Tab key does not reach it")


def sign_in_with_microsoft(page: Page, username: str) -> None:
    page.goto("/")
    pick(open_popup(page), username)
    expect_signed_in(page)


def sign_in_with_password(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect_signed_in(page)


def confirm(page: Page) -> Page:
    """Click the button of the banner that asks the person to confirm. Return Microsoft's window."""
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Confirm with Microsoft").click()
    return popup.value


def pick_by_keyboard(popup: Page, username: str) -> None:
    tab_to(popup, popup.get_by_role("button", name=username))
    popup.keyboard.press("Enter")


def wait_until(page: Page, condition: str) -> None:
    """Wait for an expression. Playwright's own wait evaluates it anew each time, which the page's policy may forbid."""
    look = f"() => (({condition})) ? resolve() : requestAnimationFrame(look)"
    page.evaluate(f"new Promise((resolve) => {{ const look = {look}; look(); }})")


def expect_signed_in(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def expect_signed_out(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign in with Microsoft")).to_be_visible()


def add_entry(page: Page, text: str) -> None:
    page.get_by_label("New entry").fill(text)
    page.get_by_role("button", name="Add entry").click()
    expect(page.get_by_role("article").filter(has_text=text)).to_be_visible()


def expect_interrupted_by_reload(page: Page) -> None:
    """Reload the page while its code becomes a token, and sign in again."""
    page.goto("/")
    page.route(TOKEN, lambda route: None)
    with page.expect_request(TOKEN):
        pick(open_popup(page), GRACE)
    page.reload()
    page.unroute_all(behavior="ignoreErrors")
    expect(page.get_by_role("alert")).to_contain_text("You can try again.")
    with page.expect_popup():
        page.get_by_role("button", name="Sign in with Microsoft").click()
    expect_signed_in(page)
