"""The proxy connects Microsoft's two host names to entra-double and refuses all others."""

from __future__ import annotations

import ssl

import httpx
import pytest
from entra_double import EntraServer

from .proxy import HOSTS, Proxy


@pytest.mark.parametrize("host", HOSTS)
def test_it_connects_to_entra_double_only(host: str) -> None:
    with EntraServer(tls=True, base_url=f"https://{HOSTS[0]}", hosts=HOSTS) as server, Proxy(server.port) as proxy:
        trust = ssl.create_default_context(cafile=server.ca)
        with httpx.Client(proxy=proxy.url, verify=trust, trust_env=False) as client:
            assert client.get(f"https://{host}/health").status_code == 200
            assert not proxy.refused
            with pytest.raises(httpx.ProxyError, match="403"):
                client.get("https://login.example/health")
        assert proxy.refused == ["login.example:443"]
