"""Explains why a user has a role: an app role or a group of Entra, or a person who gave it in Logbook."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django_entrance.models import EntraAccount


class Source(Enum):
    APP_ROLE = "APP_ROLE"
    ENTRA_GROUP = "ENTRA_GROUP"
    LOGBOOK = "LOGBOOK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    role: str
    source: Source
    name: str = ""


def reasons_of(user: User, roles: Iterable[str]) -> list[Reason]:
    """Return at least one reason for each of the user's roles."""
    applied = [json.loads(each.access) for each in EntraAccount.objects.filter(user=user).exclude(access="")]
    given = {right for each in applied for right in each["given"]}
    names = {name for each in applied for name in names_in(each["grants"])}
    reasons = []
    for role in sorted(roles):
        by_entra = list(from_entra(role, names)) if f"group:{role}" in given else []
        reasons += by_entra or [Reason(role=role, source=Source.LOGBOOK)]
    return reasons


def names_in(grants: dict[str, list[list[str]]]) -> Iterator[str]:
    """Yield the app roles and groups that Entra named last. The last list of a grant is what they give."""
    for *sources, _ in grants.values():
        for names in sources:
            yield from names


def from_entra(role: str, names: set[str]) -> Iterator[Reason]:
    access: dict[str, Any] = dict(settings.ENTRANCE)["ACCESS"]
    for kind, source in (("app_roles", Source.APP_ROLE), ("groups", Source.ENTRA_GROUP)):
        for name, rights in access[kind].items():
            if name in names and role in rights["groups"]:
                yield Reason(role=role, source=source, name=name)
