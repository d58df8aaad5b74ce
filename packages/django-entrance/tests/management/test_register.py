"""``entrance register`` as an administrator runs it: from an empty tenant to people who sign in."""

from __future__ import annotations

import json
import os
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from browsing import ADA, Person
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.test import Client
from django_entrance.entra.registration.applying import Outcome
from django_entrance.entra.registration.changes import WRITE_APPLICATIONS
from django_entrance.entra.registration.found import Found
from django_entrance.management.register_output import print_outcome
from django_entrance.management.registering import read_what_to_register
from empty_tenant import DIRECTORY, SITE, Approving, admin_token, made, register, settings_for
from entra_double import RunningEntra
from registrations import certificate_file
from scripted import K1
from token_watch import keep_secret

pytestmark = [pytest.mark.entra(directory=DIRECTORY), pytest.mark.django_db(transaction=True)]

TENANT = ("--tenant", "contoso.example")


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any, empty_environment: None) -> RunningEntra:
    settings.DEBUG = True
    settings.ENTRANCE = settings_for(entra_server)
    return entra_server


def registered(entra: RunningEntra, settings: Any, *options: str) -> dict[str, Any]:
    """Register, and put the result into the settings as a person would."""
    told = json.loads(register(entra, *TENANT, "--yes", "--json", *options))
    keep_secret(*told["environment"].values())
    secrets = {name.removeprefix("ENTRANCE_"): value for name, value in told["environment"].items()}
    settings.ENTRANCE = settings.ENTRANCE | told["settings"] | secrets
    return dict(told)


