from __future__ import annotations

import pytest
from entra_double import Emulator
from entra_double._world.registration import AppRegistration, Platform, RedirectUri

from ..single_page_app import (
    ADA,
    APP,
    AUTHORIZE,
    BASE_URL,
    FABRIKAM,
    KATHERINE,
    REDIRECT_URI,
    SCOPE,
    SPA,
    TENANT,
    TIMESTAMP,
    SinglePageApp,
    answer,
)
from ..worlds import change

STRANGER = "11111111-0000-4000-a000-000000000001"


async def test_a_person_picks_an_account_and_a_code_goes_back(app: SinglePageApp) -> None:
    page = await app.authorize()
    assert page.status_code == 200
    assert "Pick an account" in page.text
    response = await app.choose(page, account=ADA)
    assert response.headers["location"].startswith(f"{REDIRECT_URI}#code=")
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("state", ["eyJpZCI6IjEifQ==|a b+c/%20%2B&x=ü\r\n<script>", ""])
async def test_state_comes_back_as_it_was(app: SinglePageApp, state: str) -> None:
    assert (await app.sign_in(state=state))["state"] == state


async def test_without_state_none_comes_back(app: SinglePageApp) -> None:
    assert "state" not in await app.sign_in(state=None)


async def test_client_info_names_the_home_account_of_a_guest(app: SinglePageApp) -> None:
    assert "client_info" in await app.sign_in(KATHERINE, client_info="1")
    assert "client_info" not in await app.sign_in(KATHERINE)


async def test_a_get_and_a_form_post_ask_the_same(app: SinglePageApp) -> None:
    page = await app.http.post(AUTHORIZE, data=app.asked)
    assert "code" in answer(await app.choose(page, account=ADA))


async def test_unknown_parameters_and_msals_claims_are_tolerated(app: SinglePageApp) -> None:
    claims = '{"id_token":{"signin_state":{"essential":false}}}'
    extra = {"x-client-SKU": "msal.js.browser", "pocd": "1", "clidata": "1"}
    assert "code" in await app.sign_in(claims=claims, **extra)


@pytest.mark.parametrize(
    ("mode", "begin"), [("fragment", f"{REDIRECT_URI}#"), ("query", f"{REDIRECT_URI}?"), (None, f"{REDIRECT_URI}?")]
)
async def test_the_answer_comes_in_the_wanted_mode(app: SinglePageApp, mode: str | None, begin: str) -> None:
    page = await app.authorize(response_mode=mode)
    assert (await app.choose(page, account=ADA)).headers["location"].startswith(begin)


async def test_a_redirect_uri_with_a_query_keeps_it(app: SinglePageApp, registered: AppRegistration) -> None:
    page = await app.authorize(redirect_uri="https://app.example/back?from=entra", response_mode="query")
    location = (await app.choose(page, account=ADA)).headers["location"]
    assert location.startswith("https://app.example/back?from=entra&code=")


@pytest.mark.parametrize(
    ("uri", "begin"),
    [
        ("https://app.example", "https://app.example/?code="),
        ("https://app.example?x=1", "https://app.example/?x=1&code="),
        ("https://app.example/", "https://app.example/?code="),
        ("logbook://auth", "logbook://auth?code="),
    ],
)
async def test_an_address_without_a_path_gets_one(app: SinglePageApp, emulator: Emulator, uri: str, begin: str) -> None:
    change(emulator, SPA, redirect_uris=(RedirectUri(platform=Platform.PUBLIC_CLIENT, uri=uri),))
    page = await app.authorize(redirect_uri=uri, response_mode="query")
    assert (await app.choose(page, account=ADA)).headers["location"].startswith(begin)


async def test_form_post_sends_the_answer_as_an_escaped_form(app: SinglePageApp) -> None:
    page = await app.authorize(response_mode="form_post", state='"><script>alert(1)</script>')
    form = await app.choose(page, account=ADA)
    assert f'action="{REDIRECT_URI}"' in form.text
    assert 'name="code"' in form.text
    assert "<script>alert" not in form.text
    assert "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in form.text


# Who may be answered


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": None}, 900144),
        ({"client_id": ""}, 900144),
        ({"client_id": "not-a-guid"}, 700038),
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, 700038),
        ({"client_id": STRANGER}, 700016),
        ({"redirect_uri": None}, 900144),
        ({"redirect_uri": f"{REDIRECT_URI}more"}, 50011),
        ({"redirect_uri": f"{APP}/entrance/redirect"}, 50011),
        ({"redirect_uri": f"{APP}/Entrance/redirect/"}, 50011),
        ({"redirect_uri": f"{REDIRECT_URI}?x=1"}, 50011),
        ({"redirect_uri": f"{REDIRECT_URI}#x"}, 50011),
        ({"redirect_uri": "http://127.0.0.1:8000/entrance/redirect/"}, 50011),
        ({"redirect_uri": "https://localhost:8000/entrance/redirect/"}, 50011),
        ({"redirect_uri": "http://localhost:8000@evil.example/entrance/redirect/"}, 50011),
        ({"redirect_uri": "http://localhost.evil.example/entrance/redirect/"}, 50011),
        ({"redirect_uri": "http://localhost:8000/\n/entrance/redirect/"}, 50011),
        ({"redirect_uri": "http://localhost:8000"}, 50011),
        ({"client_id": "dae00000-0000-4000-a000-000000000004"}, 500113),
    ],
)
async def test_an_untrusted_request_ends_on_a_page(
    app: SinglePageApp, changes: dict[str, str | None], code: int
) -> None:
    response = await app.authorize(**changes)
    assert response.status_code == 400
    assert f"AADSTS{code}" in response.text
    assert "location" not in response.headers


