"""Sessions in Firefox: begun by the front end in a window, on the sign-in page without React, and in the admin."""

from typing import Any

from e2e.between import between
from e2e.django_sessions import servers
from e2e.firefox import LOOK_AGAIN, PRESS, SIGNED_IN, SIGNED_OUT, firefox, go, only_loopback, shows, window
from e2e.people import PASSWORD
from e2e.servers import Servers
from e2e.test_needs_interaction import forget_the_person
from e2e.test_session_recheck import let_an_hour_pass

__all__ = ["firefox", "only_loopback", "servers", "window"]

SESSION = "() => fetch('/entrance/session/').then((answer) => answer.json())"
FILLED = """(username, password) => {
  document.querySelector("[name=username]").value = username;
  document.querySelector("[name=password]").value = password;
  document.querySelector("#login-form").submit();
}"""
LOADED = "() => performance.getEntriesByType('resource').map((one) => one.name)"


def test_a_django_session_of_the_front_end(window: Any, servers: Servers) -> None:
    go(window, f"{servers.logbook}/")
    window.wait_until(SIGNED_OUT)
    popup = window.popup(PRESS, "Sign in with Microsoft")
    popup.click("ada@contoso.example")
    window.wait_until(SIGNED_IN)
    session = window.evaluate(SESSION)
    assert (session["via"], session["user"]["username"]) == ("entra", "ada@contoso.example")

    window.click("Ada Lovelace")
    window.wait_until(shows("You at Microsoft"))
    window.wait_until(shows("User principal name\nada@contoso.example"))

    window.reload()
    window.wait_until(SIGNED_IN)
    assert [url for url in window.evaluate(LOADED) if "msal" in url] == []

    tab = window.popup("(url) => { window.open(url) }", f"{servers.logbook}/")
    tab.wait_until(SIGNED_IN)
    tab.click("Sign out")
    for each in (tab, window):
        each.wait_until(SIGNED_OUT)
    assert not window.evaluate(SESSION)["signed_in"]


def test_a_sign_in_without_react_and_both_ways_out(window: Any, servers: Servers) -> None:
    go(window, f"{servers.logbook}/entrance/sign-in/?next=/entrance/sign-out/")
    window.click("Sign in with Microsoft")
    window.click("grace@contoso.example")
    window.wait_until(shows("You are signed in as grace@contoso.example"))
    assert window.evaluate(SESSION)["entra"]["door"] == "page"
    window.click("Sign out")
    window.wait_until(SIGNED_OUT)
    assert not window.evaluate(SESSION)["signed_in"]

    go(window, f"{servers.logbook}/entrance/sign-in/?next=/entrance/sign-out/")
    window.click("Sign in with Microsoft")  # which Microsoft's session answers without a question
    window.wait_until(shows("You are signed in as grace@contoso.example"))
    window.evaluate("() => { document.querySelector('[name=everywhere]').checked = true }")
    window.click("Sign out")
    window.wait_until(SIGNED_OUT)
    assert not window.evaluate(SESSION)["signed_in"]
    go(window, f"{servers.logbook}/entrance/sign-in/")
    window.click("Sign in with Microsoft")
    window.wait_until(shows("Pick an account"))


def test_the_admins_login_page(window: Any, servers: Servers) -> None:
    go(window, f"{servers.logbook}/admin/logbook/entry/")
    window.click("Sign in with Microsoft")
    window.click("grace@contoso.example")
    window.wait_until(shows("You are authenticated as grace@contoso.example, but are not authorized"))
    window.click("Sign in with Microsoft")
    window.click("ada@contoso.example")
    window.wait_until(shows("Select entry to view"))
    window.wire.say("WebDriver:DeleteAllCookies")
    go(window, f"{servers.logbook}/admin/logbook/entry/")
    window.evaluate(FILLED, "edsger", PASSWORD)
    window.wait_until(shows("Select entry to view"))


def test_an_outage_of_the_session_heals_and_an_hour_later_a_click_confirms(window: Any, servers: Servers) -> None:
    with between(servers.logbook) as site:
        go(window, site.address)
        window.wait_until(SIGNED_OUT)
        window.popup(PRESS, "Sign in with Microsoft").click("grace@contoso.example")
        window.wait_until(SIGNED_IN)
        site.break_("/entrance/session/", 503)
        window.reload()
        window.wait_until(shows("This site did not say whether you are signed in."))
        site.mend()
        window.wait_until(SIGNED_IN)  # without a click
        forget_the_person(servers)
        let_an_hour_pass(servers)
        window.evaluate(LOOK_AGAIN)
        window.wait_until(shows("Your sign-in has to be confirmed."))
        window.popup(PRESS, "Confirm with Microsoft").click("grace@contoso.example")
        window.wait_until(f"{SIGNED_IN} && !document.querySelector('[role=alert]')")
        assert window.evaluate(SESSION)["via"] == "entra"
