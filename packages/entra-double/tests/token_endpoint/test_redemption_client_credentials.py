"""An application that comes as itself: what it gets, and what it has to send."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from entra_double import Emulator, seed
from entra_double._world.principals import ServicePrincipal
from entra_double._world.registration import Audience, OptionalClaim, Secret

from ..machine import DAEMON, DAEMON_SECRET, DEFAULT, SITE, SITE_SECRET, credentials
from ..single_page_app import API, BASE_URL, NOW, SPA, TENANT, SinglePageApp, aadsts, answer, header, payload
from ..worlds import change, change_entry

FABRIKAM = "fab00000-0000-4000-a000-000000000009"


async def test_the_answer_has_four_members(http: httpx.AsyncClient) -> None:
    response = await credentials(http, client_secret=DAEMON_SECRET)
    body = response.json()
    assert sorted(body) == ["access_token", "expires_in", "ext_expires_in", "token_type"]
    assert body["expires_in"] == body["ext_expires_in"]
    assert "no-store" in response.headers["Cache-Control"]


async def test_the_token_speaks_of_no_person(http: httpx.AsyncClient, emulator: Emulator) -> None:
    token = (await credentials(http, client_secret=DAEMON_SECRET)).json()["access_token"]
    claims = payload(token)
    daemon = emulator.directory.service_principal(TENANT, DAEMON)
    assert daemon is not None
    assert (claims["aud"], claims["iss"], claims["ver"]) == (API, f"{BASE_URL}/{TENANT}/v2.0", "2.0")
    assert (claims["azp"], claims["azpacr"], claims["roles"]) == (DAEMON, "1", ["Logbook.Read.All"])
    assert claims["oid"] == claims["sub"] == daemon.id != DAEMON
    assert sorted(claims) == [
        "aio", "aud", "azp", "azpacr", "exp", "iat", "iss", "nbf", "oid", "rh", "roles", "sub", "tid", "uti", "ver",
        "xms_ftd",
    ]  # fmt: skip
    assert sorted(header(token)) == ["alg", "kid", "typ"]


async def test_a_v1_api_gets_a_v1_token(http: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.directory = seed(api_token_version=1)
    token = (await credentials(http, client_secret=DAEMON_SECRET)).json()["access_token"]
    claims = payload(token)
    issuer = f"https://sts.windows.net/{TENANT}/"
    assert (claims["aud"], claims["iss"], claims["idp"]) == (f"api://{API}", issuer, issuer)
    assert (claims["appid"], claims["appidacr"], claims["ver"]) == (DAEMON, "1", "1.0")
    assert header(token)["x5t"] == header(token)["kid"]


async def test_idtyp_is_there_when_the_api_asks_for_it(http: httpx.AsyncClient, emulator: Emulator) -> None:
    change(emulator, API, access_token_claims=(OptionalClaim(name="idtyp"),))
    token = (await credentials(http, client_secret=DAEMON_SECRET)).json()["access_token"]
    assert payload(token)["idtyp"] == "app"


async def test_without_an_app_role_the_api_decides(http: httpx.AsyncClient, emulator: Emulator) -> None:
    """Where assignment is required there is no token, elsewhere one without roles."""
    form = {"client_id": SITE, "client_secret": SITE_SECRET}
    refused = await credentials(http, **form)
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_grant", 501051)
    change_entry(emulator, API, assignment_required=False)
    assert "roles" not in payload((await credentials(http, **form)).json()["access_token"])


@pytest.mark.parametrize(
    ("form", "status", "error", "code"),
    [
        ({"client_secret": None}, 401, "invalid_client", 7000216),
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": "é"}, 401, "invalid_client", 7000215),
        ({"client_id": SPA}, 401, "invalid_client", 700025),
        ({"scope": None}, 400, "invalid_request", 900144),
        ({"scope": f"api://{API}/access_as_user"}, 400, "invalid_scope", 1002012),
        ({"scope": f"{DEFAULT} {DEFAULT}"}, 400, "invalid_scope", 1002012),
        ({"scope": ".default"}, 400, "invalid_scope", 1002012),
        ({"scope": "api://nobody/.default"}, 400, "invalid_resource", 500011),
        ({"tenant": "common"}, 400, "invalid_request", 9001023),
        ({"tenant": "organizations"}, 400, "invalid_request", 9001023),
        ({"tenant": "consumers"}, 400, "invalid_request", 9001023),
        ({"resource": "https://graph.microsoft.com"}, 400, "invalid_target", 9010010),
        ({"tenant": FABRIKAM}, 400, "unauthorized_client", 700016),
    ],
    ids=str,
)
async def test_a_refusal_is_the_services(
    http: httpx.AsyncClient, form: dict[str, Any], status: int, error: str, code: int
) -> None:
    response = await credentials(http, **{"client_secret": DAEMON_SECRET, **form})
    assert (response.status_code, response.json()["error"], aadsts(response)) == (status, error, code)
    assert (await credentials(http, client_secret=DAEMON_SECRET)).status_code == 200


async def test_an_application_needs_an_identity_in_the_tenant(http: httpx.AsyncClient, emulator: Emulator) -> None:
    change(emulator, DAEMON, audience=Audience.MANY)
    form = {"client_secret": DAEMON_SECRET, "tenant": FABRIKAM, "scope": "https://graph.microsoft.com/.default"}
    refused = await credentials(http, **form)
    assert (refused.json()["error"], aadsts(refused)) == ("unauthorized_client", 700016)
    entry = ServicePrincipal(tenant_id=FABRIKAM, client_id=DAEMON)
    emulator.directory = emulator.directory.put(entry)
    claims = payload((await credentials(http, **form)).json()["access_token"])
    assert (claims["tid"], claims["oid"]) == (FABRIKAM, entry.id)


@pytest.mark.parametrize("enabled", [True, False])
async def test_a_disabled_application_gets_nothing(http: httpx.AsyncClient, emulator: Emulator, enabled: bool) -> None:
    change_entry(emulator, DAEMON, enabled=enabled)
    response = await credentials(http, client_secret=DAEMON_SECRET)
    assert response.json().get("error_codes", [7000112]) == [7000112]
    assert response.is_success is enabled


async def test_the_api_goes_by_its_client_id_too(http: httpx.AsyncClient) -> None:
    response = await credentials(http, client_secret=DAEMON_SECRET, scope=f"{API}/.default")
    assert payload(response.json()["access_token"])["aud"] == API


@pytest.mark.parametrize(("ends_at", "code"), [(NOW, 7000222), (NOW + 1, None)])
async def test_a_secret_ends(http: httpx.AsyncClient, emulator: Emulator, ends_at: int, code: int | None) -> None:
    change(
        emulator,
        DAEMON,
        secrets=(
            Secret(key_id="1", value="old", ends_at=ends_at),
            Secret(key_id="2", value=DAEMON_SECRET),
        ),
    )
    response = await credentials(http, client_secret="old")
    assert (response.json().get("error_codes") or [None])[0] == code
    assert (await credentials(http, client_secret=DAEMON_SECRET)).status_code == 200


async def test_the_record_names_the_application(http: httpx.AsyncClient, emulator: Emulator) -> None:
    await credentials(http, client_secret=DAEMON_SECRET)
    entry = emulator.requests[-1]
    assert (entry["grant_type"], entry["client_id"], entry["person"]) == (
        "client_credentials",
        DAEMON,
        "Logbook daemon",
    )
    assert DAEMON_SECRET not in repr(list(emulator.requests))


# A web site's server


SITE_REDIRECT = "http://localhost:5000/callback"


async def code_for_the_site(http: httpx.AsyncClient) -> str:
    app = SinglePageApp(http, origin="")
    changes = {"client_id": SITE, "redirect_uri": SITE_REDIRECT, "prompt": "select_account"}
    return answer(await app.choose(await app.authorize(**changes), account=ADA))["code"]


ADA = "ada00000-0000-4000-a000-000000000011"


async def redeem_for_the_site(http: httpx.AsyncClient, code: str, **form: str) -> httpx.Response:
    app = SinglePageApp(http, origin="")
    return await app.redeem(code, client_id=SITE, redirect_uri=SITE_REDIRECT, **form)


async def test_a_web_sites_server_redeems_with_its_secret(http: httpx.AsyncClient) -> None:
    code = await code_for_the_site(http)
    refused = await redeem_for_the_site(http, code)
    assert (refused.status_code, aadsts(refused)) == (401, 7000218)
    tokens = (await redeem_for_the_site(http, code, client_secret=SITE_SECRET)).json()
    claims = payload(tokens["access_token"])
    assert (claims["azp"], claims["azpacr"], claims["scp"]) == (SITE, "1", "access_as_user")
    assert "refresh_token_expires_in" not in tokens
    app = SinglePageApp(http, origin="")
    assert aadsts(await app.refresh(tokens["refresh_token"], client_id=SITE)) == 7000218
    renewed = await app.refresh(tokens["refresh_token"], client_id=SITE, client_secret=SITE_SECRET)
    assert payload(renewed.json()["access_token"])["azpacr"] == "1"


async def test_a_secret_belongs_to_no_browsers_code(http: httpx.AsyncClient, emulator: Emulator) -> None:
    change(emulator, SPA, secrets=(Secret(key_id="1", value="careless"),))
    app = SinglePageApp(http)
    code = (await app.sign_in())["code"]
    refused = await app.redeem(code, client_secret="careless")
    assert (refused.status_code, aadsts(refused)) == (401, 700025)
    assert (await app.redeem(code)).status_code == 200
