"""The userinfo endpoint, which Microsoft Graph serves."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from entra_double import Emulator
from entra_double._testing.entra import Entra
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import PermissionGrant

from ..graph_client import DENIED, NOT_AUTHENTICATED, Graph, error
from ..single_page_app import ADA, SCOPE, SPA, TENANT, SinglePageApp, payload

USERINFO = "/oidc/userinfo"


async def tokens(app: SinglePageApp, scope: str) -> tuple[str, httpx.Headers | dict[str, str]]:
    answer = await app.tokens(scope=scope)
    return str(answer["id_token"]), {"Authorization": f"Bearer {answer['access_token']}"}


@pytest.mark.parametrize("path", [USERINFO, f"/{TENANT}/openid/userinfo", "/common/openid/userinfo"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_client_learns_who_signed_in(app: SinglePageApp, path: str, method: str) -> None:
    id_token, headers = await tokens(app, "openid profile email")
    response = await app.http.request(method, path, headers=headers)
    of_v1 = {} if path == USERINFO else {"oid": ADA, "upn": "ada@contoso.example"}
    assert response.json() == of_v1 | {
        "sub": payload(id_token)["sub"],
        "name": "Ada Lovelace",
        "family_name": "Lovelace",
        "given_name": "Ada",
        "picture": "http://localhost:8400/v1.0/me/photo/$value",
        "email": "ada@contoso.example",
    }


async def test_only_what_the_scopes_allow(app: SinglePageApp, emulator: Emulator) -> None:
    grant = PermissionGrant(tenant_id=TENANT, client_id=SPA, resource_id=GRAPH_CLIENT_ID, scopes=frozenset({"openid"}))
    emulator.directory = emulator.directory.put(grant)
    _, headers = await tokens(app, "openid")
    assert (await app.http.get(USERINFO, headers=headers)).json().keys() == {"sub"}
    emulator.directory = emulator.directory.put(replace(grant, scopes=frozenset({"openid", "email"})))
    _, headers = await tokens(app, "openid email")
    assert (await app.http.get(USERINFO, headers=headers)).json().keys() == {"sub", "email"}


async def test_a_token_without_openid_is_denied(http: httpx.AsyncClient, emulator: Emulator) -> None:
    graph = Graph(http, emulator).person("User.Read")
    assert error(await http.get(USERINFO, headers=graph.headers)) == DENIED


async def test_an_application_is_denied(http: httpx.AsyncClient, emulator: Emulator) -> None:
    graph = Graph(http, emulator).application("User.Read.All")
    assert error(await http.get(USERINFO, headers=graph.headers)) == DENIED


async def test_a_client_that_is_gone_is_denied(app: SinglePageApp, emulator: Emulator) -> None:
    _, headers = await tokens(app, "openid")
    gone = next(known for known in emulator.directory.applications if known.client_id == SPA)
    emulator.directory = emulator.directory.remove(gone)
    assert error(await app.http.get(USERINFO, headers=headers)) == DENIED


async def test_the_token_of_an_api_is_refused(app: SinglePageApp) -> None:
    _, headers = await tokens(app, f"openid {SCOPE}")
    assert error(await app.http.get(USERINFO, headers=headers)) == NOT_AUTHENTICATED
    assert error(await app.http.get(USERINFO)) == NOT_AUTHENTICATED


def test_the_sample_of_the_documentation(entra: Entra) -> None:
    """Keep docs/entra-double/graph.md true."""
    token = entra.token("ada@contoso.example", scope="openid profile")
    answer = entra.request("GET", "/oidc/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert b"Ada Lovelace" in answer.body


@pytest.mark.parametrize(
    ("tenant", "expected"),
    [("nonsense", 900023), ("nowhere.example", 90002), (TENANT, None), ("contoso.example", None)],
)
async def test_userinfo_of_a_tenant_that_is_unknown_is_refused(
    app: SinglePageApp, tenant: str, expected: int | None
) -> None:
    _, headers = await tokens(app, "openid")
    answer = (await app.http.get(f"/{tenant}/openid/userinfo", headers=headers)).json()
    assert answer.get("error_codes") == (expected and [expected])
