from __future__ import annotations

import httpx
import jwt
import pytest
from entra_local import Emulator
from jwt.types import Options

from .single_page_app import API, BASE_URL, FABRIKAM, TENANT

TEMPLATE = "{tenantid}"
AT_ANY_TIME: Options = {"verify_exp": False}


@pytest.mark.parametrize("path", [TENANT, "contoso.example"])
async def test_the_v2_document_always_names_the_tenant_by_id(http: httpx.AsyncClient, path: str) -> None:
    document = (await http.get(f"/{path}/v2.0/.well-known/openid-configuration")).json()
    assert document["issuer"] == f"{BASE_URL}/{TENANT}/v2.0"
    assert document["authorization_endpoint"] == f"{BASE_URL}/{TENANT}/oauth2/v2.0/authorize"
    assert document["token_endpoint"] == f"{BASE_URL}/{TENANT}/oauth2/v2.0/token"
    assert document["end_session_endpoint"] == f"{BASE_URL}/{TENANT}/oauth2/v2.0/logout"
    assert document["jwks_uri"] == f"{BASE_URL}/{TENANT}/discovery/v2.0/keys"
    assert document["tenant_region_scope"] == "EU"
    assert "code_challenge_methods_supported" not in document


@pytest.mark.parametrize("path", ["common", "organizations"])
async def test_the_shared_v2_document_has_a_template_for_the_tenant(http: httpx.AsyncClient, path: str) -> None:
    document = (await http.get(f"/{path}/v2.0/.well-known/openid-configuration")).json()
    assert document["issuer"] == f"{BASE_URL}/{TEMPLATE}/v2.0"
    assert document["jwks_uri"] == f"{BASE_URL}/{path}/discovery/v2.0/keys"
    assert document["tenant_region_scope"] is None


@pytest.mark.parametrize(("path", "tenant"), [(TENANT, TENANT), ("fabrikam.example", FABRIKAM), ("common", TEMPLATE)])
async def test_the_v1_document_has_the_other_issuer(http: httpx.AsyncClient, path: str, tenant: str) -> None:
    document = (await http.get(f"/{path}/.well-known/openid-configuration")).json()
    assert document["issuer"] == f"https://sts.windows.net/{tenant}/"
    assert document["jwks_uri"] == f"{BASE_URL}/common/discovery/keys"
    assert document["authorization_endpoint"] == document["token_endpoint"].replace("token", "authorize")


@pytest.mark.parametrize("version", ["", "v2.0/"])
async def test_every_address_in_a_document_answers(http: httpx.AsyncClient, version: str) -> None:
    document = (await http.get(f"/{TENANT}/{version}.well-known/openid-configuration")).json()
    for name in document.keys() & {"authorization_endpoint", "token_endpoint", "end_session_endpoint", "jwks_uri"}:
        assert (await http.get(document[name])).status_code in (200, 400)


async def test_the_issuer_never_follows_the_host_header(http: httpx.AsyncClient) -> None:
    response = await http.get(f"/{TENANT}/v2.0/.well-known/openid-configuration", headers={"Host": "127.0.0.1:9999"})
    assert response.json()["issuer"] == f"{BASE_URL}/{TENANT}/v2.0"


@pytest.mark.parametrize(
    "path",
    [
        "/{}/.well-known/openid-configuration",
        "/{}/v2.0/.well-known/openid-configuration",
        "/{}/discovery/keys",
        "/{}/discovery/v2.0/keys",
    ],
)
async def test_documents_are_for_everybody_and_unknown_tenants_are_refused(http: httpx.AsyncClient, path: str) -> None:
    found = await http.get(path.format(TENANT))
    assert found.status_code == 200
    for tenant, code in (("unknown.example", 90002), ("undefined", 900023)):
        missing = await http.get(path.format(tenant))
        assert (missing.status_code, missing.json()["error_codes"]) == (400, [code])
        assert missing.headers["access-control-allow-origin"] == "*"
    assert found.headers["access-control-allow-origin"] == "*"
    assert found.headers["cache-control"] == "max-age=86400, private"


async def test_v2_keys_have_an_issuer_and_v1_keys_have_none(http: httpx.AsyncClient) -> None:
    v2 = (await http.get(f"/{TENANT}/discovery/v2.0/keys")).json()["keys"]
    v1 = (await http.get("/common/discovery/keys")).json()["keys"]
    assert [key["kid"] for key in v1] == [key["kid"] for key in v2 if TEMPLATE in key["issuer"]]
    assert sorted(v2[0]) == ["e", "issuer", "kid", "kty", "n", "use", "x5c", "x5t"]
    assert sorted(v1[0]) == ["e", "kid", "kty", "n", "use", "x5c", "x5t"]
    assert v2[0]["issuer"] == f"{BASE_URL}/{TEMPLATE}/v2.0"
    assert v2[0]["kid"] == v2[0]["x5t"]
    assert len(v2[0]["x5c"]) == 1


async def test_after_a_rotation_old_and_new_tokens_verify(http: httpx.AsyncClient, emulator: Emulator) -> None:
    old = emulator.access_token("ada@contoso.example")
    emulator.keys.rotate()
    new = emulator.access_token("ada@contoso.example")
    keys = jwt.PyJWKSet.from_dict((await http.get(f"/{TENANT}/discovery/v2.0/keys")).json())
    for token in (old, new):
        key = keys[jwt.get_unverified_header(token)["kid"]]
        assert jwt.decode(token, key, algorithms=["RS256"], audience=API, options=AT_ANY_TIME)["ver"] == "2.0"
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]


def test_only_the_last_keys_stay_published(emulator: Emulator) -> None:
    first = emulator.keys.published[0]
    for _ in range(3):
        emulator.keys.rotate()
    assert len(emulator.keys.published) == 3
    assert first not in emulator.keys.published