@pytest.mark.parametrize("uri", [REDIRECT_URI, "http://localhost/redirect.html", "http://localhost:65535/"])
async def test_registered_addresses_are_taken_on_any_port_of_localhost(app: SinglePageApp, uri: str) -> None:
    assert (await app.authorize(redirect_uri=uri)).status_code == 200


async def test_the_port_of_another_host_counts(app: SinglePageApp, registered: AppRegistration) -> None:
    assert (await app.authorize(redirect_uri="https://app.example/back?from=entra")).status_code == 200
    refused = await app.authorize(redirect_uri="https://app.example:444/back?from=entra")
    assert "AADSTS50011" in refused.text


@pytest.mark.parametrize(
    ("tenant", "code"),
    [
        (FABRIKAM, 700016),
        ("common", 50194),
        ("organizations", 50194),
        ("consumers", 50194),
        ("unknown.example", 90002),
        (STRANGER, 90002),
        ("undefined", 900023),
    ],
)
async def test_the_application_lives_in_its_tenant_only(app: SinglePageApp, tenant: str, code: int) -> None:
    response = await app.authorize_at(f"/{tenant}/oauth2/v2.0/authorize")
    assert response.status_code == 400
    assert f"AADSTS{code}" in response.text


@pytest.mark.parametrize("tenant", [TENANT, "contoso.example", "Contoso.Example", TENANT.upper()])
async def test_the_tenant_has_an_id_and_a_domain(app: SinglePageApp, tenant: str) -> None:
    assert (await app.authorize_at(f"/{tenant}/oauth2/v2.0/authorize")).status_code == 200


async def test_a_parameter_twice_ends_on_a_page(app: SinglePageApp) -> None:
    response = await app.http.get(AUTHORIZE, params=[*app.asked.items(), ("state", "again")])
    assert "AADSTS9000411" in response.text


async def test_the_error_page_has_what_people_quote_to_support(app: SinglePageApp) -> None:
    correlation_id = "22222222-0000-4000-a000-000000000002"
    response = await app.authorize(redirect_uri="http://evil/", **{"client-request-id": correlation_id})
    for text in ("Trace ID", "Correlation ID", correlation_id, "Timestamp", TIMESTAMP, "What to do"):
        assert text in response.text


async def test_what_the_request_says_is_escaped_on_the_error_page(app: SinglePageApp) -> None:
    response = await app.authorize(redirect_uri="http://evil/<script>alert(1)</script>")
    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert(1)" in response.text


async def test_a_very_long_detail_is_cut(app: SinglePageApp) -> None:
    response = await app.authorize(redirect_uri="http://evil/" + "x" * 5000)
    assert len(response.text) < 3000


# What is told to the application


@pytest.mark.parametrize(
    ("changes", "code", "error"),
    [
        ({"response_type": None}, 900144, "invalid_request"),
        ({"response_type": "id_token"}, 700054, "unsupported_response_type"),
        ({"response_type": "id_token code"}, 700054, "unsupported_response_type"),
        ({"response_type": "id_token token"}, 700051, "unsupported_response_type"),
        ({"response_type": "magic"}, 70005, "unsupported_response_type"),
        ({"response_mode": "pigeon"}, 70007, "invalid_request"),
        ({"resource": "x"}, 9010010, "invalid_target"),
        ({"prompt": "whatever"}, 90023, "invalid_request"),
        ({"scope": None}, 900144, "invalid_request"),
        ({"scope": "openid  profile"}, 70011, "invalid_scope"),
        ({"scope": f"{SCOPE} {SCOPE.replace('access_as_user', '.default')}"}, 70011, "invalid_scope"),
        ({"scope": "api://nobody/x"}, 500011, "invalid_resource"),
        ({"scope": SCOPE + "_too"}, 650053, "invalid_client"),
        ({"scope": "Nonsense.Read"}, 650053, "invalid_client"),
        ({"code_challenge": None}, 9002325, "invalid_request"),
        ({"code_challenge": "short"}, 501491, "invalid_request"),
        ({"code_challenge_method": "S512"}, 50149, "invalid_request"),
    ],
)
async def test_the_application_is_told_what_is_wrong(
    app: SinglePageApp, changes: dict[str, str | None], code: int, error: str
) -> None:
    told = answer(await app.authorize(**changes))
    assert told["error"] == error
    assert told["error_description"].startswith(f"AADSTS{code}: ")
    assert told["state"] == "the state"
    assert told.get("error_uri", f"{BASE_URL}/error?code={code}") == f"{BASE_URL}/error?code={code}"


async def test_an_error_comes_in_the_wanted_mode(app: SinglePageApp) -> None:
    response = await app.authorize(scope="api://nobody/x")
    assert response.headers["location"].startswith(f"{REDIRECT_URI}#error=invalid_resource")


async def test_several_apis_may_be_asked_for_at_once(app: SinglePageApp) -> None:
    scope = f"{SCOPE} https://graph.microsoft.com/openid"
    assert (await app.authorize(scope=scope)).status_code == 200
