"""Judge: @azure/msal-browser in Chromium. Runs its flows against `ENTRA_URL` (plain http), one JSON line for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from browser.pages import served
from e2e.browser import ARGUMENTS, find_browser
from judge import ADA, TENANT, URL, control, expect, flow, run
from playwright.sync_api import Browser, Page, sync_playwright

ADA_AT_HOME = f"{ADA}.{TENANT}"
PATIENCE = 30_000
"""Milliseconds that a step may take."""

_at: dict[str, Any] = {}


@contextmanager
def opened() -> Iterator[Page]:
    """Open the page in a browser of its own, and fail when it calls an address beyond this machine."""
    browser: Browser = _at["browser"]
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    called: set[str | None] = set()
    context.on("request", lambda request: called.add(urlsplit(request.url).hostname))
    page = context.new_page()
    page.goto(_at["page"])
    ready(page)
    yield page
    context.close()
    expect("hosts called", sorted(host for host in called if host), ["localhost"])


def ready(page: Page) -> None:
    page.wait_for_function("document.getElementById('state')?.textContent === 'ready'")


def call(page: Page, name: str, more: dict[str, Any] | None = None) -> Any:
    return page.evaluate("([name, more]) => judge[name](more)", [name, more or {}])


def begin(page: Page, name: str, more: dict[str, Any] | None = None) -> Page:
    """Begin a call that opens a window, and give the window."""
    with page.expect_popup() as opening:
        page.evaluate("([name, more]) => { window.outcome = judge[name](more) }", [name, more or {}])
    return opening.value


def outcome(page: Page) -> Any:
    return page.evaluate("() => window.outcome")


def pick(page: Page, name: str = "Ada Lovelace") -> None:
    page.get_by_role("button", name=name).click(no_wait_after=True)


def signed_in(page: Page) -> Any:
    window = begin(page, "popup")
    pick(window)
    return outcome(page)


@flow("popup")
def popup() -> str:
    with opened() as page:
        result = signed_in(page)
        expect("home account", result["homeAccountId"], ADA_AT_HOME)
        return expect("scp", result["scp"], "access_as_user")


@flow("redirect")
def redirect() -> str:
    with opened() as page:
        page.evaluate("() => { judge.redirect() }")
        pick(page)
        page.wait_for_url(f"{_at['page']}/")
        ready(page)
        return expect("username", page.evaluate("judge.returned")["username"], "ada@contoso.example")


@flow("silent, after a reload")
def silent() -> str:
    with opened() as page:
        first = signed_in(page)
        page.reload()
        ready(page)
        again = call(page, "silent")
        expect("the same token", again["uti"] == first["uti"], True)
        return expect("from cache", again["fromCache"], True)


@flow("forced refresh")
def forced_refresh() -> str:
    with opened() as page:
        first = signed_in(page)
        again = call(page, "silent", {"forceRefresh": True})
        expect("the same token", again["uti"] == first["uti"], False)
        return expect("from cache", again["fromCache"], False)


@flow("hidden iframe, after revocation")
def iframe() -> str:
    with opened() as page:
        signed_in(page)
        control("POST", "revoke-refresh-tokens")
        again = call(page, "silent", {"forceRefresh": True})
        return expect("username", again["username"], "ada@contoso.example")


@flow("ssoSilent")
def sso_silent() -> str:
    with opened() as page:
        refused = call(page, "ssoSilent")
        signed_in(page)
        page.evaluate("localStorage.clear()")
        page.reload()
        ready(page)
        expect("accounts", call(page, "accounts"), [])
        expect("username", call(page, "ssoSilent")["username"], "ada@contoso.example")
        return expect("error without a session", refused["error"], "login_required")


@flow("logout in a popup")
def logout_popup() -> str:
    with opened() as page:
        signed_in(page)
        begin(page, "logoutPopup")
        outcome(page)
        expect("accounts", call(page, "accounts"), [])
        return expect("then ssoSilent says", call(page, "ssoSilent")["error"], "login_required")


@flow("logout by redirect")
def logout_redirect() -> str:
    with opened() as page:
        signed_in(page)
        page.evaluate("() => { judge.logoutRedirect() }")
        page.wait_for_url(f"{_at['page']}/?**")
        ready(page)
        return expect("accounts", call(page, "accounts"), [])


@flow("an error: cancelled")
def cancelled() -> str:
    with opened() as page:
        window = begin(page, "popup")
        window.get_by_role("button", name="Cancel").click(no_wait_after=True)
        refused = outcome(page)
        return expect("error", (refused["error"], refused["number"]), ("access_denied", "65004"))


if __name__ == "__main__":
    with served(URL) as page, sync_playwright() as playwright:
        _at["page"] = page
        _at["browser"] = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        run()
        _at["browser"].close()
