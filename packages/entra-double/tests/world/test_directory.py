"""The world as a value: finding, changing, and who has what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from entra_double._world.directory import Directory
from entra_double._world.ids import CONSUMERS, GRAPH_CLIENT_ID, NIL_ID, derived_id
from entra_double._world.policies import Assignment, AuthenticationContext, ConditionalAccess, PermissionGrant
from entra_double._world.principals import PERSONAL, Group, Person, ServicePrincipal
from entra_double._world.registration import AppRegistration, Audience, PreAuthorised
from entra_double._world.seed import CONTOSO, DAEMON_CLIENT_ID, FABRIKAM, seed

from ..single_page_app import ADA, API, GRACE, MALLORY, SPA

WORLD = seed()
READER = "40010000-0000-4000-a000-000000000021"
DAEMON = ServicePrincipal(tenant_id=CONTOSO.id, client_id=DAEMON_CLIENT_ID)


def application(client_id: str, directory: Directory = WORLD) -> AppRegistration:
    return next(known for known in directory.applications if known.client_id == client_id)


def person(object_id: str) -> Person:
    found = WORLD.person(CONTOSO, object_id)
    assert found
    return found


def group(name: str, *members: str) -> Group:
    return Group(object_id=derived_id(name), tenant_id=CONTOSO.id, name=name, members=frozenset(members))


def test_a_derived_id_is_the_same_for_the_same_names_in_any_case() -> None:
    assert derived_id("person", "Ada") == derived_id("Person", "ADA")
    assert derived_id("ab", "c") != derived_id("a", "bc")


@pytest.mark.parametrize("name", [CONTOSO.id, "contoso.example", "CONTOSO.example", "contoso.test"])
def test_a_tenant_is_found_by_each_of_its_names(name: str) -> None:
    world = WORLD.put(replace(CONTOSO, domains=("contoso.test",)))
    found = world.tenant(name)
    assert found
    assert found.id == CONTOSO.id
    assert WORLD.tenant("consumers") is None


def test_the_tenant_of_personal_accounts_is_known_by_its_id() -> None:
    assert [tenant.id for tenant in WORLD.tenants if tenant.is_personal] == [CONSUMERS]


@pytest.mark.parametrize(
    ("audience", "admitted"),
    [
        (Audience.ONE, [CONTOSO]),
        (Audience.MANY, [CONTOSO, FABRIKAM]),
        (Audience.EVERYBODY, [CONTOSO, FABRIKAM, PERSONAL]),
        (Audience.PERSONAL, [PERSONAL]),
    ],
)
def test_an_audience_admits_its_tenants(audience: Audience, admitted: list[object]) -> None:
    client = replace(application(SPA), audience=audience)
    assert [tenant for tenant in WORLD.tenants if client.admits(tenant.id)] == admitted


def test_a_client_of_many_tenants_is_met_in_each_and_an_api_where_it_has_a_service_principal() -> None:
    world = WORLD.put(replace(application(API), audience=Audience.MANY))
    assert world.application(FABRIKAM, API)
    assert WORLD.application(FABRIKAM, API) is None
    assert world.resource(FABRIKAM, API) is None
    known = world.put(ServicePrincipal(tenant_id=FABRIKAM.id, client_id=API))
    assert known.resource(FABRIKAM, f"api://{API}")
    assert [each.client_id for each in known.applications_of(FABRIKAM)] == [API, GRAPH_CLIENT_ID]


def test_ids_that_are_left_out_are_derived() -> None:
    assert application(API).id == derived_id("application", API)
    assert replace(application(API), object_id=NIL_ID).id == NIL_ID
    assert replace(DAEMON, object_id=NIL_ID).id == NIL_ID
    assert WORLD.principal(DAEMON.id) == DAEMON


def test_a_person_has_an_address_of_their_own_or_the_user_name() -> None:
    assert person(ADA).address == "ada@contoso.example"
    assert replace(person(ADA), email="countess@contoso.example").address == "countess@contoso.example"


def test_an_account_of_the_personal_tenant_is_personal() -> None:
    assert replace(person(ADA), home_tenant_id=CONSUMERS).is_personal
    assert not person(ADA).is_personal


# Groups and roles


def test_groups_are_found_through_groups_and_circles_end() -> None:
    names = [known.name for known in WORLD.groups_of(GRACE)]
    assert sorted(names) == ["Editors", "Everybody"]
    assert [known.name for known in WORLD.groups_of(GRACE, transitive=False)] == ["Editors"]
    first = group("first", ADA, derived_id("second"))
    circle = WORLD.put(first, group("second", first.object_id))
    assert {known.name for known in circle.groups_of(ADA)} == {"first", "second", "Everybody"}


def test_a_role_comes_through_a_direct_group_only() -> None:
    inner = group("inner", MALLORY)
    world = WORLD.put(inner, group("outer", inner.object_id))
    given = Assignment(principal_id=inner.object_id, tenant_id=CONTOSO.id, client_id=API, role_id=READER)
    assert world.put(given).roles_of(person(MALLORY), application(API)) == ("Reader",)
    nested = world.put(replace(given, principal_id=derived_id("outer")))
    assert nested.roles_of(person(MALLORY), application(API)) == ()
    assert not nested.may_enter(person(MALLORY), application(API))


def test_a_service_principal_inherits_no_role() -> None:
    holder = group("machines", DAEMON.id)
    world = WORLD.put(
        holder, Assignment(principal_id=holder.object_id, tenant_id=CONTOSO.id, client_id=API, role_id=READER)
    )
    assert world.application_roles_of(DAEMON.id, CONTOSO.id, application(API)) == ("Logbook.Read.All",)


def test_an_assignment_without_a_role_suffices_to_enter() -> None:
    world = WORLD.put(Assignment(principal_id=MALLORY, tenant_id=CONTOSO.id, client_id=API))
    assert world.may_enter(person(MALLORY), application(API))
    assert world.all_roles_of(person(MALLORY)) == ()
    assert not WORLD.may_enter(person(MALLORY), application(API))


# Scopes


def test_scopes_are_granted_for_everybody_for_a_person_and_by_the_api() -> None:
    spa, api = application(SPA), application(API)
    none = replace(WORLD, grants=())
    assert none.granted_scopes(CONTOSO.id, spa, api, ADA) == frozenset()
    assert WORLD.granted_scopes(CONTOSO.id, spa, api, None) == {"access_as_user"}
    assert WORLD.granted_scopes(FABRIKAM.id, spa, api, None) == frozenset()
    own = none.put(
        PermissionGrant(
            tenant_id=CONTOSO.id, client_id=SPA, resource_id=API, scopes=frozenset({"access_as_user"}), person_id=ADA
        )
    )
    assert own.granted_scopes(CONTOSO.id, spa, api, ADA) == {"access_as_user"}
    assert own.granted_scopes(CONTOSO.id, spa, api, GRACE) == frozenset()
    word = PreAuthorised(client_id=SPA, scopes=frozenset({"access_as_user"}))
    assert none.granted_scopes(CONTOSO.id, spa, replace(api, pre_authorised=(word,)), None) == {"access_as_user"}


def test_a_disabled_scope_cannot_be_asked_for() -> None:
    api = application(API)
    assert api.scope("access_as_user")
    disabled = replace(api, scopes=tuple(replace(scope, enabled=False) for scope in api.scopes))
    assert disabled.scope("access_as_user") is None


def test_graph_has_its_permissions_and_keeps_its_version() -> None:
    graph = application(GRAPH_CLIENT_ID, WORLD.with_access_token_version(2))
    assert len({known.value for known in graph.scopes} | {known.value for known in graph.app_roles}) == 16
    assert graph.access_token_version == 1
    assert graph.scope("User.Read")


# Changes


def test_every_kind_of_thing_is_put_in_place_and_removed() -> None:
    context = AuthenticationContext(tenant_id=CONTOSO.id, id="c2", name="Step up")
    policy = ConditionalAccess(id=NIL_ID, tenant_id=CONTOSO.id, name="Second proof")
    world = WORLD.put(context, policy, replace(FABRIKAM, name="Fabrikam Ltd"))
    assert (world.contexts, world.policies) == ((*WORLD.contexts, context), (*WORLD.policies, policy))
    assert [tenant.name for tenant in world.tenants] == ["Contoso", "Fabrikam Ltd", "Personal accounts"]
    assert world.remove(context, policy).put(FABRIKAM) == WORLD


def test_a_change_leaves_the_world_before_it_as_it_was() -> None:
    changed = WORLD.remove(person(ADA))
    assert changed.person(CONTOSO, ADA) is None
    assert WORLD.person(CONTOSO, ADA)


def test_grants_and_assignments_have_ids_like_those_of_graph() -> None:
    ids = [grant.id for grant in WORLD.grants] + [given.id for given in WORLD.assignments]
    assert {len(each) for each in ids} == {22}
    assert len(set(ids)) == len(ids)
