"""Says how the registrations should be, as frozen values built from the settings; nothing here asks Microsoft."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django_entrance.conf.options import AuthoritySettings, EntranceSettings

NAMESPACE = uuid.UUID("6f0d9c3e-3f0a-5b7e-9d52-0c1a4f6f6e11")
"""Ids of scopes, roles and keys follow from names, so that two runs at once send the same."""

GRAPH_ID = "00000003-0000-0000-c000-000000000000"
GRAPH_ROLES = {"GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6"}
GRAPH_SCOPES = {
    "openid": "37f7f235-527c-4136-accd-4a02d197296e",
    "profile": "14dad69e-099b-42c9-810b-d002981feec1",
    "offline_access": "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
}
"""Permissions of Microsoft Graph, by name (Microsoft Graph permissions reference)."""

SECRET_NAME = "django-entrance"
"""What the client secrets are called that we make."""

DEFAULT_SCOPE = "access_as_user"
CLIENT_ID_HERE = "<client id of the API>"
"""Stands for the id of a registration that is yet to be made."""

AUDIENCES = {
    "organizations": "AzureADMultipleOrgs",
    "common": "AzureADandPersonalMicrosoftAccount",
    "consumers": "PersonalMicrosoftAccount",
}
"""``signInAudience`` by ``TENANT_ID``; any other tenant is the only one."""

PERSON_CLAIMS = ("email", "family_name", "given_name", "upn", "acct", "login_hint", "sid", "xms_edov")
"""Optional claims about people, in access tokens and in ID tokens for page sign-in."""

PROOF_CLAIM = "acrs"
"""The optional claim with a person's authentication contexts; Entra gives none without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An optional claim, with the additional properties that it needs."""

    name: str
    additional: tuple[str, ...] = ()


CALLER_CLAIMS = (Claim(name="idtyp", additional=("include_user_token",)), Claim(name="xms_cc"))
"""Optional claims about the caller, which only access tokens have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A scope or an app role of the API; ``value`` is its text in a token."""

    value: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A certificate without its private key. ``data`` is DER as base64, ``ends_at`` a time of ISO 8601."""

    id: str
    name: str
    data: str = field(repr=False)
    ends_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Federation:
    """A workload with tokens that stand for the API's own credential (Microsoft, workload identity federation)."""

    name: str
    issuer: str
    subject: str
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """A client secret that Microsoft makes. ``is_another``: also where one that we made is still valid."""

    name: str
    ends_at: str
    is_another: bool = False


Credential = Key | Federation | NewSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Addresses of a site: both redirect URIs, where people land after sign-out, and the front-channel address."""

    callback: str
    bridge: str
    signed_out: str
    front_channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the settings do not say. ``assignment_required`` of None means: for a new API only."""

    name: str
    sites: tuple[Site, ...] = ()
    has_front_end: bool = True
    assignment_required: bool | None = None
    credential: Credential | None = None
    consent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Both registrations as they should be. A client id of None is found, or made, by its unique name."""

    name: str
    client_id: str | None
    spa_client_id: str | None
    has_front_end: bool
    is_one_registration: bool
    audience: str
    app_id_uri: str | None
    scopes: tuple[Entry, ...]
    roles: tuple[Entry, ...]
    access_token_claims: tuple[Claim, ...]
    id_token_claims: tuple[Claim, ...]
    has_groups: bool
    graph_roles: tuple[str, ...]
    web_redirect_uris: tuple[str, ...]
    spa_redirect_uris: tuple[str, ...]
    front_channel: str | None
    assignment_required: bool | None
    credential: Credential | None
    consent: bool

    @property
    def api_unique_name(self) -> str:
        return unique_name(self.name, "api")

    @property
    def spa_unique_name(self) -> str:
        return unique_name(self.name, "front-end")


def unique_name(name: str, part: str) -> str:
    """Return the alternate key of a registration (Microsoft Graph, ``uniqueName``), which no other may have."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"django-entrance-{plain}-{part}"


def wanted_registrations(settings: EntranceSettings, authority: str, choices: Choices, *, is_new: bool) -> Wanted:
    """Return what an authority of the settings needs. ``is_new``: its ``CLIENT_ID`` only stands for a missing one."""
    own = settings.AUTHORITIES[authority]
    client_id = None if is_new else own.CLIENT_ID
    is_one = client_id is not None and client_id == own.SPA_CLIENT_ID
    bridges = tuple(dict.fromkeys(each for site in choices.sites for each in (site.bridge, site.signed_out)))
    return Wanted(
        name=choices.name,
        client_id=client_id,
        spa_client_id=None if is_one else own.SPA_CLIENT_ID,
        has_front_end=choices.has_front_end and not is_one,
        is_one_registration=is_one,
        audience=AUDIENCES.get(own.TENANT_ID, "AzureADMyOrg"),
        app_id_uri=own.APP_ID_URI,
        scopes=entries(choices.name, "scope", own.REQUIRED_SCOPES or (DEFAULT_SCOPE,)),
        roles=entries(choices.name, "role", settings.ACCESS.app_roles),
        access_token_claims=(*person_claims(settings), *CALLER_CLAIMS),
        id_token_claims=person_claims(settings),
        has_groups=bool(settings.ACCESS.groups),
        graph_roles=graph_roles(settings, own, choices),
        web_redirect_uris=web_addresses(choices.sites),
        spa_redirect_uris=bridges if choices.has_front_end else (),
        front_channel=next((site.front_channel for site in choices.sites), None),
        assignment_required=choices.assignment_required,
        credential=choices.credential,
        consent=choices.consent,
    )


def person_claims(settings: EntranceSettings) -> tuple[Claim, ...]:
    """Return the optional claims about people; one more where an operation may ask for more proof."""
    proof = (PROOF_CLAIM,) if settings.AUTHENTICATION_CONTEXTS else ()
    return tuple(map(plain_claim, (*PERSON_CLAIMS, *proof)))


def web_addresses(sites: Iterable[Site]) -> tuple[str, ...]:
    """Return the redirect URIs of page sign-in. The front end's have other paths: ports of localhost do not differ."""
    return tuple(dict.fromkeys(site.callback for site in sites))


def plain_claim(name: str) -> Claim:
    return Claim(name=name)


def entries(name: str, kind: str, values: Iterable[str]) -> tuple[Entry, ...]:
    """Return scopes or roles with ids that follow from the registration's name and their values."""
    return tuple(Entry(value=each, id=stable_id(unique_name(name, "api"), kind, each)) for each in values)


def stable_id(*names: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(names)))


def graph_roles(settings: EntranceSettings, own: AuthoritySettings, choices: Choices) -> tuple[str, ...]:
    """Return the application permissions at Graph that ``OVERAGE`` needs: only with groups and a credential."""
    may_ask = own.has_credential or choices.credential is not None
    needs_graph = bool(settings.ACCESS.groups) and settings.OVERAGE != "refuse" and may_ask
    return tuple(GRAPH_ROLES) if needs_graph else ()
