from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from entra_local import Emulator
from entra_local._registration import AppRegistration, Platform, RedirectUri

from .single_page_app import (
    ADA,
    APP,
    AUTHORIZE,
    BASE_URL,
    FABRIKAM,
    GRACE,
    KATHERINE,
    MALLORY,
    REDIRECT_URI,
    SCOPE,
    SIGN_IN,
    SPA,
    TENANT,
    TIMESTAMP,
    SinglePageApp,
    answer,
    payload,
    transaction,
)
from .worlds import change

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
        ({"client_id": "a9100000-0000-4000-a000-000000000002"}, 500113),
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
        ({"resource": "x"}, 901002, "invalid_request"),
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


# Remembered accounts


async def test_somebody_signed_in_comes_straight_through(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    assert "code" in answer(await app.authorize())


@pytest.mark.parametrize("prompt", ["select_account", "login"])
async def test_a_prompt_always_shows_the_picker(app: SinglePageApp, prompt: str) -> None:
    await app.sign_in(ADA)
    page = await app.authorize(prompt=prompt)
    assert page.text.count("Signed in</span>") == 1


async def test_two_signed_in_accounts_lead_to_the_picker(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    await app.sign_in(GRACE)
    page = await app.authorize()
    assert page.text.count("Signed in</span>") == 2


async def test_signing_in_again_does_not_double_the_account(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    await app.sign_in(ADA)
    assert "code" in answer(await app.authorize())


@pytest.mark.parametrize("hint", ["grace@contoso.example", "Grace@Contoso.Example"])
async def test_a_login_hint_names_one_of_the_accounts(app: SinglePageApp, hint: str) -> None:
    await app.sign_in(ADA)
    await app.sign_in(GRACE)
    tokens = (await app.redeem(answer(await app.authorize(login_hint=hint))["code"])).json()
    assert payload(tokens["id_token"])["oid"] == GRACE


async def test_a_hint_to_somebody_else_puts_them_first_on_the_picker(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    page = await app.authorize(login_hint="mallory@contoso.example")
    assert page.text.index("mallory@contoso.example") < page.text.index("ada@contoso.example")


async def test_silence_is_answered_for_the_one_account(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    assert "code" in answer(await app.authorize(prompt="none"))


async def test_silence_without_a_session_needs_login(app: SinglePageApp) -> None:
    response = await app.authorize(prompt="none")
    told = answer(response)
    assert (told["error"], told["error_uri"]) == ("login_required", f"{BASE_URL}/error?code=50058")
    assert "set-cookie" not in response.headers


async def test_silence_for_an_account_that_is_not_signed_in_needs_login(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    told = answer(await app.authorize(prompt="none", login_hint="grace@contoso.example"))
    assert told["error_description"].startswith("AADSTS50058")


async def test_silence_with_two_accounts_needs_a_hint(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    session = (await app.sign_in(GRACE))["session_state"]
    told = answer(await app.authorize(prompt="none"))
    assert (told["error"], told["error_description"][:12]) == ("interaction_required", "AADSTS16000:")
    assert "code" in answer(await app.authorize(prompt="none", sid=session))


async def test_another_browser_knows_nobody(app: SinglePageApp) -> None:
    await app.sign_in(ADA)
    app.http.cookies.clear()
    assert "Pick an account" in (await app.authorize()).text


async def test_the_session_cookie_is_no_use_to_scripts_and_other_sites(app: SinglePageApp) -> None:
    cookie = (await app.authorize()).headers["set-cookie"]
    assert cookie.startswith("entra_local_8400=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


# Not assigned, and going back


async def test_somebody_unassigned_is_told_so_and_can_return(app: SinglePageApp) -> None:
    page = await app.choose(await app.authorize(), account=MALLORY)
    assert page.status_code == 200
    assert "AADSTS50105" in page.text
    assert "mallory@contoso.example" in page.text
    told = answer(await app.choose(page, action="return", account=MALLORY))
    assert (told["error"], told["state"]) == ("access_denied", "the state")
    assert told["error_description"].startswith("AADSTS50105: mallory@contoso.example")
    assert told["error_uri"] == f"{BASE_URL}/error?code=50105"


async def test_somebody_unassigned_can_use_another_account(app: SinglePageApp) -> None:
    page = await app.choose(await app.authorize(), account=MALLORY)
    picker = await app.choose(page, action="another", account=MALLORY)
    assert "code" in answer(await app.choose(picker, account=ADA))


async def test_somebody_unassigned_is_refused_silently_too(app: SinglePageApp) -> None:
    await app.choose(await app.authorize(), account=MALLORY)
    told = answer(await app.authorize(prompt="none"))
    assert (told["error"], told["error_description"][:12]) == ("interaction_required", "AADSTS50105:")


async def test_somebody_unassigned_may_sign_in_where_no_assignment_is_needed(app: SinglePageApp) -> None:
    assert "code" in await app.sign_in(MALLORY, scope="openid profile")


async def test_cancel_tells_the_application(app: SinglePageApp) -> None:
    told = answer(await app.choose(await app.authorize(), action="cancel"))
    assert (told["error"], told["error_uri"]) == ("access_denied", f"{BASE_URL}/error?code=65004")


# The picker's form


async def test_every_account_is_a_button_with_its_user_name(app: SinglePageApp) -> None:
    buttons = (await app.authorize()).text.split('<button class="account"')[1:]
    assert [name for button in buttons for name in USERNAMES if name in button] == USERNAMES


async def test_names_are_escaped_on_the_picker(app: SinglePageApp, emulator: Emulator) -> None:
    hostile = replace(emulator.directory.people[0], name="<script>alert(1)</script>", username="'><b>@contoso.example")
    emulator.directory = replace(emulator.directory, people=(hostile,))
    text = (await app.authorize()).text
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&#39;&gt;&lt;b&gt;@contoso.example" in text


async def test_a_transaction_works_once(app: SinglePageApp) -> None:
    page = await app.authorize()
    assert "code" in answer(await app.choose(page, account=ADA))
    assert "AADSTS165000" in (await app.choose(page, account=ADA)).text


async def test_another_browser_cannot_answer(app: SinglePageApp) -> None:
    page = await app.authorize()
    app.http.cookies.clear()
    response = await app.choose(page, account=ADA)
    assert response.status_code == 400
    assert "AADSTS165000" in response.text


async def test_a_person_who_does_not_exist_is_refused(app: SinglePageApp) -> None:
    response = await app.choose(await app.authorize(), account=STRANGER)
    assert "AADSTS50034" in response.text


async def test_a_form_without_a_transaction_is_refused(http: httpx.AsyncClient) -> None:
    assert "AADSTS900144" in (await http.post(SIGN_IN, data={"account": ADA})).text


async def test_the_transaction_is_not_the_cookie(app: SinglePageApp) -> None:
    page = await app.authorize()
    assert transaction(page) not in page.headers["set-cookie"]


USERNAMES = [
    "ada@contoso.example",
    "grace@contoso.example",
    "alan@contoso.example",
    "katherine@fabrikam.example",
    "mallory@contoso.example",
]
