from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from entra_local import Emulator
from entra_local._directory import AppRegistration
from entra_local._errors import Refusal
from entra_local._grants import GrantStore
from entra_local._redeem import redeem

from .single_page_app import (
    ADA,
    API,
    APP,
    BASE_URL,
    MALLORY,
    NOW,
    REDIRECT_URI,
    SCOPE,
    SPA,
    TENANT,
    TIMESTAMP,
    TOKEN,
    VERIFIER,
    SinglePageApp,
    aadsts,
    payload,
)

HOUR = 3600
DAY = 24 * HOUR
DEFAULT = f"api://{API}/.default"


async def test_a_code_becomes_tokens(app: SinglePageApp) -> None:
    response = await app.redeem((await app.sign_in())["code"])
    assert response.status_code == 200
    assert sorted(response.json()) == [
        "access_token",
        "expires_in",
        "ext_expires_in",
        "id_token",
        "refresh_token",
        "refresh_token_expires_in",
        "scope",
        "token_type",
    ]
    assert response.json()["token_type"] == "Bearer"


async def test_the_answer_is_not_kept_by_caches(app: SinglePageApp) -> None:
    response = await app.redeem((await app.sign_in())["code"])
    assert response.headers["cache-control"] == "no-store, no-cache"
    assert response.headers["pragma"] == "no-cache"


async def test_expires_in_counts_from_now(app: SinglePageApp) -> None:
    tokens = await app.tokens()
    expires_in = tokens["expires_in"]
    assert isinstance(expires_in, int)
    assert HOUR <= expires_in <= 1.5 * HOUR
    assert tokens["ext_expires_in"] == expires_in
    assert payload(str(tokens["access_token"]))["exp"] == NOW + expires_in


async def test_members_come_only_when_they_were_asked_for(app: SinglePageApp) -> None:
    tokens = await app.tokens(scope=SCOPE)
    assert sorted(tokens) == ["access_token", "expires_in", "ext_expires_in", "scope", "token_type"]


async def test_client_info_comes_when_it_is_asked_for(app: SinglePageApp) -> None:
    response = await app.redeem((await app.sign_in())["code"], client_info="1")
    assert response.json()["client_info"]


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (f"{SCOPE} openid profile offline_access", SCOPE),
        (f"{API}/access_as_user", f"{API}/access_as_user"),
        (DEFAULT, f"{SCOPE} {DEFAULT}"),
        (f"{API}/.default openid", f"{API}/access_as_user {API}/.default"),
        ("openid profile offline_access", "openid profile"),
    ],
)
async def test_the_scope_is_spelled_as_it_was_asked_for(app: SinglePageApp, asked: str, granted: str) -> None:
    assert (await app.tokens(scope=asked))["scope"] == granted


async def test_a_code_may_be_redeemed_for_another_api_than_it_was_asked_for(app: SinglePageApp) -> None:
    code = (await app.sign_in(scope="openid offline_access"))["code"]
    assert (await app.redeem(code, scope=SCOPE)).json()["scope"] == SCOPE


async def test_a_token_is_for_one_api_only(app: SinglePageApp) -> None:
    scope = f"{SCOPE} https://graph.microsoft.com/openid"
    response = await app.redeem((await app.sign_in(scope=scope))["code"])
    assert (response.status_code, response.json()["error"], aadsts(response)) == (400, "invalid_scope", 28000)


# Shape of a refusal


async def test_a_refusal_has_the_members_of_the_service(app: SinglePageApp) -> None:
    correlation_id = "22222222-0000-4000-a000-000000000002"
    response = await app.http.post(
        TOKEN,
        params={"client-request-id": correlation_id},
        data={"grant_type": "refresh_token", "refresh_token": "nonsense", "client_id": SPA},
    )
    body = response.json()
    assert response.headers["content-type"] == "application/json"
    assert sorted(body) == [
        "correlation_id",
        "error",
        "error_codes",
        "error_description",
        "error_uri",
        "timestamp",
        "trace_id",
    ]
    assert body["error_uri"] == f"{BASE_URL}/error?code=70000"
    assert body["correlation_id"] == correlation_id
    assert body["trace_id"] == response.headers["x-ms-request-id"]
    assert body["error_description"].endswith(
        f" Trace ID: {body['trace_id']} Correlation ID: {correlation_id} Timestamp: {TIMESTAMP}"
    )


