"""Other logins beside ours: each answers byte for byte as it does without us, and every token of Entra's enters."""

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from knox.models import AuthToken
from rest_framework.authtoken.models import Token
from rest_framework_simplejwt.tokens import AccessToken
from scripted import ScriptedAuthority
from sign_ins import ENTRA, bearer, expired, start_session
from silent import unasked

pytestmark = pytest.mark.django_db

ADA = "ada@contoso.example"
Headers = dict[str, str]


@pytest.fixture(autouse=True)
def project(authority: ScriptedAuthority, settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "beside_urls"
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    settings.SIMPLE_JWT = {"SIGNING_KEY": "for-tests-only-and-long-enough-for-hs256"}
    User.objects.create_user("barbara", password="pw")
    yield
    authority.down = False


@pytest.fixture(params=["up", "slow", "down"])
def entra(request: pytest.FixtureRequest, authority: ScriptedAuthority, settings: Any) -> Iterator[str]:
    """Entra, which answers, or accepts the connection and says nothing, or is not there."""
    authority.down = request.param == "down"
    with unasked() as slow:
        if request.param == "slow":
            settings.ENTRANCE |= {"AUTHORITY_HOST": slow}
        yield str(request.param)


def barbara() -> User:
    return User.objects.get(username="barbara")


def authorization(text: str) -> Headers:
    return {"authorization": text}


def basic(pair: str) -> Headers:
    return authorization("Basic " + base64.b64encode(pair.encode()).decode())


def of_simplejwt() -> Headers:
    return authorization(f"Bearer {AccessToken.for_user(barbara())}")


def old_of_simplejwt() -> Headers:
    token = AccessToken.for_user(barbara())
    token.set_exp(lifetime=-timedelta(days=1))
    return authorization(f"Bearer {token}")


def of_rest_framework() -> Headers:
    return authorization(f"Token {Token.objects.get_or_create(user=barbara())[0].key}")


def of_knox() -> Headers:
    return authorization(f"Token {AuthToken.objects.create(barbara())[1]}")


def nothing() -> Headers:
    return {}


def says(text: str) -> Callable[[], Headers]:
    def headers() -> Headers:
        return authorization(text)

    headers.__name__ = text
    return headers


def right_password() -> Headers:
    return basic("barbara:pw")


def wrong_password() -> Headers:
    return basic("barbara:no")


LOGINS: list[tuple[str, Callable[[], Headers]]] = [
    *[("simplejwt", each) for each in (of_simplejwt, old_of_simplejwt, says("Bearer opaque"), says("Token x"))],
    *[("token", each) for each in (of_rest_framework, says("Token wrong"), says("Token a b"), says("Token"))],
    *[("knox", each) for each in (of_knox, says("Token wrong"), says("Token a b"))],
    *[("basic", each) for each in (right_password, wrong_password, says("Basic !"), says("Basic"))],
    *[("jwt-and-token", each) for each in (of_simplejwt, of_rest_framework, says("Token wrong"), old_of_simplejwt)],
    *[("ninja-basic", each) for each in (right_password,)],
]
"""Another login's credentials, good and bad, and the views that they are for."""


def answer(path: str, headers: Headers, settings: Any, *, with_us: bool, client: Client | None = None) -> Any:
    before = settings.MIDDLEWARE
    if not with_us:
        settings.MIDDLEWARE = [each for each in before if each != ENTRA]
    response = (client or Client()).get(path, headers=headers)
    settings.MIDDLEWARE = before
    sent = {name: text for name, text in response.items() if name != "Vary"}
    return response.status_code, sent, response.content


@pytest.mark.parametrize(("name", "made"), LOGINS, ids=lambda each: each if isinstance(each, str) else each.__name__)
def test_another_login_answers_as_without_us(
    authority: ScriptedAuthority, settings: Any, entra: str, name: str, made: Callable[[], Headers]
) -> None:
    headers = made()
    without = answer(f"/alone/{name}/", headers, settings, with_us=False)
    assert answer(f"/beside/{name}/", headers, settings, with_us=True) == without
    assert answer(f"/alone/{name}/", headers, settings, with_us=True) == without
    assert authority.requests == [], "nothing waits for Entra, which is not asked"


@pytest.mark.parametrize("name", ["session", "plain", "ninja-session"])
def test_a_session_answers_as_without_us(
    authority: ScriptedAuthority, settings: Any, client: Client, entra: str, name: str
) -> None:
    start_session(client)
    without = answer(f"/alone/{name}/", {}, settings, with_us=False, client=client)
    assert without[0] == 200
    assert b"barbara" in without[2]
    assert answer(f"/beside/{name}/", {}, settings, with_us=True, client=client) == without
    assert authority.requests == []


@pytest.mark.parametrize("order", ["beside", "after"])
@pytest.mark.parametrize("name", ["token", "knox", "basic", "session", "simplejwt", "jwt-and-token"])
@pytest.mark.parametrize("with_us", [True, False], ids=["middleware", "no middleware"])
def test_every_token_of_entras_enters(
    authority: ScriptedAuthority, settings: Any, order: str, name: str, with_us: bool
) -> None:
    """SimpleJWT refuses each token that is not its own, so it must come after ours."""
    status, _, content = answer(f"/{order}/{name}/", bearer(authority), settings, with_us=with_us)
    if order == "after" and "jwt" in name:
        assert (status, b"token_not_valid" in content) == (401, True)
    else:
        assert (status, content) == (200, b'{"user":"ada@contoso.example"}')


@pytest.mark.parametrize("name", ["token", "knox", "basic", "session", "simplejwt", "ninja-basic", "ninja-session"])
@pytest.mark.parametrize("with_us", [True, False], ids=["middleware", "no middleware"])
def test_a_bad_token_of_entras_is_no_other_logins(
    authority: ScriptedAuthority, settings: Any, client: Client, name: str, with_us: bool
) -> None:
    start_session(client)
    status, sent, _ = answer(f"/beside/{name}/", expired(authority), settings, with_us=with_us, client=client)
    assert status == 401
    assert 'error="invalid_token"' in sent["WWW-Authenticate"]


@pytest.mark.parametrize("name", ["token", "knox", "basic", "session", "simplejwt"])
def test_no_credentials_are_401_with_our_challenge(settings: Any, name: str) -> None:
    status, sent, content = answer(f"/beside/{name}/", {}, settings, with_us=True)
    assert (status, sent["WWW-Authenticate"]) == (401, 'Bearer realm="entrance"')
    assert content == answer(f"/alone/{name}/", {}, settings, with_us=False)[2]
