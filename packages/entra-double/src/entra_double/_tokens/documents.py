"""Makes the public documents: discovery and key sets of v1.0 and v2.0, instances of the service, and user realms.

The discovery documents have all members of the service's but those about mutual TLS. Three of the addresses answer 404,
as there is nothing behind them: `kerberos_endpoint`, `rbac_url` and v1.0's `check_session_iframe`.
https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from entra_double._tokens.claims.common import v1_issuer, v2_issuer
from entra_double._tokens.signing import SigningKey
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.ids import CONSUMERS, is_guid
from entra_double._world.requests.lookup import MULTI_TENANT, Parameters, find_tenants, required

Document = dict[str, object]

TEMPLATE = "{tenantid}"
NAME = "entra-double"
"""What stands where the service names its cloud."""

_CLAIMS = (
    "sub iss cloud_instance_name cloud_instance_host_name cloud_graph_host_name msgraph_host aud exp iat auth_time "
    "acr nonce preferred_username name tid ver at_hash c_hash email"
)

_CLOUDS = (
    ("login.windows.net", "login.microsoftonline.com login.windows.net login.microsoft.com sts.windows.net"),
    ("login.partner.microsoftonline.cn", "login.partner.microsoftonline.cn login.chinacloudapi.cn"),
    ("login.microsoftonline.de", "login.microsoftonline.de"),
    ("login.microsoftonline.us", "login.microsoftonline.us login.usgovcloudapi.net"),
    ("login-us.microsoftonline.com", "login-us.microsoftonline.com"),
)
"""Instances of the service: the name that clients keep its tokens under, and all its names, the preferred one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a document is about: a tenant, or with `tenant_id` None several that share it.

    `path` is the first segment of the addresses in it; `query` stands behind the address of the keys.
    """

    path: str
    tenant_id: str | None
    region: str | None
    query: str


def place_of(directory: Directory, text: str, appid: str | None = None) -> Place:
    """Find the place that the first segment of a path names: domains stand for ids, shared names for themselves.

    `appid` is an application that wants to see keys of its own, which none has here.
    """
    query = f"?appid={appid}" if appid and is_guid(appid) else ""
    if text in MULTI_TENANT:
        return Place(path=text, tenant_id=None, region=None, query=query)
    (tenant,) = find_tenants(directory, text)
    path = text if text == "consumers" else tenant.id
    return Place(path=path, tenant_id=tenant.id, region=None if tenant.is_personal else tenant.region, query=query)


def discovery_v2(base_url: str, place: Place) -> Document:
    return {
        "issuer": v2_issuer(base_url, place.tenant_id or TEMPLATE),
        "userinfo_endpoint": f"{base_url}/oidc/userinfo",
        "jwks_uri": f"{base_url}/{place.path}/discovery/v2.0/keys{place.query}",
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": _CLAIMS.split(),
        **_common(base_url, place, "oauth2/v2.0"),
    }


def discovery_v1(base_url: str, place: Place) -> Document:
    return {
        "issuer": v1_issuer(place.tenant_id or TEMPLATE),
        "check_session_iframe": f"{base_url}/{place.path}/oauth2/checksession",
        "userinfo_endpoint": f"{base_url}/{place.path}/openid/userinfo",
        "jwks_uri": f"{base_url}/common/discovery/keys{place.query}",
        "response_types_supported": ["code", "id_token", "code id_token", "token id_token", "token"],
        "scopes_supported": ["openid"],
        "claims_supported": [*_CLAIMS.split(), "amr", "given_name", "family_name", "nickname"],
        "microsoft_multi_refresh_token": True,
        **_common(base_url, place, "oauth2"),
    }


def _common(base_url: str, place: Place, endpoints: str) -> Document:
    host, own = urlsplit(base_url).netloc, f"{base_url}/{place.path}"
    return {
        "authorization_endpoint": f"{own}/{endpoints}/authorize",
        "token_endpoint": f"{own}/{endpoints}/token",
        "device_authorization_endpoint": f"{own}/{endpoints}/devicecode",
        "end_session_endpoint": f"{own}/{endpoints}/logout",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "request_uri_parameter_supported": False,
        "http_logout_supported": True,
        "frontchannel_logout_supported": True,
        "kerberos_endpoint": f"{own}/kerberos",
        "tenant_region_scope": place.region,
        "cloud_instance_name": NAME,
        "cloud_graph_host_name": host,
        "msgraph_host": host,
        "rbac_url": f"{base_url}/rbac",
    }


def keys_v2(base_url: str, keys: Iterable[SigningKey], personal: Iterable[SigningKey]) -> Document:
    """Give the keys with their issuers: any tenant for most, and the one of personal accounts for theirs."""
    any_issuer, personal_issuer = v2_issuer(base_url, TEMPLATE), v2_issuer(base_url, CONSUMERS)
    return {"keys": [*(key.as_jwk(any_issuer) for key in keys), *(key.as_jwk(personal_issuer) for key in personal)]}


def keys_v1(keys: Iterable[SigningKey]) -> Document:
    return {"keys": [key.as_jwk(None) for key in keys]}


def instance_document(base_url: str, hosts: frozenset[str], directory: Directory, parameters: Parameters) -> Document:
    """Say where an authority is described, and which hosts are the same instance; ours stands first.

    Another server's authority is refused (50049); `hosts` are the names that this server answers to.
    """
    endpoint = required(parameters, "authorization_endpoint")
    own = urlsplit(base_url).netloc
    ours = next((cloud for cloud in _CLOUDS if own in cloud[1].split()), (own, own))
    parts = _split(endpoint)
    if parts is None or (parts.netloc not in ours[1].split() and parts.hostname not in hosts):
        raise Refusal(50049, instance=endpoint)
    path = place_of(directory, f"{parts.path}/".split("/")[1]).path
    version = "v2.0/" if "/v2.0/" in parts.path else ""
    clouds = [(cache, names.split()) for cache, names in (ours, *(other for other in _CLOUDS if other is not ours))]
    return {
        "tenant_discovery_endpoint": f"{base_url}/{path}/{version}.well-known/openid-configuration",
        "api-version": parameters.get("api-version", "1.0"),
        "metadata": [
            {"preferred_network": names[0], "preferred_cache": cache, "aliases": names} for cache, names in clouds
        ],
    }


def realm_document(directory: Directory, user: str) -> Document:
    """Say whether this server signs in the people of a user name's domain (Managed), or none is known (Unknown).

    The answer does not tell whether the person exists.
    """
    domain = user.rpartition("@")[2].lower()
    tenant = directory.tenant(domain) if "@" in user else None
    managed = tenant is not None and not tenant.is_personal
    return {
        "ver": "1.0",
        "account_type": "Managed" if managed else "Unknown",
        **({"domain_name": domain} if managed else {}),
        "cloud_instance_name": NAME,
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    }


def _split(address: str) -> SplitResult | None:
    """Take an absolute address apart; None when it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None
