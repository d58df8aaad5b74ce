"""A Django project of one view on SQLite, as every Django peer is measured in: no DEBUG, one open connection."""

import atexit
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

VIEW: dict[str, Callable[..., Any]] = {}


def configure(**settings: Any) -> None:
    """Start Django with a migrated database, which is gone when the process ends."""
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
    """``urlpatterns``, made once Django is there."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.urls import path

    return [path(f"{address}/", view) for address, view in VIEW.items()]


def asking(address: str, *, expected: str, **headers: str) -> Callable[[], None]:
    """Return a call that makes one whole WSGI request, and fails unless the answer is ``expected``."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory

    handler = WSGIHandler()
    environ = RequestFactory().get(f"/{address}/", headers=headers).environ

    def call() -> None:
        response = handler({**environ}, lambda *_: None)
        assert response.content.decode() == expected, response.content
        response.close()

    return call
