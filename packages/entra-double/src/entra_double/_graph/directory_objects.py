"""Answers what people, groups and tenants there are.

https://learn.microsoft.com/graph/api/user-list
https://learn.microsoft.com/graph/api/group-list
"""

from __future__ import annotations

from entra_double._graph import shapes
from entra_double._graph.call import Call, Json, Operation, Reply, one_of
from entra_double._graph.errors import GraphError, not_found
from entra_double._graph.paging import listed, refuse_plain_filter, shown
from entra_double._world.principals import Group, Person

_READS_PEOPLE = ("User.Read.All", "Directory.Read.All")
_READS_BASICS = ("User.ReadBasic.All", *_READS_PEOPLE)
_READS_GROUPS = ("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All")


def person_of(call: Call) -> Person:
    """Find the person that the path names by id or user principal name, or who calls (`/me`).

    Raises:
        GraphError: There is none (404), or an application asks for itself as a person (400).
    """
    name = call.parts.get("user")
    if name is None:
        if call.caller.person is None:
            raise GraphError(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
        return call.caller.person
    person = call.directory.person(call.caller.tenant, name)
    if person and name.lower() in (person.object_id.lower(), person.user_principal_name.lower()):
        return person
    raise not_found(name)


def group_of(call: Call) -> Group:
    """Find the group that the path names by id.

    Raises:
        GraphError: There is none (404).
    """
    known = call.directory.principal(call.parts["id"].lower())
    if isinstance(known, Group) and known.tenant_id == call.caller.tenant.id:
        return known
    raise not_found(call.parts["id"])


def reads_groups(call: Call) -> bool:
    return call.caller.has(*_READS_GROUPS)


def _me(call: Call) -> Reply:
    return shown(call, "users", shapes.user(person_of(call)), shapes.USER_DEFAULT)


def _user(call: Call) -> Reply:
    person = person_of(call)
    is_limited = person != call.caller.person and not call.caller.has(*_READS_PEOPLE)
    return shown(call, "users", *_seen(person, is_limited=is_limited))


def _users(call: Call) -> Reply:
    is_limited = not call.caller.has(*_READS_PEOPLE)
    people = call.directory.people_of(call.caller.tenant)
    default = shapes.USER_BASIC if is_limited else shapes.USER_DEFAULT
    return listed(call, "users", (_seen(person, is_limited=is_limited)[0] for person in people), default)


def _seen(person: Person, *, is_limited: bool) -> tuple[Json, tuple[str, ...]]:
    """Give what a caller sees of a person, all of it and by default."""
    whole = shapes.user(person)
    if is_limited:
        return {name: whole[name] if name in shapes.USER_BASIC else None for name in whole}, shapes.USER_BASIC
    return whole, shapes.USER_DEFAULT


def _groups(call: Call) -> Reply:
    mine = (known for known in call.directory.groups if known.tenant_id == call.caller.tenant.id)
    return listed(call, "groups", map(shapes.group, mine))


def _group(call: Call) -> Reply:
    return shown(call, "groups", shapes.group(group_of(call)))


def _members(call: Call) -> Reply:
    """List the direct members; names of people need a permission of their own."""
    refuse_plain_filter(call)
    known = (call.directory.principal(member) for member in sorted(group_of(call).members))
    members = (shapes.member(call.directory, member) for member in known if member)
    if not call.caller.has(*_READS_BASICS):
        members = (shapes.without_names(each) if "userPrincipalName" in each else each for each in members)
    return listed(call, "directoryObjects", members)


def _organization(call: Call) -> Reply:
    return listed(call, "organization", [shapes.organization(call.caller.tenant)])


_OF_PEOPLE = one_of(*_READS_BASICS)
_OF_GROUPS = one_of(*_READS_GROUPS)
_MYSELF = frozenset({"User.Read"})

OPERATIONS = (
    Operation(
        method="GET",
        path="/me",
        answer=_me,
        delegated=one_of("User.Read", *_READS_BASICS),
        application=_OF_PEOPLE,
        oneself=_MYSELF,
    ),
    Operation(method="GET", path="/users", answer=_users, delegated=_OF_PEOPLE, application=_OF_PEOPLE),
    Operation(
        method="GET",
        path="/users/{user}",
        answer=_user,
        delegated=_OF_PEOPLE,
        application=_OF_PEOPLE,
        oneself=_MYSELF,
    ),
    Operation(method="GET", path="/groups", answer=_groups, delegated=_OF_GROUPS, application=_OF_GROUPS),
    Operation(method="GET", path="/groups/{id}", answer=_group, delegated=_OF_GROUPS, application=_OF_GROUPS),
    Operation(method="GET", path="/groups/{id}/members", answer=_members, delegated=_OF_GROUPS, application=_OF_GROUPS),
    Operation(
        method="GET",
        path="/organization",
        answer=_organization,
        delegated=one_of("User.Read", "Directory.Read.All"),
        application=one_of("Directory.Read.All"),
    ),
)
