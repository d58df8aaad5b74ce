"""``entrance/sign-out/``: here, at Microsoft as well, and never because another site wants it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import override_settings
from django_entrance.accounts.provisioning import provision
from django_entrance.models import EntraSession
from django_entrance.sessions.record import KEY
from django_entrance.sessions.starting import start_session as begin
from identities import person
from scripted import API, OTHER_TENANT, TENANT, ScriptedAuthority
from servers import SERVERS
from sign_ins import bearer, start_session

pytestmark = pytest.mark.django_db

SESSION, SIGN_OUT = "/entrance/session/", "/entrance/sign-out/"
JSON = "application/json"


def sign_in(visitor: Any, authority: ScriptedAuthority, **claims: Any) -> str:
    """Start a session of Ada's, and return the CSRF token."""
    answer = visitor.post(SESSION, headers=bearer(authority, **claims))
    assert answer.status_code == 200
    return str(answer.json()["csrf_token"])


def who(visitor: Any) -> str:
    return str(visitor.get("/").json()["username"])


def sent_to(answer: Any) -> tuple[str, dict[str, str]]:
    """Return the address of a redirect without its query, and the query."""
    assert answer.status_code == 302
    address, _, query = answer["Location"].partition("?")
    return address, {name: values[0] for name, values in parse_qs(query).items()}


# Here


def test_post_ends_session_row_and_cookie(authority: ScriptedAuthority, visitor: Any) -> None:
    sign_in(visitor, authority)
    key = visitor.session.session_key
    answer = visitor.post(SIGN_OUT)
    assert sent_to(answer) == ("/", {})
    assert "no-store" in answer["Cache-Control"]
    assert visitor.cookies["sessionid"].value == ""
    assert not EntraSession.objects.exists()
    visitor.cookies["sessionid"] = key
    assert who(visitor) == "", "a copy of the cookie opens nothing"
    answer = visitor.get("/", headers=bearer(authority))
    assert answer.json()["username"] == "ada@contoso.example", "a token is good until it expires"


def test_an_own_login_is_signed_out_too(visitor: Any) -> None:
    start_session(visitor)
    assert visitor.post(SIGN_OUT, {"everywhere": "1"})["Location"] == "/"
    assert who(visitor) == ""


def test_signing_out_twice_is_no_error(visitor: Any) -> None:
    assert visitor.post(SIGN_OUT)["Location"] == "/"


def test_get_shows_one_button_and_ends_nothing(authority: ScriptedAuthority, visitor: Any) -> None:
    sign_in(visitor, authority)
    page = visitor.get(f"{SIGN_OUT}?next=/notes/")
    text = page.content.decode()
    assert text.count("<button") == 1
    assert 'name="next" value="/notes/"' in text
    assert 'name="everywhere"' in text
    assert (page["X-Frame-Options"], page["Referrer-Policy"]) == ("DENY", "same-origin")
    assert visitor.head(SIGN_OUT).status_code == 200
    assert who(visitor) == "ada@contoso.example"


def test_the_page_offers_microsoft_to_its_sessions_only(visitor: Any) -> None:
    start_session(visitor)
    assert 'name="everywhere"' not in visitor.get(SIGN_OUT).content.decode()


def test_the_page_of_who_is_signed_out_leads_on(visitor: Any, settings: Any) -> None:
    assert '<a href="/notes/">' in visitor.get(f"{SIGN_OUT}?next=/notes/").content.decode()
    text = visitor.get(f"{SIGN_OUT}?next=//evil.example/").content.decode()
    assert '<a href="/">' in text
    assert "<button" not in text


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_sign_nobody_out(authority: ScriptedAuthority, visitor: Any, method: str) -> None:
    sign_in(visitor, authority)
    assert getattr(visitor, method)(SIGN_OUT).status_code == 405
    assert who(visitor)


def test_programs_get_json(authority: ScriptedAuthority, visitor: Any) -> None:
    sign_in(visitor, authority)
    answer = visitor.post(SIGN_OUT, {"next": "/notes/"}, headers={"accept": JSON})
    assert (answer.status_code, answer.json()) == (200, {"end_session": None})
    assert who(visitor) == ""


@pytest.mark.parametrize(
    ("sent", "expected"), [({"everywhere": True}, True), ({"everywhere": "1"}, True), ({"everywhere": False}, False)]
)
def test_a_json_body_is_read(
    authority: ScriptedAuthority, visitor: Any, sent: dict[str, object], expected: bool
) -> None:
    sign_in(visitor, authority)
    answer = visitor.post(SIGN_OUT, sent, content_type=JSON)
    assert (answer.json()["end_session"] is not None) == expected


# Forced sign-out


