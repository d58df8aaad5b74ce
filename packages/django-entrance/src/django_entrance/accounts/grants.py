"""Says what ``ACCESS`` gives for the app roles and Entra groups of a person, and reads what was last applied."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from django_entrance.accounts.entra_groups import group_ids, has_overage
from django_entrance.accounts.identity_cache import IdentityCache
from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import AuthoritySettings, EntranceSettings
from django_entrance.entra.graph_groups import member_groups
from django_entrance.verification.errors import GraphUnreachable, OverageUnresolved
from django_entrance.verification.identity import Identity
from django_entrance.verification.issuers import GUID

GROUP = "group:"


class Grant(NamedTuple):
    """What Entra says of a person: the mapped roles and groups, and the rights that they give. Each is sorted."""

    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()


NOTHING = Grant()


class Applied(NamedTuple):
    """What was last applied to a user: the grant of each API registration, and the rights that were really added.

    ``since`` has when the token was issued that last changed the grant of a registration, in seconds since 1970: an
    older token changes nothing, so that it does not bring back a role that was taken away.
    """

    grants: Mapping[str, Grant] = {}
    given: frozenset[str] = frozenset()
    since: Mapping[str, int] = {}


def current_grant(identity: Identity, last: str = "") -> Grant:
    """Return what ``ACCESS`` gives the person now.

    Args:
        last: The ``access`` of the person's account.

    Raises:
        OverageUnresolved: the token names no groups because they are too many, ``ACCESS`` needs them, and ``OVERAGE``
            is ``"refuse"``.
        GraphUnreachable: Microsoft Graph was asked for the groups and did not answer.
    """
    settings = current_settings()
    grant = token_says(identity, settings).grant
    if grant is not None:
        return grant
    return grant_of(settings, identity.app_roles, groups_beyond_token(identity, settings, last))


def groups_beyond_token(identity: Identity, settings: EntranceSettings, last: str) -> Iterable[str]:
    """Return the groups as Graph knows them, or with ``OVERAGE`` "last" those that were last applied."""
    own = settings.AUTHORITIES[identity.authority]
    try:
        if settings.OVERAGE == "refuse" or not own.has_credential:
            raise OverageUnresolved(expected="groups in the token, or client credentials to ask Microsoft Graph with")
        return member_groups(identity)
    except (OverageUnresolved, GraphUnreachable):
        if settings.OVERAGE != "last":
            raise
        return read_applied(last).grants.get(registration(identity, settings), NOTHING).groups


class Said(NamedTuple):
    """What a token says by itself: the API registration that it is for, and what it gives; None in an overage."""

    registration: str
    grant: Grant | None


@IdentityCache
def token_says(identity: Identity, settings: EntranceSettings) -> Said:
    own, audience = settings.AUTHORITIES[identity.authority], str(identity.claims.all.get("aud"))
    name = name_of(identity.authority, own, audience)
    if settings.ACCESS.groups and has_overage(identity):
        return Said(name, None)
    return Said(name, grant_of(settings, identity.app_roles, group_ids(identity)))


def grant_of(settings: EntranceSettings, roles: Iterable[str], groups: Iterable[str]) -> Grant:
    """Return the rights of roles and groups by ``ACCESS``. What it does not name gives nothing."""
    access = settings.ACCESS
    mapped_roles, mapped_groups = access.app_roles.keys() & roles, access.groups.keys() & groups
    rights = [access.app_roles[role] for role in mapped_roles] + [access.groups[group] for group in mapped_groups]
    return Grant(tuple(sorted(mapped_roles)), tuple(sorted(mapped_groups)), tuple(sorted(set().union(*rights))))


def registration(identity: Identity, settings: EntranceSettings) -> str:
    return token_says(identity, settings).registration


def name_of(authority: str, own: AuthoritySettings, audience: str) -> str:
    """Return which API registration a token is for: the authority's name, with the client id of any further API.

    App roles are those of one registration. A person who comes with tokens for two of them has the rights of both,
    where those of the second would else take away what the first gives.
    """
    client_id = audience.lower().removeprefix("api://")
    is_other = client_id != own.CLIENT_ID and GUID.fullmatch(client_id) is not None
    return f"{authority} {client_id}" if is_other else authority


@lru_cache(maxsize=8)
def registrations(settings: EntranceSettings) -> frozenset[str]:
    """Return the names of the API registrations that the settings accept tokens for."""
    every = settings.AUTHORITIES.items()
    others = {name_of(name, own, audience) for name, own in every for audience in own.AUDIENCES}
    return frozenset(others | settings.AUTHORITIES.keys())


@lru_cache(maxsize=4096)
def read_applied(text: str) -> Applied:
    """Read the account's ``access``."""
    stored = json.loads(text) if text else {}
    grants = {name: Grant(*map(tuple, parts)) for name, parts in stored.get("grants", {}).items()}
    return Applied(grants, frozenset(stored.get("given", ())), stored.get("since", {}))


def write_applied(applied: Applied) -> str:
    grants = {name: each for name, each in sorted(applied.grants.items()) if each != NOTHING}
    written = {"grants": grants, "given": sorted(applied.given), "since": applied.since}
    return json.dumps(written) if any(written.values()) else ""


@lru_cache(maxsize=4096)
def is_applied(text: str, name: str, grant: Grant, settings: EntranceSettings) -> bool:
    """Return whether nothing has changed: neither what this registration gives, nor the settings of the others."""
    grants = read_applied(text).grants
    return grants.get(name, NOTHING) == grant and grants == by_settings(grants, settings)


def by_settings(grants: Mapping[str, Grant], settings: EntranceSettings) -> dict[str, Grant]:
    """Return grants as ``ACCESS`` is now. What it names no longer, and registrations that are gone, give nothing."""
    now = {
        name: grant_of(settings, each.roles, each.groups)
        for name, each in grants.items()
        if name in registrations(settings)
    }
    return {name: each for name, each in now.items() if each != NOTHING}
