"""Computes an authority's addresses and issuers from its settings, without reading a token or a document."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

TENANT = "{tenantid}"
"""The placeholder for the tenant's GUID in an issuer, as in Microsoft's own documents."""

NO_TENANT = ""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

PERSONAL_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of all personal Microsoft accounts (Microsoft, access token claims reference, "tid")."""

SEVERAL_TENANTS = frozenset({"common", "organizations"})
"""Values of ``tenant`` that mean several tenants (Microsoft, OpenID Connect on the Microsoft identity platform)."""

#: Microsoft's clouds: name → login host (Microsoft, national clouds). Registrations are per cloud.
CLOUDS: Mapping[str, str] = {
    "public": "https://login.microsoftonline.com",
    "us-government": "https://login.microsoftonline.us",
    "china": "https://login.partner.microsoftonline.cn",
    "sovereign-france": "https://login.sovcloud-identity.fr",
    "sovereign-germany": "https://login.sovcloud-identity.de",
    "sovereign-singapore": "https://login.sovcloud-identity.sg",
}

#: Issuers of v1.0 tokens by login host; every other host is treated like the public cloud.
V1_ISSUER_HOSTS: Mapping[str, str] = {CLOUDS["china"]: "https://sts.chinacloudapi.cn"}
PUBLIC_V1_ISSUER_HOST = "https://sts.windows.net"

EXTERNAL_ID_DOMAIN = "ciamlogin.com"

CACHED_ISSUERS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerForm:
    """One form of an authority's ``iss``, with TENANT in it.

    Tokens of this form have ``version`` as ``ver`` and the client's id in ``client_claim``.
    """

    template: str
    version: str
    client_claim: str

    def fill(self, tenant: str) -> str:
        """Return the issuer for a tenant."""
        return self.template.replace(TENANT, tenant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The addresses and issuers of an authority.

    ``discovery_url`` is the address of the discovery document. The ``issuer`` in that document must be ``issuer`` with
    the tenant's GUID (or with TENANT in it, for several tenants). ``key_hosts`` are the allowed origins of the keys,
    and ``key_issuers`` the allowed values of a key's own ``issuer``; both may have TENANT in them.
    ``for_customers`` is true for External ID and Azure AD B2C.
    """

    discovery_url: str
    issuer: str
    forms: tuple[IssuerForm, ...]
    key_hosts: tuple[str, ...]
    key_issuers: tuple[str, ...]
    for_customers: bool = False


def workforce(host: str, tenant: str) -> Addresses:
    """Return the addresses of Entra ID itself (Microsoft, access tokens, "Token formats").

    ``tenant`` is a GUID, a verified domain, or one of SEVERAL_TENANTS.
    """
    v1_host = V1_ISSUER_HOSTS.get(host, PUBLIC_V1_ISSUER_HOST)
    issuer = f"{host}/{TENANT}/v2.0"
    return Addresses(
        discovery_url=f"{host}/{tenant}/v2.0/.well-known/openid-configuration",
        issuer=issuer,
        forms=(
            IssuerForm(template=issuer, version="2.0", client_claim="azp"),
            IssuerForm(template=f"{v1_host}/{TENANT}/", version="1.0", client_claim="appid"),
        ),
        key_hosts=(host,),
        key_issuers=(issuer,),
    )


def external_id(host: str, tenant: str, issuer_host: str | None = None) -> Addresses:
    """Return the addresses of an external tenant (Microsoft Entra External ID, ciamlogin.com).

    Its issuer has the tenant's GUID as host name, whichever name the request used, unless ``issuer_host`` gives
    another scheme and host. A custom URL domain is a proxy in front of ciamlogin.com.
    """
    by_tenant = f"https://{TENANT}.{EXTERNAL_ID_DOMAIN}"
    issuers = [f"{each}/{TENANT}/v2.0" for each in (issuer_host or by_tenant, by_tenant, CLOUDS["public"])]
    return Addresses(
        discovery_url=f"{host}/{tenant}/v2.0/.well-known/openid-configuration",
        issuer=issuers[0],
        forms=(IssuerForm(template=issuers[0], version="2.0", client_claim="azp"),),
        key_hosts=unique(host, issuer_host or by_tenant, by_tenant),
        key_issuers=unique(*issuers),
        for_customers=True,
    )


def unique(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def b2c(host: str, tenant: str, policy: str, issuer_host: str | None = None) -> Addresses:
    """Return the addresses of one user flow of Azure AD B2C (Microsoft, "Overview of tokens in Azure AD B2C").

    Its tokens have ``ver`` 1.0 and their client in ``azp``; the issuer ends with a slash.
    """
    issuer = f"{issuer_host or host}/{TENANT}/v2.0/"
    return Addresses(
        discovery_url=f"{host}/{tenant}/{policy}/v2.0/.well-known/openid-configuration",
        issuer=issuer,
        forms=(IssuerForm(template=issuer, version="1.0", client_claim="azp"),),
        key_hosts=unique(host, issuer_host or host),
        key_issuers=(issuer, issuer.removesuffix("/")),
        for_customers=True,
    )


@lru_cache(CACHED_ISSUERS)
def tenant_in(issuer: str) -> str:
    """Return the first GUID in an issuer, or NO_TENANT. It is the tenant if the issuer is one of ours."""
    found = GUID.search(issuer)
    return NO_TENANT if found is None else found[0]


def origin(url: str) -> str:
    """Return scheme, host and port of an address, such as ``https://host:port``."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def addresses_of(host: str, tenant: str, user_flows: Sequence[str], issuer_host: str | None = None) -> Addresses:
    """Return the addresses for settings: of Azure AD B2C, External ID or Entra ID."""
    if user_flows:
        return b2c(host, tenant, user_flows[0], issuer_host)
    if issuer_host or host.endswith(f".{EXTERNAL_ID_DOMAIN}"):
        return external_id(host, tenant, issuer_host)
    return workforce(host, tenant)


def with_own_keys(addresses: Addresses, tenant: str, client_id: str) -> Addresses:
    """Return the addresses of an application's own keys (Microsoft, access tokens, "Validate the signature").

    Raises:
        ValueError: there are several tenants, and each has its own application and keys.
    """
    if tenant in SEVERAL_TENANTS:
        raise ValueError(f"Expected one tenant with own_signing_keys, since {tenant} has several.")
    return replace(addresses, discovery_url=f"{addresses.discovery_url}?appid={client_id}")


def parse_host(host: str) -> str:
    """Return scheme and host in lower case.

    Raises:
        ValueError: the text has more than scheme and host, or uses plain http outside loopback.
    """
    lower = host.lower().rstrip("/")
    parts = urlsplit(lower)
    _ = parts.port  # raises ValueError when it is not a number
    if not parts.hostname or "@" in parts.netloc or lower != origin(lower):
        raise ValueError(f"Expected scheme and host, such as {CLOUDS['public']}, got {host}.")
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOOPBACK):
        raise ValueError(f"Expected an https host, got {host}. Plain http is for entra-double, on loopback.")
    return lower


def parse_guid(name: str, value: str) -> str:
    """Return an id in lower case, as Entra writes it.

    Raises:
        ValueError: it is not a GUID, so no token would ever match it.
    """
    lower = value.lower()
    if not GUID.fullmatch(lower):
        raise ValueError(f"Expected a GUID for {name}, got {value!r}.")
    return lower
