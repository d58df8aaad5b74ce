"""Only the site's own pages start a session with a token: Django's rules for the origin, without a CSRF token."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django_entrance.frontend.origins import require_own_origin
from django_entrance.verification.errors import OriginRefused
from scripted import ScriptedAuthority

pytestmark = pytest.mark.usefixtures("authority")

HOST = "app.contoso.example"
NOWHERE: dict[str, str] = {}


@pytest.fixture(autouse=True)
def trusting(settings: Any, authority: ScriptedAuthority) -> None:
    settings.ALLOWED_HOSTS = [HOST]
    settings.CSRF_TRUSTED_ORIGINS = ["https://spa.contoso.example", "https://*.preview.contoso.example:8443"]


def posted(rf: RequestFactory, headers: dict[str, str], *, secure: bool = True) -> HttpRequest:
    return rf.post("/entrance/session/", secure=secure, headers={"host": HOST, **headers})


def is_own(request: HttpRequest) -> bool:
    try:
        require_own_origin(request)
    except OriginRefused:
        return False
    return True


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"origin": f"https://{HOST}"}, True),
        ({"origin": f"http://{HOST}"}, False),
        ({"origin": f"https://{HOST}:8443"}, False),
        ({"origin": f"https://{HOST}.evil.example"}, False),
        ({"origin": f"https://evil{HOST}"}, False),
        ({"origin": f"https://evil.example/{HOST}"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "*"}, False),
        ({"origin": "https://[evil"}, False),
        ({"origin": f"https://{HOST}, https://evil.example"}, False),
        ({"origin": "https://spa.contoso.example"}, True),
        ({"origin": "http://spa.contoso.example"}, False),
        ({"origin": "https://a.spa.contoso.example"}, False),
        ({"origin": "https://a.preview.contoso.example:8443"}, True),
        ({"origin": "https://a.b.preview.contoso.example:8443"}, True),
        ({"origin": "https://a.preview.contoso.example"}, False),
        ({"origin": "https://evilpreview.contoso.example:8443"}, False),
        ({"origin": "https://evil.example", "referer": f"https://{HOST}/"}, False),
        ({"referer": f"https://{HOST}/page/?a=1"}, True),
        ({"referer": f"http://{HOST}/page/"}, False),
        ({"referer": "https://evil.example/"}, False),
        ({"referer": f"https://evil.example/?{HOST}"}, False),
        ({"referer": "https://spa.contoso.example/page/"}, True),
        ({"referer": "https://[evil/"}, False),
        ({"referer": "/page/"}, False),
        (NOWHERE, False),
    ],
    ids=str,
)
def test_over_https_the_sender_is_known(rf: RequestFactory, headers: dict[str, str], own: bool) -> None:
    assert is_own(posted(rf, headers)) == own


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        (NOWHERE, True),
        ({"origin": f"http://{HOST}"}, True),
        ({"origin": f"https://{HOST}"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://evil.example"}, False),
        ({"referer": "http://evil.example/"}, False),
    ],
    ids=str,
)
def test_over_http_a_program_may_say_nothing(rf: RequestFactory, headers: dict[str, str], own: bool) -> None:
    assert is_own(posted(rf, headers, secure=False)) == own


def test_behind_a_proxy_the_public_address_is_the_sites_own(rf: RequestFactory, settings: Any) -> None:
    request = posted(rf, {"origin": "https://people.contoso.example"}, secure=False)
    assert not is_own(request)
    settings.ENTRANCE |= {"PUBLIC_URL": "https://People.contoso.example/"}
    assert is_own(request)
    assert not is_own(posted(rf, {"origin": "http://people.contoso.example"}, secure=False))
    assert not is_own(posted(rf, {"origin": "null"}, secure=False))


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-forwarded-server", "forwarded", "x-original-host"])
def test_forwarded_headers_are_not_believed(rf: RequestFactory, settings: Any, header: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    evil = {"origin": "https://evil.example", header: "host=evil.example" if header == "forwarded" else "evil.example"}
    assert not is_own(posted(rf, evil))
    assert is_own(posted(rf, evil | {"origin": f"https://{HOST}"}))


def test_a_forwarded_scheme_is_not_believed(rf: RequestFactory) -> None:
    sent = {"origin": f"https://{HOST}", "x-forwarded-proto": "https"}
    assert not is_own(posted(rf, sent, secure=False))


def test_the_refusal_tells_which_page_it_was(rf: RequestFactory) -> None:
    with pytest.raises(OriginRefused) as refused:
        require_own_origin(posted(rf, {"origin": "https://evil.example"}))
    assert (refused.value.expected, refused.value.actual) == (HOST, "https://evil.example")
    with pytest.raises(OriginRefused) as refused:
        require_own_origin(posted(rf, NOWHERE))
    assert refused.value.actual == "neither Origin nor Referer"
