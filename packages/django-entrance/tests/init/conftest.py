from pathlib import Path

import pytest
from django_entrance.__main__ import main
from django_entrance.init.project import VARIABLE
from init_projects import Run


@pytest.fixture(autouse=True)
def no_settings_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)  # that of these tests


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command on the project in ``tmp_path``, without asking, and return what it says."""

    def run(*options: str, code: int = 0) -> str:
        found = main(["init", "--project", str(tmp_path), "--yes", *options])
        said = capsys.readouterr()
        assert found == code, said
        return said.err if code else said.out

    return run
