"""Answers token requests: authorization code, refresh token, client credentials, on-behalf-of into tokens.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from entra_local._client_proof import prove, with_basic
from entra_local._directory import AppRegistration, ClientProof, Directory, Platform, Tenant
from entra_local._emulator import ID_TOKEN_LIFETIME, Emulator
from entra_local._errors import Refusal
from entra_local._grants import CodeGrant, RefreshGrant
from entra_local._lookup import Parameters, find_client, required
from entra_local._on_behalf_of import GRANT_TYPE, TOKEN_USE, delegation_of
from entra_local._scopes import ResourceScopes, read_application_scope, read_scopes
from entra_local._tokens import AppOnly, Validity, client_info, id_token


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """A successful answer of the token endpoint, and the name of whom it speaks of: a person or an application."""

    body: dict[str, object]
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _TokenRequest:
    tenant: Tenant
    client: AppRegistration
    parameters: Parameters
    origin: str | None
    proof: ClientProof

    def scopes(self, directory: Directory, otherwise: str) -> ResourceScopes:
        text = self.parameters.get("scope") or otherwise
        return read_scopes(text, directory=directory, tenant=self.tenant, client=self.client).only()


def redeem(
    emulator: Emulator,
    tenant_text: str,
    parameters: Parameters,
    origin: str | None,
    authorization: str | None = None,
) -> Redemption:
    """Answer a token request.

    Args:
        origin: The `Origin` header, which browsers send and others do not.
        authorization: The `Authorization` header, in which a client may send its id and secret.

    Raises:
        Refusal: The request is refused; nothing was spent.
    """
    parameters = with_basic(parameters, authorization)
    grant_type = required(parameters, "grant_type")
    if grant_type not in _HANDLERS:
        raise Refusal(70003, grant_type=grant_type)
    tenant, client = find_client(emulator.directory, tenant_text, required(parameters, "client_id"))
    endpoints = frozenset(f"{emulator.base_url}/{name}/oauth2/v2.0/token" for name in (tenant.id, tenant.domain))
    proof = prove(client, parameters, token_endpoints=endpoints, now=emulator.now(), is_fresh=emulator.is_fresh)
    request = _TokenRequest(tenant=tenant, client=client, parameters=parameters, origin=origin, proof=proof)
    return _HANDLERS[grant_type](emulator, request)


def _redeem_client_credentials(emulator: Emulator, request: _TokenRequest) -> Redemption:
    """Give an application a token of its own; the answer has four members and no refresh token."""
    if request.proof is ClientProof.NONE:
        raise Refusal(7000216)
    scope = required(request.parameters, "scope")
    asked = read_application_scope(scope, directory=emulator.directory, tenant=request.tenant)
    validity = emulator.access_validity()
    app_only = AppOnly(client=request.client, proof=request.proof)
    body: dict[str, object] = {
        "token_type": "Bearer",
        "expires_in": validity.lifetime,
        "ext_expires_in": validity.lifetime,
        "access_token": emulator.issue_application_token(app_only, asked, validity),
    }
    return Redemption(body=body, who=request.client.name)


def _redeem_on_behalf_of(emulator: Emulator, request: _TokenRequest) -> Redemption:
    """Give an API a token for the next API, for the person who has called it."""
    if request.proof is ClientProof.NONE:
        raise Refusal(7000218)
    assertion = required(request.parameters, "assertion")
    if required(request.parameters, "requested_token_use") != TOKEN_USE:
        raise Refusal(900144, parameter=f"requested_token_use={TOKEN_USE}")
    text = required(request.parameters, "scope")
    openid = read_scopes(text, directory=emulator.directory, tenant=request.tenant, client=request.client).openid
    delegation = delegation_of(emulator, request.tenant, request.client, assertion, request.proof, openid)
    renewal = RefreshGrant(delegation=delegation, platform=Platform.WEB, scope=text, issued_at=emulator.now())
    asked, validity = request.scopes(emulator.directory, text), emulator.access_validity()
    access_token = emulator.issue_access_token(delegation, asked, validity)
    return _answer(emulator, request, renewal, asked, validity, access_token, None)


def _redeem_code(emulator: Emulator, request: _TokenRequest) -> Redemption:
    code = required(request.parameters, "code")
    grant = emulator.grants.find_code(code, emulator.now())
    _refuse_strangers(grant, request)
    if required(request.parameters, "redirect_uri") != grant.redirect_uri:
        raise Refusal(500112, redirect_uri=request.parameters["redirect_uri"])
    _refuse_wrong_verifier(grant, request.parameters.get("code_verifier"))
    delegation = replace(grant.delegation, proof=request.proof)
    renewal = RefreshGrant(delegation=delegation, platform=grant.platform, scope=grant.scope, issued_at=emulator.now())
    asked, validity = request.scopes(emulator.directory, grant.scope), emulator.access_validity()
    access_token = emulator.issue_access_token(delegation, asked, validity)
    emulator.grants.spend_code(code)
    return _answer(emulator, request, renewal, asked, validity, access_token, grant.nonce)


def _redeem_refresh_token(emulator: Emulator, request: _TokenRequest) -> Redemption:
    grant = emulator.grants.find_refresh_token(required(request.parameters, "refresh_token"), emulator.now())
    _refuse_strangers(grant, request)
    asked, validity = request.scopes(emulator.directory, grant.scope), emulator.access_validity()
    access_token = emulator.issue_access_token(grant.delegation, asked, validity)
    return _answer(emulator, request, grant.renewed(emulator.now()), asked, validity, access_token, None)


def _refuse_strangers(grant: CodeGrant | RefreshGrant, request: _TokenRequest) -> None:
    """Refuse a grant of another client, and one that is redeemed on another platform than it was made for."""
    if grant.delegation.client.client_id != request.client.client_id:
        raise Refusal(70000)
    if grant.platform is Platform.SPA and request.origin is None:
        raise Refusal(9002327)
    if grant.platform is not Platform.SPA and request.origin is not None:
        raise Refusal(9002326, origin=request.origin)
    if grant.platform is Platform.WEB and request.proof is ClientProof.NONE:
        raise Refusal(7000218)
    if grant.platform is not Platform.WEB and request.proof is not ClientProof.NONE:
        raise Refusal(700025)


def _refuse_wrong_verifier(grant: CodeGrant, verifier: str | None) -> None:
    if grant.challenge is None and verifier is None:
        return
    if verifier is None:
        raise Refusal(50148)
    if grant.challenge is None or not grant.challenge.is_met_by(verifier):
        raise Refusal(501481)


def _answer(
    emulator: Emulator,
    request: _TokenRequest,
    renewal: RefreshGrant,
    asked: ResourceScopes,
    validity: Validity,
    access_token: str,
    nonce: str | None,
) -> Redemption:
    delegation = renewal.delegation
    body: dict[str, object] = {
        "token_type": "Bearer",
        "scope": " ".join(asked.granted),
        "expires_in": validity.lifetime,
        "ext_expires_in": validity.lifetime,
        "access_token": access_token,
    }
    if "offline_access" in delegation.openid:
        body |= _refresh_members(emulator, renewal)
    if "openid" in delegation.openid:
        lifetime = Validity(now=validity.now, lifetime=ID_TOKEN_LIFETIME)
        body["id_token"] = id_token(emulator.keys, emulator.base_url, delegation, nonce, lifetime)
    if request.parameters.get("client_info") == "1":
        body["client_info"] = client_info(delegation.person)
    return Redemption(body=body, who=delegation.person.username)


def _refresh_members(emulator: Emulator, renewal: RefreshGrant) -> dict[str, object]:
    """Issue the next refresh token; that of an SPA says how much of the first one's day is left."""
    members: dict[str, object] = {"refresh_token": emulator.grants.issue_refresh_token(renewal)}
    if renewal.platform is Platform.SPA:
        members["refresh_token_expires_in"] = renewal.remaining(emulator.now())
    return members


_HANDLERS: dict[str, Callable[[Emulator, _TokenRequest], Redemption]] = {
    "authorization_code": _redeem_code,
    "refresh_token": _redeem_refresh_token,
    "client_credentials": _redeem_client_credentials,
    GRANT_TYPE: _redeem_on_behalf_of,
}
GRANT_TYPES = tuple(_HANDLERS)
