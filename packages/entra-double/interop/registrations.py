"""Adds the clients' registrations, groups and policies to the seed."""

from __future__ import annotations

from dataclasses import replace

from entra_double import Emulator
from entra_double._world.ids import GRAPH_CLIENT_ID, derived_id
from entra_double._world.policies import ConditionalAccess, Demand, PermissionGrant
from entra_double._world.principals import Group
from entra_double._world.registration import (
    AccessTokenVersion,
    AppRegistration,
    DelegatedScope,
    GroupClaims,
    OptionalClaim,
    Platform,
    RedirectUri,
    Secret,
)
from entra_double._world.seed import CONTOSO, SITE_CLIENT_ID, SPA_CLIENT_ID

OTHER_API = "00e40000-0000-4000-a000-000000000031"
UNCONSENTED = "c0475e00-0000-4000-a000-000000000051"
ADFS: dict[str, AccessTokenVersion] = {
    "adf50000-0000-4000-a000-000000000041": 1,
    "adf50000-0000-4000-a000-000000000042": 2,
}
ALAN = "a1a00000-0000-4000-a000-000000000013"

MALLORY = "bad00000-0000-4000-a000-000000000015"

_CALLBACKS = (
    "/accounts/oidc/userinfo/login/callback/",
    "/accounts/oidc/pkce/login/callback/",
    "/accounts/oidc/unconsented/login/callback/",
    "/oidc/callback/",
    "/signed-out",
    "/complete/azuread-tenant-oauth2/",
    "/complete/azuread-v2-tenant-oauth2/",
)
_TOO_MANY = 201


def register(emulator: Emulator) -> None:
    """Add them to the emulator's directory."""
    directory = emulator.directory
    site = next(known for known in directory.applications if known.client_id == SITE_CLIENT_ID)
    adfs = tuple(_adfs(client_id, version) for client_id, version in ADFS.items())
    emulator.directory = directory.put(
        replace(site, redirect_uris=tuple(_web(path) for path in _CALLBACKS)),
        replace(
            site,
            name="A site without consent",
            client_id=UNCONSENTED,
            redirect_uris=tuple(_web(path) for path in _CALLBACKS),
            required_access=(),
        ),
        _other_api(),
        _granted(SPA_CLIENT_ID, OTHER_API, "read"),
        *adfs,
        *(_granted(app.client_id, app.client_id, "user_impersonation") for app in adfs),
        *(_granted(app.client_id, GRAPH_CLIENT_ID, "openid", "GroupMember.Read.All", "User.Read") for app in adfs),
        *_more_groups_than_a_token_takes(),
        ConditionalAccess(
            id=derived_id("policy", "a second proof for Mallory"),
            tenant_id=CONTOSO.id,
            name="A second proof for Mallory",
            demand=Demand.MFA,
            people=frozenset({MALLORY}),
            applications=frozenset(ADFS),
        ),
    )


def _other_api() -> AppRegistration:
    return AppRegistration(
        name="Other API",
        client_id=OTHER_API,
        tenant_id=CONTOSO.id,
        app_id_uris=(f"api://{OTHER_API}",),
        scopes=(DelegatedScope(id=derived_id("scope", OTHER_API, "read"), value="read"),),
        access_token_version=2,
    )


def _adfs(client_id: str, version: AccessTokenVersion) -> AppRegistration:
    """Return a site that is its own API, as django-auth-adfs documents it."""
    return AppRegistration(
        name=f"Site of django-auth-adfs, v{version}.0",
        client_id=client_id,
        tenant_id=CONTOSO.id,
        app_id_uris=(f"api://{client_id}",),
        scopes=(DelegatedScope(id=derived_id("scope", client_id, "user_impersonation"), value="user_impersonation"),),
        access_token_version=version,
        access_token_claims=tuple(OptionalClaim(name=name) for name in ("upn", "email", "given_name", "family_name")),
        group_claims=frozenset({GroupClaims.SECURITY}),
        redirect_uris=(_web("/oauth2/callback"),),
        secrets=(Secret(key_id=derived_id("secret", client_id), value="entra-local-not-a-secret-adfs"),),
    )


def _more_groups_than_a_token_takes() -> tuple[Group, ...]:
    return tuple(
        Group(
            object_id=derived_id("group", CONTOSO.domain, f"Group {number}"),
            tenant_id=CONTOSO.id,
            name=f"Group {number:03}",
            members=frozenset({ALAN}),
        )
        for number in range(_TOO_MANY)
    )


def _granted(client_id: str, resource_id: str, *scopes: str) -> PermissionGrant:
    return PermissionGrant(tenant_id=CONTOSO.id, client_id=client_id, resource_id=resource_id, scopes=frozenset(scopes))


def _web(path: str) -> RedirectUri:
    return RedirectUri(platform=Platform.WEB, uri=f"http://localhost{path}")
