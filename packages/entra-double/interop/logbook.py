"""Serves Logbook with its tools, for clients of the Model Context Protocol that sign in at entra-double."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from entra_double import Emulator
from entra_double._world.registration import AccessTokenVersion, Platform, RedirectUri
from entra_double._world.seed import API_CLIENT_ID

TOOLS_CLIENT_ID = "70015000-0000-4000-a000-000000000006"
BACKEND = Path(__file__).resolve().parents[3] / "reference" / "backend"
FOREIGN = ("AZURE_", "ENTRANCE_", "DATABASE_URL", "CACHE_URL", "DJANGO_", "LOGBOOK_")
ANY_CERTIFICATE = ssl._create_unverified_context()
PATIENCE = 60.0
"""Seconds to wait for Logbook."""


@contextmanager
def serving_logbook(
    emulator: Emulator, *callbacks: str, tls: bool = False, application: str = "config.asgi:application", **added: str
) -> Iterator[str]:
    """Serve Logbook for a block; yield the address of its tools, which is an App ID URI of the API.

    ``callbacks`` are further redirect URIs of the tools' client. With ``tls`` the certificate is its own, and tokens
    are of version 1, whose audience is the App ID URI. ``added`` are environment variables of another ``application``.
    """
    scheme = "https" if tls else "http"
    with socket.create_server(("localhost", 0)) as listening, TemporaryDirectory(prefix="logbook-") as folder:
        tools = f"{scheme}://localhost:{listening.getsockname()[1]}/mcp"
        register_tools(emulator, tools, callbacks, version=1 if tls else 2)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)} | {
            "DJANGO_DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"sqlite:///{folder}/logbook.sqlite3",
            "ENTRANCE_AUTHORITY_HOST": emulator.base_url,
            "LOGBOOK_TOOLS_URI": tools,
            **added,
        }
        subprocess.run(python("manage.py", "migrate", "--verbosity", "0"), cwd=BACKEND, env=environment, check=True)
        command = python("-m", "uvicorn", application, "--log-level", "warning", "--fd")
        fd = listening.fileno()
        command += [str(fd), *(certificate_in(Path(folder)) if tls else ())]
        with subprocess.Popen(command, cwd=BACKEND, env=environment, pass_fds=[fd]) as server:
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
            urlopen(
                address, timeout=PATIENCE, context=ANY_CERTIFICATE
            ).close()  # waits until the server accepts the connection
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"Logbook does not respond at {address}.")


def certificate_in(folder: Path) -> list[str]:
    """Write a certificate for localhost; return uvicorn's options for it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Logbook")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return ["--ssl-keyfile", f"{folder}/key.pem", "--ssl-certfile", f"{folder}/certificate.pem"]


def register_tools(emulator: Emulator, tools: str, callbacks: tuple[str, ...], *, version: AccessTokenVersion) -> None:
    """Make the address an App ID URI of Logbook API, which the parameter ``resource`` has to name (AADSTS9010010)."""
    known = {each.client_id: each for each in emulator.directory.applications}
    api, client = known[API_CLIENT_ID], known[TOOLS_CLIENT_ID]
    added = tuple(RedirectUri(platform=Platform.PUBLIC_CLIENT, uri=each) for each in callbacks)
    emulator.directory = emulator.directory.put(
        replace(api, app_id_uris=(*api.app_id_uris, tools), access_token_version=version),
        replace(client, redirect_uris=(*client.redirect_uris, *added)),
    )
