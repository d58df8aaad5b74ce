"""Understands the parameters of an authorize request: first whether an answer may be sent back, then what is asked.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from entra_double._tokens.claims_request import ClaimsRequest, read_claims
from entra_double._tokens.pkce import Challenge, read_challenge
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.principals import Tenant
from entra_double._world.registration import AccessTokenVersion, AppRegistration, Platform
from entra_double._world.requests.lookup import Parameters, find_client_for, required, tenant_that_knows
from entra_double._world.requests.scopes import Scopes, read_scopes, resource_in, scope_in_v1


class ResponseMode(StrEnum):
    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"


class Prompt(StrEnum):
    """What the client wants the person to do; nobody can make an account here, so that `create` shows the picker."""

    NONE = "none"
    LOGIN = "login"
    SELECT_ACCOUNT = "select_account"
    CONSENT = "consent"
    CREATE = "create"


_RESPONSE_TYPES = tuple(
    frozenset(text.split()) for text in ("code", "id_token", "code id_token", "id_token token", "token")
)
_NO_PATH = re.compile(r"^(https?://[^/?#]+)(?=[?#]|$)")
_AGE = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAddress:
    """Where the answer goes: an address that the application has registered.

    `authority` is the first segment of the path; whose accounts it stands for, and the application admits, say
    `tenants`.
    """

    authority: str
    tenants: tuple[Tenant, ...]
    client: AppRegistration
    redirect_uri: str
    platform: Platform
    mode: ResponseMode
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizeRequest:
    """An authorize request that may be answered.

    `wants` holds one or two of `code`, `id_token` and `token`; `max_age` is in seconds; `version` is the endpoint's.
    `scopes` are as the tenant `read_in` knows them.
    """

    back: ReturnAddress
    version: AccessTokenVersion
    wants: frozenset[str]
    scopes: Scopes
    read_in: Tenant
    prompt: Prompt | None
    hint: str | None
    domain_hint: str | None
    nonce: str | None
    challenge: Challenge | None
    claims: ClaimsRequest
    max_age: int | None
    client_info: bool
    correlation_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent back to the application."""

    back: ReturnAddress
    members: dict[str, str]

    @property
    def fields(self) -> dict[str, str]:
        """Give the members with `state`, exactly as it came."""
        state = self.back.state
        return self.members | ({} if state is None else {"state": state})

    @property
    def address(self) -> str:
        """Give the address to send the browser to, in the modes query and fragment; one without a path gets a `/`."""
        uri, members = with_path(self.back.redirect_uri), urlencode(self.fields)
        if self.back.mode is ResponseMode.FRAGMENT:
            return f"{uri}#{members}"
        return f"{uri}{'&' if '?' in uri else '?'}{members}"


def read_return_address(
    directory: Directory, tenant_text: str, parameters: Parameters, version: AccessTokenVersion = 2
) -> ReturnAddress:
    """Find out whether and where an answer may be sent.

    Raises:
        Refusal: The client or the redirect URI cannot be trusted, so nothing may be sent anywhere.
    """
    tenants, client = find_client_for(directory, tenant_text, required(parameters, "client_id"), version)
    redirect_uri = required(parameters, "redirect_uri")
    if not client.redirect_uris:
        raise Refusal(500113, client_id=client.client_id)
    platform = client.platform_of(redirect_uri)
    if platform is None:
        raise Refusal(50011, redirect_uri=redirect_uri, client_id=client.client_id)
    return ReturnAddress(
        authority=tenant_text,
        tenants=tenants,
        client=client,
        redirect_uri=redirect_uri,
        platform=platform,
        mode=_mode_of(parameters),
        state=parameters.get("state"),
    )


def read_authorize_request(
    directory: Directory, back: ReturnAddress, parameters: Parameters, version: AccessTokenVersion = 2
) -> AuthorizeRequest:
    """Understand the rest of the request; unknown parameters are tolerated.

    Raises:
        Refusal: Something is missing or not supported; the application is told.
    """
    wants = _read_response_type(parameters, back)
    challenge = read_challenge(parameters.get("code_challenge"), parameters.get("code_challenge_method"))
    if challenge is None and back.platform is Platform.SPA and "code" in wants:
        raise Refusal(9002325)
    text = _scope_text(parameters, version)
    read_in = tenant_that_knows(directory, back.tenants, back.client)
    scopes = read_scopes(
        text, directory=directory, tenant=read_in, client=back.client, resource=resource_in(parameters, version)
    )
    if "id_token" in wants:
        required(parameters, "nonce")
        if "openid" not in scopes.openid:
            raise Refusal(70011, scope=text, why="an ID token needs openid")
    return AuthorizeRequest(
        back=back,
        version=version,
        wants=wants,
        scopes=scopes,
        read_in=read_in,
        prompt=_read_prompt(parameters.get("prompt")),
        hint=parameters.get("sid") or parameters.get("login_hint"),
        domain_hint=parameters.get("domain_hint"),
        nonce=parameters.get("nonce"),
        challenge=challenge,
        claims=read_claims(parameters.get("claims")),
        max_age=_read_max_age(parameters.get("max_age")),
        client_info=parameters.get("client_info") == "1",
        correlation_id=parameters.get("client-request-id"),
    )


def with_path(uri: str) -> str:
    """Give an address of the web the path `/` if it has none, as the service does.

    https://learn.microsoft.com/entra/identity-platform/reply-url
    """
    return _NO_PATH.sub(r"\1/", uri)


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


def _scope_text(parameters: Parameters, version: AccessTokenVersion) -> str:
    """Give what is asked for; v1.0 names an API, and gets whatever has been granted for it."""
    if version == 2:
        return required(parameters, "scope")
    return scope_in_v1(parameters.get("resource"))


def _read_prompt(text: str | None) -> Prompt | None:
    if not text:
        return None
    if text not in tuple(Prompt):
        raise Refusal(90023, prompt=text)
    return Prompt(text)


def _read_max_age(text: str | None) -> int | None:
    """Understand `max_age`; what is no number of seconds is as good as none, like other unknown parameters."""
    return int(text) if text and _AGE.fullmatch(text) else None
