"""The command itself: its version, and `python -m entra_double`."""

from __future__ import annotations

import runpy
import sys
from importlib.metadata import version

import pytest
from entra_double import EntraServer
from entra_double import __main__ as command
from entra_double._cli import main


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"entra-double {version('entra-double')}\n")


def test_the_module_is_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with EntraServer() as server:
        monkeypatch.setattr(sys, "argv", ["entra-double", "serve", "--port", str(server.port)])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(command.__file__), run_name="__main__")
    assert ended.value.code == 2
    assert runpy.run_path(str(command.__file__))["main"] is main
