"""Describes access as frozen values: assignments, granted scopes, conditional access."""

from dataclasses import dataclass, field
from enum import StrEnum

from entra_double._world.ids import DEFAULT_ACCESS, short_id
from entra_double._world.values import ApplicationId, ContextId, Guid, PersonId, PrincipalId, Seconds, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A person's, group's or service principal's app role on the API `client_id`, in one tenant."""

    principal_id: PrincipalId = field(metadata={"toml": "who"})
    tenant_id: str = field(metadata={"toml": ""})
    client_id: ApplicationId = field(metadata={"toml": "to"})
    role_id: str = field(default=DEFAULT_ACCESS, metadata={"toml": ""})

    @property
    def id(self) -> str:
        return short_id("assignment", self.tenant_id, self.client_id, self.principal_id, self.role_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionGrant:
    """Scopes of the API `resource_id` that a client has for one person, or for the whole tenant."""

    tenant_id: str = field(metadata={"toml": ""})
    client_id: ApplicationId = field(metadata={"toml": "client"})
    resource_id: ApplicationId = field(metadata={"toml": "api"})
    scopes: frozenset[Text]
    person_id: PersonId | None = field(default=None, metadata={"toml": "person"})

    @property
    def id(self) -> str:
        return short_id("grant", self.tenant_id, self.client_id, self.resource_id, self.person_id or "")


class Demand(StrEnum):
    """What a conditional access policy requires."""

    BLOCK = "block"
    MFA = "mfa"
    COMPLIANT_DEVICE = "compliant-device"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalAccess:
    """A policy; None stands for all. One with a `context`, such as `c1`, applies only when that is asked for.

    `people` are object ids of people or groups, `applications` and `clients` are client ids.
    """

    name: Text
    id: Guid
    tenant_id: str = field(metadata={"toml": ""})
    demand: Demand = Demand.MFA
    people: frozenset[PersonId] | None = None
    except_people: frozenset[PersonId] = frozenset()
    applications: frozenset[ApplicationId] | None = None
    clients: frozenset[ApplicationId] | None = None
    context: ContextId | None = None
    sign_in_frequency: Seconds | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationContext:
    """A step-up, which policies and applications name by its id, `c1` to `c99`."""

    tenant_id: str = field(metadata={"toml": ""})
    id: ContextId
    name: Text
