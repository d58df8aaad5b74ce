"""allauth and oauth-toolkit answer byte for byte as without us, and every token of Entra's enters beside them."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application
from scripted import ScriptedAuthority
from sign_ins import ENTRA, ENTRA_BACKEND, LOGIN_REQUIRED, bearer, expired, fresh, with_middleware
from silent import unasked

pytestmark = pytest.mark.django_db

ADA = "ada@contoso.example"
JWT = "allauth.headless.tokens.strategies.jwt.JWTTokenStrategy"
APP, BROWSER = "/_allauth/app/v1", "/_allauth/browser/v1"
CHANGING = re.compile(r'("(?:session_token|access_token|refresh_token)": ?)"[^"]+"|("at": ?)[\d.]+')
"""What differs between two equal answers of allauth."""

DIFFERENT = {"Vary", "Content-Length", "Expires"}
"""``Vary`` is ours; the others follow from the moment, and from the length of what differs by itself."""

Headers = dict[str, str]


@pytest.fixture(params=["up", "slow", "down"])
def entra(request: pytest.FixtureRequest, authority: ScriptedAuthority, settings: Any) -> Iterator[str]:
    """Entra, which answers, or accepts the connection and says nothing, or is not there."""
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    authority.down = request.param == "down"
    with unasked() as slow:
        if request.param == "slow":
            settings.ENTRANCE |= {"AUTHORITY_HOST": slow}
        yield str(request.param)
    assert authority.requests == [], "an own login asks nothing of Entra"
    authority.down = False


@pytest.fixture(params=[False, True], ids=["open", "login required"])
def guarded(request: pytest.FixtureRequest, settings: Any) -> None:
    if request.param:
        with_middleware(settings, LOGIN_REQUIRED)


@pytest.fixture(autouse=True)
def barbara(db: None, settings: Any) -> User:
    settings.LOGIN_URL = "/login/"
    return User.objects.create_user("barbara", "barbara@contoso.example", "pw")


def sign_in(settings: Any, strategy: str | None = None) -> dict[str, str]:
    """Sign in with a password through allauth; return the tokens."""
    if strategy is not None:
        settings.HEADLESS_TOKEN_STRATEGY = strategy
    person = {"username": "barbara", "password": "pw"}
    answer = Client().post(f"{APP}/auth/login", person, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json()["meta"])


def of_session(settings: Any) -> Headers:
    return {"x-session-token": sign_in(settings)["session_token"]}


def of_jwt(settings: Any) -> Headers:
    return {"authorization": f"Bearer {sign_in(settings, JWT)['access_token']}"}


def broken_jwt(settings: Any) -> Headers:
    return {"authorization": of_jwt(settings)["authorization"][:-4] + "AAAA"}


def of_toolkit(settings: Any, scope: str = "log", days: int = 1) -> Headers:
    user = User.objects.get(username="barbara")
    client = Application.objects.create(
        user=user, client_type="confidential", authorization_grant_type="client-credentials"
    )
    ends = timezone.now() + timedelta(days=days)
    AccessToken.objects.create(user=user, application=client, token="opaque-of-toolkit", scope=scope, expires=ends)
    return {"authorization": "Bearer opaque-of-toolkit"}


def without_scope(settings: Any) -> Headers:
    return of_toolkit(settings, scope="other")


def old_of_toolkit(settings: Any) -> Headers:
    return of_toolkit(settings, days=-1)


def nothing(settings: Any) -> Headers:
    return {}


def says(name: str, text: str) -> Callable[[Any], Headers]:
    def headers(settings: Any) -> Headers:
        return {name: text}

    headers.__name__ = text
    return headers


Made = Callable[[Any], Headers]
BY_SESSION: list[Made] = [of_session, says("x-session-token", "wrong"), nothing]
BY_JWT: list[Made] = [of_jwt, broken_jwt, says("authorization", "Bearer opaque")]
BY_TOOLKIT: list[Made] = [of_toolkit, without_scope, old_of_toolkit, says("authorization", "Bearer wrong")]
LOGINS = [
    *[(name, of_session) for name in ("allauth-session", "ninja-session")],
    *[("allauth-jwt", made) for made in BY_JWT],
    ("ninja-jwt", of_jwt),
    *[(name, made) for name in ("oauth", "oauth-scope") for made in BY_TOOLKIT],
]
"""Views that our class stands beside."""

OF_THEIRS = [
    *[(name, made) for name in ("resource", "plain") for made in (*BY_TOOLKIT, nothing)],
    *[(f"{APP}/auth/session", made) for made in (*BY_SESSION, *BY_JWT)],
    *[(f"{APP}/account/password/change", made) for made in (of_session, nothing)],
    (f"{APP}/config", nothing),
    (f"{BROWSER}/auth/session", nothing),
]
"""Views that are theirs, and know nothing of ours."""


def ids(value: Any) -> str:
    return value if isinstance(value, str) else value.__name__


def answer(path: str, headers: Headers, settings: Any, *, with_us: bool, body: Any = None) -> Any:
    middleware, backends = settings.MIDDLEWARE, settings.AUTHENTICATION_BACKENDS
    if not with_us:
        settings.MIDDLEWARE = [each for each in middleware if each != ENTRA]
        settings.AUTHENTICATION_BACKENDS = [each for each in backends if each != ENTRA_BACKEND]
    client = Client()
    sent = {} if body is None else {"data": body, "content_type": "application/json"}
    response = (client.get if body is None else client.post)(path, headers=headers, **sent)
    settings.MIDDLEWARE, settings.AUTHENTICATION_BACKENDS = middleware, backends
    told = {name: text.replace("/alone/", "/beside/") for name, text in response.items() if name not in DIFFERENT}
    return response.status_code, told, CHANGING.sub(r'\1\2"…"', response.content.decode())


@pytest.mark.parametrize(("name", "made"), LOGINS, ids=ids)
def test_another_login_answers_as_without_us(settings: Any, entra: str, guarded: None, name: str, made: Made) -> None:
    headers = made(settings)
    without = answer(f"/alone/{name}/", headers, settings, with_us=False)
    assert answer(f"/alone/{name}/", headers, settings, with_us=True) == without
    assert answer(f"/beside/{name}/", headers, settings, with_us=True) == without
    good = made in (of_session, of_jwt, of_toolkit) or (name, made) == ("oauth", without_scope)
    closed = name.startswith("ninja") and LOGIN_REQUIRED in settings.MIDDLEWARE  # it asks before Ninja does
    assert without[0] == (302 if closed else 200) if good else without[0] in (401, 403)


def test_a_session_token_that_is_unknown_is_401_instead_of_403(settings: Any, entra: str) -> None:
    """allauth's class takes it for no credentials, and sends no challenge; ours sends one."""
    headers = {"x-session-token": "wrong"}
    _, shown, content = answer("/alone/allauth-session/", headers, settings, with_us=False)
    beside = answer("/beside/allauth-session/", headers, settings, with_us=True)
    assert beside == (401, shown | {"WWW-Authenticate": 'Bearer realm="entrance"'}, content)


