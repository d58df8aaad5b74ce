"""The settings get the app, the middleware, the backend and ``ENTRANCE``, where each belongs."""

from pathlib import Path

import pytest
from django_entrance.init.settings import BACKENDS
from init_projects import SETTINGS, Run, contents, write

MIDDLE = '"django_entrance.middleware.EntraMiddleware"'
BASE = """\
DJANGO_APPS = ["django.contrib.auth"]
THIRD_PARTY_APPS = [
    "rest_framework",
]
LOCAL_APPS = ["people"]
INSTALLED_APPS = DJANGO_APPS + THIRD_PARTY_APPS + LOCAL_APPS
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
MIDDLEWARE = [
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "mysite.urls"
"""


def settings_after(run: Run, tmp_path: Path, settings: str) -> str:
    write(tmp_path, {"mysite/settings.py": settings})
    run()
    return (tmp_path / "mysite/settings.py").read_text()


def values(settings: str) -> dict[str, object]:
    found: dict[str, object] = {}
    exec(settings, found)
    return found


def test_a_project_of_startproject(run: Run, tmp_path: Path) -> None:
    assert settings_after(run, tmp_path, SETTINGS) == (
        """\
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django_entrance",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_entrance.middleware.EntraMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

AUTHENTICATION_BACKENDS = [
    "django_entrance.backends.EntraBackend",
    "django.contrib.auth.backends.ModelBackend",
]

# From the environment: ENTRANCE_TENANT_ID, ENTRANCE_CLIENT_ID, ENTRANCE_CLIENT_SECRET. Other settings go here.
ENTRANCE: dict = {}

ROOT_URLCONF = "mysite.urls"
"""
    )


def test_third_party_apps_have_a_list_of_their_own(run: Run, tmp_path: Path) -> None:
    after = settings_after(run, tmp_path, BASE)
    assert '    "rest_framework",\n    "django_entrance",\n]' in after
    assert values(after)["AUTHENTICATION_BACKENDS"] == [
        "django_entrance.backends.EntraBackend",
        "django.contrib.auth.backends.ModelBackend",
        "allauth.account.auth_backends.AuthenticationBackend",
    ]


def test_the_only_list_of_backends_gets_ours_whatever_it_has(run: Run, tmp_path: Path) -> None:
    after = settings_after(run, tmp_path, SETTINGS + 'AUTHENTICATION_BACKENDS = ("people.Backend",)\n')
    assert 'AUTHENTICATION_BACKENDS = ("django_entrance.backends.EntraBackend", "people.Backend",)' in after


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (SETTINGS.replace('"django.contrib.auth.middleware.AuthenticationMiddleware"', '"own.Auth"'), "MIDDLEWARE"),
        (SETTINGS.replace("MIDDLEWARE = [", "MIDDLEWARE = own(").replace("]\n\nROOT", ")\n\nROOT"), "MIDDLEWARE"),
        (SETTINGS + SETTINGS, "INSTALLED_APPS"),
        (SETTINGS + "AUTHENTICATION_BACKENDS = backends()\n", "AUTHENTICATION_BACKENDS"),
    ],
)
def test_what_has_no_certain_place_is_left_to_people(run: Run, tmp_path: Path, settings: str, name: str) -> None:
    write(tmp_path, {"mysite/settings.py": settings})
    said = run()
    assert f"By hand, in mysite/settings.py (no single list of {name} that is written out has 'django." in said


def test_what_is_there_already_stays(run: Run, tmp_path: Path) -> None:
    by_hand = f'INSTALLED_APPS += ["django_entrance"]\nMIDDLEWARE.insert(2, {MIDDLE})\nENTRANCE = dict()\n'
    after = settings_after(run, tmp_path, SETTINGS + by_hand)
    [added] = after.split(SETTINGS.removesuffix('\nROOT_URLCONF = "mysite.urls"\n'))[1:]
    assert added == BACKENDS + '\n\nROOT_URLCONF = "mysite.urls"\n' + by_hand


def test_a_logger_of_our_name_is_not_the_app(run: Run, tmp_path: Path) -> None:
    after = settings_after(run, tmp_path, SETTINGS + 'LOGGING = {"loggers": {"django_entrance": {}}}\n')
    assert values(after)["INSTALLED_APPS"] == ["django.contrib.auth", "django.contrib.contenttypes", "django_entrance"]


def test_twice_is_once(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"mysite/settings.py": BASE})
    run()
    after = contents(tmp_path)
    assert run() == "Nothing to add: the project has django-entrance.\n"
    assert contents(tmp_path) == after


COMPANY = "from company.settings import *\n"
NOT_REPLACED = {
    "from outside": {"mysite/settings.py": COMPANY + SETTINGS},
    "from outside, before a part": {
        "mysite/settings.py": f"{COMPANY}from .base import *\n",
        "mysite/base.py": SETTINGS,
    },
    "by name": {"mysite/settings.py": f"from company.own import AUTHENTICATION_BACKENDS, ENTRANCE\n{SETTINGS}"},
}


@pytest.mark.parametrize("files", NOT_REPLACED.values(), ids=NOT_REPLACED)
def test_settings_that_come_from_elsewhere_are_not_replaced(run: Run, tmp_path: Path, files: dict[str, str]) -> None:
    """A company's backends may have no passwords: a list with Django's own would bring them back."""
    said = (write(tmp_path, files), run())[1]
    assert "AUTHENTICATION_BACKENDS = [" not in said
    assert "+ENTRANCE" not in said
    assert '    "django_entrance.backends.EntraBackend",  # in AUTHENTICATION_BACKENDS' in said
    assert '+    "django_entrance.middleware.EntraMiddleware",' in said


def test_control_what_comes_later_from_elsewhere_takes_the_place_itself(run: Run, tmp_path: Path) -> None:
    assert "AUTHENTICATION_BACKENDS = [" in settings_after(run, tmp_path, SETTINGS + COMPANY)
