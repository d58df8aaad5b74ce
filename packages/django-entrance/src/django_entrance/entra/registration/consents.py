"""Says which consents an administrator gives for the whole tenant, so that people are not asked, and Graph answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django_entrance.entra.registration.changes import ASSIGN_ROLES, GRANT_SCOPES, Change, Item
from django_entrance.entra.registration.found import Found
from django_entrance.entra.registration.wanted import GRAPH_ROLES, Wanted

Json = Mapping[str, Any]

SIGN_IN_SCOPES = ("openid", "profile")
"""What page sign-in asks for; MSAL in the browser asks for ``offline_access`` as well."""


def consents(wanted: Wanted, found: Found) -> Iterator[Change]:
    """Yield the grants that are missing: scopes of the API and of Graph for both clients, then roles at Graph."""
    api, spa, graph = found.api_entry, found.spa_entry, found.graph_entry
    if "grants" not in found.unread:
        if api and graph and (wanted.web_redirect_uris or wanted.is_one_registration):
            yield from grant(found, api, graph, SIGN_IN_SCOPES, "consent: the API signs people in")
        if api and spa:
            names = [scope.value for scope in wanted.scopes]
            yield from grant(found, spa, api, names, "consent: the front end uses the API")
        if spa and graph:
            asked = (*SIGN_IN_SCOPES, "offline_access")
            yield from grant(found, spa, graph, asked, "consent: the front end signs people in")
    if api and graph and "graph_roles" not in found.unread:
        for name in wanted.graph_roles:
            yield from graph_role(found, api, graph, name)


def grant(found: Found, client: Json, resource: Json, scopes: Any, title: str) -> Iterator[Change]:
    """Yield a grant for everyone in the tenant, or the scopes that one lacks."""
    pair = (client["id"], resource["id"])
    known = next((each for each in found.grants if (each["clientId"], each["resourceId"]) == pair), None)
    before = known["scope"].split() if known else []
    if set(scopes) <= set(before):
        return
    text = " ".join(dict.fromkeys([*before, *scopes]))
    body = {"clientId": pair[0], "consentType": "AllPrincipals", "resourceId": pair[1], "scope": text}
    yield Change(
        key=title,
        title=f"{title} ({' '.join(scopes)}), for everyone in the tenant",
        method="PATCH" if known else "POST",
        path=f"/oauth2PermissionGrants/{known['id']}" if known else "/oauth2PermissionGrants",
        body={"scope": text} if known else body,
        place="grants",
        items=(Item(name="scope", before=" ".join(before) or None, after=text),),
        permission=GRANT_SCOPES,
        is_optional=True,
    )


def graph_role(found: Found, api: Json, graph: Json, name: str) -> Iterator[Change]:
    """Yield the grant of an application permission of Graph to the API."""
    role = GRAPH_ROLES[name]
    if any((each["appRoleId"], each["resourceId"]) == (role, graph["id"]) for each in found.graph_roles):
        return
    yield Change(
        key=f"consent: {name}",
        title=f"consent: the API may ask Graph for groups that a token leaves out ({name})",
        method="POST",
        path=f"/servicePrincipals/{graph['id']}/appRoleAssignedTo",
        body={"principalId": api["id"], "resourceId": graph["id"], "appRoleId": role},
        place="graph_roles",
        items=(Item(name="appRoleAssignments", before=None, after=name),),
        permission=ASSIGN_ROLES,
        is_optional=True,
    )
