"""The live list of Logbook: new entries without a reload, for both logins; none is lost while a token is renewed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from e2e.firefox import PRESS, SIGNED_IN, SIGNED_OUT, firefox, go, shows, window
from e2e.people import ALAN, GRACE, PASSWORD, sign_in_with_microsoft, sign_in_with_password, wait_until
from e2e.servers import Servers
from playwright.sync_api import Page, WebSocket, expect

__all__ = ["firefox", "window"]

ENDS_IN = 25
"""Seconds until the API refuses the first token, with its leeway of 60: the sign-in takes some of them."""

LIVE = shows("Live")
RECONNECTING = shows("Reconnecting…")
COUNT = "(text) => [...document.querySelectorAll('.entry-text')].filter((one) => one.innerText === text).length"

SIGN_IN = (
    "mutation ($username: String!, $password: String!) { signIn(username: $username, password: $password) { token } }"
)
ADD = "mutation ($text: String!) { addEntry(text: $text) { id } }"


class Writer:
    """Barbara, who writes from elsewhere."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        _, answer = servers.graphql(SIGN_IN, username="barbara", password=PASSWORD)
        self.token = answer["data"]["signIn"]["token"]

    def write(self, text: str) -> None:
        status, answer = self.servers.graphql(ADD, self.token, text=text)
        assert (status, "errors" in answer) == (200, False), answer


@pytest.fixture
def writer(servers: Servers) -> Writer:
    return Writer(servers)


@pytest.fixture
def short_token(servers: Servers) -> Iterator[None]:
    """Let the next tokens end in some seconds, though MSAL takes them for new: the clocks differ."""
    servers.control("PUT", "access-token-lifetime", {"seconds": 3_600})
    servers.control("PUT", "clock", {"offset": ENDS_IN - 3_660})
    yield
    servers.control("DELETE", "outages")


def renew_slowly(servers: Servers) -> None:
    """Let the renewal take so long that entries are written meanwhile."""
    servers.control("PUT", "clock", {"offset": 0})
    servers.control("POST", "outages", {"endpoint": "token", "kind": "slow", "seconds": 4})


def heard_by(page: Page) -> list[str]:
    """Return a list of the texts that WebSockets of the page receive."""
    texts: list[str] = []

    def hear(frame: Any) -> None:
        message = json.loads(frame)
        if message["type"] == "next":
            texts.append(message["payload"]["data"]["entryAdded"]["text"])

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", hear)

    page.on("websocket", listen)
    return texts


def test_no_entry_is_lost_or_comes_twice_while_the_token_is_renewed(
    page: Page, servers: Servers, writer: Writer, short_token: None
) -> None:
    heard = heard_by(page)
    sign_in_with_microsoft(page, GRACE)
    wait_until(page, LIVE)
    writer.write("Before the token ends.")
    expect(page.get_by_text("Before the token ends.")).to_be_visible()
    renew_slowly(servers)
    wait_until(page, RECONNECTING)
    writer.write("While it is renewed.")
    wait_until(page, LIVE)
    writer.write("After it was renewed.")
    expect(page.get_by_text("After it was renewed.")).to_be_visible()
    assert heard == ["Before the token ends.", "While it is renewed.", "After it was renewed."]
    for text in heard:
        expect(page.get_by_text(text)).to_have_count(1)


def test_so_it_is_in_firefox(window: Any, servers: Servers, writer: Writer, short_token: None) -> None:
    go(window, servers.logbook)
    window.wait_until(SIGNED_OUT)
    window.popup(PRESS, "Sign in with Microsoft").click(ALAN)
    window.wait_until(SIGNED_IN)
    window.wait_until(LIVE)
    writer.write("Before it ends in Firefox.")
    window.wait_until(shows("Before it ends in Firefox."))
    renew_slowly(servers)
    window.wait_until(RECONNECTING)
    writer.write("Meanwhile, in Firefox.")
    window.wait_until(LIVE)
    writer.write("Afterwards, in Firefox.")
    window.wait_until(shows("Afterwards, in Firefox."))
    for text in ("Before it ends in Firefox.", "Meanwhile, in Firefox.", "Afterwards, in Firefox."):
        assert window.evaluate(COUNT, text) == 1


def test_a_person_with_a_password_sees_and_hears_of_new_entries(page: Page, writer: Writer) -> None:
    heard = heard_by(page)
    sign_in_with_password(page, "hopper")
    wait_until(page, LIVE)
    writer.write("Seen without a reload.")
    expect(page.get_by_text("Seen without a reload.")).to_be_visible()
    expect(page.get_by_text("New entry by Barbara Liskov.")).to_have_count(1)
    assert heard == ["Seen without a reload."]
