"""Compares registrations with the settings, without changing them: each difference with the screen that mends it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django_entrance.entra.registration.bodies import at
from django_entrance.entra.registration.changes import Change
from django_entrance.entra.registration.credential import moment
from django_entrance.entra.registration.difference import difference
from django_entrance.entra.registration.found import Found
from django_entrance.entra.registration.wanted import Wanted

Json = Mapping[str, Any]

DAYS_LEFT = 30
"""A credential that ends sooner is a problem."""

AZURE_AD_GRAPH = "00000002-0000-0000-c000-000000000000"
"""Azure AD Graph (graph.windows.net), which has ended (Microsoft, August 2025)."""

SECRETS = "Certificates & secrets"
SCREENS: Mapping[str, str] = {
    "signInAudience": "Authentication",
    "identifierUris": "Expose an API",
    "api.oauth2PermissionScopes": "Expose an API",
    "api.preAuthorizedApplications": "Expose an API",
    "api.requestedAccessTokenVersion": "Manifest",
    "appRoles": "App roles",
    "optionalClaims.accessToken": "Token configuration",
    "optionalClaims.idToken": "Token configuration",
    "groupMembershipClaims": "Token configuration",
    "web.redirectUris": "Authentication",
    "spa.redirectUris": "Authentication",
    "web.logoutUrl": "Authentication",
    "requiredResourceAccess": "API permissions",
    "scope": "API permissions",
    "appRoleAssignments": "API permissions",
    "appId": "Enterprise applications",
}
"""The portal's screen for each property of a registration."""

MEND = "Run: manage.py entrance register"


class Comparison(NamedTuple):
    """One property: what it is, what was seen, and the remedy; an empty one means that nothing is wrong."""

    what: str
    seen: str
    remedy: str = ""


def compare(wanted: Wanted, found: Found, groups: Collection[str], now: datetime | None = None) -> Iterator[Comparison]:
    """Yield what differs, then what ends soon. ``groups`` are object ids in ``ACCESS``.

    A property that the command leaves as it is, because anyone may have set it, is compared as well.
    """
    assert found.api is not None
    changes = [change for change in difference(wanted, found) if not change.shows_secret]
    for change in changes:
        yield from differing(change)
    yield from left_alone(wanted, found)
    yield from ending(found.api, now or datetime.now(UTC))
    yield from unassigned(found, groups)
    if not changes:
        name = found.api.get("displayName")
        yield Comparison("registrations", f"as the settings say: {name}, {found.api['appId']}")


def differing(change: Change) -> Iterator[Comparison]:
    """Yield one comparison for each property that a change sets; for a missing object, one for all of it."""
    if change.items and change.items[0].name == "appId":
        yield Comparison("enterprise application", "missing", f"{MEND}. In the portal it is made at the first consent.")
        return
    for item in change.items:
        screen = SCREENS.get(item.name, SECRETS)
        lacks = outermost([each for each in names(item.after) if each not in names(item.before)])
        what = f"without {', '.join(lacks)}" if lacks else f"{text(item.before)} instead of {text(item.after)}"
        seen = what if change.place in ("api", "spa") else f"not granted: {', '.join(lacks)}"
        part = "front end, " if change.key.startswith("front end") else ""
        yield Comparison(f"{part}{item.name}", seen, f"{MEND}, or change it in the portal: {screen}.")


def outermost(lacks: list[str]) -> list[str]:
    """Return the names without those of the parts of an item that is missing itself."""
    known = set(filter(None, lacks))
    return [each for each in lacks if each.rpartition(": ")[0] not in known]


def names(value: Any) -> list[str]:
    """Return the names of what a list has, with the names of what each of its items has."""
    if isinstance(value, str):
        return value.split() if " " in value and ":" not in value else [value]
    if isinstance(value, Mapping):
        own = next((str(value[key]) for key in ("value", "name", "id", "appId", "resourceAppId") if key in value), "")
        inner = [each for each in value.values() if isinstance(each, list)]
        return [own, *(f"{own}: {name}" for each in inner for name in names(each))]
    return [name for each in value for name in names(each)] if isinstance(value, list) else []


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def left_alone(wanted: Wanted, found: Found) -> Iterator[Comparison]:
    """Yield properties with one value that the command does not replace."""
    assert found.api is not None
    for part, known in (("", found.api), ("front end, ", found.spa)):
        if known is None:
            continue
        for name, expected in (("signInAudience", wanted.audience), ("web.logoutUrl", wanted.front_channel)):
            seen = at(known, name)
            if expected and seen and seen != expected:
                remedy = f"Change it in the portal: {SCREENS[name]}. The command leaves a value that is there."
                yield Comparison(f"{part}{name}", f"{seen} instead of {expected}", remedy)
        if any(each["resourceAppId"] == AZURE_AD_GRAPH for each in known.get("requiredResourceAccess") or ()):
            remedy = "Remove it under API permissions: Azure AD Graph (graph.windows.net) has ended."
            yield Comparison(f"{part}requiredResourceAccess", "asks for Azure AD Graph", remedy)


def ending(api: Json, now: datetime) -> Iterator[Comparison]:
    """Yield the secrets and certificates that end within 30 days, or have ended."""
    for kind, place in (("secret", "passwordCredentials"), ("certificate", "keyCredentials")):
        for each in api.get(place) or ():
            end = moment(each["endDateTime"])
            name = f"{kind} {each.get('displayName') or each.get('keyId')}"
            if end <= now:
                yield Comparison(name, f"ended on {end:%Y-%m-%d}; it can be removed under {SECRETS}")
            elif end - now < timedelta(days=DAYS_LEFT):
                option = "--new-secret" if kind == "secret" else "--certificate FILE"
                remedy = f"{MEND} {option}, put it into the settings, and remove this one under {SECRETS}."
                yield Comparison(name, f"ends on {end:%Y-%m-%d}", remedy)


def unassigned(found: Found, groups: Collection[str]) -> Iterator[Comparison]:
    """Yield groups in ``ACCESS`` that are not assigned, where tokens list only groups that are."""
    kinds = str((found.api or {}).get("groupMembershipClaims")).split(", ")
    if "ApplicationGroup" not in kinds or "assigned" in found.unread:
        return
    there = {str(each["principalId"]).lower() for each in found.assigned}
    for group in sorted(set(groups) - there):
        remedy = f"Assign it a role: manage.py entrance assign {group} ROLE. Tokens list only groups that are assigned."
        yield Comparison(f"group {group}", "not assigned to the API", remedy)
