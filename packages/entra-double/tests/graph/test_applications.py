"""Applications in Microsoft Graph: who may register and change them, and what a registration may say."""

from __future__ import annotations

from typing import Any

import pytest
from entra_double import Emulator
from entra_double._world.database import from_json, to_json
from entra_double._world.directory_file.read import read_directory
from entra_double._world.directory_file.write import write_directory
from entra_double._world.registration import AppRegistration, Certificate
from entra_double._world.values import LAST_MOMENT

from ..graph_client import BAD, DENIED, NOT_FOUND, OWN, WRITE, Graph, error
from ..machine import DAEMON, DEFAULT, SITE
from ..single_page_app import ADA, API, FABRIKAM, NOW, SPA, header, payload
from ..worlds import change

SCOPE_ID = "4c0a9e25-f6d8-4b17-a3c2-7e5d8b6fa00a"
OTHER_ID = "4c0a9e25-f6d8-4b17-a3c2-7e5d8b6fa00b"


def scope(**changes: Any) -> dict[str, Any]:
    return {"id": SCOPE_ID, "value": "read", "type": "User", "isEnabled": True, **changes}


def stored(emulator: Emulator, app: dict[str, Any]) -> AppRegistration:
    return next(known for known in emulator.directory.applications if known.client_id == app["appId"])


async def test_a_name_is_enough(admin: Graph, emulator: Emulator) -> None:
    app = await admin.created("/applications", {"displayName": "Mine"})
    assert (app["displayName"], app["signInAudience"], app["identifierUris"]) == ("Mine", "AzureADMyOrg", [])
    assert (app["groupMembershipClaims"], app["publisherDomain"]) == (None, "contoso.example")
    assert app["id"] != app["appId"]
    assert app["api"]["requestedAccessTokenVersion"] is None
    assert (await admin.get(f"/applications/{app['id']}")).json()["appId"] == app["appId"]
    assert (await admin.get(f"/applications(appId='{app['appId']}')")).json()["id"] == app["id"]


async def test_the_seed_shows_what_it_is(admin: Graph, emulator: Emulator) -> None:
    change(emulator, API, certificates=(Certificate(key_id="k", der=b"", name="c"),))
    apps = {app["appId"]: app for app in await admin.values("/applications")}
    assert set(apps) == {known.client_id for known in emulator.directory.applications} - {
        "00000003-0000-0000-c000-000000000000"
    }
    api, spa = apps[API], apps[SPA]
    assert [known["value"] for known in api["api"]["oauth2PermissionScopes"]] == ["access_as_user"]
    assert [known["value"] for known in api["appRoles"]] == ["Reader", "Writer", "Admin", "Logbook.Read.All"]
    assert api["appRoles"][-1]["allowedMemberTypes"] == ["Application"]
    assert api["passwordCredentials"][0]["secretText"] is None
    assert api["keyCredentials"][0]["type"] == "AsymmetricX509Cert"
    assert spa["spa"]["redirectUris"][0] == "http://localhost/entrance/redirect/"
    scopes = {known["resourceAppId"]: len(known["resourceAccess"]) for known in spa["requiredResourceAccess"]}
    assert scopes == {API: 1, "00000003-0000-0000-c000-000000000000": 4}
    gone = emulator.directory.application(emulator.directory.tenants[0], API)
    assert gone
    emulator.directory = emulator.directory.remove(gone)
    spa = (await admin.get(f"/applications(appId='{SPA}')")).json()
    assert spa["requiredResourceAccess"][0]["resourceAccess"][0]["id"] == "00000000-0000-0000-0000-000000000000"


async def test_reading_and_writing_need_their_permissions(graph: Graph) -> None:
    reader = graph.person("Application.Read.All")
    assert (await reader.get(f"/applications(appId='{API}')")).status_code == 200
    assert error(await reader.post("/applications", {"displayName": "Mine"})) == DENIED
    assert error(await reader.patch(f"/applications(appId='{API}')", {"displayName": "Mine"})) == DENIED
    assert error(await graph.person("User.Read").get("/applications")) == DENIED


async def test_an_application_changes_only_what_it_has_registered(graph: Graph) -> None:
    daemon = graph.application(OWN)
    mine = await daemon.created("/applications", {"displayName": "Mine"})
    foreign = await graph.person(WRITE).created("/applications", {"displayName": "Another's"})
    assert (await daemon.patch(f"/applications/{mine['id']}", {"displayName": "Still mine"})).status_code == 204
    for answer in (
        await daemon.patch(f"/applications(appId='{API}')", {"displayName": "Mine"}),
        await daemon.post(f"/applications(appId='{API}')/addPassword", {}),
        await daemon.delete(f"/applications(appId='{API}')"),
        await daemon.post("/servicePrincipals", {"appId": foreign["appId"]}),
    ):
        assert error(answer) == DENIED
    assert (await daemon.post("/servicePrincipals", {"appId": mine["appId"]})).status_code == 201
    every = graph.application(WRITE)
    assert (await every.patch(f"/applications(appId='{API}')", {"displayName": "Logbook"})).status_code == 204


