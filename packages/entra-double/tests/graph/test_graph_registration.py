"""Two applications that are registered through Microsoft Graph, call by call, and then sign in."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from entra_double import Emulator
from entra_double._world.seed import CONTOSO

from ..graph_client import Graph
from ..single_page_app import ADA, CHALLENGE, GRACE, SIGN_IN, TENANT, VERIFIER, aadsts, answer, payload, transaction

SCOPE_ID = "4c0a9e25-f6d8-4b17-a3c2-7e5d8b6fa00a"
ADMIN_ID = "d7b2c6f9-1e84-4d53-8a0f-9c6b3e5db00b"
DAEMON_ID = "3f6d8a12-7c4e-49b5-9d20-1a8e5b7cc011"
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
REDIRECT = "http://localhost:5173/redirect.html"
ORIGIN = "http://localhost:5173"

API_BODY: dict[str, Any] = {
    "displayName": "Tasks API",
    "signInAudience": "AzureADMyOrg",
    "groupMembershipClaims": "ApplicationGroup",
    "api": {
        "requestedAccessTokenVersion": 2,
        "oauth2PermissionScopes": [
            {
                "id": SCOPE_ID,
                "value": "access_as_user",
                "type": "User",
                "isEnabled": True,
                "adminConsentDisplayName": "Access Tasks",
                "adminConsentDescription": "Lets the app call Tasks as the signed-in user.",
                "userConsentDisplayName": "Access your tasks",
                "userConsentDescription": "Lets the app use your tasks.",
            }
        ],
    },
    "appRoles": [
        {
            "id": ADMIN_ID,
            "value": "Tasks.Admin",
            "displayName": "Task administrator",
            "description": "Full control",
            "allowedMemberTypes": ["User"],
            "isEnabled": True,
        },
        {
            "id": DAEMON_ID,
            "value": "Tasks.ReadWrite.All",
            "displayName": "Daemon access",
            "description": "For services",
            "allowedMemberTypes": ["Application"],
            "isEnabled": True,
        },
    ],
    "optionalClaims": {
        "accessToken": [
            {"name": "idtyp", "essential": False, "additionalProperties": ["include_user_token"]},
            {"name": "acct", "essential": False, "additionalProperties": []},
        ],
        "idToken": [],
        "saml2Token": [],
    },
    "requiredResourceAccess": [
        {
            "resourceAppId": GRAPH_APP,
            "resourceAccess": [{"id": "bc024368-1153-4739-b217-4326f2e966d0", "type": "Scope"}],
        }
    ],
}


def spa_body(api_app_id: str) -> dict[str, Any]:
    return {
        "displayName": "Tasks SPA",
        "signInAudience": "AzureADMyOrg",
        "isFallbackPublicClient": False,
        "spa": {"redirectUris": [REDIRECT]},
        "web": {
            "logoutUrl": "https://app.contoso.example/signed-out",
            "implicitGrantSettings": {"enableIdTokenIssuance": False, "enableAccessTokenIssuance": False},
        },
        "optionalClaims": {
            "idToken": [{"name": "login_hint", "essential": False, "additionalProperties": []}],
            "accessToken": [],
            "saml2Token": [],
        },
        "requiredResourceAccess": [
            {"resourceAppId": api_app_id, "resourceAccess": [{"id": SCOPE_ID, "type": "Scope"}]},
            {
                "resourceAppId": GRAPH_APP,
                "resourceAccess": [{"id": "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "type": "Scope"}],
            },
        ],
    }


@pytest.fixture
def admin(http: httpx.AsyncClient, emulator: Emulator) -> Graph:
    return Graph(http, emulator).person(
        "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"
    )


async def sign_in(http: httpx.AsyncClient, client_id: str, scope: str, person_id: str) -> httpx.Response:
    """Sign in, and give the answer of the token endpoint, or the page that the person got stuck at."""
    page = await http.get(
        f"/{TENANT}/oauth2/v2.0/authorize",
        params={
            "client_id": client_id,
            "response_type": "code",
            "redirect_uri": REDIRECT,
            "scope": f"{scope} openid profile",
            "nonce": "n",
            "prompt": "select_account",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        },
    )
    chosen = await http.post(SIGN_IN, data={"transaction": transaction(page), "account": person_id})
    if not chosen.is_redirect:
        return chosen
    form = {
        "client_id": client_id,
        "grant_type": "authorization_code",
        "code": answer(chosen)["code"],
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    return await http.post(f"/{TENANT}/oauth2/v2.0/token", data=form, headers={"Origin": ORIGIN})


async def register(admin: Graph) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Make the calls in the order of Microsoft's guide; give the API, its service principal, and the SPA."""
    api = await admin.created("/applications", API_BODY)
    uri = f"api://{api['appId']}"
    assert (await admin.patch(f"/applications/{api['id']}", {"identifierUris": [uri]})).status_code == 204
    api_entry = await admin.created("/servicePrincipals", {"appId": api["appId"]})
    spa = await admin.created("/applications", spa_body(api["appId"]))
    spa_entry = await admin.created("/servicePrincipals", {"appId": spa["appId"]})
    trusted = {"appId": spa["appId"], "delegatedPermissionIds": [SCOPE_ID]}
    body = {"api": {"preAuthorizedApplications": [trusted]}}
    assert (await admin.patch(f"/applications/{api['id']}", body)).status_code == 204
    await admin.created(
        "/oauth2PermissionGrants",
        {
            "clientId": spa_entry["id"],
            "consentType": "AllPrincipals",
            "principalId": None,
            "resourceId": api_entry["id"],
            "scope": "access_as_user",
        },
    )
    required = {"appRoleAssignmentRequired": True}
    assert (await admin.patch(f"/servicePrincipals/{api_entry['id']}", required)).status_code == 204
    assigned = await admin.created(
        f"/servicePrincipals/{api_entry['id']}/appRoleAssignedTo",
        {"principalId": ADA, "resourceId": api_entry["id"], "appRoleId": ADMIN_ID},
    )
    assert (assigned["principalType"], assigned["resourceDisplayName"]) == ("User", "Tasks API")
    return api, api_entry, spa


