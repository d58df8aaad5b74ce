"""The root URLconf gets our patterns before all others, and imports what they need."""

from pathlib import Path

import pytest
from init_projects import SETTINGS, URLS, Run, contents, write

OURS = 'path("entrance/", include("django_entrance.urls"))'

PLACED = {
    URLS: f'from django.urls import include, path\n\nurlpatterns = [\n    {OURS},\n    path("", home),\n]\n',
    "from django.urls import include, path\n\nurlpatterns = []\n": (
        f"from django.urls import include, path\n\nurlpatterns = [{OURS}]\n"
    ),
    "from django.urls import (\n    path,\n)\nurlpatterns = []\n": (
        f"from django.urls import (\n    include,\n    path,\n)\nurlpatterns = [{OURS}]\n"
    ),
    "import home\nurlpatterns = []\n": (
        f"import home\nfrom django.urls import include, path\nurlpatterns = [{OURS}]\n"
    ),
    "from django.urls import re_path\nurlpatterns = []\n": (
        f"from django.urls import include, path, re_path\nurlpatterns = [{OURS}]\n"
    ),
    "from django.conf.urls import include as inc\nfrom django.urls import path as p\nurlpatterns = []\n": (
        "from django.conf.urls import include as inc\nfrom django.urls import path as p\n"
        'urlpatterns = [p("entrance/", inc("django_entrance.urls"))]\n'
    ),
    "from django.urls import include, path\nurlpatterns = i18n_patterns(path('de', home))\n": (
        "from django.urls import include, path\nurlpatterns = i18n_patterns(path('de', home))\n\n"
        "urlpatterns = [path('entrance/', include('django_entrance.urls')), *urlpatterns]\n"
    ),
    "from django.urls import include, path\nurlpatterns = []\nurlpatterns += i18n_patterns()\n": (
        f"from django.urls import include, path\nurlpatterns = [{OURS}]\nurlpatterns += i18n_patterns()\n"
    ),
    "from django.urls import include, path\nurlpatterns = []\nurlpatterns = [path('x/', include(urlpatterns))]\n": (
        "from django.urls import include, path\nurlpatterns = []\nurlpatterns = [path('x/', include(urlpatterns))]\n\n"
        "urlpatterns = [path('entrance/', include('django_entrance.urls')), *urlpatterns]\n"
    ),
}


@pytest.mark.parametrize(("urls", "expected"), PLACED.items())
def test_the_patterns_come_first(run: Run, tmp_path: Path, urls: str, expected: str) -> None:
    write(tmp_path, {"mysite/urls.py": urls})
    before = contents(tmp_path)
    run()
    assert (tmp_path / "mysite/urls.py").read_text() == expected
    run("--undo")
    assert contents(tmp_path) == before


BY_HAND = {
    "from other import urlpatterns\n": "no place in urlpatterns is certain",
    "urlpatterns = []\n": "no place in urlpatterns is certain",
    "from os import path\nimport a\nurlpatterns = []\n": "path is something else there than Django's",
    "from django.urls import re_path as path\nurlpatterns = []\n": "path is something else there than Django's",
    "import a\ndef include(): pass\nurlpatterns = []\n": "include is something else there than Django's",
    "from other import *\n": "no place in urlpatterns is certain",
    "from django.urls import path; urlpatterns = i18n_patterns(); a = 1\n": "no place in urlpatterns is certain",
}


@pytest.mark.parametrize(("urls", "why"), BY_HAND.items())
def test_what_has_no_certain_place_is_left_to_people(run: Run, tmp_path: Path, urls: str, why: str) -> None:
    write(tmp_path, {"mysite/urls.py": urls})
    assert f"By hand, in mysite/urls.py ({why}):\n    {OURS},  # first in urlpatterns\n" in run()
    assert (tmp_path / "mysite/urls.py").read_text() == urls


@pytest.mark.parametrize("name", ["mysite.other", "django.contrib.auth.urls"])
def test_a_urlconf_that_is_not_here(run: Run, tmp_path: Path, name: str) -> None:
    write(tmp_path, {"mysite/settings.py": SETTINGS.replace("mysite.urls", name)})
    assert "By hand, in the root URLconf (ROOT_URLCONF is not one text that names a module of this project)" in run()


def test_patterns_that_are_there_stay(run: Run, tmp_path: Path) -> None:
    urls = URLS.replace('path("", home)', 'path("microsoft/", include("django_entrance.urls"))')
    write(tmp_path, {"mysite/urls.py": urls})
    run()
    assert (tmp_path / "mysite/urls.py").read_text() == urls


def test_an_admin_site_of_the_project_stays(run: Run, tmp_path: Path) -> None:
    urls = URLS.replace('path("", home)', 'path("admin/", own_site.urls)')
    write(tmp_path, {"mysite/urls.py": urls})
    run()
    assert f'    {OURS},\n    path("admin/", own_site.urls),\n' in (tmp_path / "mysite/urls.py").read_text()
