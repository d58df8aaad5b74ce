"""The second proof in Firefox: in a window and by redirect, and a form of the admin in a session of page sign-in."""

from typing import Any

import pytest
from e2e.django_sessions import servers
from e2e.firefox import PRESS, SIGNED_IN, SIGNED_OUT, firefox, go, only_loopback, shows, window
from e2e.people import GRACE
from e2e.servers import Servers
from e2e.test_rights import ADD, token_of
from e2e.test_step_up import BECAUSE

__all__ = ["firefox", "only_loopback", "servers", "window"]

NEWEST = "() => document.querySelector('[aria-label^=\"Delete entry\"]').click()"
DELETE = "() => document.querySelector('dialog .actions button:last-child').click()"
CONFIRM = "() => document.querySelector('dialog .confirm button').click()"
CHOOSE = """(text) => {
  const row = [...document.querySelectorAll("tbody tr")].find((one) => one.innerText.includes(text));
  row.querySelector("[type=checkbox]").click();
  document.querySelector("[name=action]").value = "delete_selected";
  document.querySelector("[name=index]").click();
}"""


def gone(text: str) -> str:
    return f"!{shows(text)}"


def write(servers: Servers, text: str) -> str:
    servers.graphql(ADD, token_of(servers, GRACE), text=text)
    return text


@pytest.mark.parametrize("way", ["window", "redirect"])
def test_an_entry_is_deleted(window: Any, servers: Servers, way: str) -> None:
    go(window, f"{servers.logbook}/")
    window.wait_until(SIGNED_OUT)
    window.popup(PRESS, "Sign in with Microsoft").click("ada@contoso.example")
    window.wait_until(SIGNED_IN)
    text = write(servers, f"To be deleted in Firefox, by {way}.")
    window.wait_until(shows(text))
    window.evaluate(NEWEST)
    window.evaluate(DELETE)
    window.wait_until(shows(BECAUSE))
    if way == "window":
        window.popup(CONFIRM).click("It is me")
    else:
        window.evaluate("() => { window.open = () => null }")
        window.evaluate(CONFIRM)
        window.click("It is me")
        window.wait_until("document.querySelector('dialog[open]')")
        window.evaluate(DELETE)
    window.wait_until(gone(text))


def test_a_form_of_the_admin_is_sent_again(window: Any, servers: Servers) -> None:
    text = write(servers, "To be deleted in Firefox, by an action.")
    go(window, f"{servers.logbook}/admin/logbook/entry/")
    window.click("Sign in with Microsoft")
    window.click("ada@contoso.example")
    window.wait_until(shows(text))
    window.evaluate(CHOOSE, text)
    window.wait_until(shows("Are you sure"))
    window.evaluate("() => document.querySelector('#content form [type=submit]').click()")
    window.wait_until(shows(BECAUSE))
    window.click("Confirm with Microsoft")
    window.click("It is me")
    window.wait_until(shows("This is what you sent before"))
    window.click("Send again")
    window.wait_until(shows("Successfully deleted"))
    assert window.evaluate("() => sessionStorage.getItem('entrance.form')") is None