async def test_a_caller_chooses_no_correlation_id_but_a_guid(app: SinglePageApp) -> None:
    response = await app.http.post(TOKEN, params={"client-request-id": "<b>"})
    assert response.json()["correlation_id"] != "<b>"


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        ({"grant_type": None}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"grant_type": "client_credentials"}, 401, "invalid_client", 7000216),
        ({"client_id": None}, 400, "invalid_request", 900144),
        ({"client_id": "nonsense"}, 400, "unauthorized_client", 700038),
        ({"client_id": "11111111-0000-4000-a000-000000000001"}, 400, "unauthorized_client", 700016),
        ({"client_id": API}, 400, "invalid_grant", 70000),
        ({"client_secret": "x"}, 401, "invalid_client", 700025),
        ({"client_assertion": "x"}, 401, "invalid_client", 700025),
        ({"code": None}, 400, "invalid_request", 900144),
        ({"code": "nonsense"}, 400, "invalid_grant", 70000),
        ({"redirect_uri": None}, 400, "invalid_request", 900144),
        ({"redirect_uri": f"{APP}/redirect.html"}, 400, "invalid_client", 500112),
        ({"redirect_uri": REDIRECT_URI.replace("8000", "8001")}, 400, "invalid_client", 500112),
        ({"code_verifier": None}, 400, "invalid_grant", 50148),
        ({"code_verifier": "w" * 50}, 400, "invalid_grant", 501481),
        ({"scope": "api://nobody/x"}, 400, "invalid_resource", 500011),
    ],
)
async def test_a_refused_redemption_spends_nothing(
    app: SinglePageApp, changes: dict[str, str | None], status: int, error: str, code: int
) -> None:
    granted = (await app.sign_in())["code"]
    refused = await app.redeem(granted, **changes)
    assert (refused.status_code, refused.json()["error"], aadsts(refused)) == (status, error, code)
    assert (await app.redeem(granted)).status_code == 200


async def test_the_tenant_must_be_the_right_one(app: SinglePageApp) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_id": SPA}
    for tenant, code in (("common", 50194), ("unknown.example", 90002), ("undefined", 900023)):
        assert aadsts(await app.http.post(f"/{tenant}/oauth2/v2.0/token", data=form)) == code


async def test_json_is_not_understood(http: httpx.AsyncClient) -> None:
    response = await http.post(TOKEN, json={"grant_type": "refresh_token"})
    assert aadsts(response) == 900144


