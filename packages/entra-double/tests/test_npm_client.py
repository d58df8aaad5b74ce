"""The client for Node, tested by Node's own runner against a server of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from entra_double import RunningEntra
from entra_double._http.tls import kept_authority

PACKAGE = Path(__file__).parent.parent
NPM = PACKAGE / "npm"


def test_the_client_for_node(entra_server: RunningEntra, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "entra_double"]
    _, ca = kept_authority(tmp_path / "entra-double")
    settings = {"ENTRA_URL": entra_server.base_url, "ENTRA_COMMAND": json.dumps(command), "NO_PROXY": "localhost"}
    settings |= {"XDG_STATE_HOME": str(tmp_path), "NODE_EXTRA_CA_CERTS": str(ca)}
    ran = subprocess.run(
        ["node", "--test", "test.js"],
        cwd=NPM,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]


def test_it_has_no_dependencies_and_the_version_of_the_package() -> None:
    package = json.loads((NPM / "package.json").read_text())
    assert not [key for key in package if key.lower().endswith("dependencies")]
    assert package["version"] == tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]["version"]
    assert all((NPM / name).is_file() for name in package["files"])
