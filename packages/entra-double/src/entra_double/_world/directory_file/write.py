"""Writes a directory as a directory file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from entra_double._world.directory import Directory
from entra_double._world.directory_file.homes import principal_name
from entra_double._world.directory_file.names import Principals, application_text, names_in, principal_text
from entra_double._world.directory_file.toml_text import toml_table
from entra_double._world.directory_file.write_applications import application_table, moment, unless
from entra_double._world.ids import CONSUMERS, DEFAULT_ACCESS
from entra_double._world.microsoft_graph import microsoft_graph
from entra_double._world.policies import Assignment, ConditionalAccess, PermissionGrant
from entra_double._world.principals import Group, Person, Tenant
from entra_double._world.registration import AppRegistration

Table = dict[str, object]


def write_directory(directory: Directory) -> str:
    """Give the text of a directory file that `read_directory` makes the same directory of.

    Everything comes in the order of its tenant, redirect URIs in that of their platforms. What belongs to no tenant of
    the directory, or refers to what is not there, has no meaning and is left out.
    """
    return "\n".join(_tables(directory))


def _tables(directory: Directory) -> Iterator[str]:
    names = names_in(directory)
    graph = microsoft_graph(directory.tenants[0].id) if directory.tenants else None
    own = [known for known in directory.applications if known != graph]
    for tenant in directory.tenants:
        yield toml_table("tenants", _tenant(tenant))
        parts: dict[str, Iterable[Table]] = {
            "contexts": ({"id": known.id, "name": known.name} for known in _of(tenant, directory.contexts)),
            "people": (_person(person, directory) for person in directory.people_of(tenant)),
            "groups": (_group(group, names, directory) for group in _of(tenant, directory.groups)),
            "applications": (application_table(known, names, directory) for known in _of(tenant, own)),
            "service_principals": _entries(tenant, names, directory),
            "assignments": _assignments(tenant, names, directory),
            "grants": _grants(tenant, names, directory),
            "conditional_access": (_policy(known, names, directory) for known in _of(tenant, directory.policies)),
        }
        for key, tables in parts.items():
            yield from (toml_table(f"tenants.{key}", table) for table in tables)


def _of(tenant: Tenant, things: Iterable[Any]) -> Iterator[Any]:
    return (thing for thing in things if thing.tenant_id == tenant.id)


def _tenant(tenant: Tenant) -> Table:
    return {
        "name": tenant.name,
        "domain": tenant.domain,
        "id": None if tenant.id == CONSUMERS else tenant.id,
        "personal": True if tenant.id == CONSUMERS else None,
        "domains": list(tenant.domains) or None,
        "region": unless("EU", tenant.region),
        "country": unless("NL", tenant.country),
        "access_token_lifetime": tenant.access_token_lifetime,
        "most_groups": unless(200, tenant.most_groups),
    }


def _person(person: Person, directory: Directory) -> Table:
    home = directory.tenant(person.home_tenant_id)
    first, _, last = person.name.rpartition(" ")
    return {
        "name": person.name,
        "username": person.username,
        "id": person.object_id,
        "given_name": unless(first or last, person.given_name),
        "family_name": unless(last if first else "", person.family_name),
        "user_principal_name": unless(_usual_principal_name(person, directory), person.user_principal_name),
        "home": (home.domain if home else person.home_tenant_id) if person.is_guest else None,
        "home_id": person.home_object_id if person.is_guest else unless(person.object_id, person.home_object_id),
        "email": person.email,
        "email_verified": unless(True, person.email_verified),
        "enabled": unless(True, person.enabled),
        "identity_provider": person.identity_provider,
        "country": person.country,
        "language": person.language,
        "valid_from": moment(person.valid_from) if person.valid_from else None,
        "methods": unless(["mfa", "pwd"], sorted(person.methods)),
        "directory_roles": list(person.directory_roles) or None,
    }


def _usual_principal_name(person: Person, directory: Directory) -> str | None:
    tenant = directory.tenant(person.tenant_id)
    return principal_name(person.username, tenant.domain, is_guest=person.is_guest) if tenant else None


def _group(group: Group, names: Principals, directory: Directory) -> Table:
    return {
        "name": group.name,
        "id": group.object_id,
        "members": _principals(group.members, group.tenant_id, names, directory) or None,
        "security": unless(True, group.security),
        "mail": group.mail,
        "sam_account_name": group.sam_account_name,
        "dns_domain": group.dns_domain,
        "netbios_domain": group.netbios_domain,
    }


def _principals(ids: Iterable[str], tenant_id: str, names: Principals, directory: Directory) -> list[str]:
    texts = (principal_text(known, tenant_id, names, directory) for known in ids)
    return sorted(text for text in texts if text)


def _entries(tenant: Tenant, names: Principals, directory: Directory) -> Iterator[Table]:
    for entry in _of(tenant, directory.service_principals):
        if application := application_text(entry.client_id, tenant.id, names, directory):
            yield {
                "application": application,
                "id": entry.object_id or None,
                "enabled": unless(True, entry.enabled),
                "assignment_required": unless(False, entry.assignment_required),
            }


def _assignments(tenant: Tenant, names: Principals, directory: Directory) -> Iterator[Table]:
    given: Assignment
    for given in _of(tenant, directory.assignments):
        api = directory.registration(given.client_id)
        who = principal_text(given.principal_id, tenant.id, names, directory)
        role = api and _role_text(api, given.role_id)
        if api and who and (role or given.role_id == DEFAULT_ACCESS):
            yield {"who": who, "to": application_text(api.client_id, tenant.id, names, directory), "role": role}


def _role_text(api: AppRegistration, role_id: str) -> str | None:
    return next((role.value for role in api.app_roles if role.id == role_id), None)


def _grants(tenant: Tenant, names: Principals, directory: Directory) -> Iterator[Table]:
    grant: PermissionGrant
    for grant in _of(tenant, directory.grants):
        client = application_text(grant.client_id, tenant.id, names, directory)
        api = directory.registration(grant.resource_id)
        person = grant.person_id and principal_text(grant.person_id, tenant.id, names, directory)
        if client and api and (person or grant.person_id is None):
            offered = {scope.value for scope in api.scopes}
            yield {
                "client": client,
                "api": application_text(api.client_id, tenant.id, names, directory),
                "scopes": sorted(grant.scopes & offered),
                "person": person,
            }


def _policy(policy: ConditionalAccess, names: Principals, directory: Directory) -> Table:
    def people(ids: frozenset[str]) -> list[str]:
        return _principals(ids, policy.tenant_id, names, directory)

    def applications(ids: frozenset[str] | None) -> list[str] | None:
        if ids is None:
            return None
        texts = (application_text(known, policy.tenant_id, names, directory) for known in ids)
        return sorted(text for text in texts if text)

    return {
        "name": policy.name,
        "id": policy.id,
        "demand": str(policy.demand),
        "people": None if policy.people is None else people(policy.people),
        "except_people": people(policy.except_people) or None,
        "applications": applications(policy.applications),
        "clients": applications(policy.clients),
        "context": policy.context,
        "sign_in_frequency": policy.sign_in_frequency,
        "enabled": unless(True, policy.enabled),
    }
