"""Runs ``coexistence/`` in a process of its own: other logins bring apps and middlewares of theirs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.timeout(600)
def test_other_packages_beside_us(tmp_path: Path) -> None:
    environment = os.environ | {"ENTRANCE_TEST_SQLITE": str(tmp_path / "test.sqlite3")}
    environment.pop("ENTRANCE_TEST_DATABASE_URL", None)
    command = [sys.executable, "-m", "pytest", "-q", "--ds=coexistence_settings", str(HERE / "coexistence")]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-8_000:] + run.stderr[-2_000:]
    assert " passed" in run.stdout
