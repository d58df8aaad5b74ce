"""Draws whole worlds for hypothesis: any that a directory file can say, in the order in which it says them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from entra_double._world.directory import Directory
from entra_double._world.directory_file.microsoft_graph import microsoft_graph
from entra_double._world.ids import CONSUMERS, DEFAULT_ACCESS, GRAPH_CLIENT_ID
from entra_double._world.policies import Assignment, AuthenticationContext, ConditionalAccess, Demand, PermissionGrant
from entra_double._world.principals import Group, Person, ServicePrincipal, Tenant
from entra_double._world.registration import AppRegistration
from hypothesis import strategies as st

from .drawn_applications import applications_of, referring
from .drawn_values import addresses, domains, flags, guids, loose, moments, seconds, some, texts, unique, words


@st.composite
def directories(draw: Any) -> Directory:
    """Draw tenants, then what has a name in them, then what refers to it."""
    tenants = draw(st.lists(_tenants(), min_size=1, max_size=3, unique_by=(lambda t: t.id, lambda t: t.domain.lower())))
    people = [person for tenant in tenants for person in draw(_people(tenant, tenants))]
    bare = [known for tenant in tenants for known in draw(applications_of(tenant))]
    graph = microsoft_graph(tenants[0].id)
    apis = [*bare, graph]
    applications = [draw(referring(known, apis)) for known in bare] + [graph]
    entries = [entry for tenant in tenants for entry in draw(_entries(tenant, applications))]
    world = Directory(
        tenants=tuple(tenants),
        applications=tuple(applications),
        people=tuple(people),
        service_principals=tuple(entries),
    )
    for tenant in tenants:
        world = draw(_with_access(tenant, world))
    return world


def _tenants() -> Any:
    plain = st.builds(
        Tenant,
        id=guids,
        domain=domains,
        name=texts,
        region=texts,
        country=texts,
        access_token_lifetime=seconds,
        most_groups=st.integers(0, 300),
    )
    return plain | st.builds(Tenant, id=st.just(CONSUMERS), domain=st.just("live.com"), name=texts)


def _people(tenant: Tenant, tenants: list[Tenant]) -> Any:
    person = st.builds(
        Person,
        object_id=guids,
        tenant_id=st.just(tenant.id),
        username=st.tuples(words, domains | st.just(tenant.domain)).map("@".join),
        name=texts,
        given_name=loose,
        family_name=loose,
        user_principal_name=addresses,
        home_tenant_id=st.sampled_from([known.id for known in tenants]) | guids,
        home_object_id=guids,
        enabled=flags,
        email=st.none() | addresses,
        email_verified=flags,
        country=st.none() | texts,
        language=st.none() | texts,
        identity_provider=st.none() | texts,
        valid_from=moments,
        methods=st.frozensets(words, max_size=3),
        directory_roles=st.lists(texts, max_size=2).map(tuple),
    )
    return unique(person, (lambda known: known.object_id, lambda known: known.username.lower()))


def _entries(tenant: Tenant, applications: list[AppRegistration]) -> Any:
    entry = st.builds(
        ServicePrincipal,
        tenant_id=st.just(tenant.id),
        client_id=st.sampled_from([known.client_id for known in applications]),
        object_id=st.just("") | guids,
        enabled=flags,
        assignment_required=flags,
    )
    return unique(entry, lambda known: known.client_id, most=2)


@st.composite
def _with_access(draw: Any, tenant: Tenant, world: Directory) -> Directory:
    """Add a tenant's groups, assignments, grants, policies and contexts, in the file's order."""
    people = [person.object_id for person in world.people_of(tenant)]
    group_ids = draw(st.lists(guids, max_size=3, unique=True))
    entries = [world.service_principal(tenant.id, known.client_id) for known in world.applications_of(tenant)]
    principals = people + group_ids + [entry.id for entry in entries if entry]
    contexts = st.integers(1, 99).map(lambda number: f"c{number}")
    named = draw(unique(st.builds(AuthenticationContext, tenant_id=st.just(tenant.id), id=contexts, name=texts)))
    return replace(
        world,
        groups=world.groups + draw(_groups(tenant, group_ids, people, principals)),
        assignments=world.assignments + draw(_assignments(tenant, world, principals)),
        grants=world.grants + draw(_grants(tenant, world, people)),
        policies=world.policies + draw(_policies(tenant, world, people + group_ids, contexts)),
        contexts=world.contexts + tuple({known.id: known for known in named}.values()),
    )


@st.composite
def _groups(draw: Any, tenant: Tenant, ids: list[str], people: list[str], principals: list[str]) -> tuple[Group, ...]:
    group = st.builds(
        Group,
        object_id=st.just(""),
        tenant_id=st.just(tenant.id),
        name=texts | st.sampled_from(["Editors", "ada", *people[:1]]),
        members=some(principals).map(frozenset),
        security=flags,
        mail=st.none() | addresses,
        sam_account_name=st.none() | texts,
        dns_domain=st.none() | texts,
        netbios_domain=st.none() | texts,
    )
    return tuple(replace(draw(group), object_id=group_id) for group_id in ids)


@st.composite
def _assignments(draw: Any, tenant: Tenant, world: Directory, principals: list[str]) -> tuple[Assignment, ...]:
    return tuple(
        Assignment(
            principal_id=who,
            tenant_id=tenant.id,
            client_id=api.client_id,
            role_id=draw(st.sampled_from([DEFAULT_ACCESS, *(role.id for role in api.app_roles)])),
        )
        for who in draw(some(principals))
        for api in draw(some(world.applications, most=2))
    )


@st.composite
def _grants(draw: Any, tenant: Tenant, world: Directory, people: list[str]) -> tuple[PermissionGrant, ...]:
    first, *others = world.applications
    apis = [first, *(known for known in others if known.client_id == GRAPH_CLIENT_ID)]
    return tuple(
        PermissionGrant(
            tenant_id=tenant.id,
            client_id=client.client_id,
            resource_id=api.client_id,
            scopes=frozenset(draw(some(scope.value for scope in api.scopes))),
            person_id=person,
        )
        for client in draw(some(world.applications, most=2))
        for api in draw(some(apis, most=1))
        for person in draw(some([None, *people], most=2))
    )


def _policies(tenant: Tenant, world: Directory, targets: list[str], contexts: Any) -> Any:
    apis = [known.client_id for known in world.applications]
    policy = st.builds(
        ConditionalAccess,
        id=guids,
        tenant_id=st.just(tenant.id),
        name=texts,
        demand=st.sampled_from(list(Demand)),
        people=st.none() | some(targets).map(frozenset),
        except_people=some(targets).map(frozenset),
        applications=st.none() | some(apis).map(frozenset),
        clients=st.none() | some(apis).map(frozenset),
        context=st.none() | contexts,
        sign_in_frequency=seconds,
        enabled=flags,
    )
    return unique(policy, lambda known: known.id, most=2)
