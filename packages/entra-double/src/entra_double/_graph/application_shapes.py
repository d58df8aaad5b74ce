"""Shows an application's registration as Microsoft Graph does.

https://learn.microsoft.com/graph/api/resources/application
"""

from __future__ import annotations

from collections.abc import Iterable

from entra_double._graph.bodies import moment
from entra_double._world.directory import Directory
from entra_double._world.ids import NOBODY
from entra_double._world.redirect_uris import Platform
from entra_double._world.registration import (
    AppRegistration,
    AppRole,
    Certificate,
    DelegatedScope,
    OptionalClaim,
    RequiredAccess,
    Secret,
)


def application(known: AppRegistration, directory: Directory) -> dict[str, object]:
    return {
        "id": known.id,
        "deletedDateTime": None,
        "appId": known.client_id,
        "displayName": known.name,
        "groupMembershipClaims": ", ".join(sorted(known.group_claims)) or None,
        "identifierUris": list(known.app_id_uris),
        "isFallbackPublicClient": known.public_client,
        "publisherDomain": _publisher(known, directory),
        "signInAudience": known.audience.value,
        "api": _api(known),
        "appRoles": [app_role(role) for role in known.app_roles],
        "optionalClaims": _optional_claims(known),
        "passwordCredentials": [password(secret) for secret in known.secrets],
        "keyCredentials": [_key(certificate) for certificate in known.certificates],
        "publicClient": {"redirectUris": _uris(known, Platform.PUBLIC_CLIENT)},
        "requiredResourceAccess": [_required(access, directory) for access in known.required_access],
        "spa": {"redirectUris": _uris(known, Platform.SPA)},
        "web": {
            "homePageUrl": None,
            "logoutUrl": known.logout_uri,
            "redirectUris": _uris(known, Platform.WEB),
            "implicitGrantSettings": {
                "enableIdTokenIssuance": known.implicit_id_token,
                "enableAccessTokenIssuance": known.implicit_access_token,
            },
        },
    }


def app_role(role: AppRole) -> dict[str, object]:
    kinds = (("User", role.for_people), ("Application", role.for_applications))
    return {
        "allowedMemberTypes": [name for name, is_allowed in kinds if is_allowed],
        "description": role.description,
        "displayName": role.name,
        "id": role.id,
        "isEnabled": role.enabled,
        "origin": "Application",
        "value": role.value,
    }


def scope(known: DelegatedScope) -> dict[str, object]:
    return {
        "adminConsentDescription": known.description,
        "adminConsentDisplayName": known.name,
        "id": known.id,
        "isEnabled": known.enabled,
        "type": "Admin" if known.admin_consent else "User",
        "userConsentDescription": known.description,
        "userConsentDisplayName": known.name,
        "value": known.value,
    }


def password(secret: Secret) -> dict[str, object]:
    """Show a secret without itself."""
    return {
        "customKeyIdentifier": None,
        "displayName": secret.name,
        "endDateTime": moment(secret.ends_at),
        "hint": secret.value[:3],
        "keyId": secret.key_id,
        "secretText": None,
        "startDateTime": moment(secret.starts_at),
    }


def _api(known: AppRegistration) -> dict[str, object]:
    ids = {known_scope.value: known_scope.id for known_scope in known.scopes}
    return {
        "acceptMappedClaims": None,
        "knownClientApplications": list(known.known_clients),
        "requestedAccessTokenVersion": known.access_token_version,
        "oauth2PermissionScopes": [scope(each) for each in known.scopes],
        "preAuthorizedApplications": [
            {
                "appId": trusted.client_id,
                "delegatedPermissionIds": sorted(ids[value] for value in trusted.scopes if value in ids),
            }
            for trusted in known.pre_authorised
        ],
    }


def _optional_claims(known: AppRegistration) -> dict[str, object]:
    return {
        "accessToken": _claims(known.access_token_claims),
        "idToken": _claims(known.id_token_claims),
        "saml2Token": [],
    }


def _claims(claims: Iterable[OptionalClaim]) -> list[dict[str, object]]:
    return [
        {
            "additionalProperties": sorted(claim.additional_properties),
            "essential": False,
            "name": claim.name,
            "source": None,
        }
        for claim in claims
    ]


def _key(certificate: Certificate) -> dict[str, object]:
    return {
        "displayName": certificate.name,
        "endDateTime": moment(certificate.ends_at),
        "keyId": certificate.key_id,
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


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


def _uris(known: AppRegistration, platform: Platform) -> list[str]:
    return [each.uri for each in known.redirect_uris if each.platform is platform]


def _publisher(known: AppRegistration, directory: Directory) -> str | None:
    tenant = directory.tenant(known.tenant_id)
    return tenant.domain if tenant else None
