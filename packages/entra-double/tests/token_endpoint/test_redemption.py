"""What the token endpoint answers, and what a refusal looks like."""

from __future__ import annotations

import httpx
import pytest
from entra_double._world.ids import is_guid

from ..single_page_app import (
    API,
    APP,
    BASE_URL,
    NOW,
    REDIRECT_URI,
    SCOPE,
    SPA,
    TIMESTAMP,
    TOKEN,
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
        (DEFAULT, f"{DEFAULT} {SCOPE}"),
        (f"{API}/.default openid", f"{API}/.default {API}/access_as_user"),
        ("openid profile offline_access", "openid profile email"),
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
    assert response.headers["content-type"] == "application/json; charset=utf-8"
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


# Headers


async def test_the_answers_headers_are_the_services(app: SinglePageApp) -> None:
    code = (await app.sign_in())["code"]
    good, spent = await app.redeem(code), await app.redeem(code)
    assert (good.headers["x-ms-clitelem"], spent.headers["x-ms-clitelem"]) == ("1,0,0,,", "1,54005,0,,")
    assert is_guid(good.headers["x-ms-request-id"])
    for response in (good, spent):
        assert response.headers["expires"] == "-1"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-type"] == "application/json; charset=utf-8"


async def test_a_callers_id_may_come_in_a_header(http: httpx.AsyncClient) -> None:
    sent = "22222222-0000-4000-a000-000000000002"
    response = await http.post(TOKEN, headers={"client-request-id": sent})
    assert response.json()["correlation_id"] == sent
