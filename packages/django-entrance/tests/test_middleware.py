import time
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django_entrance.models import EntraAccount
from scripted import ADA, K1, OTHER_TENANT, STRANGER, TENANT, ScriptedAuthority, claims_v1, claims_v2, token

pytestmark = pytest.mark.django_db


def fresh(authority: ScriptedAuthority, *, key: Any = K1, **changes: Any) -> str:
    return token(claims_v2(host=authority.host, now=int(time.time()), **changes), key=key)


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


@pytest.fixture(params=["sync view", "async view"])
def address(request: pytest.FixtureRequest) -> str:
    return {"sync view": "/", "async view": "/async/"}[request.param]


def test_a_person_is_let_in(authority: ScriptedAuthority, client: Client, address: str) -> None:
    response = client.get(address, headers=bearer(fresh(authority)))
    assert response.json()["username"] == "ada@contoso.example"
    assert response.json()["object_id"] == ADA
    assert "Authorization" in response["Vary"]


def test_a_cache_tells_callers_apart(authority: ScriptedAuthority, client: Client, settings: Any) -> None:
    """Django's cache of pages uses ``Vary``, which an anonymous response needs, too."""
    cached = "django.middleware.cache"
    outer, inner = f"{cached}.UpdateCacheMiddleware", f"{cached}.FetchFromCacheMiddleware"
    settings.MIDDLEWARE = [outer, *settings.MIDDLEWARE, inner]
    callers = [{}, bearer(fresh(authority)), bearer(fresh(authority, oid=OTHER_TENANT))]
    for _ in range(2):
        answers = [client.get("/", headers=caller) for caller in callers]
        assert [answer.json()["object_id"] for answer in answers] == [None, ADA, OTHER_TENANT]
        assert all("Authorization" in answer["Vary"] for answer in answers)


@pytest.mark.django_db(transaction=True)
async def test_a_person_is_let_in_under_asgi(
    authority: ScriptedAuthority, async_client: AsyncClient, address: str
) -> None:
    response = await async_client.get(address, headers=bearer(fresh(authority)))
    assert response.json()["username"] == "ada@contoso.example"
    assert response.json()["object_id"] == ADA


@pytest.mark.parametrize("closed", ["/closed/", "/async/closed/"])
def test_login_required_knows_the_bearer(authority: ScriptedAuthority, client: Client, closed: str) -> None:
    assert client.get(closed, headers=bearer(fresh(authority))).status_code == 200
    assert client.get(closed).status_code == 302


def test_v1_tokens_are_let_in(authority: ScriptedAuthority, client: Client) -> None:
    response = client.get("/", headers=bearer(token(claims_v1(now=int(time.time())))))
    assert response.json()["object_id"] == ADA


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Basic YWRhOnB3",
        "Bearer opaque-token-of-another-login",
        "Bearer " + token(claims_v2(iss="https://accounts.example/")),
        "Bearer " + token(claims_v2(iss="logbook"), key=STRANGER),
    ],
)
def test_what_is_not_ours_passes_byte_for_byte(
    authority: ScriptedAuthority, client: Client, header: str | None, address: str
) -> None:
    response = client.get(address, headers={"authorization": header} if header else {})
    assert response.json() == {"username": "", "object_id": None, "header": header}
    assert authority.requests == []


