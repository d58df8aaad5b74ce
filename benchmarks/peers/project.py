"""The Django project for all Django peers: SQLite, no DEBUG, one open connection."""

import atexit
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

VIEW: dict[str, Any] = {}
"""Address → view, or the URLs that `include` returns."""


def configure(**settings: Any) -> None:
    """Set up Django with a temporary, migrated database."""
    import django
    from django.conf import settings as django_settings
    from django.core.management import call_command

    folder = TemporaryDirectory(prefix="bench-")
    atexit.register(folder.cleanup)
    apps = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"]
    django_settings.configure(
        DEBUG=False,
        SECRET_KEY="for benchmarks only, and long enough for anything",
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
        ROOT_URLCONF=__name__,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": f"{folder.name}/db.sqlite3",
                "CONN_MAX_AGE": None,
            }
        },
        LOGGING_CONFIG=None,
        **{**settings, "INSTALLED_APPS": [*apps, *settings.get("INSTALLED_APPS", [])]},
    )
    django.setup()
    call_command("migrate", verbosity=0)


def __getattr__(name: str) -> Any:
    """Create `urlpatterns` after Django is set up."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.urls import path

    return [path(f"{address}/", view) for address, view in VIEW.items()]


def asking(address: str, *, expected: str, **headers: str) -> Callable[[], None]:
    """Return a call that makes a complete WSGI request and fails unless the response is `expected`."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory

    handler = WSGIHandler()
    environ = RequestFactory().get(f"/{address}/", headers=headers).environ

    def call() -> None:
        response = handler({**environ}, lambda *_: None)
        assert response.content.decode() == expected, response.content
        response.close()

    return call
