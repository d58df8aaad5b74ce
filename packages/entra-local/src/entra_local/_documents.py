"""Makes the discovery documents and the key sets, v1.0 and v2.0.

They have the service's members for everything that entra-local has, and no member for what it has not.
https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

from __future__ import annotations

from collections.abc import Iterable

from entra_local._claims.issuers import v1_issuer, v2_issuer
from entra_local._signing import SigningKey

Document = dict[str, object]

TEMPLATE = "{tenantid}"

_COMMON: Document = {
    "response_modes_supported": ["query", "fragment", "form_post"],
    "response_types_supported": ["code"],
    "subject_types_supported": ["pairwise"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "request_uri_parameter_supported": False,
    "cloud_instance_name": "entra-local",
}
_CLAIMS = (
    "sub iss cloud_instance_name cloud_instance_host_name cloud_graph_host_name msgraph_host aud exp iat auth_time "
    "acr nonce preferred_username name tid ver at_hash c_hash email"
)


def discovery_v2(base_url: str, path: str, tenant_id: str | None) -> Document:
    """Give the v2.0 document of a tenant; for `path` common or organizations there is no one tenant (None)."""
    endpoints = f"{base_url}/{tenant_id or path}"
    return {
        "issuer": v2_issuer(base_url, tenant_id or TEMPLATE),
        "authorization_endpoint": f"{endpoints}/oauth2/v2.0/authorize",
        "token_endpoint": f"{endpoints}/oauth2/v2.0/token",
        "end_session_endpoint": f"{endpoints}/oauth2/v2.0/logout",
        "jwks_uri": f"{endpoints}/discovery/v2.0/keys",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": _CLAIMS.split(),
        "http_logout_supported": True,
        "tenant_region_scope": "EU" if tenant_id else None,
        **_COMMON,
    }


def discovery_v1(base_url: str, tenant_id: str | None) -> Document:
    """Give the v1.0 document: issuer and keys for those who verify v1.0 tokens."""
    return {
        "issuer": v1_issuer(tenant_id or TEMPLATE),
        "jwks_uri": f"{base_url}/common/discovery/keys",
        "scopes_supported": ["openid"],
        "claims_supported": [*_CLAIMS.split(), "amr", "given_name", "family_name", "nickname"],
        "tenant_region_scope": "EU" if tenant_id else None,
        **_COMMON,
    }


def keys_v2(base_url: str, keys: Iterable[SigningKey]) -> Document:
    issuer = v2_issuer(base_url, TEMPLATE)
    return {"keys": [key.as_jwk(issuer) for key in keys]}


def keys_v1(keys: Iterable[SigningKey]) -> Document:
    return {"keys": [key.as_jwk(None) for key in keys]}
