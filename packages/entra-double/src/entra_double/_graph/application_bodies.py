"""Understands what a registration is to become, and refuses what the service refuses (400).

https://learn.microsoft.com/graph/api/resources/application
https://learn.microsoft.com/entra/identity-platform/reference-microsoft-graph-app-manifest
"""

from __future__ import annotations

from dataclasses import replace

from entra_double._graph.application_api import read_roles, with_api
from entra_double._graph.application_uris import read_identifier_uris, read_redirect_uris, refuse_lost_uris
from entra_double._graph.bodies import (
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
from entra_double._world.redirect_uris import Platform
from entra_double._world.registration import AppRegistration, Audience, GroupClaims, OptionalClaim, RequiredAccess

_KNOWN = frozenset(
    {
        "api",
        "appRoles",
        "displayName",
        "groupMembershipClaims",
        "identifierUris",
        "isFallbackPublicClient",
        "optionalClaims",
        "publicClient",
        "requiredResourceAccess",
        "signInAudience",
        "spa",
        "web",
    }
)


def changed(known: AppRegistration, body: Json, directory: Directory) -> AppRegistration:
    """Give a registration with what the body says; what it does not mention stays.

    Raises:
        GraphError: A property is not known, of another type, or against the rules (400).
    """
    known_members(body, _KNOWN)
    new = replace(
        known,
        name=text(body, "displayName") if "displayName" in body else known.name,
        audience=_audience(body, known.audience),
        public_client=flag(body, "isFallbackPublicClient", known.public_client),
    )
    new = _with_platforms(new, body)
    new = with_api(new, whole(body, "api"))
    if "appRoles" in body:
        new = replace(new, app_roles=read_roles(body, known.app_roles))
    if "groupMembershipClaims" in body:
        new = replace(new, group_claims=_group_claims(body))
    if "optionalClaims" in body:
        claims = whole(body, "optionalClaims")
        new = replace(
            new, access_token_claims=_claims(claims, "accessToken"), id_token_claims=_claims(claims, "idToken")
        )
    if "requiredResourceAccess" in body:
        new = replace(
            new, required_access=tuple(_required(each, directory) for each in objects(body, "requiredResourceAccess"))
        )
    if "identifierUris" in body:
        new = replace(new, app_id_uris=read_identifier_uris(texts(body, "identifierUris"), new, directory))
    refuse_lost_uris(known, new, directory)
    _refuse_wrong_version(new)
    return new


def _audience(body: Json, otherwise: Audience) -> Audience:
    value = optional_text(body, "signInAudience")
    if value is None:
        return otherwise
    if value not in list(Audience):
        raise bad_request(f"'signInAudience' must be one of {', '.join(Audience)}.")
    return Audience(value)


def _refuse_wrong_version(new: AppRegistration) -> None:
    if new.audience in (Audience.EVERYBODY, Audience.PERSONAL) and new.access_token_version != 2:
        raise bad_request("'api.requestedAccessTokenVersion' must be 2 where personal accounts may sign in.")


def _with_platforms(new: AppRegistration, body: Json) -> AppRegistration:
    uris = list(new.redirect_uris)
    for name, platform in (("web", Platform.WEB), ("spa", Platform.SPA), ("publicClient", Platform.PUBLIC_CLIENT)):
        part = whole(body, name)
        if "redirectUris" in part:
            uris = [known for known in uris if known.platform is not platform]
            uris += read_redirect_uris(texts(part, "redirectUris"), platform)
    if len({known.uri for known in uris}) != len(uris):
        raise bad_request("A redirect URI must be on one platform, once.")
    web = whole(body, "web")
    implicit = whole(web, "implicitGrantSettings")
    return replace(
        new,
        redirect_uris=tuple(uris),
        logout_uri=optional_text(web, "logoutUrl") if "logoutUrl" in web else new.logout_uri,
        implicit_id_token=flag(implicit, "enableIdTokenIssuance", new.implicit_id_token),
        implicit_access_token=flag(implicit, "enableAccessTokenIssuance", new.implicit_access_token),
    )


def _group_claims(body: Json) -> frozenset[GroupClaims]:
    value = optional_text(body, "groupMembershipClaims") or "None"
    names = {name.strip() for name in value.split(",")} - {"None"}
    if names - set(GroupClaims):
        raise bad_request(f"'groupMembershipClaims' must be None, {', '.join(GroupClaims)}, or several of them.")
    return frozenset(map(GroupClaims, names))


def _claims(claims: Json, name: str) -> tuple[OptionalClaim, ...]:
    return tuple(
        OptionalClaim(
            name=text(each, "name"),
            additional_properties=frozenset(
                texts(each, "additionalProperties") if each.get("additionalProperties") else ()
            ),
        )
        for each in objects(claims, name)
    )


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