async def test_a_parameter_twice_is_refused(http: httpx.AsyncClient) -> None:
    response = await http.post(
        TOKEN, content="client_id=a&client_id=b", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert aadsts(response) == 9000411


async def test_only_post_is_taken(http: httpx.AsyncClient) -> None:
    assert aadsts(await http.get(TOKEN)) == 900561


async def test_a_huge_body_is_not_read(http: httpx.AsyncClient) -> None:
    assert (await http.post(TOKEN, content=b"x" * 100_001)).status_code == 413


# Codes


async def test_a_code_works_once(app: SinglePageApp) -> None:
    code = (await app.sign_in())["code"]
    assert (await app.redeem(code)).status_code == 200
    again = await app.redeem(code)
    assert (again.json()["error"], aadsts(again)) == ("invalid_grant", 54005)


async def test_of_twenty_parallel_redemptions_one_succeeds(app: SinglePageApp, emulator: Emulator) -> None:
    form = {
        "grant_type": "authorization_code",
        "client_id": SPA,
        "code": (await app.sign_in())["code"],
        "redirect_uri": REDIRECT_URI,
        "code_verifier": VERIFIER,
    }
    start = threading.Barrier(20)

    def attempt(_: int) -> int:
        start.wait()
        try:
            redeem(emulator, TENANT, form, APP)
        except Refusal as refusal:
            return refusal.code
        return 200

    with ThreadPoolExecutor(20) as pool:
        assert sorted(pool.map(attempt, range(20))) == [200] + [54005] * 19


def test_who_found_a_code_in_time_may_still_be_too_late_to_spend_it() -> None:
    """The race of the test above, as it does not go in every run."""
    grants = GrantStore()
    grants.spend_code("code")
    with pytest.raises(Refusal, match="AADSTS54005"):
        grants.spend_code("code")
    grants.spend_code("another")


@pytest.mark.parametrize(("seconds", "status"), [(599, 200), (600, 400)])
async def test_a_code_lives_ten_minutes(app: SinglePageApp, emulator: Emulator, seconds: int, status: int) -> None:
    code = (await app.sign_in())["code"]
    emulator.clock_offset = seconds
    response = await app.redeem(code)
    assert response.status_code == status
    assert response.json().get("error_codes", [70008]) == [70008]


@pytest.mark.parametrize("method", ["plain", None])
async def test_a_challenge_without_a_method_is_plain(app: SinglePageApp, method: str | None) -> None:
    code = (await app.sign_in(code_challenge=VERIFIER, code_challenge_method=method))["code"]
    assert aadsts(await app.redeem(code, code_verifier="w" * 50)) == 501481
    assert (await app.redeem(code)).status_code == 200


# Platforms and CORS


async def test_a_code_of_a_spa_is_redeemed_in_a_browser_only(app: SinglePageApp) -> None:
    code = (await app.sign_in())["code"]
    app.origin = ""
    refused = await app.redeem(code)
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_request", 9002327)
    assert "error_uri" not in refused.json()
    app.origin = APP
    assert (await app.redeem(code)).status_code == 200


async def test_a_refresh_token_of_a_spa_is_redeemed_in_a_browser_only(app: SinglePageApp) -> None:
    token = str((await app.tokens())["refresh_token"])
    app.origin = ""
    assert aadsts(await app.refresh(token)) == 9002327
    app.origin = APP
    assert (await app.refresh(token)).status_code == 200


async def test_a_code_of_a_native_client_is_redeemed_outside_a_browser_only(
    app: SinglePageApp, registered: AppRegistration
) -> None:
    uri = "http://localhost:5000/native"
    code = (await app.sign_in(redirect_uri=uri, code_challenge=None))["code"]
    assert aadsts(await app.redeem(code, redirect_uri=uri)) == 9002326
    app.origin = ""
    assert aadsts(await app.redeem(code, redirect_uri=uri)) == 501481
    tokens = await app.redeem(code, redirect_uri=uri, code_verifier=None)
    assert "refresh_token_expires_in" not in tokens.json()


async def test_a_code_of_a_web_application_needs_a_credential(app: SinglePageApp, registered: AppRegistration) -> None:
    uri = "https://app.example/back?from=entra"
    code = (await app.sign_in(redirect_uri=uri))["code"]
    app.origin = ""
    refused = await app.redeem(code, redirect_uri=uri)
    assert (refused.status_code, aadsts(refused)) == (401, 7000218)


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://localhost:5173", "http://localhost"])
async def test_registered_origins_may_read_the_answer(http: httpx.AsyncClient, origin: str) -> None:
    for response in (
        await http.post(TOKEN, headers={"Origin": origin}),
        await http.options(TOKEN, headers={"Origin": origin}),
    ):
        assert response.headers["access-control-allow-origin"] == origin
        assert response.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize(
    "origin",
    ["http://127.0.0.1:8000", "https://localhost:8000", "http://localhost.evil.example", "https://app.example", "null"],
)
async def test_other_origins_may_not(http: httpx.AsyncClient, registered: AppRegistration, origin: str) -> None:
    for response in (
        await http.post(TOKEN, headers={"Origin": origin}),
        await http.options(TOKEN, headers={"Origin": origin}),
    ):
        assert "access-control-allow-origin" not in response.headers
        assert response.headers["vary"] == "Origin"


async def test_a_spa_elsewhere_has_its_exact_origin(http: httpx.AsyncClient, registered: AppRegistration) -> None:
    allowed = await http.post(TOKEN, headers={"Origin": "https://spa.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://spa.example"
    other_port = await http.post(TOKEN, headers={"Origin": "https://spa.example:8443"})
    assert "access-control-allow-origin" not in other_port.headers


# Refresh tokens


async def test_a_refresh_token_gives_new_tokens_and_stays_valid(app: SinglePageApp) -> None:
    first = str((await app.tokens())["refresh_token"])
    second = (await app.refresh(first)).json()["refresh_token"]
    assert second != first
    assert (await app.refresh(first)).status_code == 200
    assert (await app.refresh(second)).status_code == 200


async def test_an_id_token_of_a_refresh_has_no_nonce(app: SinglePageApp) -> None:
    tokens = await app.tokens()
    assert payload(str(tokens["id_token"]))["nonce"] == "the nonce"
    refreshed = (await app.refresh(str(tokens["refresh_token"]))).json()
    assert "nonce" not in payload(refreshed["id_token"])


async def test_a_renewed_refresh_token_of_a_spa_inherits_the_day(app: SinglePageApp, emulator: Emulator) -> None:
    tokens = await app.tokens()
    assert tokens["refresh_token_expires_in"] == DAY
    emulator.clock_offset = 23 * HOUR
    renewed = (await app.refresh(str(tokens["refresh_token"]))).json()
    assert renewed["refresh_token_expires_in"] == HOUR
    emulator.clock_offset = DAY
    refused = await app.refresh(renewed["refresh_token"])
    assert (refused.status_code, aadsts(refused)) == (400, 700084)
    assert (refused.json()["error"], refused.json()["suberror"]) == ("invalid_grant", "bad_token")


async def test_a_refresh_token_of_a_native_client_rolls_for_ninety_days(
    app: SinglePageApp, emulator: Emulator, registered: AppRegistration
) -> None:
    uri = "http://localhost/native"
    code = (await app.sign_in(redirect_uri=uri))["code"]
    app.origin = ""
    first = (await app.redeem(code, redirect_uri=uri)).json()["refresh_token"]
    emulator.clock_offset = 89 * DAY
    second = (await app.refresh(first)).json()["refresh_token"]
    emulator.clock_offset = 90 * DAY
    assert aadsts(await app.refresh(first)) == 70008
    assert (await app.refresh(second)).status_code == 200


async def test_a_revoked_refresh_token_is_refused_a_later_one_is_not(app: SinglePageApp, emulator: Emulator) -> None:
    revoked = str((await app.tokens())["refresh_token"])
    emulator.revoke_refresh_tokens()
    refused = await app.refresh(revoked)
    assert (refused.json()["error"], refused.json()["suberror"]) == ("invalid_grant", "bad_token")
    assert aadsts(refused) == 50173
    later = str((await app.tokens(prompt=None, login_hint="ada@contoso.example"))["refresh_token"])
    assert (await app.refresh(later)).status_code == 200


async def test_a_refresh_token_of_another_client_is_refused(app: SinglePageApp) -> None:
    token = str((await app.tokens())["refresh_token"])
    assert aadsts(await app.refresh(token, client_id=API)) == 70000
    assert aadsts(await app.refresh("nonsense")) == 70000
    assert (await app.refresh(token)).status_code == 200


async def test_a_refresh_token_opens_another_api_only_to_the_assigned(app: SinglePageApp) -> None:
    scope = "openid offline_access"
    mallory = str((await app.tokens(MALLORY, scope=scope))["refresh_token"])
    refused = await app.refresh(mallory, scope=SCOPE)
    assert (refused.json()["error"], aadsts(refused)) == ("invalid_grant", 50105)
    ada = str((await app.tokens(ADA, scope=scope))["refresh_token"])
    assert (await app.refresh(ada, scope=SCOPE)).json()["scope"] == SCOPE
