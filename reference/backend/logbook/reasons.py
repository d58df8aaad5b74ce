"""Explains why a user has a role: an app role or a group of Entra, or a person who gave it in Logbook."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.contrib.auth.models import User
from django_entrance.accounts.explaining import rights_from_entra


class Source(Enum):
    APP_ROLE = "APP_ROLE"
    ENTRA_GROUP = "ENTRA_GROUP"
    LOGBOOK = "LOGBOOK"


SOURCES = {"app_roles": Source.APP_ROLE, "groups": Source.ENTRA_GROUP}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    role: str
    source: Source
    name: str = ""


def reasons_of(user: User, roles: Iterable[str]) -> list[Reason]:
    """Return at least one reason for each of the user's roles."""
    given = rights_from_entra(user)
    reasons = []
    for role in sorted(roles):
        by_entra = [
            Reason(role=role, source=SOURCES[each.kind], name=each.name) for each in given.get(f"group:{role}", ())
        ]
        reasons += by_entra or [Reason(role=role, source=Source.LOGBOOK)]
    return reasons
