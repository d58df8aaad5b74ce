"""Compares the registrations as they should be with those that are there: what to change, in which order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django_entrance.entra.registration.bodies import (
    READ_ONLY,
    api_properties,
    at,
    nested,
    pre_authorised,
    scope_ids,
    spa_properties,
)
from django_entrance.entra.registration.changes import CREATE_IF_MISSING, Change, Item
from django_entrance.entra.registration.consents import consents
from django_entrance.entra.registration.credential import credential_change
from django_entrance.entra.registration.found import Found
from django_entrance.entra.registration.wanted import Wanted

Json = Mapping[str, Any]

IN_PORTAL = ("WindowsAzureActiveDirectoryIntegratedApp",)
"""The tag with which a service principal is in the portal's list of enterprise applications."""

API, FRONT_END = "API", "front end"
CLAIM_LISTS = ("optionalClaims.accessToken", "optionalClaims.idToken", "optionalClaims.saml2Token")


def difference(wanted: Wanted, found: Found) -> Iterator[Change]:
    """Yield the changes that can be made now. After each, ask again: later ones need the ids of earlier ones."""
    yield from of_application(wanted, found, API)
    if found.api is None:
        return
    yield from of_entry(wanted, found, API)
    if wanted.has_front_end:
        yield from of_application(wanted, found, FRONT_END)
        if found.spa is not None:
            yield from of_entry(wanted, found, FRONT_END)
            yield from of_pre_authorisation(wanted, found)
    if wanted.consent:
        yield from consents(wanted, found)
    yield from credential_change(wanted, found)


def of_application(wanted: Wanted, found: Found, part: str) -> Iterator[Change]:
    """Yield the creation of a registration, or a change of its properties that differ."""
    is_api = part == API
    known = found.api if is_api else found.spa
    target = api_properties(wanted, known or {}) if is_api else spa_properties(wanted, known or {}, found.api or {})
    place, name = ("api", wanted.api_unique_name) if is_api else ("spa", wanted.spa_unique_name)
    if known is None:
        target = {path: value for path, value in target.items() if value not in (None, [])}
        display = wanted.name if is_api else f"{wanted.name} (front end)"
        yield Change(
            key=part,
            title=f"register the {part} as {display!r}",
            method="PATCH",
            path=f"/applications(uniqueName='{name}')",
            body=nested({"displayName": display} | target),
            place=place,
            headers=CREATE_IF_MISSING,
            items=tuple(Item(name=path, before=None, after=value) for path, value in target.items()),
        )
        return
    differing = {path: value for path, value in target.items() if not is_same(at(known, path), value)}
    if differing:
        yield Change(
            key=f"{part}, properties",
            title=f"change the registration of the {part}",
            method="PATCH",
            path=f"/applications/{known['id']}",
            body=nested(with_whole_claims(known, differing)),
            place=place,
            items=tuple(Item(name=path, before=at(known, path), after=value) for path, value in differing.items()),
        )


def with_whole_claims(known: Json, differing: Json) -> Json:
    """Return the properties to send: all lists of optional claims, where one of them changes."""
    if differing.keys().isdisjoint(CLAIM_LISTS):
        return differing
    return {path: at(known, path) or [] for path in CLAIM_LISTS} | dict(differing)


def of_entry(wanted: Wanted, found: Found, part: str) -> Iterator[Change]:
    """Yield what makes the service principal, without which nothing can sign in, and what closes the API to others."""
    is_api = part == API
    known, application = (found.api_entry, found.api) if is_api else (found.spa_entry, found.spa)
    place = "api_entry" if is_api else "spa_entry"
    assert application is not None
    required = wanted.assignment_required
    if known is None:
        body = {"appId": application["appId"], "tags": list(IN_PORTAL)}
        if is_api:
            body["appRoleAssignmentRequired"] = required is not False
        yield Change(
            key=f"{part}, enterprise application",
            title=f"make the enterprise application (service principal) of the {part}",
            method="POST",
            path="/servicePrincipals",
            body=body,
            place=place,
            items=tuple(Item(name=name, before=None, after=value) for name, value in body.items()),
        )
    elif is_api and required is not None and known.get("appRoleAssignmentRequired") is not required:
        item = Item(name="appRoleAssignmentRequired", before=not required, after=required)
        yield Change(
            key=f"{part}, assignment required",
            title=f"admit {'only people who are assigned' if required else 'everyone of the tenant'} to the {part}",
            method="PATCH",
            path=f"/servicePrincipals/{known['id']}",
            body={item.name: required},
            place=place,
            items=(item,),
        )


def of_pre_authorisation(wanted: Wanted, found: Found) -> Iterator[Change]:
    """Yield what lets the front end use the API without asking each person for consent."""
    assert found.api is not None
    assert found.spa is not None
    before = at(found.api, "api.preAuthorizedApplications") or []
    ids = scope_ids(wanted, found.api)
    known = [each["delegatedPermissionIds"] for each in before if each["appId"] == found.spa["appId"]]
    if set(ids) <= set().union(*known):
        return
    after = pre_authorised(found.api, found.spa["appId"], ids)
    yield Change(
        key="pre-authorisation",
        title="pre-authorise the front end at the API, so that people are not asked for consent",
        method="PATCH",
        path=f"/applications/{found.api['id']}",
        body={"api": {"preAuthorizedApplications": after}},
        place="api",
        items=(Item(name="api.preAuthorizedApplications", before=before, after=after),),
    )


def is_same(known: Any, wanted: Any) -> bool:
    """Return whether two values are the same to Graph, which keeps no order in lists and shows members of its own."""
    return bool(canonical(known) == canonical(wanted))


def canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {name: canonical(each) for name, each in value.items() if name not in READ_ONLY}
        return {name: each for name, each in kept.items() if each is not None}
    if isinstance(value, list | tuple):
        return sorted((canonical(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True)) or None
    return value or None
