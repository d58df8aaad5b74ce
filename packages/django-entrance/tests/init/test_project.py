"""The project is the folder with ``manage.py``; its settings are named there, in the environment or by an option."""

from pathlib import Path

import pytest
from django_entrance.init.project import VARIABLE
from django_entrance.init.record import NAME
from init_projects import MANAGE, SETTINGS, Run, contents, write


def test_no_project(run: Run, tmp_path: Path) -> None:
    assert run(code=1).startswith(f"{tmp_path} has no manage.py. Run the command beside it, or name its folder")
    assert run("--undo", code=1).startswith(f"{tmp_path} has no manage.py.")


def test_manage_may_set_the_variable_outright(run: Run, tmp_path: Path) -> None:
    own = MANAGE.replace('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")', "").replace(
        "import os\n", 'import os\nos.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings"\n'
    )
    write(tmp_path, {"manage.py": own})
    assert "+++ b/mysite/settings.py" in run("--plan")


def test_manage_without_settings(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"manage.py": "import cli\ncli.main()\n"})
    assert run(code=1) == "manage.py does not say which settings it uses. Name the module: --settings mysite.settings\n"
    assert "+++ b/mysite/settings.py" in run("--plan", "--settings", "mysite.settings")


def test_the_environment_comes_before_manage(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "mysite.own")
    write(tmp_path, {"mysite/own.py": SETTINGS})
    assert "+++ b/mysite/own.py" in run("--plan")
    assert "+++ b/mysite/settings.py" in run("--plan", "--settings", "mysite.settings")


def test_settings_that_are_not_here(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {})
    said = run("--settings", "logging", code=1)
    assert said == f"The settings module logging has no file below {tmp_path}. Name another: --settings MODULE\n"


@pytest.mark.parametrize("name", ["mysite/settings.py", "mysite/urls.py", "templates/registration/login.html"])
def test_a_link_out_of_the_project_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside.py"
    write(project, {})
    outside.write_bytes((project / name).read_bytes())
    (project / name).unlink()
    (project / name).symlink_to(outside)
    before = contents(tmp_path)
    said = run("--project", str(project), code=1)
    assert said == f"{project / name} leads out of the project, to {outside}. Make the change there by hand.\n"
    assert contents(tmp_path) == before


def test_a_record_that_is_a_link_out_of_the_project_is_refused(run: Run, tmp_path: Path) -> None:
    """Git keeps links to files that are not there."""
    project = write(tmp_path / "project", {})
    (project / NAME).symlink_to(tmp_path / "outside.json")
    for options in ([], ["--undo"]):
        assert "leads out of the project" in run("--project", str(project), *options, code=1)
    assert not (tmp_path / "outside.json").exists()


def test_a_link_in_a_circle_is_refused(run: Run, tmp_path: Path) -> None:
    page = write(tmp_path, {"templates/registration/login.html": None}) / "templates/registration/login.html"
    page.parent.mkdir(parents=True)
    page.symlink_to(page.name)
    assert f"{str(page)!r} cannot be read: " in run(code=1)


def test_a_link_within_the_project_stays_one(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"mysite/settings.py": None, "conf/real.py": SETTINGS})
    link = tmp_path / "mysite/settings.py"
    link.symlink_to("../conf/real.py")
    run()
    assert link.is_symlink()
    assert "django_entrance" in (tmp_path / "conf/real.py").read_text()
    run("--undo")
    assert (tmp_path / "conf/real.py").read_text() == SETTINGS
