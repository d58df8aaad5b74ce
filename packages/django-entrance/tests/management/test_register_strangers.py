"""A registration that has our name, and that somebody else made before us: an administrator's consent is not for it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django_entrance.entra.http_client import Answer, https_label
from django_entrance.entra.registration.calls import GraphCalls, Refused
from django_entrance.entra.registration.strangers import name_of, strange_entry, strange_owners
from django_entrance.management.registering_credential import key_of
from empty_tenant import ADA, DIRECTORY, SITE, Approving, admin_token, made, register, settings_for
from entra_double import RunningEntra
from registrations import API, answer, calls_of, certificate_file, own_settings, somebody, take
from scripted import K1, K2

pytestmark = [pytest.mark.entra(directory=DIRECTORY), pytest.mark.django_db(transaction=True)]

OPTIONS = ("--tenant", "contoso.example", "--yes", "--credential", "none")
FRONT_END = "django-entrance-localhost-front-end"
ADA_ID = "ada00000-0000-4000-a000-000000000011"
OUTSIDE = "2b8a6f05-d3c1-47e9-9f34-5e1d7c0b5005"
OURS, THEIRS = f"{SITE}/entrance/callback/", "http://localhost:8001/entrance/callback/"


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any, empty_environment: None) -> RunningEntra:
    settings.DEBUG = True
    settings.ENTRANCE = settings_for(entra_server)
    return entra_server


@pytest.mark.parametrize(
    ("name", "body", "strange"),
    [
        (API, {"web": {"redirectUris": [OURS, THEIRS]}}, f"the redirect URI {THEIRS}"),
        (API, {"spa": {"redirectUris": [THEIRS]}}, f"the redirect URI {THEIRS}"),
        (API, {"publicClient": {"redirectUris": [THEIRS]}}, f"the redirect URI {THEIRS}"),
        (API, {"web": {"logoutUrl": THEIRS}}, f"the front-channel logout URL {THEIRS}"),
        (API, {"isFallbackPublicClient": True}, "public client flows"),
        (API, {"signInAudience": "AzureADMultipleOrgs"}, "the audience AzureADMultipleOrgs"),
        (FRONT_END, {"spa": {"redirectUris": [THEIRS]}}, f"the redirect URI {THEIRS}"),
    ],
)
def test_openings_that_are_not_ours(entra: RunningEntra, name: str, body: Any, strange: str) -> None:
    theirs, before = take(somebody(entra), name, **body), made(entra.emulator.directory)
    with pytest.raises(CommandError) as refused:
        register(entra, *OPTIONS)
    assert f"The registration {name} ({theirs['appId']}) was found by its name alone" in str(refused.value)
    assert f"does not make: {strange}, the owner {ADA}. Anyone" in str(refused.value)
    assert made(entra.emulator.directory) == before


@pytest.mark.parametrize("is_of_tenant", [True, False])
def test_a_client_that_is_not_ours(entra: RunningEntra, is_of_tenant: bool) -> None:
    graph = somebody(entra)
    theirs, api = take(graph, "another")["appId"] if is_of_tenant else OUTSIDE, take(graph)
    clients: list[Any] = [{"appId": theirs, "delegatedPermissionIds": []}]
    graph.ask("PATCH", f"/applications/{api['id']}", {"api": {"preAuthorizedApplications": clients}})
    with pytest.raises(CommandError, match=f"the pre-authorised client {theirs}"):
        register(entra, *OPTIONS)


@pytest.mark.parametrize("name", [API, FRONT_END])
def test_an_owner_who_is_not_the_administrator(entra: RunningEntra, name: str) -> None:
    """The registration has nothing of theirs yet; they could add it after the administrator's consent."""
    theirs = take(somebody(entra), name)
    before = made(entra.emulator.directory)
    with pytest.raises(CommandError, match=f"does not make: the owner {ADA}. Anyone") as refused:
        register(entra, *OPTIONS)
    key = "CLIENT_ID" if name == API else "SPA_CLIENT_ID"
    assert f"If it is yours, write {key} into the settings" in str(refused.value)
    assert made(entra.emulator.directory) == before
    mine = administrator(entra)
    me = mine.ask("GET", "/me")["id"]
    own(mine, theirs, add=me)
    with pytest.raises(CommandError, match=f"does not make: the owner {ADA}. Anyone"):
        register(entra, *OPTIONS)
    own(mine, theirs, remove=ADA_ID)
    assert f'"{key}": "{theirs["appId"]}"' in register(entra, *OPTIONS)


def administrator(entra: RunningEntra) -> GraphCalls:
    return GraphCalls(https_label(own_settings().graph_host), admin_token(entra), calls_of(entra))


