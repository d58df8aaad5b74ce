"""When a session of Entra's is served, when it is over, and when Entra must be asked again."""

import cProfile
import json
import time
from collections import Counter
from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import AsyncClient, Client
from django_entrance.models import EntraAccount, EntraSession
from django_entrance.sessions.authentication import is_of_allowed_tenant
from django_entrance.sessions.record import KEY
from django_entrance.verification.issuers import PERSONAL_ACCOUNTS
from identities import person
from scripted import ADA, API, OTHER_TENANT, SPA, TENANT, ScriptedAuthority, trust
from second_tenant import two_authorities
from sign_ins import bearer, sign_in

pytestmark = pytest.mark.django_db

HOME = f"https://sts.windows.net/{OTHER_TENANT}/"
AGENT = "a9e00000-0000-4000-8000-00000000000a"
HOUR = 3_600


def change(client: Client, **values: Any) -> None:
    session = client.session
    session[KEY] |= values
    session.save()


def ago(seconds: int) -> int:
    return int(time.time()) - seconds


def is_in(client: Client, path: str = "/", **more: Any) -> bool:
    answer = client.get(path, **more)
    assert answer.status_code == 200, answer.content
    return bool(answer.json()["object_id"] == ADA)


@pytest.fixture
def signed_in(authority: ScriptedAuthority, client: Client) -> Client:
    sign_in(client, authority, roles=["Editor"])
    assert is_in(client)
    return client


def calls_of(client: Client) -> Counter[str]:
    """Return the names of the functions that a warm request runs, with how many calls it makes of each."""
    assert client.get("/").status_code == 200
    with cProfile.Profile() as profile:
        client.get("/")
    calls: Counter[str] = Counter()
    for each in profile.getstats():
        calls[each.code.co_name if isinstance(each.code, CodeType) else each.code] += each.callcount
    return calls


def assert_over(client: Client) -> None:
    """Nothing is left: no user, no Django session, no row."""
    key = client.session.session_key
    assert not is_in(client)
    assert not Session.objects.filter(session_key=key).exists()
    assert not client.cookies["sessionid"].value
    assert not is_in(client)


def test_a_warm_request_reads_the_session_and_the_user(signed_in: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2) as queries:
        assert is_in(signed_in)
    assert [each["sql"].split()[0] for each in queries] == ["SELECT", "SELECT"]


def test_a_warm_request_does_less_than_one_with_a_session_of_djangos_own(signed_in: Client) -> None:
    """In function calls, which are the same on a busy machine. No cache is asked: each key would be made first."""
    own = Client()
    own.force_login(User.objects.create_user("barbara"), "django.contrib.auth.backends.ModelBackend")
    ours, django = calls_of(signed_in), calls_of(own)
    assert "make_and_validate_key" not in ours
    assert ours.total() < 0.97 * django.total()


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"started": 8 * HOUR - 5}, 200),
        ({"started": 8 * HOUR}, 0),
        ({"started": -55}, 200),
        ({"started": -65}, 0),
        ({"checked": HOUR - 5}, 200),
        ({"checked": HOUR}, 401),
        ({"checked": -55}, 200),
        ({"checked": -65}, 401),
    ],
    ids=str,
)
def test_each_clock_has_its_end(signed_in: Client, values: dict[str, int], status: int) -> None:
    """Of a clock that was put back by more than a minute nothing can be told."""
    change(signed_in, **{name: ago(seconds) for name, seconds in values.items()})
    if status == 0:
        assert_over(signed_in)
        assert not EntraSession.objects.exists()
    else:
        assert signed_in.get("/").status_code == status


def test_a_stale_session_is_told_and_served_where_it_can_be_cured(signed_in: Client) -> None:
    change(signed_in, checked=ago(HOUR))
    answer = signed_in.get("/")
    assert (answer.status_code, answer.json()["reason"]) == (401, "session_stale")
    assert answer["WWW-Authenticate"] == 'Bearer realm="entrance"'
    assert "no-store" in answer["Cache-Control"]
    who = signed_in.get("/entrance/session/").json()
    assert (who["signed_in"], who["entra"]["recheck_at"] <= time.time()) == (True, True)
    assert EntraSession.objects.count() == 1, "it lives on"


@pytest.mark.parametrize(("setting", "age"), [("SESSION_RECHECK", 61), ("SESSION_LIFETIME", 61)])
def test_the_settings_count_at_each_request(signed_in: Client, settings: Any, setting: str, age: int) -> None:
    change(signed_in, started=ago(age), checked=ago(age))
    assert is_in(signed_in)
    settings.ENTRANCE |= {setting: 60}
    assert signed_in.get("/").status_code == (401 if setting == "SESSION_RECHECK" else 200)
    if setting == "SESSION_LIFETIME":
        assert_over(signed_in)


