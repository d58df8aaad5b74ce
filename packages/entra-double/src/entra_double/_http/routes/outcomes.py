"""Shows what a request in a browser has come to, and notes it in the request log."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from entra_double._browser.browser import Browser
from entra_double._browser.pages import Answered, Page, render
from entra_double._http.forms import read_form
from entra_double._http.request_log import entry_of
from entra_double._http.routes.support import browser_of, set_cookie
from entra_double._world.lookup import Parameters, once_each


def begin(request: Request, begin: Callable[[Browser], Page | Answered]) -> Response:
    """Begin a transaction in a browser, which gets a cookie if it has none and sees a page."""
    sent = browser_of(request)
    browser = Browser(sent.emulator, sent.emulator.sessions.recognise(sent.id))
    outcome = begin(browser)
    response = _show(request, outcome)
    if browser.id != sent.id and not isinstance(outcome, Answered):
        set_cookie(response, browser.emulator, browser.id)
    return response


async def go_on(request: Request, go_on: Callable[[Browser, Parameters], Page | Answered]) -> Response:
    """Continue a transaction with the form of a page."""
    return _show(request, go_on(browser_of(request), once_each(await read_form(request))))


def _show(request: Request, outcome: Page | Answered) -> Response:
    entry = entry_of(request)
    entry.client_id = outcome.client_id
    entry.person = outcome.person.username if outcome.person else None
    entry.aadsts = outcome.refusal.code if outcome.refusal else None
    return render(outcome)
