"""Makes headers with bearer tokens, and sessions, for tests of whole requests."""

import time
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from scripted import K1, ScriptedAuthority, claims_v2, token

ENTRA_BACKEND = "django_entrance.backends.EntraBackend"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
ENTRA = "django_entrance.middleware.EntraMiddleware"
LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"


def fresh(authority: ScriptedAuthority, *, key: Any = K1, **changes: Any) -> str:
    return token(claims_v2(host=authority.host, now=int(time.time()), **changes), key=key)


def bearer(authority: ScriptedAuthority, *, key: Any = K1, **changes: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {fresh(authority, key=key, **changes)}"}


def expired(authority: ScriptedAuthority) -> dict[str, str]:
    return bearer(authority, exp=int(time.time()) - 100)


def start_session(client: Any, username: str = "barbara", backend: str = MODEL_BACKEND) -> User:
    """Start a session for a user, as a login page does."""
    user = User.objects.get_or_create(username=username)[0]
    client.force_login(user, backend=backend)
    return user


def sign_in(client: Client, authority: ScriptedAuthority, **changes: Any) -> Any:
    """Start a session with a bearer token, as ``<EntranceProvider session="django">`` does; return the answer."""
    answer = client.post("/entrance/session/", headers=bearer(authority, **changes))
    assert answer.status_code == 200, answer.content
    return answer


def with_middleware(settings: Any, *added: str, after: str = ENTRA) -> None:
    """Add middlewares directly after another one."""
    place = settings.MIDDLEWARE.index(after) + 1
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:place], *added, *settings.MIDDLEWARE[place:]]


def start_entra_session(client: Any, authority: ScriptedAuthority, **claims: Any) -> None:
    """Start a session with a token, as a React app does. For an async client, too: only its cookies change."""
    browser = Client()
    answer = browser.post("/entrance/session/", headers=bearer(authority, **claims))
    assert answer.status_code == 200, answer.content
    client.cookies.update(browser.cookies)


def start_with_token(client: Any, authority: ScriptedAuthority, settings: Any, **claims: Any) -> None:
    """Start a session of Entra's also in a project without the middleware, which ``entrance/session/`` needs."""
    before = settings.MIDDLEWARE
    if ENTRA not in before:
        place = before.index("django.contrib.auth.middleware.AuthenticationMiddleware") + 1
        settings.MIDDLEWARE = [*before[:place], ENTRA, *before[place:]]
    start_entra_session(client, authority, **claims)
    settings.MIDDLEWARE = before
