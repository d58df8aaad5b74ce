"""Defines every key of ``ENTRANCE`` with its type and default."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from django_entrance.conf.claim_sources import ClaimSource
from django_entrance.verification.issuers import CLOUDS, EXTERNAL_ID_DOMAIN, SEVERAL_TENANTS

GRAPH_HOSTS: Mapping[str, str] = {
    CLOUDS["public"]: "https://graph.microsoft.com",
    CLOUDS["us-government"]: "https://graph.microsoft.us",
    CLOUDS["china"]: "https://microsoftgraph.chinacloudapi.cn",
    CLOUDS["sovereign-france"]: "https://graph.svc.sovcloud.fr",
    CLOUDS["sovereign-germany"]: "https://graph.svc.sovcloud.de",
    CLOUDS["sovereign-singapore"]: "https://graph.svc.sovcloud.sg",
}
"""Microsoft Graph by login host (Microsoft Graph, "National cloud deployments"; its PowerShell for the sovereign ones).

The US Department of Defense has its own, ``https://dod-graph.microsoft.us``, behind the login host of the government.
"""

LOGIN_ALIASES: Mapping[str, str] = {
    **dict.fromkeys(("login.windows.net", "login.microsoft.com", "sts.windows.net"), CLOUDS["public"]),
    **dict.fromkeys((EXTERNAL_ID_DOMAIN, "b2clogin.com"), CLOUDS["public"]),
    **dict.fromkeys(("login.usgovcloudapi.net", "b2clogin.us"), CLOUDS["us-government"]),
    **dict.fromkeys(("login.chinacloudapi.cn", "b2clogin.cn"), CLOUDS["china"]),
}
"""Further login hosts of Microsoft's, and domains of them: External ID and Azure AD B2C put their tenant before it."""

MANAGED_IDENTITY = "managed-identity"
"""``CLIENT_ASSERTION`` for the machine's own identity; ``managed-identity:CLIENT_ID`` for a user-assigned one."""

DEFAULT_AUTHORITY = "default"

ENVIRONMENT: Mapping[str, tuple[str, ...]] = {
    **{
        key: (f"ENTRANCE_{key}", f"AZURE_{key}")
        for key in ("TENANT_ID", "CLIENT_ID", "SPA_CLIENT_ID", "AUTHORITY_HOST", "CLIENT_SECRET")
    },
    "CLIENT_CERTIFICATE": ("ENTRANCE_CLIENT_CERTIFICATE", "AZURE_CLIENT_CERTIFICATE_PATH"),
    "CLIENT_ASSERTION": ("ENTRANCE_CLIENT_ASSERTION", "AZURE_FEDERATED_TOKEN_FILE"),
}
"""Environment variables for keys that ``ENTRANCE`` lacks. Ours come first: a pod sets AZURE_… for its own identity."""

CREDENTIALS = ("CLIENT_SECRET", "CLIENT_CERTIFICATE", "CLIENT_ASSERTION")
EXCLUSIVE_KEYS = (frozenset({"CLOUD", "AUTHORITY_HOST"}), frozenset(CREDENTIALS))
"""Keys of which one takes the place of the others."""