def test_a_place_may_belong_to_another_authority(authority: ScriptedAuthority, client: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {
        "AUTHORITIES": {"staff": {}, "others": {"TENANT_ID": OTHER_TENANT}},
        "AUTHORITIES_HERE": "project_urls.authorities_here",
    }
    text = bearer(fresh(authority))
    assert client.get("/?authority=staff", headers=text).json()["object_id"] == ADA
    response = client.get("/?authority=others", headers=text)
    assert (response.status_code, response.json()["reason"]) == (401, "authority_not_here")


@pytest.mark.django_db(transaction=True)
async def test_a_refusal_under_asgi(authority: ScriptedAuthority, async_client: AsyncClient, address: str) -> None:
    response = await async_client.get(address, headers=bearer(fresh(authority, scp="other")))
    assert response.status_code == 403
    assert response.json()["reason"] == "scope_missing"
    assert response["WWW-Authenticate"].endswith(
        'error="insufficient_scope", error_description="This token lacks a required scope", scope="access_as_user"'
    )


def test_a_forged_token_changes_nothing(authority: ScriptedAuthority, client: Client) -> None:
    response = client.get("/", headers=bearer(fresh(authority, key=STRANGER)))
    assert (response.status_code, response.json()["reason"]) == (401, "signature_wrong")
    assert not get_user_model().objects.exists()
    assert not Session.objects.exists()
    assert not response.cookies


def test_two_tokens_are_never_one_of_them(authority: ScriptedAuthority, client: Client) -> None:
    text = fresh(authority)
    response = client.get("/", headers={"authorization": f"Bearer {text},Bearer {text}"})
    assert (response.status_code, response.json()["reason"]) == (400, "authorization_malformed")


@pytest.mark.parametrize("name", ["access_token", "token"])
def test_tokens_elsewhere_are_not_read(authority: ScriptedAuthority, client: Client, name: str) -> None:
    text = fresh(authority)
    client.cookies[name] = text
    for response in (client.get("/", {name: text}), client.get("/", headers={"x-authorization": f"Bearer {text}"})):
        assert response.json()["object_id"] is None


def test_an_outage_is_503_and_other_logins_go_on(authority: ScriptedAuthority, client: Client, settings: Any) -> None:
    settings.ENTRANCE = dict(settings.ENTRANCE)
    authority.down = True
    response = client.get("/", headers=bearer(fresh(authority)))
    assert (response.status_code, response.json()["reason"]) == (503, "authority_unreachable")
    assert response["Retry-After"] == "10"
    User.objects.create_user("barbara", password="pw")
    assert client.login(username="barbara", password="pw")
    assert not client.login(username="barbara", password="wrong")
    assert client.get("/").json()["username"] == "barbara"
    assert len(authority.requests) == 1


def test_bearer_goes_before_the_session_and_leaves_it_alone(authority: ScriptedAuthority, client: Client) -> None:
    client.force_login(User.objects.create_user("barbara"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/", headers=bearer(fresh(authority))).json()["username"] == "ada@contoso.example"
    assert client.get("/", headers=bearer(fresh(authority, exp=1))).status_code == 401
    assert client.get("/").json()["username"] == "barbara"


def test_a_bearer_needs_no_csrf_token_and_a_session_does(authority: ScriptedAuthority, strict_client: Client) -> None:
    text = fresh(authority)
    let_in = strict_client.post("/", headers=bearer(text))
    assert let_in.status_code == 200
    assert not let_in.cookies
    strict_client.force_login(User.objects.get(), backend="django_entrance.backends.EntraBackend")
    assert strict_client.post("/").status_code == 403
    assert strict_client.post("/", headers={"authorization": "Basic eDp5"}).status_code == 403
    assert strict_client.post("/", headers=bearer("opaque")).status_code == 403


def test_the_warm_path_is_one_read_and_no_write(authority: ScriptedAuthority, client: Client) -> None:
    text = fresh(authority)
    client.get("/", headers=bearer(text))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/", headers=bearer(text))
    assert len(queries) == 1
    assert queries[0]["sql"].startswith("SELECT")


def test_a_deactivated_user_is_refused_and_stays_so(authority: ScriptedAuthority, client: Client) -> None:
    client.get("/", headers=bearer(fresh(authority)))
    User.objects.update(is_active=False)
    response = client.get("/", headers=bearer(fresh(authority, name="Other", given_name="Other")))
    assert (response.status_code, response.json()["reason"]) == (403, "user_disabled")
    user = User.objects.get()
    assert (user.is_active, user.first_name) == (False, "")


def test_accounts_are_bound_by_tenant_and_object_id(authority: ScriptedAuthority, client: Client) -> None:
    client.get("/", headers=bearer(fresh(authority)))
    account = EntraAccount.objects.get()
    assert (str(account.tenant_id), str(account.object_id)) == (TENANT, ADA)
    assert str(account) == f"{ADA} in {TENANT}"
