"""Says who is trusted, fixed by settings before any token arrives."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django_entrance.verification.errors import AuthorityUnreachable
from django_entrance.verification.issuers import (
    CLOUDS,
    EXTERNAL_ID_DOMAIN,
    GUID,
    NO_TENANT,
    PERSONAL_ACCOUNTS,
    SEVERAL_TENANTS,
    Addresses,
    IssuerForm,
    b2c,
    external_id,
    origin,
    tenant_in,
    workforce,
)
from django_entrance.verification.metadata.documents import Publisher
from django_entrance.verification.metadata.fetch import Fetch, fetch_document
from django_entrance.verification.metadata.sharing import DocumentStore
from django_entrance.verification.metadata.signing_keys import SigningKeys
from django_entrance.verification.unverified import UnverifiedToken, opening, read_issuer

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

EVERYBODY = "*"
"""In ``allowed_tenants``: the people of every tenant. It has to be written; to leave it out never means it."""

LONGEST_LEEWAY = 300
"""Seconds. Microsoft's own libraries allow five minutes; a clock that needs more is to be mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a token must be to get in. All ids are lower case.

    ``audiences`` has every accepted ``aud``; ``client_ids`` are the ids that as an audience tell an ID token.
    ``allowed_tenants`` and ``allowed_clients`` None mean everybody; ``required_scopes`` empty means any scope at all.
    ``applications`` are the clients that may come as themselves, with an app role in place of a scope.
    ``user_flows`` are the policies of Azure AD B2C that a token may come from, in lower case. ``leeway`` is in seconds.
    ``allow_development_tokens`` lets in what entra-double has issued.
    """

    client_id: str
    app_id_uri: str
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
        """Return the form in which this authority of a domain, or of several tenants, writes that issuer, if it would.

        Raises:
            AuthorityUnreachable: the tenant is named by its domain, and its GUID is not known yet.
        """
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
    issuer_host: str | None = None,
    own_signing_keys: bool = False,
    spa_client_id: str | None = None,
    app_id_uri: str | None = None,
    audiences: Iterable[str] = (),
    allowed_tenants: Collection[str] | None = None,
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
    """Return the authority for one tenant, or for several. Nothing is fetched before the first token.

    The kind goes by the host: ``….ciamlogin.com`` is External ID, and so is every host with an ``issuer_host``; with
    ``user_flows`` it is Azure AD B2C. Tokens of entra-double are let in from plain http, which is on loopback only, and
    where they are allowed.
    Source: Microsoft, "Access tokens in the Microsoft identity platform", "Validate tokens".

    Args:
        tenant: A GUID, a verified domain, ``organizations``, ``common`` or ``consumers``.
        client_id: The API's own id, a GUID: the application registration that tokens are for.
        name: What we call it, to tell authorities apart: ``Identity.authority``.
        host: Where it is, as in ``https://login.microsoftonline.com``.
        issuer_host: Scheme and host that its issuer names, where they do not follow from ``host``: External ID behind
            a custom host name, as in ``https://<tenant id>.ciamlogin.com``.
        own_signing_keys: Whether ``client_id`` has signing keys of its own, as with a claims mapping policy.
        spa_client_id: The front end's id, if it has its own: a token for that is an ID token.
        app_id_uri: The API's Application ID URI, which v1.0 tokens have as ``aud``; ``api://client_id`` if left out.
        audiences: What ``aud`` may be besides ``client_id``, ``api://client_id`` and ``app_id_uri``.
        allowed_tenants: GUIDs of the tenants whose people may enter, or ``"*"`` for everybody. Several tenants need it.
        allowed_clients: GUIDs of the clients that people may come through; None means all.
        required_scopes: Names that ``scp`` must have, all of them; none means that any scope will do.
        applications: GUIDs of the clients that may come as themselves, with an app role in place of a scope.
        allow_guests: Whether people may enter whose home is another tenant.
        allow_personal_accounts: Whether personal Microsoft accounts may enter.
        user_flows: The policies of Azure AD B2C whose tokens may enter; the keys are those of the first.
        leeway: Seconds that clocks may differ, from 0 to LONGEST_LEEWAY.
        allow_development_tokens: Whether tokens of entra-double may enter.
        fetch: How a document is got; see ``Fetch``.
        store: Where processes share what was fetched; each fetches for itself when it is left out.

    Raises:
        ValueError: one of them cannot be, or would let in nobody, or everybody without saying so.
    """
    host, tenant = checked_host(host), PERSONAL_ACCOUNTS if tenant.lower() == "consumers" else tenant.lower()
    if tenant in SEVERAL_TENANTS and not allowed_tenants:
        raise ValueError(f"Expected allowed_tenants, since {tenant} has several; {EVERYBODY!r} lets in all of them.")
    if not 0 <= leeway <= LONGEST_LEEWAY:
        raise ValueError(f"Expected a leeway of 0 to {LONGEST_LEEWAY} seconds, came {leeway}.")
    client_id = guid("client_id", client_id)
    default_uri = f"api://{client_id}"
    addresses = addresses_of(host, tenant, user_flows, issuer_host and checked_host(issuer_host))
    if own_signing_keys:
        addresses = with_own_keys(addresses, tenant, client_id)
    policy = Policy(
        client_id=client_id,
        app_id_uri=app_id_uri or default_uri,
        audiences=frozenset({client_id, default_uri, app_id_uri or default_uri, *audiences}),
        client_ids=guids("spa_client_id", filter(None, (client_id, spa_client_id))),
        allowed_tenants=None
        if allowed_tenants is None or EVERYBODY in allowed_tenants
        else guids("allowed_tenants", allowed_tenants),
        allowed_clients=None if allowed_clients is None else guids("allowed_clients", allowed_clients),
        required_scopes=frozenset(required_scopes),
        applications=guids("applications", applications),
        allow_guests=allow_guests,
        allow_personal_accounts=allow_personal_accounts,
        user_flows=frozenset(map(str.lower, user_flows)),
        leeway=leeway,
        allow_development_tokens=allow_development_tokens or host.startswith("http://"),
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


def checked_host(host: str) -> str:
    """Return scheme and host, in lower case.

    Raises:
        ValueError: it is more than that, or not reached over TLS, and not on loopback either.
    """
    lower = host.lower().rstrip("/")
    parts = urlsplit(lower)
    _ = parts.port  # a ValueError, where it is no number
    if not parts.hostname or "@" in parts.netloc or lower != origin(lower):
        raise ValueError(f"Expected scheme and host, such as {CLOUDS['public']}, came {host}.")
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOOPBACK):
        raise ValueError(f"Expected an https host, came {host}. Plain http is for entra-double, on loopback.")
    return lower


def guids(what: str, given: Iterable[str]) -> frozenset[str]:
    return frozenset(guid(what, each) for each in given)


def guid(what: str, given: str) -> str:
    """Return an id as Entra writes it, in lower case.

    Raises:
        ValueError: it is none, so that no token would ever have it.
    """
    lower = given.lower()
    if not GUID.fullmatch(lower):
        raise ValueError(f"Expected a GUID for {what}, came {given!r}.")
    return lower


def addresses_of(host: str, tenant: str, user_flows: Sequence[str], issuer_host: str | None = None) -> Addresses:
    if user_flows:
        return b2c(host, tenant, user_flows[0], issuer_host)
    if issuer_host or host.endswith(f".{EXTERNAL_ID_DOMAIN}"):
        return external_id(host, tenant, issuer_host)
    return workforce(host, tenant)


def with_own_keys(addresses: Addresses, tenant: str, client_id: str) -> Addresses:
    """Return the addresses whose keys are an application's own (Microsoft, access tokens, "Validate the signature").

    Raises:
        ValueError: there are several tenants, each of which has its own application and keys.
    """
    if tenant in SEVERAL_TENANTS:
        raise ValueError(f"Expected one tenant with own_signing_keys, since {tenant} has several.")
    return replace(addresses, discovery_url=f"{addresses.discovery_url}?appid={client_id}")


def named_by(token: UnverifiedToken, authorities: Collection[Authority]) -> Issuer | None:
    """Return the issuer that the token names, or None when no configured authority has it.

    Those that have it in writing are asked first, then those of one tenant whose documents are held, then those that
    must be fetched, then those of several tenants. One that cannot be reached holds up those of several tenants alone:
    the token may be its own.

    Raises:
        AuthorityUnreachable: as ``Authority.form_of`` does, and nobody else has that issuer.
    """
    name = issuer_in(token.payload, authorities)
    if name is None:
        return None
    for authority in authorities:
        if name in authority.issuers:
            return name, authority, authority.issuers[name]
    unreachable = None
    unwritten = [each for each in authorities if not each.issuers]
    for authority in sorted(unwritten, key=lambda each: (each.has_several_tenants, each.keys.held is None)):
        if authority.has_several_tenants and unreachable is not None:
            break
        try:
            form = authority.form_of(name)
        except AuthorityUnreachable as fault:
            unreachable = fault
            continue
        if form is not None:
            return name, authority, form
    if unreachable is not None:
        raise unreachable
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
