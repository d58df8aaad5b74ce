"""`entra-double token` and `entra-double users`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest
from entra_double import EntraServer
from entra_double._world.directory_file.read import read_directory
from entra_double._world.seed import API_CLIENT_ID, DAEMON_CLIENT_ID, SITE_CLIENT_ID, SPA_CLIENT_ID, seed

from ..commands import ask
from ..single_page_app import ADA, payload


def test_people_are_listed_with_what_tokens_would_say(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(server, "users") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Contoso (contoso.example)"
    assert lines[1].split() == ["USER", "NAME", "NAME", "ROLES", "GROUPS"]
    assert lines[3].split() == ["grace@contoso.example", "Grace", "Hopper", "Writer", "Editors,", "Everybody"]
    assert lines[5].endswith("guest")
    assert lines[6].split() == ["mallory@contoso.example", "Mallory", "Malone", "-", "-"]


def test_people_of_every_tenant_are_listed_and_the_disabled_marked(
    server: EntraServer, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = replace(seed().people[0], object_id=SPA_CLIENT_ID, tenant_id=seed().tenants[1].id, enabled=False)
    server.emulator.directory = server.emulator.directory.put(elsewhere)
    assert ask(server, "users", "LOVELACE") == 0
    output = capsys.readouterr().out
    assert output.startswith("Contoso (contoso.example)\n")
    assert "\n\nFabrikam (fabrikam.example)\n" in output
    assert "guest, disabled" in output
    assert "Grace" not in output


def test_nobody_of_that_name_is_said(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(server, "users", "nobody") == 1
    assert capsys.readouterr().err == "entra-double: there are no people with 'nobody' in the name.\n"


def test_a_list_that_is_not_read_to_its_end_is_no_error(server: EntraServer, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert ask(server, "users") == 0


def test_a_token_stands_alone_on_the_output(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(server, "token", "ada") == 0
    token = capsys.readouterr().out
    assert token.count("\n") == 1
    claims = payload(token.strip())
    assert (claims["oid"], claims["azp"], claims["aud"], claims["scp"]) == (
        ADA,
        SPA_CLIENT_ID,
        API_CLIENT_ID,
        "access_as_user",
    )


def test_a_token_is_for_whom_and_of_what_version_one_likes(
    server: EntraServer, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--client", "logbook site", "--scope", f"api://{API_CLIENT_ID}/.default", "--version", "1")
    assert ask(server, "token", "GRACE@contoso.example", *options) == 0
    claims = payload(capsys.readouterr().out.strip())
    assert (claims["ver"], claims["appid"]) == ("1.0", SITE_CLIENT_ID)


def test_an_application_gets_a_token_of_its_own(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    for options in ((), ("--scope", f"{API_CLIENT_ID}/.default")):
        assert ask(server, "token", "--application", "Logbook daemon", *options) == 0
        claims = payload(capsys.readouterr().out.strip())
        assert (claims["azp"], claims["roles"]) == (DAEMON_CLIENT_ID, ["Logbook.Read.All"])


def test_a_client_by_id_asks_for_another_api(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--client", API_CLIENT_ID, "--scope", "https://graph.microsoft.com/User.Read")
    assert ask(server, "token", "ada", *options) == 0
    assert payload(capsys.readouterr().out.strip())["appid"] == API_CLIENT_ID


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "name a person, or an application"),
        (["ada", "--application", "Logbook daemon"], 2, "name a person, or an application"),
        (["--application", "Logbook daemon", "--version", "1"], 2, "--client and --version are for people's tokens"),
        (["nobody"], 1, "there is no person called 'nobody'"),
        (["ada@contoso.exampel"], 1, "did you mean 'ada@contoso.example'?"),
        (["ada", "--client", "Logbok web"], 1, "did you mean 'Logbook web'?"),
        (["mallory"], 1, "AADSTS50105"),
        (["ada", "--scope", "api://nothing/read"], 1, "AADSTS500011"),
    ],
)
def test_what_is_refused_is_said_with_its_reason(
    server: EntraServer, arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(server, "token", *arguments) == code
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


MANY = """
[[tenants]]
name = "Contoso"
domain = "contoso.example"
[[tenants.people]]
name = "Ada Lovelace"
username = "ada@one.example"
[[tenants.people]]
name = "Ada Byron"
username = "ada@two.example"
[[tenants.people]]
name = "Grace Hopper"
username = "grace"
[[tenants.applications]]
name = "First API"
scopes = ["read"]
[[tenants.applications]]
name = "Second API"
app_id_uris = ["api://second"]
scopes = ["read", "write"]
[[tenants.applications]]
name = "Daemon"
secrets = ["entra-local-not-a-secret"]
"""


def test_where_there_is_a_choice_it_has_to_be_made(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.emulator.directory = read_directory("many.toml", text=MANY)
    assert ask(server, "token", "ada") == 1
    assert "'ada' may be ada@one.example or ada@two.example" in capsys.readouterr().err
    assert ask(server, "token", "grace") == 1
    said = capsys.readouterr().err
    assert "say with `scope` for which API: " in said
    assert "/read, api://second/read, api://second/write" in said
    assert ask(server, "token", "--application", "Daemon") == 1
    assert "say with `scope` for which API" in capsys.readouterr().err
    assert ask(server, "token", "grace", "--scope", "api://second/read") == 1
    assert "no application with a redirect URI has consent for api://second/read" in capsys.readouterr().err


ORDERS = """
[[tenants]]
name = "Acme"
domain = "acme.example"
people = [{ name = "Ann", username = "ann" }]
[[tenants.applications]]
name = "Orders API"
app_id_uris = ["api://orders"]
scopes = ["read"]
[[tenants.applications]]
name = "Orders web"
spa = ["http://localhost/"]
permissions = { "Orders API" = ["read"] }
"""


def test_an_application_without_consent_is_told_what_it_lacks(
    server: EntraServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.emulator.directory = read_directory("orders.toml", text=ORDERS)
    assert ask(server, "token", "ann") == 1
    said = capsys.readouterr().err
    assert "no application with a redirect URI has consent for api://orders/read." in said
    assert "`permissions` and `admin_consent = true` in the directory file" in said
    server.emulator.directory = read_directory("orders.toml", text=f"{ORDERS}admin_consent = true")
    assert ask(server, "token", "ann") == 0


def test_without_an_api_there_is_nothing_to_ask_for(server: EntraServer, capsys: pytest.CaptureFixture[str]) -> None:
    people_only = MANY.partition("[[tenants.applications]]")[0]
    server.emulator.directory = read_directory("people.toml", text=people_only)
    assert ask(server, "token", "grace") == 1
    assert "there is none in the directory" in capsys.readouterr().err