async def test_what_is_not_there(admin: Graph) -> None:
    assert error(await admin.get(f"/applications/{API}")) == NOT_FOUND
    assert error(await admin.get(f"/applications(appId='{OTHER_ID}')")) == NOT_FOUND
    assert error(await admin.get("/applications(appId='00000003-0000-0000-c000-000000000000')")) == NOT_FOUND


@pytest.mark.parametrize(
    ("body", "member", "expected"),
    [
        ({"displayName": "New"}, "displayName", "New"),
        ({"isFallbackPublicClient": True}, "isFallbackPublicClient", True),
        ({"groupMembershipClaims": "SecurityGroup, All"}, "groupMembershipClaims", "All, SecurityGroup"),
        ({"groupMembershipClaims": None}, "groupMembershipClaims", None),
        (
            {"publicClient": {"redirectUris": ["msal://redirect"]}},
            "publicClient",
            {"redirectUris": ["msal://redirect"]},
        ),
        ({"signInAudience": "AzureADMultipleOrgs"}, "signInAudience", "AzureADMultipleOrgs"),
    ],
)
async def test_what_is_changed_is_shown(admin: Graph, body: dict[str, Any], member: str, expected: object) -> None:
    app = await admin.created("/applications", {"displayName": "Mine"})
    assert (await admin.patch(f"/applications/{app['id']}", body)).status_code == 204
    changed = (await admin.get(f"/applications/{app['id']}", select=f"{member},id")).json()
    assert changed[member] == expected


async def test_what_is_not_mentioned_stays(admin: Graph, emulator: Emulator) -> None:
    before = stored(emulator, {"appId": SPA})
    body: dict[str, Any] = {
        "web": {"redirectUris": ["https://app.contoso.example/back"], "logoutUrl": "https://app.contoso.example/out"}
    }
    assert (await admin.patch(f"/applications(appId='{SPA}')", body)).status_code == 204
    after = stored(emulator, {"appId": SPA})
    assert after.redirect_uris[:-1] == before.redirect_uris
    assert (after.logout_uri, after.required_access) == ("https://app.contoso.example/out", before.required_access)
    body = {"web": {"implicitGrantSettings": {"enableIdTokenIssuance": True}}, "api": {}}
    assert (await admin.patch(f"/applications(appId='{SPA}')", body)).status_code == 204
    last = stored(emulator, {"appId": SPA})
    assert (last.logout_uri, last.implicit_id_token, last.implicit_access_token) == (after.logout_uri, True, False)
    assert last.redirect_uris == after.redirect_uris


async def test_clients_are_trusted_with_scopes_that_are_there(admin: Graph, emulator: Emulator) -> None:
    app = await admin.created(
        "/applications", {"displayName": "Mine", "api": {"oauth2PermissionScopes": [scope(type="Admin")]}}
    )
    trusted = {"appId": SPA, "delegatedPermissionIds": [SCOPE_ID.upper()]}
    body = {"api": {"preAuthorizedApplications": [trusted], "knownClientApplications": [SPA]}}
    assert (await admin.patch(f"/applications/{app['id']}", body)).status_code == 204
    shown = (await admin.get(f"/applications/{app['id']}")).json()["api"]
    assert shown["preAuthorizedApplications"] == [{"appId": SPA, "delegatedPermissionIds": [SCOPE_ID]}]
    assert shown["knownClientApplications"] == [SPA]
    assert shown["oauth2PermissionScopes"][0]["type"] == "Admin"


