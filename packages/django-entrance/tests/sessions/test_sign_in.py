"""``entrance/sign-in/``: how a sign-in is begun, and where it leads afterwards."""

import random
import re
import time
from typing import Any
from urllib.parse import quote

import pytest
from browsing import HOST, NAVIGATION, SIGN_IN, begin, browser, query_of, reason_of, username
from django.contrib.sessions.models import Session
from django.test import Client
from django_entrance.models import EntraSession
from django_entrance.sessions.flows import LARGEST, MOST, PREFIX, SALT
from django_entrance.sessions.record import KEY
from scripted import API, OTHER_TENANT, TENANT
from scripted_microsoft import ScriptedMicrosoft
from sign_ins import start_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(any_client: Any) -> Any:
    return any_client


def test_the_browser_is_led_to_entra(microsoft: ScriptedMicrosoft, client: Any) -> None:
    address = begin(client)
    asked = query_of(address)
    assert address.startswith(f"{microsoft.host}/{TENANT}/oauth2/v2.0/authorize?")
    assert (asked["response_type"], asked["response_mode"], asked["client_id"]) == ("code", "query", API)
    assert asked["code_challenge_method"] == "S256"
    assert set(asked["scope"].split()) == {"openid", "profile"}
    assert asked["redirect_uri"] == "http://localhost:8000/entrance/callback/"
    assert {"prompt", "login_hint", "domain_hint"}.isdisjoint(asked)
    again = query_of(begin(client))
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) >= 22
        assert asked[name] != again[name]


def test_the_cookie_is_for_our_addresses_alone(microsoft: ScriptedMicrosoft, client: Any) -> None:
    begin(client)
    (cookie,) = flow_cookies(client)
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/entrance/", True, "Lax")
    assert (cookie["max-age"], cookie["secure"]) == (600, "")


def test_over_https_the_cookie_is_secure(microsoft: ScriptedMicrosoft) -> None:
    client = browser()
    answer = client.post(SIGN_IN, secure=True, headers={"referer": "https://localhost:8000/"})
    assert query_of(answer["Location"])["redirect_uri"].startswith("https://localhost:8000/")
    (cookie,) = flow_cookies(client)
    assert cookie["secure"] is True


def flow_cookies(client: Any) -> list[Any]:
    return [each for name, each in client.cookies.items() if PREFIX in name and each.value]


def test_hints_are_passed_on(microsoft: ScriptedMicrosoft, client: Any) -> None:
    hints = {"login_hint": "ada@contoso.example", "domain_hint": "contoso.example", "prompt": "select_account"}
    asked = query_of(begin(client, **hints))
    assert {name: asked[name] for name in hints} == hints


@pytest.mark.parametrize("prompt", ["none", "select_account login", "x"])
def test_other_prompts_are_not(microsoft: ScriptedMicrosoft, client: Any, prompt: str) -> None:
    assert "prompt" not in query_of(begin(client, prompt=prompt))


@pytest.mark.parametrize("hint", ["x" * 321, "a\r\nb", "\x00"])
def test_a_hint_is_a_short_line(microsoft: ScriptedMicrosoft, client: Any, hint: str) -> None:
    assert "login_hint" not in query_of(begin(client, login_hint=hint))


def test_it_is_begun_with_a_csrf_token(microsoft: ScriptedMicrosoft) -> None:
    client = Client(enforce_csrf_checks=True, headers=HOST)
    assert client.post(SIGN_IN).status_code == 403
    page = client.get(SIGN_IN).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert client.post(SIGN_IN, {"csrfmiddlewaretoken": token}).status_code == 302


def test_get_shows_one_button(microsoft: ScriptedMicrosoft, client: Any) -> None:
    answer = client.get(f"{SIGN_IN}?next=/closed/&prompt=login&login_hint=%22%3E%3Cscript%3E")
    text = answer.content.decode()
    assert (answer.status_code, text.count("<button"), text.count("<svg")) == (200, 1, 1)
    assert "Sign in with Microsoft" in text
    assert 'name="next" value="/closed/"' in text
    assert 'name="prompt" value="login"' in text
    assert "<script>" not in text
    assert (answer["X-Frame-Options"], "no-store" in answer["Cache-Control"]) == ("DENY", True)
    assert text.count("django_entrance/sign-in.css") == 1
    assert not flow_cookies(client)