def own(graph: GraphCalls, registration: Any, *, add: str = "", remove: str = "") -> None:
    """Add an owner of a registration, or remove one."""
    place = f"/applications/{registration['id']}/owners"
    if add:
        graph.ask("POST", f"{place}/$ref", {"@odata.id": f"{graph.host}/v1.0/directoryObjects/{add}"})
    else:
        graph.ask("DELETE", f"{place}/{remove}/$ref")


def test_a_name_of_an_owner_is_told_where_graph_tells_it() -> None:
    assert name_of({"id": "1", "userPrincipalName": "ada@contoso.example"}) == "ada@contoso.example"
    assert name_of({"id": "1", "displayName": "A pipeline"}) == "A pipeline"


def test_an_administrator_who_may_not_be_told_owns_nothing(entra: RunningEntra) -> None:
    """Such as a pipeline that is signed in to the Azure CLI: its registrations are found by their ids."""
    mine = take(administrator(entra))
    graph = GraphCalls(
        https_label(own_settings().graph_host),
        admin_token(entra, "Application.ReadWrite.All"),
        calls_of(entra),
    )
    [strange] = strange_owners(graph, mine)
    assert strange.startswith("the owner ")
    assert list(strange_owners(administrator(entra), mine)) == []


def test_an_outage_while_the_administrator_is_asked_for_is_told(entra: RunningEntra) -> None:
    mine = take(administrator(entra))
    down = calls_of(entra, before=lambda number, method, url: answer(401, "x", "y") if "/me?" in url else None)
    graph = GraphCalls(https_label(own_settings().graph_host), admin_token(entra), down, down.waits.append)
    with pytest.raises(Refused, match="Graph answered 401"):
        list(strange_owners(graph, mine))


def test_what_has_nothing_of_others_is_ours(entra: RunningEntra) -> None:
    """Without an owner, too: only administrators can change it."""
    graph, theirs = administrator(entra), take(somebody(entra), web={"redirectUris": [OURS]})
    own(graph, theirs, remove=ADA_ID)
    assert f'"CLIENT_ID": "{theirs["appId"]}"' in register(entra, *OPTIONS)
    assert "Nothing to change" in register(entra, *OPTIONS)


def test_what_was_found_by_its_name_is_told(entra: RunningEntra, settings: Any) -> None:
    def told() -> str:
        output = Approving(entra)
        call_command("entrance", "register", *OPTIONS, "--front-end", "no", stdout=StringIO(), stderr=output)
        return output.getvalue()

    theirs = take(administrator(entra))
    assert f"Found by its name alone: x ({theirs['appId']}). It has no owner but you." in told()
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": "contoso.example", "CLIENT_ID": theirs["appId"]}
    assert "Found by its name alone" not in told()


def test_what_the_settings_name_may_have_more(entra: RunningEntra, settings: Any) -> None:
    theirs = take(somebody(entra), web={"redirectUris": [OURS, THEIRS]})
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": "contoso.example", "CLIENT_ID": theirs["appId"]}
    assert "… change the registration of the API" in register(entra, "--yes", "--credential", "none")


@pytest.mark.parametrize(
    ("path", "body", "strange"),
    [
        ("addPassword", {"passwordCredential": {"displayName": "backup"}}, "the secret backup"),
        (
            "federatedIdentityCredentials",
            {"name": "x", "issuer": "https://c.example", "subject": "pod", "audiences": ["api://AzureADTokenExchange"]},
            "the workload pod",
        ),
    ],
)
def test_credentials_that_are_not_ours(entra: RunningEntra, path: str, body: Any, strange: str) -> None:
    graph = somebody(entra)
    graph.ask("POST", f"/applications/{take(graph)['id']}/{path}", body)
    before = made(entra.emulator.directory)
    with pytest.raises(CommandError, match=strange):
        register(entra, *OPTIONS)
    assert made(entra.emulator.directory) == before


def leave(entra: RunningEntra, registration: Any) -> None:
    """Let the person who registered it give up the ownership."""
    own(somebody(entra), registration, remove=ADA_ID)


@pytest.mark.parametrize("credential", ["none", "secret"])
def test_a_secret_with_the_name_of_ours_may_be_known_to_others(entra: RunningEntra, credential: str) -> None:
    graph = somebody(entra)
    theirs = take(graph, web={"redirectUris": [OURS]})
    body = {"passwordCredential": {"displayName": "django-entrance"}}
    graph.ask("POST", f"/applications/{theirs['id']}/addPassword", body)
    leave(entra, theirs)
    before = made(entra.emulator.directory)
    with pytest.raises(CommandError, match="make: the secret django-entrance, whose value others may know") as refused:
        register(entra, *OPTIONS[:-1], credential)
    assert f"({theirs['appId']})" in str(refused.value)
    assert made(entra.emulator.directory) == before


