"""`entra-double init`."""

from __future__ import annotations

from pathlib import Path

import pytest
from entra_double import seed
from entra_double._cli import main
from entra_double._world.directory_file.read import read_directory
from entra_double._world.directory_file.write import write_directory
from entra_double._world.seed import SEED_FILE


def test_init_writes_a_file_that_serves_the_world_of_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "entra-double.toml"
    assert main(["init", str(file)]) == 0
    assert f"entra-double serve --directory {file}" in capsys.readouterr().out
    assert read_directory(file) == seed()


def test_what_init_writes_can_be_written_again() -> None:
    world = read_directory(SEED_FILE)
    assert read_directory("again.toml", text=write_directory(world)) == world


def test_init_leaves_a_file_that_is_there_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "entra-double.toml"
    file.write_text("mine")
    assert main(["init", str(file)]) == 1
    assert file.read_text() == "mine"
    assert "exists already, and was not changed" in capsys.readouterr().err
    assert main(["init", str(tmp_path / "nowhere" / "file")]) == 2
    assert "cannot be written: No such file" in capsys.readouterr().err