async def test_two_registered_applications_sign_in(admin: Graph, http: httpx.AsyncClient) -> None:
    api, _, spa = await register(admin)
    tokens = await sign_in(http, spa["appId"], f"api://{api['appId']}/access_as_user", ADA)
    assert tokens.status_code == 200, tokens.text
    claims = payload(tokens.json()["access_token"])
    assert (claims["aud"], claims["azp"], claims["ver"]) == (api["appId"], spa["appId"], "2.0")
    assert (claims["scp"], claims["roles"]) == ("access_as_user", ["Tasks.Admin"])
    assert (claims["idtyp"], claims["acct"]) == ("user", 0)
    assert "login_hint" in payload(tokens.json()["id_token"])


async def test_their_secret_proves_the_api(admin: Graph, http: httpx.AsyncClient) -> None:
    api, entry, _ = await register(admin)
    made = await admin.post(
        f"/applications/{api['id']}/addPassword",
        {"passwordCredential": {"displayName": "obo", "endDateTime": "2027-03-01T00:00:00Z"}},
    )
    assert made.status_code == 200
    daemon = {"principalId": entry["id"], "resourceId": entry["id"], "appRoleId": DAEMON_ID}
    await admin.created(f"/servicePrincipals/{entry['id']}/appRoleAssignedTo", daemon)
    form = {
        "grant_type": "client_credentials",
        "client_id": api["appId"],
        "client_secret": made.json()["secretText"],
        "scope": f"api://{api['appId']}/.default",
    }
    answered = await http.post(f"/{TENANT}/oauth2/v2.0/token", data=form)
    assert payload(answered.json()["access_token"])["roles"] == ["Tasks.ReadWrite.All"]
    assert payload(answered.json()["access_token"])["oid"] == entry["id"]
    wrong = await http.post(f"/{TENANT}/oauth2/v2.0/token", data=form | {"client_secret": "another"})
    assert aadsts(wrong) == 7000215


async def test_who_is_not_assigned_stays_out(admin: Graph, http: httpx.AsyncClient) -> None:
    api, entry, spa = await register(admin)
    scope = f"api://{api['appId']}/access_as_user"
    assert "AADSTS50105" in (await sign_in(http, spa["appId"], scope, GRACE)).text
    (assignment,) = await admin.values(f"/servicePrincipals/{entry['id']}/appRoleAssignedTo")
    path = f"/servicePrincipals/{entry['id']}/appRoleAssignedTo/{assignment['id']}"
    assert (await admin.delete(path)).status_code == 204
    assert "AADSTS50105" in (await sign_in(http, spa["appId"], scope, ADA)).text


async def test_without_its_service_principal_an_api_is_not_there(
    admin: Graph, http: httpx.AsyncClient, emulator: Emulator
) -> None:
    api = await admin.created("/applications", API_BODY)
    assert emulator.directory.resource(CONTOSO, api["appId"]) is None
    assert await admin.values("/servicePrincipals", filter=f"appId eq '{api['appId']}'") == []
    await admin.created("/servicePrincipals", {"appId": api["appId"]})
    assert emulator.directory.resource(CONTOSO, api["appId"]) is not None


async def test_without_its_service_principal_an_application_has_no_token_of_its_own(
    admin: Graph, http: httpx.AsyncClient
) -> None:
    app = await admin.created("/applications", {"displayName": "Mine"})
    secret = (await admin.post(f"/applications/{app['id']}/addPassword", {})).json()["secretText"]
    form = {
        "grant_type": "client_credentials",
        "client_id": app["appId"],
        "client_secret": secret,
        "scope": f"{GRAPH_APP}/.default",
    }
    refused = await http.post(f"/{TENANT}/oauth2/v2.0/token", data=form)
    assert (aadsts(refused), refused.json()["error"]) == (700016, "unauthorized_client")
    await admin.created("/servicePrincipals", {"appId": app["appId"]})
    assert (await http.post(f"/{TENANT}/oauth2/v2.0/token", data=form)).status_code == 200