def test_another_site_signs_nobody_out(authority: ScriptedAuthority, strict_visitor: Any) -> None:
    token = sign_in(strict_visitor, authority)
    assert strict_visitor.post(SIGN_OUT).status_code == 403
    assert strict_visitor.post(SIGN_OUT, headers={"origin": "https://evil.example"}).status_code == 403
    foreign = {"origin": "https://evil.example", "x-csrftoken": token}
    assert strict_visitor.post(SIGN_OUT, headers=foreign).status_code == 403
    for method in ("get", "head"):
        assert getattr(strict_visitor, method)(SIGN_OUT, {"everywhere": "1"}).status_code == 200
    assert who(strict_visitor)
    assert EntraSession.objects.count() == 1
    assert strict_visitor.post(SIGN_OUT, headers={"x-csrftoken": token}).status_code == 302
    assert who(strict_visitor) == ""


def test_a_site_without_the_csrf_middleware_is_protected_too(
    authority: ScriptedAuthority, strict_visitor: Any, settings: Any
) -> None:
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "Csrf" not in each]
    sign_in(strict_visitor, authority)
    strict_visitor.get(SIGN_OUT)
    token = strict_visitor.cookies["csrftoken"].value
    assert strict_visitor.post(SIGN_OUT).status_code == 403
    assert who(strict_visitor)
    assert strict_visitor.post(SIGN_OUT, headers={"x-csrftoken": token}).status_code == 302


def test_a_refused_token_needs_the_csrf_token(authority: ScriptedAuthority, strict_visitor: Any) -> None:
    token = sign_in(strict_visitor, authority)
    bad = bearer(authority, aud=OTHER_TENANT)
    assert strict_visitor.post(SIGN_OUT, headers=bad).status_code == 403
    assert who(strict_visitor)
    assert strict_visitor.post(SIGN_OUT, headers={**bad, "x-csrftoken": token}).status_code == 302
    assert who(strict_visitor) == ""


# Open redirects


BAD_NEXT = [
    *("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "\\/evil.example"),
    *("https:evil.example", "https:/evil.example", "///evil.example", "////evil.example", "javascript:alert(1)"),
    *("data:text/html,x", "http://testserver@evil.example", "https://testserver.evil.example", "http://testserver/"),
    *("//evil.example;@testserver", "/\t/evil.example", "\t//evil.example", "/\n/evil.example", "/\r\nX: y"),
    *(
        "/\x00/evil.example",
        " //evil.example",
        "/%5cevil.example",
        "/%09/evil.example",
        "/..//evil.example",
        "/\N{FULLWIDTH SOLIDUS}\N{ZERO WIDTH SPACE}",
    ),
    *("/\N{NO-BREAK SPACE}/evil.example", "/a\\..\\\\evil.example", "evil.example", "notes/", "?next=x", "#x", ""),
    *("/" + "x" * 1_000, "http:///evil.example", "http://[::1", "/\N{IDEOGRAPHIC SPACE}/evil.example", "//[evil"),
]


@pytest.mark.parametrize("target", BAD_NEXT, ids=ascii)
def test_next_never_leads_to_another_site(visitor: Any, target: str) -> None:
    assert visitor.post(SIGN_OUT, {"next": target})["Location"] == "/"
    assert '<a href="/">' in visitor.get(SIGN_OUT, {"next": target}).content.decode()


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/admin/?a=1#frag", "/admin/?a=1#frag"),
        ("/\N{LATIN SMALL LETTER U WITH DIAERESIS}nicode", "/%C3%BCnicode"),
        ("/path%2Fencoded", "/path%2Fencoded"),
        ("/ /evil.example", "/%20/evil.example"),
        ("/?next=//evil.example", "/?next=//evil.example"),
        ("/" + "x" * 999, "/" + "x" * 999),
    ],
    ids=ascii,
)
def test_next_leads_to_a_page_of_this_site(visitor: Any, target: str, location: str) -> None:
    assert visitor.post(SIGN_OUT, {"next": target})["Location"] == location


def test_of_two_values_none_is_taken(visitor: Any) -> None:
    assert visitor.post(SIGN_OUT, {"next": ["//evil.example", "/a/"]})["Location"] == "/"


# Everywhere


def test_everywhere_leads_to_microsoft_with_hint_and_return_address(authority: ScriptedAuthority, visitor: Any) -> None:
    sign_in(visitor, authority)
    address, query = sent_to(visitor.post(SIGN_OUT, {"everywhere": "1", "next": "/notes/"}))
    assert address == f"{authority.host}/{TENANT}/oauth2/v2.0/logout"
    assert authority.host.startswith("http://localhost:"), "plain http keeps its real address"
    assert query == {"logout_hint": "ada@contoso.example", "post_logout_redirect_uri": "http://testserver/"}
    assert who(visitor) == ""


