"""Serves Logbook with its tools, for clients of the Model Context Protocol that sign in at entra-double."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from entra_double import Emulator
from entra_double._world.registration import Platform, RedirectUri
from entra_double._world.seed import API_CLIENT_ID

TOOLS_CLIENT_ID = "70015000-0000-4000-a000-000000000006"
BACKEND = Path(__file__).resolve().parents[3] / "reference" / "backend"
FOREIGN = ("AZURE_", "ENTRANCE_", "DATABASE_URL", "CACHE_URL", "DJANGO_", "LOGBOOK_")
PATIENCE = 60.0
"""Seconds to wait for Logbook."""


@contextmanager
def serving_logbook(emulator: Emulator, *callbacks: str) -> Iterator[str]:
    """Serve Logbook for a block; yield the address of its tools, which is an App ID URI of the API.

    ``callbacks`` are further redirect URIs of the tools' client.
    """
    with socket.create_server(("localhost", 0)) as listening, TemporaryDirectory(prefix="logbook-") as folder:
        tools = f"http://localhost:{listening.getsockname()[1]}/mcp"
        register_tools(emulator, tools, callbacks)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)} | {
            "DJANGO_DEBUG": "1",
            "DATABASE_URL": f"sqlite:///{folder}/logbook.sqlite3",
            "ENTRANCE_AUTHORITY_HOST": emulator.base_url,
            "LOGBOOK_TOOLS_URI": tools,
        }
        subprocess.run(python("manage.py", "migrate", "--verbosity", "0"), cwd=BACKEND, env=environment, check=True)
        command = python("-m", "uvicorn", "config.asgi:application", "--log-level", "warning", "--fd")
        fd = listening.fileno()
        with subprocess.Popen([*command, str(fd)], cwd=BACKEND, env=environment, pass_fds=[fd]) as server:
            try:
                wait_for(tools.removesuffix("/mcp") + "/entrance/config.json", server)
                yield tools
            finally:
                server.terminate()
                server.wait(timeout=30)


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urlopen(address, timeout=PATIENCE).close()  # waits until the server accepts the connection
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"Logbook does not respond at {address}.")


def register_tools(emulator: Emulator, tools: str, callbacks: tuple[str, ...]) -> None:
    """Make the address an App ID URI of Logbook API, which the parameter ``resource`` has to name (AADSTS9010010)."""
    known = {each.client_id: each for each in emulator.directory.applications}
    api, client = known[API_CLIENT_ID], known[TOOLS_CLIENT_ID]
    added = tuple(RedirectUri(platform=Platform.PUBLIC_CLIENT, uri=each) for each in callbacks)
    emulator.directory = emulator.directory.put(
        replace(api, app_id_uris=(*api.app_id_uris, tools)),
        replace(client, redirect_uris=(*client.redirect_uris, *added)),
    )
