"""Names of scopes and APIs are compared without regard to case; the answer has the scope as it is registered."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator
from entra_double._token_endpoint.on_behalf_of import GRANT_TYPE as ON_BEHALF_OF
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import PermissionGrant
from entra_double._world.seed import CONTOSO

from ...machine import DAEMON_SECRET, credentials
from ...single_page_app import ADA, API, SCOPE, SPA, TENANT, TOKEN, SinglePageApp, aadsts, answer, payload
from ...worlds import change

LOUD = f"API://{API.upper()}"


def grant(emulator: Emulator, *scopes: str) -> None:
    emulator.directory = emulator.directory.put(
        PermissionGrant(tenant_id=CONTOSO.id, client_id=SPA, resource_id=GRAPH_CLIENT_ID, scopes=frozenset(scopes))
    )


@pytest.mark.parametrize(
    ("asked", "granted", "scp"),
    [
        (SCOPE, SCOPE, "access_as_user"),
        (f"api://{API}/Access_As_User", SCOPE, "access_as_user"),
        (f"{LOUD}/access_as_user", f"{LOUD}/access_as_user", "access_as_user"),
        (f"{API.upper()}/.DEFAULT", f"{API.upper()}/.default {API.upper()}/access_as_user", "access_as_user"),
        ("user.read USER.READ", "User.Read", "User.Read"),
        ("HTTPS://graph.microsoft.com/user.read", "HTTPS://graph.microsoft.com/User.Read", "User.Read"),
    ],
)
async def test_a_scope_is_answered_as_it_is_registered_and_its_api_as_it_was_asked_for(
    app: SinglePageApp, emulator: Emulator, asked: str, granted: str, scp: str
) -> None:
    grant(emulator, "User.Read")
    tokens = await app.tokens(scope=f"{asked} openid offline_access")
    assert (tokens["scope"], payload(str(tokens["access_token"]))["scp"]) == (granted, scp)
    renewed = (await app.refresh(str(tokens["refresh_token"]), scope=asked)).json()
    assert (renewed["scope"], payload(renewed["access_token"])["scp"]) == (granted, scp)


async def test_another_name_is_still_unknown(app: SinglePageApp) -> None:
    told = answer(await app.authorize(scope=f"api://{API}/Access-As-User", prompt="none"))
    assert told["error_description"].startswith("AADSTS650053")
    assert "'Access-As-User'" in told["error_description"]


async def test_a_consent_counts_however_it_was_written_down(app: SinglePageApp, emulator: Emulator) -> None:
    grant(emulator, "user.read", "MAIL")
    tokens = await app.tokens(scope="User.Read openid")
    assert tokens["scope"] == "User.Read"
    grant(emulator, "user.write")
    assert "Permissions requested" in (await app.authorize(scope="User.Read openid")).text


async def test_the_scopes_of_openid_are_no_exception(app: SinglePageApp) -> None:
    tokens = await app.tokens(scope=f"{SCOPE} OpenID PROFILE Offline_Access")
    assert payload(str(tokens["id_token"]))["name"] == "Ada Lovelace"
    assert "refresh_token" in tokens
    assert (await app.tokens(scope="OpenID Offline_Access"))["scope"] == "openid profile email"


@pytest.mark.parametrize(
    ("scope", "code"), [(f"{API.upper()}/.default", None), (f"{LOUD}/.Default", None), (f"{LOUD}s/.default", 500011)]
)
async def test_an_application_names_its_api_in_any_case(http: httpx.AsyncClient, scope: str, code: int | None) -> None:
    response = await credentials(http, client_secret=DAEMON_SECRET, scope=scope)
    assert (response.json().get("error_codes") or [None])[0] == code


async def test_a_resource_of_v1_is_compared_so_too(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, API, access_token_version=1)
    await app.sign_in()
    response = await app.authorize_at(f"/{TENANT}/oauth2/authorize", scope=None, resource=LOUD)
    body = (await app.redeem(answer(response)["code"])).json()
    assert payload(body["access_token"])["aud"] == LOUD


@pytest.mark.parametrize("audience", [f"api://{API}", LOUD, f"{LOUD}/"])
async def test_a_token_for_an_api_that_was_spelled_otherwise_may_be_exchanged(
    http: httpx.AsyncClient, emulator: Emulator, audience: str
) -> None:
    change(emulator, API, access_token_version=1)
    assertion = emulator.access_token("ada@contoso.example", scope=f"{audience}/access_as_user")
    assert payload(assertion)["aud"] == audience
    form = {
        "grant_type": ON_BEHALF_OF,
        "client_id": API,
        "client_secret": "entra-local-not-a-secret-api",
        "assertion": assertion,
        "requested_token_use": "on_behalf_of",
        "scope": "user.READ",
    }
    response = await http.post(TOKEN, data=form)
    assert "User.Read" in response.json()["scope"].split()
    me = await http.get("/v1.0/me", headers={"Authorization": f"Bearer {response.json()['access_token']}"})
    assert me.json()["id"] == ADA


async def test_a_device_asks_in_any_case(http: httpx.AsyncClient) -> None:
    asked = {"client_id": SPA, "scope": f"{LOUD}/Access_As_User"}
    assert "user_code" in (await http.post(f"/{TENANT}/oauth2/v2.0/devicecode", data=asked)).json()
    refused = await http.post(f"/{TENANT}/oauth2/v2.0/devicecode", data={**asked, "scope": f"{LOUD}/access"})
    assert aadsts(refused) == 650053
