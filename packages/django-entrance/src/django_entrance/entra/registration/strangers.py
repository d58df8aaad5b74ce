"""Refuses a registration that was found by its name alone, and has what this command does not make.

Anyone who may register applications can take a name before us. That person could sign people in at an address of
their own, act as the API with a secret of their own, or have an app role, with the consent that an administrator
gives. An owner can add all of it later, or before and give up the ownership. So what was found by its name may have no
owner but the administrator who is signed in, and nothing that an owner can have left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django_entrance.entra.registration.calls import GraphCalls, NotThere, Refused
from django_entrance.entra.registration.wanted import SECRET_NAME, Federation, Key, Wanted
from django_entrance.verification.errors import shown

Json = Mapping[str, Any]

PLATFORMS = ("web", "spa", "publicClient")


class RegistrationStrange(Exception):
    """A registration with our name has what others put there. The text is safe to print."""

    def __init__(self, key: str, registration: Json, strange: list[str]) -> None:
        name, client_id = registration.get("uniqueName"), registration["appId"]
        super().__init__(
            f"The registration {shown(name)} ({shown(client_id)}) was found by its name alone, and has what this"
            f" command does not make: {shown(', '.join(strange), at_most=500)}. Anyone who may register applications"
            f" can have made it. If it is yours, write {key} into the settings; else remove it, or choose another"
            " --name."
        )


def require_ours(wanted: Wanted, graph: GraphCalls, key: str, registration: Json) -> None:
    """Require that a registration has no redirect URIs, credentials, clients, tenants, people or owners of others.

    Raises:
        RegistrationStrange: some are.
    """
    strange = [*strange_openings(wanted, registration), *strange_credentials(wanted, registration)]
    strange += [*strange_clients(wanted, graph, registration), *strange_workloads(wanted, graph, registration)]
    strange += [*strange_entry(graph, registration), *strange_owners(graph, registration)]
    if strange:
        raise RegistrationStrange(key, registration, strange)


def require_no_credential(wanted: Wanted, api: Json | None, spa: Json | None) -> None:
    """Require, before a run, that what was found by its name has no secret or certificate.

    The name of a secret does not tell who knows it, nor the id of a certificate which key it is for.

    Raises:
        RegistrationStrange: it has one.
    """
    parts = (("CLIENT_ID", wanted.client_id, api), ("SPA_CLIENT_ID", wanted.spa_client_id, spa))
    for key, client_id, registration in parts:
        if registration and not client_id and (names := list(credentials_of(registration))):
            raise RegistrationStrange(key, registration, names)


def credentials_of(registration: Json) -> Iterator[str]:
    for each in registration.get("passwordCredentials") or ():
        yield f"the secret {each.get('displayName')}, whose value others may know"
    for each in registration.get("keyCredentials") or ():
        yield f"the certificate {each.get('displayName')}, whose key others may have"


def strange_openings(wanted: Wanted, registration: Json) -> Iterator[str]:
    """Yield where people could sign in, and whose people, beside what is wanted."""
    ours = {*wanted.web_redirect_uris, *wanted.spa_redirect_uris}
    for platform in PLATFORMS:
        known = (registration.get(platform) or {}).get("redirectUris") or ()
        yield from (f"the redirect URI {each}" for each in known if each not in ours)
    signed_out = (registration.get("web") or {}).get("logoutUrl") or wanted.front_channel
    if signed_out != wanted.front_channel:
        yield f"the front-channel logout URL {signed_out}"
    audience = registration.get("signInAudience") or wanted.audience
    if audience != wanted.audience:
        yield f"the audience {audience}"
    if registration.get("isFallbackPublicClient"):
        yield "public client flows"


def strange_clients(wanted: Wanted, graph: GraphCalls, registration: Json) -> Iterator[str]:
    """Yield the clients that could use the API without consent."""
    for each in (registration.get("api") or {}).get("preAuthorizedApplications") or ():
        if not is_own_front_end(wanted, graph, each["appId"]):
            yield f"the pre-authorised client {each['appId']}"


def is_own_front_end(wanted: Wanted, graph: GraphCalls, client_id: str) -> bool:
    """Return whether a client is the front end, which is looked at as well. It may not be found by its name yet."""
    if wanted.spa_client_id or not wanted.has_front_end:
        return client_id == wanted.spa_client_id
    try:
        known = graph.ask("GET", f"/applications(appId='{client_id}')")
    except NotThere:
        return False
    return bool(known.get("uniqueName") == wanted.spa_unique_name)


def strange_credentials(wanted: Wanted, registration: Json) -> Iterator[str]:
    for each in registration.get("passwordCredentials") or ():
        if each.get("displayName") != SECRET_NAME:
            yield f"the secret {each.get('displayName')}"
    ours = wanted.credential.id if isinstance(wanted.credential, Key) else None
    for each in registration.get("keyCredentials") or ():
        if each.get("keyId") != ours:
            yield f"the certificate {each.get('displayName')}"


def strange_workloads(wanted: Wanted, graph: GraphCalls, registration: Json) -> Iterator[str]:
    """Yield the workloads that could act as the registration. A caller who may not read them is refused."""
    own = wanted.credential
    ours = (own.issuer, own.subject) if isinstance(own, Federation) else None
    known = graph.every_row(f"/applications/{registration['id']}/federatedIdentityCredentials")
    yield from (f"the workload {each['subject']}" for each in known if (each["issuer"], each["subject"]) != ours)


def strange_entry(graph: GraphCalls, registration: Json) -> Iterator[str]:
    """Yield the credentials of the service principal, and who is assigned to it: its owner can add both."""
    try:
        entry = graph.ask("GET", f"/servicePrincipals(appId='{registration['appId']}')")
    except NotThere:
        return
    for each in (*(entry.get("passwordCredentials") or ()), *(entry.get("keyCredentials") or ())):
        yield f"the credential {each.get('displayName')} of the enterprise application"
    for each in graph.every_row(f"/servicePrincipals/{entry['id']}/appRoleAssignedTo"):
        yield f"the assignment of {each.get('principalDisplayName') or each['principalId']}"


def strange_owners(graph: GraphCalls, registration: Json) -> Iterator[str]:
    """Yield the owners of a registration, and of its service principal, beside the administrator who is signed in.

    Where there is none, only administrators of the tenant can change it.
    """
    places = (f"/applications/{registration['id']}", f"/servicePrincipals(appId='{registration['appId']}')")
    owners = {str(each["id"]): each for place in places for each in owners_of(graph, place)}
    ours = administrator(graph) if owners else ""
    yield from (f"the owner {name_of(each)}" for object_id, each in owners.items() if object_id != ours)


def owners_of(graph: GraphCalls, place: str) -> list[Json]:
    """Return the owners of what is at a place; none where nothing is there."""
    try:
        return list(graph.every_row(f"{place}/owners"))
    except NotThere:
        return []


def administrator(graph: GraphCalls) -> str:
    """Return the object id of who is signed in, or an empty text where Graph does not tell it to this caller."""
    try:
        return str(graph.ask("GET", "/me?$select=id")["id"])
    except Refused as refused:
        if refused.status not in (400, 403):
            raise
        return ""


def name_of(owner: Json) -> str:
    """Return a name of an owner, or the id: names need a permission that this command does not ask for."""
    return str(owner.get("userPrincipalName") or owner.get("displayName") or owner["id"])
