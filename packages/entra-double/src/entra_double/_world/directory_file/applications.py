"""Reads and writes what tables of applications, assignments and grants do not say field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from entra_double._world.directory_file.forms import CLIENT, Context, seconds
from entra_double._world.directory_file.problems import Path, Problem, did_you_mean
from entra_double._world.ids import DEFAULT_ACCESS, GRAPH_CLIENT_ID, derived_id
from entra_double._world.policies import Assignment, PermissionGrant
from entra_double._world.registration import (
    AppRegistration,
    AppRole,
    Audience,
    Certificate,
    Platform,
    PreAuthorised,
    RedirectUri,
    RequiredAccess,
    problem_with,
    without_localhost_port,
)

Values = dict[str, Any]

PLATFORMS = {"spa": Platform.SPA, "web": Platform.WEB, "public": Platform.PUBLIC_CLIENT}
"""Key of the file → platform, in the order in which they are kept."""


class Bearer(StrEnum):
    """Who may have a role."""

    PEOPLE = "people"
    APPLICATIONS = "applications"


def read_bearers(table: Values, _path: Path, _context: Context) -> Values:
    bearers = table.get("for", [Bearer.PEOPLE])
    return {"for_people": Bearer.PEOPLE in bearers, "for_applications": Bearer.APPLICATIONS in bearers}


def write_bearers(role: AppRole, _context: Context) -> Values:
    flags = {Bearer.PEOPLE: role.for_people, Bearer.APPLICATIONS: role.for_applications}
    bearers = [str(bearer) for bearer, may in flags.items() if may]
    return {"for": None if bearers == ["people"] else bearers}


def read_certificate(table: Values, path: Path, context: Context) -> Values:
    """Read a certificate from a file beside the directory file, or written out as PEM."""
    if ("file" in table) == ("pem" in table):
        raise Problem(path, "a certificate has either 'file' or 'pem'")
    data = table["pem"].encode() if "pem" in table else _read(table["file"], path, context)
    try:
        known = (x509.load_pem_x509_certificate if b"-----BEGIN " in data else x509.load_der_x509_certificate)(data)
    except ValueError:
        raise Problem(path, "this is no certificate") from None
    der = known.public_bytes(Encoding.DER)
    key_id = derived_id("certificate", context.owner, der.hex())
    return {"der": der, "key_id": key_id, "ends_at": seconds(known.not_valid_after_utc)}


def _read(name: str, path: Path, context: Context) -> bytes:
    if context.folder is None:
        raise Problem(path, "files are not read from here; write the certificate out as { pem = ... }")
    try:
        return (context.folder / name).read_bytes()
    except OSError as error:
        raise Problem(path, f"{name!r} cannot be read: {error.strerror}") from None


def write_certificate(certificate: Certificate, _context: Context) -> Values:
    return {"pem": x509.load_der_x509_certificate(certificate.der).public_bytes(Encoding.PEM).decode()}


def read_application(table: Values, path: Path, context: Context) -> Values:
    """Read the redirect URIs, and for which accounts an application is where it does not say so."""
    audience = Audience.PERSONAL if context.tenant.is_personal else Audience.ONE
    return {"audience": audience, "redirect_uris": tuple(_redirect_uris(table, path))}


def refuse_version(known: AppRegistration, path: Path) -> None:
    """Refuse an API for personal accounts with access tokens of another version than 2."""
    is_for_personal_accounts = known.audience in (Audience.EVERYBODY, Audience.PERSONAL)
    is_wrong = known.access_token_version != 2 and known.client_id != GRAPH_CLIENT_ID and known.scopes
    if is_for_personal_accounts and is_wrong:
        message = f"an API for {known.audience} takes access tokens of version 2 only"
        raise Problem((*path, "access_token_version"), message)


def _redirect_uris(table: Values, path: Path) -> Iterator[RedirectUri]:
    """Read the redirect URIs of each platform, without the port of localhost, which no comparison looks at."""
    seen: dict[str, Path] = {}
    places = ((key, position, uri) for key in PLATFORMS for position, uri in enumerate(table.get(key, ())))
    for key, position, uri in places:
        place, plain = (*path, key, position), without_localhost_port(uri)
        if problem := problem_with(uri, PLATFORMS[key]):
            raise Problem(place, problem)
        if plain in seen:
            raise Problem(place, f"the redirect URI {plain!r} is there twice", first=seen[plain])
        seen[plain] = place
        yield RedirectUri(platform=PLATFORMS[key], uri=plain)


def write_application(known: AppRegistration, context: Context) -> Values:
    """Write redirect URIs by platform, and permissions and clients by name."""
    uris = {
        key: [uri.uri for uri in known.redirect_uris if uri.platform is platform] or None
        for key, platform in PLATFORMS.items()
    }
    clients = {CLIENT.write(client.client_id, context): sorted(client.scopes) for client in known.pre_authorised}
    return uris | _written_permissions(known, context) | {"pre_authorised": clients or None}


def _written_permissions(known: AppRegistration, context: Context) -> Values:
    """Write what it asks for; an API with roles alone is named among the scopes too where the order needs it."""
    asked = [access for access in known.required_access if context.directory.registration(access.resource_id)]
    with_scopes = [position for position, access in enumerate(asked) if access.scopes or not access.roles]
    needed = asked[: max(with_scopes, default=-1) + 1]
    names = {access.resource_id: CLIENT.write(access.resource_id, context) for access in asked}
    scopes = {names[access.resource_id]: list(access.scopes) for access in needed}
    roles = {names[access.resource_id]: list(access.roles) for access in asked if access.roles}
    return {"permissions": scopes or None, "application_permissions": roles or None}


def read_references(known: AppRegistration, table: Values, path: Path, context: Context) -> Values:
    """Read the permissions that an application asks for, and the clients that it gives scopes to."""
    required: dict[str, Values] = {}
    for key, kind in (("permissions", "scopes"), ("application_permissions", "roles")):
        for name, values in table.get(key, {}).items():
            place = (*path, key, name)
            api = api_called(name, place, context)
            find = known_scopes if kind == "scopes" else _known_roles
            required.setdefault(api.client_id, {})[kind] = find(api, values, place)
    pre_authorised = []
    for client, scopes in table.get("pre_authorised", {}).items():
        place = (*path, "pre_authorised", client)
        found = frozenset(known_scopes(known, scopes, place))
        pre_authorised.append(PreAuthorised(client_id=CLIENT.read(client, place, context), scopes=found))
    return {
        "required_access": tuple(RequiredAccess(resource_id=api_id, **asked) for api_id, asked in required.items()),
        "pre_authorised": tuple(pre_authorised),
    }


def api_called(name: str, path: Path, context: Context) -> AppRegistration:
    found = context.directory.registration(context.names["application"].one(context.tenant.id, name, path))
    assert found
    return found


def known_scopes(api: AppRegistration, values: Iterable[str], path: Path) -> tuple[str, ...]:
    """Return the values of scopes.

    Raises:
        Problem: The API has no such context.
    """
    return _known(api, values, path, "scope", [one.value for one in api.scopes])


def _known_roles(api: AppRegistration, values: Iterable[str], path: Path) -> tuple[str, ...]:
    return _known(api, values, path, "role for applications", [r.value for r in api.app_roles if r.for_applications])


def _known(api: AppRegistration, values: Iterable[str], path: Path, what: str, known: list[str]) -> tuple[str, ...]:
    for position, value in enumerate(values):
        if value not in known:
            raise Problem((*path, position), f"{api.name!r} has no {what} {value!r}{did_you_mean(value, known)}")
    return tuple(values)


def read_roles(principal_id: str, table: Values, path: Path, context: Context) -> Iterator[tuple[Path, Assignment]]:
    """Read the `roles` of a person or group."""
    for name, values in table.get("roles", {}).items():
        api = api_called(name, (*path, "roles", name), context)
        for position, value in enumerate(values):
            place = (*path, "roles", name, position)
            yield place, _assignment(principal_id, api, _role_id(api, value, place), context)


def consented_roles(client: AppRegistration, path: Path, context: Context) -> Iterator[tuple[Path, Assignment]]:
    """Give an application the roles that it asks for, as an administrator would."""
    who = context.names["person, group or application"].one(context.tenant.id, client.client_id, path)
    for asked in client.required_access:
        for value in asked.roles:
            api = api_called(asked.resource_id, path, context)
            yield (*path, "application_permissions"), _assignment(who, api, _role_id(api, value, path), context)


def _assignment(principal_id: str, api: AppRegistration, role_id: str, context: Context) -> Assignment:
    return Assignment(principal_id=principal_id, tenant_id=context.tenant.id, client_id=api.client_id, role_id=role_id)


def consented_scopes(client: AppRegistration, path: Path, context: Context) -> Iterator[tuple[Path, PermissionGrant]]:
    """Grant an application the scopes that it asks for, as an administrator would."""
    for asked in client.required_access:
        if asked.scopes:
            yield (
                (*path, "permissions"),
                PermissionGrant(
                    tenant_id=context.tenant.id,
                    client_id=client.client_id,
                    resource_id=asked.resource_id,
                    scopes=frozenset(asked.scopes),
                ),
            )


def read_role(table: Values, path: Path, context: Context) -> Values:
    """Read the role of an assignment; without one it is the default access."""
    api = api_called(table["to"], (*path, "to"), context)
    return {"role_id": _role_id(api, table["role"], (*path, "role"))} if "role" in table else {}


def _role_id(api: AppRegistration, text: str, path: Path) -> str:
    for role in api.app_roles:
        if text in (role.value, role.id):
            return role.id
    known = did_you_mean(text, (role.value for role in api.app_roles))
    raise Problem(path, f"{api.name!r} has no role {text!r}{known}")


def write_role(given: Assignment, context: Context) -> Values | None:
    """Write the role of an assignment; one that its API does not have leaves the assignment out."""
    api = context.directory.registration(given.client_id)
    role = next((role.value for role in api.app_roles if role.id == given.role_id), None) if api else None
    return {"role": role} if role or given.role_id == DEFAULT_ACCESS else None


def read_granted(table: Values, path: Path, context: Context) -> Values:
    """Refuse scopes that the API of a grant does not have."""
    known_scopes(api_called(table["api"], (*path, "api"), context), table["scopes"], (*path, "scopes"))
    return {}


def write_granted(grant: PermissionGrant, context: Context) -> Values | None:
    """Write those scopes of a grant that its API has."""
    api = context.directory.registration(grant.resource_id)
    return {"scopes": sorted(known.value for known in api.scopes if known.value in grant.scopes)} if api else None
