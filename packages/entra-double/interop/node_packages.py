"""Installs the clients of the Model Context Protocol that run on Node, with a Node of their own, from a lock file."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent / "mcp-node"
INSTALLED = HERE.parents[3] / ".make" / "interop" / "mcp-node"
NODE = INSTALLED / "node_modules" / ".bin" / "node"


def install() -> Path:
    """Install what the lock file pins, unless that was done; return the folder."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    wanted, done = HERE / "package-lock.json", INSTALLED / "package-lock.json"
    for name in ("client.mjs", "package.json"):
        shutil.copy(HERE / name, INSTALLED / name)
    if not NODE.exists() or not done.exists() or done.read_bytes() != wanted.read_bytes():
        shutil.copy(wanted, done)
        subprocess.run(["npm", "ci", "--no-fund", "--no-audit"], cwd=INSTALLED, check=True, capture_output=True)
    return INSTALLED


def version_of(package: str) -> str:
    """Return the installed version of a package."""
    manifest = json.loads((INSTALLED / "node_modules" / package / "package.json").read_text(encoding="utf-8"))
    return str(manifest["version"])