@pytest.mark.parametrize(("name", "made"), OF_THEIRS, ids=ids)
def test_their_own_views_answer_as_without_us(settings: Any, entra: str, guarded: None, name: str, made: Made) -> None:
    path, headers = name if name.startswith("/") else f"/beside/{name}/", made(settings)
    without = answer(path, headers, settings, with_us=False)
    assert answer(path, headers, settings, with_us=True) == without
    assert made is not of_toolkit or without[0] == 200


@pytest.mark.parametrize("strategy", [None, JWT], ids=["session tokens", "JWT"])
@pytest.mark.parametrize("client", [APP, BROWSER], ids=["app", "browser"])
@pytest.mark.parametrize("password", ["pw", "wrong", ""])
def test_a_sign_in_with_a_password_answers_as_without_us(
    settings: Any, entra: str, guarded: None, strategy: str | None, client: str, password: str
) -> None:
    if strategy is not None:
        settings.HEADLESS_TOKEN_STRATEGY = strategy
    body = json.dumps({"username": "barbara", "password": password})
    without = answer(f"{client}/auth/login", {}, settings, with_us=False, body=body)
    assert answer(f"{client}/auth/login", {}, settings, with_us=True, body=body) == without
    assert (without[0] == 200) == (password == "pw")


def test_the_toolkits_client_gets_its_token_as_without_us(settings: Any, entra: str, guarded: None) -> None:
    """Its secret comes in ``Authorization: Basic``."""
    secret = {"client_id": "robot", "client_secret": "s"}
    Application.objects.create(
        client_type="confidential", authorization_grant_type="client-credentials", hash_client_secret=False, **secret
    )
    headers = {"authorization": "Basic cm9ib3Q6cw=="}
    body = json.dumps({})
    without = answer("/o/token/?grant_type=client_credentials", headers, settings, with_us=False, body=body)
    assert answer("/o/token/?grant_type=client_credentials", headers, settings, with_us=True, body=body) == without


