"""Decides whether an attempt to get tokens is refused, and with which of the service's errors."""

import json
from dataclasses import dataclass

from entra_double._world.directory import Directory
from entra_double._world.errors import Refusal
from entra_double._world.policies import ConditionalAccess, Demand
from entra_double._world.principals import Person, ServicePrincipal
from entra_double._world.registration import AppRegistration
from entra_double._world.requests.delegation import Delegation

SECOND_PROOF = "mfa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An attempt to get tokens; `person` is None where an application acts without a user.

    `methods` and `contexts` are what the session has met; `wanted_contexts`, and ids of `wanted_policies`, are what the
    client asks for.
    """

    tenant_id: str
    client: AppRegistration
    person: Person | None
    resources: tuple[AppRegistration, ...]
    now: int
    methods: frozenset[str] = frozenset({"pwd"})
    contexts: frozenset[str] = frozenset()
    wanted_contexts: frozenset[str] = frozenset()
    wanted_policies: frozenset[str] = frozenset()
    authenticated_at: int | None = None


def attempt_of(
    delegation: Delegation,
    *resources: AppRegistration,
    now: int,
    wanted_contexts: frozenset[str] = frozenset(),
    wanted_policies: frozenset[str] = frozenset(),
) -> Attempt:
    """Return the attempt of a client to get tokens for some APIs by a delegation."""
    return Attempt(
        tenant_id=delegation.person.tenant_id,
        client=delegation.client,
        person=delegation.person,
        resources=resources,
        now=now,
        methods=delegation.methods,
        contexts=delegation.contexts,
        wanted_contexts=wanted_contexts,
        wanted_policies=wanted_policies,
        authenticated_at=delegation.authenticated_at or None,
    )


def refusal_of(directory: Directory, attempt: Attempt) -> Refusal | None:
    """Return the refusal of an attempt, if any; the first that applies.

    The application (7000112) or the API (50001) is disabled; the person is deleted (50034) or disabled, also at home
    (50057); the person (50105) or the application (501051) is not assigned; a policy blocks (53003), requires a
    compliant device (53000), a second factor (50076, or 50079 if the person has none) or a new sign-in (70043).
    """
    entry = directory.service_principal(attempt.tenant_id, attempt.client.client_id)
    if entry and not entry.enabled:
        return Refusal(7000112, client_id=attempt.client.client_id)
    for api in attempt.resources:
        principal = directory.service_principal(attempt.tenant_id, api.client_id)
        if principal and not principal.enabled:
            return Refusal(50001, resource=api.name, tenant=attempt.tenant_id)
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
    """Return a person as the directory has them now; None if they are deleted."""
    tenant = directory.tenant(person.tenant_id)
    return directory.person(tenant, person.object_id) if tenant else None


def _refusal_of_application(directory: Directory, attempt: Attempt, entry: ServicePrincipal | None) -> Refusal | None:
    """Refuse an application without a user and without a role where assignment is required."""
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
    if policy.id not in attempt.wanted_policies and not _is_meant(policy, attempt):
        return False
    names = {person.object_id} | {group.object_id for group in directory.groups_of(person.object_id)}
    return (policy.people is None or bool(names & policy.people)) and not names & policy.except_people


def _is_meant(policy: ConditionalAccess, attempt: Attempt) -> bool:
    """Return whether a policy is for this client and these APIs."""
    if policy.context is not None and policy.context not in attempt.wanted_contexts:
        return False
    if policy.clients is not None and attempt.client.client_id not in policy.clients:
        return False
    return policy.applications is None or any(api.client_id in policy.applications for api in attempt.resources)


def _is_met(policy: ConditionalAccess, attempt: Attempt, person: Person) -> bool:
    if policy.demand is Demand.MFA:
        return SECOND_PROOF in attempt.methods or policy.context in attempt.contexts
    return policy.demand is Demand.COMPLIANT_DEVICE and Demand.COMPLIANT_DEVICE in person.methods


def _unmet(policy: ConditionalAccess, attempt: Attempt, person: Person) -> Refusal:
    claims = _claims_of(policy)
    if policy.demand is not Demand.MFA:
        return Refusal(53003 if policy.demand is Demand.BLOCK else 53000, policy=policy.name, claims=claims)
    names = " and ".join(resource.name for resource in attempt.resources)
    return Refusal(50076 if SECOND_PROOF in person.methods else 50079, resource=names, claims=claims)


def _claims_of(policy: ConditionalAccess) -> str:
    """Return the next `claims` parameter of the client: the context, or else the policy's id."""
    if policy.context is None:
        wanted: dict[str, object] = {"capolids": {"essential": True, "values": [policy.id]}}
    else:
        wanted = {"acrs": {"essential": True, "value": policy.context}}
    return json.dumps({"access_token": wanted}, separators=(",", ":"))


def _is_too_old(policy: ConditionalAccess, attempt: Attempt) -> bool:
    if policy.sign_in_frequency is None or attempt.authenticated_at is None:
        return False
    return attempt.now - attempt.authenticated_at >= policy.sign_in_frequency
