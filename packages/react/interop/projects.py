"""Makes the projects of this folder in scratch folders, with the packed package, and runs their scripts."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from e2e.servers import free_ports, wait_for

HERE = Path(__file__).parent
PACKAGE = HERE.parent
ROOT = HERE.parents[2]
SCRATCH = ROOT / ".make" / "interop-react"
PATIENCE = 600
ENVIRONMENT = os.environ | {"NEXT_TELEMETRY_DISABLED": "1", "CI": "1"}
SHARING = {"next-15": "next", "next-16": "next"}
"""Projects that have the files of another folder."""


def run(folder: Path, *command: str) -> str:
    """Run a command and return its output. Fail with the end of it if the command fails."""
    done = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, f"`{' '.join(command)}` in {folder.name} failed:\n{said[-6000:]}"
    return said


def pack(folder: Path) -> Path:
    """Build and pack the package as `npm pack` does for a release. Return the tarball."""
    [packed] = json.loads(run(PACKAGE, "npm", "pack", "--json", "--silent", "--pack-destination", str(folder)))
    return folder / packed["filename"]


def make(name: str, tarball: Path) -> Path:
    """Copy a project, install what its lock file names and then the tarball. Packages stay between runs."""
    folder = SCRATCH / name
    lock = (HERE / name / "package-lock.json").read_bytes()
    stamp = folder / "node_modules" / ".installed"
    installed = hashlib.sha256(lock).hexdigest()
    is_fresh = stamp.exists() and stamp.read_text() == installed
    for old in folder.iterdir() if folder.exists() else ():
        if old.name != "node_modules":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for source in (HERE / SHARING.get(name, name), HERE / name):
        shutil.copytree(source, folder, dirs_exist_ok=True)
    shutil.copytree(HERE / "shared", folder / "shared")
    if not is_fresh:
        run(folder, "npm", "ci", "--no-fund", "--no-audit")
        stamp.write_text(installed)
    shutil.rmtree(folder / "node_modules" / "@django-entrance", ignore_errors=True)
    run(folder, "npm", "install", "--no-save", "--no-fund", "--no-audit", str(tarball))
    return folder


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a built project: by its script `start`, or the files of `dist`. Yield its address."""
    [port] = free_ports(1)
    scripts = json.loads((folder / "package.json").read_text())["scripts"]
    files = ["python3", "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", "dist"]
    command = ["npm", "run", "start", "--silent"] if "start" in scripts else files
    with (folder / "served.log").open("w") as log:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=ENVIRONMENT | {"PORT": str(port)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            wait_for(f"http://localhost:{port}/")
            yield f"http://localhost:{port}"
        finally:
            os.killpg(child.pid, 15)
            child.wait(10)