def gone_row() -> None:
    EntraSession.objects.all().delete()


def gone_account() -> None:
    EntraAccount.objects.all().delete()


def gone_user() -> None:
    User.objects.all().delete()


def deactivated() -> None:
    User.objects.update(is_active=False)


def another_password() -> None:
    user = User.objects.get()
    user.set_password("another")
    user.save()


@pytest.mark.parametrize("happens", [gone_row, gone_account, gone_user, deactivated, another_password])
def test_it_ends_at_the_next_request(signed_in: Client, happens: Callable[[], None]) -> None:
    happens()
    assert_over(signed_in)


@pytest.mark.parametrize(
    "changes",
    [
        {"CLIENT_ID": SPA},
        {"TENANT_ID": OTHER_TENANT},
        {"TENANT_ID": "contoso.example"},
        {"TENANT_ID": "organizations", "ALLOWED_TENANTS": [TENANT]},
        {"AUTHORITY_HOST": "https://login.microsoftonline.us"},
        {"ALLOWED_CLIENTS": [API]},
        {"REQUIRED_SCOPES": ["another"]},
        {"AUTHORITIES": {"staff": {}}},
    ],
    ids=str,
)
def test_it_ends_with_what_the_settings_trusted(signed_in: Client, settings: Any, changes: dict[str, Any]) -> None:
    before = settings.ENTRANCE
    settings.ENTRANCE = before | {"LEEWAY": 61, "ALLOWED_CLIENTS": [SPA, API]}
    assert is_in(signed_in), "control: other changes end nothing"
    settings.ENTRANCE = before | changes
    assert_over(signed_in)


def test_a_guest_ends_with_the_permission_for_guests(
    authority: ScriptedAuthority, settings: Any, client: Client
) -> None:
    sign_in(client, authority, acct=1, idp=HOME)
    settings.ENTRANCE |= {"ALLOW_GUESTS": [OTHER_TENANT]}
    assert is_in(client)
    settings.ENTRANCE |= {"ALLOW_GUESTS": False}
    assert_over(client)


def test_an_authority_of_two_is_taken_out(authority: ScriptedAuthority, settings: Any) -> None:
    with two_authorities(authority, settings) as issuer:
        clients = {name: Client() for name in ("staff", "partners")}
        sign_in(clients["staff"], authority)
        sign_in(clients["partners"], authority, iss=issuer, tid=OTHER_TENANT)
        assert all(map(is_in, clients.values()))
        named = dict(settings.ENTRANCE["AUTHORITIES"])
        del named["partners"]
        settings.ENTRANCE |= {"AUTHORITIES": named}
        assert is_in(clients["staff"])
        assert_over(clients["partners"])


def test_a_tenant_of_several_is_taken_out(authority: ScriptedAuthority, settings: Any, client: Client) -> None:
    issuer = f"{authority.host}/{{tenantid}}/v2.0"
    document = {"issuer": issuer, "jwks_uri": f"{authority.host}/{TENANT}/discovery/v2.0/keys"}
    authority.bodies = {"/organizations/v2.0/.well-known/openid-configuration": json.dumps(document).encode()}
    try:
        settings.ENTRANCE |= {"TENANT_ID": "organizations", "ALLOWED_TENANTS": [TENANT, OTHER_TENANT]}
        sign_in(client, authority)
        settings.ENTRANCE |= {"ALLOWED_TENANTS": ["*"]}
        assert is_in(client)
        settings.ENTRANCE |= {"ALLOWED_TENANTS": [OTHER_TENANT]}
        assert_over(client)
    finally:
        authority.bodies = {}


def test_personal_accounts_are_taken_out() -> None:

    ada = person()
    personal = type(ada)(ada.claims._replace(tenant_id=PERSONAL_ACCOUNTS))
    policies = [trust(ScriptedAuthority(), allow_personal_accounts=allowed).policy for allowed in (True, False)]
    assert [is_of_allowed_tenant(personal, policy) for policy in policies] == [True, False]


def test_only_where_its_authority_is_accepted(authority: ScriptedAuthority, settings: Any, client: Client) -> None:
    sign_in(client, authority)
    settings.ENTRANCE |= {"AUTHORITIES_HERE": "project_urls.authorities_here"}
    assert is_in(client, "/?authority=default")
    assert not is_in(client, "/?authority=another")
    assert is_in(client, "/?authority=default"), "a link to another part of the site signs no one out"


