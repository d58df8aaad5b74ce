"""Understands the parameters of an authorize request: first whether an answer may be sent back, then what is asked.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import StrEnum

from entra_double._browser.pages import ResponseMode, ReturnAddress
from entra_double._tokens.claims.request import ClaimsRequest, read_claims
from entra_double._tokens.memory.pkce import Challenge, read_challenge
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.principals import Tenant
from entra_double._world.registration import AccessTokenVersion, Platform
from entra_double._world.requests.lookup import Parameters, find_client_for, required, tenant_that_knows
from entra_double._world.requests.scopes import Scopes, read_scopes, resource_in, scope_in_v1


class Prompt(StrEnum):
    """What the client wants the person to do; `create` shows the picker, since no account can be made here."""

    NONE = "none"
    LOGIN = "login"
    SELECT_ACCOUNT = "select_account"
    CONSENT = "consent"
    CREATE = "create"


_RESPONSE_TYPES = tuple(
    frozenset(text.split()) for text in ("code", "id_token", "code id_token", "id_token token", "token")
)
_AGE = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizeRequest(ReturnAddress):
    """An authorize request that may be answered; `scopes` are as the tenant `read_in` knows them."""

    version: AccessTokenVersion
    wants: frozenset[str]
    scopes: Scopes
    read_in: Tenant
    prompt: Prompt | None
    nonce: str | None
    challenge: Challenge | None
    claims: ClaimsRequest
    max_age: int | None
    client_info: bool


def read_return_address(
    directory: Directory, tenant_text: str, parameters: Parameters, version: AccessTokenVersion = 2
) -> ReturnAddress:
    """Find out whether an answer may be sent and where; an untrusted client or redirect URI is refused."""
    tenants, client = find_client_for(directory, tenant_text, required(parameters, "client_id"), version)
    redirect_uri = required(parameters, "redirect_uri")
    if not client.redirect_uris:
        raise Refusal(500113, client_id=client.client_id)
    platform = client.platform_of(redirect_uri)
    if platform is None:
        raise Refusal(50011, redirect_uri=redirect_uri, client_id=client.client_id)
    return ReturnAddress(
        client=client,
        tenants=tenants,
        action=f"/{tenant_text}/sign-in",
        purpose="sign-in",
        correlation_id=parameters.get("client-request-id"),
        hint=parameters.get("sid") or parameters.get("login_hint"),
        domain_hint=parameters.get("domain_hint"),
        redirect_uri=redirect_uri,
        platform=platform,
        mode=_mode_of(parameters),
        state=parameters.get("state"),
    )


def read_authorize_request(
    directory: Directory, back: ReturnAddress, parameters: Parameters, version: AccessTokenVersion = 2
) -> AuthorizeRequest:
    """Understand the rest of the request; unknown parameters are tolerated."""
    wants = _read_response_type(parameters, back)
    challenge = read_challenge(parameters.get("code_challenge"), parameters.get("code_challenge_method"))
    if challenge is None and back.platform is Platform.SPA and "code" in wants:
        raise Refusal(9002325)
    text = required(parameters, "scope") if version == 2 else scope_in_v1(parameters.get("resource"))
    read_in = tenant_that_knows(directory, back.tenants, back.client)
    scopes = read_scopes(
        text, directory=directory, tenant=read_in, client=back.client, resource=resource_in(parameters, version)
    )
    if "id_token" in wants:
        required(parameters, "nonce")
        if "openid" not in scopes.openid:
            raise Refusal(70011, scope=text, why="an ID token needs openid")
    return AuthorizeRequest(
        **{each.name: getattr(back, each.name) for each in fields(back)} | {"scopes": scopes},
        version=version,
        wants=wants,
        read_in=read_in,
        prompt=_read_prompt(parameters.get("prompt")),
        nonce=parameters.get("nonce"),
        challenge=challenge,
        claims=read_claims(parameters.get("claims")),
        max_age=_read_max_age(parameters.get("max_age")),
        client_info=parameters.get("client_info") == "1",
    )


def _mode_of(parameters: Parameters) -> ResponseMode:
    """Say how to answer; tokens are never sent in a query, and neither are errors of a request for them."""
    in_query = set(parameters.get("response_type", "").split()) <= {"code"}
    usual = ResponseMode.QUERY if in_query else ResponseMode.FRAGMENT
    mode = parameters.get("response_mode")
    if mode not in tuple(ResponseMode) or (mode == ResponseMode.QUERY and not in_query):
        return usual
    return ResponseMode(mode)


def _read_response_type(parameters: Parameters, back: ReturnAddress) -> frozenset[str]:
    text = required(parameters, "response_type")
    wants = frozenset(text.split())
    if wants not in _RESPONSE_TYPES:
        raise Refusal(70005, response_type=text)
    if "token" in wants and not back.client.implicit_access_token:
        raise Refusal(700051)
    if "id_token" in wants and not back.client.implicit_id_token:
        raise Refusal(700054)
    mode = parameters.get("response_mode")
    if mode is not None and mode != back.mode:
        raise Refusal(70007, response_mode=mode)
    return wants


def _read_prompt(text: str | None) -> Prompt | None:
    if not text:
        return None
    if text not in tuple(Prompt):
        raise Refusal(90023, prompt=text)
    return Prompt(text)


def _read_max_age(text: str | None) -> int | None:
    """Understand `max_age`; what is no number of seconds is as good as none, like other unknown parameters."""
    return int(text) if text and _AGE.fullmatch(text) else None
