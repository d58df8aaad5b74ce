"""A Django site mounted under /logbook, as Apache or gunicorn do. All other paths answer 404.

    python -m e2e.sub_path.site PORT FOLDER

`FOLDER` contains the built page in `page/`, and the database. The environment configures the authority.
"""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

PREFIX = "/logbook"
FOLDER = Path(sys.argv[-1])

AUTH = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
SETTINGS = {
    "SECRET_KEY": "for-tests-only-and-long-enough-for-anything",
    "DEBUG": True,
    "ROOT_URLCONF": __name__,
    "INSTALLED_APPS": [*AUTH, "django_entrance"],
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django_entrance.middleware.EntraMiddleware",
    ],
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin-allow-popups",
    "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "site.sqlite3"}},
    "ENTRANCE": {"APP_ID_URI": "api://contoso/logbook", "REQUIRED_SCOPES": ["access_as_user"]},
}


def whoami(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username() or "anonymous")


def page(request: HttpRequest, name: str = "index.html") -> FileResponse:
    return FileResponse((FOLDER / "page" / name).open("rb"))


urlpatterns: list[URLPattern | URLResolver] = [
    path("", page),
    path("<path:name>.js", lambda request, name: page(request, f"{name}.js")),
    path("whoami/", whoami),
]


def mounted(application: Any) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """Mount the application under PREFIX (PEP 3333, SCRIPT_NAME)."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(f"{PREFIX}/"):
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"Not part of the site."]
        own = {"SCRIPT_NAME": PREFIX, "PATH_INFO": environ["PATH_INFO"].removeprefix(PREFIX)}
        answer: Iterable[bytes] = application(environ | own, start_response)
        return answer

    return serve


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    sys.modules["e2e.sub_path.site"] = sys.modules["__main__"]
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    settings.configure(**SETTINGS)
    django.setup()
    urlpatterns.append(path("entrance/", include("django_entrance.urls")))  # which needs the user model
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    address = ("localhost", int(sys.argv[1]))
    make_server(*address, mounted(get_wsgi_application()), server_class=Server, handler_class=Quiet).serve_forever()
