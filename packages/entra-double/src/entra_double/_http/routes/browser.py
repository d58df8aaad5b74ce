"""The routes that a browser goes to: authorize, the choice of an account, sign-out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from entra_double._browser import authorize
from entra_double._browser.answers import Answered
from entra_double._browser.pages import page
from entra_double._browser.sign_out import WhoLeaves, sign_out
from entra_double._http.forms import read_form
from entra_double._http.routes import approvals
from entra_double._http.routes.outcomes import show
from entra_double._http.routes.support import browser_id, emulator_of, remember_client, set_cookie
from entra_double._world.registration import AccessTokenVersion
from entra_double._world.requests.lookup import find_tenants, once_each, required


async def _authorize_endpoint(request: Request, version: AccessTokenVersion) -> Response:
    pairs = await read_form(request) if request.method == "POST" else request.query_params.multi_items()
    parameters = once_each(pairs)
    remember_client(request, parameters)
    emulator, sent = emulator_of(request), browser_id(request)
    browser = emulator.sessions.recognise(sent)
    outcome = authorize.authorize(emulator, request.path_params["tenant"], parameters, browser, version=version)
    response = show(request, outcome)
    if browser != sent and not isinstance(outcome, Answered):
        set_cookie(response, emulator, browser)
    return response


async def _authorize_v1(request: Request) -> Response:
    return await _authorize_endpoint(request, 1)


async def _authorize_v2(request: Request) -> Response:
    return await _authorize_endpoint(request, 2)


async def _sign_in(request: Request) -> Response:
    form = once_each(await read_form(request))
    emulator, browser = emulator_of(request), browser_id(request)
    transaction, account = required(form, "transaction"), form.get("account", "")
    match form.get("action"):
        case None:
            outcome = authorize.choose_account(emulator, transaction, account, browser)
        case "another":
            outcome = authorize.choose_another(emulator, transaction, browser, form.get("query", ""))
        case "return":
            outcome = authorize.return_refused(emulator, transaction, account, browser)
        case "consent":
            everybody = "everybody" in form
            outcome = authorize.accept(emulator, transaction, account, browser, for_everybody=everybody)
        case "prove":
            outcome = authorize.prove(emulator, transaction, account, browser)
        case _:
            outcome = authorize.cancel(emulator, transaction, browser)
    return show(request, outcome)


async def _logout_endpoint(request: Request) -> Response:
    pairs = await read_form(request) if request.method == "POST" else request.query_params.multi_items()
    emulator, browser = emulator_of(request), browser_id(request)
    find_tenants(emulator.directory, request.path_params["tenant"])
    signed_out = sign_out(emulator, once_each(pairs), browser)
    if isinstance(signed_out, WhoLeaves):
        return page("who_leaves", question=signed_out)
    if signed_out.onward and not signed_out.frames:
        return RedirectResponse(signed_out.onward, 302, headers={"Cache-Control": "no-store"})
    others = emulator.sessions.accounts(browser)
    return page("signed_out", frames=signed_out.origins, signed_out=signed_out, others=others)


ROUTES: list[BaseRoute] = [
    Route("/{tenant}/oauth2/v2.0/authorize", _authorize_v2, methods=["GET", "POST"]),
    Route("/{tenant}/oauth2/authorize", _authorize_v1, methods=["GET", "POST"]),
    Route("/{tenant}/oauth2/v2.0/logout", _logout_endpoint, methods=["GET", "POST"]),
    Route("/{tenant}/oauth2/logout", _logout_endpoint, methods=["GET", "POST"]),
    *approvals.ROUTES,
    Route("/{tenant}/sign-in", _sign_in, methods=["POST"]),
]
