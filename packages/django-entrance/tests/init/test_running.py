"""The command shows, asks and writes; without a yes nothing is written."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django_entrance import init
from django_entrance.init import running
from django_entrance.init.running import NEXT
from init_projects import SETTINGS, Run, contents, write


def ask_on(tmp_path: Path, answer: str | None, *, undo: bool = False) -> str:
    """Run the command with a person who gives that answer, or none."""
    said: list[str] = []

    def ask(question: str) -> str:
        said.append(question)
        if answer is None:
            raise EOFError
        return answer

    running.run(project=tmp_path, settings=None, plan=False, undo=undo, yes=False, say=said.append, ask=ask)
    return "\n".join(said)


@pytest.mark.parametrize("answer", ["y", "Yes ", "YES"])
def test_a_yes_writes(tmp_path: Path, answer: str) -> None:
    before = contents(write(tmp_path, {}))
    assert ask_on(tmp_path, answer).endswith(f"Write this? [y/N] \n{NEXT}")
    assert contents(tmp_path) != before
    assert ask_on(tmp_path, answer, undo=True).endswith("Write this? [y/N] \nTaken away.")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("answer", ["", "n", "yesterday", None])
@pytest.mark.parametrize("undo", [False, True])
def test_anything_else_does_not(run: Run, tmp_path: Path, answer: str | None, undo: bool) -> None:
    write(tmp_path, {})
    if undo:
        run()
    before = contents(tmp_path)
    assert ask_on(tmp_path, answer, undo=undo).endswith("\nNothing was changed.")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("options", [[], ["--undo"]])
def test_a_plan_only_shows(run: Run, tmp_path: Path, options: list[str]) -> None:
    write(tmp_path, {})
    if options:
        run()
    before = contents(tmp_path)
    assert "@@" in run("--plan", *options)
    assert contents(tmp_path) == before


def test_codes_that_steer_a_terminal_are_not_shown(run: Run, tmp_path: Path) -> None:
    codes = "\x1b[2J\u202e\x07"
    write(tmp_path, {"mysite/settings.py": SETTINGS.replace('contenttypes",', f'contenttypes",  # {codes}\tend')})
    said = run()
    assert '+    "django_entrance",\n' in said
    assert "  # \ufffd[2J\ufffd\ufffd\tend\n" in said
    assert codes in (tmp_path / "mysite/settings.py").read_text()
    said = run("--settings", codes, code=1)
    assert said.startswith("The settings module \ufffd[2J\ufffd\ufffd has no file below ")


def test_nothing_that_can_be_placed(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"mysite/settings.py": "", "mysite/urls.py": "", "templates/registration/login.html": ""})
    said = run()
    assert said.count("By hand, in ") == 6
    assert said.endswith("Nothing to add.\n")


def test_its_exit_code_says_that_it_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["django_entrance", "init", "--project", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(Path(init.__file__).parents[1] / "__main__.py"), run_name="__main__")
    assert ended.value.code == 1


def test_it_runs_where_nothing_is_configured(tmp_path: Path) -> None:
    write(tmp_path, {})
    command = [sys.executable, "-m", "django_entrance", "init", "--plan"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={})
    assert (done.returncode, done.stderr) == (0, "")
    assert "+++ b/mysite/settings.py" in done.stdout
