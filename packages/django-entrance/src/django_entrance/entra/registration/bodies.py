"""Writes registrations as Microsoft Graph has them, on top of what is there: nothing of anyone else is removed.

https://learn.microsoft.com/graph/api/resources/application
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django_entrance.entra.registration.wanted import GRAPH_ID, GRAPH_ROLES, GRAPH_SCOPES, Claim, Entry, Wanted

Json = dict[str, Any]

HAS_GROUPS = frozenset({"ApplicationGroup", "SecurityGroup", "All"})
"""Values of ``groupMembershipClaims`` with which a token lists the groups that ``ACCESS`` may name."""

READ_ONLY = ("origin",)
"""Members of an app role that Graph shows and does not take back."""


def api_properties(wanted: Wanted, known: Mapping[str, Any]) -> Json:
    """Return each property of the API's registration that the settings decide on, by path, as it should be.

    ``known`` is the registration as it is, or an empty one. Its client id decides the Application ID URI.
    """
    target = common_properties(wanted, known) | {
        **without_others("spa", known, wanted.web_redirect_uris),
        "api.requestedAccessTokenVersion": 2,
        "api.oauth2PermissionScopes": merged(at(known, "api.oauth2PermissionScopes"), wanted.scopes, scope_body),
        "appRoles": merged(known.get("appRoles"), wanted.roles, role_body),
        "groupMembershipClaims": group_claims(known.get("groupMembershipClaims"), wanted=wanted.has_groups),
        "optionalClaims.accessToken": claims(at(known, "optionalClaims.accessToken"), wanted.access_token_claims),
        "optionalClaims.idToken": claims(at(known, "optionalClaims.idToken"), wanted.id_token_claims),
        "web.redirectUris": union(at(known, "web.redirectUris"), wanted.web_redirect_uris),
        "requiredResourceAccess": required(known, GRAPH_ID, graph_access(wanted)),
    }
    if wanted.is_one_registration:
        target["spa.redirectUris"] = union(at(known, "spa.redirectUris"), wanted.spa_redirect_uris)
    if app_id := known.get("appId"):
        uri = wanted.app_id_uri or f"api://{app_id}"
        target["identifierUris"] = union(known.get("identifierUris"), (uri,))
    return target


def spa_properties(wanted: Wanted, known: Mapping[str, Any], api: Mapping[str, Any]) -> Json:
    """Return the same for the single-page application, which asks for every scope of ours at the API."""
    own_access = [{"id": each, "type": "Scope"} for each in scope_ids(wanted, api)]
    moved = without_others("web", known, wanted.spa_redirect_uris)
    with_graph = required(known, GRAPH_ID, [{"id": each, "type": "Scope"} for each in GRAPH_SCOPES.values()])
    return common_properties(wanted, known) | {
        **moved,
        "spa.redirectUris": union(at(known, "spa.redirectUris"), wanted.spa_redirect_uris),
        "optionalClaims.idToken": claims(at(known, "optionalClaims.idToken"), wanted.id_token_claims),
        "requiredResourceAccess": required({"requiredResourceAccess": with_graph}, api["appId"], own_access),
    }


def common_properties(wanted: Wanted, known: Mapping[str, Any]) -> Json:
    """Return what both have. An audience or address that is there already stays, since it may be anyone's."""
    return {
        "signInAudience": known.get("signInAudience") or wanted.audience,
        "web.logoutUrl": at(known, "web.logoutUrl") or wanted.front_channel,
    }


def without_others(platform: str, known: Mapping[str, Any], ours: Iterable[str]) -> Json:
    """Return the redirect URIs of the wrong platform without ours: a URI has one platform (AADSTS9002326 otherwise)."""
    path = f"{platform}.redirectUris"
    there = at(known, path) or []
    left = [uri for uri in there if uri not in ours]
    return {path: left} if left != there else {}


def scope_ids(wanted: Wanted, api: Mapping[str, Any]) -> list[str]:
    """Return the ids that the API has for our scopes, which may be older than ours."""
    ids = {each["value"]: each["id"] for each in at(api, "api.oauth2PermissionScopes") or ()}
    return [ids[scope.value] for scope in wanted.scopes]


def pre_authorised(known: Mapping[str, Any], client_id: str, ids: Iterable[str]) -> list[Json]:
    """Return the API's pre-authorised clients with one more, or with more scopes of one."""
    clients = [dict(each) for each in at(known, "api.preAuthorizedApplications") or ()]
    ours = next((each for each in clients if each["appId"] == client_id), None)
    if ours is None:
        return [*clients, {"appId": client_id, "delegatedPermissionIds": sorted(ids)}]
    ours["delegatedPermissionIds"] = union(ours["delegatedPermissionIds"], sorted(ids))
    return clients


