"""Computes an authority's addresses and issuers from its cloud and kind; nothing is read from a token or a document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

#: Stands for the tenant's GUID in an issuer, as in Microsoft's own documents.
TENANT = "{tenantid}"

NO_TENANT = ""

PERSONAL_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of all personal Microsoft accounts (Microsoft, access token claims reference, "tid")."""

#: Tenants by word: whose people each lets in (Microsoft, OpenID Connect on the Microsoft identity platform).
SEVERAL_TENANTS = frozenset({"common", "organizations"})

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

ISSUERS_REMEMBERED = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerForm:
    """One way in which an authority writes ``iss``, with TENANT in it, and what goes with it in a token.

    ``version`` is the ``ver`` of its tokens, ``client_claim`` the name of the claim with the client's id.
    """

    template: str
    version: str
    client_claim: str

    def fill(self, tenant: str) -> str:
        """Return the issuer of a tenant."""
        return self.template.replace(TENANT, tenant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where an authority publishes what, and how it names itself in what it issues.

    ``discovery_url`` is the address of the discovery document, whose ``issuer`` must be ``issuer`` with the tenant's
    GUID (or with TENANT in it, for several tenants). ``key_hosts`` are the origins that its keys may come from, and
    ``key_issuers`` what the keys themselves may say of their issuer; both may have TENANT in them.
    ``for_customers`` tells External ID and Azure AD B2C from Entra ID itself.
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

    Its issuer has the tenant's GUID as host name, whatever name the host was asked by, unless ``issuer_host`` names
    another scheme and host. A custom URL domain is a proxy before ciamlogin.com.
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

    Its tokens say ``ver`` 1.0, name their client in ``azp``, and end the issuer with a slash.
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


@lru_cache(ISSUERS_REMEMBERED)
def tenant_in(issuer: str) -> str:
    """Return the first GUID in an issuer's text: the tenant, if the rest of the text turns out to be right.

    Without one it is NO_TENANT, whose issuer nobody has.
    """
    found = GUID.search(issuer)
    return NO_TENANT if found is None else found[0]


def origin(url: str) -> str:
    """Return scheme, host and port of an address, as in ``https://host:port``."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
