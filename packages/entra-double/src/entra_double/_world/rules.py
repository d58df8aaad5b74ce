"""Decides who may pass, and with which of the service's errors the others are turned away."""

from __future__ import annotations

import json
from dataclasses import dataclass

from entra_double._world.delegation import Delegation
from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.policies import ConditionalAccess, Demand
from entra_double._world.principals import Person, ServicePrincipal
from entra_double._world.registration import AppRegistration

SECOND_PROOF = "mfa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody is about to get tokens.

    `person` is None when the application comes as itself. `methods` and `contexts` are what the session has met,
    `wanted_contexts` what the client asks for; times are in seconds since 1970, and None where nobody signed in.
    """

    tenant_id: str
    client: AppRegistration
    person: Person | None
    resources: tuple[AppRegistration, ...]
    now: int
    methods: frozenset[str] = frozenset({"pwd"})
    contexts: frozenset[str] = frozenset()
    wanted_contexts: frozenset[str] = frozenset()
    authenticated_at: int | None = None


def attempt_of(
    delegation: Delegation, resource: AppRegistration, now: int, *, wanted_contexts: frozenset[str] = frozenset()
) -> Attempt:
    """Give the attempt of a client to get a token for one API from what a person has let it do."""
    return Attempt(
        tenant_id=delegation.person.tenant_id,
        client=delegation.client,
        person=delegation.person,
        resources=(resource,),
        now=now,
        methods=delegation.methods,
        contexts=delegation.contexts,
        wanted_contexts=wanted_contexts,
        authenticated_at=delegation.authenticated_at or None,
    )


def refusal_of(directory: Directory, attempt: Attempt) -> Refusal | None:
    """Give the refusal that an attempt meets; None lets it pass.

    The first that holds is told: the application is disabled (7000112), or the API (50001); the person is gone (50034)
    or disabled, be it at home (50057); somebody is not assigned to the application or the API (50105; an application
    that comes as itself, to the API: 501051); a policy blocks (53003), wants a device (53000), wants a second proof
    (50076, or 50079 from somebody who has none), or wants a younger sign-in (70043).
    """
    entry = directory.service_principal(attempt.tenant_id, attempt.client.client_id)
    if entry and not entry.enabled:
        return Refusal(7000112, client_id=attempt.client.client_id)
    if disabled := _disabled_api(directory, attempt):
        return Refusal(50001, resource=disabled.name, tenant=attempt.tenant_id)
    if attempt.person is None:
        return _refusal_of_application(directory, attempt, entry)
    person = as_known_now(directory, attempt.person)
    if person is None:
        return Refusal(50034, person=attempt.person.username, tenant=attempt.tenant_id)
    if not (person.enabled and directory.home_of(person).enabled):
        return Refusal(50057, person=person.username)
    if closed := directory.closed_to(person, attempt.client, *attempt.resources):
        return Refusal(50105, person=person.username, resource=closed.name)
    return _refusal_by_policy(directory, attempt, person)


def as_known_now(directory: Directory, person: Person) -> Person | None:
    """Give what the directory says of a person by now; None when they are gone."""
    tenant = directory.tenant(person.tenant_id)
    return directory.person(tenant, person.object_id) if tenant else None


def _disabled_api(directory: Directory, attempt: Attempt) -> AppRegistration | None:
    for resource in attempt.resources:
        api = directory.service_principal(attempt.tenant_id, resource.client_id)
        if api and not api.enabled:
            return resource
    return None


def _refusal_of_application(directory: Directory, attempt: Attempt, entry: ServicePrincipal | None) -> Refusal | None:
    """An application that comes as itself needs a role where assignment is required."""
    for resource in attempt.resources:
        api = directory.service_principal(attempt.tenant_id, resource.client_id)
        roles = entry and directory.application_roles_of(entry.id, attempt.tenant_id, resource)
        if api and api.assignment_required and not roles:
            return Refusal(501051, client=attempt.client.name, resource=resource.name)
    return None


def _refusal_by_policy(directory: Directory, attempt: Attempt, person: Person) -> Refusal | None:
    policies = [policy for policy in directory.policies if _applies(directory, policy, attempt, person)]
    for demand in (Demand.BLOCK, Demand.COMPLIANT_DEVICE, Demand.MFA):
        for policy in policies:
            if policy.demand is demand and not _is_met(policy, attempt, person):
                return _unmet(policy, attempt, person)
    if any(_is_too_old(policy, attempt) for policy in policies):
        return Refusal(70043)
    return None


def _applies(directory: Directory, policy: ConditionalAccess, attempt: Attempt, person: Person) -> bool:
    if not policy.enabled or policy.tenant_id != attempt.tenant_id:
        return False
    if policy.context is not None and policy.context not in attempt.wanted_contexts:
        return False
    if policy.clients is not None and attempt.client.client_id not in policy.clients:
        return False
    if policy.applications is not None and not any(api.client_id in policy.applications for api in attempt.resources):
        return False
    names = {person.object_id} | {group.object_id for group in directory.groups_of(person.object_id)}
    return (policy.people is None or bool(names & policy.people)) and not names & policy.except_people


def _is_met(policy: ConditionalAccess, attempt: Attempt, person: Person) -> bool:
    match policy.demand:
        case Demand.MFA:
            return SECOND_PROOF in attempt.methods or policy.context in attempt.contexts
        case Demand.COMPLIANT_DEVICE:
            return Demand.COMPLIANT_DEVICE in person.methods
        case _:
            return False


def _unmet(policy: ConditionalAccess, attempt: Attempt, person: Person) -> Refusal:
    if policy.demand is Demand.BLOCK:
        return Refusal(53003, policy=policy.name, claims=_claims_of(policy))
    if policy.demand is Demand.COMPLIANT_DEVICE:
        return Refusal(53000, policy=policy.name, claims=_claims_of(policy))
    code = 50076 if SECOND_PROOF in person.methods else 50079
    return Refusal(code, resource=_names(attempt), claims=_claims_of(policy))


def _claims_of(policy: ConditionalAccess) -> str:
    """Give what the client is to send back in its next `claims` parameter: the context, or else the policy's id."""
    if policy.context is None:
        wanted: dict[str, object] = {"capolids": {"essential": True, "values": [policy.id]}}
    else:
        wanted = {"acrs": {"essential": True, "value": policy.context}}
    return json.dumps({"access_token": wanted}, separators=(",", ":"))


def _is_too_old(policy: ConditionalAccess, attempt: Attempt) -> bool:
    if policy.sign_in_frequency is None or attempt.authenticated_at is None:
        return False
    return attempt.now - attempt.authenticated_at >= policy.sign_in_frequency


def _names(attempt: Attempt) -> str:
    return " and ".join(resource.name for resource in attempt.resources)