NAMES = ["allauth-session", "allauth-jwt", "oauth", "ninja-session", "ninja-jwt", "plain"]


@pytest.mark.parametrize("name", NAMES)
def test_every_token_of_entras_enters(authority: ScriptedAuthority, settings: Any, guarded: None, name: str) -> None:
    status, _, content = answer(f"/beside/{name}/", bearer(authority), settings, with_us=True)
    assert status == 200
    assert ADA in content


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("beside", [of_session, nothing], ids=ids)
def test_a_bad_token_of_entras_is_no_other_logins(
    authority: ScriptedAuthority, settings: Any, guarded: None, name: str, beside: Made
) -> None:
    headers = beside(settings) | expired(authority)
    status, shown, content = answer(f"/beside/{name}/", headers, settings, with_us=True)
    assert (status, json.loads(content)["reason"]) == (401, "token_expired")
    assert 'error="invalid_token"' in shown["WWW-Authenticate"]


def test_a_token_of_entras_is_no_token_of_the_toolkits(authority: ScriptedAuthority, settings: Any) -> None:
    """A person of Entra's has no scope of the toolkit's, whose own decorator and permission ask for it."""
    for name in ("resource", "oauth-scope"):
        assert answer(f"/beside/{name}/", bearer(authority), settings, with_us=True)[0] == 403


def test_both_may_enter_by_a_scope_of_their_own(authority: ScriptedAuthority, settings: Any) -> None:
    assert answer("/either/", bearer(authority), settings, with_us=True)[0] == 200
    assert answer("/either/", of_toolkit(settings), settings, with_us=True)[0] == 200
    assert answer("/either/", {}, settings, with_us=True)[0] == 401
    AccessToken.objects.update(scope="other")
    headers = {"authorization": "Bearer opaque-of-toolkit"}
    assert answer("/either/", headers, settings, with_us=True)[0] == 403


def test_own_logins_answer_while_a_token_waits_for_keys(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
    headers = of_session(settings)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"http://localhost:{silent.getsockname()[1]}"
        settings.ENTRANCE |= {"AUTHORITY_HOST": host}
        asked: list[Any] = []
        waits = threading.Thread(target=lambda: asked.append(waiting(fresh(ScriptedAuthority(host=host)))))
        waits.start()
        silent.settimeout(20)
        connection, _ = silent.accept()
        assert answer("/beside/allauth-session/", headers, settings, with_us=True)[0] == 200
        assert waits.is_alive()
        connection.close()
        waits.join(30)
    assert (asked[0].status_code, asked[0].json()["reason"]) == (503, "authority_unreachable")


def waiting(token: str) -> Any:
    return Client().get("/beside/plain/", headers={"authorization": f"Bearer {token}"})
