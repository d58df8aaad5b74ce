"""Warm requests through the adapters: with ours, with each framework's own session, or with allauth headless.

The second argument says which; the third one, ``graphene``, leaves the frameworks to the environment that has it.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from adapter_views import ALLAUTH, OURS, OWN, graphene_views, ninja_views, rest_views, strawberry_views
from counting import work_of
from project import VIEW, configure
from worker import bare_verify, read_case, serve

SIDE, HAS_GRAPHENE = sys.argv[2], "graphene" in sys.argv
USUAL = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
MIDDLEWARE = {
    OURS: ["django_entrance.middleware.EntraMiddleware"],
    OWN: [],
    ALLAUTH: ["allauth.account.middleware.AccountMiddleware"],
}
BACKENDS = {OURS: ["django_entrance.backends.EntraBackend"], OWN: [], ALLAUTH: []}
APPS = {OURS: ["django_entrance"], OWN: [], ALLAUTH: ["allauth", "allauth.account", "allauth.headless"]}


def main() -> None:
    case = read_case()
    configure(
        INSTALLED_APPS=[*APPS[SIDE], *(["graphene_django"] if HAS_GRAPHENE else ["rest_framework"])],
        MIDDLEWARE=[*USUAL, *MIDDLEWARE[SIDE]],
        AUTHENTICATION_BACKENDS=[*BACKENDS[SIDE], "django.contrib.auth.backends.ModelBackend"],
        ENTRANCE={"TENANT_ID": case["tenant"], "CLIENT_ID": case["api"]},
        HEADLESS_JWT_PRIVATE_KEY=case["pem"],
        SIMPLE_JWT={"SIGNING_KEY": "for benchmarks only, and long enough for HS256"},
    )
    VIEW.update(graphene_views(SIDE) if HAS_GRAPHENE else rest_views(SIDE) | other_views())
    user = make_user("barbara")
    ways = {OURS: ours, OWN: own, ALLAUTH: allauth}[SIDE](case, user)
    print(json.dumps({name: work_of(call) for name, call in ways.items()}), flush=True)
    serve({"bare": bare_verify(case)} | ways)


def make_user(username: str) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_user(username)


def other_views() -> dict[str, Any]:
    return ninja_views(SIDE) | ({} if SIDE == ALLAUTH else strawberry_views(SIDE))


def ours(case: dict[str, Any], user: Any) -> dict[str, Any]:
    """Return each view with an Entra token, and with a session that it was exchanged for."""
    from django.test import Client
    from django_entrance.entra.authorities import configured_authorities
    from django_entrance.sessions.views import session
    from django_entrance.verification import trusted
    from worker_documents import publishing

    authorities = (trusted(tenant=case["tenant"], client_id=case["api"], fetch=publishing(case)),)
    configured_authorities.results[None] = authorities  # documents from memory
    VIEW["session"] = session
    bearer = {"authorization": f"Bearer {case['v2']}"}
    client = Client()
    assert client.post("/session/", headers=bearer).status_code == 200
    cookie = {"cookie": f"sessionid={client.cookies['sessionid'].value}"}
    ways: dict[str, Any] = {}
    for name in (name for name in VIEW if name != "session"):
        ways[f"{name}: Entra token"] = asking(name, case["upn"], **bearer)
        ways[f"{name}: Entra session"] = asking(name, case["upn"], **cookie)
    return ways


def own(case: dict[str, Any], user: Any) -> dict[str, Any]:
    """Return each view with a session of Django's, and REST framework's with a token of simplejwt's."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    names = [name for name in VIEW if name != "rest-simplejwt"]
    ways = {f"{name}: own session": asking(name, "barbara", cookie=cookie) for name in names}
    if not HAS_GRAPHENE:
        from rest_framework_simplejwt.tokens import AccessToken

        token = f"Bearer {AccessToken.for_user(user)}"
        ways["rest: simplejwt"] = asking("rest-simplejwt", "barbara", authorization=token)
    return ways


def allauth(case: dict[str, Any], user: Any) -> dict[str, Any]:
    """Return the views of REST framework and Ninja with both kinds of tokens of allauth headless."""
    from importlib import import_module

    import cryptography.hazmat.primitives.serialization  # noqa: F401  # allauth takes it for imported
    from allauth.headless.tokens.strategies.jwt import internal
    from django.conf import settings
    from django.contrib.auth import login
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, user, "django.contrib.auth.backends.ModelBackend")
    request.session.save()
    session = {"x-session-token": request.session.session_key}
    token = internal.create_access_token(user, request.session, {})
    bearer = {"authorization": f"Bearer {token}"}
    return {
        "rest: allauth session token": asking("rest-allauth-session", "barbara", **session),
        "rest: allauth JWT": asking("rest-allauth-jwt", "barbara", **bearer),
        "ninja: allauth session token": asking("ninja", "barbara", path="allauth-session", **session),
        "ninja: allauth JWT": asking("ninja", "barbara", path="allauth-jwt", **bearer),
    }


def asking(name: str, expected: str, path: str = "", **headers: str) -> Any:
    """Return a call that makes a complete WSGI request and fails unless the response names the user."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory

    handler = WSGIHandler()
    query = {"query": "{me}"} if name in ("strawberry", "graphene") else {}
    environ = RequestFactory().get(f"/{name}/{path}", query, headers=headers).environ

    def call() -> None:
        response = handler({**environ}, lambda *_: None)
        assert expected.encode() in response.content, (name, response.status_code, response.content)
        response.close()

    return call


main()
