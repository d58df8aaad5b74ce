"""The discovery documents and the keys: for a tenant by id and by domain, and for several tenants at once."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest
from entra_double import Emulator
from entra_double._world.principals import PERSONAL
from jwt.types import Options

from ..single_page_app import API, BASE_URL, FABRIKAM, SPA, TENANT

TEMPLATE = "{tenantid}"
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
BOTH = ["", "v2.0/"]
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


@pytest.mark.parametrize(
    ("path", "in_addresses"), [("consumers", "consumers"), (CONSUMERS, CONSUMERS), ("live.com", CONSUMERS)]
)
async def test_personal_accounts_have_one_tenant(http: httpx.AsyncClient, path: str, in_addresses: str) -> None:
    document = await discovery(http, path, "v2.0/")
    assert document["issuer"] == f"{BASE_URL}/{CONSUMERS}/v2.0"
    assert document["token_endpoint"] == f"{BASE_URL}/{in_addresses}/oauth2/v2.0/token"
    assert document["tenant_region_scope"] is None
    assert (await discovery(http, path, ""))["issuer"] == f"https://sts.windows.net/{CONSUMERS}/"


@pytest.mark.parametrize(
    ("path", "status"), [("consumers", 200), (CONSUMERS, 200), (CONSUMERS.upper(), 200), ("live.com", 400)]
)
async def test_their_tenant_is_there_when_no_directory_lists_it(
    http: httpx.AsyncClient, emulator: Emulator, path: str, status: int
) -> None:
    emulator.directory = emulator.directory.remove(PERSONAL)
    for end in (*(f"{version}.well-known/openid-configuration" for version in BOTH), "discovery/v2.0/keys"):
        assert (await http.get(f"/{path}/{end}")).status_code == status
    if status == 200:
        assert (await discovery(http, path, "v2.0/"))["issuer"] == f"{BASE_URL}/{CONSUMERS}/v2.0"
        keys = (await http.get(f"/{path}/discovery/v2.0/keys")).json()["keys"]
        assert f"{BASE_URL}/{CONSUMERS}/v2.0" in {key["issuer"] for key in keys}


async def discovery(http: httpx.AsyncClient, path: str, version: str, **query: str) -> dict[str, Any]:
    document: dict[str, Any] = (
        await http.get(f"/{path}/{version}.well-known/openid-configuration", params=query)
    ).json()
    return document


async def test_the_documents_have_the_services_members(http: httpx.AsyncClient) -> None:
    v1, v2 = await discovery(http, TENANT, ""), await discovery(http, TENANT, "v2.0/")
    assert sorted(v2) == [
        "authorization_endpoint", "claims_supported", "cloud_graph_host_name", "cloud_instance_name",
        "device_authorization_endpoint", "end_session_endpoint", "frontchannel_logout_supported",
        "http_logout_supported", "id_token_signing_alg_values_supported", "issuer", "jwks_uri", "kerberos_endpoint",
        "msgraph_host", "rbac_url", "request_uri_parameter_supported", "response_modes_supported",
        "response_types_supported", "scopes_supported", "subject_types_supported", "tenant_region_scope",
        "token_endpoint", "token_endpoint_auth_methods_supported", "userinfo_endpoint",
    ]  # fmt: skip
    assert v1.keys() - v2.keys() == {"check_session_iframe", "microsoft_multi_refresh_token"}
    assert not v2.keys() - v1.keys()
    assert v2["msgraph_host"] == "localhost:8400"
    assert v2["response_types_supported"] == ["code", "id_token", "code id_token", "id_token token"]
    assert v1["response_types_supported"] == ["code", "id_token", "code id_token", "token id_token", "token"]
    assert v1["scopes_supported"] == ["openid"]
    assert set(v1["claims_supported"]) - set(v2["claims_supported"]) == {"amr", "given_name", "family_name", "nickname"}


@pytest.mark.parametrize("version", BOTH)
@pytest.mark.parametrize("path", [TENANT, "common", "organizations", "consumers"])
async def test_every_address_in_a_document_answers(http: httpx.AsyncClient, path: str, version: str) -> None:
    document = await discovery(http, path, version)
    addresses = {name for name, value in document.items() if str(value).startswith(f"{BASE_URL}/")}
    nowhere = {"kerberos_endpoint", "rbac_url", "check_session_iframe"}
    for name in addresses - nowhere - {"issuer"}:
        assert (await http.get(document[name])).status_code in (200, 400, 401), name
    for name in addresses & nowhere:
        assert (await http.get(document[name])).status_code == 404


@pytest.mark.parametrize("version", BOTH)
async def test_an_applications_id_is_carried_to_the_keys(http: httpx.AsyncClient, version: str) -> None:
    plain = (await discovery(http, TENANT, version))["jwks_uri"]
    assert (await discovery(http, TENANT, version, appid=SPA))["jwks_uri"] == f"{plain}?appid={SPA}"
    assert (await discovery(http, TENANT, version, appid="<b>"))["jwks_uri"] == plain
    assert (await http.get(f"{plain}?appid={SPA}")).json() == (await http.get(plain)).json()


async def test_the_headers_are_the_services(http: httpx.AsyncClient) -> None:
    response = await http.get(f"/{TENANT}/v2.0/.well-known/openid-configuration")
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["access-control-allow-methods"] == "GET, OPTIONS"
    assert response.headers["x-content-type-options"] == "nosniff"
    missing = await http.get("/unknown.example/v2.0/.well-known/openid-configuration")
    assert missing.headers["x-ms-request-id"] == missing.json()["trace_id"]
    assert missing.headers["cache-control"] == response.headers["cache-control"]


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


@pytest.mark.parametrize("path", [TENANT, "common", "consumers"])
async def test_the_keys_of_personal_accounts_name_their_one_tenant(
    http: httpx.AsyncClient, emulator: Emulator, path: str
) -> None:
    keys = (await http.get(f"/{path}/discovery/v2.0/keys")).json()["keys"]
    if path == TENANT:
        assert all(TEMPLATE in key["issuer"] for key in keys), "the others are not needed yet"
        emulator.keys_for(CONSUMERS)
        keys = (await http.get(f"/{path}/discovery/v2.0/keys")).json()["keys"]
    theirs = {key["kid"] for key in keys if key["issuer"] == f"{BASE_URL}/{CONSUMERS}/v2.0"}
    others = {key["kid"] for key in keys if key["issuer"] == f"{BASE_URL}/{TEMPLATE}/v2.0"}
    assert theirs | others == {key["kid"] for key in keys}
    assert theirs == {key.key_id for key in emulator.keys_for(CONSUMERS).published}
    assert others == {key.key_id for key in emulator.keys_for(TENANT).published}


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
