"""Makes the claims about groups and roles, and what stands in their place when there are too many.

https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims
"""

from __future__ import annotations

from entra_double._tokens.claims.common import Source
from entra_double._tokens.verifying import Claims
from entra_double._world.ids import DEFAULT_USER_ROLE, GRAPH_CLIENT_ID
from entra_double._world.principals import Group
from entra_double._world.registration import GroupClaims

MOST_THROUGH_BROWSER = 5
_MOST = 200

_WITH_ROLES = frozenset({GroupClaims.SECURITY, GroupClaims.ROLES, GroupClaims.ALL})


def group_and_role_claims(source: Source) -> Claims:
    """Give `groups` or the sign that there are too many, `roles`, and `wids`."""
    person, audience = source.person, source.audience
    groups, properties = _groups(source), source.properties_of("groups")
    roles = list(source.directory.roles_of(person, audience))
    claims: Claims = _directory_roles(source)
    if len(groups) > _limit(source):
        claims |= _too_many(source)
    elif groups:
        names = [_name(group, properties, audience.group_claims) for group in groups]
        if "emit_as_roles" in properties:
            roles = names
        else:
            claims["groups"] = names
    return claims | ({"roles": roles} if roles else {})


def _groups(source: Source) -> tuple[Group, ...]:
    """Give the groups that the token names, by object id."""
    modes, directory, person = source.audience.group_claims, source.directory, source.person
    if not modes:
        return ()
    every = directory.groups_of(person.object_id)
    if GroupClaims.ALL in modes:
        return every
    chosen: set[str] = set()
    if GroupClaims.SECURITY in modes:
        chosen |= {group.object_id for group in every if group.security}
    if GroupClaims.ASSIGNED in modes:
        direct = directory.groups_of(person.object_id, transitive=False)
        place = person.tenant_id, source.audience.client_id
        chosen |= {group.object_id for group in direct if directory.role_ids_of(group.object_id, *place)}
    return tuple(group for group in every if group.object_id in chosen)


def _limit(source: Source) -> int:
    if source.through_browser:
        return MOST_THROUGH_BROWSER
    return source.tenant.most_groups if source.tenant else _MOST


def _too_many(source: Source) -> Claims:
    """Say that there are groups, in the service's words; its address of Azure AD Graph is retired."""
    if source.through_browser:
        return {"hasgroups": True}
    person = source.person
    address = f"https://graph.windows.net/{person.tenant_id}/users/{person.object_id}/getMemberObjects"
    return {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": address}}}


def _name(group: Group, properties: frozenset[str], modes: frozenset[GroupClaims]) -> str:
    """Give a group as the registration wants it named; one that is not synchronised keeps its object id."""
    account = group.sam_account_name
    if account and "netbios_domain_and_sam_account_name" in properties and group.netbios_domain:
        return f"{group.netbios_domain}\\{account}"
    if account and "dns_domain_and_sam_account_name" in properties and group.dns_domain:
        return f"{group.dns_domain}\\{account}"
    if account and "sam_account_name" in properties:
        return account
    if not account and "cloud_displayname" in properties and GroupClaims.ASSIGNED in modes:
        return group.name
    return group.object_id


def _directory_roles(source: Source) -> Claims:
    """Give `wids`, which Microsoft Graph's tokens always have."""
    audience = source.audience
    wanted = audience.client_id == GRAPH_CLIENT_ID or source.wants("wids")
    if not wanted and not _WITH_ROLES & audience.group_claims:
        return {}
    return {"wids": [*source.person.directory_roles, DEFAULT_USER_ROLE]}
