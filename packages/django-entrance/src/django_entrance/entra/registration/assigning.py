"""Assigns people and groups to app roles of the API, and ends that.

https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from django_entrance.entra.registration.calls import GraphCalls, InPlace, NotThere
from django_entrance.verification.errors import shown
from django_entrance.verification.issuers import GUID

Json = Mapping[str, Any]


class NotAssigned(Exception):
    """There is no such person, group or role, or several. The text is safe to print."""


class Principal(NamedTuple):
    """A person or group of the tenant."""

    kind: str
    id: str
    name: str


def find_principal(graph: GraphCalls, who: str) -> Principal:
    """Return a person by user principal name or object id, else a group by object id or name.

    Raises:
        NotAssigned: there is none, or several groups have the name.
    """
    is_id = GUID.fullmatch(who.lower()) is not None
    for kind, path in (("person", "users"), ("group", "groups")):
        if is_id or (kind == "person" and "@" in who):
            try:
                found = graph.ask("GET", f"/{path}/{quote(who, safe='')}")
            except NotThere:
                continue
            return Principal(kind, found["id"], shown(str(found.get("displayName") or who)))
    return find_group(graph, who)


def find_group(graph: GraphCalls, name: str) -> Principal:
    text = name.replace("'", "''")
    is_named_so = quote(f"displayName eq '{text}'")
    found = list(graph.every_row(f"/groups?$filter={is_named_so}"))
    if len(found) == 1:
        return Principal("group", found[0]["id"], shown(str(found[0]["displayName"])))
    if found:
        ids = ", ".join(each["id"] for each in found)
        raise NotAssigned(f"{len(found)} groups have the name {name!r}. Name one by its id: {ids}")
    raise NotAssigned(
        f"The tenant has no person or group {name!r}. Write a person's user principal name, a group's name, or an id."
    )


def role_id(entry: Json, value: str) -> str:
    """Return the id of an app role for people.

    Raises:
        NotAssigned: the API has no such role.
    """
    roles = {each["value"]: each["id"] for each in entry["appRoles"] if is_for_people(each)}
    if value not in roles:
        known = ", ".join(sorted(roles)) or "none"
        remedy = "Name the role in ACCESS, and run entrance register."
        raise NotAssigned(f"The API has no app role {value!r}; it has: {known}. {remedy}")
    return str(roles[value])


def is_for_people(role: Json) -> bool:
    return bool(role["isEnabled"]) and "User" in role["allowedMemberTypes"]


def assignments(graph: GraphCalls, entry: Json) -> list[Json]:
    return list(graph.every_row(f"/servicePrincipals/{entry['id']}/appRoleAssignedTo"))


def assign(graph: GraphCalls, entry: Json, principal: Principal, role: str) -> bool:
    """Assign a role; return whether it was not assigned before."""
    if of(assignments(graph, entry), principal, role):
        return False
    body = {"principalId": principal.id, "resourceId": entry["id"], "appRoleId": role}
    try:
        graph.ask("POST", f"/servicePrincipals/{entry['id']}/appRoleAssignedTo", body)
    except InPlace:
        return False
    return True


def end_assignment(graph: GraphCalls, entry: Json, principal: Principal, role: str) -> bool:
    """End the assignment of a role; return whether there was one. Those through groups stay."""
    known = of(assignments(graph, entry), principal, role)
    for each in known:
        try:
            graph.ask("DELETE", f"/servicePrincipals/{entry['id']}/appRoleAssignedTo/{each['id']}")
        except NotThere:
            continue
    return bool(known)


def of(rows: Iterable[Json], principal: Principal, role: str) -> list[Json]:
    return [each for each in rows if (each["principalId"], each["appRoleId"]) == (principal.id, role)]
