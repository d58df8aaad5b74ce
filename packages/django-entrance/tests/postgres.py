"""Starts a PostgreSQL server for the tests, on a socket in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

REQUIRE = "ENTRANCE_REQUIRE_POSTGRES"
"""In the environment: where PostgreSQL is missing, its tests fail; without it they are skipped."""

ROOT = 0


def find_binaries() -> Path | None:
    """Return the folder of the newest installed PostgreSQL, which Debian keeps outside the PATH."""
    if (found := shutil.which("initdb")) is not None:
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in versions), key=lambda path: int(path.parent.name), default=None)


@contextmanager
def running(binaries: Path) -> Iterator[str]:
    """Start a server on an empty folder, and yield the folder of its socket."""
    owner = "postgres" if os.getuid() == ROOT else None  # PostgreSQL refuses to run as root
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        if owner is not None:
            shutil.chown(folder, owner)
        data = f"{folder}/data"
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        run(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", owner=owner)
        run(binaries / "pg_ctl", "start", "-w", "-D", data, "-l", f"{folder}/log", "-o", options, owner=owner)
        try:
            yield folder
        finally:
            run(binaries / "pg_ctl", "stop", "-w", "-m", "immediate", "-D", data, owner=owner)


def run(*command: str | Path, owner: str | None) -> None:
    told = subprocess.run(command, user=owner, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert told.returncode == 0, told.stderr


def new_database(socket: str, name: str) -> dict[str, Any]:
    """Create an empty database; return it as one of ``DATABASES``."""
    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')
    return {"ENGINE": "django.db.backends.postgresql", "HOST": socket, "USER": "postgres", "NAME": name}
