"""Answers which groups and directory roles somebody is in; that is where group claims that were too many lead to.

https://learn.microsoft.com/graph/api/user-list-transitivememberof
https://learn.microsoft.com/graph/api/directoryobject-getmemberobjects
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from entra_double._graph import shapes
from entra_double._graph.call import Call, Operation, Reply, one_of
from entra_double._graph.directory_objects import person_of, reads_groups
from entra_double._graph.errors import bad_request, unsupported
from entra_double._graph.paging import is_counted, listed, refuse_plain_filter
from entra_double._world.principals import Group

MOST_CHECKED = 20

_READS_GROUPS = ("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All")


def _member_of(*, transitive: bool, cast: bool) -> Callable[[Call], Reply]:
    """Make what lists a person's groups, and without the cast to groups also the directory roles.

    The documentation wants header and count with every cast; the service answers casts with neither, too. A filter
    needs both everywhere.
    """

    def answer(call: Call) -> Reply:
        if cast and call.eventual != is_counted(call):
            raise unsupported("The header 'ConsistencyLevel: eventual' and '$count=true' need each other here.")
        refuse_plain_filter(call)
        person = person_of(call)
        groups = call.directory.groups_of(person.object_id, transitive=transitive)
        shown = [shapes.group_object(known) for known in groups]
        if not reads_groups(call):
            shown = [shapes.without_names(known) for known in shown]
        if not cast:
            shown += [shapes.directory_role(person.tenant_id, role) for role in person.directory_roles]
        return listed(call, "groups" if cast else "directoryObjects", shown)

    return answer


def _member_objects(call: Call) -> Reply:
    person = person_of(call)
    roles = [shapes.directory_role_id(person.tenant_id, role) for role in person.directory_roles]
    return _ids(call, [known.object_id for known in _groups(call)] + roles)


def _member_groups(call: Call) -> Reply:
    return _ids(call, [known.object_id for known in _groups(call)])


def _check_member_groups(call: Call) -> Reply:
    asked = call.body.get("groupIds")
    if not isinstance(asked, list) or not asked or not all(isinstance(known, str) for known in asked):
        raise bad_request("'groupIds' must be a list of ids.")
    if len(asked) > MOST_CHECKED:
        raise bad_request(f"'groupIds' must have at most {MOST_CHECKED} ids.")
    mine = {known.object_id for known in call.directory.groups_of(person_of(call).object_id)}
    return _ids(call, [known for known in asked if known.lower() in mine])


def _groups(call: Call) -> list[Group]:
    only_security = call.body.get("securityEnabledOnly")
    if not isinstance(only_security, bool):
        raise bad_request("'securityEnabledOnly' must be true or false.")
    every = call.directory.groups_of(person_of(call).object_id)
    return [known for known in every if known.security or not only_security]


def _ids(call: Call, ids: list[str]) -> Reply:
    call.only()
    return Reply(body={"@odata.context": call.context("Collection(Edm.String)"), "value": ids})


_READS = one_of(*_READS_GROUPS, "User.Read.All")
_MYSELF = frozenset({"User.Read"})
_ACTIONS: tuple[tuple[Literal["GET", "POST"], str, Callable[[Call], Reply], frozenset[str]], ...] = (
    ("GET", "memberOf", _member_of(transitive=False, cast=False), _MYSELF),
    ("GET", "memberOf/microsoft.graph.group", _member_of(transitive=False, cast=True), _MYSELF),
    ("GET", "transitiveMemberOf", _member_of(transitive=True, cast=False), _MYSELF),
    ("GET", "transitiveMemberOf/microsoft.graph.group", _member_of(transitive=True, cast=True), _MYSELF),
    ("POST", "getMemberObjects", _member_objects, _MYSELF),
    ("POST", "getMemberGroups", _member_groups, frozenset()),
    ("POST", "checkMemberGroups", _check_member_groups, frozenset()),
)

OPERATIONS = tuple(
    Operation(
        method=method,
        path=f"{whose}/{action}",
        answer=answer,
        delegated=_READS,
        application=_READS,
        oneself=oneself,
    )
    for whose in ("/me", "/users/{user}")
    for method, action, answer, oneself in _ACTIONS
)
