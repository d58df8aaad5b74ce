"""A directory is written as a directory file, without losing anything."""

from __future__ import annotations

from dataclasses import replace

from entra_double._world.directory import Directory
from entra_double._world.directory_file.microsoft_graph import microsoft_graph
from entra_double._world.directory_file.read import read_directory
from entra_double._world.directory_file.write import write_directory
from entra_double._world.ids import NOBODY, derived_id
from entra_double._world.policies import Assignment, PermissionGrant
from entra_double._world.principals import ServicePrincipal
from entra_double._world.registration import Platform, RedirectUri
from entra_double._world.seed import API_CLIENT_ID, CONTOSO, FABRIKAM, seed
from hypothesis import HealthCheck, given, settings

from ...directories import directories


def read(text: str) -> Directory:
    return read_directory("entra-double.toml", text=text)


def test_the_seed_is_read_as_it_was_written() -> None:
    assert read(write_directory(seed())) == seed()


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(directories())
def test_what_was_written_is_read_as_the_same_world(world: Directory) -> None:
    assert read(write_directory(world)) == world


def test_order_among_platforms_and_what_leads_nowhere_are_not_kept() -> None:
    """Both have no meaning: the first is stated by `write_directory`, the second cannot be told from a typo."""
    world = seed()
    stranger = NOBODY
    group = replace(world.groups[0], members=world.groups[0].members | {stranger})
    web, spa = (
        RedirectUri(platform=Platform.WEB, uri="https://b.example"),
        RedirectUri(platform=Platform.SPA, uri="https://a.example"),
    )
    client = replace(world.applications[1], redirect_uris=(web, spa))
    lost = (
        Assignment(principal_id=stranger, tenant_id=CONTOSO.id, client_id=API_CLIENT_ID),
        Assignment(principal_id=world.people[0].object_id, tenant_id=CONTOSO.id, client_id=stranger),
        replace(world.assignments[0], role_id=derived_id("a role that is gone")),
        PermissionGrant(tenant_id=CONTOSO.id, client_id=stranger, resource_id=API_CLIENT_ID, scopes=frozenset()),
        ServicePrincipal(tenant_id=CONTOSO.id, client_id=stranger),
        replace(world.groups[1], object_id=derived_id("of no tenant"), tenant_id=stranger),
    )
    again = read(write_directory(world.put(group, client, *lost)))
    assert again == world.put(replace(client, redirect_uris=(spa, web)))


def test_a_member_from_another_tenant_is_not_kept() -> None:
    world = seed()
    elsewhere = replace(world.people[0], object_id=NOBODY, tenant_id=FABRIKAM.id)
    group = replace(world.groups[0], members=world.groups[0].members | {NOBODY})
    assert read(write_directory(world.put(elsewhere, group))).groups == world.groups


def test_microsoft_graph_may_be_another_one() -> None:
    graph = replace(microsoft_graph(CONTOSO.id), header_nonce=False)
    world = seed().put(graph)
    assert read(write_directory(world)) == world


def test_a_world_without_tenants_is_no_file() -> None:
    assert write_directory(Directory()) == ""
