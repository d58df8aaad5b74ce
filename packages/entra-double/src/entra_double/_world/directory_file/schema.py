"""Says which tables a directory file may have, and which keys they have beside the fields of their dataclasses."""

from __future__ import annotations

from dataclasses import MISSING

from entra_double._world.directory_file.applications import (
    PLATFORMS,
    Bearer,
    read_application,
    read_bearers,
    read_certificate,
    read_granted,
    read_role,
    write_application,
    write_bearers,
    write_certificate,
    write_granted,
    write_role,
)
from entra_double._world.directory_file.forms import ANY_TEXT, FLAG, TEXT, TEXTS, Choice, Each
from entra_double._world.directory_file.principals import read_person, write_person, write_tenant
from entra_double._world.directory_file.tables import Table
from entra_double._world.ids import CONSUMERS
from entra_double._world.policies import Assignment, AuthenticationContext, ConditionalAccess, PermissionGrant
from entra_double._world.principals import Group, Person, ServicePrincipal, Tenant
from entra_double._world.registration import (
    AppRegistration,
    AppRole,
    Certificate,
    DelegatedScope,
    FederatedCredential,
    OptionalClaim,
    Secret,
)

_VALUE, _NAME = ("value",), ("name",)
_SCOPE = Table("a scope", DelegatedScope, required=_VALUE, short="value", unique=True, derived=("scope", "value"))
_ROLE = Table(
    "a role",
    AppRole,
    required=_VALUE,
    short="value",
    unique=True,
    derived=("role", "value"),
    more={"for": Each(Choice(Bearer))},
    reads=read_bearers,
    writes=write_bearers,
)
_CLAIM = Table("an optional claim", OptionalClaim, required=_NAME, short="name")
_SECRET = Table("a secret", Secret, required=_VALUE, short="value", derived=("secret", "value"))
_CERTIFICATE = Table(
    "a certificate",
    Certificate,
    short="file",
    more={"file": TEXT, "pem": ANY_TEXT},
    defaults={"expires": MISSING},
    reads=read_certificate,
    writes=write_certificate,
)
_FEDERATED = Table(
    "a federated credential",
    FederatedCredential,
    required=("issuer", "subject"),
    derived=("federated", "issuer", "subject"),
    defaults={"audience": MISSING},
    reads=lambda table, path, context: {"name": table["subject"]},
)
PERSON = Table(
    "[[tenants.people]]",
    Person,
    required=("name", "username"),
    more={"home": TEXT, "groups": TEXTS, "roles": Each(TEXTS, dict)},
    reads=read_person,
    writes=write_person,
)
GROUP = Table("[[tenants.groups]]", Group, required=_NAME, derived=("group", "name"), more={"roles": Each(TEXTS, dict)})
APPLICATION = Table(
    "[[tenants.applications]]",
    AppRegistration,
    required=_NAME,
    tables=(_SCOPE, _ROLE, _CLAIM, _SECRET, _CERTIFICATE, _FEDERATED),
    more={
        **dict.fromkeys(PLATFORMS, TEXTS),
        **dict.fromkeys(("assignment_required", "admin_consent"), FLAG),
        **dict.fromkeys(("permissions", "application_permissions", "pre_authorised"), Each(TEXTS, dict)),
    },
    derived=("client", "name"),
    defaults={"audience": MISSING, "access_token_version": 2},
    reads=read_application,
    writes=write_application,
)
SERVICE_PRINCIPAL = Table("[[tenants.service_principals]]", ServicePrincipal, required=("application",))
ASSIGNMENT = Table(
    "[[tenants.assignments]]",
    Assignment,
    required=("who", "to"),
    more={"role": TEXT},
    reads=read_role,
    writes=write_role,
)
GRANT = Table(
    "[[tenants.grants]]",
    PermissionGrant,
    required=("client", "api", "scopes"),
    reads=read_granted,
    writes=write_granted,
)
POLICY = Table(
    "[[tenants.conditional_access]]", ConditionalAccess, required=_NAME, derived=("conditional access", "name")
)
CONTEXT = Table("[[tenants.contexts]]", AuthenticationContext, required=("id", "name"))

INNER = {
    "contexts": CONTEXT,
    "people": PERSON,
    "groups": GROUP,
    "applications": APPLICATION,
    "service_principals": SERVICE_PRINCIPAL,
    "assignments": ASSIGNMENT,
    "grants": GRANT,
    "conditional_access": POLICY,
}
"""Key of a tenant → the form of each table in it, in the order of writing."""

TENANT = Table(
    "[[tenants]]",
    Tenant,
    required=("name", "domain"),
    more={"personal": FLAG, **{key: Each(table) for key, table in INNER.items()}},
    derived=("tenant",),
    reads=lambda table, path, context: {"id": CONSUMERS} if table.get("personal") else {},
    writes=write_tenant,
)
FILE = Table("the file", required=("tenants",), more={"tenants": Each(TENANT)})
TABLES = (TENANT, *INNER.values())
