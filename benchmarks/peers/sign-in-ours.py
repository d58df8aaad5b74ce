"""django-entrance: page sign-in, and the exchange of a token for a session."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from browser import MIDDLEWARE, SIGNED_IN, TEMPLATES, Browser, sign_in_ways, tell_checks, whoami
from our_sessions import asking, bearer
from project import VIEW, configure
from worker import read_case, serve


def main() -> None:
    case = read_case()
    configure(
        INSTALLED_APPS=["django_entrance"],
        MIDDLEWARE=[*MIDDLEWARE, "django_entrance.middleware.EntraMiddleware"],
        TEMPLATES=TEMPLATES,
        LOGIN_REDIRECT_URL=SIGNED_IN,
        AUTHENTICATION_BACKENDS=["django_entrance.backends.EntraBackend", "django.contrib.auth.backends.ModelBackend"],
        ENTRANCE={
            "TENANT_ID": case["tenant"],
            "CLIENT_ID": case["client"],
            "SPA_CLIENT_ID": case["spa"],
            "AUTHORITY_HOST": case["host"],
            "CLIENT_SECRET": "for benchmarks only",
        },
    )
    from django.urls import include

    VIEW.update(whoami=whoami, entrance=include("django_entrance.urls"))
    browser = Browser("POST", "/entrance/sign-in/")
    tell_checks(browser)
    new = iter([asking("POST", "/entrance/session/", None, **bearer(text)) for text in case["new"]])
    serve(
        sign_in_ways(browser)
        | {
            "exchange, known token": asking("POST", "/entrance/session/", None, **bearer(case["known"])),
            "exchange, new token": lambda: next(new)(),
        }
    )


main()
