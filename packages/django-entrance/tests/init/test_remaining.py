"""Lines of people's own that use django-entrance are named when it is taken away; the tables are as well."""

from pathlib import Path

import pytest
from django_entrance.init.login_page import BUTTON
from django_entrance.init.running import TABLES
from init_projects import SETTINGS, Run, contents, write

OWN = {
    "settings": ("mysite/settings.py", f'{SETTINGS}LOGGERS = ["django_entrance"]\n', SETTINGS.count("\n") + 1),
    "a page": ("people/templates/people/in.html", f"<form></form>\r\n{BUTTON}\r\n", 2),
    "tags": ("templates/home.html", "{% load static entrance %}\n{% sign_in_with_microsoft %}\n", 1),
    "an address": ("people/views.py", 'SIGN_IN = reverse("entrance:sign-in")\n', 1),
    "an import": ("people/views.py", "import os\nfrom django_entrance.decorators import signed_in_required\n", 2),
}


@pytest.mark.parametrize(("name", "text", "line"), OWN.values(), ids=OWN)
def test_what_still_uses_it_is_named(run: Run, tmp_path: Path, name: str, text: str, line: int) -> None:
    write(tmp_path, {})
    run()
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((path.read_text() + text.removeprefix(SETTINGS) if path.exists() else text).encode())
    said = run("--undo")
    assert f"By hand: {name} still uses django-entrance, in line {line}. Take that out, too.\n" in said
    assert path.read_bytes() == text.encode()


def test_several_lines_of_one_file(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"people/views.py": "import django_entrance\n\nENTRANCE\n"})
    run()
    assert "people/views.py still uses django-entrance, in lines 1, 3. " in run("--undo")


def test_control_nothing_of_the_projects_own_uses_it(run: Run, tmp_path: Path) -> None:
    own = {"people/views.py": '"""The entrance of the house."""\nMAIN_ENTRANCE = "entrance"\n'}
    before = contents(write(tmp_path, own))
    run()
    (tmp_path / "people/templates.py").symlink_to("nowhere.py")
    assert "By hand" not in run("--undo")
    (tmp_path / "people/templates.py").unlink()
    assert contents(tmp_path) == before


def test_the_tables_are_named_before_anything_is_taken_away(run: Run, tmp_path: Path) -> None:
    before = contents(write(tmp_path, {}))
    run()
    assert "migrate django_entrance zero" in TABLES
    assert run("--undo").endswith(f"\n{TABLES}\nTaken away.\n")
    assert contents(tmp_path) == before