async def test_a_secret_is_shown_once_and_says_that_it_is_none(admin: Graph, emulator: Emulator) -> None:
    path = f"/applications(appId='{SITE}')"
    made = (await admin.post(f"{path}/addPassword", {"passwordCredential": {"displayName": "one"}})).json()
    assert made["secretText"].startswith("entra-local-not-a-secret-")
    assert 16 <= len(made["secretText"]) <= 64
    assert (made["hint"], made["displayName"]) == (made["secretText"][:3], "one")
    secret = stored(emulator, {"appId": SITE}).secrets[-1]
    assert (secret.starts_at, secret.ends_at) == (NOW, NOW + 2 * 365 * 86_400)
    assert made["secretText"] not in (await admin.get(path)).text
    assert (await admin.post(f"{path}/removePassword", {"keyId": made["keyId"]})).status_code == 204
    assert made["keyId"] not in (await admin.get(path)).text
    assert error(await admin.post(f"{path}/removePassword", {"keyId": made["keyId"]})) == BAD


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"startDateTime": "2026-10-01T00:00:00Z", "endDateTime": "2026-10-02T00:00:00"}, 86_400),
        ({"startDateTime": "2026-10-01T00:00:00Z", "endDateTime": "2026-10-01T00:00:00Z"}, None),
        ({"endDateTime": "soon"}, None),
        ({"endDateTime": "2100-01-01T00:00:01Z"}, None),
        ({"startDateTime": "1969-12-31T23:59:59Z"}, None),
        ({"startDateTime": "0001-01-01T00:00:00+23:59"}, None),
        ({"customKeyIdentifier": "x"}, None),
    ],
)
async def test_a_secret_lives_as_long_as_it_is_said(
    admin: Graph, emulator: Emulator, times: dict[str, str], expected: int | None
) -> None:
    response = await admin.post(f"/applications(appId='{SITE}')/addPassword", {"passwordCredential": times})
    if expected is None:
        assert error(response) == BAD
    else:
        secret = stored(emulator, {"appId": SITE}).secrets[-1]
        assert secret.ends_at - secret.starts_at == expected


@pytest.mark.parametrize(("asked", "ver"), [(None, "1.0"), (1, "1.0"), (2, "2.0")])
async def test_an_api_asks_for_its_version_or_leaves_it_open(
    admin: Graph, emulator: Emulator, asked: int | None, ver: str
) -> None:
    path = f"/applications(appId='{API}')"
    assert (await admin.patch(path, {"api": {"requestedAccessTokenVersion": asked}})).status_code == 204
    assert (await admin.patch(path, {"displayName": "Logbook API"})).status_code == 204
    emulator.directory = read_directory("written", text=write_directory(emulator.directory))
    emulator.directory = emulator.directory.put(from_json(AppRegistration, to_json(stored(emulator, {"appId": API}))))
    assert (await admin.get(path)).json()["api"]["requestedAccessTokenVersion"] == asked
    for token in (emulator.access_token("ada@contoso.example"), emulator.application_token(DAEMON, scope=DEFAULT)):
        assert payload(token)["ver"] == ver
        assert ("x5t" in header(token)) is (ver == "1.0")


@pytest.mark.parametrize("left", [0, 63_072_000, 63_072_001])
async def test_a_secret_of_the_last_years_ends_with_them(admin: Graph, emulator: Emulator, left: int) -> None:
    """The clock may be moved to the end of the year 9999, and a secret lives two years."""
    emulator.clock_offset = LAST_MOMENT - left - NOW
    later = admin.person(WRITE)
    made = (await later.post(f"/applications(appId='{SITE}')/addPassword", {})).json()
    assert made["endDateTime"] == ("9999-12-31T23:59:58Z" if left > 63_072_000 else "9999-12-31T23:59:59Z")
    shown = (await later.get(f"/applications(appId='{SITE}')")).json()["passwordCredentials"][-1]
    assert shown["endDateTime"] == made["endDateTime"]
    again = read_directory("written", text=write_directory(emulator.directory))
    ends = max(secret.ends_at for known in again.applications for secret in known.secrets)
    assert ends == LAST_MOMENT - (left > 63_072_000)


async def test_an_application_goes_with_all_that_hangs_on_it(admin: Graph, emulator: Emulator) -> None:
    assert (await admin.delete(f"/applications(appId='{API}')")).status_code == 204
    assert (await admin.delete(f"/applications(appId='{DAEMON}')")).status_code == 204
    directory = emulator.directory
    assert not {API, DAEMON} & {known.client_id for known in directory.applications}
    assert directory.assignments == ()
    assert API not in {grant.resource_id for grant in directory.grants}
    assert not [entry for entry in directory.service_principals if entry.client_id == API]
    assert error(await admin.delete(f"/applications(appId='{API}')")) == NOT_FOUND


async def test_other_tenants_applications_are_not_seen(admin: Graph, emulator: Emulator) -> None:
    change(emulator, SITE, tenant_id=FABRIKAM)
    assert error(await admin.get(f"/applications(appId='{SITE}')")) == NOT_FOUND
    emulator.directory = emulator.directory.remove(*emulator.directory.tenants[1:])
    change(emulator, SITE, tenant_id=FABRIKAM)
    assert len(await admin.values("/applications")) == 4


async def test_a_registration_is_kept_with_its_owner_and_its_want_of_an_identity(
    admin: Graph, emulator: Emulator
) -> None:
    app = await admin.created("/applications", {"displayName": "Mine"})
    known = stored(emulator, app)
    assert (known.owners, known.has_service_principal) == (frozenset({ADA}), False)
    assert from_json(AppRegistration, to_json(known)) == known
