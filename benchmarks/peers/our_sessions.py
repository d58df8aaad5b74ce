"""Sessions: a warm request of Django's own and of Entra's; Django's login and the exchange, without a cookie."""

from collections.abc import Callable
from typing import Any

CSRF = "django.middleware.csrf.CsrfViewMiddleware"


def session_views() -> dict[str, Callable[..., Any]]:
    """Return the views by address."""
    from django.contrib.auth import get_user_model, login
    from django.http import HttpRequest, HttpResponse
    from django.views.decorators.csrf import csrf_exempt
    from django_entrance.sessions.views import session

    @csrf_exempt
    def own_login(request: HttpRequest) -> HttpResponse:
        user = get_user_model().objects.get(username="barbara")
        login(request, user, "django.contrib.auth.backends.ModelBackend")
        return HttpResponse("")

    return {"login": own_login, "session": session}


def session_ways(case: dict[str, Any]) -> dict[str, Callable[[], None]]:
    """Return the calls to measure. ``new`` of the case has tokens, of which each is used once."""
    from django.test import Client

    own, entra = Client(), Client()
    assert own.post("/login/").status_code == 200
    assert entra.post("/session/", headers=bearer(case["v2"])).status_code == 200
    fresh = iter([asking("POST", "/session/", None, **bearer(text)) for text in case["new"]])
    return {
        "own, warm": asking("GET", "/whoami/", "barbara", cookie=f"sessionid={own.cookies['sessionid'].value}"),
        "entra, warm": asking("GET", "/whoami/", case["upn"], cookie=f"sessionid={entra.cookies['sessionid'].value}"),
        "login": asking("POST", "/login/", ""),
        "exchange, known": asking("POST", "/session/", None, **bearer(case["v2"])),
        "exchange, new": lambda: next(fresh)(),
    }


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


def asking(method: str, address: str, expected: str | None, **headers: str) -> Callable[[], None]:
    """Return a call that makes a complete WSGI request, with the end that servers give it."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory

    handler = WSGIHandler()
    environ = RequestFactory().generic(method, address, headers=headers).environ

    def call() -> None:
        response = handler({**environ}, lambda *_: None)
        assert response.status_code == 200, response.content
        assert expected is None or response.content.decode() == expected, response.content
        response.close()

    return call
