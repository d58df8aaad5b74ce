"""Device codes at their two endpoints: from the first request to the second refresh."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from entra_double import Emulator
from entra_double._token_endpoint.device_code import GRANT_TYPE
from entra_double._world.registration import AppRegistration, Audience
from entra_double._world.requests.delegation import Delegation

from ..machine import DAEMON, DAEMON_SECRET, SITE, SITE_SECRET
from ..redemptions import ONE_OF_THEM, redeem_at_once
from ..single_page_app import ADA, API, APP, BASE_URL, FABRIKAM, NOW, SCOPE, SPA, TENANT, TOKEN, aadsts, payload
from ..worlds import change, change_person


@pytest.fixture
def device(emulator: Emulator) -> AppRegistration:
    return change(emulator, SPA, public_client=True)


async def begin(http: httpx.AsyncClient, path: str = f"/{TENANT}/oauth2/v2.0/devicecode", **form: str | None) -> Any:
    data = {"client_id": SPA, "scope": f"{SCOPE} openid profile offline_access", **form}
    return await http.post(path, data={name: value for name, value in data.items() if value is not None})


async def poll(http: httpx.AsyncClient, device_code: str | None, path: str = TOKEN, **form: str) -> httpx.Response:
    headers = {"Origin": origin} if (origin := form.pop("origin", "")) else {}
    data = {"grant_type": GRANT_TYPE, "client_id": SPA, "device_code": device_code, **form}
    return await http.post(path, data={name: value for name, value in data.items() if value}, headers=headers)


def agree(emulator: Emulator, user_code: str, person: str = ADA, **fields: Any) -> None:
    """Do what the page does when a person has agreed."""
    grant = emulator.grants.find_user_code(user_code, emulator.now())
    known = next(known for known in emulator.directory.people if known.object_id == person)
    openid = frozenset({"openid", "profile", "offline_access"})
    emulator.grants.decide(
        user_code, Delegation(person=known, client=grant.client, session_id="its session", openid=openid, **fields)
    )


async def test_a_device_gets_two_codes_and_an_address(http: httpx.AsyncClient) -> None:
    response = await begin(http)
    body = response.json()
    assert sorted(body) == ["device_code", "expires_in", "interval", "message", "user_code", "verification_uri"]
    assert (body["expires_in"], body["interval"]) == (900, 5)
    assert body["verification_uri"] == f"{BASE_URL}/device"
    assert body["verification_uri"] in body["message"]
    assert body["user_code"] in body["message"]
    assert response.headers["cache-control"] == "no-store, no-cache"


async def test_the_device_waits_for_the_person_and_gets_tokens_once(
    http: httpx.AsyncClient, emulator: Emulator, device: AppRegistration
) -> None:
    codes = (await begin(http)).json()
    pending = await poll(http, codes["device_code"])
    assert (pending.status_code, pending.json()["error"], aadsts(pending)) == (400, "authorization_pending", 70016)
    assert pending.json()["error_uri"] == f"{BASE_URL}/error?code=70016"
    agree(emulator, codes["user_code"])
    tokens = (await poll(http, codes["device_code"], client_info="1")).json()
    claims = payload(tokens["access_token"])
    assert (claims["oid"], claims["azp"], claims["azpacr"], claims["scp"]) == (ADA, SPA, "0", "access_as_user")
    assert payload(tokens["id_token"])["oid"] == ADA
    assert tokens["client_info"]
    assert aadsts(await poll(http, codes["device_code"])) == 54005
    renewed = await http.post(
        TOKEN,
        data={"grant_type": "refresh_token", "client_id": SPA, "refresh_token": tokens["refresh_token"]},
    )
    assert payload(renewed.json()["access_token"])["oid"] == ADA
    assert emulator.requests[-2]["person"] is None
    assert emulator.requests[-3]["grant_type"] == GRANT_TYPE


async def test_who_declines_is_told_of(http: httpx.AsyncClient, emulator: Emulator, device: AppRegistration) -> None:
    codes = (await begin(http)).json()
    emulator.grants.decide(codes["user_code"], "declined")
    declined = await poll(http, codes["device_code"])
    assert (declined.status_code, declined.json()["error"]) == (400, "authorization_declined")


@pytest.mark.parametrize(
    ("form", "error", "code"),
    [
        ({"client_id": None}, "invalid_request", 900144),
        ({"client_id": "nobody"}, "unauthorized_client", 700038),
        ({"scope": None}, "invalid_request", 900144),
        ({"scope": "api://nobody/x"}, "invalid_resource", 500011),
        ({"path": "/common/oauth2/v2.0/devicecode"}, "invalid_request", 50194),
        ({"path": "/unknown.example/oauth2/v2.0/devicecode"}, "invalid_tenant", 90002),
    ],
    ids=str,
)
async def test_what_cannot_end_well_does_not_begin(
    http: httpx.AsyncClient, form: dict[str, Any], error: str, code: int
) -> None:
    refused = await begin(http, **form)
    assert (refused.status_code, refused.json()["error"], aadsts(refused)) == (400, error, code)
    assert (await begin(http)).status_code == 200


async def test_only_forms_are_taken(http: httpx.AsyncClient) -> None:
    assert aadsts(await http.get(f"/{TENANT}/oauth2/v2.0/devicecode")) == 900561


@pytest.mark.parametrize(
    ("form", "error", "code"),
    [
        ({"device_code": None}, "invalid_request", 900144),
        ({"device_code": "x"}, "bad_verification_code", 70018),
        ({"client_id": DAEMON, "client_secret": DAEMON_SECRET}, "bad_verification_code", 70018),
        ({"origin": APP}, "invalid_request", 9002326),
    ],
    ids=str,
)
async def test_a_refused_redemption_spends_nothing(
    http: httpx.AsyncClient,
    emulator: Emulator,
    device: AppRegistration,
    form: dict[str, Any],
    error: str,
    code: int,
) -> None:
    codes = (await begin(http)).json()
    agree(emulator, codes["user_code"])
    refused = await poll(http, **{"device_code": codes["device_code"], **form})
    assert (refused.status_code, refused.json()["error"], aadsts(refused)) == (400, error, code)
    assert (await poll(http, codes["device_code"])).status_code == 200


async def test_a_rule_that_refuses_spends_nothing(
    http: httpx.AsyncClient, emulator: Emulator, device: AppRegistration
) -> None:
    codes = (await begin(http)).json()
    agree(emulator, codes["user_code"])
    change_person(emulator, ADA, enabled=False)
    assert aadsts(await poll(http, codes["device_code"])) == 50057
    change_person(emulator, ADA, enabled=True)
    assert (await poll(http, codes["device_code"])).status_code == 200


async def test_a_client_that_is_not_public_proves_itself(http: httpx.AsyncClient, emulator: Emulator) -> None:
    codes = (await begin(http, client_id=SITE)).json()
    agree(emulator, codes["user_code"])
    refused = await poll(http, codes["device_code"], client_id=SITE)
    assert (refused.status_code, refused.json()["error"], aadsts(refused)) == (401, "invalid_client", 7000218)
    form = {"client_id": SITE, "client_secret": SITE_SECRET}
    tokens = (await poll(http, codes["device_code"], **form)).json()
    assert payload(tokens["access_token"])["azpacr"] == "1"
    renewal = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert aadsts(await http.post(TOKEN, data={**renewal, "client_id": SITE})) == 7000218
    assert (await http.post(TOKEN, data={**renewal, **form})).status_code == 200


async def test_through_common_the_person_decides_which_tenant_it_is(
    http: httpx.AsyncClient, emulator: Emulator
) -> None:
    change(emulator, SPA, public_client=True, audience=Audience.MANY)
    codes = (await begin(http, "/organizations/oauth2/v2.0/devicecode")).json()
    grant = emulator.grants.find_user_code(codes["user_code"], NOW)
    assert grant.tenants == (TENANT, FABRIKAM)
    agree(emulator, codes["user_code"])
    elsewhere = f"/{FABRIKAM}/oauth2/v2.0/token"
    assert aadsts(await poll(http, codes["device_code"], elsewhere)) == 70000
    tokens = await poll(http, codes["device_code"], "/common/oauth2/v2.0/token")
    assert payload(tokens.json()["access_token"])["tid"] == TENANT


async def test_v1_spells_the_address_otherwise(
    http: httpx.AsyncClient, emulator: Emulator, device: AppRegistration
) -> None:
    path = f"/{TENANT}/oauth2/devicecode"
    codes = (await begin(http, path, scope=None, resource=f"api://{API}")).json()
    assert (codes["verification_url"], codes["expires_in"], codes["interval"]) == (f"{BASE_URL}/device", "900", "5")
    assert "verification_uri" not in codes
    agree(emulator, codes["user_code"])
    tokens = (await poll(http, codes["device_code"], f"/{TENANT}/oauth2/token", grant_type="device_code")).json()
    assert tokens["resource"] == f"api://{API}"
    without = (await begin(http, path, scope=None)).json()
    assert emulator.grants.find_user_code(without["user_code"], NOW).scope == "openid profile offline_access"


async def test_twenty_devices_with_one_code_get_one_token(
    http: httpx.AsyncClient, emulator: Emulator, device: AppRegistration
) -> None:
    codes = (await begin(http)).json()
    agree(emulator, codes["user_code"])
    form = {"grant_type": GRANT_TYPE, "client_id": SPA, "device_code": codes["device_code"]}
    assert redeem_at_once(emulator, form, None) == ONE_OF_THEM
