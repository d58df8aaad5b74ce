"""Describes who may do what as frozen values: assignments, granted scopes, conditional access."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from entra_double._world.ids import DEFAULT_ACCESS, short_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A person's, group's or service principal's app role on the API `client_id`, in one tenant."""

    principal_id: str
    tenant_id: str
    client_id: str
    role_id: str = DEFAULT_ACCESS

    @property
    def id(self) -> str:
        return short_id("assignment", self.tenant_id, self.client_id, self.principal_id, self.role_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionGrant:
    """Scopes of an API that a client has for one person, or for everybody in the tenant (`person_id` None).

    `resource_id` is the API's client id.
    """

    tenant_id: str
    client_id: str
    resource_id: str
    scopes: frozenset[str]
    person_id: str | None = None

    @property
    def id(self) -> str:
        return short_id("grant", self.tenant_id, self.client_id, self.resource_id, self.person_id or "")


class Demand(StrEnum):
    """What a conditional access policy asks for."""

    BLOCK = "block"
    MFA = "mfa"
    COMPLIANT_DEVICE = "compliant-device"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalAccess:
    """A policy; None stands for all.

    `people` are object ids of people or groups, `applications` are client ids of APIs. A policy with a `context`, such
    as `c1`, holds only when it is asked for. `sign_in_frequency` is in seconds.
    """

    id: str
    tenant_id: str
    name: str
    demand: Demand = Demand.MFA
    people: frozenset[str] | None = None
    except_people: frozenset[str] = frozenset()
    applications: frozenset[str] | None = None
    clients: frozenset[str] | None = None
    context: str | None = None
    sign_in_frequency: int | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationContext:
    """A step-up that policies and applications refer to by its id, `c1` to `c99`."""

    tenant_id: str
    id: str
    name: str