class FromEnvironment(str):
    """A value from an environment variable; ``variable`` is its name, for messages about the value."""

    variable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthoritySettings:
    """The settings of one authority. Ids and hosts are in lower case."""

    TENANT_ID: str
    CLIENT_ID: str
    SPA_CLIENT_ID: str | None = None
    CLIENT_SECRET: str | None = field(default=None, repr=False)
    CLIENT_CERTIFICATE: str | None = None
    CLIENT_ASSERTION: str | None = None
    APP_ID_URI: str | None = None
    CLOUD: str = "public"
    AUTHORITY_HOST: str = CLOUDS["public"]
    ISSUER_HOST: str | None = None
    OWN_SIGNING_KEYS: bool = False
    AUDIENCES: tuple[str, ...] = ()
    ALLOWED_TENANTS: tuple[str, ...] = ()
    ALLOWED_CLIENTS: tuple[str, ...] | None = None
    ALLOW_GUESTS: bool | frozenset[str] = True
    ALLOW_PERSONAL_ACCOUNTS: bool = False
    ALLOW_AGENTS: bool | frozenset[str] = False
    APPLICATIONS: Mapping[str, str]
    REQUIRED_SCOPES: tuple[str, ...] = ()
    USER_FLOWS: tuple[str, ...] = ()
    LEEWAY: int = 60
    GRAPH_HOST: str | None = None

    @property
    def has_credential(self) -> bool:
        return bool(self.CLIENT_SECRET or self.CLIENT_CERTIFICATE or self.CLIENT_ASSERTION)

    @property
    def graph_host(self) -> str:
        """Scheme and host of Microsoft Graph; the authority's own where that is none of Microsoft's."""
        return self.GRAPH_HOST or graph_of(self.ISSUER_HOST) or graph_of(self.AUTHORITY_HOST) or self.AUTHORITY_HOST

    @property
    def app_id_uri(self) -> str:
        return self.APP_ID_URI or f"api://{self.CLIENT_ID}"

    @property
    def has_several_tenants(self) -> bool:
        return self.TENANT_ID in SEVERAL_TENANTS


class Access(NamedTuple):
    """``ACCESS``: app roles by value and groups by object id in lower case → rights.

    A right is a Django group as ``group:NAME``, or a flag of the user model such as ``is_staff``.
    """

    app_roles: Mapping[str, frozenset[str]]
    groups: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EntranceSettings:
    """``settings.ENTRANCE``, validated and with defaults; ``docs/reference/settings.md`` explains each key."""

    AUTHORITIES: Mapping[str, AuthoritySettings]
    AUTHORITIES_HERE: str | None = None
    CLAIM_MAPPING: Mapping[str, ClaimSource]
    PROVISIONING: str = "create"
    ON_CONFLICT: str = "connect"
    ADOPT_DOMAINS: tuple[str, ...] = ()
    ADOPT_STAFF: bool = False
    ACCESS: Access
    OVERAGE: str = "graph"
    KEEP_EVENTS: int = 90 * 24 * 60 * 60
    SESSION_LIFETIME: int = 8 * 60 * 60
    SESSION_RECHECK: int = 60 * 60
    SIGN_IN_ON_GET: bool = False
    AUTHENTICATION_CONTEXTS: Mapping[str, str] = field(default_factory=dict)
    PUBLIC_URL: str | None = None
    EXPLAIN_REFUSALS: bool
    REMEMBERED_TOKENS: int = 4096
    KEYS_CACHE: str | None = None
    TOKENS_CACHE: str | None = None
    POST_LOGOUT_REDIRECT_URI: str | None = None


OF_AN_AUTHORITY = tuple(setting.name for setting in fields(AuthoritySettings))
OF_ALL = tuple(setting.name for setting in fields(EntranceSettings))
LISTS = ("AUDIENCES", "REQUIRED_SCOPES", "USER_FLOWS")
IDS = ("TENANT_ID", "CLIENT_ID", "SPA_CLIENT_ID")
LISTS_OF_IDS = ("ALLOWED_TENANTS", "ALLOWED_CLIENTS")


def graph_of(host: str | None) -> str | None:
    """Return the address of Microsoft Graph for a login host of Microsoft's, or None for any other."""
    name = (host or "").removeprefix("https://")
    alias = next((alias for alias in LOGIN_ALIASES if name == alias or name.endswith(f".{alias}")), name)
    return GRAPH_HOSTS.get(LOGIN_ALIASES.get(alias, host or ""))


def without_none(settings: Mapping[str, Any] | None) -> dict[str, Any]:
    """Drop keys set to None, so that defaults apply."""
    return {key: value for key, value in (settings or {}).items() if value is not None}


