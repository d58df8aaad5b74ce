"""``entrance/front-channel-logout/``: Entra tells that a session ended, in a frame that has no cookie of ours."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from browsing import HOST, Person, browser
from django.contrib.auth.models import User
from django.test import Client
from django_entrance.models import EntraAccount, EntraSession
from django_entrance.verification.issuers import CLOUDS
from entra_double import RunningEntra
from many_groups import settings_for
from scripted import API, OTHER_TENANT, TENANT, ScriptedAuthority
from servers import SERVERS
from sign_ins import bearer

pytestmark = pytest.mark.django_db

FRONT = "/entrance/front-channel-logout/"
SID, OTHER_SID = "00a1b2c3-d4e5-46f7-8a9b-0c1d2e3f900e", "00ffffff-d4e5-46f7-8a9b-0c1d2e3f900e"
PUBLIC = CLOUDS["public"]
ISSUER = f"{PUBLIC}/{TENANT}/v2.0"


def sign_in(browser: Any, authority: ScriptedAuthority, **claims: Any) -> None:
    assert browser.post("/entrance/session/", headers=bearer(authority, **{"sid": SID} | claims)).status_code == 200


def who(browser: Any) -> str:
    return str(browser.get("/").json()["username"])


def row(sid: str = SID, *, tenant: str = TENANT, authority: str = "default") -> EntraSession:
    """Return the row of a person's session."""
    user = User.objects.create_user(f"user-{uuid4()}")
    account = EntraAccount.objects.create(user=user, tenant_id=tenant, object_id=uuid4())
    facts = {"user": user, "account": account, "authority": authority, "door": "page"}
    return EntraSession.objects.create(sid=sid, expires_at="2999-01-01T00:00Z", **facts)


@pytest.fixture
def client() -> Client:
    """A browser that has no cookie of ours."""
    return Client()


@pytest.fixture
def public_cloud(settings: Any) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "KEEP_EVENTS": 0}


def test_a_session_ends_without_its_cookie(authority: ScriptedAuthority, visitor: Any, door: str) -> None:
    """The frame comes without cookies: SameSite=Lax keeps them from another site's page."""
    sign_in(visitor, authority)
    frame = SERVERS[door]()
    answer = frame.get(FRONT, {"iss": f"{authority.host}/{TENANT}/v2.0", "sid": SID})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")
    assert "no-store" in answer["Cache-Control"]
    assert not frame.cookies
    assert who(visitor) == ""


def test_every_session_of_that_sid_ends_and_no_other(authority: ScriptedAuthority, visitor: Any, door: str) -> None:
    """The same session at Microsoft may have begun several here, of several applications in one browser."""
    second, elsewhere, grace = SERVERS[door](), SERVERS[door](), SERVERS[door]()
    for each in (visitor, second):
        sign_in(each, authority)
    sign_in(elsewhere, authority, sid=OTHER_SID)
    sign_in(grace, authority, sid=None, oid=OTHER_TENANT, sub="other", preferred_username="grace@contoso.example")
    SERVERS[door]().get(FRONT, {"iss": f"{authority.host}/{TENANT}/v2.0", "sid": SID})
    names = ["", "", "ada@contoso.example", "grace@contoso.example"]
    assert [who(each) for each in (visitor, second, elsewhere, grace)] == names


@pytest.mark.parametrize("issuer", [ISSUER, f"https://sts.windows.net/{TENANT}/"])
def test_both_issuers_of_the_authority_end_it(public_cloud: None, client: Client, issuer: str) -> None:
    row()
    assert client.get(FRONT, {"iss": issuer, "sid": SID}).status_code == 200
    assert not EntraSession.objects.exists()


