"""A newcomer has the button on the login page of an existing project, in twelve lines and far below ten minutes."""

import sys
from pathlib import Path

import pytest
from newcomer import (
    COMMAND,
    MOST_LINES,
    MOST_LINES_FOR_REACT,
    WAYS,
    by_command,
    changed_lines,
    lines_for_react,
    try_way,
)
from newcomer_browser import Browser, require
from newcomer_project import LOGIN, make_project, run, texts
from sampling import samples

MOST_SECONDS = 60
"""A tenth of what a newcomer may take, for what the machine does of it."""


@pytest.mark.parametrize("way", WAYS)
def test_a_newcomer_signs_in_as_the_same_user(way: str, tmp_path: Path) -> None:
    outcome = try_way(WAYS[way], tmp_path)
    assert set(outcome.lines) == {"mysite/settings.py", "mysite/urls.py", "templates/registration/login.html"}
    assert 0 < sum(outcome.lines.values()) <= MOST_LINES
    assert outcome.seconds < MOST_SECONDS


def test_the_command_undoes_itself(tmp_path: Path) -> None:
    """Also where nothing is in the environment yet."""
    before = texts(make_project(tmp_path))
    by_command(tmp_path, "http://localhost:8400")
    assert texts(tmp_path) != before
    undo = samples(COMMAND, "sh")[2]
    run([sys.executable, *undo.split()[1:], "--yes"], tmp_path, {})
    assert texts(tmp_path) == before


def test_react_takes_fifteen_lines_more_at_most(tmp_path: Path) -> None:
    lines = lines_for_react(tmp_path)
    assert set(lines) == {"src/main.tsx", "vite.config.ts", "settings.py"}
    assert sum(lines.values()) <= MOST_LINES_FOR_REACT


def test_changed_lines_are_counted_without_blank_ones_and_comments() -> None:
    before = {"a.py": "A = [\n    1,\n]\n", "b.html": LOGIN}
    longer = "# more\n\nA = [\n    1,\n    2,\n]\nB = 1\n"
    after = {"a.py": longer, "b.html": LOGIN.replace("Log in", "In"), "c.py": "C\n"}
    assert changed_lines(before, after) == {"a.py": 2, "b.html": 2, "c.py": 1}


def test_control_what_is_not_so_ends_the_script() -> None:
    with pytest.raises(SystemExit, match="Not so: the login page has the button"):
        require(False, "the login page has the button", Browser())
