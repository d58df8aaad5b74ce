"""Flows of the client @azure/msal-browser, for any browser."""

from __future__ import annotations

from typing import Any

from browser.windows import Browser, Window
from client import ADA, C1, TENANT, control, expect, flow, run

ADA_AT_HOME = f"{ADA}.{TENANT}"
READY = "document.getElementById('state')?.textContent === 'ready'"

_browsers: list[Browser] = []


def complete_flows(browser: Browser) -> None:
    """Run every flow in `browser` and print its result as a line of JSON."""
    _browsers.append(browser)
    run()


def opened() -> Any:
    return _browsers[0].opened()


def ready(window: Window) -> None:
    window.wait_until(READY)


def call(window: Window, name: str, more: dict[str, Any] | None = None) -> Any:
    return window.evaluate("(name, more) => calls[name](more)", name, more or {})


def begin(window: Window, name: str, more: dict[str, Any] | None = None) -> Window:
    """Start a call that opens a window. Return the window."""
    return window.popup("(name, more) => { window.outcome = calls[name](more) }", name, more or {})


def outcome(window: Window) -> Any:
    return window.evaluate("() => window.outcome")


def signed_in(window: Window) -> Any:
    begin(window, "popup").click("Ada Lovelace")
    return outcome(window)


@flow("popup")
def popup() -> str:
    with opened() as page:
        result = signed_in(page)
        expect("home account", result["homeAccountId"], ADA_AT_HOME)
        return expect("scp", result["scp"], "access_as_user")


@flow("redirect")
def redirect() -> str:
    with opened() as page:
        page.evaluate("() => { calls.redirect() }")
        page.click("Ada Lovelace")
        ready(page)
        return expect("username", page.evaluate("() => calls.returned")["username"], "ada@contoso.example")


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
        page.evaluate("() => localStorage.clear()")
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
        page.evaluate("() => { calls.logoutRedirect() }")
        page.wait_until(f"location.search.includes('state=') && {READY}")
        return expect("accounts left", len(call(page, "accounts")), 0)


@flow("an error: cancelled")
def cancelled() -> str:
    with opened() as page:
        window = begin(page, "popup")
        window.click("Cancel")
        refused = outcome(page)
        return expect("error", (refused["error"], refused["number"]), ("access_denied", "65004"))


@flow("claims challenge")
def claims_challenge() -> str:
    with opened() as page:
        signed_in(page)
        refused = call(page, "silent", {"claims": C1})
        expect("error of the silent call", refused["name"], "InteractionRequiredAuthError")
        window = begin(page, "popupForToken", {"claims": C1})
        window.click("It is me")
        return expect("acrs", outcome(page)["acrs"], ["c1"])


@flow("an error: not assigned")
def not_assigned() -> str:
    with opened() as page:
        window = begin(page, "popup")
        window.click("Mallory Malone")
        window.click("Return to the application")
        refused = outcome(page)
        return expect("error", (refused["error"], refused["number"]), ("access_denied", "50105"))
