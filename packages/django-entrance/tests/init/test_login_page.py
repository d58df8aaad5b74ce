"""The button is below the form of the one login page; what is not certain is left to people."""

import time
from pathlib import Path

import pytest
from django_entrance.init.login_page import BUTTON, OVER_ALLAUTH
from init_projects import LOGIN, SETTINGS, Run, contents, write

PAGE = "templates/registration/login.html"
FORM = "<form method=POST>{{ form }}</form>"

PAGES = {
    LOGIN: LOGIN.replace("</form>\n", f"</form>\n  {BUTTON}\n"),
    LOGIN.replace("\n", "\r\n"): LOGIN.replace("</form>\n", f"</form>\n  {BUTTON}\n").replace("\n", "\r\n"),
    f"\t{FORM}\n": f"\t{FORM}\n\t{BUTTON}\n",
    f"<p>{FORM}</p>": f"<p>{FORM}{BUTTON}</p>",
    f"<!-- {FORM} -->{{# {FORM} #}}{FORM}\n": f"<!-- {FORM} -->{{# {FORM} #}}{FORM}\n{BUTTON}\n",
    f"<form action=/search/><input name=q></form>{FORM}": (
        f"<form action=/search/><input name=q></form>{FORM}{BUTTON}"
    ),
    f"<form method='post' action='/language/'><select></select></form>\n{FORM}\n": (
        f"<form method='post' action='/language/'><select></select></form>\n{FORM}\n{BUTTON}\n"
    ),
}


@pytest.mark.parametrize(("page", "expected"), PAGES.items())
def test_the_button_is_below_the_form(run: Run, tmp_path: Path, page: str, expected: str) -> None:
    write(tmp_path, {PAGE: page})
    before = contents(tmp_path)
    run()
    assert (tmp_path / PAGE).read_bytes().decode() == expected
    run("--undo")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("page", [FORM + FORM, "{% include 'form.html' %}", f"<!-- {FORM} -->"])
def test_no_form_that_is_certain(run: Run, tmp_path: Path, page: str) -> None:
    write(tmp_path, {PAGE: page})
    said = run()
    assert f"By hand, in {PAGE}, below the form (it has no form with a password, or several):\n    {BUTTON}" in said
    assert (tmp_path / PAGE).read_text() == page


@pytest.mark.parametrize("button", [BUTTON, "{% load entrance %}{% sign_in_with_microsoft %}"])
def test_a_button_that_is_there_stays(run: Run, tmp_path: Path, button: str) -> None:
    write(tmp_path, {PAGE: FORM + button})
    assert BUTTON not in run()
    assert (tmp_path / PAGE).read_text() == FORM + button


@pytest.mark.parametrize("part", ["{{", "{%comment%}", "<form>"])
def test_a_page_that_repeats_itself_is_read_in_no_time(run: Run, tmp_path: Path, part: str) -> None:
    write(tmp_path, {PAGE: f"<form method=post>{part * (10_000 if part == '{{' else 1_000)}</form>"})
    began = time.process_time()
    assert f"By hand, in {PAGE}" in run("--plan")
    assert time.process_time() - began < 2


def test_no_login_page(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {PAGE: None, "templates/admin/login.html": FORM})
    said = run()
    assert "By hand, in your login page (the project has no template registration/login.html, and no LoginView" in said
    assert (tmp_path / "templates/admin/login.html").read_text() == FORM


def test_several_login_pages(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"shop/templates/registration/login.html": LOGIN})
    said = run()
    assert f"By hand, in shop/{PAGE}, {PAGE} (there are several login pages):" in said
    assert (tmp_path / PAGE).read_text() == LOGIN


@pytest.mark.parametrize("folder", ["node_modules/x", ".hidden", "env"])
def test_pages_of_others_are_not_seen(run: Run, tmp_path: Path, folder: str) -> None:
    write(tmp_path, {f"{folder}/{PAGE}": LOGIN, "env/pyvenv.cfg": ""})
    run()
    assert BUTTON in (tmp_path / PAGE).read_text()


WITH_ALLAUTH = SETTINGS.replace('    "django.contrib.contenttypes",', '    "allauth.account",')


@pytest.mark.parametrize("there", ["account/base.html", "allauth/layouts/entrance.html"])
def test_a_page_over_allauths(run: Run, tmp_path: Path, there: str) -> None:
    write(tmp_path, {PAGE: None, f"site/templates/{there}": "", "mysite/settings.py": WITH_ALLAUTH})
    before = contents(tmp_path)
    assert "+++ b/site/templates/account/login.html" in run()
    assert (tmp_path / "site/templates/account/login.html").read_text() == OVER_ALLAUTH
    run("--undo")
    assert contents(tmp_path) == before
    assert (tmp_path / "site/templates/account").exists() == there.startswith("account")


def test_a_folder_over_allauths_that_leads_out_of_the_project_is_refused(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    files = {PAGE: None, "templates/allauth/x.html": "", "mysite/settings.py": WITH_ALLAUTH}
    project = write(tmp_path / "project", files)
    (project / "templates/account").symlink_to(outside)
    assert "leads out of the project" in run("--project", str(project), code=1)
    assert contents(outside) == {}


def test_no_folder_over_allauths(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {PAGE: None, "mysite/settings.py": WITH_ALLAUTH})
    said = run()
    assert "By hand, in a new template account/login.html (it is allauth's, and no folder with templates" in said
    assert "    {% block content %}{{ block.super }}" in said
