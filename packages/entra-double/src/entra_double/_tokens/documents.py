"""Makes the discovery documents and the key sets, v1.0 and v2.0.

They have all members of the service's documents but those about mutual TLS. Three of the addresses answer 404, as there
is nothing behind them: `kerberos_endpoint`, `rbac_url` and v1.0's `check_session_iframe`.
https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from entra_double._tokens.claims.common import v1_issuer, v2_issuer
from entra_double._tokens.signing import SigningKey
from entra_double._world.directory import Directory
from entra_double._world.ids import CONSUMERS, is_guid
from entra_double._world.requests.lookup import MULTI_TENANT, find_tenants

Document = dict[str, object]

TEMPLATE = "{tenantid}"
NAME = "entra-double"
"""What stands where the service names its cloud."""

_CLAIMS = (
    "sub iss cloud_instance_name cloud_instance_host_name cloud_graph_host_name msgraph_host aud exp iat auth_time "
    "acr nonce preferred_username name tid ver at_hash c_hash email"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a document is about.

    `path` is the first segment of the addresses in it; `tenant_id` is None where several tenants share it, and so is
    `region` where nobody knows it. `query` stands behind the address of the keys.
    """

    path: str
    tenant_id: str | None
    region: str | None
    query: str


def place_of(directory: Directory, text: str, appid: str | None = None) -> Place:
    """Find the place that the first segment of a path names: domains stand for ids, shared names for themselves.

    Args:
        appid: The client id of an application that wants to see keys of its own, which none has here.

    Raises:
        Refusal: There is no such tenant (90002), or it cannot be one (900023).
    """
    query = f"?appid={appid}" if appid and is_guid(appid) else ""
    if text in MULTI_TENANT:
        return Place(path=text, tenant_id=None, region=None, query=query)
    (tenant,) = find_tenants(directory, text)
    path = text if text == "consumers" else tenant.id
    return Place(path=path, tenant_id=tenant.id, region=None if tenant.is_personal else tenant.region, query=query)


def discovery_v2(base_url: str, place: Place) -> Document:
    endpoints = f"{base_url}/{place.path}"
    return {
        "issuer": v2_issuer(base_url, place.tenant_id or TEMPLATE),
        "authorization_endpoint": f"{endpoints}/oauth2/v2.0/authorize",
        "token_endpoint": f"{endpoints}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{endpoints}/oauth2/v2.0/devicecode",
        "end_session_endpoint": f"{endpoints}/oauth2/v2.0/logout",
        "userinfo_endpoint": f"{base_url}/oidc/userinfo",
        "jwks_uri": f"{endpoints}/discovery/v2.0/keys{place.query}",
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": _CLAIMS.split(),
        **_common(base_url, place),
    }


def discovery_v1(base_url: str, place: Place) -> Document:
    endpoints = f"{base_url}/{place.path}"
    return {
        "issuer": v1_issuer(place.tenant_id or TEMPLATE),
        "authorization_endpoint": f"{endpoints}/oauth2/authorize",
        "token_endpoint": f"{endpoints}/oauth2/token",
        "device_authorization_endpoint": f"{endpoints}/oauth2/devicecode",
        "end_session_endpoint": f"{endpoints}/oauth2/logout",
        "check_session_iframe": f"{endpoints}/oauth2/checksession",
        "userinfo_endpoint": f"{endpoints}/openid/userinfo",
        "jwks_uri": f"{base_url}/common/discovery/keys{place.query}",
        "response_types_supported": ["code", "id_token", "code id_token", "token id_token", "token"],
        "scopes_supported": ["openid"],
        "claims_supported": [*_CLAIMS.split(), "amr", "given_name", "family_name", "nickname"],
        "microsoft_multi_refresh_token": True,
        **_common(base_url, place),
    }


def keys_v2(base_url: str, keys: Iterable[SigningKey], personal: Iterable[SigningKey]) -> Document:
    """Give the keys with their issuers: any tenant for most, and the one of personal accounts for theirs."""
    anybody, persons = v2_issuer(base_url, TEMPLATE), v2_issuer(base_url, CONSUMERS)
    return {"keys": [*(key.as_jwk(anybody) for key in keys), *(key.as_jwk(persons) for key in personal)]}


def keys_v1(keys: Iterable[SigningKey]) -> Document:
    return {"keys": [key.as_jwk(None) for key in keys]}


def _common(base_url: str, place: Place) -> Document:
    host = urlsplit(base_url).netloc
    return {
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "request_uri_parameter_supported": False,
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "kerberos_endpoint": f"{base_url}/{place.path}/kerberos",
        "tenant_region_scope": place.region,
        "cloud_instance_name": NAME,
        "cloud_graph_host_name": host,
        "msgraph_host": host,
        "rbac_url": f"{base_url}/rbac",
    }
