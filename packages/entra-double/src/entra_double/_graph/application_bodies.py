"""Reads what a registration is to become, and refuses what the service refuses (400).

https://learn.microsoft.com/graph/api/resources/application
https://learn.microsoft.com/entra/identity-platform/reference-microsoft-graph-app-manifest
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from typing import Any, TypeVar, get_type_hints

from entra_double._graph.application_keys import read_keys
from entra_double._graph.application_uris import read_identifier_uris, read_redirect_uris, refuse_lost_uris
from entra_double._graph.bodies import (
    GraphError,
    Json,
    bad_request,
    flag,
    guid,
    known_members,
    objects,
    optional_text,
    text,
    texts,
    whole,
)
from entra_double._world.directory import Directory
from entra_double._world.registration import (
    AccessTokenVersion,
    AppRegistration,
    AppRole,
    Audience,
    DelegatedScope,
    GroupClaims,
    OptionalClaim,
    Platform,
    PreAuthorised,
    RedirectUri,
    RequiredAccess,
)

_LONGEST_VALUE = 120
_PLATFORMS = {"web": Platform.WEB, "spa": Platform.SPA, "publicClient": Platform.PUBLIC_CLIENT}

Part = TypeVar("Part", DelegatedScope, AppRole, OptionalClaim)


def changed(known: AppRegistration, body: Json, directory: Directory) -> AppRegistration:
    """Return a registration with the changes of a body; what it does not mention stays."""
    known_members(body, _MEMBERS)
    if "optionalClaims" in body:
        body = {**body, "optionalClaims": {"accessToken": None, "idToken": None, **whole(body, "optionalClaims")}}
    members: dict[str, Any] = {
        name: _READERS[name](part, member, known, directory)
        for name, (part, member) in _parts_of(body).items()
        if member in part
    }
    new = replace(known, redirect_uris=_redirect_uris(known, body), **members)
    if "identifierUris" in body:
        new = replace(new, app_id_uris=read_identifier_uris(texts(body, "identifierUris"), new, directory))
    refuse_lost_uris(known, new, directory)
    if new.audience in (Audience.EVERYBODY, Audience.PERSONAL) and new.access_token_version != 2:
        raise bad_request("'api.requestedAccessTokenVersion' must be 2 where personal accounts may sign in.")
    return new


def _parts_of(body: Json) -> dict[str, tuple[Json, str]]:
    """Return for each field the object of the body that has it, and its name there."""
    parts = {}
    for name, path in _PATHS.items():
        *outer, member = path.split(".")
        part = body
        for one in outer:
            part = whole(part, one)
        parts[name] = (part, member)
    return parts


def _redirect_uris(known: AppRegistration, body: Json) -> tuple[RedirectUri, ...]:
    uris = list(known.redirect_uris)
    for name, platform in _PLATFORMS.items():
        part = whole(body, name)
        if "redirectUris" in part:
            uris = [each for each in uris if each.platform is not platform]
            uris += read_redirect_uris(texts(part, "redirectUris"), platform)
    if len({each.uri for each in uris}) != len(uris):
        raise bad_request("A redirect URI must be on one platform, once.")
    return tuple(uris)


def _audience(body: Json, name: str, known: AppRegistration, _: Directory) -> Audience:
    value = text(body, name, known.audience)
    if value not in list(Audience):
        raise bad_request(f"'signInAudience' must be one of {', '.join(Audience)}.")
    return Audience(value)


def _group_claims(body: Json, name: str, *_: object) -> frozenset[GroupClaims]:
    value = optional_text(body, name) or "None"
    names = {known.strip() for known in value.split(",")} - {"None"}
    if names - set(GroupClaims):
        raise bad_request(f"'groupMembershipClaims' must be None, {', '.join(GroupClaims)}, or several of them.")
    return frozenset(map(GroupClaims, names))


def _version(body: Json, name: str, *_: object) -> AccessTokenVersion | None:
    value = body[name]
    if value is None:
        return None
    if value == 1 and value is not True:
        return 1
    if value != 2:
        raise bad_request("'requestedAccessTokenVersion' must be 1, 2 or null.")
    return 2


def _scopes(body: Json, name: str, known: AppRegistration, _: Directory) -> tuple[DelegatedScope, ...]:
    scopes = [(_part(DelegatedScope, each), text(each, "type", "User")) for each in objects(body, name)]
    if any(kind not in ("User", "Admin") for _, kind in scopes):
        raise bad_request("'type' of a scope must be User or Admin.")
    new = tuple(replace(scope, admin_consent=kind == "Admin") for scope, kind in scopes)
    _refuse_clashes(new, known.scopes)
    return new


def _roles(body: Json, name: str, known: AppRegistration, _: Directory) -> tuple[AppRole, ...]:
    roles = []
    for each in objects(body, name):
        kinds = set(texts(each, "allowedMemberTypes"))
        if not kinds or kinds - {"User", "Application"}:
            raise bad_request("'allowedMemberTypes' must name User, Application or both.")
        text(each, "displayName")
        role = _part(AppRole, each)
        roles.append(replace(role, for_people="User" in kinds, for_applications="Application" in kinds))
    _refuse_clashes(roles, known.app_roles)
    return tuple(roles)


def _refuse_clashes(
    new: list[AppRole] | tuple[DelegatedScope, ...], before: tuple[AppRole | DelegatedScope, ...]
) -> None:
    """Refuse two of the same id or value, and the removal of what is still enabled."""
    ids = {each.id for each in new}
    if len(ids) != len(new) or len({each.value for each in new}) != len(new):
        raise bad_request("Scopes and roles must differ in 'id' and in 'value'.")
    if any(each.enabled and each.id not in ids for each in before):
        message = "Property value cannot be deleted unless it is disabled first."
        raise GraphError(400, "CannotDeleteOrUpdateEnabledEntitlement", message)
    for value in (each.value for each in new):
        if len(value) > _LONGEST_VALUE or any(letter.isspace() for letter in value):
            raise bad_request(f"'value' must have at most {_LONGEST_VALUE} characters and no space.")


def _claims(body: Json, name: str, *_: object) -> tuple[OptionalClaim, ...]:
    return tuple(_part(OptionalClaim, each) for each in objects(body, name))


def _part(kind: type[Part], each: Json) -> Part:
    """Read the members that are fields of a scope, role or claim."""
    hints = get_type_hints(kind)
    members: dict[str, Any] = {}
    for field in fields(kind):
        if name := field.metadata.get("graph"):
            default = None if field.default is MISSING else field.default
            members[field.name] = _member(each, name, hints[field.name], default)
    return kind(**members)


def _member(each: Json, name: str, kind: type, default: Any) -> object:
    if kind is bool:
        return flag(each, name, default)
    if kind is str:
        return guid(each, name) if name == "id" else text(each, name, default)
    return frozenset(texts(each, name)) if each.get(name) else default


def _pre_authorised(body: Json, name: str, known: AppRegistration, _: Directory) -> tuple[PreAuthorised, ...]:
    """Read pre-authorised clients; they may have only scopes that the application has already."""
    values = {scope.id: scope.value for scope in known.scopes}
    found = []
    for each in objects(body, name):
        ids = [scope_id.lower() for scope_id in texts(each, "delegatedPermissionIds")]
        if any(scope_id not in values for scope_id in ids):
            raise bad_request("'delegatedPermissionIds' must name scopes that the application has already.")
        scopes = frozenset(values[scope_id] for scope_id in ids)
        found.append(PreAuthorised(client_id=guid(each, "appId"), scopes=scopes))
    return tuple(found)


def _required_access(body: Json, name: str, _: AppRegistration, directory: Directory) -> tuple[RequiredAccess, ...]:
    return tuple(_required(each, directory) for each in objects(body, name))


def _required(each: Json, directory: Directory) -> RequiredAccess:
    resource_id = guid(each, "resourceAppId")
    api = directory.registration(resource_id)
    if api is None:
        raise bad_request(f"There is no application '{resource_id}'.")
    wanted = [(text(access, "type"), guid(access, "id")) for access in objects(each, "resourceAccess")]
    names = {("Scope", known.id): known.value for known in api.scopes}
    names |= {("Role", known.id): known.value for known in api.app_roles}
    if unknown := next((known for kind, known in wanted if (kind, known) not in names), None):
        raise bad_request(f"'{api.name}' has no permission '{unknown}' of that type.")
    return RequiredAccess(
        resource_id=resource_id,
        scopes=tuple(names[key] for key in wanted if key[0] == "Scope"),
        roles=tuple(names[key] for key in wanted if key[0] == "Role"),
    )


def _flag(field: str) -> Callable[[Json, str, AppRegistration, Directory], bool]:
    return lambda body, name, known, _: flag(body, name, getattr(known, field))


_READERS: Mapping[str, Callable[[Json, str, AppRegistration, Directory], object]] = {
    "name": lambda body, name, *_: text(body, name),
    "audience": _audience,
    "logout_uri": lambda body, name, *_: optional_text(body, name),
    **{field: _flag(field) for field in ("public_client", "implicit_id_token", "implicit_access_token")},
    "access_token_version": _version,
    "scopes": _scopes,
    "app_roles": _roles,
    "known_clients": lambda body, name, *_: texts(body, name),
    "pre_authorised": _pre_authorised,
    "group_claims": _group_claims,
    "access_token_claims": _claims,
    "id_token_claims": _claims,
    "required_access": _required_access,
    "certificates": read_keys,
}
_PATHS = {field.name: field.metadata["graph"] for field in fields(AppRegistration) if field.name in _READERS}
_MEMBERS = frozenset({path.partition(".")[0] for path in _PATHS.values()} | {*_PLATFORMS, "identifierUris"})
