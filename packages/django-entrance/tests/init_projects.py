"""Projects for ``entrance init``, written into a folder: files by name, as text or bytes."""

from collections.abc import Callable, Mapping
from pathlib import Path

Run = Callable[..., str]
"""Runs the command on the project of a test, and returns what it says."""

MANAGE = """\
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
"""

SETTINGS = """\
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "mysite.urls"
"""

URLS = """\
from django.urls import path

urlpatterns = [
    path("", home),
]
"""

LOGIN = """\
<main>
  <form method="post">{% csrf_token %}{{ form.as_p }}<button>Log in</button></form>
</main>
"""

FILES: Mapping[str, str] = {
    "manage.py": MANAGE,
    "mysite/__init__.py": "",
    "mysite/settings.py": SETTINGS,
    "mysite/urls.py": URLS,
    "templates/registration/login.html": LOGIN,
}


def write(folder: Path, files: Mapping[str, str | bytes | None]) -> Path:
    """Write a project: ``FILES``, with other or further files. None leaves one out."""
    for name, content in {**FILES, **files}.items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, but what Python has compiled."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
