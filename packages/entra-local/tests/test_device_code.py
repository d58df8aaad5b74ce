"""Device codes: one decision for each user code, one token for each device code, fifteen minutes for both."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Literal

import httpx
import pytest
from entra_local import Emulator
from entra_local._delegation import Delegation
from entra_local._errors import Refusal
from entra_local._grants import DEVICE_CODE_LIFETIME, DeviceGrant, GrantStore, as_user_code, make_user_code
from entra_local._redeem import redeem
from entra_local._redeem.device_code import GRANT_TYPE
from entra_local._registration import AppRegistration, Audience

from .machine import DAEMON, DAEMON_SECRET, SITE, SITE_SECRET
from .single_page_app import ADA, API, APP, BASE_URL, FABRIKAM, NOW, SCOPE, SPA, TENANT, TOKEN, aadsts, payload
from .worlds import change, change_person

ENDED = NOW + DEVICE_CODE_LIFETIME


@pytest.fixture
def grant(emulator: Emulator) -> DeviceGrant:
    client = next(known for known in emulator.directory.applications if known.client_id == SPA)
    return DeviceGrant(user_code="ABCDEFGH2", client=client, tenants=(TENANT,), scope=SCOPE, issued_at=NOW)


@pytest.fixture
def delegation(emulator: Emulator, grant: DeviceGrant) -> Delegation:
    person = next(known for known in emulator.directory.people if known.object_id == ADA)
    return Delegation(person=person, client=grant.client, session_id="one", openid=frozenset())


def refusal(store: GrantStore, device_code: str, client_id: str = SPA, now: int = NOW) -> tuple[int, str]:
    with pytest.raises(Refusal) as refused:
        store.take_device_code(device_code, client_id, now)
    return refused.value.code, refused.value.error


class TestStore:
    def test_a_code_that_is_agreed_to_is_taken_once(self, grant: DeviceGrant, delegation: Delegation) -> None:
        store = GrantStore()
        code = store.issue_device_code(grant)
        assert refusal(store, code) == (70016, "authorization_pending")
        store.decide(grant.user_code, delegation)
        assert store.take_device_code(code, SPA, ENDED - 1) == replace(grant, decision=delegation)
        assert refusal(store, code) == (54005, "invalid_grant")

    def test_only_its_client_takes_it_and_not_after_its_time(self, grant: DeviceGrant, delegation: Delegation) -> None:
        store = GrantStore()
        code = store.issue_device_code(grant)
        store.decide(grant.user_code, delegation)
        assert refusal(store, code, client_id=TENANT) == (70018, "bad_verification_code")
        assert refusal(store, f"{code}x") == (70018, "bad_verification_code")
        assert refusal(store, code, now=ENDED) == (70019, "expired_token")
        assert store.take_device_code(code, SPA, NOW).decision == delegation

    def test_who_declines_says_so_to_the_device(self, grant: DeviceGrant) -> None:
        store = GrantStore()
        code = store.issue_device_code(grant)
        store.decide(grant.user_code, "declined")
        assert refusal(store, code) == (65004, "authorization_declined")

    @pytest.mark.parametrize("typed", ["ABCDEFGH2", "abcdefgh2", " abc-def gh2 "])
    def test_people_type_a_code_as_they_like(self, grant: DeviceGrant, typed: str) -> None:
        store = GrantStore()
        store.issue_device_code(grant)
        assert store.find_user_code(typed, ENDED - 1) == grant

    @pytest.mark.parametrize(("typed", "now", "code"), [("ABCDEFGH3", NOW, 70018), ("ABCDEFGH2", ENDED, 70019)])
    def test_a_page_finds_no_other_code(self, grant: DeviceGrant, typed: str, now: int, code: int) -> None:
        store = GrantStore()
        store.issue_device_code(grant)
        with pytest.raises(Refusal) as refused:
            store.find_user_code(typed, now)
        assert refused.value.code == code

    @pytest.mark.parametrize("first", ["declined", "agreed"])
    def test_the_first_decision_stays(
        self, grant: DeviceGrant, delegation: Delegation, first: Literal["declined", "agreed"]
    ) -> None:
        store = GrantStore()
        store.issue_device_code(grant)
        store.decide(grant.user_code, "declined" if first == "declined" else delegation)
        for decide in (
            lambda: store.decide(grant.user_code, delegation),
            lambda: store.find_user_code("ABCDEFGH2", NOW),
        ):
            with pytest.raises(Refusal, match="70018"):
                decide()

    def test_a_copy_keeps_device_codes_as_they_were(self, grant: DeviceGrant, delegation: Delegation) -> None:
        store = GrantStore()
        code = store.issue_device_code(grant)
        before = store.copy()
        store.decide(grant.user_code, delegation)
        store.restore(before)
        assert refusal(store, code) == (70016, "authorization_pending")
        store.clear()
        assert refusal(store, code) == (70018, "bad_verification_code")

    def test_user_codes_are_nine_letters_that_look_like_no_others(self) -> None:
        codes = {make_user_code() for _ in range(100)}
        assert len(codes) == 100
        assert all(len(code) == 9 and as_user_code(code) == code for code in codes)
        assert not set("".join(codes)) & set("0O1I")


# Endpoints


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
    """Do what the page does when somebody has agreed."""
    grant = emulator.grants.find_user_code(user_code, emulator.now())
    known = next(known for known in emulator.directory.people if known.object_id == person)
    openid = frozenset({"openid", "profile", "offline_access"})
    emulator.grants.decide(
        user_code, Delegation(person=known, client=grant.client, session_id="its session", openid=openid, **fields)
    )


class TestEndpoints:
    async def test_a_device_gets_two_codes_and_an_address(self, http: httpx.AsyncClient) -> None:
        response = await begin(http)
        body = response.json()
        assert sorted(body) == ["device_code", "expires_in", "interval", "message", "user_code", "verification_uri"]
        assert (body["expires_in"], body["interval"]) == (900, 5)
        assert body["verification_uri"] == f"{BASE_URL}/device"
        assert body["verification_uri"] in body["message"]
        assert body["user_code"] in body["message"]
        assert response.headers["cache-control"] == "no-store, no-cache"

    async def test_the_device_waits_for_the_person_and_gets_tokens_once(
        self, http: httpx.AsyncClient, emulator: Emulator, device: AppRegistration
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

    async def test_who_declines_is_told_of(
        self, http: httpx.AsyncClient, emulator: Emulator, device: AppRegistration
    ) -> None:
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
        self, http: httpx.AsyncClient, form: dict[str, Any], error: str, code: int
    ) -> None:
        refused = await begin(http, **form)
        assert (refused.status_code, refused.json()["error"], aadsts(refused)) == (400, error, code)
        assert (await begin(http)).status_code == 200

    async def test_only_forms_are_taken(self, http: httpx.AsyncClient) -> None:
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
        self,
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
        self, http: httpx.AsyncClient, emulator: Emulator, device: AppRegistration
    ) -> None:
        codes = (await begin(http)).json()
        agree(emulator, codes["user_code"])
        change_person(emulator, ADA, enabled=False)
        assert aadsts(await poll(http, codes["device_code"])) == 50057
        change_person(emulator, ADA, enabled=True)
        assert (await poll(http, codes["device_code"])).status_code == 200

    async def test_a_client_that_is_not_public_proves_itself(self, http: httpx.AsyncClient, emulator: Emulator) -> None:
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
        self, http: httpx.AsyncClient, emulator: Emulator
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
        self, http: httpx.AsyncClient, emulator: Emulator, device: AppRegistration
    ) -> None:
        path = f"/{TENANT}/oauth2/devicecode"
        codes = (await begin(http, path, scope=None, resource=f"api://{API}")).json()
        assert (codes["verification_url"], codes["expires_in"], codes["interval"]) == (f"{BASE_URL}/device", "900", "5")
        assert "verification_uri" not in codes
        agree(emulator, codes["user_code"])
        tokens = (await poll(http, codes["device_code"], f"/{TENANT}/oauth2/token")).json()
        assert tokens["resource"] == f"api://{API}"
        without = (await begin(http, path, scope=None)).json()
        assert emulator.grants.find_user_code(without["user_code"], NOW).scope == "openid profile offline_access"

    async def test_twenty_devices_with_one_code_get_one_token(
        self, http: httpx.AsyncClient, emulator: Emulator, device: AppRegistration
    ) -> None:
        codes = (await begin(http)).json()
        agree(emulator, codes["user_code"])
        form = {"grant_type": GRANT_TYPE, "client_id": SPA, "device_code": codes["device_code"]}
        start = threading.Barrier(20)

        def attempt(_: int) -> int:
            start.wait()
            try:
                redeem(emulator, TENANT, form, None)
            except Refusal as refusal:
                return refusal.code
            return 200

        with ThreadPoolExecutor(20) as pool:
            assert sorted(pool.map(attempt, range(20))) == [200] + [54005] * 19
