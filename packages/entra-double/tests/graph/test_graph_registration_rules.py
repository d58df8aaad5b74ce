"""What a registration in Microsoft Graph may say, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from entra_double import Emulator

from ..graph_client import BAD, Graph, error
from ..single_page_app import API, SPA, TENANT
from .test_applications import OTHER_ID, SCOPE_ID, scope, stored

VERIFIED = (400, "HostNameNotOnVerifiedDomain")
ENABLED = (400, "CannotDeleteOrUpdateEnabledEntitlement")


def role(**changes: Any) -> dict[str, Any]:
    return {"id": SCOPE_ID, "value": "R", "displayName": "R", "allowedMemberTypes": ["User"], **changes}


@pytest.mark.parametrize(
    "body",
    [
        {"displayName": ""},
        {"displayName": None},
        {"displayName": 1},
        {"tags": []},
        {"signInAudience": "Everybody"},
        {"signInAudience": "PersonalMicrosoftAccount"},
        {"isFallbackPublicClient": "yes"},
        {"groupMembershipClaims": "Some"},
        {"api": []},
        {"api": {"requestedAccessTokenVersion": 3}},
        {"api": {"requestedAccessTokenVersion": True}},
        {"api": {"oauth2PermissionScopes": {}}},
        {"api": {"oauth2PermissionScopes": [scope(id="x")]}},
        {"api": {"oauth2PermissionScopes": [scope(value="two words")]}},
        {"api": {"oauth2PermissionScopes": [scope(value="v" * 121)]}},
        {"api": {"oauth2PermissionScopes": [scope(type="Other")]}},
        {"api": {"oauth2PermissionScopes": [scope(), scope(id=OTHER_ID)]}},
        {"api": {"oauth2PermissionScopes": [scope(), scope(value="other")]}},
        {"api": {"knownClientApplications": [1]}},
        {"api": {"preAuthorizedApplications": [{"appId": SPA, "delegatedPermissionIds": [SCOPE_ID]}]}},
        {"appRoles": [role(allowedMemberTypes=[])]},
        {"appRoles": [role(allowedMemberTypes=["Group"])]},
        {"appRoles": [role(value=None)]},
        {"optionalClaims": {"accessToken": [{"name": 1}]}},
        {"requiredResourceAccess": [{"resourceAppId": OTHER_ID, "resourceAccess": []}]},
        {"requiredResourceAccess": [{"resourceAppId": API, "resourceAccess": [{"id": OTHER_ID, "type": "Scope"}]}]},
        {"spa": {"redirectUris": ["http://app.contoso.example/"]}},
        {"spa": {"redirectUris": ["https:///path"]}},
        {"spa": {"redirectUris": ["https://["]}},
        {"spa": {"redirectUris": ["msal://redirect"]}},
        {"publicClient": {"redirectUris": ["nothing"]}},
        {"spa": {"redirectUris": ["https://app.contoso.example/*"]}},
        {"spa": {"redirectUris": ["https://app.contoso.example/" + "x" * 256]}},
        {"spa": {"redirectUris": ["http://localhost/"]}, "web": {"redirectUris": ["http://localhost/"]}},
    ],
)
async def test_what_a_registration_may_not_say(admin: Graph, emulator: Emulator, body: dict[str, Any]) -> None:
    before = emulator.directory
    assert error(await admin.post("/applications", {"displayName": "Mine", **body})) == BAD
    assert emulator.directory == before


async def test_personal_accounts_need_version_two(admin: Graph, emulator: Emulator) -> None:
    body = {"displayName": "Mine", "signInAudience": "AzureADandPersonalMicrosoftAccount"}
    assert error(await admin.post("/applications", body)) == BAD
    app = await admin.created("/applications", {**body, "api": {"requestedAccessTokenVersion": 2}})
    assert stored(emulator, app).access_token_version == 2
    path = f"/applications/{app['id']}"
    assert error(await admin.patch(path, {"api": {"requestedAccessTokenVersion": None}})) == BAD
    both = {"signInAudience": "AzureADMyOrg", "api": {"requestedAccessTokenVersion": 1}}
    assert (await admin.patch(path, both)).status_code == 204


@pytest.mark.parametrize(
    ("uri", "is_allowed"),
    [
        ("api://{app}", True),
        ("api://{tenant}/{app}", True),
        ("api://{tenant}/text", True),
        ("api://text/{app}", True),
        ("api://contoso.example/text", True),
        ("api://contoso.example", True),
        ("https://contoso.example/api", True),
        ("https://api.contoso.example", True),
        ("api://text", False),
        ("api://other/text", False),
        ("api://{app}/", False),
        ("https://contoso.example/", False),
        ("https://evilcontoso.example", False),
        ("https://fabrikam.example/api", False),
        ("http://contoso.example/api", False),
        ("nonsense", False),
        ("https://[", False),
        ("api://{app}/" + "x" * 250, False),
    ],
)
async def test_app_id_uris_are_of_the_service_s_patterns(admin: Graph, uri: str, is_allowed: bool) -> None:
    app = await admin.created("/applications", {"displayName": "Mine"})
    uris = [uri.format(app=app["appId"], tenant=TENANT)]
    response = await admin.patch(f"/applications/{app['id']}", {"identifierUris": uris})
    if is_allowed:
        assert response.status_code == 204
        assert (await admin.get(f"/applications/{app['id']}")).json()["identifierUris"] == uris
    else:
        assert error(response) == VERIFIED


@pytest.mark.parametrize(
    ("uri", "version", "is_allowed"),
    [
        ("https://mcp.elsewhere.example/server", 2, True),
        ("https://mcp.elsewhere.example/server", 1, False),
        ("https://mcp.elsewhere.example/server", None, False),
        ("https://mcp.elsewhere.example/server/", 2, False),
        ("https://mcp.elsewhere.example/server?a=b", 2, False),
        ("http://mcp.elsewhere.example/server", 2, False),
        ("https:///server", 2, False),
        ("api://text", 2, False),
    ],
)
async def test_an_api_of_version_2_may_have_the_address_of_a_domain_that_is_not_verified(
    admin: Graph, uri: str, version: int | None, is_allowed: bool
) -> None:
    """excludeAppsReceivingV2Tokens of identifierUriRestriction; the Model Context Protocol asks for such URIs."""
    app = await admin.created("/applications", {"displayName": "Mine"})
    body = {"identifierUris": [uri], "api": {"requestedAccessTokenVersion": version}}
    response = await admin.patch(f"/applications/{app['id']}", body)
    assert response.status_code == 204 if is_allowed else error(response) == VERIFIED


async def test_an_app_id_uri_is_one_applications(admin: Graph) -> None:
    first, second = [await admin.created("/applications", {"displayName": name}) for name in "ab"]
    body = {"identifierUris": ["https://contoso.example/api"]}
    for _ in range(2):
        assert (await admin.patch(f"/applications/{first['id']}", body)).status_code == 204
    for uri in ("https://contoso.example/api", "https://contoso.example/API"):
        assert error(await admin.patch(f"/applications/{second['id']}", {"identifierUris": [uri]})) == BAD


@pytest.mark.parametrize("kind", ["scopes", "roles"])
async def test_what_is_enabled_cannot_be_removed(admin: Graph, kind: str) -> None:
    def body(*entries: dict[str, Any]) -> dict[str, Any]:
        return {"api": {"oauth2PermissionScopes": list(entries)}} if kind == "scopes" else {"appRoles": list(entries)}

    entry = scope() if kind == "scopes" else role()
    app = await admin.created("/applications", {"displayName": "Mine", **body(entry)})
    path = f"/applications/{app['id']}"
    assert error(await admin.patch(path, body())) == ENABLED
    assert (await admin.patch(path, body({**entry, "isEnabled": False}))).status_code == 204
    assert (await admin.patch(path, body())).status_code == 204


@pytest.mark.parametrize(
    "body", [{"api": {"oauth2PermissionScopes": None}}, {"appRoles": None}, {"optionalClaims": None}]
)
async def test_null_is_nothing(admin: Graph, emulator: Emulator, body: dict[str, Any]) -> None:
    app = await admin.created("/applications", {"displayName": "Mine", **body})
    assert (app["api"]["oauth2PermissionScopes"], app["appRoles"]) == ([], [])


FREE = "https://mcp.example/server"


@pytest.mark.parametrize(
    "uri",
    [
        "https://mcp.example/a b",
        "https://mcp.example/a\tb",
        "https://mcp.example/a#part",
        "https://mcp.example/a?",
        "https://user@mcp.example/a",
        f"api://{TENANT}/a#part",
        f"api://{TENANT}/a?b",
    ],
)
async def test_an_address_with_more_than_a_path_is_no_app_id_uri(admin: Graph, uri: str) -> None:
    body = {"displayName": "Mine", "api": {"requestedAccessTokenVersion": 2}}
    assert error(await admin.post("/applications", {**body, "identifierUris": [uri]})) == VERIFIED
    assert (await admin.post("/applications", {**body, "identifierUris": [f"{FREE}/@a"]})).status_code == 201


@pytest.mark.parametrize("version", [1, None])
async def test_an_address_of_an_unverified_domain_needs_version_two_afterwards_too(
    admin: Graph, emulator: Emulator, version: int | None
) -> None:
    two = {"displayName": "Mine", "api": {"requestedAccessTokenVersion": 2}}
    free = await admin.created("/applications", {**two, "identifierUris": [FREE]})
    ours = await admin.created("/applications", {**two, "identifierUris": ["https://api.contoso.example/a"]})
    older = {"api": {"requestedAccessTokenVersion": version}}
    assert error(await admin.patch(f"/applications/{free['id']}", older)) == VERIFIED
    assert stored(emulator, free).access_token_version == 2
    assert (await admin.patch(f"/applications/{free['id']}", {"displayName": "Yours"})).status_code == 204
    assert (await admin.patch(f"/applications/{free['id']}", {**older, "identifierUris": []})).status_code == 204
    assert (await admin.patch(f"/applications/{ours['id']}", older)).status_code == 204
