"""The same registrations as files: for Terraform, for Bicep, and as a script that a real run of ``sh`` makes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django_entrance.entra.registration.export_bicep import literal
from django_entrance.entra.registration.export_terraform import text
from django_entrance.entra.registration.exporting import EXPORTS
from django_entrance.management.registering_credential import key_of
from empty_tenant import DIRECTORY, admin_token, made, register, settings_for
from entra_double import RunningEntra
from registrations import SECRET, WORKLOAD, certificate_file, run, somebody, take, wanted_of
from scripted import K1

pytestmark = pytest.mark.entra(directory=DIRECTORY)

OTHER_ID = "2b8a6f05-d3c1-47e9-9f34-5e1d7c0b5005"
GROUP = "22220000-0000-4000-a000-000000000001"

AZ = '''#!{python}
"""Sends the calls of ``az rest`` to entra-double."""
import json, sys, urllib.request
_, *words = sys.argv[1:]
options = dict(method="GET", headers=[])
name = ""
for word in words:
    if word.startswith("--"):
        name = word[2:]
    elif name == "headers":
        options["headers"].append(word)
    else:
        options[name] = word
url = options["uri"].replace("https://graph.microsoft.com", "{host}").replace(" ", "%20")
body = options.get("body", "").encode() or None
request = urllib.request.Request(url, body, method=options["method"])
for header in ["Authorization=Bearer {token}", *options["headers"]]:
    request.add_header(*header.split("=", 1))
try:
    answer = json.loads(urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open(request).read() or "{{}}")
except urllib.error.HTTPError as error:
    sys.exit(f"{{error.code}} {{error.read()}}")
if "query" in options:
    print(answer[options["query"]])
'''


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any, empty_environment: None) -> RunningEntra:
    settings.DEBUG = True
    access = {"app_roles": {"Editor": {"groups": ["editors"]}}, "groups": {GROUP: {"groups": ["finance"]}}}
    settings.ENTRANCE = settings_for(entra_server, ACCESS=access)
    return entra_server


def az(entra: RunningEntra, folder: Path) -> Path:
    program = folder / "az"
    program.write_text(AZ.format(python=sys.executable, host=entra.base_url, token=admin_token(entra)))
    program.chmod(0o755)
    return program


def test_the_script_makes_what_the_command_makes(entra: RunningEntra, tmp_path: Path) -> None:
    az(entra, tmp_path)
    script = tmp_path / "register.sh"
    script.write_text(EXPORTS["az"](wanted_of(name='Log`book` $HOME "x" \\ ü')))
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    for _ in range(2):
        done = subprocess.run(
            ["sh", str(script)], env=environment, capture_output=True, text=True, timeout=120, check=True
        )
        environment["OURS"] = " ".join(each.client_id for each in entra.emulator.directory.applications)
        counted = made(entra.emulator.directory)
        assert (counted["applications"], counted["service principals"], counted["grants"]) == (2, 2, 4), done.stderr
    assert '"SPA_CLIENT_ID": "' in done.stdout
    assert "az ad app credential reset --append" in done.stdout
    name = 'Log`book` $HOME "x" \\ ü'
    assert {each.name for each in entra.emulator.directory.applications if each.unique_name} == {
        name,
        f"{name} (front end)",
    }
    outcome = run(entra, credential=None, name=name)
    assert outcome.done == (), "the command finds what the script has made, and nothing to mend"


@pytest.mark.parametrize("is_front_end", [False, True])
def test_the_script_leaves_what_has_our_name_alone(
    entra: RunningEntra, settings: Any, tmp_path: Path, is_front_end: bool
) -> None:
    """Somebody may have registered it before; consent for the whole tenant would be for them."""
    az(entra, tmp_path)
    name = wanted_of().spa_unique_name if is_front_end else wanted_of().api_unique_name
    theirs = take(somebody(entra), name)["appId"]
    before, environment = made(entra.emulator.directory), {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}

    def run_script(**variables: str) -> Any:
        script = tmp_path / "register.sh"
        script.write_text(EXPORTS["az"](wanted_of()))
        given = environment | variables
        return subprocess.run(["sh", str(script)], env=given, capture_output=True, text=True, timeout=120, check=False)

    done = run_script()
    assert (done.returncode, made(entra.emulator.directory)) == (1, before)
    assert f"The registration {name} ({theirs}) is there already." in done.stderr
    assert run_script(OURS=OTHER_ID).returncode == 1
    assert run_script(OURS=f"{OTHER_ID} {theirs}").returncode == 0


def test_the_script_ends_if_it_cannot_look(entra: RunningEntra, tmp_path: Path) -> None:
    program = tmp_path / "az"
    program.write_text('#!/bin/sh\ncase "$*" in *servicePrincipals*) echo 1 ;; *) echo throttled >&2; exit 1 ;; esac\n')
    program.chmod(0o755)
    script = tmp_path / "register.sh"
    script.write_text(EXPORTS["az"](wanted_of()))
    environment = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["sh", str(script)], env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (1, "throttled\n", "")


def test_the_settings_name_what_is_ours(entra: RunningEntra, settings: Any) -> None:
    known = {"TENANT_ID": "contoso.example", "CLIENT_ID": GROUP, "SPA_CLIENT_ID": OTHER_ID}
    settings.ENTRANCE = settings.ENTRANCE | known
    assert f"OURS=${{OURS:-{GROUP} {OTHER_ID}}}" in EXPORTS["az"](wanted_of())


def test_terraform_has_every_resource(entra: RunningEntra, tmp_path: Path) -> None:
    document = json.loads(EXPORTS["terraform"](wanted_of()))
    resources = document["resource"]
    assert set(resources) == {
        "azuread_application",
        "azuread_application_identifier_uri",
        "azuread_application_password",
        "azuread_application_pre_authorized",
        "azuread_app_role_assignment",
        "azuread_service_principal",
        "azuread_service_principal_delegated_permission_grant",
    }
    api = resources["azuread_application"]["api"]
    assert api["api"]["requested_access_token_version"] == 2
    assert [each["value"] for each in api["app_role"]] == ["Editor"]
    assert document["output"]["CLIENT_SECRET"]["sensitive"] is True
    named = re.findall(r"\$\{(data\.)?(azuread_\w+)\.(\w+)\.\w+\}", json.dumps(document))
    for data, kind, name in named:
        assert name in (document["data"] if data else resources)[kind], f"{kind}.{name} is there"
    key = key_of(str(certificate_file(tmp_path / "key.pem", K1)))
    for credential, kind in (
        (key, "azuread_application_certificate"),
        (WORKLOAD, "azuread_application_federated_identity_credential"),
        (None, "azuread_application"),
    ):
        other = json.loads(EXPORTS["terraform"](wanted_of(credential=credential)))
        assert kind in other["resource"]
        assert "CLIENT_SECRET" not in other["output"]


def test_terraform_sees_no_template_in_a_name(entra: RunningEntra) -> None:
    assert text("${a} %{b}") == "$${a} %%{b}"
    alone = replace(wanted_of(name="${x}", has_front_end=False, consent=False), app_id_uri="https://api.example")
    document = json.loads(EXPORTS["terraform"](replace(alone, has_groups=False)))
    assert document["resource"]["azuread_application"]["api"]["display_name"] == "$${x}"
    assert "group_membership_claims" not in document["resource"]["azuread_application"]["api"]
    assert list(document["resource"]["azuread_application"]) == ["api"]
    document = json.loads(EXPORTS["terraform"](replace(alone, consent=True)))
    assert list(document["resource"]["azuread_service_principal_delegated_permission_grant"]) == ["api"]


def test_bicep_is_balanced_and_names_what_it_declares(entra: RunningEntra, tmp_path: Path) -> None:
    key = key_of(str(certificate_file(tmp_path / "key.pem", K1)))
    for credential in (SECRET, key, WORKLOAD, None):
        told = EXPORTS["bicep"](wanted_of(credential=credential))
        declared = set(re.findall(r"^resource (\w+) '", told, re.MULTILINE))
        used = set(re.findall(r"\b(\w+)\.(?:id|appId|uniqueName)\b", without_texts(told)))
        assert used <= declared
        assert {"api", "apiEntry", "frontEnd", "frontEndEntry", "graph"} <= declared
        for opening, closing in ("{}", "[]"):
            assert without_texts(told).count(opening) == without_texts(told).count(closing)
        assert "uniqueName: 'django-entrance-logbook-api'" in told
        assert ("keyCredentials" in told) is (credential == key)
        assert ("federatedIdentityCredentials" in told) is (credential == WORKLOAD)


def without_texts(bicep: str) -> str:
    return re.sub(r"'(?:[^'\\]|\\.)*'", "''", bicep)


def test_bicep_sees_no_expression_in_a_name(entra: RunningEntra) -> None:
    assert literal("it's ${x}\\\n") == "'it\\'s \\${x}\\\\\\n'"
    alone = replace(wanted_of(has_front_end=False, consent=False), app_id_uri="https://api.example", roles=())
    told = EXPORTS["bicep"](alone)
    assert "'https://api.example'" in told
    assert "appIdUri" not in told
    assert "frontEnd" not in told
    assert "frontEnd" not in EXPORTS["bicep"](replace(alone, consent=True))
    assert "SPA_CLIENT_ID" not in EXPORTS["az"](alone)


@pytest.mark.parametrize("kind", sorted(EXPORTS))
def test_the_command_prints_them_without_signing_in(entra: RunningEntra, kind: str) -> None:
    told = register(entra, "--tenant", "contoso.example", "--export", kind)
    assert "http://localhost:8000/entrance/callback/" in told
    assert entra.requests == []


@pytest.mark.parametrize("told", ["${x}", "%{x}", "x"])
def test_terraform_sees_no_template_in_any_text(entra: RunningEntra, told: str) -> None:
    workload = replace(WORKLOAD, issuer=told, subject=told)
    scope = replace(wanted_of().scopes[0], value=told)
    wanted = replace(wanted_of(credential=workload), front_channel=told, scopes=(scope,), app_id_uri=told)
    wanted = replace(wanted, web_redirect_uris=(told,), spa_redirect_uris=(told,))
    document = EXPORTS["terraform"](wanted)
    doubled = told if told == "x" else told[0] + told
    assert document.count(f'"{doubled}"') == 9
    assert f'"{told}"' not in document.replace(f'"{doubled}"', "")
    web = json.loads(EXPORTS["terraform"](replace(wanted, front_channel=None)))["resource"]["azuread_application"]
    assert web["api"]["web"]["logout_url"] is None


@pytest.mark.parametrize("issuer", ["https://c.example\ntouch x", "https://c.example"])
def test_no_text_becomes_a_line_of_the_script(entra: RunningEntra, issuer: str) -> None:
    lines = EXPORTS["az"](wanted_of(credential=replace(WORKLOAD, issuer=issuer))).splitlines()
    assert "touch x" not in "\n".join(each for each in lines if not each.startswith(("#", " ")))
    assert sum(each.startswith("# let the workload 'pod' of https://c.example") for each in lines) == 1