def test_the_login_hint_claim_is_the_better_hint(authority: ScriptedAuthority, visitor: Any) -> None:
    sign_in(visitor, authority, login_hint="O.CiQ-opaque")
    assert sent_to(visitor.post(SIGN_OUT, {"everywhere": "on"}))[1]["logout_hint"] == "O.CiQ-opaque"


def test_without_a_name_microsoft_asks_itself(authority: ScriptedAuthority, visitor: Any) -> None:
    sign_in(visitor, authority, preferred_username=None)
    assert set(sent_to(visitor.post(SIGN_OUT, {"everywhere": "1"}))[1]) == {"post_logout_redirect_uri"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "http://testserver/"),
        ({"PUBLIC_URL": "https://app.contoso.example"}, "https://app.contoso.example/"),
        ({"PUBLIC_URL": "https://app.contoso.example/"}, "https://app.contoso.example/"),
        ({"POST_LOGOUT_REDIRECT_URI": "/bye/"}, "http://testserver/bye/"),
        (
            {"POST_LOGOUT_REDIRECT_URI": "/bye/", "PUBLIC_URL": "https://app.contoso.example"},
            "https://app.contoso.example/bye/",
        ),
        ({"POST_LOGOUT_REDIRECT_URI": "https://www.contoso.example/bye"}, "https://www.contoso.example/bye"),
    ],
    ids=str,
)
def test_the_return_address_is_the_settings(
    authority: ScriptedAuthority, visitor: Any, settings: Any, more: dict[str, str], expected: str
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | more
    sign_in(visitor, authority)
    sent = {"everywhere": "1", "post_logout_redirect_uri": "https://evil.example/", "state": "x"}
    query = sent_to(visitor.post(SIGN_OUT, sent, headers={"x-forwarded-host": "evil.example"}))[1]
    assert query == {"logout_hint": "ada@contoso.example", "post_logout_redirect_uri": expected}


def test_a_host_that_is_not_allowed_gets_no_address(authority: ScriptedAuthority, visitor: Any) -> None:
    sign_in(visitor, authority)
    answer = visitor.post(SIGN_OUT, {"everywhere": "1"}, headers={"host": "evil.example"})
    assert (answer.status_code, answer.get("Location")) == (400, None)


def test_an_authority_of_many_tenants_has_its_own_address(settings: Any, visitor: Any) -> None:
    many = {"TENANT_ID": "organizations", "ALLOWED_TENANTS": [TENANT], "CLIENT_ID": API}
    settings.ENTRANCE = {"AUTHORITIES": {"default": many}, "KEEP_EVENTS": 0}
    start_entra_session(visitor)
    address, _ = sent_to(visitor.post(SIGN_OUT, {"everywhere": "1"}))
    assert address == "https://login.microsoftonline.com/organizations/oauth2/v2.0/logout"


def start_entra_session(visitor: Any) -> User:
    """Start the session of a person without asking an authority, as the page sign-in does after verification."""
    request = HttpRequest()
    request.session = visitor.session
    user = begin(request, person())
    request.session.save()
    visitor.cookies["sessionid"] = request.session.session_key
    return user


def test_an_authority_that_was_taken_out_is_not_visited(
    authority: ScriptedAuthority, visitor: Any, settings: Any
) -> None:
    sign_in(visitor, authority)
    before = settings.ENTRANCE
    other = {"AUTHORITIES": {"other": {"TENANT_ID": OTHER_TENANT, "CLIENT_ID": API}}, "KEEP_EVENTS": 0}
    with override_settings(ENTRANCE=other):
        assert visitor.post(SIGN_OUT, {"everywhere": "1"})["Location"] == "/"
    settings.ENTRANCE = before
    assert who(visitor) == ""


def test_beside_a_bearer_a_session_of_an_authority_that_is_gone_ends_here(
    authority: ScriptedAuthority, visitor: Any
) -> None:
    sign_in(visitor, authority)
    session = visitor.session
    session[KEY]["identity"]["authority"] = "gone"
    session.save()
    assert visitor.post(SIGN_OUT, {"everywhere": "1"}, headers=bearer(authority))["Location"] == "/"
    assert not EntraSession.objects.exists()


def test_a_bearer_beside_the_session_does_not_choose_the_hint(authority: ScriptedAuthority, visitor: Any) -> None:
    sign_in(visitor, authority)
    other = {"oid": OTHER_TENANT, "sub": "other", "preferred_username": "grace@contoso.example"}
    answer = visitor.post(SIGN_OUT, {"everywhere": "1"}, headers=bearer(authority, **other))
    assert sent_to(answer)[1]["logout_hint"] == "ada@contoso.example"


def test_a_stale_session_signs_out_at_microsoft_too(authority: ScriptedAuthority, visitor: Any) -> None:
    sign_in(visitor, authority)
    session = visitor.session
    session[KEY] = session[KEY] | {"checked": session[KEY]["checked"] - 3_700}
    session.save()
    assert visitor.get("/", headers={"accept": JSON}).json()["reason"] == "session_stale"
    assert "logout" in visitor.post(SIGN_OUT, {"everywhere": "1"})["Location"]
    assert not EntraSession.objects.exists()


def test_all_sessions_of_the_person_end_and_no_other(authority: ScriptedAuthority, door: str, visitor: Any) -> None:
    elsewhere, grace = SERVERS[door](), SERVERS[door]()
    for each in (visitor, elsewhere):
        sign_in(each, authority)
    sign_in(grace, authority, oid=OTHER_TENANT, sub="other", preferred_username="grace@contoso.example")
    answer = visitor.post(SIGN_OUT, {"all_sessions": "1"}, headers={"accept": JSON})
    assert answer.json() == {"end_session": None}
    assert [who(each) for each in (visitor, elsewhere, grace)] == ["", "", "grace@contoso.example"]


def test_one_session_leaves_the_others(authority: ScriptedAuthority, door: str, visitor: Any) -> None:
    elsewhere = SERVERS[door]()
    for each in (visitor, elsewhere):
        sign_in(each, authority)
    visitor.post(SIGN_OUT, {"everywhere": "1"})
    assert [who(each) for each in (visitor, elsewhere)] == ["", "ada@contoso.example"]


def test_nobody_ends_all_sessions_of_nobody(visitor: Any) -> None:
    provision(person())
    assert visitor.post(SIGN_OUT, {"all_sessions": "1", "everywhere": "1"})["Location"] == "/"


def test_under_login_required_the_way_out_is_open(authority: ScriptedAuthority, visitor: Any, settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]
    assert visitor.get(SIGN_OUT).status_code == 200
    sign_in(visitor, authority)
    assert urlsplit(visitor.post(SIGN_OUT, {"everywhere": "1"})["Location"]).path.endswith("/logout")


# Faults


FAULTS: dict[str, Any] = {
    "no record": None,
    "a text": "x",
    "no id": {"door": "session"},
    "an id that is none": {"id": "x" * 300},
    "an id that is a number": {"id": 7},
}


@pytest.mark.parametrize("record", FAULTS.values(), ids=FAULTS)
def test_a_session_that_cannot_be_read_ends_all_the_same(
    authority: ScriptedAuthority, visitor: Any, record: Any
) -> None:
    sign_in(visitor, authority)
    session = visitor.session
    session[KEY] = record
    session.save()
    for headers in (bearer(authority), {}):
        assert visitor.post(SIGN_OUT, {"everywhere": "1"}, headers=headers)["Location"] == "/"
        assert who(visitor) == ""


def test_while_entra_is_down_people_sign_out(authority: ScriptedAuthority, visitor: Any) -> None:
    sign_in(visitor, authority)
    authority.requests.clear()
    authority.down = True
    assert visitor.post(SIGN_OUT, {"everywhere": "1"})["Location"].startswith(f"{authority.host}/{TENANT}/")
    assert authority.requests == []
    assert who(visitor) == ""


@pytest.mark.parametrize("engine", ["db", "cache", "cached_db", "file", "signed_cookies"])
def test_every_session_engine_forgets(
    authority: ScriptedAuthority, door: str, visitor: Any, settings: Any, tmp_path: Any, engine: str
) -> None:
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    sign_in(visitor, authority)
    copied = visitor.cookies["sessionid"].value
    assert visitor.post(SIGN_OUT).status_code == 302
    thief = SERVERS[door]()
    thief.cookies["sessionid"] = copied
    assert [who(visitor), who(thief)] == ["", ""]


BODIES = [b"{", b"[]", b'"x"', b"\xff", b'{"everywhere": {}}', b"[" * 100_000]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: ascii(body)[:20])
def test_a_body_that_says_nothing_signs_out_here(authority: ScriptedAuthority, visitor: Any, body: bytes) -> None:
    sign_in(visitor, authority)
    answer = visitor.post(SIGN_OUT, body, content_type=JSON)
    assert (answer.status_code, answer.json()) == (200, {"end_session": None})
    assert who(visitor) == ""


def test_a_later_token_without_sid_keeps_the_sid(authority: ScriptedAuthority, visitor: Any) -> None:
    """Else the front channel would miss a session that began by a page and was renewed by a token."""
    sign_in(visitor, authority, sid="00a1b2c3")
    sign_in(visitor, authority)
    assert EntraSession.objects.get().sid == "00a1b2c3"
    sign_in(visitor, authority, sid="00ffffff")
    assert EntraSession.objects.get().sid == "00ffffff"
