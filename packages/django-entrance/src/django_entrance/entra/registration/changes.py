"""One change of a registration: a sentence for people, one call of Graph, and what is there after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django_entrance.entra.registration.bodies import with_body
from django_entrance.entra.registration.found import Found

Json = Mapping[str, Any]

CREATE_IF_MISSING = {"Prefer": "create-if-missing"}
"""Graph makes the object that has this alternate key, or changes it: two runs at once make one."""

WRITE_APPLICATIONS = "Application.ReadWrite.All"
GRANT_SCOPES = "DelegatedPermissionGrant.ReadWrite.All"
ASSIGN_ROLES = "AppRoleAssignment.ReadWrite.All"

ROLE_OF_PERSON = {
    WRITE_APPLICATIONS: "Application Developer, for registrations of your own, or Cloud Application Administrator",
    GRANT_SCOPES: "Cloud Application Administrator",
    ASSIGN_ROLES: "Privileged Role Administrator for roles of Microsoft Graph, else Cloud Application Administrator",
}
"""Which directory role a person needs beside a delegated permission (Microsoft Entra, built-in roles)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One property that a change sets, with its value before and after."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One call of Graph. ``place`` names the field of ``Found`` that its answer, or its body, belongs to.

    ``is_optional``: without it people can sign in, too, so a refusal (403) is reported and the rest goes on.
    ``shows_secret``: the answer has the value of a new secret, and the call is never sent twice.
    """

    key: str
    title: str
    method: str
    path: str
    body: Json
    place: str
    items: tuple[Item, ...] = ()
    permission: str = WRITE_APPLICATIONS
    headers: Mapping[str, str] = field(default_factory=dict)
    is_optional: bool = False
    shows_secret: bool = False

    @property
    def makes_object(self) -> bool:
        return self.method == "POST" or bool(self.headers)

    def as_json(self) -> dict[str, Any]:
        """Return the change for a program; nothing in it is secret."""
        items = [{"property": each.name, "before": each.before, "after": each.after} for each in self.items]
        call = {"method": self.method, "path": self.path, "body": self.body}
        return {"change": self.key, "title": self.title, "properties": items, "call": call, "needs": self.permission}

    def after(self, found: Found, answer: Json) -> Found:
        """Return the registrations as they are after this change, which Graph has answered."""
        known = getattr(found, self.place)
        if self.shows_secret:
            return found.with_part("api", with_secret(found.api or {}, answer))
        if isinstance(known, tuple):
            return found.with_part(self.place, with_row(known, self.path, self.body, answer))
        whole = {**self.body, **answer} if self.makes_object else with_body(known, self.body)
        return found.with_part(self.place, whole)

    def pretended(self) -> Json:
        """Return what Graph would answer, with names in the place of ids that are not known before."""
        return {"id": f"<id of {self.key}>", "appId": f"<client id of {self.key}>"} if self.makes_object else {}


def with_secret(api: Json, answer: Json) -> Json:
    """Return the registration with a new secret, without its value."""
    secret = {name: value for name, value in answer.items() if name != "secretText"}
    return {**api, "passwordCredentials": [*(api.get("passwordCredentials") or ()), secret]}


def with_row(known: tuple[Json, ...], path: str, body: Json, answer: Json) -> tuple[Json, ...]:
    """Return a list with one more object, or with the changed one in its place."""
    changed = path.rpartition("/")[2]
    if any(each["id"] == changed for each in known):
        return tuple({**each, **body} if each["id"] == changed else each for each in known)
    return (*known, {**body, **answer})
