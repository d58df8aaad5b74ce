"""A browser that is new for each sign-in: two WSGI requests, and at the provider a code of its own making."""

import base64
import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

SIGNED_IN = "/in/"
"""Where a person is led who is signed in (`LOGIN_REDIRECT_URL`)."""

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
CSRF = "c" * 32
FLAWS = ("", "state", "nonce", "signature")


def whoami(request: Any) -> Any:
    from django.http import HttpResponse

    return HttpResponse(request.user.get_username() if request.user.is_authenticated else "")


class Browser:
    """Begins at ``begin`` with ``method``, and keeps the cookies of the site."""

    def __init__(self, method: str, begin: str) -> None:
        from django.core.handlers.wsgi import WSGIHandler
        from django.test import RequestFactory

        self.handler, self.method, self.begin_at = WSGIHandler(), method, begin
        self.environ = RequestFactory().generic("GET", "/", headers={"x-csrftoken": CSRF}).environ
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, query: str = "") -> Any:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        changes = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_COOKIE": cookies}
        response = self.handler({**self.environ, **changes}, lambda *_: None)
        self.cookies |= {name: cookie.value for name, cookie in response.cookies.items()}
        response.close()
        return response

    def begin(self) -> str:
        """Return where a new browser is led."""
        self.cookies = {"csrftoken": CSRF}
        response = self.ask(self.method, self.begin_at)
        assert response.status_code == 302, response.content
        return str(response["Location"])

    def come_back(self, address: str, flaw: str) -> Any:
        asked = dict(parse_qsl(urlsplit(address).query))
        code = {"nonce": asked.get("nonce"), "challenge": asked["code_challenge"], "flaw": flaw}
        sent = {"state": asked["state"], "code": base64.urlsafe_b64encode(json.dumps(code).encode()).decode()}
        if flaw == "state":
            sent["state"] = sent["state"][::-1]
        return self.ask("GET", urlsplit(asked["redirect_uri"]).path, urlencode(sent))

    def sign_in(self) -> None:
        response = self.come_back(self.begin(), "")
        assert response.status_code == 302, response.content
        assert response["Location"] == SIGNED_IN, response["Location"]

    def tries(self, flaw: str) -> bool:
        """Return whether a person is signed in by an answer with this flaw."""
        self.come_back(self.begin(), flaw)
        return bool(self.ask("GET", "/whoami/").content)


def tell_checks(browser: Browser) -> None:
    """Print which flaws the site refuses. Without one, the person is signed in."""
    logging.disable()
    signed_in = {flaw: browser.tries(flaw) for flaw in FLAWS}
    logging.disable(logging.NOTSET)
    assert signed_in.pop(""), "control"
    print(json.dumps({flaw: not is_signed_in for flaw, is_signed_in in signed_in.items()}), flush=True)


def sign_in_ways(browser: Browser) -> dict[str, Callable[[], object]]:
    return {"begin": browser.begin, "sign-in": browser.sign_in}
