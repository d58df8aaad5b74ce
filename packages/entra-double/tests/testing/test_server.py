"""Real ports: the server in a thread."""

from __future__ import annotations

import ssl

import httpx
from entra_double import EntraServer
from entra_double._world.directory import Directory
from entra_double._world.seed import FABRIKAM

from ..single_page_app import TENANT, payload


def test_the_server_is_reached_on_its_port() -> None:
    with EntraServer() as server:
        document = httpx.get(f"{server.base_url}/{TENANT}/v2.0/.well-known/openid-configuration").json()
        assert document["issuer"] == f"{server.base_url}/{TENANT}/v2.0"
        assert server.base_url == f"http://localhost:{server.port}"


def test_two_servers_run_beside_each_other() -> None:
    with EntraServer() as first, EntraServer(api_token_version=1) as second:
        assert first.port != second.port
        assert payload(first.emulator.access_token("ada@contoso.example"))["ver"] == "2.0"
        assert payload(second.emulator.access_token("ada@contoso.example"))["ver"] == "1.0"


def test_the_port_is_free_again_after_the_end() -> None:
    with EntraServer() as server:
        pass
    with EntraServer(port=server.port) as again:
        assert again.port == server.port


def test_a_server_may_be_known_by_other_names_and_serve_another_world() -> None:
    world = Directory(tenants=(FABRIKAM,))
    names = ("login.microsoftonline.com",)
    with EntraServer(tls=True, base_url=f"https://{names[0]}", hosts=names, directory=world) as server:
        trusted = ssl.create_default_context(cafile=str(server.ca))
        with httpx.Client(verify=trusted) as client:
            request = client.build_request(
                "GET",
                f"https://127.0.0.1:{server.port}/{FABRIKAM.id}/v2.0/.well-known/openid-configuration",
                headers={"Host": names[0]},
                extensions={"sni_hostname": names[0]},
            )
            document = client.send(request).json()
    assert document["issuer"] == f"https://{names[0]}/{FABRIKAM.id}/v2.0"
