"""Reads the registrations of applications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from entra_double._world.directory_file.credentials import read_certificates, read_federated, read_secrets
from entra_double._world.directory_file.homes import Home, Table
from entra_double._world.directory_file.names import Principals
from entra_double._world.directory_file.problems import Path, Problem, did_you_mean
from entra_double._world.directory_file.redirects import read_redirect_uris
from entra_double._world.directory_file.schema import Bearer
from entra_double._world.ids import CONSUMERS, GRAPH_CLIENT_ID, derived_id, is_guid
from entra_double._world.registration import (
    AppRegistration,
    AppRole,
    Audience,
    DelegatedScope,
    GroupClaims,
    OptionalClaim,
    PreAuthorised,
    RequiredAccess,
)

_AS_THEY_ARE = (
    "access_token_lifetime",
    "header_nonce",
    "logout_uri",
    "implicit_id_token",
    "implicit_access_token",
    "public_client",
)


def read_application(table: Table, path: Path, home: Home, folder: FilePath | None) -> AppRegistration:
    """Read an application as far as it needs no other: the references follow in `with_references`."""
    client_id = home.client_id_of(table)
    home.once.check(("application", client_id), path, f"the application {client_id}")
    for uri in table.get("app_id_uris", ()):
        home.once.check(("App ID URI", home.tenant.id, uri.lower()), (*path, "app_id_uris"), f"the App ID URI {uri!r}")
    audience = Audience(table.get("audience", Audience.PERSONAL if home.tenant.id == CONSUMERS else Audience.ONE))
    version = table.get("access_token_version", 2)
    is_for_personal_accounts = audience in (Audience.EVERYBODY, Audience.PERSONAL)
    if is_for_personal_accounts and version != 2 and client_id != GRAPH_CLIENT_ID and table.get("scopes"):
        raise Problem((*path, "access_token_version"), f"an API for {audience} takes access tokens of version 2 only")
    return AppRegistration(
        name=table["name"],
        client_id=client_id,
        tenant_id=home.tenant.id,
        object_id=table.get("object_id", "").lower(),
        audience=audience,
        app_id_uris=tuple(table.get("app_id_uris", ())),
        scopes=tuple(_scopes(table, path, client_id)),
        app_roles=tuple(_roles(table, path, client_id)),
        access_token_version=None if version == "null" else version,
        access_token_claims=tuple(_claims(table.get("access_token_claims", ()))),
        id_token_claims=tuple(_claims(table.get("id_token_claims", ()))),
        group_claims=frozenset(GroupClaims(text) for text in table.get("group_claims", ())),
        redirect_uris=read_redirect_uris(table, path),
        secrets=read_secrets(table, path, client_id),
        certificates=read_certificates(table, path, client_id, folder),
        federated=read_federated(table, path, client_id),
        **{key: table[key] for key in _AS_THEY_ARE if key in table},
    )


def _scopes(table: Table, path: Path, client_id: str) -> Iterator[DelegatedScope]:
    plain = ("admin_consent", "enabled", "name", "description")
    for given in _valued(table, "scopes", path):
        known_id = given.get("id", derived_id("scope", client_id, given["value"])).lower()
        yield DelegatedScope(id=known_id, value=given["value"], **{key: given[key] for key in plain if key in given})


def _roles(table: Table, path: Path, client_id: str) -> Iterator[AppRole]:
    for given in _valued(table, "roles", path):
        bearers = given.get("for", [Bearer.PEOPLE])
        yield AppRole(
            id=given.get("id", derived_id("role", client_id, given["value"])).lower(),
            value=given["value"],
            for_people=Bearer.PEOPLE in bearers,
            for_applications=Bearer.APPLICATIONS in bearers,
            **{key: given[key] for key in ("enabled", "name", "description") if key in given},
        )


def _valued(table: Table, key: str, path: Path) -> Iterator[dict[str, Any]]:
    """Give scopes or roles as tables, each value once."""
    values = set()
    for position, given in enumerate(table.get(key, ())):
        known = {"value": given} if isinstance(given, str) else given
        if known["value"] in values:
            raise Problem((*path, key, position), f"the value {known['value']!r} is there twice")
        values.add(known["value"])
        yield known


def _claims(given: Iterable[str | dict[str, Any]]) -> Iterator[OptionalClaim]:
    for claim in given:
        known = {"name": claim} if isinstance(claim, str) else claim
        yield OptionalClaim(name=known["name"], additional_properties=frozenset(known.get("additional_properties", ())))


def with_references(
    known: AppRegistration,
    table: Table,
    path: Path,
    names: Principals,
    applications: Mapping[str, AppRegistration],
) -> AppRegistration:
    """Add what an application's table says about others."""
    required: dict[str, RequiredAccess] = {}
    for key, find in (("permissions", known_scopes), ("application_permissions", _known_roles)):
        for api, values in table.get(key, {}).items():
            place = (*path, key, api)
            api_id = names.applications.one(known.tenant_id, api, place)
            found = find(applications[api_id], values, place)
            asked = required.get(api_id, RequiredAccess(resource_id=api_id))
            required[api_id] = replace(asked, scopes=found) if key == "permissions" else replace(asked, roles=found)
    pre_authorised = tuple(
        PreAuthorised(
            client_id=_client(known, client, (*path, "pre_authorised", client), names),
            scopes=frozenset(known_scopes(known, scopes, (*path, "pre_authorised", client))),
        )
        for client, scopes in table.get("pre_authorised", {}).items()
    )
    known_clients = tuple(
        _client(known, client, (*path, "known_clients", position), names)
        for position, client in enumerate(table.get("known_clients", ()))
    )
    return replace(
        known, required_access=tuple(required.values()), pre_authorised=pre_authorised, known_clients=known_clients
    )


def _client(known: AppRegistration, text: str, path: Path, names: Principals) -> str:
    """Find a client; one of elsewhere, such as Azure CLI, is known by its id alone."""
    return text.lower() if is_guid(text) else names.applications.one(known.tenant_id, text, path)


def known_scopes(api: AppRegistration, values: Iterable[str], path: Path) -> tuple[str, ...]:
    """Give the values of scopes.

    Raises:
        Problem: The API has no such scope.
    """
    return _known(api, values, path, "scope", [scope.value for scope in api.scopes])


def _known_roles(api: AppRegistration, values: Iterable[str], path: Path) -> tuple[str, ...]:
    return _known(api, values, path, "role for applications", [r.value for r in api.app_roles if r.for_applications])


def _known(api: AppRegistration, values: Iterable[str], path: Path, what: str, known: list[str]) -> tuple[str, ...]:
    for position, value in enumerate(values):
        if value not in known:
            raise Problem((*path, position), f"{api.name!r} has no {what} {value!r}{did_you_mean(value, known)}")
    return tuple(values)