BAD = {
    "no iss": {"sid": SID},
    "no sid": {"iss": ISSUER},
    "nothing": {},
    "empty iss": {"iss": "", "sid": SID},
    "empty sid": {"iss": ISSUER, "sid": ""},
    "other sid": {"iss": ISSUER, "sid": OTHER_SID},
    "upper case": {"iss": ISSUER, "sid": SID.upper()},
    "a part": {"iss": ISSUER, "sid": SID[:-1]},
    "a pattern": {"iss": ISSUER, "sid": "%"},
    "other tenant": {"iss": ISSUER.replace(TENANT, OTHER_TENANT), "sid": SID},
    "other host": {"iss": f"https://login.evil.example/{TENANT}/v2.0", "sid": SID},
    "other cloud": {"iss": f"{CLOUDS['china']}/{TENANT}/v2.0", "sid": SID},
    "placeholder": {"iss": f"{PUBLIC}/{{tenantid}}/v2.0", "sid": SID},
    "no tenant": {"iss": f"{PUBLIC}/common/v2.0", "sid": SID},
    "slash": {"iss": f"{ISSUER}/", "sid": SID},
    "prefix": {"iss": f"{ISSUER}.evil.example", "sid": SID},
    "upper issuer": {"iss": ISSUER.upper(), "sid": SID},
    "iss twice": {"iss": [ISSUER, ISSUER], "sid": SID},
    "sid twice": {"iss": ISSUER, "sid": [OTHER_SID, SID]},
    "NUL": {"iss": ISSUER, "sid": f"{SID}\x00"},
    "line end": {"iss": ISSUER, "sid": f"{SID}\n"},
    "not ASCII": {"iss": ISSUER, "sid": "\N{FULLWIDTH DIGIT ZERO}"},
    "long sid": {"iss": ISSUER, "sid": SID + "x" * 100_000},
    "long iss": {"iss": ISSUER + "x" * 100_000, "sid": SID},
    "issuer with NUL": {"iss": f"{ISSUER}\x00", "sid": SID},
}


@pytest.mark.parametrize("query", BAD.values(), ids=BAD)
def test_anything_else_ends_nothing_and_looks_the_same(
    public_cloud: None, client: Client, query: dict[str, Any]
) -> None:
    row()
    row("")
    answer = client.get(FRONT, query)
    assert EntraSession.objects.count() == 2
    good = client.get(FRONT, {"iss": ISSUER, "sid": SID})
    assert EntraSession.objects.count() == 1, "control"
    assert (answer.status_code, answer.content) == (good.status_code, good.content) == (200, good.content)
    assert [each for each in answer.items() if each[0] != "Expires"] == [
        each for each in good.items() if each[0] != "Expires"
    ]


def test_a_sid_of_another_tenant_or_authority_stays(settings: Any, client: Client) -> None:
    """The tenant's own issuer does not end a session of another tenant that happens to have the same sid."""
    both = {"a": {"TENANT_ID": TENANT, "CLIENT_ID": API}, "b": {"TENANT_ID": OTHER_TENANT, "CLIENT_ID": API}}
    settings.ENTRANCE = {"AUTHORITIES": both}
    own, foreign, gone = row(authority="a"), row(tenant=OTHER_TENANT, authority="b"), row(authority="taken-out")
    client.get(FRONT, {"iss": ISSUER, "sid": SID})
    assert set(EntraSession.objects.all()) == {foreign, gone}
    client.get(FRONT, {"iss": ISSUER.replace(TENANT, OTHER_TENANT), "sid": SID})
    assert own not in EntraSession.objects.all()
    assert set(EntraSession.objects.all()) == {gone}


def test_an_authority_of_many_tenants_ends_the_session_of_that_tenant(settings: Any, client: Client) -> None:
    many = {"TENANT_ID": "organizations", "CLIENT_ID": API, "ALLOWED_TENANTS": [TENANT, OTHER_TENANT]}
    settings.ENTRANCE = many
    row()
    stays = row(tenant=OTHER_TENANT)
    client.get(FRONT, {"iss": ISSUER, "sid": SID})
    assert EntraSession.objects.get() == stays


def test_nothing_is_fetched(authority: ScriptedAuthority, client: Client, settings: Any) -> None:
    """Anyone can send this request, so it costs two look-ups; a tenant that is configured by its domain, too."""
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": "contoso.example"}
    row()
    client.get(FRONT, {"iss": f"{authority.host}/{TENANT}/v2.0", "sid": SID})
    assert not EntraSession.objects.exists()
    assert authority.requests == []


