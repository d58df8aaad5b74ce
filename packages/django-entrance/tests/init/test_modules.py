"""Settings in several files: star imports, split settings, packages; only files of the project."""

from pathlib import Path

import pytest
from init_projects import MANAGE, SETTINGS, Run, contents, write

LAYOUTS = {
    "a package of stars": {
        "mysite/settings/__init__.py": (
            "from .base import *\ntry:\n    from .local import *\nexcept ImportError:\n    pass\n"
        ),
        "mysite/settings/base.py": SETTINGS,
        "mysite/settings/local.py": "DEBUG = True\nINSTALLED_APPS += ['debug_toolbar']\n",
    },
    "base and local": {
        "manage.py": MANAGE.replace("mysite.settings", "mysite.settings.local"),
        "mysite/settings/__init__.py": "",
        "mysite/settings/base.py": SETTINGS,
        "mysite/settings/local.py": (
            "from mysite.settings.base import *\nfrom decouple import *\nINSTALLED_APPS = ['x', *INSTALLED_APPS]\n"
        ),
    },
    "a package above": {
        "manage.py": MANAGE.replace("mysite.settings", "mysite.settings.env.local"),
        "mysite/settings/__init__.py": SETTINGS,
        "mysite/settings/env/__init__.py": "from .. import *\n",
        "mysite/settings/env/local.py": "from ..env import *\nfrom . import *\n",
    },
    "django-split-settings": {
        "mysite/settings/__init__.py": (
            "from split_settings.tools import include, optional\n"
            "ENV = 'x'\ninclude('components/*.py', f'environments/{ENV}.py', optional('local.py'))\n"
        ),
        "mysite/settings/components/base.py": SETTINGS,
        "mysite/settings/components/other.py": "DEBUG = False\n",
    },
    "below src": {
        "src/mysite/settings.py": SETTINGS,
        "src/mysite/urls.py": "from django.urls import include, path\nurlpatterns = []\n",
        "mysite/__init__.py": None,
        "mysite/urls.py": None,
    },
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_settings_go_where_djangos_own_are(run: Run, tmp_path: Path, layout: dict[str, str | None]) -> None:
    write(tmp_path, {"mysite/settings.py": None, **layout})
    before = contents(tmp_path)
    assert "By hand" not in run()
    changed = [name for name, data in contents(tmp_path).items() if before.get(name) != data]
    [settings] = [name for name, text in layout.items() if text == SETTINGS]
    assert settings in changed
    assert len([name for name in changed if "settings" in name]) == 1
    assert contents(tmp_path)[settings].count(b"django_entrance") == 3
    run("--undo")
    assert contents(tmp_path) == before


def test_a_list_that_two_files_write_is_left_to_people(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"mysite/settings.py": f"from .base import *\n{SETTINGS}", "mysite/base.py": SETTINGS})
    said = run()
    assert said.count("By hand, in mysite/settings.py (") == 4
    assert (tmp_path / "mysite/base.py").read_text() == SETTINGS


def test_modules_that_import_each_other(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path,
        {"mysite/settings.py": f"from .base import *\n{SETTINGS}", "mysite/base.py": "from .settings import *\n"},
    )
    assert "By hand" not in run()


WSGI = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "{}")\n'


@pytest.mark.parametrize("server", ["mysite/wsgi.py", "deployment/asgi.py"])
def test_the_settings_of_servers_get_the_lines_too(run: Run, tmp_path: Path, server: str) -> None:
    own = {"mysite/production.py": SETTINGS.replace('    "django.contrib.contenttypes",\n', "")}
    write(tmp_path, own | {server: WSGI.format("mysite.production")})
    before = contents(tmp_path)
    assert "By hand" not in run()
    after = contents(tmp_path)
    for name in ("mysite/settings.py", "mysite/production.py"):
        assert after[name].count(b"django_entrance") == 3
    run("--undo")
    assert contents(tmp_path) == before
    assert "mysite/production.py" not in run("--plan", "--settings", "mysite.settings")


def test_a_file_that_both_read_gets_them_once(run: Run, tmp_path: Path) -> None:
    own = {"mysite/production.py": "from .settings import *\nAUTHENTICATION_BACKENDS = ['own.Backend']\n"}
    write(tmp_path, own | {"mysite/wsgi.py": WSGI.format("mysite.production")})
    assert "By hand" not in run()
    after = contents(tmp_path)
    assert after["mysite/settings.py"].count(b"django_entrance") == 3
    assert b"AUTHENTICATION_BACKENDS = ['django_entrance.backends.EntraBackend', 'own" in after["mysite/production.py"]


def test_what_has_no_place_in_either_is_said_for_each(run: Run, tmp_path: Path) -> None:
    own = {"mysite/settings.py": "DEBUG = True\n", "mysite/production.py": "from .settings import *\n"}
    write(tmp_path, own | {"mysite/wsgi.py": WSGI.format("mysite.production")})
    said = run()
    for name in ("settings", "production"):
        assert f"By hand, in mysite/{name}.py (no single list of INSTALLED_APPS" in said


@pytest.mark.parametrize("wsgi", [WSGI.format("other.settings"), "application = None\n"])
def test_a_server_of_another_project_counts_for_nothing(run: Run, tmp_path: Path, wsgi: str) -> None:
    write(tmp_path, {"examples/wsgi.py": wsgi})
    assert "By hand" not in run()
