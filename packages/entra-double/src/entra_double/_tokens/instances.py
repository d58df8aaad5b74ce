"""Makes the documents about instances of the service, and about who signs the people of a domain in.

https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from entra_double._tokens.documents import NAME, Document, place_of
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.requests.lookup import Parameters, required


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One instance of the service: all its names, the first of which is to be talked to.

    `cache` is the name that clients keep its tokens under.
    """

    aliases: tuple[str, ...]
    cache: str

    def as_json(self) -> Document:
        return {"preferred_network": self.aliases[0], "preferred_cache": self.cache, "aliases": list(self.aliases)}


_CLOUDS = (
    Cloud(
        aliases=("login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"),
        cache="login.windows.net",
    ),
    Cloud(
        aliases=("login.partner.microsoftonline.cn", "login.chinacloudapi.cn"), cache="login.partner.microsoftonline.cn"
    ),
    Cloud(aliases=("login.microsoftonline.de",), cache="login.microsoftonline.de"),
    Cloud(aliases=("login.microsoftonline.us", "login.usgovcloudapi.net"), cache="login.microsoftonline.us"),
    Cloud(aliases=("login-us.microsoftonline.com",), cache="login-us.microsoftonline.com"),
)


def instance_document(base_url: str, hosts: frozenset[str], directory: Directory, parameters: Parameters) -> Document:
    """Say where an authority is described, and which hosts are the same instance; ours stands first.

    Args:
        hosts: Names that this server answers to.
        parameters: `authorization_endpoint` is the authority's; `api-version` is 1.0 or 1.1.

    Raises:
        Refusal: The parameter is missing (900144), the authority is another server's (50049), or there is no such
            tenant (90002, 900023).
    """
    endpoint = required(parameters, "authorization_endpoint")
    own = urlsplit(base_url).netloc
    ours = next((cloud for cloud in _CLOUDS if own in cloud.aliases), Cloud(aliases=(own,), cache=own))
    parts = _split(endpoint)
    if parts is None or (parts.netloc not in ours.aliases and parts.hostname not in hosts):
        raise Refusal(50049, instance=endpoint)
    path = place_of(directory, f"{parts.path}/".split("/")[1]).path
    version = "v2.0/" if "/v2.0/" in parts.path else ""
    return {
        "tenant_discovery_endpoint": f"{base_url}/{path}/{version}.well-known/openid-configuration",
        "api-version": parameters.get("api-version", "1.0"),
        "metadata": [cloud.as_json() for cloud in (ours, *(other for other in _CLOUDS if other is not ours))],
    }


def realm_document(directory: Directory, user: str) -> Document:
    """Say who signs in the people of a user name's domain: this server (Managed), or nobody known here (Unknown).

    Other servers (Federated) there are none here. Whether there is such a person is not told.
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