def scope_body(scope: Entry) -> Json:
    text = "Use the application as you: it sees who you are, and what you may do there."
    return {
        "id": scope.id,
        "value": scope.value,
        "type": "User",
        "isEnabled": True,
        "adminConsentDisplayName": "Use the application as the signed-in person",
        "adminConsentDescription": "The front end calls the API as the signed-in person.",
        "userConsentDisplayName": "Use the application as you",
        "userConsentDescription": text,
    }


def role_body(role: Entry) -> Json:
    return {
        "id": role.id,
        "value": role.value,
        "displayName": role.value,
        "description": f"{role.value}: what it gives is in the application's settings, under ACCESS.",
        "allowedMemberTypes": ["User"],
        "isEnabled": True,
    }


def merged(known: Iterable[Json] | None, wanted: Iterable[Entry], body: Any) -> list[Json]:
    """Return scopes or roles with ours: added, or enabled (and open to people) where the value is there already."""
    entries = [{name: value for name, value in each.items() if name not in READ_ONLY} for each in known or ()]
    by_value = {each["value"]: each for each in entries}
    for entry in wanted:
        fresh = body(entry)
        if there := by_value.get(entry.value):
            there["isEnabled"] = True
            if "allowedMemberTypes" in fresh:
                there["allowedMemberTypes"] = union(there["allowedMemberTypes"], fresh["allowedMemberTypes"])
        else:
            entries.append(fresh)
    return entries


def claims(known: Iterable[Json] | None, wanted: Iterable[Claim]) -> list[Json]:
    """Return optional claims with ours, and with their additional properties."""
    entries = [dict(each) for each in known or ()]
    by_name = {each["name"]: each for each in entries}
    for claim in wanted:
        if there := by_name.get(claim.name):
            there["additionalProperties"] = union(there.get("additionalProperties"), claim.additional)
        else:
            entries.append({"name": claim.name, "essential": False, "additionalProperties": list(claim.additional)})
    return entries


def group_claims(known: str | None, *, wanted: bool) -> str | None:
    """Return ``groupMembershipClaims``: what is there, and the groups assigned to the application if none are there."""
    kinds = [kind.strip() for kind in (known or "None").split(",")]
    if not wanted or HAS_GROUPS.intersection(kinds):
        return known
    return ", ".join(["ApplicationGroup", *(kind for kind in kinds if kind != "None")])


def graph_access(wanted: Wanted) -> list[Json]:
    """Return what the API requests at Graph: to sign people in, and to read groups that a token leaves out."""
    scopes = [{"id": GRAPH_SCOPES[name], "type": "Scope"} for name in ("openid", "profile")]
    return [*scopes, *({"id": GRAPH_ROLES[name], "type": "Role"} for name in wanted.graph_roles)]


def required(known: Mapping[str, Any], resource: str, access: Iterable[Json]) -> list[Json]:
    """Return ``requiredResourceAccess`` with these permissions of one API added."""
    apis = [dict(each) for each in known.get("requiredResourceAccess") or ()]
    ours = next((each for each in apis if each["resourceAppId"] == resource), None)
    if ours is None:
        ours = {"resourceAppId": resource, "resourceAccess": []}
        apis.append(ours)
    there = {(each["type"], each["id"]) for each in ours["resourceAccess"]}
    missing = [each for each in access if (each["type"], each["id"]) not in there]
    ours["resourceAccess"] = [*ours["resourceAccess"], *missing]
    return apis


def union(known: Iterable[str] | None, more: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*(known or ()), *more)))


def at(known: Mapping[str, Any], path: str) -> Any:
    """Return the property at a path such as ``web.redirectUris``, or None."""
    value: Any = known
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def nested(properties: Mapping[str, Any]) -> Json:
    """Return a body with each property in the objects that its path names."""
    body: Json = {}
    for path, value in properties.items():
        *outer, last = path.split(".")
        part = body
        for name in outer:
            part = part.setdefault(name, {})
        part[last] = value
    return body


def with_body(known: Mapping[str, Any], body: Mapping[str, Any]) -> Json:
    """Return an object as it is after a PATCH: objects are merged, lists are replaced."""
    both = dict(known)
    for name, value in body.items():
        old = both.get(name)
        both[name] = with_body(old, value) if isinstance(value, Mapping) and isinstance(old, Mapping) else value
    return both
