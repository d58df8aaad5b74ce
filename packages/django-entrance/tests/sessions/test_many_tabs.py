"""Many tabs of a stale session that are opened at once all come to their pages, and none to the page of a failure."""

import html
from typing import Any

import pytest
from browsing import NAVIGATION, begin, username
from django.core import signing
from django_entrance.sessions import flows
from django_entrance.sessions.flows import MOST, SALT
from scripted_microsoft import ScriptedMicrosoft
from sessions.test_recheck import ask, make_stale

pytestmark = pytest.mark.django_db


SOON = 300


@pytest.fixture(autouse=True)
def however_slow_this_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "SOON", SOON)


@pytest.fixture
def stale(microsoft: ScriptedMicrosoft, any_client: Any) -> Any:
    microsoft.sign_in(any_client)
    for name in set(any_client.cookies) - {"sessionid"}:
        del any_client.cookies[name]
    make_stale(any_client)
    return any_client


def age(client: Any, seconds: int) -> None:
    """Let the browser's sign-ins have begun earlier."""
    for name, cookie in client.cookies.items():
        if name.startswith("entrance_flow_") and cookie.value:
            flow = signing.loads(cookie.value, salt=SALT)
            flow[8] -= seconds
            client.cookies[name] = signing.dumps(flow, salt=SALT, compress=True)


@pytest.mark.parametrize("query", ["page", "a-name-that-is-long" * 40])
def test_twelve_tabs_at_once_come_to_their_pages(microsoft: ScriptedMicrosoft, stale: Any, query: str) -> None:
    opened = {page: ask(stale, page) for page in (f"/?{query}={number}" for number in range(12))}
    led = {page: answer["Location"] for page, answer in opened.items() if answer.status_code == 302}
    waiting = {page: again(answer) for page, answer in opened.items() if page not in led}
    assert (0 < len(led) <= MOST, len(led) + len(waiting)) == (True, 12)
    for page, address in led.items():
        assert stale.get(microsoft.bring(address))["Location"] == page
    for page, address in waiting.items():
        assert stale.get(address, headers=NAVIGATION)["Location"] == page
    assert username(stale) == "ada@contoso.example"


def again(answer: Any) -> str:
    """Return the address that a waiting tab opens again in a second."""
    assert (answer.status_code, answer["Refresh"], "no-store" in answer["Cache-Control"]) == (200, "1", True)
    return html.unescape(answer.content.decode().split('<a href="')[1].split('"')[0])


@pytest.mark.parametrize(("seconds", "status"), [(SOON - 100, 200), (SOON + 100, 302)])
def test_tabs_that_do_not_come_back_hold_up_the_others_for_a_moment_only(stale: Any, seconds: int, status: int) -> None:
    for number in range(MOST):
        assert ask(stale, f"/?page={number}").status_code == 302
    age(stale, seconds)
    assert ask(stale).status_code == status


def test_tabs_of_before_a_clock_was_put_back_hold_up_none(stale: Any) -> None:
    """They look as if they began in the future. A moment of it is the difference of two servers' clocks."""
    for number in range(MOST):
        assert ask(stale, f"/?page={number}").status_code == 302
    age(stale, -(SOON - 100))
    assert ask(stale).status_code == 200, "control"
    age(stale, -200)
    assert ask(stale).status_code == 302
    assert ask(stale).status_code == 302, "the new one is not what goes first"


def test_what_was_begun_for_another_session_holds_up_none(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    for _ in range(MOST):
        assert ask(stale).status_code == 302
    microsoft.sign_in(stale)
    make_stale(stale)
    assert ask(stale).status_code == 302


def test_with_a_sign_in_that_a_click_begins_there_is_no_waiting(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    for _ in range(MOST):
        begin(stale)
    assert ask(stale).status_code == 302
