"""Makes tokens and forgeries without a browser, and rotates the keys that sign them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from entra_double._testing.control.bodies import (
    BadControlRequest,
    Body,
    done,
    emulator_of,
    only,
    optional_text,
    read,
    secret,
    text,
)
from entra_double._testing.forgeries import FORGERIES, forge
from entra_double._testing.forging import MISSING, changed, claims_of
from entra_double._tokens.claims.agents import AGENT_PARTS, in_own_token, in_person_token
from entra_double._tokens.emulator import Emulator
from entra_double._tokens.verifying import Claims
from entra_double._world.registration import AccessTokenVersion


async def _rotate_keys(request: Request) -> Response:
    emulator_of(request).rotate_keys()
    return done()


async def _forgeries(request: Request) -> Response:
    told = ("name", "group", "corpus", "says", "expect", "status")
    return JSONResponse([{name: getattr(forgery, name) for name in told} for forgery in FORGERIES.values()])


async def _forgery(request: Request) -> Response:
    body = await read(request)
    only(body, "name", "person", "client_id", "scope")
    name = text(body, "name")
    if name not in FORGERIES:
        raise BadControlRequest("'name' must be one of those that GET forgeries lists")
    token = forge(
        emulator_of(request),
        name,
        optional_text(body, "person"),
        client_id=optional_text(body, "client_id"),
        scope=optional_text(body, "scope"),
    )
    return secret({"token": token})


async def _token(request: Request) -> Response:
    body, emulator = await read(request), emulator_of(request)
    only(body, "person", "application", "client_id", "scope", "version", "agent", "claims")
    is_application = "application" in body
    token = _of_application(body, emulator) if is_application else _of_person(body, emulator)
    by_agent = _of_agent(body, claims_of(token), is_application=is_application)
    return secret({"access_token": changed(emulator, token, by_agent | _claims(body))})


def _of_agent(body: Body, claims: Claims, *, is_application: bool) -> Claims:
    match body.get("agent"):
        case None | False:
            return {}
        case True if is_application:
            return in_own_token(claims)
        case "acting" | "account" as part if not is_application:
            return in_person_token(claims, part)
        case _ if is_application:
            raise BadControlRequest("'agent' must be true or false beside 'application'")
        case _:
            raise BadControlRequest(f"'agent' must be one of {', '.join(AGENT_PARTS)}")


def _of_person(body: Body, emulator: Emulator) -> str:
    return emulator.access_token(
        text(body, "person"),
        client_id=optional_text(body, "client_id"),
        scope=optional_text(body, "scope"),
        version=_version(body),
    )


def _of_application(body: Body, emulator: Emulator) -> str:
    if others := sorted(body.keys() & {"person", "client_id", "version"}):
        raise BadControlRequest(f"'application' and '{others[0]}' cannot both be meant")
    return emulator.application_token(text(body, "application"), scope=optional_text(body, "scope"))


def _version(body: Body) -> AccessTokenVersion | None:
    match body.get("version"):
        case None:
            return None
        case int(version) if version == 1 and version is not True:
            return 1
        case int(version) if version == 2:
            return 2
        case _:
            raise BadControlRequest("'version' must be 1 or 2")


def _claims(body: Body) -> dict[str, object]:
    """Give the claims to change; null leaves one out."""
    claims = body.get("claims", {})
    if not isinstance(claims, dict):
        raise BadControlRequest("'claims' must be an object")
    return {name: MISSING if value is None else value for name, value in claims.items()}


ROUTES = [
    Route("/rotate-keys", _rotate_keys, methods=["POST"]),
    Route("/token", _token, methods=["POST"]),
    Route("/forgeries", _forgeries, methods=["GET"]),
    Route("/forgery", _forgery, methods=["POST"]),
]
