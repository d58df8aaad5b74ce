"""Names every key of ``ENTRANCE``, and gives the settings their types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django_entrance.verification.issuers import CLOUDS, SEVERAL_TENANTS

DEFAULT_AUTHORITY = "default"
EVERYBODY = "*"

ENVIRONMENT = {
    "TENANT_ID": "AZURE_TENANT_ID",
    "CLIENT_ID": "AZURE_CLIENT_ID",
    "SPA_CLIENT_ID": "AZURE_SPA_CLIENT_ID",
    "AUTHORITY_HOST": "AZURE_AUTHORITY_HOST",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoritySettings:
    """What ``ENTRANCE`` says of one authority; ids are lower case."""

    TENANT_ID: str
    CLIENT_ID: str
    SPA_CLIENT_ID: str | None = None
    CLOUD: str = "public"
    AUTHORITY_HOST: str = CLOUDS["public"]
    AUDIENCES: tuple[str, ...] = ()
    ALLOWED_TENANTS: tuple[str, ...] = ()
    ALLOWED_CLIENTS: tuple[str, ...] | None = None
    ALLOW_GUESTS: bool = True
    ALLOW_PERSONAL_ACCOUNTS: bool = False
    APPLICATIONS: Mapping[str, str]
    REQUIRED_SCOPES: tuple[str, ...] = ()
    USER_FLOWS: tuple[str, ...] = ()
    LEEWAY: int = 60

    @property
    def has_several_tenants(self) -> bool:
        return self.TENANT_ID in SEVERAL_TENANTS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EntranceSettings:
    """``settings.ENTRANCE``, complete and judged; ``docs/reference/settings.md`` explains each key."""

    AUTHORITIES: Mapping[str, AuthoritySettings]
    AUTHORITIES_HERE: str | None = None
    CLAIM_MAPPING: Mapping[str, tuple[str, ...]]
    PROVISIONING: str = "create"
    EXPLAIN_REFUSALS: bool
    REMEMBERED_TOKENS: int = 4096
    KEYS_CACHE: str | None = None


OF_AN_AUTHORITY = tuple(setting.name for setting in fields(AuthoritySettings))
OF_ALL = tuple(setting.name for setting in fields(EntranceSettings))
LISTS = ("AUDIENCES", "ALLOWED_CLIENTS", "REQUIRED_SCOPES", "USER_FLOWS")
IDS = ("TENANT_ID", "CLIENT_ID", "SPA_CLIENT_ID")


def raw_authorities(raw: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what is said of each authority: its own values over those that stand beside ``AUTHORITIES``."""
    shared = {key: raw[key] for key in OF_AN_AUTHORITY if key in raw}
    named = raw.get("AUTHORITIES") or {DEFAULT_AUTHORITY: {}}
    return {name: {**shared, **own} for name, own in named.items()}


def as_tuple(texts: str | Iterable[str]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)
