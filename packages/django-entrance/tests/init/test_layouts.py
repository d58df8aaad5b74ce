"""Projects as they are generated: after the command their checks pass, and the login page has the button."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django_entrance.init.running import NEXT
from init_projects import LOGIN, Run, contents, write

ENVIRONMENT = dict(re.findall(r"export (\w+)=(\S+)", NEXT))

ASK = """
import django, sys
django.setup()
from django.core.management import call_command
from django.test import Client

call_command("check")
answer = Client(headers={"host": "localhost"}).get(sys.argv[1])
assert answer.status_code == 200, answer
print(answer.content.decode())
"""

LOGIN_VIEW = 'path("accounts/", include("django.contrib.auth.urls"))'


def page_of(project: Path, settings: str, address: str) -> str:
    """Return the page at an address of a project, in a process of its own."""
    own = {"PYTHONPATH": str(project), "DJANGO_SETTINGS_MODULE": settings, "PATH": "", **ENVIRONMENT}
    command = [sys.executable, "-c", ASK, address]
    done = subprocess.run(command, cwd=project, env=own, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def require_button(project: Path, settings: str, address: str) -> None:
    page = page_of(project, settings, address)
    assert 'type="password"' in page
    assert page.count('action="/entrance/sign-in/"') == 1


def test_startproject(run: Run, tmp_path: Path) -> None:
    call_command("startproject", "mysite", str(tmp_path))
    settings, urls = tmp_path / "mysite/settings.py", tmp_path / "mysite/urls.py"
    settings.write_text(settings.read_text().replace("'DIRS': []", "'DIRS': [BASE_DIR / 'templates']"))
    urls.write_text(
        urls.read_text().replace(
            "urlpatterns = [", f"from django.urls import include\nurlpatterns = [\n    {LOGIN_VIEW},"
        )
    )
    (tmp_path / "templates/registration").mkdir(parents=True)
    (tmp_path / "templates/registration/login.html").write_text(LOGIN)
    before = contents(tmp_path)
    assert "By hand" not in run()
    require_button(tmp_path, "mysite.settings", "/accounts/login/")
    run("--undo")
    assert contents(tmp_path) == before


def test_startproject_as_it_is(run: Run, tmp_path: Path) -> None:
    """It has no login page but the admin's, which needs no line."""
    call_command("startproject", "mysite", str(tmp_path))
    before = contents(tmp_path)
    assert run().count("By hand") == 1
    require_button(tmp_path, "mysite.settings", "/admin/login/")
    run("--undo")
    assert contents(tmp_path) == before


COMMON = """\
from pathlib import Path
BASE_DIR = Path.cwd()
SECRET_KEY = "sample"
DEBUG = True
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ROOT_URLCONF = "config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "shop" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"]},
    }
]
"""

APPS = """\
DJANGO_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
THIRD_PARTY_APPS = [
    "allauth",
    "allauth.account",
]
LOCAL_APPS = [
    # Your stuff: custom apps go here
]
# https://docs.djangoproject.com/en/dev/ref/settings/#installed-apps
INSTALLED_APPS = DJANGO_APPS + THIRD_PARTY_APPS + LOCAL_APPS
"""

MIDDLEWARE = """\
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
"""

URLS = """\
from django.urls import include
from django.urls import path

urlpatterns = [
    # User management
    path("accounts/", include("allauth.urls")),
    # Your stuff: custom urls includes go here
]
"""

PLAIN: dict[str, str | None] = {"mysite/__init__.py": None, "mysite/settings.py": None, "mysite/urls.py": None}


def manage(settings: str) -> str:
    return f'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "{settings}")\n'


def test_the_layout_of_cookiecutter_django(run: Run, tmp_path: Path) -> None:
    files = {
        "manage.py": manage("config.settings.local"),
        "config/settings/__init__.py": "",
        "config/settings/base.py": COMMON + APPS + MIDDLEWARE,
        "config/settings/local.py": "from .base import *  # noqa: F403\nfrom .base import INSTALLED_APPS\n"
        'INSTALLED_APPS = ["django.contrib.staticfiles", *INSTALLED_APPS]\nSTATIC_URL = "/static/"\n',
        "config/settings/production.py": "from .base import *  # noqa: F403\n",
        "config/urls.py": URLS,
        "shop/templates/allauth/layouts/base.html": "{% block content %}{% endblock content %}",
        "templates/registration/login.html": None,
    }
    before = contents(write(tmp_path, PLAIN | files))
    assert "By hand" not in run()
    require_button(tmp_path, "config.settings.local", "/accounts/login/")
    run("--undo")
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    "first",
    [
        "from split_settings.tools import include, optional\n\n"
        'include("components/*.py", optional("local_settings.py"))\n',
        "from .components.apps import *\nfrom .components.base import *\nfrom .components.middleware import *\n",
    ],
    ids=["django-split-settings", "stars"],
)
def test_split_settings(run: Run, tmp_path: Path, first: str) -> None:
    files = {
        "manage.py": manage("config.settings"),
        "config/settings/__init__.py": first,
        "config/settings/components/apps.py": 'INSTALLED_APPS = []\nINSTALLED_APPS += ["django.contrib.auth"]\n'
        'INSTALLED_APPS += ["django.contrib.contenttypes", "django.contrib.sessions"]\n',
        "config/settings/components/base.py": COMMON,
        "config/settings/components/middleware.py": "".join(
            line for line in MIDDLEWARE.splitlines(keepends=True) if "allauth" not in line and "messages" not in line
        ),
        "config/urls.py": URLS.replace("allauth.urls", "django.contrib.auth.urls"),
        "shop/templates/registration/login.html": LOGIN,
        "templates/registration/login.html": None,
    }
    before = contents(write(tmp_path, PLAIN | files))
    assert "By hand" not in run()
    require_button(tmp_path, "config.settings", "/accounts/login/")
    run("--undo")
    assert contents(tmp_path) == before
