"""Changes single things of an emulator's world."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from entra_double import Emulator
from entra_double._world.principals import Person, ServicePrincipal
from entra_double._world.registration import AppRegistration


def change(emulator: Emulator, client_id: str, **fields: Any) -> AppRegistration:
    """Give an application other `fields`, and give it back."""
    known = next(known for known in emulator.directory.applications if known.client_id == client_id)
    changed = replace(known, **fields)
    emulator.directory = emulator.directory.put(changed)
    return changed


def change_person(emulator: Emulator, object_id: str, **fields: Any) -> Person:
    """Give a person other `fields`, and give them back."""
    changed = replace(next(known for known in emulator.directory.people if known.object_id == object_id), **fields)
    emulator.directory = emulator.directory.put(changed)
    return changed


def change_entry(emulator: Emulator, client_id: str, **fields: Any) -> ServicePrincipal:
    """Give an application's own identity in its tenant other `fields`, and give it back."""
    home = next(known for known in emulator.directory.applications if known.client_id == client_id).tenant_id
    known = emulator.directory.service_principal(home, client_id)
    changed = replace(known or ServicePrincipal(tenant_id=home, client_id=client_id), **fields)
    emulator.directory = emulator.directory.put(changed)
    return changed
