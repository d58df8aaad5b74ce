"""Makes the account picker: who may be chosen, in which order, and what is said of each."""

from __future__ import annotations

from entra_local._authorize.answers import AccountPicker, Choice
from entra_local._authorize_request import AuthorizeRequest
from entra_local._emulator import Emulator
from entra_local._principals import Person
from entra_local._sessions import is_meant


def pick(emulator: Emulator, request: AuthorizeRequest, *, transaction: str, browser_id: str) -> AccountPicker:
    signed_in = {account.person.object_id for account in emulator.sessions.accounts(browser_id)}
    choices = [
        Choice(
            person=person,
            roles=_roles(emulator, request, person),
            assigned=_is_assigned(emulator, request, person),
            signed_in=person.object_id in signed_in,
            hinted=request.hint is not None and is_meant(person, request.hint),
        )
        for person in emulator.directory.people_of(request.back.tenant)
    ]
    choices.sort(key=lambda choice: (not choice.hinted, not choice.signed_in))
    return AccountPicker(transaction=transaction, request=request, choices=tuple(choices))


def _roles(emulator: Emulator, request: AuthorizeRequest, person: Person) -> tuple[str, ...]:
    directory = emulator.directory
    return tuple(role for asked in request.scopes.resources for role in directory.roles_of(person, asked.resource))


def _is_assigned(emulator: Emulator, request: AuthorizeRequest, person: Person) -> bool:
    return all(emulator.directory.may_enter(person, asked.resource) for asked in request.scopes.resources)