def test_get_tells_who_is_signed_in(microsoft: ScriptedMicrosoft) -> None:
    client = browser()
    start_session(client)
    text = client.get(f"{SIGN_IN}?next=/closed/").content.decode()
    assert "You are signed in as <strong>barbara</strong>" in text
    assert '<a href="/closed/">Continue</a>' in text


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_credential_the_page_says_so(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any, method: str
) -> None:
    settings.ENTRANCE = microsoft.whole_settings(CLIENT_SECRET=None)
    answer = getattr(client, method)(SIGN_IN)
    assert (answer.status_code, reason_of(answer)) == (503, "sign_in_unavailable")
    assert b"CLIENT_SECRET" in answer.content


def test_the_authority_can_be_chosen(microsoft: ScriptedMicrosoft, client: Any, settings: Any) -> None:
    settings.ENTRANCE = {
        "AUTHORITIES": {
            "first": microsoft.settings(CLIENT_SECRET=None),
            "second": microsoft.settings(TENANT_ID=OTHER_TENANT),
        },
        "KEEP_EVENTS": 0,
    }
    assert f"/{OTHER_TENANT}/" in microsoft.document("/")["token_endpoint"].replace(TENANT, OTHER_TENANT)
    microsoft.discovery = {"token_endpoint": f"{microsoft.host}/{OTHER_TENANT}/oauth2/v2.0/token"}
    assert client.post(SIGN_IN).status_code == 302
    assert client.post(SIGN_IN, {"authority": "second"}).status_code == 302
    answer = client.post(SIGN_IN, {"authority": "first"})
    assert (answer.status_code, reason_of(answer)) == (503, "sign_in_unavailable")
    for name in ("third", "x" * 5_000, "<script>"):
        answer = client.post(SIGN_IN, {"authority": name})
        assert (answer.status_code, reason_of(answer)) == (401, "authority_not_here")
        assert b"<script>" not in answer.content


def test_a_credential_that_cannot_be_read(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any, tmp_path: Any
) -> None:
    file = tmp_path / "entra.pem"
    for content in (None, "no PEM file"):
        if content is not None:
            file.write_text(content)
        settings.ENTRANCE = microsoft.whole_settings(CLIENT_SECRET=None, CLIENT_CERTIFICATE=str(file))
        answer = client.post(SIGN_IN)
        assert (answer.status_code, reason_of(answer)) == (503, "sign_in_misconfigured")


def test_the_redirect_uri_is_on_the_public_url(microsoft: ScriptedMicrosoft, client: Any, settings: Any) -> None:
    settings.ENTRANCE = microsoft.whole_settings(PUBLIC_URL="https://app.contoso.com")
    assert query_of(begin(client))["redirect_uri"] == "https://app.contoso.com/entrance/callback/"


def test_forwarded_headers_are_not_believed(microsoft: ScriptedMicrosoft) -> None:
    headers = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "forwarded": "host=evil.example"}
    answer = browser().post(SIGN_IN, headers=headers)
    assert query_of(answer["Location"])["redirect_uri"] == "http://localhost:8000/entrance/callback/"


def test_a_host_that_is_not_allowed_begins_nothing(microsoft: ScriptedMicrosoft, settings: Any) -> None:
    assert Client(headers={"host": "evil.example"}).post(SIGN_IN).status_code == 400
    settings.ALLOWED_HOSTS = ["*"]
    settings.ENTRANCE = microsoft.whole_settings(PUBLIC_URL="https://app.contoso.com")
    answer = Client(headers={"host": "evil.example"}).post(SIGN_IN)
    assert query_of(answer["Location"])["redirect_uri"] == "https://app.contoso.com/entrance/callback/"


# the page afterwards

EVIL = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "/%09/evil.example",
    "/%5cevil.example",
    "/%2F/evil.example",
    "/%252F/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://localhost@evil.example",
    "https://localhost.evil.example",
    "http://localhost:8000",
    "?next=//evil.example;@localhost",
    "/\tevil.example",
    "/\t/evil.example",
    "/..//evil.example",
    "/x/../..//evil.example",
    "\x00/evil",
    "/a\x00b",
    "/a\r\nLocation: https://evil.example",
    "/" + "x" * 10_000,
    "evil.example",
    " //evil.example",
    "//\u2025evil.example",
    "/\u2028/evil.example",
    "http:///evil.example",
    "////evil.example",
    "/.\\evil.example",
    "",
]


@pytest.mark.parametrize("hosts", [["localhost"], ["*"]])
@pytest.mark.parametrize("address", EVIL)
def test_another_site_is_never_the_page_afterwards(
    microsoft: ScriptedMicrosoft, settings: Any, address: str, hosts: list[str]
) -> None:
    settings.ALLOWED_HOSTS = hosts
    answer = microsoft.sign_in(browser(), next=address)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/profile/")


