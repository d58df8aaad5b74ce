"""Reads who may do what: assignments, granted scopes, conditional access, authentication contexts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from entra_double._world.directory_file.homes import Home
from entra_double._world.directory_file.names import Names, Principals
from entra_double._world.directory_file.problems import Path, Problem, did_you_mean
from entra_double._world.directory_file.read_applications import known_scopes
from entra_double._world.ids import DEFAULT_ACCESS
from entra_double._world.policies import Assignment, AuthenticationContext, ConditionalAccess, Demand, PermissionGrant
from entra_double._world.registration import AppRegistration

Applications = Mapping[str, AppRegistration]


def read_assignments(home: Home, names: Principals, applications: Applications) -> Iterator[Assignment]:
    """Read who has which role: the `roles` of people and groups, consented permissions, then the plain table."""
    for path, who, to, role in _all_assignments(home, names, applications):
        given = Assignment(principal_id=who, tenant_id=home.tenant.id, client_id=to, role_id=role)
        home.once.check(("assignment", given.id), path, "this assignment")
        yield given


def _all_assignments(home: Home, names: Principals, applications: Applications) -> Iterator[tuple[Path, str, str, str]]:
    tenant_id = home.tenant.id
    for kind, id_of in (("people", home.person_id_of), ("groups", home.group_id_of)):
        for path, table in home.tables(kind):
            for api, values in table.get("roles", {}).items():
                place = (*path, "roles", api)
                to = names.applications.one(tenant_id, api, place)
                for position, value in enumerate(values):
                    yield (*place, position), id_of(table), to, _role_id(applications[to], value, (*place, position))
    for path, table in home.tables("applications"):
        if table.get("admin_consent"):
            client_id = home.client_id_of(table)
            who = names.principals.one(tenant_id, client_id, path)
            for asked in applications[client_id].required_access:
                for value in asked.roles:
                    role = _role_id(applications[asked.resource_id], value, path)
                    yield (*path, "application_permissions"), who, asked.resource_id, role
    for path, table in home.tables("assignments"):
        to = names.applications.one(tenant_id, table["to"], (*path, "to"))
        who = names.principals.one(tenant_id, table["who"], (*path, "who"))
        role = _role_id(applications[to], table["role"], (*path, "role")) if "role" in table else DEFAULT_ACCESS
        yield path, who, to, role


def _role_id(api: AppRegistration, text: str, path: Path) -> str:
    for role in api.app_roles:
        if text in (role.value, role.id):
            return role.id
    known = did_you_mean(text, (role.value for role in api.app_roles))
    raise Problem(path, f"{api.name!r} has no role {text!r}{known}")


def read_grants(home: Home, names: Principals, applications: Applications) -> Iterator[PermissionGrant]:
    """Read the granted scopes: what an administrator consented to, then the plain table."""
    for path, table in home.tables("applications"):
        if table.get("admin_consent"):
            client_id = home.client_id_of(table)
            for asked in applications[client_id].required_access:
                if asked.scopes:
                    yield _grant(home, (*path, "permissions"), client_id, asked.resource_id, frozenset(asked.scopes))
    for path, table in home.tables("grants"):
        client_id = names.applications.one(home.tenant.id, table["client"], (*path, "client"))
        api = names.applications.one(home.tenant.id, table["api"], (*path, "api"))
        scopes = known_scopes(applications[api], table["scopes"], (*path, "scopes"))
        person = names.people.one(home.tenant.id, table["person"], (*path, "person")) if "person" in table else None
        yield _grant(home, path, client_id, api, frozenset(scopes), person)


def _grant(
    home: Home, path: Path, client_id: str, api: str, scopes: frozenset[str], person: str | None = None
) -> PermissionGrant:
    grant = PermissionGrant(
        tenant_id=home.tenant.id, client_id=client_id, resource_id=api, scopes=scopes, person_id=person
    )
    home.once.check(("grant", grant.id), path, "this grant")
    return grant


def read_policies(home: Home, names: Principals) -> Iterator[ConditionalAccess]:
    """Read the conditional access policies."""
    for path, table in home.tables("conditional_access"):
        policy_id = home.id_for(table, "conditional access", table["name"])
        home.once.check(("policy", policy_id), path, f"the policy {table['name']!r}")

        def ids(
            key: str, known: Names, table: dict[str, list[str]] = table, path: Path = path
        ) -> frozenset[str] | None:
            if key not in table:
                return None
            pairs = enumerate(table[key])
            return frozenset(known.one(home.tenant.id, text, (*path, key, position)) for position, text in pairs)

        yield ConditionalAccess(
            id=policy_id,
            tenant_id=home.tenant.id,
            name=table["name"],
            demand=Demand(table.get("demand", Demand.MFA)),
            people=ids("people", names.people),
            except_people=ids("except_people", names.people) or frozenset(),
            applications=ids("applications", names.applications),
            clients=ids("clients", names.applications),
            context=table.get("context"),
            sign_in_frequency=table.get("sign_in_frequency"),
            enabled=table.get("enabled", True),
        )


def read_contexts(home: Home) -> Iterator[AuthenticationContext]:
    """Read the authentication contexts."""
    for path, table in home.tables("contexts"):
        home.once.check(("context", home.tenant.id, table["id"]), path, f"the context {table['id']}")
        yield AuthenticationContext(tenant_id=home.tenant.id, id=table["id"], name=table["name"])
