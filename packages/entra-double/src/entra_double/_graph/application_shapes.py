"""Shows an application's registration as Microsoft Graph does.

https://learn.microsoft.com/graph/api/resources/application
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from entra_double._graph.bodies import moment
from entra_double._world.directory import Directory
from entra_double._world.ids import NOBODY
from entra_double._world.registration import (
    AppRegistration,
    AppRole,
    Certificate,
    DelegatedScope,
    OptionalClaim,
    Platform,
    PreAuthorised,
    RequiredAccess,
    Secret,
)


def application(known: AppRegistration, directory: Directory) -> dict[str, object]:
    tenant = directory.tenant(known.tenant_id)
    return _nested(
        {
            **_plain(known),
            "id": known.id,
            "deletedDateTime": None,
            "groupMembershipClaims": ", ".join(sorted(known.group_claims)) or None,
            "publisherDomain": tenant.domain if tenant else None,
            "api.acceptMappedClaims": None,
            "api.preAuthorizedApplications": [_pre_authorised(each, known) for each in known.pre_authorised],
            "optionalClaims.saml2Token": [],
            "requiredResourceAccess": [_required(access, directory) for access in known.required_access],
            "web.homePageUrl": None,
            **{
                f"{platform}.redirectUris": [each.uri for each in known.redirect_uris if each.platform is platform]
                for platform in Platform
            },
        }
    )


def app_role(role: AppRole) -> dict[str, object]:
    kinds = (("User", role.for_people), ("Application", role.for_applications))
    allowed = [name for name, is_allowed in kinds if is_allowed]
    return {**_plain(role), "allowedMemberTypes": allowed, "origin": "Application"}


def scope(known: DelegatedScope) -> dict[str, object]:
    return {
        **_plain(known),
        "type": "Admin" if known.admin_consent else "User",
        "userConsentDescription": known.description,
        "userConsentDisplayName": known.name,
    }


def password(secret: Secret) -> dict[str, object]:
    """Show a secret without its value."""
    return {**_plain(secret), "customKeyIdentifier": None, "hint": secret.value[:3], "secretText": None}


def _claim(claim: OptionalClaim) -> dict[str, object]:
    return {**_plain(claim), "essential": False, "source": None}


def _key(certificate: Certificate) -> dict[str, object]:
    return {**_plain(certificate), "type": "AsymmetricX509Cert", "usage": "Verify"}


def _pre_authorised(client: PreAuthorised, api: AppRegistration) -> dict[str, object]:
    ids = (known.id for known in api.scopes if known.value in client.scopes)
    return {"appId": client.client_id, "delegatedPermissionIds": sorted(ids)}


def _required(access: RequiredAccess, directory: Directory) -> dict[str, object]:
    api = directory.registration(access.resource_id)
    scopes = {known.value: known.id for known in api.scopes} if api else {}
    roles = {known.value: known.id for known in api.app_roles} if api else {}
    return {
        "resourceAppId": access.resource_id,
        "resourceAccess": [
            *({"id": scopes.get(name, NOBODY), "type": "Scope"} for name in access.scopes),
            *({"id": roles.get(name, NOBODY), "type": "Role"} for name in access.roles),
        ],
    }


_PARTS: Mapping[type, Any] = {
    DelegatedScope: scope,
    AppRole: app_role,
    OptionalClaim: _claim,
    Secret: password,
    Certificate: _key,
}


def _plain(known: Any) -> dict[str, object]:
    """Return the path in Graph and the value of each field that has one."""
    paths = {field.metadata["graph"]: field.name for field in fields(known) if "graph" in field.metadata}
    return {path: _shown(path, getattr(known, name)) for path, name in paths.items()}


def _shown(path: str, value: Any) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_PARTS[type(each)](each) if type(each) in _PARTS else each for each in value]
    return moment(value) if path.endswith("DateTime") else value


def _nested(members: Mapping[str, object]) -> dict[str, object]:
    """Put members whose names are paths into objects of their own."""
    whole: dict[str, Any] = {}
    for path, value in members.items():
        *outer, last = path.split(".")
        part = whole
        for name in outer:
            part = part.setdefault(name, {})
        part[last] = value
    return whole