def test_a_person_signs_in_with_what_was_made(entra: RunningEntra, settings: Any) -> None:
    """The page, then the front end's token: nothing was configured by hand."""
    registered(entra, settings)
    assert "has the role Admin" in register(entra, "ada@contoso.example", "Admin", part="assign")
    person = Person(entra)
    assert person.sign_in().status_code == 302
    user = User.objects.get(username=person.username())
    assert (user.email, user.first_name, user.is_staff) == ("ada@contoso.example", "Ada", True)
    own = settings.ENTRANCE
    token = entra.token("ada", client=own["SPA_CLIENT_ID"], scope=f"api://{own['CLIENT_ID']}/access_as_user")
    keep_secret(*token.split("."))
    answer = Client(headers={"host": "localhost:8000"}).get("/", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.json()["username"] == user.username


def test_without_an_assignment_nobody_enters(entra: RunningEntra, settings: Any) -> None:
    registered(entra, settings)
    person = Person(entra, ADA)
    with pytest.raises(AssertionError, match="AADSTS50105"):
        person.sign_in()
    registered(entra, settings, "--assignment-required", "no")
    assert Person(entra, ADA).sign_in().status_code == 302


def test_a_plan_changes_nothing(entra: RunningEntra) -> None:
    before = entra.emulator.directory
    told = register(entra, *TENANT, "--plan")
    assert entra.emulator.directory == before
    assert "1. register the API as 'localhost'" in told
    assert "     api.requestedAccessTokenVersion: 2" in told
    assert "     appRoles: Editor, Admin" in told
    as_json = json.loads(register(entra, *TENANT, "--plan", "--json"))
    assert [each["change"] for each in as_json["changes"]][:3] == [
        "API",
        "API, properties",
        "API, enterprise application",
    ]


def test_what_was_made_is_told_and_the_next_run_has_nothing_to_do(entra: RunningEntra, settings: Any) -> None:
    told = register(entra, *TENANT, "--yes", "--name", "Logbook")
    secret = told.partition("ENTRANCE_CLIENT_SECRET=")[2].strip()
    keep_secret(secret)
    assert "… register the API as 'Logbook'" in told
    ids = [line.split('"')[3] for line in told.splitlines() if line.startswith('    "')]
    assert [each.client_id for each in entra.emulator.directory.applications if each.unique_name] == ids[1:]
    with pytest.raises(CommandError, match="If it is yours, write CLIENT_ID into the settings"):
        register(entra, *TENANT, "--yes", "--name", "Logbook")
    known = {"TENANT_ID": "contoso.example", "CLIENT_ID": ids[1], "SPA_CLIENT_ID": ids[2]}
    settings.ENTRANCE = settings.ENTRANCE | known
    again = register(entra, *TENANT, "--yes", "--name", "Logbook")
    assert "Nothing to change: the registrations are as the settings say." in again
    assert f'"CLIENT_ID": "{ids[1]}"' in again
    assert "The API has a client secret that an earlier run made, valid until" in again
    assert made(entra.emulator.directory)["secrets"] == 1
    assert json.loads(register(entra, *TENANT, "--plan", "--json", "--name", "Logbook")) == {"changes": []}
    assert "Nothing to change" in register(entra, *TENANT, "--plan", "--name", "Logbook")


@pytest.mark.parametrize(("typed", "is_done"), [("yes", True), ("no", False), ("", False), (None, False)])
def test_it_asks_before_it_changes(
    entra: RunningEntra, monkeypatch: pytest.MonkeyPatch, typed: str | None, is_done: bool
) -> None:
    def answer() -> str:
        if typed is None:
            raise EOFError
        return typed

    monkeypatch.setattr("builtins.input", answer)
    options = (*TENANT, "--credential", "none")
    if is_done:
        register(entra, *options)
    else:
        with pytest.raises(CommandError, match="Nothing was changed"):
            register(entra, *options)
    assert made(entra.emulator.directory)["applications"] == (2 if is_done else 0)


def test_one_change_is_asked_for_in_the_singular(entra: RunningEntra, monkeypatch: pytest.MonkeyPatch) -> None:
    register(entra, *TENANT, "--yes", "--credential", "none")
    output = Approving(entra)
    monkeypatch.setattr("builtins.input", lambda: "no")
    options = (*TENANT, "--credential", "none", "--assignment-required", "no")
    with pytest.raises(CommandError):
        call_command("entrance", "register", *options, stderr=output)
    assert "Make this change? [yes/no]" in output.getvalue()


def test_the_administrator_of_az_is_enough(
    entra: RunningEntra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program prints what the Azure CLI does; it gets no secret as an argument."""
    token = admin_token(entra)
    program = tmp_path / "az"
    answer = json.dumps({"accessToken": token, "tenant": "contoso.example"})
    program.write_text(f"#!/bin/sh\necho \"$@\" > {tmp_path}/arguments\ncat <<'JSON'\n{answer}\nJSON\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    told = register(entra, *TENANT, "--sign-in", "az", "--plan")
    assert "register the API" in told
    arguments = (tmp_path / "arguments").read_text()
    assert arguments.split()[:2] == ["account", "get-access-token"]
    program.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(CommandError, match=r"Run: az login --tenant contoso.example"):
        register(entra, *TENANT, "--sign-in", "az", "--plan")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(CommandError, match=r"The Azure CLI \(az\) is not installed"):
        register(entra, *TENANT, "--sign-in", "az", "--plan")


def test_a_certificate_of_the_settings_is_registered(entra: RunningEntra, settings: Any, tmp_path: Path) -> None:
    path = certificate_file(tmp_path / "key.pem", K1)
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_CERTIFICATE": str(path)}
    told = registered(entra, settings)
    assert told["environment"] == {}
    assert made(entra.emulator.directory)["certificates"] == 1
    register(entra, "ada@contoso.example", "Editor", part="assign")
    assert Person(entra).sign_in().status_code == 302


def test_a_workload_is_registered(entra: RunningEntra, settings: Any) -> None:
    options = ("--issuer", "https://cluster.example", "--subject", "system:serviceaccount:logbook:api")
    assert registered(entra, settings, *options)["environment"] == {}
    assert made(entra.emulator.directory)["federated"] == 1
    with pytest.raises(CommandError, match="A federated credential needs --issuer and --subject"):
        register(entra, "--issuer", "https://cluster.example")


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "cannot be read"), ("nothing", "has no certificate in PEM"), ("broken", "cannot be read")],
)
def test_a_certificate_that_is_none_is_refused(
    entra: RunningEntra, tmp_path: Path, content: str | None, told: str
) -> None:
    path = tmp_path / "key.pem"
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    if content is not None:
        path.write_text(broken if content == "broken" else content)
    with pytest.raises(CommandError, match=told):
        register(entra, *TENANT, "--certificate", str(path))
    with pytest.raises(CommandError, match="Which certificate"):
        register(entra, *TENANT, "--credential", "certificate")


def test_another_secret_is_made_on_demand(entra: RunningEntra, settings: Any) -> None:
    first = registered(entra, settings)
    assert registered(entra, settings)["environment"] == {}, "the settings have one"
    second = registered(entra, settings, "--new-secret")
    assert first["environment"] != second["environment"]
    assert made(entra.emulator.directory)["secrets"] == 2


def test_refusals_say_what_is_missing(entra: RunningEntra, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "django_entrance.management.registering.token_by_device_code",
        lambda *_: admin_token(entra, "User.Read"),
    )
    with pytest.raises(CommandError, match=f"Needed: the permission {WRITE_APPLICATIONS}") as refused:
        register(entra, *TENANT, "--yes")
    assert "directory role" in str(refused.value)
    monkeypatch.setattr(
        "django_entrance.management.registering.token_by_device_code",
        lambda *_: admin_token(entra, "Application.Read.All"),
    )
    with pytest.raises(
        CommandError, match=r"Stopped at: register the API.*Done before: nothing. Run the command again"
    ):
        register(entra, *TENANT, "--yes")
    monkeypatch.setattr(
        "django_entrance.management.registering.token_by_device_code",
        lambda *_: admin_token(entra, WRITE_APPLICATIONS, "User.Read"),
    )
    with pytest.raises(CommandError, match=r"3 left:\n- consent: the API signs people in"):
        register(entra, *TENANT, "--yes")


def test_a_person_without_a_role_makes_what_people_may(entra: RunningEntra, settings: Any) -> None:
    """They own what they register, and consent is left to an administrator, who makes the rest with the ids."""
    output = StringIO()
    with pytest.raises(CommandError, match=r"^3 left:") as left:
        call_command(
            "entrance", "register", *TENANT, "--yes", stdout=output, stderr=Approving(entra, "ada@contoso.example")
        )
    assert "the directory role Cloud Application Administrator" in str(left.value)
    keep_secret(output.getvalue().partition("ENTRANCE_CLIENT_SECRET=")[2].strip())
    assert made(entra.emulator.directory)["secrets"] == 1
    with pytest.raises(CommandError, match=r"the owner ada@contoso\.example"):
        register(entra, *TENANT, "--yes")
    ids = dict(re.findall(r'"(\w*CLIENT_ID)": "([0-9a-f-]{36})"', output.getvalue()))
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": "contoso.example"} | ids
    told = register(entra, "--yes")
    assert "… consent: the API signs people in" in told
    assert "… register" not in told


def test_ids_that_are_elsewhere_are_named(entra: RunningEntra, settings: Any) -> None:
    ids = {"TENANT_ID": "contoso.example", "CLIENT_ID": "2b8a6f05-d3c1-47e9-9f34-5e1d7c0b5005"}
    settings.ENTRANCE = settings.ENTRANCE | ids
    with pytest.raises(CommandError, match="or remove CLIENT_ID from the settings to register anew"):
        register(entra, "--yes")


def test_what_is_missing_is_asked_for(entra: RunningEntra, settings: Any) -> None:
    with pytest.raises(CommandError, match="Which tenant"):
        register(entra)
    with pytest.raises(CommandError, match=r"No authority is named 'x'; there are: default"):
        register(entra, *TENANT, "--authority", "x")
    settings.ENTRANCE = {name: value for name, value in settings.ENTRANCE.items() if name != "PUBLIC_URL"}
    with pytest.raises(CommandError, match="Where is the site"):
        register(entra, *TENANT)
    assert f"{SITE}/entrance/callback/" in register(entra, *TENANT, "--site", SITE, "--plan")
    settings.ENTRANCE = settings.ENTRANCE | {"LEEWAY": "x"}
    with pytest.raises(CommandError, match="First mend the settings"):
        register(entra, *TENANT)
    settings.ENTRANCE = settings_for(entra, TENANT_ID="organizations", ALLOWED_TENANTS="*")
    with pytest.raises(CommandError, match="Name the tenant that owns the registrations"):
        register(entra)


def test_a_project_without_our_urls_is_told(entra: RunningEntra, settings: Any) -> None:
    settings.ROOT_URLCONF = "empty_urls"
    with pytest.raises(CommandError, match=r'Add path\("entrance/"'):
        register(entra, *TENANT)


def test_several_authorities_are_told_apart(entra: RunningEntra, settings: Any) -> None:
    own = {"AUTHORITY_HOST": entra.base_url}
    other = {"TENANT_ID": "fabrikam.example", "CLIENT_ID": "2b8a6f05-d3c1-47e9-9f34-5e1d7c0b5005"}
    settings.ENTRANCE = {"PUBLIC_URL": SITE, "AUTHORITIES": {"staff": own, "others": own | other}}
    told = register(entra, *TENANT, "--yes", "--credential", "none")
    assert 'In settings.py, in ENTRANCE["AUTHORITIES"]["staff"]:' in told


def test_a_second_secret_of_two_runs_is_told(entra: RunningEntra, settings: Any, capsys: Any) -> None:
    outcome = Outcome(found=Found(), is_secret_taken_back=True)
    what = read_what_to_register(None, "contoso.example")
    print_outcome(BaseCommand(), outcome, what, as_json=False)
    assert "Another run made a client secret at the same moment" in capsys.readouterr().out


def test_the_administrator_who_declines_is_nobody(entra: RunningEntra, settings: Any) -> None:
    class Declining(Approving):
        action = "decline"

    with pytest.raises(CommandError, match="Entra gave no token: authorization_declined"):
        call_command("entrance", "register", *TENANT, stderr=Declining(entra))
    with pytest.raises(CommandError, match=r"Entra gave no token: \w+ AADSTS700016"):
        register(entra, *TENANT, "--admin-client", "2b8a6f05-d3c1-47e9-9f34-5e1d7c0b5005")
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "http://localhost:9"}
    with pytest.raises(CommandError, match=r"Entra does not answer \(\w+\). Run: entrance doctor"):
        register(entra, *TENANT)
