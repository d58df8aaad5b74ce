"""Makes tokens and forgeries without a browser."""

from __future__ import annotations

from entra_double._testing.control.calls import BadControlRequest, Call
from entra_double._testing.forgeries import forge, forgeries
from entra_double._testing.forgeries.jws import changed, claims_of, or_missing
from entra_double._tokens.claims.agents import AGENT_PARTS, in_own_token, in_person_token
from entra_double._tokens.verifying import Claims
from entra_double._world.registration import AccessTokenVersion

_SHOWN = ("name", "group", "corpus", "says", "expect", "status")


def list_forgeries(call: Call) -> list[dict[str, object]]:
    return [{name: getattr(forgery, name) for name in _SHOWN} for forgery in forgeries().values()]


def make_forgery(call: Call) -> dict[str, str]:
    name = call.text("name")
    if name not in forgeries():
        raise BadControlRequest("'name' must be one of those that GET forgeries lists")
    person, client_id, scope = (call.optional_text(field) for field in ("person", "client_id", "scope"))
    return {"token": forge(call.emulator, name, person, client_id=client_id, scope=scope)}


def make_token(call: Call) -> dict[str, str]:
    is_application = "application" in call.body
    token = _of_application(call) if is_application else _of_person(call)
    by_agent = _of_agent(call.body.get("agent"), claims_of(token), is_application=is_application)
    return {"access_token": changed(call.emulator, token, by_agent | _claims(call))}


def _of_agent(agent: object, claims: Claims, *, is_application: bool) -> Claims:
    match agent:
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


def _of_person(call: Call) -> str:
    return call.emulator.access_token(
        call.text("person"),
        client_id=call.optional_text("client_id"),
        scope=call.optional_text("scope"),
        version=_version(call.body.get("version")),
    )


def _of_application(call: Call) -> str:
    if others := sorted(call.body.keys() & {"person", "client_id", "version"}):
        raise BadControlRequest(f"'application' and '{others[0]}' cannot both be given")
    return call.emulator.application_token(call.text("application"), scope=call.optional_text("scope"))


def _version(version: object) -> AccessTokenVersion | None:
    for known in (None, 1, 2):
        if type(version) is type(known) and version == known:
            return known
    raise BadControlRequest("'version' must be 1 or 2")


def _claims(call: Call) -> dict[str, object]:
    """Return the claims to change; null leaves one out."""
    claims = call.body.get("claims", {})
    if not isinstance(claims, dict):
        raise BadControlRequest("'claims' must be an object")
    return or_missing(claims)
