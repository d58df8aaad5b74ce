"""Understands the parameters of an authorize request: first whether an answer may be sent back, then what is asked.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from entra_local._directory import Directory
from entra_local._errors import Refusal
from entra_local._lookup import Parameters, find_client, required
from entra_local._pkce import Challenge, read_challenge
from entra_local._principals import Tenant
from entra_local._registration import AppRegistration, Platform
from entra_local._scopes import Scopes, permit, read_scopes


class ResponseMode(StrEnum):
    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"


class Prompt(StrEnum):
    NONE = "none"
    LOGIN = "login"
    SELECT_ACCOUNT = "select_account"


_NOT_ENABLED = {"id_token": 700054, "code id_token": 700054, "id_token token": 700051, "token": 700051}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAddress:
    """Where the answer goes: an address that the application has registered."""

    tenant: Tenant
    client: AppRegistration
    redirect_uri: str
    platform: Platform
    mode: ResponseMode
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizeRequest:
    """An authorize request that may be answered."""

    back: ReturnAddress
    scopes: Scopes
    prompt: Prompt | None
    hint: str | None
    nonce: str | None
    challenge: Challenge | None
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
        """Give the address to send the browser to, in the modes query and fragment."""
        uri, members = self.back.redirect_uri, urlencode(self.fields)
        if self.back.mode is ResponseMode.FRAGMENT:
            return f"{uri}#{members}"
        return f"{uri}{'&' if '?' in uri else '?'}{members}"


def read_return_address(directory: Directory, tenant_text: str, parameters: Parameters) -> ReturnAddress:
    """Find out whether and where an answer may be sent.

    Raises:
        Refusal: The client or the redirect URI cannot be trusted, so nothing may be sent anywhere.
    """
    tenant, client = find_client(directory, tenant_text, required(parameters, "client_id"))
    redirect_uri = required(parameters, "redirect_uri")
    if not client.redirect_uris:
        raise Refusal(500113, client_id=client.client_id)
    platform = client.platform_of(redirect_uri)
    if platform is None:
        raise Refusal(50011, redirect_uri=redirect_uri, client_id=client.client_id)
    mode = parameters.get("response_mode")
    return ReturnAddress(
        tenant=tenant,
        client=client,
        redirect_uri=redirect_uri,
        platform=platform,
        mode=ResponseMode(mode) if mode in tuple(ResponseMode) else ResponseMode.QUERY,
        state=parameters.get("state"),
    )


def read_authorize_request(directory: Directory, back: ReturnAddress, parameters: Parameters) -> AuthorizeRequest:
    """Understand the rest of the request; unknown parameters, and MSAL's `claims`, are tolerated.

    Raises:
        Refusal: Something is missing or not supported; the application is told.
    """
    _refuse_unsupported(parameters)
    challenge = read_challenge(parameters.get("code_challenge"), parameters.get("code_challenge_method"))
    if challenge is None and back.platform is Platform.SPA:
        raise Refusal(9002325)
    return AuthorizeRequest(
        back=back,
        scopes=_read_scopes(directory, back, required(parameters, "scope")),
        prompt=_read_prompt(parameters.get("prompt")),
        hint=parameters.get("sid") or parameters.get("login_hint"),
        nonce=parameters.get("nonce"),
        challenge=challenge,
        client_info=parameters.get("client_info") == "1",
        correlation_id=parameters.get("client-request-id"),
    )


def _read_scopes(directory: Directory, back: ReturnAddress, text: str) -> Scopes:
    """Understand what is asked for, as far as it has been granted for everybody."""
    scopes = read_scopes(text, directory=directory, tenant=back.tenant, client=back.client)
    permitted = (
        permit(asked, directory=directory, tenant_id=back.tenant.id, client=back.client, person_id=None)
        for asked in scopes.resources
    )
    return replace(scopes, resources=tuple(permitted))


def _refuse_unsupported(parameters: Parameters) -> None:
    response_type = " ".join(sorted(required(parameters, "response_type").split()))
    if response_type in _NOT_ENABLED:
        raise Refusal(_NOT_ENABLED[response_type])
    if response_type != "code":
        raise Refusal(70005, response_type=response_type)
    mode = parameters.get("response_mode")
    if mode is not None and mode not in tuple(ResponseMode):
        raise Refusal(70007, response_mode=mode)
    if "resource" in parameters:
        raise Refusal(901002)


def _read_prompt(text: str | None) -> Prompt | None:
    if not text:
        return None
    if text not in tuple(Prompt):
        raise Refusal(90023, prompt=text)
    return Prompt(text)
