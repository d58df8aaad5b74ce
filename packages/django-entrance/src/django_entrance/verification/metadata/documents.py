"""Fetches an authority's provider metadata and accepts it only where it agrees with the settings."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django_entrance.verification.errors import AuthorityMismatch
from django_entrance.verification.issuers import GUID, NO_TENANT, SEVERAL_TENANTS, TENANT, Addresses, origin, tenant_in
from django_entrance.verification.metadata.fetch import Fetch
from django_entrance.verification.metadata.jwks import SigningKey, read_document, read_keys

OWN_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "end_session_endpoint", "jwks_uri")
"""Endpoints in the discovery document that must be on the authority's own hosts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The discovery document and key set of an authority, with the time of the request in seconds since 1970.

    The time of the answer would be wrong: a slow answer may be as old as its request. ``is_shared``: they came through
    the store.
    """

    discovery: bytes = field(repr=False)
    keys: bytes = field(repr=False)
    fetched_at: float
    is_shared: bool = field(default=False, repr=False, compare=False)

    def as_json(self) -> str:
        return json.dumps(
            {"discovery": self.discovery.decode(), "keys": self.keys.decode(), "fetched_at": self.fetched_at}
        )

    @classmethod
    def from_json(cls, text: object) -> "Documents":
        """Read what ``as_json`` wrote. The text comes from a store that is not trusted.

        Raises:
            ValueError: the text is anything else.
        """
        members = json.loads(text) if isinstance(text, str) else None
        match members:
            case {"discovery": str(discovery), "keys": str(keys), "fetched_at": float(fetched_at)}:
                return cls(discovery=discovery.encode(), keys=keys.encode(), fetched_at=fetched_at, is_shared=True)
        raise ValueError("not the documents of an authority")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderMetadata:
    """The checked content of both documents: the issuer (with TENANT in it for several tenants) and the keys by id."""

    issuer: str
    keys: Mapping[str, SigningKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataSource:
    """Downloads and checks the metadata of one authority. ``clock`` gives seconds since 1970."""

    addresses: Addresses
    tenant: str
    fetch: Fetch
    clock: Callable[[], float] = time.time

    def download(self) -> Documents:
        """Fetch the discovery document, check it, and fetch the keys that it names.

        Raises:
            OSError: a document is not available.
            ValueError: the discovery document cannot be read.
            AuthorityMismatch: it contradicts the settings; its keys were not requested.
        """
        asked_at = self.clock()
        discovery = self.fetch(self.addresses.discovery_url)
        keys = self.fetch(self.check_discovery(read_document(discovery))["jwks_uri"])
        return Documents(discovery=discovery, keys=keys, fetched_at=asked_at)

    def read(self, documents: Documents) -> ProviderMetadata:
        """Check documents from the authority or from a cache and return their content.

        Raises:
            ValueError, AuthorityMismatch: as in ``download``, or there is no usable key.
        """
        discovery = self.check_discovery(read_document(documents.discovery))
        keys = read_keys(read_document(documents.keys), cloud=discovery.get("cloud_instance_name"))
        return ProviderMetadata(issuer=discovery["issuer"], keys=keys)

    def check_discovery(self, discovery: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a discovery document that agrees with the settings (OpenID Connect Discovery section 4.3).

        Raises:
            AuthorityMismatch: another issuer, or an endpoint on a host that is not the authority's.
        """
        issuer = discovery.get("issuer")
        if not isinstance(issuer, str) or not self.is_own(issuer):
            raise AuthorityMismatch(expected=f"issuer {self.expected_issuer(self.tenant)}", actual=issuer)
        hosts = [host.replace(TENANT, tenant_in(issuer)) for host in self.addresses.key_hosts]
        for name in OWN_ENDPOINTS:
            url = discovery.get(name, f"{hosts[0]}/" if name != "jwks_uri" else None)
            if not isinstance(url, str) or origin(url) not in hosts:
                raise AuthorityMismatch(expected=f"{name} on {' or '.join(hosts)}", actual=url)
        return discovery

    def is_own(self, issuer: str) -> bool:
        """Tell whether an issuer agrees with the settings. Only the document knows the GUID of a domain's tenant."""
        if self.tenant in SEVERAL_TENANTS:
            return issuer == self.addresses.issuer
        tenant = self.tenant if GUID.fullmatch(self.tenant) else tenant_in(issuer)
        return tenant != NO_TENANT and issuer == self.expected_issuer(tenant)

    def expected_issuer(self, tenant: str) -> str:
        return self.addresses.issuer.replace(TENANT, tenant)
