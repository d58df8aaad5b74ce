"""The logins of REST framework are asked as its own views ask them. It is not installed here: its names stand in."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from account_calls import OWN_TOKENS
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.test import Client
from scripted import ScriptedAuthority
from sign_ins import with_middleware

pytestmark = pytest.mark.django_db

ACCOUNT, CONNECT = "/entrance/account/", "/entrance/account/connect/"
EVIL = {"origin": "https://evil.example", "referer": "https://evil.example/"}


class APIException(Exception):
    pass


class TokenAuthentication:
    """Takes ``Token <user name>``; refuses a name that there is not."""

    def authenticate(self, request: Any) -> tuple[User, None] | None:
        scheme, _, name = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme != "Token":
            return None
        user = User.objects.filter(username=name).first()
        if user is None:
            raise APIException
        return user, None


class Request:
    """As ``rest_framework.request.Request`` is asked: ``user`` is None where ``UNAUTHENTICATED_USER`` says so."""

    def __init__(self, request: Any, *, authenticators: list[Any]) -> None:
        self.request, self.authenticators = request, authenticators

    @property
    def user(self) -> Any:
        found = (each.authenticate(self.request) for each in self.authenticators)
        return next((pair[0] for pair in found if pair is not None), None)


@pytest.fixture
def rest_framework(monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {
        "rest_framework.exceptions": {"APIException": APIException},
        "rest_framework.settings": {
            "api_settings": SimpleNamespace(DEFAULT_AUTHENTICATION_CLASSES=[TokenAuthentication])
        },
        "rest_framework.request": {"Request": Request},
    }
    for name, members in {"rest_framework": {}, **names}.items():
        module = ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)
    is_installed = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda name: name == "rest_framework" or is_installed(name))


@pytest.mark.parametrize(
    ("header", "status"),
    [("Token grace", 200), ("Token stranger", 401), ("Other grace", 401), ("", 401)],
)
def test_a_token_of_rest_framework_gets_a_ticket(
    rest_framework: None, strict_client: Client, header: str, status: int
) -> None:
    """Without a CSRF token, though cookies of other things are there."""
    User.objects.create_user("grace")
    strict_client.cookies["theme"] = "dark"
    response = strict_client.post(CONNECT, headers={"authorization": header} if header else {})
    assert response.status_code == status
    assert response.json().get("reason", "") == ("" if status == 200 else "not_signed_in")


OURS = {"origin": "http://testserver", "referer": "http://testserver/"}


@pytest.mark.parametrize(
    ("sent", "status"),
    [({}, 200), *(({name: OURS[name]}, 200) for name in OURS), *(({name: EVIL[name]}, 403) for name in EVIL)],
)
def test_a_user_who_comes_without_cookie_and_token_comes_from_our_pages(
    authority: ScriptedAuthority, strict_client: Client, settings: Any, sent: dict[str, str], status: int
) -> None:
    """A client certificate or Kerberos lets in whatever the browser sends, from wherever."""
    User.objects.create_user("grace")
    with_middleware(settings, OWN_TOKENS)
    response = strict_client.post(CONNECT, headers={"x-own": "grace"} | sent)
    assert response.status_code == status
    assert response.json().get("reason", "") == ("" if status == 200 else "origin_refused")


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    ("names", "status"), [((), 200), (("referer",), 200), (("origin",), 403), (("origin", "referer"), 403)]
)
def test_a_link_of_another_site_leads_such_a_user_to_the_account(
    strict_client: Client, settings: Any, method: str, names: tuple[str, ...], status: int
) -> None:
    """A browser names the origin of a script that asks another site, and not that of a link (Fetch section 3.2)."""
    User.objects.create_user("grace")
    with_middleware(settings, OWN_TOKENS)
    sent = {"x-own": "grace", "accept": "text/html"} | {name: EVIL[name] for name in names}
    response = getattr(strict_client, method)(ACCOUNT, headers=sent)
    assert response.status_code == status
    assert "no-store" in response["Cache-Control"]
    assert response.headers.get("Access-Control-Allow-Origin") is None
    assert "grace" not in response.content.decode() or (method, status) == ("get", 200)


def test_without_rest_framework_its_tokens_are_nothing(client: Client) -> None:
    User.objects.create_user("grace")
    assert client.post(CONNECT, headers={"authorization": "Token grace"}).status_code == 401


def test_a_login_without_a_request_is_none_of_ours() -> None:
    """As a test or a task may send it."""
    user = User.objects.create_user("grace")
    user_logged_in.send(sender=User, request=None, user=user)
