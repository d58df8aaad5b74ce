"""Has what the routes share: the emulator behind a request, its browser and its log entry."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from entra_double._browser.pages import page
from entra_double._http.request_log import entry_of, harmless
from entra_double._token_endpoint.redemption import GRANT_TYPES
from entra_double._tokens.emulator import Emulator
from entra_double._world.errors import Refusal
from entra_double._world.ids import is_guid
from entra_double._world.requests.lookup import Parameters

ANYBODY = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=86400, private"}
NEVER_KEPT = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache", "Expires": "-1", "Vary": "Origin"}


def emulator_of(request: Request) -> Emulator:
    emulator: Emulator = request.app.state.emulator
    return emulator


async def refused_on_a_page(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    entry_of(request).aadsts = refusal.code
    report = emulator_of(request).report(refusal, request.query_params.get("client-request-id"))
    return page("error", status=400, report=report, dead_end=None)


def remember_client(request: Request, parameters: Parameters) -> None:
    """Note only what cannot be a secret: a GUID, and a grant type that we know."""
    entry, client_id, grant_type = entry_of(request), parameters.get("client_id", ""), parameters.get("grant_type")
    entry.client_id = client_id if is_guid(client_id) else None
    entry.grant_type = grant_type if grant_type in GRANT_TYPES else None
    entry.parameters = harmless(parameters)


def shared_with(request: Request) -> dict[str, str]:
    origin = request.headers.get("origin", "")
    if emulator_of(request).directory.is_spa_origin(origin):
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": "POST, OPTIONS"}
    return {}


def cookie_name(emulator: Emulator) -> str:
    """Browsers share cookies among the ports of a host, so the name carries ours."""
    return f"entra_double_{urlsplit(emulator.base_url).port}"


def browser_id(request: Request) -> str:
    """Give the id in the browser's cookie; empty without one."""
    return request.cookies.get(cookie_name(emulator_of(request)), "")


def set_cookie(response: Response, emulator: Emulator, value: str) -> None:
    """Let the browser be known again; with TLS also inside a frame of the application, as in the service."""
    if emulator.base_url.startswith("https:"):
        response.set_cookie(cookie_name(emulator), value, httponly=True, samesite="none", secure=True)
    else:
        response.set_cookie(cookie_name(emulator), value, httponly=True, samesite="lax")
