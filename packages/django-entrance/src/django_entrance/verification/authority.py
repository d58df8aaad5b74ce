"""Says who is trusted, fixed by settings before any token arrives."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django_entrance.verification.fetch import Fetch, fetch_document
from django_entrance.verification.issuers import (
    CLOUDS,
    GUID,
    NO_TENANT,
    PERSONAL_ACCOUNTS,
    SEVERAL_TENANTS,
    Addresses,
    IssuerForm,
    b2c,
    external_id,
    tenant_in,
    workforce,
)
from django_entrance.verification.keys import SigningKeys
from django_entrance.verification.published import Publisher
from django_entrance.verification.sharing import DocumentStore
from django_entrance.verification.unverified import UnverifiedToken, opening, read_issuer

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a token must be to get in. All ids are lower case.

    ``audiences`` has every accepted ``aud``; ``client_ids`` are the ids that as an audience tell an ID token.
    ``allowed_tenants`` and ``allowed_clients`` None mean everybody; ``required_scopes`` empty means any scope at all.
    ``applications`` are the clients that may come as themselves, with an app role in place of a scope.
    ``user_flows`` are the policies of Azure AD B2C that a token may come from, in lower case. ``leeway`` is in seconds.
    ``allow_development_tokens`` lets in what entra-local has issued.
    """

    client_id: str
    audiences: frozenset[str]
    client_ids: frozenset[str]
    allowed_tenants: frozenset[str] | None
    allowed_clients: frozenset[str] | None
    required_scopes: frozenset[str]
    applications: frozenset[str]
    allow_guests: bool
    allow_personal_accounts: bool
    user_flows: frozenset[str]
    leeway: int
    allow_development_tokens: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The service at one address for one tenant, or for several. ``name`` is ours, to tell authorities apart.

    ``issuers`` has every issuer of a tenant that is named by its GUID; of a domain and of several tenants it is empty.
    ``openings`` has each of them again, by how the payload of an accepted token begins.
    """

    name: str
    tenant: str
    addresses: Addresses
    issuers: Mapping[str, IssuerForm]
    openings: Sequence[tuple[str, str]]
    policy: Policy
    keys: SigningKeys

    @property
    def has_several_tenants(self) -> bool:
        return self.tenant in SEVERAL_TENANTS

    def form_of(self, issuer: str) -> IssuerForm | None:
        """Return the form in which this authority writes that issuer, or None when it never would.

        Raises:
            AuthorityUnreachable: the tenant is named by its domain, and its GUID is not known yet.
        """
        if self.issuers:
            return self.issuers.get(issuer)
        tenant = tenant_in(issuer)
        for form in self.addresses.forms if tenant != NO_TENANT else ():
            if form.fill(tenant) == issuer:
                return form if self.has_several_tenants or tenant == tenant_in(self.keys.issuer()) else None
        return None


Issuer = tuple[str, Authority, IssuerForm]
"""What a token names as its issuer, who among the configured authorities has it, and in which form."""


def trusted(
    *,
    tenant: str,
    client_id: str,
    name: str = "default",
    host: str = CLOUDS["public"],
    spa_client_id: str | None = None,
    audiences: Iterable[str] = (),
    allowed_tenants: Iterable[str] | None = None,
    allowed_clients: Iterable[str] | None = None,
    required_scopes: Iterable[str] = (),
    applications: Iterable[str] = (),
    allow_guests: bool = True,
    allow_personal_accounts: bool = False,
    user_flows: Sequence[str] = (),
    leeway: int = 60,
    allow_development_tokens: bool = False,
    fetch: Fetch = fetch_document,
    store: DocumentStore | None = None,
) -> Authority:
    """Return the authority for ``tenant``: a GUID, a verified domain, ``organizations``, ``common`` or ``consumers``.

    The kind goes by the host: ``….ciamlogin.com`` is External ID; with ``user_flows`` it is Azure AD B2C, whose keys
    are those of the first. Nothing is fetched before the first token. ``allowed_clients`` None means every client.
    Tokens of entra-local are let in from plain http, which is on loopback only, and where they are allowed.

    Raises:
        ValueError: ``host`` is not reached over TLS, and not on loopback either.
    """
    if not host.startswith("https://") and urlsplit(host).hostname not in LOOPBACK:
        raise ValueError(f"Expected an https host, came {host}. Plain http is for entra-local, on loopback.")
    tenant = PERSONAL_ACCOUNTS if tenant.lower() == "consumers" else tenant.lower()
    addresses = addresses_of(host, tenant, user_flows)
    policy = Policy(
        client_id=client_id,
        audiences=frozenset({client_id, f"api://{client_id}", *audiences}),
        client_ids=frozenset(filter(None, (client_id, spa_client_id))),
        allowed_tenants=None if allowed_tenants is None else frozenset(allowed_tenants),
        allowed_clients=None if allowed_clients is None else frozenset(allowed_clients),
        required_scopes=frozenset(required_scopes),
        applications=frozenset(applications),
        allow_guests=allow_guests,
        allow_personal_accounts=allow_personal_accounts,
        user_flows=frozenset(map(str.lower, user_flows)),
        leeway=leeway,
        allow_development_tokens=allow_development_tokens or not host.startswith("https://"),
    )
    keys = SigningKeys(Publisher(addresses=addresses, tenant=tenant, fetch=fetch), store=store)
    issuers = {form.fill(tenant): form for form in addresses.forms} if GUID.fullmatch(tenant) else {}
    openings = [(opening(audience, issuer), issuer) for audience in sorted(policy.audiences) for issuer in issuers]
    return Authority(
        name=name,
        tenant=tenant,
        addresses=addresses,
        issuers=issuers,
        openings=openings,
        policy=policy,
        keys=keys,
    )


def addresses_of(host: str, tenant: str, user_flows: Sequence[str]) -> Addresses:
    if user_flows:
        return b2c(host, tenant, user_flows[0])
    return external_id(host, tenant) if host.endswith(".ciamlogin.com") else workforce(host, tenant)


def named_by(token: UnverifiedToken, authorities: Collection[Authority]) -> Issuer | None:
    """Return the issuer that the token names, or None when no configured authority has it.

    Of several the first counts: ``conf`` puts those of one tenant before those of several.

    Raises:
        AuthorityUnreachable: as ``Authority.form_of`` does.
    """
    name = issuer_in(token.payload, authorities)
    if name is None:
        return None
    for authority in authorities:
        form = authority.form_of(name)
        if form is not None:
            return name, authority, form
    return None


def issuer_in(payload: str, authorities: Collection[Authority]) -> str | None:
    """Return the issuer that a payload names, however badly it is written, or None when it names none.

    Most tokens are for us, and how those begin is known before they come; of the others the beginning is read.
    """
    for authority in authorities:
        for begin, issuer in authority.openings:
            if payload.startswith(begin):
                return issuer
    return read_issuer(payload)
