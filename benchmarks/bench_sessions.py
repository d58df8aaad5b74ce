"""A Django session that Entra stands behind, over one of Django's own login, in one run. `make bench` runs it.

Requests are WSGI calls of one process on SQLite; the times are CPU times. The exchange is measured over a view that
calls Django's `login()` for a user that it reads, both for a browser without a cookie.
"""

import itertools
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "peers"))

from bench_peers import make_case
from measure import Rounds, interleave, ratio, spread, stay_on_the_quickest_core, time_calls
from project import VIEW, configure
from scripted import claims_v2, token

ROUNDS, WARM_CALLS, LOGIN_CALLS = 41, 40, 10
OWN, ENTRA = "a warm request, Django's own session", "a warm request, Entra's session"
LOGIN, KNOWN, NEW = "Django's login()", "the exchange, a token seen before", "the exchange, a new token"
GOALS = {(ENTRA, OWN): 1.10, (KNOWN, LOGIN): 1.30, (NEW, LOGIN): 1.30}


def main() -> None:
    stay_on_the_quickest_core()
    case = make_case("")
    start(case)
    warm = {name: timed(call) for name, call in warm_requests(case).items()}
    report(interleave(warm, rounds=ROUNDS, calls=WARM_CALLS))
    report(interleave(logins(case), rounds=ROUNDS, calls=LOGIN_CALLS))


def start(case: dict[str, Any]) -> None:
    """Set up a project with its own login and Entra's, and Ada known to both."""
    configure(
        INSTALLED_APPS=["django_entrance"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django_entrance.middleware.EntraMiddleware",
        ],
        AUTHENTICATION_BACKENDS=["django_entrance.backends.EntraBackend", "django.contrib.auth.backends.ModelBackend"],
        ENTRANCE={"TENANT_ID": case["tenant"], "CLIENT_ID": case["api"]},
    )
    from django.contrib.auth import get_user_model, login
    from django.http import HttpRequest, HttpResponse
    from django.views.decorators.csrf import csrf_exempt
    from django_entrance.entra.authorities import configured_authorities
    from django_entrance.sessions.views import session
    from django_entrance.verification import trusted
    from worker_documents import publishing

    def whoami(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.user.get_username() if request.user.is_authenticated else "")

    @csrf_exempt
    def own_login(request: HttpRequest) -> HttpResponse:
        user = get_user_model().objects.get(username="barbara")
        login(request, user, "django.contrib.auth.backends.ModelBackend")
        return HttpResponse("")

    trusting = trusted(tenant=case["tenant"], client_id=case["api"], fetch=publishing(case))
    configured_authorities.results[None] = (trusting,)  # documents from memory
    VIEW.update(whoami=whoami, login=own_login, session=session)
    get_user_model().objects.create_user("barbara")


def warm_requests(case: dict[str, Any]) -> dict[str, Callable[[], None]]:
    from django.test import Client

    own, entra = Client(), Client()
    assert own.post("/login/").status_code == 200
    assert entra.post("/session/", headers=bearer(case["v2"])).status_code == 200
    return {
        OWN: asking("GET", "/whoami/", "barbara", cookie=f"sessionid={own.cookies['sessionid'].value}"),
        ENTRA: asking("GET", "/whoami/", case["upn"], cookie=f"sessionid={entra.cookies['sessionid'].value}"),
    }


def logins(case: dict[str, Any]) -> dict[str, Callable[[int], float]]:
    numbers = itertools.count()

    def exchange_new(calls: int) -> float:
        now = int(time.time())
        tokens = [
            token(claims_v2(now=now, aio="AXQAi", upn=case["upn"], uti=f"u{next(numbers)}")) for _ in range(calls)
        ]
        requests = iter([asking("POST", "/session/", None, **bearer(text)) for text in tokens])
        return time_calls(lambda: next(requests)(), calls)

    return {
        LOGIN: timed(asking("POST", "/login/", "")),
        KNOWN: timed(asking("POST", "/session/", None, **bearer(case["v2"]))),
        NEW: exchange_new,
    }


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


def timed(call: Callable[[], None]) -> Callable[[int], float]:
    return lambda calls: time_calls(call, calls)


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


def report(times: Rounds) -> None:
    for name, values in times.items():
        print(f"{name:40} µs CPU, median (quartiles): {spread(values)}")
    for (name, base), goal in GOALS.items():
        if name in times:
            print(f"{name:40} {ratio(times, name, base):.2f} of {base} (goal {goal:.2f})")


if __name__ == "__main__":
    main()
