"""django-entrance, and Django's own database session.

With ``access`` as an argument, with 20 entries of ACCESS; with ``sessions``, what starts a session and what it costs.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from our_sessions import CSRF, session_views, session_ways
from project import VIEW, asking, configure
from worker import bare_verify, read_case, serve

ACCESS = {
    "app_roles": {
        "Admin": {"groups": ["g0"], "is_staff": True},
        **{f"R{n}": {"groups": [f"g{n}"]} for n in range(1, 10)},
    },
    "groups": {f"{number:08d}-0000-4000-8000-000000000000": {"groups": [f"g{number}"]} for number in range(10)},
}
"""Of these the token of the benchmark has one role and all groups."""


def main() -> None:
    case = read_case()
    configure(
        INSTALLED_APPS=["django_entrance"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django_entrance.middleware.EntraMiddleware",
            *([CSRF] if "sessions" in sys.argv else []),
        ],
        AUTHENTICATION_BACKENDS=["django_entrance.backends.EntraBackend", "django.contrib.auth.backends.ModelBackend"],
        ENTRANCE={
            "TENANT_ID": case["tenant"],
            "CLIENT_ID": case["api"],
            "ACCESS": ACCESS if "access" in sys.argv else {},
        },
    )
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.http import HttpRequest, HttpResponse
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django_entrance.entra.authorities import configured_authorities
    from django_entrance.verification import identify, trusted
    from worker_documents import publishing

    def whoami(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.user.get_username() if request.user.is_authenticated else "")

    def anonymous(request: HttpRequest) -> HttpResponse:
        return HttpResponse("")

    authorities = (trusted(tenant=case["tenant"], client_id=case["api"], fetch=publishing(case)),)
    configured_authorities.results[None] = authorities  # documents from memory
    VIEW.update(anonymous=anonymous, whoami=whoami, **session_views())
    client = Client()
    client.force_login(get_user_model().objects.create_user("barbara"), "django.contrib.auth.backends.ModelBackend")
    bearer = asking("whoami", expected=case["upn"], authorization=f"Bearer {case['v1']}")
    bearer()
    with CaptureQueriesContext(connection) as queries:
        bearer()
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"], "one read, no write"
    sessions = session_ways(case) if "sessions" in sys.argv else {}
    serve(
        sessions
        | {
            "bare": bare_verify(case),
            "verify": lambda: identify(case["v1"], authorities),
            "request, anonymous": asking("anonymous", expected=""),
            "request, anonymous, user read": asking("whoami", expected=""),
            "request, Entra bearer, warm": bearer,
            "request, Django session": asking(
                "whoami", expected="barbara", cookie=f"sessionid={client.cookies['sessionid'].value}"
            ),
        }
    )


main()
