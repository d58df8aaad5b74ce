"""Answers Microsoft Graph v1.0, as far as sign-in, groups and registration need it: the table of its operations."""

from collections.abc import Callable, Iterator
from typing import Literal

from entra_double._graph import applications, federated, owners, permissions, service_principals, users_and_groups
from entra_double._graph.call import Access, Call, Operation, Reply


def _same(*needs: frozenset[str], oneself: frozenset[str] = frozenset()) -> Access:
    return Access(needs, needs, oneself)


_USER_READ, _DIRECTORY = frozenset({"User.Read"}), frozenset({"Directory.Read.All"})
_READ_USERS = frozenset(users_and_groups.READ_BASICS)
_READ_GROUPS = frozenset(users_and_groups.READ_GROUPS)
_READ_MEMBERSHIPS = _READ_GROUPS | {"User.Read.All"}
_WRITE_ALL, _WRITE_OWNED = frozenset({applications.WRITE_ALL}), frozenset({"Application.ReadWrite.OwnedBy"})
_READ_APPLICATIONS = _WRITE_ALL | _DIRECTORY | {"Application.Read.All"}
_GRANT = frozenset({"DelegatedPermissionGrant.ReadWrite.All"})

_ME = Access((_USER_READ | _READ_USERS,), (_READ_USERS,), _USER_READ)
_USERS, _USER = _same(_READ_USERS), _same(_READ_USERS, oneself=_USER_READ)
_GROUPS = _same(_READ_GROUPS)
_MEMBERSHIPS = _same(_READ_MEMBERSHIPS, oneself=_USER_READ)
_CHECK_MEMBERSHIPS = _same(_READ_MEMBERSHIPS)
_ORGANIZATION = Access((_USER_READ | _DIRECTORY,), (_DIRECTORY,))
_CONTEXTS = _same(frozenset({"Policy.Read.ConditionalAccess"}))
_READ = Access((_READ_APPLICATIONS,), (_READ_APPLICATIONS | _WRITE_OWNED,))
_WRITE = Access((_WRITE_ALL,), (_WRITE_ALL | _WRITE_OWNED,))
_READ_ASSIGNMENTS = _same(_READ_APPLICATIONS)
_WRITE_ASSIGNMENTS = _same(frozenset({"AppRoleAssignment.ReadWrite.All"}), _READ_APPLICATIONS)
_READ_GRANTS, _WRITE_GRANTS = _same(_GRANT | _DIRECTORY), _same(_GRANT)

_Row = tuple[Literal["GET", "POST", "PATCH", "DELETE"], str, Callable[[Call], Reply | None], Access]


def _under(paths: tuple[str, ...], *rows: _Row) -> Iterator[Operation]:
    """Make the operations of an object that has several addresses."""
    return (Operation(method, path + rest, answer, access) for path in paths for method, rest, answer, access in rows)


OPERATIONS = (
    *_under(
        ("",),
        ("GET", "/me", users_and_groups.show_user, _ME),
        ("GET", "/users", users_and_groups.list_users, _USERS),
        ("GET", "/users/{user}", users_and_groups.show_user, _USER),
        ("GET", "/groups", users_and_groups.list_groups, _GROUPS),
        ("GET", "/groups/{id}", users_and_groups.show_group, _GROUPS),
        ("GET", "/groups/{id}/members", users_and_groups.list_members, _GROUPS),
        ("GET", "/organization", users_and_groups.list_organization, _ORGANIZATION),
        ("GET", users_and_groups.CONTEXTS, users_and_groups.list_contexts, _CONTEXTS),
        ("GET", "/applications", applications.list_applications, _READ),
        ("POST", "/applications", applications.create_application, _WRITE),
        ("GET", "/servicePrincipals", service_principals.list_service_principals, _READ),
        ("POST", "/servicePrincipals", service_principals.create_service_principal, _WRITE),
        ("GET", "/oauth2PermissionGrants", permissions.list_grants, _READ_GRANTS),
        ("POST", "/oauth2PermissionGrants", permissions.create_grant, _WRITE_GRANTS),
        ("GET", "/oauth2PermissionGrants/{id}", permissions.show_grant, _READ_GRANTS),
        ("PATCH", "/oauth2PermissionGrants/{id}", permissions.change_grant, _WRITE_GRANTS),
        ("DELETE", "/oauth2PermissionGrants/{id}", permissions.delete_grant, _WRITE_GRANTS),
    ),
    *_under(
        ("/me", "/users/{user}"),
        ("GET", "/memberOf", users_and_groups.member_of, _MEMBERSHIPS),
        ("GET", "/memberOf/microsoft.graph.group", users_and_groups.member_of_groups, _MEMBERSHIPS),
        ("GET", "/transitiveMemberOf", users_and_groups.transitive_member_of, _MEMBERSHIPS),
        (
            "GET",
            "/transitiveMemberOf/microsoft.graph.group",
            users_and_groups.transitive_member_of_groups,
            _MEMBERSHIPS,
        ),
        ("POST", "/getMemberObjects", users_and_groups.get_member_objects, _MEMBERSHIPS),
        ("POST", "/getMemberGroups", users_and_groups.get_member_groups, _CHECK_MEMBERSHIPS),
        ("POST", "/checkMemberGroups", users_and_groups.check_member_groups, _CHECK_MEMBERSHIPS),
    ),
    *_under(
        ("/applications(uniqueName='{unique_name}')",),
        ("GET", "", applications.show_unique, _READ),
        ("PATCH", "", applications.change_or_create, _WRITE),
    ),
    *_under(
        ("/applications/{id}", "/applications(appId='{app_id}')"),
        ("GET", "", applications.show_application, _READ),
        ("PATCH", "", applications.change_application, _WRITE),
        ("DELETE", "", applications.delete_application, _WRITE),
        ("POST", "/addPassword", applications.add_password, _WRITE),
        ("POST", "/removePassword", applications.remove_password, _WRITE),
        ("GET", "/federatedIdentityCredentials", federated.list_credentials, _READ),
        ("POST", "/federatedIdentityCredentials", federated.add_credential, _WRITE),
        ("DELETE", "/federatedIdentityCredentials/{credential}", federated.remove_credential, _WRITE),
        ("GET", "/owners", owners.list_owners, _READ),
        ("POST", "/owners/$ref", owners.add_owner, _WRITE),
        ("DELETE", "/owners/{owner}/$ref", owners.remove_owner, _WRITE),
    ),
    *_under(
        ("/servicePrincipals/{id}", "/servicePrincipals(appId='{app_id}')"),
        ("GET", "", service_principals.show_service_principal, _READ),
        ("PATCH", "", service_principals.change_service_principal, _WRITE),
        ("GET", "/owners", owners.list_owners_of_entry, _READ),
        ("GET", "/appRoleAssignments", permissions.list_assignments, _READ_ASSIGNMENTS),
        ("GET", "/appRoleAssignedTo", permissions.list_assigned_to, _READ_ASSIGNMENTS),
        ("POST", "/appRoleAssignedTo", permissions.create_assignment, _WRITE_ASSIGNMENTS),
        ("DELETE", "/appRoleAssignedTo/{assignment}", permissions.delete_assignment, _WRITE_ASSIGNMENTS),
    ),
)
"""All operations of Graph, each with the permissions that it needs."""
