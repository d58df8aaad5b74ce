"""Decides who may pass, and with which of the service's errors the others are turned away."""

from __future__ import annotations

from dataclasses import dataclass

from entra_local._delegation import Delegation
from entra_local._directory import Directory
from entra_local._errors import Refusal
from entra_local._principals import Person
from entra_local._registration import AppRegistration


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody is about to get tokens.

    `person` is None when the application comes as itself. `methods` and `contexts` are what the session has met,
    `wanted_context` what the client asks for; times are in seconds since 1970.
    """

    tenant_id: str
    client: AppRegistration
    person: Person | None
    resources: tuple[AppRegistration, ...]
    now: int
    methods: frozenset[str] = frozenset({"pwd"})
    contexts: frozenset[str] = frozenset()
    wanted_context: str | None = None
    authenticated_at: int | None = None


def attempt_of(delegation: Delegation, resource: AppRegistration, now: int) -> Attempt:
    """Give the attempt of a client to get a token for one API from what a person has let it do."""
    return Attempt(
        tenant_id=delegation.person.tenant_id,
        client=delegation.client,
        person=delegation.person,
        resources=(resource,),
        now=now,
        methods=delegation.methods,
        contexts=delegation.contexts,
        authenticated_at=delegation.authenticated_at,
    )


def refusal_of(directory: Directory, attempt: Attempt) -> Refusal | None:
    """Give the refusal that an attempt meets; None lets it pass."""
    person = attempt.person
    if person is None:
        return _refusal_of_application(directory, attempt)
    if all(directory.may_enter(person, resource) for resource in attempt.resources):
        return None
    names = " and ".join(resource.name for resource in attempt.resources)
    return Refusal(50105, person=person.username, resource=names)


def _refusal_of_application(directory: Directory, attempt: Attempt) -> Refusal | None:
    """An application that comes as itself needs a role where assignment is required."""
    entry = directory.service_principal(attempt.tenant_id, attempt.client.client_id)
    for resource in attempt.resources:
        api = directory.service_principal(attempt.tenant_id, resource.client_id)
        roles = entry and directory.application_roles_of(entry.id, attempt.tenant_id, resource)
        if api and api.assignment_required and not roles:
            return Refusal(501051, client=attempt.client.name, resource=resource.name)
    return None
