"""The routes of the service, thin over the emulator."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from entra_local import _authorize, _documents
from entra_local._authorize import AccountPicker, Answered, Outcome
from entra_local._authorize_request import Answer, ResponseMode
from entra_local._control import control
from entra_local._emulator import Emulator
from entra_local._errors import CATALOGUE, Refusal
from entra_local._forms import read_form
from entra_local._host_gate import HostGate
from entra_local._lookup import MULTI_TENANT, Parameters, find_tenant, is_guid, once_each, required
from entra_local._outage_gate import OutageGate
from entra_local._pages import PAGES, page
from entra_local._redeem import GRANT_TYPES, redeem
from entra_local._request_log import RequestLog, entry_of
from entra_local._sign_out import sign_out

_ANYBODY = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=86400, private"}
_NEVER_KEPT = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache", "Expires": "-1", "Vary": "Origin"}


def make_app(emulator: Emulator) -> Starlette:
    """Make the ASGI application of `emulator`."""
    oauth2, well_known = "/{tenant}/oauth2/v2.0", ".well-known/openid-configuration"
    routes = [
        Route("/", _home),
        Route("/health", _health),
        Route("/favicon.ico", _favicon),
        Route("/error", _error_code),
        Route("/_pages/{name}", _asset),
        Mount("/_control", app=control(emulator)),
        Route(f"/{{tenant}}/{well_known}", _discovery_v1),
        Route(f"/{{tenant}}/v2.0/{well_known}", _discovery_v2),
        Route("/{tenant}/discovery/keys", _keys_v1),
        Route("/{tenant}/discovery/v2.0/keys", _keys_v2),
        Route(f"{oauth2}/authorize", _authorize_endpoint, methods=["GET", "POST"]),
        Route(f"{oauth2}/token", _token_endpoint, methods=["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]),
        Route(f"{oauth2}/logout", _logout_endpoint, methods=["GET", "POST"]),
        Route("/{tenant}/sign-in", _sign_in, methods=["POST"]),
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(HostGate),
            Middleware(RequestLog, emulator=emulator),
            Middleware(OutageGate, emulator=emulator),
        ],
        exception_handlers={404: _not_here, Refusal: _refused_on_a_page},
    )
    app.state.emulator = emulator
    return app


def _emulator(request: Request) -> Emulator:
    emulator: Emulator = request.app.state.emulator
    return emulator


async def _home(request: Request) -> Response:
    emulator = _emulator(request)
    return page("home", directory=emulator.directory, base_url=emulator.base_url, version=version("entra-local"))


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok", "version": version("entra-local")})


async def _favicon(request: Request) -> Response:
    return Response(status_code=204)


async def _error_code(request: Request) -> Response:
    code = request.query_params.get("code", "")
    if not code.isascii() or not code.isdigit() or int(code) not in CATALOGUE:
        raise HTTPException(404)
    return page("error_code", aadsts=CATALOGUE[int(code)])


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ("style.css", "form-post.js"):
        raise HTTPException(404)
    return FileResponse(PAGES / name, headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})


async def _discovery_v1(request: Request) -> Response:
    return _public(request, lambda emulator, tenant_id: _documents.discovery_v1(emulator.base_url, tenant_id))


async def _discovery_v2(request: Request) -> Response:
    path = request.path_params["tenant"]
    return _public(request, lambda emulator, tenant_id: _documents.discovery_v2(emulator.base_url, path, tenant_id))


async def _keys_v1(request: Request) -> Response:
    return _public(request, lambda emulator, _: _documents.keys_v1(emulator.keys.published))


async def _keys_v2(request: Request) -> Response:
    return _public(request, lambda emulator, _: _documents.keys_v2(emulator.base_url, emulator.keys.published))


def _public(request: Request, make: Callable[[Emulator, str | None], _documents.Document]) -> Response:
    """Answer with a document that everybody may read; an unknown tenant is refused as the service does."""
    emulator, path = _emulator(request), request.path_params["tenant"]
    try:
        tenant_id = None if path in MULTI_TENANT else find_tenant(emulator.directory, path).id
    except Refusal as refusal:
        entry_of(request).aadsts = refusal.code
        return JSONResponse(emulator.report(refusal).as_json(), refusal.aadsts.status, headers=_ANYBODY)
    return JSONResponse(make(emulator, tenant_id), headers=_ANYBODY)


async def _authorize_endpoint(request: Request) -> Response:
    pairs = await read_form(request) if request.method == "POST" else request.query_params.multi_items()
    parameters = once_each(pairs)
    _remember_client(request, parameters)
    emulator, sent = _emulator(request), _browser_id(request)
    browser_id = emulator.sessions.recognise(sent)
    outcome = _authorize.authorize(emulator, request.path_params["tenant"], parameters, browser_id)
    response = _show(request, outcome)
    if browser_id != sent and not isinstance(outcome, Answered):
        response.set_cookie(_cookie_name(emulator), browser_id, httponly=True, samesite="lax")
    return response


async def _sign_in(request: Request) -> Response:
    form = once_each(await read_form(request))
    emulator, browser_id = _emulator(request), _browser_id(request)
    transaction, account = required(form, "transaction"), form.get("account", "")
    match form.get("action"):
        case None:
            outcome = _authorize.choose_account(emulator, transaction, account, browser_id)
        case "another":
            outcome = _authorize.choose_another(emulator, transaction, browser_id)
        case "return":
            outcome = _authorize.return_unassigned(emulator, transaction, account, browser_id)
        case _:
            outcome = _authorize.cancel(emulator, transaction, browser_id)
    return _show(request, outcome)


async def _token_endpoint(request: Request) -> Response:
    emulator, headers = _emulator(request), _NEVER_KEPT | _shared_with(request)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=headers | {"Access-Control-Allow-Headers": "*"})
    try:
        if request.method != "POST":
            raise Refusal(900561, method=request.method)
        parameters = once_each(await read_form(request))
        _remember_client(request, parameters)
        redemption = redeem(
            emulator,
            request.path_params["tenant"],
            parameters,
            request.headers.get("origin"),
            request.headers.get("authorization"),
        )
    except Refusal as refusal:
        entry_of(request).aadsts = refusal.code
        report = emulator.report(refusal, request.query_params.get("client-request-id"))
        headers |= {"x-ms-request-id": report.trace_id}
        return JSONResponse(report.as_json(), refusal.aadsts.status, headers=headers)
    entry_of(request).person = redemption.who
    return JSONResponse(redemption.body, headers=headers)


async def _logout_endpoint(request: Request) -> Response:
    pairs = await read_form(request) if request.method == "POST" else request.query_params.multi_items()
    emulator, browser_id = _emulator(request), _browser_id(request)
    if request.path_params["tenant"] not in MULTI_TENANT:
        find_tenant(emulator.directory, request.path_params["tenant"])
    address = sign_out(emulator, once_each(pairs), browser_id)
    if address:
        return RedirectResponse(address, 302, headers={"Cache-Control": "no-store"})
    return page("signed_out", others=emulator.sessions.accounts(browser_id))


def _show(request: Request, outcome: Outcome) -> Response:
    entry = entry_of(request)
    if isinstance(outcome, Answered):
        entry.client_id = outcome.answer.back.client.client_id
        entry.person = outcome.person.username if outcome.person else None
        entry.aadsts = outcome.refusal.code if outcome.refusal else None
        return _send_back(outcome.answer)
    entry.client_id = outcome.request.back.client.client_id
    if isinstance(outcome, AccountPicker):
        return page("sign_in", picker=outcome)
    entry.person, entry.aadsts = outcome.person.username, outcome.report.refusal.code
    return page("error", report=outcome.report, dead_end=outcome)


def _send_back(answer: Answer) -> Response:
    if answer.back.mode is ResponseMode.FORM_POST:
        return page("form_post", client=answer.back.client.name, action=answer.back.redirect_uri, fields=answer.fields)
    return RedirectResponse(answer.address, 302, headers={"Cache-Control": "no-store"})


async def _refused_on_a_page(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    entry_of(request).aadsts = refusal.code
    report = _emulator(request).report(refusal, request.query_params.get("client-request-id"))
    return page("error", status=400, report=report, dead_end=None)


async def _not_here(request: Request, _: Exception) -> Response:
    text = f"entra-local has nothing here: {request.method} {request.url.path}\nWhat it has stands in its README.\n"
    return PlainTextResponse(text, status_code=404)


def _remember_client(request: Request, parameters: Parameters) -> None:
    """Note only what cannot be a secret: a GUID, and a grant type that we know."""
    entry, client_id, grant_type = entry_of(request), parameters.get("client_id", ""), parameters.get("grant_type")
    entry.client_id = client_id if is_guid(client_id) else None
    entry.grant_type = grant_type if grant_type in GRANT_TYPES else None


def _shared_with(request: Request) -> dict[str, str]:
    origin = request.headers.get("origin", "")
    if _emulator(request).directory.is_spa_origin(origin):
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": "POST, OPTIONS"}
    return {}


def _cookie_name(emulator: Emulator) -> str:
    """Browsers share cookies among the ports of a host, so the name carries ours."""
    return f"entra_local_{urlsplit(emulator.base_url).port}"


def _browser_id(request: Request) -> str:
    """Give the id in the browser's cookie; empty without one."""
    return request.cookies.get(_cookie_name(_emulator(request)), "")
