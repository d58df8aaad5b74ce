"""``manage.py entrance init`` where the app is installed: for a project that lacks the rest, and to undo."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from init_projects import contents, write


def test_it_adds_and_takes_away(tmp_path: Path) -> None:
    before = contents(write(tmp_path, {}))
    said = StringIO()
    options = ["--project", str(tmp_path), "--settings", "mysite.settings", "--yes"]
    call_command("entrance", "init", *options, stdout=said)
    assert "+++ b/mysite/settings.py" in said.getvalue()
    call_command("entrance", "init", *options, "--undo", stdout=said)
    assert said.getvalue().endswith("Taken away.\n")
    assert contents(tmp_path) == before


def test_a_refusal_is_an_error_of_the_command(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"has no manage\.py\. Run the command beside it"):
        call_command("entrance", "init", "--project", str(tmp_path))
