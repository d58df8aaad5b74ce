"""Answers token requests: authorization code and refresh token into tokens.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
"""

from __future__ import annotations

from dataclasses import dataclass

from entra_local._directory import AppRegistration, Directory, Person, Platform, Tenant
from entra_local._emulator import ID_TOKEN_LIFETIME, Emulator
from entra_local._errors import Refusal
from entra_local._grants import CodeGrant, RefreshGrant
from entra_local._lookup import Parameters, find_client, required
from entra_local._scopes import ResourceScopes, read_scopes
from entra_local._tokens import Validity, client_info, id_token

GRANT_TYPES = ("authorization_code", "refresh_token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """A successful answer of the token endpoint, and whom it speaks of."""

    body: dict[str, object]
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class _TokenRequest:
    tenant: Tenant
    client: AppRegistration
    parameters: Parameters
    origin: str | None

    def scopes(self, directory: Directory, otherwise: str) -> ResourceScopes:
        text = self.parameters.get("scope") or otherwise
        return read_scopes(text, directory=directory, tenant=self.tenant, client=self.client).only()


def redeem(emulator: Emulator, tenant_text: str, parameters: Parameters, origin: str | None) -> Redemption:
    """Answer a token request.

    Args:
        origin: The `Origin` header, which browsers send and others do not.

    Raises:
        Refusal: The request is refused; nothing was spent.
    """
    grant_type = required(parameters, "grant_type")
    if grant_type not in GRANT_TYPES:
        raise Refusal(70003, grant_type=grant_type)
    tenant, client = find_client(emulator.directory, tenant_text, required(parameters, "client_id"))
    if "client_secret" in parameters or "client_assertion" in parameters:
        raise Refusal(700025)
    request = _TokenRequest(tenant=tenant, client=client, parameters=parameters, origin=origin)
    redeem_grant = _redeem_code if grant_type == "authorization_code" else _redeem_refresh_token
    return redeem_grant(emulator, request)


def _redeem_code(emulator: Emulator, request: _TokenRequest) -> Redemption:
    code = required(request.parameters, "code")
    grant = emulator.grants.find_code(code, emulator.now())
    _refuse_strangers(grant, request)
    if required(request.parameters, "redirect_uri") != grant.redirect_uri:
        raise Refusal(500112, redirect_uri=request.parameters["redirect_uri"])
    _refuse_wrong_verifier(grant, request.parameters.get("code_verifier"))
    renewal = RefreshGrant(
        delegation=grant.delegation, platform=grant.platform, scope=grant.scope, issued_at=emulator.now()
    )
    asked, validity = request.scopes(emulator.directory, grant.scope), emulator.access_validity()
    access_token = emulator.issue_access_token(grant.delegation, asked, validity)
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
    if grant.platform is Platform.WEB:
        raise Refusal(7000218)


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
    return Redemption(body=body, person=delegation.person)


def _refresh_members(emulator: Emulator, renewal: RefreshGrant) -> dict[str, object]:
    """Issue the next refresh token; that of an SPA says how much of the first one's day is left."""
    members: dict[str, object] = {"refresh_token": emulator.grants.issue_refresh_token(renewal)}
    if renewal.platform is Platform.SPA:
        members["refresh_token_expires_in"] = renewal.remaining(emulator.now())
    return members
