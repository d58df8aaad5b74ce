"""``entrance assign``: people and groups get app roles of the API, and lose them again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from browsing import GRACE
from django.core.management import CommandError
from django_entrance.entra.http_client import Answer
from django_entrance.entra.registration.assigning import NotAssigned, assign, end_assignment, find_principal, role_id
from django_entrance.entra.registration.found import entry
from django_entrance.management.assign import SCOPES
from empty_tenant import DIRECTORY, admin_token, register, settings_for
from entra_double import RunningEntra
from entra_double._world.principals import Group
from registrations import answer, calls_of, graph_of, run

pytestmark = pytest.mark.entra(directory=DIRECTORY)

ADA = "ada@contoso.example"


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any, empty_environment: None) -> RunningEntra:
    settings.DEBUG = True
    settings.ENTRANCE = settings_for(entra_server)
    outcome = run(entra_server)
    assert outcome.found.api is not None
    ids = {"TENANT_ID": "contoso.example", "CLIENT_ID": outcome.found.api["appId"]}
    settings.ENTRANCE = settings.ENTRANCE | ids
    return entra_server


def run_assign(entra: RunningEntra, *options: str) -> str:
    return register(entra, *options, part="assign")


def roles(entra: RunningEntra, person: str = "ada") -> list[str]:
    directory = entra.emulator.directory
    known = next(each for each in directory.people if each.username.startswith(person))
    return sorted(directory.all_roles_of(known))


def test_a_person_gets_a_role_once(entra: RunningEntra) -> None:
    assert run_assign(entra, ADA, "Editor") == "The person Ada Lovelace has the role Editor.\n"
    assert run_assign(entra, ADA, "Editor") == "The person Ada Lovelace already has the role Editor.\n"
    assert roles(entra) == ["Editor"]
    assert run_assign(entra, ADA, "Admin").startswith("The person Ada Lovelace has")
    assert run_assign(entra, ADA, "Editor", "--remove") == "The person Ada Lovelace has no longer the role Editor.\n"
    assert run_assign(entra, ADA, "Editor", "--remove") == "The person Ada Lovelace did not have the role Editor.\n"
    assert roles(entra) == ["Admin"]


def test_a_group_is_found_by_name_or_id(entra: RunningEntra) -> None:
    group = entra.emulator.directory.groups[0]
    assert run_assign(entra, "Editors", "Editor") == "The group Editors has the role Editor.\n"
    assert run_assign(entra, group.object_id.upper(), "Editor").startswith("The group Editors already has")
    assert roles(entra, "grace") == ["Editor"]
    assert run_assign(entra, GRACE, "Admin").startswith("The person Grace Hopper has")


def test_who_is_not_there_is_named(entra: RunningEntra) -> None:
    with pytest.raises(CommandError, match=r"The tenant has no person or group 'alan@contoso.example'"):
        run_assign(entra, "alan@contoso.example", "Editor")
    with pytest.raises(CommandError, match=r"it has: Admin, Editor. Name the role in ACCESS"):
        run_assign(entra, ADA, "Reader")
    group = entra.emulator.directory.groups[0]
    entra.add(replace(group, object_id="22220000-0000-4000-a000-000000000001"))
    with pytest.raises(CommandError, match=r"2 groups have the name 'Editors'. Name one by its id:"):
        run_assign(entra, "Editors", "Editor")


def test_without_a_registration_nothing_is_assigned(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_ID": "2b8a6f05-d3c1-47e9-9f34-5e1d7c0b5005"}
    with pytest.raises(CommandError, match="The tenant has no enterprise application 2b8a6f05"):
        run_assign(entra, ADA, "Editor")
    settings.ENTRANCE = settings_for(entra)
    with pytest.raises(CommandError, match="run entrance register first"):
        run_assign(entra, ADA, "Editor", "--tenant", "contoso.example")


def test_without_the_permission_it_is_named(entra: RunningEntra, monkeypatch: pytest.MonkeyPatch) -> None:
    token = "django_entrance.management.registering.token_by_device_code"
    reading = ("Application.Read.All", "User.ReadBasic.All")
    monkeypatch.setattr(token, lambda *_: admin_token(entra, *reading))
    with pytest.raises(CommandError, match=r"Needed: the permission AppRoleAssignment.ReadWrite.All"):
        run_assign(entra, ADA, "Editor")


def test_two_at_once_assign_once(entra: RunningEntra, settings: Any) -> None:
    graph = graph_of(entra, calls_of(entra), *SCOPES)
    api = entry(graph, settings.ENTRANCE["CLIENT_ID"])
    assert api is not None
    person, role = find_principal(graph, ADA), role_id(api, "Editor")

    def first(number: int, method: str, url: str) -> None:
        if method == "POST":
            assert assign(graph, api, person, role)

    assert not assign(graph_of(entra, calls_of(entra, before=first)), api, person, role)
    assert roles(entra) == ["Editor"]
    gone = calls_of(entra, before=lambda number, method, url: answer(404, "X") if method == "DELETE" else None)
    assert end_assignment(graph_of(entra, gone), api, person, role)


def test_a_quote_in_a_name_is_no_filter(entra: RunningEntra) -> None:
    tenant = entra.emulator.directory.tenants[0]
    entra.add(Group(object_id="22220000-0000-4000-a000-000000000001", tenant_id=tenant.id, name="O'Brien's"))
    assert run_assign(entra, "O'Brien's", "Editor").startswith("The group O'Brien's has")


def test_names_of_the_tenant_are_told_on_one_line(entra: RunningEntra) -> None:
    graph = graph_of(
        entra,
        calls_of(entra, before=lambda *_: Answer(200, {}, '{"value": [{"id": "1", "displayName": "a\\n\\u001b[2K"}]}')),
    )
    assert find_principal(graph, "staff").name == "a\ufffd\ufffd[2K"


def test_a_person_is_no_path(entra: RunningEntra) -> None:
    asked: list[str] = []

    def nobody(now: int, method: str, url: str) -> Answer:
        asked.append(url)
        return Answer(200, {}, '{"value": []}') if "/groups" in url else answer(404, "X")

    with pytest.raises(NotAssigned):
        find_principal(graph_of(entra, calls_of(entra, before=nobody)), "ada@contoso.example/manager")
    assert asked[0].endswith("/users/ada%40contoso.example%2Fmanager")
