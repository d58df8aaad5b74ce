"""Answers what a browser asks for: authorize, sign-in, admin consent, the device page, sign-out."""

from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from entra_double._browser import admin_consent, authorize, device_page
from entra_double._browser.browser import Browser
from entra_double._browser.pages import Answered, Page, page, render
from entra_double._browser.sign_out import SignOutChoice, sign_out
from entra_double._http.forms import read_form
from entra_double._http.request_log import entry_of
from entra_double._http.routes.support import emulator_of, remember_client
from entra_double._tokens.emulator import Emulator
from entra_double._world.registration import AccessTokenVersion
from entra_double._world.requests.lookup import Parameters, find_tenants, once_each


async def authorize_endpoint(request: Request, version: AccessTokenVersion) -> Response:
    parameters, tenant = await _parameters(request), request.path_params["tenant"]
    remember_client(request, parameters)
    return _begin(request, lambda browser: authorize.authorize(browser, tenant, parameters, version=version))


async def sign_in_endpoint(request: Request) -> Response:
    return await _go_on(request, authorize.go_on)


async def admin_consent_endpoint(request: Request, version: AccessTokenVersion) -> Response:
    if request.method == "POST":
        return await _go_on(request, admin_consent.go_on)
    parameters, tenant = await _parameters(request), request.path_params["tenant"]
    remember_client(request, parameters)
    return _begin(request, lambda browser: admin_consent.begin(browser, tenant, parameters, version))


async def device_endpoint(request: Request) -> Response:
    return await _go_on(request, device_page.go_on) if request.method == "POST" else _begin(request, device_page.begin)


async def sign_out_endpoint(request: Request) -> Response:
    browser = _browser_of(request)
    find_tenants(browser.directory, request.path_params["tenant"])
    signed_out = sign_out(browser, await _parameters(request))
    if isinstance(signed_out, SignOutChoice):
        return page("choose_sign_out", question=signed_out)
    if signed_out.onward and not signed_out.frames:
        return RedirectResponse(signed_out.onward, 302, headers={"Cache-Control": "no-store"})
    others = browser.emulator.sessions.accounts(browser.id)
    return page("signed_out", frames=signed_out.origins, signed_out=signed_out, others=others)


async def _parameters(request: Request) -> Parameters:
    return once_each(await read_form(request) if request.method == "POST" else request.query_params.multi_items())


def _begin(request: Request, begin: Callable[[Browser], Page | Answered]) -> Response:
    """Begin a transaction in a browser, which gets a cookie if it has none and sees a page.

    Two windows that open at once both have none, and the browser keeps the later one. A cookie of each window's own
    tells that both are the same browser's.
    """
    sent = _browser_of(request)
    browser = Browser(sent.emulator, sent.emulator.sessions.recognise(sent.id))
    outcome = begin(browser)
    response = _show(request, outcome)
    if browser.id != sent.id and not isinstance(outcome, Answered):
        # with TLS it is sent inside a frame of the application too, as in the service
        is_secure = browser.emulator.base_url.startswith("https:")
        same_site: Literal["none", "lax"] = "none" if is_secure else "lax"
        name = _cookie_name(browser.emulator)
        for each in (name, f"{name}_{browser.id[:8]}"):
            response.set_cookie(each, browser.id, httponly=True, samesite=same_site, secure=is_secure)
    return response


async def _go_on(request: Request, go_on: Callable[[Browser, Parameters], Page | Answered]) -> Response:
    """Continue a transaction with the form of a page."""
    browser = _browser_of(request)
    windows = {
        value for name, value in request.cookies.items() if name.startswith(f"{_cookie_name(browser.emulator)}_")
    }
    browser.emulator.sessions.bring_together(browser.id, windows)
    return _show(request, go_on(browser, once_each(await read_form(request))))


def _show(request: Request, outcome: Page | Answered) -> Response:
    entry = entry_of(request)
    entry.client_id = outcome.client_id
    entry.person = outcome.person.username if outcome.person else None
    entry.aadsts = outcome.refusal.code if outcome.refusal else None
    return render(outcome)


def _browser_of(request: Request) -> Browser:
    """Return the browser of the cookie; its id is empty without one."""
    emulator = emulator_of(request)
    return Browser(emulator, request.cookies.get(_cookie_name(emulator), ""))


def _cookie_name(emulator: Emulator) -> str:
    """Browsers share cookies among the ports of a host, so the name carries ours."""
    return f"entra_double_{urlsplit(emulator.base_url).port}"
