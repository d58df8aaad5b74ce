"""``--undo`` takes away exactly what was added, also from files that were edited since, and says what it leaves."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django_entrance.init.login_page import OVER_ALLAUTH
from django_entrance.init.record import NAME, VERSION
from django_entrance.init.running import TABLES
from init_projects import LOGIN, SETTINGS, URLS, Run, contents, write

SETTINGS_FILE, URLS_FILE, PAGE = "mysite/settings.py", "mysite/urls.py", "templates/registration/login.html"
APP = '    "django_entrance",\n'
Edit = Callable[[str], str]


def after_edit(run: Run, tmp_path: Path, name: str, edit: Edit) -> tuple[str, str]:
    """Add, edit a file, take away; return the file and what the command said."""
    write(tmp_path, {})
    run()
    path = tmp_path / name
    path.write_bytes(edit(path.read_text()).encode())
    said = run("--undo")
    return path.read_bytes().decode(), said


ELSEWHERE: dict[str, tuple[str, Edit, str]] = {
    "other lines": (
        SETTINGS_FILE,
        lambda text: "DEBUG = True\n" + text + 'MIDDLEWARE += ["own.Last"]\n',
        "DEBUG = True\n" + SETTINGS + 'MIDDLEWARE += ["own.Last"]\n',
    ),
    "neighbours": (
        SETTINGS_FILE,
        lambda text: text.replace(APP, '    "before",\n' + APP + '    "after",\n'),
        SETTINGS.replace('types",\n', 'types",\n    "before",\n    "after",\n'),
    ),
    "the same within a line": (
        SETTINGS_FILE,
        lambda text: text + f"NAMES = [{APP}]\n",
        SETTINGS + f"NAMES = [{APP}]\n",
    ),
    "the line ends": (
        SETTINGS_FILE,
        lambda text: text.replace("\n", "\r\n"),
        SETTINGS.replace("\n", "\r\n"),
    ),
    "moved": (
        SETTINGS_FILE,
        lambda text: text.replace(APP, "").replace("APPS = [\n", "APPS = [\n" + APP),
        SETTINGS,
    ),
    "the same import": (
        URLS_FILE,
        lambda text: text.replace("import include, path", "import include, path, re_path"),
        URLS.replace("import path", "import path, re_path"),
    ),
    "the template": (
        PAGE,
        lambda text: text.replace("<main>", "<main id=in>"),
        LOGIN.replace("<main>", "<main id=in>"),
    ),
}


@pytest.mark.parametrize(("name", "edit", "expected"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_edits_elsewhere_stay(run: Run, tmp_path: Path, name: str, edit: Edit, expected: str) -> None:
    text, said = after_edit(run, tmp_path, name, edit)
    assert text == expected
    assert said.endswith("Taken away.\n")
    assert "stays" not in said


LEFT: dict[str, tuple[str, Edit, str, str]] = {
    "a commented element": (
        SETTINGS_FILE,
        lambda text: text.replace(APP, '    "django_entrance",  # sign-in\n'),
        '"django_entrance",  # sign-in',
        f'{SETTINGS_FILE}: this was edited since, and stays: "django_entrance",\n',
    ),
    "settings of their own": (
        SETTINGS_FILE,
        lambda text: text.replace("dict = {}", 'dict = {"OVERAGE": "refuse"}'),
        'ENTRANCE: dict = {"OVERAGE": "refuse"}',
        "ENTRANCE: dict = {}\n",
    ),
    "two of the same": (
        SETTINGS_FILE,
        lambda text: text.replace(APP, APP + "]\nMORE = [\n" + APP).replace("types", "other"),
        "MORE = [\n" + APP,
        f'{SETTINGS_FILE}: this was edited since, and stays: "django_entrance",\n',
    ),
    "an import in use": (
        URLS_FILE,
        lambda text: text.replace("    path(", '    path("blog/", include("blog.urls")),\n    path(', 1),
        "from django.urls import include, path",
        f"{URLS_FILE} uses include, so the import stays.\n",
    ),
    "an import of another form": (
        URLS_FILE,
        lambda text: text.replace("import include, path", "import (include, path)"),
        "import (include, path)",
        f"{URLS_FILE}: this was edited since, and stays: include,\n",
    ),
}


@pytest.mark.parametrize(("name", "edit", "stays", "sentence"), LEFT.values(), ids=LEFT)
def test_what_was_edited_stays_and_is_named(
    run: Run, tmp_path: Path, name: str, edit: Edit, stays: str, sentence: str
) -> None:
    text, said = after_edit(run, tmp_path, name, edit)
    assert stays in text
    assert sentence in said
    assert 'include("django_entrance.urls")' not in (tmp_path / URLS_FILE).read_text()
    assert "EntraMiddleware" not in (tmp_path / SETTINGS_FILE).read_text()
    assert not (tmp_path / NAME).exists()


def test_what_the_module_needs_stays(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {URLS_FILE: "from django.urls import include, path\nurlpatterns = i18n_patterns()\n"})
    run()
    path = tmp_path / URLS_FILE
    ours = "\nurlpatterns = [path("
    path.write_text(path.read_text().replace(ours, f"\nif True:{ours.replace('urlpatterns', '    urlpatterns')}"))
    edited = path.read_text()
    assert "mysite/urls.py: this was edited since, and stays: urlpatterns = [" in run("--undo")
    assert path.read_text() == edited


def test_a_removal_that_breaks_the_module_is_not_made(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {})
    run()
    path = tmp_path / SETTINGS_FILE
    ours = '    "django_entrance.middleware.EntraMiddleware",\n'
    path.write_text(path.read_text().replace(ours, f"    *(a if a else\n{ours}    ),\n"))
    assert 'stays: "django_entrance.middleware.EntraMiddleware",\n' in run("--undo")


def test_a_file_that_is_gone(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {})
    run()
    (tmp_path / PAGE).unlink()
    assert f"{PAGE} is gone, and what was added to it.\n" in run("--undo")
    assert (tmp_path / SETTINGS_FILE).read_text() == SETTINGS


@pytest.mark.parametrize("is_edited", [True, False])
def test_a_new_file_goes_unless_it_was_edited(run: Run, tmp_path: Path, is_edited: bool) -> None:
    settings = SETTINGS.replace('"django.contrib.contenttypes"', '"allauth.account"')
    write(tmp_path, {SETTINGS_FILE: settings, PAGE: None, "templates/allauth/base.html": ""})
    run()
    page = tmp_path / "templates/account/login.html"
    page.write_text(page.read_text() + "<p>more</p>" * is_edited)
    said = run("--undo")
    assert page.exists() == is_edited
    assert ("templates/account/login.html was edited since, and stays.\n" in said) == is_edited


def test_a_new_file_that_is_gone(run: Run, tmp_path: Path) -> None:
    settings = SETTINGS.replace('"django.contrib.contenttypes"', '"allauth.account"')
    write(tmp_path, {SETTINGS_FILE: settings, PAGE: None, "templates/allauth/base.html": ""})
    run()
    (tmp_path / "templates/account/login.html").unlink()
    assert run("--undo").endswith("Taken away.\n")


def test_what_was_taken_out_by_hand_and_added_again_is_taken_away_once(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {})
    before = contents(tmp_path)
    run()
    (tmp_path / SETTINGS_FILE).write_text((tmp_path / SETTINGS_FILE).read_text().replace(APP, ""))
    assert "+" + APP in run()
    said = run("--undo")
    assert "stays" not in said
    assert contents(tmp_path) == before


def test_nothing_to_undo(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {})
    before = contents(tmp_path)
    assert run("--undo") == f"Nothing to undo: there is no {NAME} in {tmp_path}.\n"
    assert contents(tmp_path) == before


CSRF = '    "django_entrance",\n    "django.middleware.csrf.CsrfViewMiddleware",\n'
GOOD = {"version": VERSION, "added": [], "created": {}}


@pytest.mark.parametrize(
    "record",
    [
        "{",
        "[]",
        "{}",
        json.dumps(GOOD | {"version": 2}),
        json.dumps(GOOD | {"more": 1}),
        json.dumps(GOOD | {"added": [1]}),
        json.dumps(GOOD | {"created": {"a.html": 1}}),
        json.dumps(GOOD | {"created": {"own.html": OVER_ALLAUTH}}),
        json.dumps(GOOD | {"created": {"account/login.html": LOGIN}}),
        json.dumps(GOOD | {"added": [{"file": "mysite/settings.py", "text": CSRF, "before": "", "imports": []}]}),
        json.dumps(GOOD | {"added": [{"file": ".env", "text": APP, "before": "", "imports": []}]}),
        json.dumps(GOOD | {"added": [{"file": PAGE, "text": "path,", "before": "", "imports": ["path"]}]}),
        "[" * 100_000,
    ],
)
def test_another_record_is_refused(run: Run, tmp_path: Path, record: str) -> None:
    write(tmp_path, {NAME: record})
    before = contents(tmp_path)
    for options in ([], ["--undo"]):
        said = run(*options, code=1)
        assert said == f"{tmp_path / NAME} is not what this version of the command has written. Nothing was changed.\n"
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["a\0", "\ud800", "a" * 5000])
def test_a_record_of_a_file_that_no_system_has_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    write(tmp_path, {NAME: json.dumps(GOOD | {"created": {f"{name}/account/login.html": OVER_ALLAUTH}})})
    assert "cannot be read" in run("--undo", code=1)


def test_control_a_record_of_nothing_is_read(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {NAME: json.dumps(GOOD)})
    assert run("--undo") == f"{TABLES}\nTaken away.\n"


def test_a_record_that_leads_out_of_the_project_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path.parent / "outside.py").write_text(APP.strip())
    added = {"file": "../outside.py", "text": APP, "before": "", "imports": []}
    write(tmp_path, {NAME: json.dumps(GOOD | {"added": [added]})})
    assert "leads out of the project" in run("--undo", code=1)
    assert (tmp_path.parent / "outside.py").read_text() == APP.strip()
