"""Understands what an API offers: scopes, roles, and clients that need no consent; refuses what the service refuses.

https://learn.microsoft.com/graph/api/resources/apiapplication
"""

from __future__ import annotations

from dataclasses import replace

from entra_double._graph.bodies import GraphError, Json, bad_request, flag, guid, objects, text, texts
from entra_double._world.registration import AccessTokenVersion, AppRegistration, AppRole, DelegatedScope, PreAuthorised

_LONGEST_SCOPE = 120


def with_api(new: AppRegistration, api: Json) -> AppRegistration:
    """Read `api`; clients can be pre-authorised for scopes only that are there already."""
    before = {scope.id: scope.value for scope in new.scopes}
    return replace(
        new,
        access_token_version=_version(api, new.access_token_version),
        scopes=_scopes(api, new.scopes) if "oauth2PermissionScopes" in api else new.scopes,
        known_clients=(
            texts(api, "knownClientApplications") if "knownClientApplications" in api else new.known_clients
        ),
        pre_authorised=(
            tuple(_pre_authorised(each, before) for each in objects(api, "preAuthorizedApplications"))
            if "preAuthorizedApplications" in api
            else new.pre_authorised
        ),
    )


def _version(api: Json, otherwise: AccessTokenVersion | None) -> AccessTokenVersion | None:
    if "requestedAccessTokenVersion" not in api:
        return otherwise
    value = api["requestedAccessTokenVersion"]
    if value is None:
        return None
    if value == 1 and value is not True:
        return 1
    if value != 2:
        raise bad_request("'requestedAccessTokenVersion' must be 1, 2 or null.")
    return 2


def _scopes(api: Json, before: tuple[DelegatedScope, ...]) -> tuple[DelegatedScope, ...]:
    scopes = tuple(
        DelegatedScope(
            id=guid(each, "id"),
            value=_value(each),
            admin_consent=_is_for_admins(each),
            enabled=flag(each, "isEnabled", True),
            name=text(each, "adminConsentDisplayName", ""),
            description=text(each, "adminConsentDescription", ""),
        )
        for each in objects(api, "oauth2PermissionScopes")
    )
    _refuse_clashes(scopes, before)
    return scopes


def _is_for_admins(scope: Json) -> bool:
    kind = text(scope, "type", "User")
    if kind not in ("User", "Admin"):
        raise bad_request("'type' of a scope must be User or Admin.")
    return kind == "Admin"


def read_roles(body: Json, before: tuple[AppRole, ...]) -> tuple[AppRole, ...]:
    roles = []
    for each in objects(body, "appRoles"):
        kinds = set(texts(each, "allowedMemberTypes"))
        if not kinds or kinds - {"User", "Application"}:
            raise bad_request("'allowedMemberTypes' must name User, Application or both.")
        role = AppRole(
            id=guid(each, "id"),
            value=_value(each),
            for_people="User" in kinds,
            for_applications="Application" in kinds,
            enabled=flag(each, "isEnabled", True),
            name=text(each, "displayName"),
            description=text(each, "description", ""),
        )
        roles.append(role)
    _refuse_clashes(tuple(roles), before)
    return tuple(roles)


def _value(each: Json) -> str:
    value = text(each, "value")
    if len(value) > _LONGEST_SCOPE or any(letter.isspace() for letter in value):
        raise bad_request(f"'value' must have at most {_LONGEST_SCOPE} characters and no space.")
    return value


def _refuse_clashes(
    new: tuple[DelegatedScope, ...] | tuple[AppRole, ...], before: tuple[DelegatedScope, ...] | tuple[AppRole, ...]
) -> None:
    """Refuse what stands twice, and the removal of what is still enabled."""
    ids = {each.id for each in new}
    if len(ids) != len(new) or len({each.value for each in new}) != len(new):
        raise bad_request("Scopes and roles must differ in 'id' and in 'value'.")
    if any(each.enabled and each.id not in ids for each in before):
        message = "Property value cannot be deleted unless it is disabled first."
        raise GraphError(400, "CannotDeleteOrUpdateEnabledEntitlement", message)


def _pre_authorised(each: Json, scopes: dict[str, str]) -> PreAuthorised:
    ids = [known.lower() for known in texts(each, "delegatedPermissionIds")]
    if any(known not in scopes for known in ids):
        raise bad_request("'delegatedPermissionIds' must name scopes that the application has already.")
    return PreAuthorised(client_id=guid(each, "appId"), scopes=frozenset(scopes[known] for known in ids))