@pytest.mark.parametrize(
    "written",
    [
        None,
        "text",
        5,
        {},
        {"identity": None},
        {"identity": {}},
        {"door": "bearer"},
        {"door": ["session"]},
        {"started": None},
        {"started": "soon"},
        {"checked": {}},
        {"id": None},
        {"id": "5"},
        {"id": "00000000-0000-4000-8000-000000000000"},
        {"registration": None},
    ],
    ids=str,
)
def test_a_record_that_cannot_be_read_ends_it(signed_in: Client, written: Any) -> None:
    session = signed_in.session
    session[KEY] = session[KEY] | written if isinstance(written, dict) and written else written
    session.save()
    assert_over(signed_in)


def test_a_record_without_entras_backend_says_nothing(signed_in: Client) -> None:
    """Only the backend of the session tells whose it is."""
    session = signed_in.session
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    assert signed_in.get("/").json() == {"username": "ada@contoso.example", "object_id": None, "header": None}


def test_the_row_of_another_person_is_no_way_in(authority: ScriptedAuthority) -> None:
    """The password's hash in the session is not that user's."""
    ada, grace = Client(), Client()
    sign_in(ada, authority)
    sign_in(grace, authority, oid="94ace000-0000-4000-8000-000000000005", preferred_username="grace@contoso.example")
    change(ada, id=grace.session[KEY]["id"])
    assert_over(ada)


def test_a_session_of_an_old_secret_key_is_brought_up_to_date(signed_in: Client, settings: Any) -> None:
    old_hash, key = signed_in.session[HASH_SESSION_KEY], signed_in.session.session_key
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-that-is-long-enough-for-anything"
    assert is_in(signed_in)
    assert signed_in.session[HASH_SESSION_KEY] != old_hash
    assert signed_in.session.session_key != key
    settings.SECRET_KEY_FALLBACKS = []
    assert is_in(signed_in)


def test_without_the_old_secret_key_it_ends(signed_in: Client) -> None:
    session = signed_in.session
    session[HASH_SESSION_KEY] = "another"
    session.save()
    assert_over(signed_in)


def test_a_bad_bearer_beside_it_is_refused_and_leaves_it_alone(signed_in: Client, authority: ScriptedAuthority) -> None:
    bad = bearer(authority, exp=ago(1_000), iat=ago(2_000), nbf=ago(2_000))
    answer = signed_in.get("/", headers=bad)
    assert (answer.status_code, answer.json()["reason"]) == (401, "token_expired")
    assert is_in(signed_in)


def test_a_bad_bearer_on_a_public_view_finds_no_session_that_is_over(
    signed_in: Client, authority: ScriptedAuthority
) -> None:
    bad = bearer(authority, exp=ago(1_000), iat=ago(2_000), nbf=ago(2_000))
    assert signed_in.get("/entrance/session/", headers=bad).json()["signed_in"], "control"
    EntraSession.objects.all().delete()
    assert not signed_in.get("/entrance/session/", headers=bad).json()["signed_in"]


def test_a_good_bearer_goes_before_it(signed_in: Client, authority: ScriptedAuthority) -> None:
    grace = bearer(authority, oid="94ace000-0000-4000-8000-000000000005", preferred_username="grace@contoso.example")
    assert signed_in.get("/", headers=grace).json()["username"] == "grace@contoso.example"
    assert is_in(signed_in)


def test_a_session_request_needs_a_csrf_token(authority: ScriptedAuthority, strict_client: Client) -> None:
    csrf = sign_in(strict_client, authority).json()["csrf_token"]
    assert strict_client.post("/").status_code == 403
    assert strict_client.post("/", headers={"x-csrftoken": csrf}).json()["object_id"] == ADA
    assert strict_client.post("/", headers=bearer(authority)).json()["object_id"] == ADA


@pytest.mark.django_db(transaction=True)
async def test_under_asgi(authority: ScriptedAuthority, async_client: AsyncClient) -> None:
    answer = await async_client.post("/entrance/session/", headers=bearer(authority))
    assert answer.status_code == 200
    for path in ("/", "/async/", "/closed/", "/async/closed/"):
        assert (await async_client.get(path)).json()["object_id"] == ADA
    await sync_to_async(EntraSession.objects.all().delete)()
    assert (await async_client.get("/async/")).json()["object_id"] is None
    assert (await async_client.get("/async/closed/")).status_code == 302