def test_two_pages_afterwards_are_none(microsoft: ScriptedMicrosoft) -> None:
    client = browser()
    answer = client.post(SIGN_IN, {"next": ["/closed/", "//evil.example"]})
    assert client.get(microsoft.bring(answer["Location"]))["Location"] == "/accounts/profile/"


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/admin/?a=1#frag", "/admin/?a=1#frag"),
        ("/ünïcode", "/%C3%BCn%C3%AFcode"),
        ("/path%2Fencoded", "/path%2Fencoded"),
        ("/my%20page/?next=https%3A%2F%2Fevil.example", "/my%20page/?next=https%3A%2F%2Fevil.example"),
        ("/?url=https://other.example//x", "/?url=https://other.example//x"),
    ],
)
def test_a_page_of_this_site_is_the_page_afterwards(
    microsoft: ScriptedMicrosoft, client: Any, address: str, location: str
) -> None:
    assert microsoft.sign_in(client, next=address)["Location"] == location


# many


def test_a_browser_keeps_eight_sign_ins(microsoft: ScriptedMicrosoft, client: Any, monkeypatch: Any) -> None:
    now = int(time.time())
    begun = []
    for number in range(MOST + 2):
        monkeypatch.setattr("django_entrance.sessions.sign_in.time.time", lambda at=now + number: at)
        begun.append(begin(client, next=f"/?tab={number}"))
    monkeypatch.undo()
    assert len(flow_cookies(client)) == MOST
    assert reason_of(client.get(microsoft.bring(begun[0]))) == "sign_in_state"
    assert reason_of(client.get(microsoft.bring(begun[1]))) == "sign_in_state"
    assert client.get(microsoft.bring(begun[2]))["Location"] == "/?tab=2"


@pytest.mark.parametrize("length", [100, 1_000])
def test_a_page_with_other_letters_fits_into_the_cookie(microsoft: ScriptedMicrosoft, client: Any, length: int) -> None:
    """Random ones, which cannot be compressed; a longer address than the cookie holds is forgotten."""
    letters = "".join(chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(length))
    answer = microsoft.sign_in(client, next=f"/?q={letters}")
    assert answer["Location"] == (f"/?q={quote(letters)}" if length == 100 else "/accounts/profile/")


def test_many_sign_ins_stay_small(microsoft: ScriptedMicrosoft) -> None:
    client = browser()
    for number in range(0, 900, 9):
        begin(client, next="/?" + "x" * number)
        for name in [name for name, each in client.cookies.items() if not each.value]:
            del client.cookies[name]  # as a browser does
        assert sum(len(each.key) + len(each.value) for each in flow_cookies(client)) <= LARGEST + 30
    assert (Session.objects.count(), len(flow_cookies(client)) <= MOST) == (0, True)


def test_an_unreadable_cookie_goes_first(microsoft: ScriptedMicrosoft) -> None:
    client = browser()
    for number in range(MOST):
        client.cookies[f"{PREFIX}{number:016}"] = "x" * (5_000 if number else 10)
    begin(client)
    assert len(flow_cookies(client)) <= 2
    assert SALT != KEY


# without a click


@pytest.mark.parametrize(
    ("headers", "is_begun"),
    [
        (NAVIGATION, True),
        ({"accept": "text/html"}, True),
        ({"accept": "application/json"}, False),
        (NAVIGATION | {"sec-fetch-dest": "iframe"}, False),
        (NAVIGATION | {"sec-fetch-mode": "cors"}, False),
        ({"accept": "text/html", "x-requested-with": "XMLHttpRequest"}, False),
    ],
)
def test_a_setting_lets_get_begin(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any, headers: dict[str, str], is_begun: bool
) -> None:
    assert client.get(SIGN_IN, headers=NAVIGATION).status_code == 200
    settings.ENTRANCE = microsoft.whole_settings(SIGN_IN_ON_GET=True)
    answer = client.get(f"{SIGN_IN}?next=/closed/", headers=headers)
    assert answer.status_code == (302 if is_begun else 200)
    if is_begun:
        assert client.get(microsoft.bring(answer["Location"]))["Location"] == "/closed/"


def test_a_person_who_is_signed_in_has_to_click(microsoft: ScriptedMicrosoft, settings: Any) -> None:
    """Else a page that refuses them and leads to the login would go round for ever."""
    settings.ENTRANCE = microsoft.whole_settings(SIGN_IN_ON_GET=True)
    client = browser()
    microsoft.sign_in(client)
    assert client.get(SIGN_IN, headers=NAVIGATION).status_code == 200


