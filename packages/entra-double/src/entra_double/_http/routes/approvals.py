"""The routes on which people approve what happens elsewhere: an administrator's consent, a device's sign-in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from entra_double._browser import admin_consent, device_page
from entra_double._browser.admin_consent import Returned
from entra_double._browser.answers import ConsentPage
from entra_double._browser.device_page import CodePage, Decided
from entra_double._browser.pages import page
from entra_double._http.forms import read_form
from entra_double._http.request_log import entry_of
from entra_double._http.routes.outcomes import show
from entra_double._http.routes.support import browser_id, emulator_of, remember_client, set_cookie
from entra_double._world.registration import AccessTokenVersion
from entra_double._world.requests.lookup import once_each, required


async def _admin_consent_v1(request: Request) -> Response:
    return await _admin_consent_page(request, 1)


async def _admin_consent_v2(request: Request) -> Response:
    return await _admin_consent_page(request, 2)


async def _admin_consent_page(request: Request, version: AccessTokenVersion) -> Response:
    emulator, sent = emulator_of(request), browser_id(request)
    if request.method == "POST":
        return _show(request, await _answer(request))
    parameters = once_each(request.query_params.multi_items())
    remember_client(request, parameters)
    browser = emulator.sessions.recognise(sent)
    outcome = admin_consent.begin(emulator, request.path_params["tenant"], parameters, browser, version)
    response = _show(request, outcome)
    if browser != sent and not isinstance(outcome, Returned):
        set_cookie(response, emulator, browser)
    return response


async def _answer(request: Request) -> admin_consent.Outcome:
    form = once_each(await read_form(request))
    emulator, browser = emulator_of(request), browser_id(request)
    transaction, account = required(form, "transaction"), form.get("account", "")
    match form.get("action"):
        case None:
            return admin_consent.choose_account(emulator, transaction, account, browser)
        case "another":
            return admin_consent.choose_another(emulator, transaction, browser, form.get("query", ""))
        case "consent":
            return admin_consent.accept(emulator, transaction, account, browser)
        case _:
            return admin_consent.decline(emulator, transaction, account, browser)


def _show(request: Request, outcome: admin_consent.Outcome) -> Response:
    entry = entry_of(request)
    if not isinstance(outcome, Returned | ConsentPage):
        return show(request, outcome)
    entry.client_id = outcome.client_id
    entry.person = outcome.person.username if outcome.person else None
    if isinstance(outcome, ConsentPage):
        return page("admin_consent", consent=outcome)
    entry.aadsts = outcome.refusal.code if outcome.refusal else None
    return RedirectResponse(outcome.address, 302, headers={"Cache-Control": "no-store"})


async def _device_page_begin(request: Request) -> Response:
    emulator, sent = emulator_of(request), browser_id(request)
    browser = emulator.sessions.recognise(sent)
    response = _show_device(request, device_page.begin(emulator, browser))
    if browser != sent:
        set_cookie(response, emulator, browser)
    return response


async def _device_page_go_on(request: Request) -> Response:
    form = once_each(await read_form(request))
    emulator, browser = emulator_of(request), browser_id(request)
    transaction, account = required(form, "transaction"), form.get("account", "")
    outcome: device_page.Outcome
    match form.get("action"):
        case None if "user_code" in form:
            outcome = device_page.enter(emulator, transaction, form["user_code"], browser)
        case None:
            outcome = device_page.choose_account(emulator, transaction, account, browser)
        case "another":
            outcome = device_page.choose_another(emulator, transaction, browser, form.get("query", ""))
        case "prove":
            outcome = device_page.prove(emulator, transaction, account, browser)
        case "approve":
            outcome = device_page.approve(emulator, transaction, account, browser)
        case _:
            outcome = device_page.decline(emulator, transaction, browser)
    return _show_device(request, outcome)


def _show_device(request: Request, outcome: device_page.Outcome) -> Response:
    entry = entry_of(request)
    if isinstance(outcome, CodePage):
        entry.aadsts = outcome.refusal.code if outcome.refusal else None
        return page("device", entry=outcome, approval=None, decided=None)
    if isinstance(outcome, Decided):
        entry.client_id, entry.person = outcome.client_id, outcome.person.username if outcome.person else None
        return page("device", entry=None, approval=None, decided=outcome)
    if isinstance(outcome, ConsentPage):
        entry.client_id, entry.person = outcome.client_id, outcome.person.username
        return page("device", entry=None, approval=outcome, decided=None)
    return show(request, outcome)


ROUTES: list[BaseRoute] = [
    Route("/device", _device_page_begin, methods=["GET"]),
    Route("/device", _device_page_go_on, methods=["POST"]),
    Route("/{tenant}/adminconsent", _admin_consent_v1, methods=["GET", "POST"]),
    Route("/{tenant}/v2.0/adminconsent", _admin_consent_v2, methods=["GET", "POST"]),
]
