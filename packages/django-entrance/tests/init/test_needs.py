"""Undo leaves a setting that other lines of the project add to, and says so."""

from pathlib import Path

import pytest
from init_projects import SETTINGS, Run, write

SETTINGS_FILE = "mysite/settings.py"
MORE = {
    "ENTRANCE, as the documentation adds to it": ('ENTRANCE |= {"OVERAGE": "refuse"}\n', "ENTRANCE"),
    "the backends": ('AUTHENTICATION_BACKENDS += ["own.Backend"]\n', "AUTHENTICATION_BACKENDS"),
}


@pytest.mark.parametrize("place", [SETTINGS_FILE, "mysite/production.py"])
@pytest.mark.parametrize(("more", "name"), MORE.values(), ids=MORE)
def test_a_setting_that_other_lines_need_stays(run: Run, tmp_path: Path, more: str, name: str, place: str) -> None:
    write(tmp_path, {"mysite/production.py": "from .settings import *\nOTHER = 1\n"})
    run()
    path = tmp_path / place
    path.write_text(path.read_text() + more)
    assert f"{SETTINGS_FILE}: {name} stays, since {place} uses it.\n" in run("--undo")
    found: dict[str, object] = {}
    for each in dict.fromkeys((SETTINGS_FILE, place)):
        exec((tmp_path / each).read_text().replace("from .settings import *", ""), found)
    assert len([key for key in ("ENTRANCE", "AUTHENTICATION_BACKENDS") if key in found]) == 1


def test_control_a_setting_that_others_have_of_their_own_goes(run: Run, tmp_path: Path) -> None:
    files = {"mysite/other.py": 'ENTRANCE = {}\nENTRANCE |= {"OVERAGE": "refuse"}\n', "mysite/no.py": "ENTRANCE ("}
    write(tmp_path, files)
    run()
    assert "stays" not in run("--undo")
    assert (tmp_path / SETTINGS_FILE).read_text() == SETTINGS
