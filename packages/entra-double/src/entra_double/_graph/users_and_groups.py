"""Answers calls about users, groups, memberships, the tenant, and userinfo.

https://learn.microsoft.com/graph/api/user-list
https://learn.microsoft.com/graph/api/group-list
https://learn.microsoft.com/graph/api/directoryobject-getmemberobjects
"""

from __future__ import annotations

from functools import partial

from entra_double._graph import shapes
from entra_double._graph.bodies import GraphError, Json, bad_request, denied, flag, not_found, unsupported
from entra_double._graph.call import Call, Reply, read_caller
from entra_double._graph.odata import is_counted, listed, refuse_plain_filter, reply, shown
from entra_double._tokens.claims.person import subject_for
from entra_double._tokens.emulator import Emulator
from entra_double._world.principals import Group, Person

READ_PEOPLE = ("User.Read.All", "Directory.Read.All")
READ_BASICS = ("User.ReadBasic.All", *READ_PEOPLE)
READ_GROUPS = ("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All")

CONTEXTS = "/identity/conditionalAccess/authenticationContextClassReferences"

_MOST_CHECKED = 20


def person_of(call: Call) -> Person:
    """Find the person in the path by id or user principal name, or the caller (`/me`).

    Raises:
        GraphError: There is none (404), or the caller of `/me` is an application (400).
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


def _group_of(call: Call) -> Group:
    """Find the group in the path by id (otherwise 404)."""
    known = call.directory.principal(call.parts["id"].lower())
    if isinstance(known, Group) and known.tenant_id == call.caller.tenant.id:
        return known
    raise not_found(call.parts["id"])


def show_user(call: Call) -> Reply:
    person = person_of(call)
    is_limited = person != call.caller.person and not call.caller.has(*READ_PEOPLE)
    return shown(call, "users", _user(person, is_limited=is_limited), _default(is_limited=is_limited))


def list_users(call: Call) -> Reply:
    is_limited = not call.caller.has(*READ_PEOPLE)
    users = (_user(person, is_limited=is_limited) for person in call.directory.people_of(call.caller.tenant))
    return listed(call, "users", users, _default(is_limited=is_limited))


def _user(person: Person, *, is_limited: bool) -> Json:
    """Return what a caller sees of a person; `is_limited` callers see the basic properties only."""
    whole = shapes.user(person)
    return {name: whole[name] if name in shapes.USER_BASIC else None for name in whole} if is_limited else whole


def _default(*, is_limited: bool) -> tuple[str, ...]:
    return shapes.USER_BASIC if is_limited else tuple(shapes.USER_DEFAULT)


def list_groups(call: Call) -> Reply:
    return listed(call, "groups", map(shapes.group, call.in_tenant(call.directory.groups)))


def show_group(call: Call) -> Reply:
    return shown(call, "groups", shapes.group(_group_of(call)))


def list_members(call: Call) -> Reply:
    """List the direct members; names of people need a permission of their own."""
    refuse_plain_filter(call)
    known = (call.directory.principal(member) for member in sorted(_group_of(call).members))
    members = (shapes.member(call.directory, member) for member in known if member)
    if not call.caller.has(*READ_BASICS):
        members = (shapes.without_names(each) if "userPrincipalName" in each else each for each in members)
    return listed(call, "directoryObjects", members)


def list_organization(call: Call) -> Reply:
    return listed(call, "organization", [shapes.organization(call.caller.tenant)])


def list_contexts(call: Call) -> Reply:
    """List the authentication contexts that policies and APIs refer to."""
    contexts = (
        {"id": known.id, "displayName": known.name, "description": "", "isAvailable": True}
        for known in call.in_tenant(call.directory.contexts)
    )
    return listed(call, CONTEXTS.lstrip("/"), contexts)


def member_of(call: Call, *, transitive: bool = False, cast: bool = False) -> Reply:
    """List a person's groups, and without the cast to groups also the directory roles.

    The documentation wants header and count with every cast; the service answers casts with neither, too. A filter
    needs both everywhere.
    """
    if cast and call.eventual != is_counted(call):
        raise unsupported("The header 'ConsistencyLevel: eventual' and '$count=true' need each other here.")
    refuse_plain_filter(call)
    person = person_of(call)
    groups = call.directory.groups_of(person.object_id, transitive=transitive)
    members = [shapes.member(call.directory, known) for known in groups]
    if not call.caller.has(*READ_GROUPS):
        members = [shapes.without_names(known) for known in members]
    return listed(call, "groups", members) if cast else listed(call, "directoryObjects", members + _roles(person))


member_of_groups = partial(member_of, cast=True)
transitive_member_of = partial(member_of, transitive=True)
transitive_member_of_groups = partial(member_of, transitive=True, cast=True)


def _roles(person: Person) -> list[dict[str, object]]:
    return [shapes.directory_role(person, role) for role in person.directory_roles]


def get_member_objects(call: Call) -> Reply:
    return _ids(call, [*_group_ids(call), *(role["id"] for role in _roles(person_of(call)))])


def get_member_groups(call: Call) -> Reply:
    return _ids(call, _group_ids(call))


def check_member_groups(call: Call) -> Reply:
    wanted = call.body.get("groupIds")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(known, str) for known in wanted):
        raise bad_request("'groupIds' must be a list of ids.")
    if len(wanted) > _MOST_CHECKED:
        raise bad_request(f"'groupIds' must have at most {_MOST_CHECKED} ids.")
    mine = {known.object_id for known in call.directory.groups_of(person_of(call).object_id)}
    return _ids(call, [known for known in wanted if known.lower() in mine])


def _group_ids(call: Call) -> list[object]:
    only_security = flag(call.body, "securityEnabledOnly")
    groups = call.directory.groups_of(person_of(call).object_id)
    return [known.object_id for known in groups if known.security or not only_security]


def _ids(call: Call, ids: list[object]) -> Reply:
    call.only()
    return reply(call, "Collection(Edm.String)", {"value": ids})


def userinfo(emulator: Emulator, authorization: str | None, *, origin: str, is_v1: bool) -> dict[str, str]:
    """Answer the userinfo endpoint with the claims that the token's scopes allow; v1.0 adds `oid` and `upn`.

    `origin` is the scheme and host that was asked. https://learn.microsoft.com/entra/identity-platform/userinfo

    Raises:
        GraphError: The token is not valid (401), or lacks the scope `openid` (403).
    """
    caller = read_caller(emulator, authorization)
    client = emulator.directory.application(caller.tenant, caller.client_id)
    if caller.person is None or client is None or not caller.has("openid"):
        raise denied()
    person = caller.person
    claims = {"sub": subject_for(person, client)}
    if is_v1:
        claims |= {"oid": person.object_id, "upn": person.user_principal_name}
    if caller.has("profile"):
        claims |= {"name": person.name, "family_name": person.family_name, "given_name": person.given_name}
        claims["picture"] = f"{origin}/v1.0/me/photo/$value"
    return claims | ({"email": person.address} if caller.has("email") else {})