@pytest.mark.parametrize(("place", "method"), [("sign-out/", "post"), ("session/", "delete"), ("/logout/", "post")])
def test_after_a_sign_out_the_next_sign_in_takes_a_click(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any, place: str, method: str
) -> None:
    settings.ENTRANCE = microsoft.whole_settings(SIGN_IN_ON_GET=True)
    settings.ROOT_URLCONF = "door_urls"
    microsoft.sign_in(client)
    getattr(client, method)(place if place.startswith("/") else f"/entrance/{place}")
    for _ in range(2):
        answer = client.get(f"{SIGN_IN}?next=/view/", headers=NAVIGATION)
        assert (answer.status_code, "<h1>You are signed out</h1>" in answer.content.decode()) == (200, True)
        assert 'name="next" value="/view/"' in answer.content.decode()
    microsoft.sign_in(client)
    answer = client.get(SIGN_IN, headers=NAVIGATION)
    assert (answer.status_code, "<h1>Sign in</h1>" in answer.content.decode()) == (200, True)
    EntraSession.objects.all().delete()
    assert client.get(SIGN_IN, headers=NAVIGATION).status_code == 302, "the session ended, and no person signed out"
    assert "entrance_signed_out" not in still_set(client)


@pytest.mark.parametrize("has_our_urls", [True, False])
def test_a_sign_out_elsewhere_than_at_our_urls_counts_too(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any, has_our_urls: bool
) -> None:
    """A middleware may give a request a URLconf of its own, as for the hosts of a site."""
    settings.ENTRANCE = microsoft.whole_settings(SIGN_IN_ON_GET=True)
    settings.MIDDLEWARE = ["project_middleware.urlconf_of_header", *settings.MIDDLEWARE]
    settings.LOGOUT_REDIRECT_URL = "/"
    microsoft.sign_in(client)
    settings.ROOT_URLCONF = "project_urls" if has_our_urls else "django.contrib.auth.urls"
    answer = client.post("/logout/", headers={"x-urlconf": "django.contrib.auth.urls"})
    assert answer.status_code == 302
    assert ("entrance_signed_out" in answer.cookies) == has_our_urls
    settings.ROOT_URLCONF = "project_urls"
    assert client.get(SIGN_IN, headers=NAVIGATION).status_code == (200 if has_our_urls else 302)


def test_the_cookie_of_a_sign_out_opens_nothing(microsoft: ScriptedMicrosoft, client: Any, settings: Any) -> None:
    microsoft.sign_in(client)
    assert "entrance_signed_out" not in client.post("/entrance/sign-out/").cookies, "without the setting it has no use"
    settings.ENTRANCE = microsoft.whole_settings(SIGN_IN_ON_GET=True)
    assert "entrance_signed_out" not in client.post("/entrance/sign-out/").cookies, "there was no user"
    microsoft.sign_in(client)
    cookie = client.post("/entrance/sign-out/").cookies["entrance_signed_out"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        "/entrance/",
        True,
        "Lax",
        "",
    )
    assert username(client) == ""


def still_set(client: Any) -> list[str]:
    return [name for name, cookie in client.cookies.items() if cookie.value]


def test_another_account_is_chosen_only_by_a_person_with_one(microsoft: ScriptedMicrosoft, client: Any) -> None:
    start_session(client)
    page = client.get(f"{SIGN_IN}?next=/closed/").content.decode()
    assert "</svg>Sign in with Microsoft</button>" in page
    assert "this user may not open it" in page
    assert 'name="prompt"' not in page
    microsoft.sign_in(client)
    page = client.get(SIGN_IN).content.decode()
    assert "</svg>Sign in with another Microsoft account</button>" in page
    assert "this user may not open it" not in page
    assert 'name="prompt" value="select_account"' in page
    assert 'name="prompt" value="login"' in client.get(f"{SIGN_IN}?prompt=login").content.decode()


def test_a_browser_that_loses_its_session_does_not_go_on_for_ever(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any
) -> None:
    settings.ENTRANCE = microsoft.whole_settings(SIGN_IN_ON_GET=True)
    for _ in range(3):
        answer = client.get(SIGN_IN, headers=NAVIGATION)
        assert client.get(microsoft.bring(answer["Location"])).status_code == 302
        del client.cookies["sessionid"]
    answer = client.get(f"{SIGN_IN}?next=/closed/", headers=NAVIGATION)
    assert (answer.status_code, reason_of(answer)) == (429, "sign_in_loop")
    assert re.search(r'name="next" value="/closed/"', answer.content.decode())
    assert client.post(SIGN_IN).status_code == 302
    client.cookies["entrance_rounds"] = "x"
    assert client.get(SIGN_IN, headers=NAVIGATION).status_code == 302
