"""Writes the registrations of applications as tables of a directory file."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from entra_double._world.directory import Directory
from entra_double._world.directory_file.names import Principals, application_text
from entra_double._world.directory_file.redirects import PLATFORMS
from entra_double._world.directory_file.schema import Bearer
from entra_double._world.ids import derived_id
from entra_double._world.registration import (
    AppRegistration,
    AppRole,
    Certificate,
    DelegatedScope,
    FederatedCredential,
    OptionalClaim,
    Secret,
)
from entra_double._world.times import FAR_FUTURE, LAST_MOMENT

Table = dict[str, object]
Value = TypeVar("Value")


def unless(default: Value, value: Value) -> Value | None:
    """Give a value to write, or None where the default says it already."""
    return None if value == default else value


def moment(seconds: int) -> datetime.datetime:
    """Give a time as TOML has it; one beyond the year 9999 becomes the end of it."""
    return datetime.datetime.fromtimestamp(min(seconds, LAST_MOMENT), datetime.UTC)


def application_table(known: AppRegistration, names: Principals, directory: Directory) -> Table:
    """Give an application's table, without what follows from the rest."""
    uris = {
        key: [uri.uri for uri in known.redirect_uris if uri.platform is platform] or None
        for key, platform in PLATFORMS.items()
    }
    return {
        "name": known.name,
        "client_id": known.client_id,
        "object_id": known.object_id or None,
        "audience": str(known.audience),
        **uris,
        "logout_uri": known.logout_uri,
        "public_client": unless(False, known.public_client),
        "implicit_id_token": unless(False, known.implicit_id_token),
        "implicit_access_token": unless(False, known.implicit_access_token),
        "app_id_uris": list(known.app_id_uris) or None,
        "scopes": [_scope(scope, known.client_id) for scope in known.scopes] or None,
        "roles": [_role(role, known.client_id) for role in known.app_roles] or None,
        "access_token_version": unless(2, known.access_token_version or "null"),
        "access_token_lifetime": known.access_token_lifetime,
        "header_nonce": unless(False, known.header_nonce),
        "access_token_claims": [_claim(claim) for claim in known.access_token_claims] or None,
        "id_token_claims": [_claim(claim) for claim in known.id_token_claims] or None,
        "group_claims": sorted(known.group_claims) or None,
        "secrets": [_secret(secret, known.client_id) for secret in known.secrets] or None,
        "certificates": [_certificate(certificate) for certificate in known.certificates] or None,
        "federated": [_federated(credential) for credential in known.federated] or None,
        **_permissions(known, names, directory),
        "pre_authorised": dict(_pre_authorised(known, names, directory)) or None,
        "known_clients": [_client(client, known, names, directory) for client in known.known_clients] or None,
    }


def _short(table: Table, main: str) -> object:
    """Give the text alone where it says everything."""
    said = {key: value for key, value in table.items() if value is not None}
    return said if len(said) > 1 else said[main]


def _scope(scope: DelegatedScope, client_id: str) -> object:
    table: Table = {
        "value": scope.value,
        "id": unless(derived_id("scope", client_id, scope.value), scope.id),
        "admin_consent": unless(False, scope.admin_consent),
        "enabled": unless(True, scope.enabled),
        "name": scope.name or None,
        "description": scope.description or None,
    }
    return _short(table, "value")


def _role(role: AppRole, client_id: str) -> object:
    flags = {Bearer.PEOPLE: role.for_people, Bearer.APPLICATIONS: role.for_applications}
    table: Table = {
        "value": role.value,
        "id": unless(derived_id("role", client_id, role.value), role.id),
        "for": unless(["people"], [str(bearer) for bearer, may in flags.items() if may]),
        "enabled": unless(True, role.enabled),
        "name": role.name or None,
        "description": role.description or None,
    }
    return _short(table, "value")


def _claim(claim: OptionalClaim) -> object:
    table: Table = {"name": claim.name, "additional_properties": sorted(claim.additional_properties) or None}
    return _short(table, "name")


def _secret(secret: Secret, client_id: str) -> object:
    table: Table = {
        "value": secret.value,
        "id": unless(derived_id("secret", client_id, secret.value), secret.key_id),
        "name": secret.name or None,
        "starts": moment(secret.starts_at) if secret.starts_at else None,
        "expires": None if secret.ends_at == FAR_FUTURE else moment(secret.ends_at),
    }
    return _short(table, "value")


def _certificate(certificate: Certificate) -> Table:
    pem = x509.load_der_x509_certificate(certificate.der).public_bytes(serialization.Encoding.PEM).decode()
    return {
        "pem": pem,
        "id": certificate.key_id,
        "name": certificate.name or None,
        "expires": moment(certificate.ends_at),
    }


def _federated(credential: FederatedCredential) -> Table:
    public_key = credential.public_key and serialization.load_der_public_key(credential.public_key).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "issuer": credential.issuer,
        "subject": credential.subject,
        "audience": credential.audience,
        "name": credential.name,
        "id": credential.id,
        "public_key": public_key.decode() if public_key else None,
    }


def _permissions(known: AppRegistration, names: Principals, directory: Directory) -> Table:
    """Give what it asks for; an API with roles alone is named among the scopes too where the order needs it."""
    asked = [access for access in known.required_access if directory.registration(access.resource_id)]
    with_scopes = [position for position, access in enumerate(asked) if access.scopes or not access.roles]
    needed = asked[: max(with_scopes, default=-1) + 1]
    scopes: Table = {_client(access.resource_id, known, names, directory): list(access.scopes) for access in needed}
    roles: Table = {
        _client(access.resource_id, known, names, directory): list(access.roles) for access in asked if access.roles
    }
    return {"permissions": scopes or None, "application_permissions": roles or None}


def _pre_authorised(known: AppRegistration, names: Principals, directory: Directory) -> Iterator[tuple[str, list[str]]]:
    for client in known.pre_authorised:
        yield _client(client.client_id, known, names, directory), sorted(client.scopes)


def _client(client_id: str, known: AppRegistration, names: Principals, directory: Directory) -> str:
    return application_text(client_id, known.tenant_id, names, directory) or client_id
