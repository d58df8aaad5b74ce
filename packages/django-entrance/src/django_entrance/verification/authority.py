"""Defines an authority, which settings trust before any token arrives, and finds the one that issued a token."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Unpack

from django_entrance.verification.errors import AuthorityUnreachable
from django_entrance.verification.issuers import (
    CLOUDS,
    GUID,
    NO_TENANT,
    PERSONAL_ACCOUNTS,
    SEVERAL_TENANTS,
    Addresses,
    IssuerForm,
    addresses_of,
    parse_guid,
    parse_host,
    tenant_in,
    with_own_keys,
)
from django_entrance.verification.metadata.documents import MetadataSource
from django_entrance.verification.metadata.fetch import Fetch, fetch_document
from django_entrance.verification.metadata.sharing import DocumentStore
from django_entrance.verification.metadata.signing_keys import SigningKeys
from django_entrance.verification.policy import Policy, Rules, make_policy
from django_entrance.verification.token_prefixes import payload_prefix
from django_entrance.verification.unverified import UnverifiedToken, read_issuer


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The service at one address for one tenant, or for several. ``name`` is ours and tells authorities apart.

    ``issuers`` has every issuer of a tenant that is configured by its GUID; for a domain or several tenants it is
    empty. ``payload_prefixes`` has the same issuers, each with the beginning of the payload of its tokens.
    """

    name: str
    tenant: str
    addresses: Addresses
    issuers: Mapping[str, IssuerForm]
    payload_prefixes: Sequence[tuple[str, str]]
    policy: Policy
    keys: SigningKeys
    known_issuers: Mapping[str, "Issuer"] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make each of ``issuers`` once, since every token needs one."""
        known = {identifier: Issuer(identifier, self, form) for identifier, form in self.issuers.items()}
        object.__setattr__(self, "known_issuers", known)

    @property
    def has_several_tenants(self) -> bool:
        """Whether tokens of several tenants can come from it, so that only ``ALLOWED_TENANTS`` limits them."""
        return self.tenant in SEVERAL_TENANTS

    def form_of(self, issuer: str) -> IssuerForm | None:
        """Return the form of an issuer of this authority, or None when the issuer is not its own.

        For authorities of a domain or of several tenants; the others have all their forms in ``issuers``.

        Raises:
            AuthorityUnreachable: the tenant is configured by its domain, and its GUID is not known yet.
        """
        tenant = tenant_in(issuer)
        for form in self.addresses.forms if tenant != NO_TENANT else ():
            if form.fill(tenant) == issuer:
                return form if self.has_several_tenants or tenant == tenant_in(self.keys.issuer()) else None
        return None


class Issuer(NamedTuple):
    """The issuer of a token: its identifier (``iss``), the configured authority that has it, and its form."""

    identifier: str
    authority: Authority
    form: IssuerForm


def trusted(
    *,
    tenant: str,
    client_id: str,
    name: str = "default",
    host: str = CLOUDS["public"],
    issuer_host: str | None = None,
    own_signing_keys: bool = False,
    user_flows: Sequence[str] = (),
    fetch: Fetch = fetch_document,
    store: DocumentStore | None = None,
    **rules: Unpack[Rules],
) -> Authority:
    """Return an authority to trust, for one tenant or for several. Nothing is fetched before the first token.

    The host decides the kind: ``….ciamlogin.com`` is External ID, and so is every host with an ``issuer_host``; with
    ``user_flows`` it is Azure AD B2C. Tokens of entra-double are accepted from plain http, which is loopback only.
    Source: Microsoft, "Access tokens in the Microsoft identity platform", "Validate tokens".

    Args:
        tenant: A GUID, a verified domain, ``organizations``, ``common`` or ``consumers``.
        client_id: The API's own id, a GUID: the application registration that tokens are for.
        name: Your name for it, which ``Identity.authority`` repeats.
        host: Its scheme and host, such as ``https://login.microsoftonline.com``.
        issuer_host: Scheme and host of its issuer, where they do not follow from ``host``: External ID behind a
            custom host name, such as ``https://<tenant id>.ciamlogin.com``.
        own_signing_keys: Whether ``client_id`` has its own signing keys, as with a claims mapping policy.
        user_flows: The policies of Azure AD B2C to accept; the keys are those of the first.
        fetch: Returns the document at an address; see ``Fetch``.
        store: Shares fetched documents between processes; without it each process fetches for itself.
        rules: Which tokens are accepted; ``Rules`` in ``verification.policy`` explains each keyword.

    Raises:
        ValueError: a value is invalid, or the rules would accept no token, or every tenant without saying so.
    """
    host, tenant = parse_host(host), PERSONAL_ACCOUNTS if tenant.lower() == "consumers" else tenant.lower()
    client_id = parse_guid("client_id", client_id)
    if host.startswith("http://"):
        rules["allow_development_tokens"] = True
    policy = make_policy(
        tenant=tenant, client_id=client_id, user_flows=user_flows, own_signing_keys=own_signing_keys, **rules
    )
    addresses = addresses_of(host, tenant, user_flows, issuer_host and parse_host(issuer_host))
    if own_signing_keys:
        addresses = with_own_keys(addresses, tenant, client_id)
    keys = SigningKeys(MetadataSource(addresses=addresses, tenant=tenant, fetch=fetch), store=store)
    return make_authority(name, tenant, addresses, policy, keys)


def make_authority(name: str, tenant: str, addresses: Addresses, policy: Policy, keys: SigningKeys) -> Authority:
    """Return an authority with all that can be computed before its first token."""
    issuers = {form.fill(tenant): form for form in addresses.forms} if GUID.fullmatch(tenant) else {}
    prefixes = [
        (payload_prefix(audience, issuer), issuer) for audience in sorted(policy.audiences) for issuer in issuers
    ]
    return Authority(
        name=name,
        tenant=tenant,
        addresses=addresses,
        issuers=issuers,
        payload_prefixes=prefixes,
        policy=policy,
        keys=keys,
    )


def find_issuer(token: UnverifiedToken, authorities: Collection[Authority]) -> Issuer | None:
    """Return the issuer of a token, or None when no configured authority has it.

    Raises:
        AuthorityUnreachable: as ``Authority.form_of`` does, and no other authority has that issuer.
    """
    identifier = read_identifier(token.payload, authorities)
    if identifier is None:
        return None
    for authority in authorities:
        issuer = authority.known_issuers.get(identifier)
        if issuer is not None:
            return issuer
    return match_issuer(identifier, [each for each in authorities if not each.issuers])


def match_issuer(identifier: str, authorities: Collection[Authority]) -> Issuer | None:
    """Return the issuer for the first authority of a domain, or of several tenants, that it belongs to.

    Authorities of one tenant come first, those with documents before those without; authorities of several tenants
    come last. One that cannot be reached blocks only those of several tenants, since the token may be its own.

    Raises:
        AuthorityUnreachable: as ``Authority.form_of`` does, and no authority before it has that issuer.
    """
    unreachable = None
    for authority in sorted(authorities, key=lambda each: (each.has_several_tenants, each.keys.held is None)):
        if authority.has_several_tenants and unreachable is not None:
            break
        try:
            form = authority.form_of(identifier)
        except AuthorityUnreachable as fault:
            unreachable = fault
            continue
        if form is not None:
            return Issuer(identifier, authority, form)
    if unreachable is not None:
        raise unreachable
    return None


def read_identifier(payload: str, authorities: Collection[Authority]) -> str | None:
    """Return the issuer identifier in a payload, even in a malformed one, or None when it has none.

    Most tokens are for us, and the beginning of those is known; any other payload is parsed.
    """
    for authority in authorities:
        for prefix, identifier in authority.payload_prefixes:
            if payload.startswith(prefix):
                return identifier
    return read_issuer(payload)
