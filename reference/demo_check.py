"""Checks the running demo: signs Ada in with a browser and prints each step."""

from collections.abc import Iterator

from e2e.browser import ARGUMENTS, NoBrowserError, find_browser
from playwright.sync_api import Error, Page, Response, sync_playwright

PATIENCE = 30_000
"""Milliseconds for each step."""


class DemoError(Exception):
    """The demo failed. The message includes the remedy."""


def check(logbook: str) -> None:
    """Print each successful step.

    Raises:
        DemoError: a step failed.
    """
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
            page = browser.new_page()
            page.set_default_timeout(PATIENCE)
            for step in sign_ada_in(page, logbook):
                print(f"  \N{CHECK MARK} {step}", flush=True)
            browser.close()
    except Error as problem:
        raise DemoError(f"The check failed: {problem.message.splitlines()[0]}") from None
    except NoBrowserError as problem:
        raise DemoError(str(problem)) from None


def sign_ada_in(page: Page, logbook: str) -> Iterator[str]:
    """Sign in and out. Yield a sentence after each step."""
    page.goto(logbook)
    yield f"Logbook answers at {logbook}"
    button = page.get_by_role("button", name="Sign in with Microsoft")
    with page.expect_popup() as popup:
        button.click()
    yield "Sign in with Microsoft opens a window"
    with page.expect_response(tells_who_is_signed_in) as response:
        popup.value.get_by_role("button", name="ada@contoso.example").click(no_wait_after=True)
    viewer = response.value.json()["data"]["viewer"]
    page.get_by_role("button", name="Sign out").wait_for()
    yield f"{viewer['fullName']} is signed in ({viewer['username']}, {viewer['signedInWith']})"
    if viewer["roles"] != ["Admin"]:
        raise DemoError(f"Ada's app role is Admin, but Logbook says {viewer['roles']}.")
    yield f"Roles: {', '.join(viewer['roles'])}"
    entries = page.get_by_role("article")
    entries.first.wait_for()
    yield f"The log shows {entries.count()} entries"
    page.get_by_role("button", name="Sign out").click()
    button.wait_for()
    yield "Signed out again"


def tells_who_is_signed_in(response: Response) -> bool:
    is_answer = response.url.endswith("/graphql/") and response.status == 200
    return is_answer and bool((response.json().get("data") or {}).get("viewer"))