@pytest.mark.parametrize("method", ["post", "head", "put", "delete"])
def test_other_methods_end_nothing(public_cloud: None, client: Client, method: str) -> None:
    row()
    assert getattr(client, method)(f"{FRONT}?iss={ISSUER}&sid={SID}").status_code == 405
    assert EntraSession.objects.exists()


CIAM = {"TENANT_ID": TENANT, "CLIENT_ID": API, "AUTHORITY_HOST": "https://contoso.ciamlogin.com"}


@pytest.mark.parametrize(
    ("entrance", "hosts"),
    [
        ({"TENANT_ID": TENANT, "CLIENT_ID": API}, PUBLIC),
        ({"TENANT_ID": TENANT, "CLIENT_ID": API, "CLOUD": "china"}, CLOUDS["china"]),
        (CIAM, f"https://contoso.ciamlogin.com https://{TENANT}.ciamlogin.com"),
        (
            {
                "AUTHORITIES": {
                    "a": {"TENANT_ID": TENANT, "CLIENT_ID": API},
                    "b": {"TENANT_ID": OTHER_TENANT, "CLIENT_ID": API},
                }
            },
            PUBLIC,
        ),
    ],
    ids=["public", "china", "external", "two"],
)
def test_only_the_authoritys_pages_may_frame_it(
    settings: Any, client: Client, entrance: dict[str, Any], hosts: str
) -> None:
    settings.ENTRANCE = entrance
    answer = client.get(FRONT)
    assert answer["Content-Security-Policy"] == f"default-src 'none'; frame-ancestors {hosts}"
    assert "X-Frame-Options" not in answer
    assert answer["Referrer-Policy"] == "no-referrer"


def test_it_is_open_under_login_required_and_beside_a_bad_token(
    public_cloud: None, client: Client, settings: Any
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]
    row()
    headers = {"authorization": "Bearer a.b.c"}
    assert client.get(FRONT, {"iss": ISSUER, "sid": SID}, headers=headers).status_code == 200
    assert not EntraSession.objects.exists()


def test_the_session_of_the_browser_itself_is_not_taken(authority: ScriptedAuthority, visitor: Any) -> None:
    """A page of another site that loads the address without the sid signs its visitor out of nothing."""
    sign_in(visitor, authority)
    issuer = f"{authority.host}/{TENANT}/v2.0"
    for query in ({}, {"iss": issuer}, {"iss": issuer, "sid": OTHER_SID}):
        assert visitor.get(FRONT, query).status_code == 200
    assert who(visitor) == "ada@contoso.example"


def test_a_sign_out_at_microsoft_ends_the_other_session(entra_server: RunningEntra, settings: Any) -> None:
    """Ada signs out everywhere; entra-double's frame, which has no cookie, ends what she began elsewhere."""
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.ENTRANCE = settings_for(entra_server.base_url, ACCESS=None) | {"KEEP_EVENTS": 0}
    ada = Person(entra_server)
    assert ada.sign_in().status_code == 302
    first = ada.client
    ada.client = browser()
    assert ada.sign_in().status_code == 302
    assert EntraSession.objects.count() == 2
    address = ada.client.post("/entrance/sign-out/", {"everywhere": "1"})["Location"]
    page = ada.http.get(address, timeout=10)
    frames = [unescape(each) for each in re.findall(r'<iframe src="([^"]*)"', page.text)]
    assert [each.partition("?")[0] for each in frames] == [f"http://{HOST['host']}{FRONT}"]
    assert f"http://{HOST['host']}" in page.headers["Content-Security-Policy"]
    ada.client = first
    assert ada.username() == "ada@contoso.example"
    answer = browser().get(frames[0].removeprefix(f"http://{HOST['host']}"))
    assert answer["Content-Security-Policy"].endswith(f"frame-ancestors {entra_server.base_url}")
    assert ada.username() == ""
    assert not EntraSession.objects.exists()
    page = ada.http.get(ada.begin(prompt="login"), allow_redirects=False, timeout=10)
    assert page.status_code == 200, "Microsoft asks again"
