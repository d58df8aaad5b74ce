"""States what a token of one authority must contain to be accepted."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypedDict

from django_entrance.verification.issuers import SEVERAL_TENANTS, parse_guid

ANY_TENANT = "*"
"""In ``allowed_tenants``: people of every tenant may enter. It must be written; leaving the list out never means it."""

LONGEST_LEEWAY = 300
"""Seconds. Microsoft's own libraries allow five minutes; a clock that needs more must be corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules for tokens of one authority. All ids are in lower case.

    ``audiences`` has every accepted ``aud``; a token with one of ``client_ids`` as ``aud`` is an ID token.
    ``allowed_tenants`` and ``allowed_clients`` are None where there is no limit; an empty ``required_scopes`` accepts
    any scope. ``applications`` are the clients accepted with tokens of their own, with an app role in place of a scope.
    ``user_flows`` are the accepted policies of Azure AD B2C, in lower case. ``leeway`` is in seconds.
    ``allow_development_tokens`` accepts tokens of entra-double. ``suggest_own_signing_keys`` is true where
    OWN_SIGNING_KEYS is not set but could explain an unknown key.
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
    suggest_own_signing_keys: bool


class Rules(TypedDict, total=False):
    """The keywords of ``trusted`` that say which tokens are accepted."""

    spa_client_id: str | None
    """The front end's id, if it has one of its own: a token for that id is an ID token."""
    app_id_uri: str | None
    """The API's Application ID URI, which v1.0 tokens have as ``aud``. Default: ``api://<client_id>``."""
    audiences: Iterable[str]
    """Values of ``aud`` to accept besides ``client_id``, ``api://<client_id>`` and ``app_id_uri``."""
    allowed_tenants: Collection[str] | None
    """GUIDs of the tenants to accept, or ``"*"`` for all. Required for an authority of several tenants."""
    allowed_clients: Iterable[str] | None
    """GUIDs of the clients through which people may come. Default: all."""
    required_scopes: Iterable[str]
    """Names that ``scp`` must contain, all of them. Default: any scope is enough."""
    applications: Iterable[str]
    """GUIDs of the clients accepted with tokens of their own, which have an app role in place of a scope."""
    allow_guests: bool
    """Whether to accept people with another home tenant. Default: yes."""
    allow_personal_accounts: bool
    """Whether to accept personal Microsoft accounts. Default: no."""
    leeway: int
    """Seconds by which clocks may differ, from 0 to LONGEST_LEEWAY. Default: 60."""
    allow_development_tokens: bool
    """Whether to accept tokens of entra-double. Default: only from an authority on plain http."""


def make_policy(
    *,
    tenant: str,
    client_id: str,
    user_flows: Iterable[str],
    own_signing_keys: bool,
    spa_client_id: str | None = None,
    app_id_uri: str | None = None,
    audiences: Iterable[str] = (),
    allowed_tenants: Collection[str] | None = None,
    allowed_clients: Iterable[str] | None = None,
    required_scopes: Iterable[str] = (),
    applications: Iterable[str] = (),
    allow_guests: bool = True,
    allow_personal_accounts: bool = False,
    leeway: int = 60,
    allow_development_tokens: bool = False,
) -> Policy:
    """Return the policy for the keywords of ``trusted``; ``Rules`` explains them.

    Raises:
        ValueError: a value is invalid, or the rules would accept no token, or every tenant without saying so.
    """
    has_several_tenants = tenant in SEVERAL_TENANTS
    if has_several_tenants and not allowed_tenants:
        raise ValueError(f"Expected allowed_tenants, since {tenant} has several; {ANY_TENANT!r} accepts all of them.")
    if not 0 <= leeway <= LONGEST_LEEWAY:
        raise ValueError(f"Expected a leeway of 0 to {LONGEST_LEEWAY} seconds, got {leeway}.")
    any_tenant = allowed_tenants is None or ANY_TENANT in allowed_tenants
    default_uri = f"api://{client_id}"
    app_id_uri = app_id_uri or default_uri
    return Policy(
        client_id=client_id,
        app_id_uri=app_id_uri,
        audiences=frozenset({client_id, default_uri, app_id_uri, *audiences}),
        client_ids=parse_guids("spa_client_id", filter(None, (client_id, spa_client_id))),
        allowed_tenants=None if any_tenant else parse_guids("allowed_tenants", allowed_tenants or ()),
        allowed_clients=None if allowed_clients is None else parse_guids("allowed_clients", allowed_clients),
        required_scopes=frozenset(required_scopes),
        applications=parse_guids("applications", applications),
        allow_guests=allow_guests,
        allow_personal_accounts=allow_personal_accounts,
        user_flows=frozenset(map(str.lower, user_flows)),
        leeway=leeway,
        allow_development_tokens=allow_development_tokens,
        suggest_own_signing_keys=not has_several_tenants and not own_signing_keys,
    )


def parse_guids(name: str, values: Iterable[str]) -> frozenset[str]:
    return frozenset(parse_guid(name, value) for value in values)