def test_a_certificate_with_the_id_of_ours_may_be_another(entra: RunningEntra, tmp_path: Path) -> None:
    """The id follows from the certificate, and who reads another registration with it can copy it."""
    ours = certificate_file(tmp_path / "ours.pem", K1)
    theirs = key_of(str(certificate_file(tmp_path / "theirs.pem", K2)))
    credential = {"keyId": key_of(str(ours)).id, "key": theirs.data, "type": "AsymmetricX509Cert", "usage": "Verify"}
    graph = somebody(entra)
    api = take(graph)
    graph.ask("PATCH", f"/applications/{api['id']}", {"keyCredentials": [credential | {"displayName": "CN=ours"}]})
    leave(entra, api)
    with pytest.raises(CommandError, match="make: the certificate CN=ours, whose key others may have"):
        register(entra, *OPTIONS[:-1], "certificate", "--certificate", str(ours))


def test_a_secret_of_a_front_end_is_not_ours(entra: RunningEntra) -> None:
    graph = somebody(entra)
    theirs = take(graph, FRONT_END)
    body = {"passwordCredential": {"displayName": "django-entrance"}}
    graph.ask("POST", f"/applications/{theirs['id']}/addPassword", body)
    leave(entra, theirs)
    with pytest.raises(CommandError, match="make: the secret django-entrance, whose value others may know"):
        register(entra, *OPTIONS)


@pytest.mark.parametrize("is_named", [True, False])
def test_a_front_end_that_is_not_looked_at_is_not_ours(entra: RunningEntra, settings: Any, is_named: bool) -> None:
    """The settings name another one, or want none: then somebody else's may have the name."""
    graph = somebody(entra)
    theirs, api = take(graph, FRONT_END, spa={"redirectUris": [THEIRS]}), take(graph)
    clients: list[Any] = [{"appId": theirs["appId"], "delegatedPermissionIds": []}]
    graph.ask("PATCH", f"/applications/{api['id']}", {"api": {"preAuthorizedApplications": clients}})
    leave(entra, api)
    options = () if is_named else ("--front-end", "no")
    if is_named:
        settings.ENTRANCE = settings.ENTRANCE | {"SPA_CLIENT_ID": take(administrator(entra), "ours")["appId"]}
    with pytest.raises(CommandError, match=f"does not make: the pre-authorised client {theirs['appId']}. Anyone"):
        register(entra, *OPTIONS, *options)


def test_the_front_end_of_the_settings_is_ours(entra: RunningEntra, settings: Any) -> None:
    mine, api = take(administrator(entra), "ours"), take(administrator(entra))
    clients: list[Any] = [{"appId": mine["appId"], "delegatedPermissionIds": []}]
    administrator(entra).ask("PATCH", f"/applications/{api['id']}", {"api": {"preAuthorizedApplications": clients}})
    settings.ENTRANCE = settings.ENTRANCE | {"SPA_CLIENT_ID": mine["appId"]}
    assert f'"CLIENT_ID": "{api["appId"]}"' in register(entra, *OPTIONS)


def test_people_who_were_assigned_before_us(entra: RunningEntra) -> None:
    """The owner of a service principal assigns people, and an app role of ours keeps the id that is there."""
    graph, role = administrator(entra), "4c0a9e25-f6d8-4b17-a3c2-7e5d8b6fa00a"
    body = {"id": role, "value": "Admin", "displayName": "Admin", "description": "x", "allowedMemberTypes": ["User"]}
    api = take(graph, appRoles=[body | {"isEnabled": True}])
    entry = graph.ask("POST", "/servicePrincipals", {"appId": api["appId"]})
    assigned = {"principalId": ADA_ID, "resourceId": entry["id"], "appRoleId": role}
    assignment = graph.ask("POST", f"/servicePrincipals/{entry['id']}/appRoleAssignedTo", assigned)
    with pytest.raises(CommandError, match="does not make: the assignment of Ada Lovelace"):
        register(entra, *OPTIONS)
    graph.ask("DELETE", f"/servicePrincipals/{entry['id']}/appRoleAssignedTo/{assignment['id']}")
    assert f'"CLIENT_ID": "{api["appId"]}"' in register(entra, *OPTIONS)


@pytest.mark.parametrize("kind", ["passwordCredentials", "keyCredentials"])
def test_a_credential_of_the_service_principal(entra: RunningEntra, kind: str) -> None:
    """The portal's page of the registration does not show it, and it opens the same."""
    api = take(administrator(entra))

    def shown(number: int, method: str, url: str, given: Any) -> Any:
        if method == "GET" and url.endswith(f"/servicePrincipals(appId='{api['appId']}')"):
            body = {"id": "1", kind: [{"displayName": "django-entrance", "keyId": "2"}]}
            return Answer(200, {}, json.dumps(body))
        return given

    graph = GraphCalls(https_label(own_settings().graph_host), admin_token(entra), calls_of(entra, after=shown))
    found = strange_entry(graph, api)
    assert next(found) == "the credential django-entrance of the enterprise application"
    assert list(strange_entry(administrator(entra), api)) == []
