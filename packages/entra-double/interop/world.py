"""Runs entra-double for the clients: with http, with https, or under Microsoft's host names."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from entra_double import Emulator, EntraServer

from .logbook import serving_logbook
from .proxy import HOSTS, Proxy
from .registrations import register
from .visitor import Browser

TOOLS_CALLBACKS = ("http://127.0.0.1:8765/callback",)
"""Redirect URIs of clients of the Model Context Protocol that leave none to choose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A running emulator, with the certificate authority to trust and the proxy that leads to it."""

    emulator: Emulator
    ca: Path | None = None
    proxy: Proxy | None = None
    tools: str = ""

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca)

    def browser(self) -> Browser:
        """Return a new browser."""
        return Browser(self.emulator.base_url, self.trust, self.proxy.url if self.proxy else None)

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables for a client: address, certificate authority and proxy."""
        proxy = self.proxy.url if self.proxy else "http://127.0.0.1:1"
        trusted = {name: str(self.ca) for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")} if self.ca else {}
        return {
            "ENTRA_URL": self.emulator.base_url,
            "HTTPS_PROXY": proxy,
            "HTTP_PROXY": proxy,
            "NO_PROXY": "localhost,127.0.0.1",
            "LOGBOOK_TOOLS": self.tools,
            **trusted,
        }


@contextmanager
def run(reached: str) -> Iterator[Running]:
    """Run the emulator for a block. `reached` is a value of clients.toml."""
    if reached == "by name":
        with _under_microsofts_names() as running:
            yield running
    elif reached.startswith("through Logbook"):
        tls = reached.endswith("https")
        with EntraServer() as server, serving_logbook(server.emulator, *TOOLS_CALLBACKS, tls=tls) as tools:
            yield Running(emulator=server.emulator, tools=tools)
    else:
        with EntraServer(tls=reached == "https") as server:
            register(server.emulator)
            yield Running(emulator=server.emulator, ca=server.ca)


@contextmanager
def _under_microsofts_names() -> Iterator[Running]:
    with EntraServer(tls=True, base_url=f"https://{HOSTS[0]}", hosts=HOSTS) as server, Proxy(server.port) as proxy:
        register(server.emulator)
        yield Running(emulator=server.emulator, ca=server.ca, proxy=proxy)
    assert not proxy.refused, f"the client called {proxy.refused}"
