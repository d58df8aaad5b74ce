"""Runs the commands of the page on ``entrance register``, in order, in an empty tenant of entra-double."""

import json
import re
import shlex
import tomllib
from typing import Any

import pytest
from django.core.management import call_command
from django_entrance.entra.registration.bodies import api_properties
from empty_tenant import DIRECTORY, Approving, made
from entra_double import RunningEntra
from registrations import wanted_of
from sampling import HOWTO, samples

PAGE, PORTAL = HOWTO / "register.md", HOWTO / "register-in-the-portal.md"


@pytest.mark.django_db
@pytest.mark.entra(directory=DIRECTORY)
def test_the_commands_of_the_page_register_and_assign(
    entra_server: RunningEntra, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, Any] = {}
    exec(samples(PAGE, "python")[0], names)
    settings.DEBUG = True
    settings.ENTRANCE = names["ENTRANCE"] | {"AUTHORITY_HOST": entra_server.base_url}
    monkeypatch.setattr("builtins.input", lambda: "yes")
    told = []
    for line in "".join(samples(PAGE, "sh")).replace("contoso.com", "contoso.example").splitlines():
        _, _, *words = shlex.split(line)
        if words[1] == "doctor":  # management/test_registrations.py runs it
            continue
        call_command(*words, stderr=Approving(entra_server))
        told.append(capsys.readouterr().out)
        if ids := re.findall(r'^    "(\w+)": "(.+)",$', told[-1], flags=re.MULTILINE):
            settings.ENTRANCE = settings.ENTRANCE | dict(ids)
    directory = entra_server.emulator.directory
    assert (made(directory)["applications"], made(directory)["secrets"]) == (2, 1)
    roles = {each.username: directory.all_roles_of(each) for each in directory.people}
    assert roles["ada@contoso.example"] == ("Admin",)
    assert roles["grace@contoso.example"] == ("Editor",)
    assert json.loads(told[-3])["resource"]
    assert [text.splitlines()[0][:2] for text in told[-2:]] == ["//", "#!"]


def test_the_tenant_of_the_page_is_that_of_the_tests() -> None:
    (ours,) = tomllib.loads(samples(PAGE, "toml")[0])["tenants"]
    (tested,) = tomllib.loads(DIRECTORY.read_text())["tenants"]
    assert ours["applications"] == [{key: each for key, each in tested["applications"][0].items() if key != "public"}]
    assert ours["people"] == tested["people"][:1]


@pytest.mark.entra(directory=DIRECTORY)
def test_both_pages_have_every_optional_claim(entra_server: RunningEntra, settings: Any) -> None:
    settings.DEBUG = True
    settings.ENTRANCE = {"AUTHORITY_HOST": entra_server.base_url}
    target = api_properties(wanted_of(), {})
    for page in (PAGE, PORTAL):
        text = page.read_text()
        for kind in ("accessToken", "idToken"):
            assert [each["name"] for each in target[f"optionalClaims.{kind}"] if f"`{each['name']}`" not in text] == []
