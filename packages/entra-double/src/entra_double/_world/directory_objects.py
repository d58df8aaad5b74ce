"""Says which things the world is made of, where each kind is kept, and which two are the same one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from entra_double._world.policies import Assignment, AuthenticationContext, ConditionalAccess, PermissionGrant
from entra_double._world.principals import Group, Person, ServicePrincipal, Tenant
from entra_double._world.registration import AppRegistration

Thing = (
    Tenant
    | AppRegistration
    | ServicePrincipal
    | Person
    | Group
    | Assignment
    | PermissionGrant
    | ConditionalAccess
    | AuthenticationContext
)

PLACES: Mapping[type[Thing], str] = {
    Tenant: "tenants",
    AppRegistration: "applications",
    ServicePrincipal: "service_principals",
    Person: "people",
    Group: "groups",
    Assignment: "assignments",
    PermissionGrant: "grants",
    ConditionalAccess: "policies",
    AuthenticationContext: "contexts",
}
"""Kind of thing → the member of the directory that holds it."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def identity_of(thing: Thing) -> Hashable:
    """Give what stays the same when a thing of its kind changes."""
    match thing:
        case Person() | Group():
            return thing.object_id
        case AppRegistration():
            return thing.client_id
        case ServicePrincipal():
            return thing.tenant_id, thing.client_id
        case AuthenticationContext():
            return thing.tenant_id, thing.id
        case _:
            return thing.id


def by_place(things: Iterable[Thing]) -> dict[str, tuple[Thing, ...]]:
    return grouped((PLACES[type(thing)], thing) for thing in things)


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, tuple[Value, ...]]:
    """Give all values of each key, in their order."""
    groups: defaultdict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
