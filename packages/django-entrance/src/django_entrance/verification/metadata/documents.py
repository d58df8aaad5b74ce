"""Gets an authority's two documents, and believes them only where they agree with the settings."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django_entrance.verification.errors import AuthorityMismatch
from django_entrance.verification.issuers import GUID, NO_TENANT, SEVERAL_TENANTS, TENANT, Addresses, origin, tenant_in
from django_entrance.verification.metadata.fetch import Fetch
from django_entrance.verification.metadata.jwks import SigningKey, read_document, read_keys

#: Endpoints of the discovery document that must be the authority's own.
OWN_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "end_session_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The texts that an authority published, and when it was asked for them, in seconds since 1970.

    A slow answer may be as old as its question.
    """

    discovery: bytes = field(repr=False)
    keys: bytes = field(repr=False)
    fetched_at: float

    def as_json(self) -> str:
        return json.dumps(
            {"discovery": self.discovery.decode(), "keys": self.keys.decode(), "fetched_at": self.fetched_at}
        )

    @classmethod
    def from_json(cls, text: object) -> "Documents":
        """Read what ``as_json`` wrote, wherever it has been since.

        Raises:
            ValueError: it is something else.
        """
        members = json.loads(text) if isinstance(text, str) else None
        match members:
            case {"discovery": str(discovery), "keys": str(keys), "fetched_at": float(fetched_at)}:
                return cls(discovery=discovery.encode(), keys=keys.encode(), fetched_at=fetched_at)
        raise ValueError("not the documents of an authority")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What the documents say: the issuer (with TENANT in it for several tenants) and the keys by id."""

    issuer: str
    keys: Mapping[str, SigningKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """One authority as a publisher of documents. ``tenant`` is a GUID, a verified domain, or several by a word."""

    addresses: Addresses
    tenant: str
    fetch: Fetch

    def download(self) -> Documents:
        """Fetch the discovery document, and the keys that it names if it is the right one.

        Raises:
            OSError: a document cannot be had.
            ValueError: the discovery document cannot be read.
            AuthorityMismatch: it contradicts the settings; its keys were not asked for.
        """
        asked_at = time.time()
        discovery = self.fetch(self.addresses.discovery_url)
        keys = self.fetch(self.judge(read_document(discovery))["jwks_uri"])
        return Documents(discovery=discovery, keys=keys, fetched_at=asked_at)

    def read(self, documents: Documents) -> Published:
        """Judge documents, whether they come from the authority or from a cache.

        Raises:
            ValueError, AuthorityMismatch: as ``download`` does; or there is no usable key.
        """
        discovery = self.judge(read_document(documents.discovery))
        keys = read_keys(read_document(documents.keys), cloud=discovery.get("cloud_instance_name"))
        return Published(issuer=discovery["issuer"], keys=keys)

    def judge(self, discovery: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a discovery document that agrees with the settings (OpenID Connect Discovery section 4.3).

        Raises:
            AuthorityMismatch: another issuer, or an endpoint on a host that is not the authority's.
        """
        issuer = discovery.get("issuer")
        if not isinstance(issuer, str) or not self.is_own(issuer):
            raise AuthorityMismatch(expected=f"issuer {self.expected_issuer(self.tenant)}", came=issuer)
        hosts = [host.replace(TENANT, tenant_in(issuer)) for host in self.addresses.key_hosts]
        for name in OWN_ENDPOINTS:
            url = discovery.get(name, f"{hosts[0]}/" if name != "jwks_uri" else None)
            if not isinstance(url, str) or origin(url) not in hosts:
                raise AuthorityMismatch(expected=f"{name} on {' or '.join(hosts)}", came=url)
        return discovery

    def is_own(self, issuer: str) -> bool:
        """A domain's issuer has the tenant's GUID, which only the document knows; the rest must be as computed."""
        if self.tenant in SEVERAL_TENANTS:
            return issuer == self.addresses.issuer
        tenant = self.tenant if GUID.fullmatch(self.tenant) else tenant_in(issuer)
        return tenant != NO_TENANT and issuer == self.expected_issuer(tenant)

    def expected_issuer(self, tenant: str) -> str:
        return self.addresses.issuer.replace(TENANT, tenant)