def read_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the keys that environment variables set. Of two variables for a key the first counts."""
    return {
        key: from_environment(name, environ[name])
        for key, names in ENVIRONMENT.items()
        for name in reversed(names)  # the first variable is read last, and replaces the others
        if environ.get(name)
    }


def from_environment(variable: str, text: str) -> FromEnvironment:
    value = FromEnvironment(text)
    value.variable = variable
    return value


def merge(specific: Mapping[str, Any], general: Mapping[str, Any]) -> dict[str, Any]:
    """Return both, where ``specific`` wins. Of keys that exclude each other, one replaces the others."""
    replaced = set(specific).union(*(keys for keys in EXCLUSIVE_KEYS if keys & specific.keys()))
    return {key: value for key, value in general.items() if key not in replaced} | dict(specific)


def raw_authorities(raw: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the settings of each authority as written: its own, then those beside ``AUTHORITIES``."""
    shared = {key: raw[key] for key in OF_AN_AUTHORITY if key in raw}
    named = raw.get("AUTHORITIES") or {DEFAULT_AUTHORITY: {}}
    return {name: merge(without_none(own), shared) for name, own in named.items()}


def authority_settings(own: Mapping[str, Any]) -> AuthoritySettings:
    """Return the settings of one authority, normalised: lists as tuples, ids and hosts in lower case.

    ``own`` is one of ``raw_authorities`` that ``validation`` found no problem in.

    Raises:
        KeyError: ``CLOUD`` is not one of Microsoft's clouds (Microsoft, national clouds).
        TypeError: ``TENANT_ID`` or ``CLIENT_ID`` is missing.
    """
    host = own.get("AUTHORITY_HOST") or CLOUDS[own.get("CLOUD", "public")]
    return AuthoritySettings(
        **{key: own[key] for key in OF_AN_AUTHORITY if key in own}
        | {key: own[key].lower() for key in IDS if key in own}
        | {key: tuple(own[key]) for key in LISTS if key in own}
        | {key: tuple(each.lower() for each in as_tuple(own[key])) for key in LISTS_OF_IDS if key in own}
        | {key: allowed(own[key]) for key in ("ALLOW_GUESTS", "ALLOW_AGENTS") if key in own}
        | {"APPLICATIONS": {client.lower(): user for client, user in own.get("APPLICATIONS", {}).items()}}
        | {"AUTHORITY_HOST": normal_host(host)}
        | {key: normal_host(own[key]) for key in ("ISSUER_HOST", "GRAPH_HOST") if key in own}
    )


def normal_host(host: str) -> str:
    """Return an origin in one spelling: lower case, without a slash at its end and without the scheme's own port."""
    lower = host.lower().rstrip("/")
    return lower.removesuffix(":443") if lower.startswith("https:") else lower.removesuffix(":80")


def as_tuple(texts: str | Iterable[str]) -> tuple[str, ...]:
    return (texts,) if isinstance(texts, str) else tuple(texts)


def allowed(value: bool | Iterable[str]) -> bool | frozenset[str]:
    """Return True or False as it is, and a list of ids in lower case."""
    return value if isinstance(value, bool) else frozenset(each.lower() for each in value)


def read_access(raw: Mapping[str, Any]) -> Access:
    """Return ``ACCESS`` with each role and group as the set of rights that it gives."""
    roles, groups = raw.get("app_roles") or {}, raw.get("groups") or {}
    return Access(
        {role: rights_of(grant) for role, grant in roles.items()},
        {group.lower(): rights_of(grant) for group, grant in groups.items()},
    )


def read_contexts(raw: Mapping[str, str]) -> dict[str, str]:
    """Return ``AUTHENTICATION_CONTEXTS`` with Entra's ids in lower case, as ``acrs`` has them."""
    return {name: context_id.lower() for name, context_id in raw.items()}


def rights_of(grant: Mapping[str, Any]) -> frozenset[str]:
    flags = {name for name, value in grant.items() if value is True}
    return frozenset(flags | {f"group:{name}" for name in grant.get("groups") or ()})
