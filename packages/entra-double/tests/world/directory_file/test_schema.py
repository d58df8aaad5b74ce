"""The tables and keys that a directory file may have: what they mean, and that the documentation has them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from entra_double._world.directory import Directory
from entra_double._world.directory_file.microsoft_graph import microsoft_graph
from entra_double._world.directory_file.read import read_directory
from entra_double._world.directory_file.schema import TABLES
from entra_double._world.directory_file.schema import TENANT as TENANT_TABLE
from entra_double._world.directory_file.write import write_directory
from entra_double._world.ids import derived_id
from entra_double._world.principals import ServicePrincipal
from entra_double._world.registration import Audience, Platform, PreAuthorised, RedirectUri

from ...machine import CERTIFICATE
from ...single_page_app import NOW

PAGE = Path(__file__).parents[5] / "docs" / "entra-double" / "entra-double-toml.md"


def read(text: str) -> Directory:
    return read_directory("entra-double.toml", text=text)


TENANT = '[[tenants]]\nname = "Contoso"\ndomain = "contoso.example"\n'


SHORT_FORMS = (
    TENANT
    + """
    [[tenants.people]]
    name = "Ada King Lovelace"
    username = "ada"
    groups = ["Editors"]
    roles = { "Logbook API" = ["Admin"] }

    [[tenants.people]]
    name = "Cher"
    username = "cher@fabrikam.example"
    home = "fabrikam.example"

    [[tenants.groups]]
    name = "Editors"
    roles = { "logbook api" = ["Reader"] }

    [[tenants.groups]]
    name = "All"
    members = ["editors", "CHER@fabrikam.example", "Logbook daemon"]

    [[tenants.applications]]
    name = "Logbook API"
    app_id_uris = ["api://logbook"]
    scopes = ["access_as_user"]
    roles = ["Admin", "Reader", { value = "Read.All", for = ["applications"] }]
    assignment_required = true

    [[tenants.applications]]
    name = "Logbook web"
    spa = ["http://localhost:3000/back"]
    permissions = { "Logbook API" = ["access_as_user"], "Microsoft Graph" = ["openid"] }
    admin_consent = true

    [[tenants.applications]]
    name = "Logbook daemon"
    secrets = ["entra-local-not-a-secret"]
    application_permissions = { "Logbook API" = ["Read.All"] }
    admin_consent = true

    [[tenants]]
    name = "Fabrikam"
    domain = "fabrikam.example"

    [[tenants.people]]
    name = "Cher"
    username = "cher"
    """
)


def test_what_is_left_out_follows_from_the_names() -> None:
    world = read(SHORT_FORMS)
    contoso, fabrikam = world.tenants
    ada, cher = world.people_of(contoso)
    (at_home,) = world.people_of(fabrikam)
    api, web, daemon, graph = world.applications
    assert contoso.id == derived_id("tenant", "contoso.example")
    assert (ada.object_id, ada.username) == (
        derived_id("person", "contoso.example", ada.username),
        "ada@contoso.example",
    )
    assert (ada.given_name, ada.family_name, cher.given_name, cher.family_name) == ("Ada King", "Lovelace", "Cher", "")
    assert (cher.home_tenant_id, cher.home_object_id) == (fabrikam.id, at_home.object_id)
    assert cher.user_principal_name == "cher_fabrikam.example#EXT#@contoso.example"
    assert world.all_roles_of(ada) == ("Admin", "Reader")
    assert sorted(group.name for group in world.groups_of(ada.object_id)) == ["All", "Editors"]
    assert world.groups[1].members == {
        world.groups[0].object_id,
        cher.object_id,
        ServicePrincipal(tenant_id=contoso.id, client_id=daemon.client_id).id,
    }
    assert not world.may_enter(cher, api)
    assert web.redirect_uris == (RedirectUri(platform=Platform.SPA, uri="http://localhost/back"),)
    assert world.granted_scopes(contoso.id, web, api, None) == {"access_as_user"}
    assert world.granted_scopes(contoso.id, web, graph, None) == {"openid"}
    entry = world.service_principal(contoso.id, daemon.client_id)
    assert entry
    assert world.application_roles_of(entry.id, contoso.id, api) == ("Read.All",)
    assert graph == microsoft_graph(contoso.id)


def test_a_guest_whose_home_does_not_know_them_and_one_of_a_tenant_that_is_not_here() -> None:
    people = """
    [[tenants.people]]
    name = "Katherine Johnson"
    username = "katherine@fabrikam.example"
    home = "fabrikam.example"

    [[tenants.people]]
    name = "Rosalind Franklin"
    username = "rosalind@tailspin.example"
    home = "7a115917-0000-4000-A000-000000000001"

    [[tenants]]
    name = "Fabrikam"
    domain = "fabrikam.example"
    """
    katherine, rosalind = read(TENANT + people).people
    assert katherine.home_object_id == derived_id("person", "fabrikam.example", "katherine@fabrikam.example")
    assert rosalind.home_tenant_id == "7a115917-0000-4000-a000-000000000001"


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("2027-01-31T12:00:00Z", 1_801_396_800),
        ("2027-01-31T13:00:00+01:00", 1_801_396_800),
        ("2027-01-31", 1_801_353_600),
        ("1801396800", 1_801_396_800),
    ],
)
def test_a_time_is_written_in_three_ways(written: str, seconds: int) -> None:
    world = read(f'{TENANT}[[tenants.applications]]\nname = "A"\nsecrets = [{{ value = "s", expires = {written} }}]')
    assert world.applications[0].secrets[0].ends_at == seconds


def test_personal_accounts_have_their_own_tenant_and_applications() -> None:
    world = read(
        '[[tenants]]\nname = "Personal accounts"\ndomain = "live.com"\npersonal = true\n'
        '[[tenants.applications]]\nname = "Diary"\n[[tenants.people]]\nname = "Ada"\nusername = "ada@outlook.example"\n'
    )
    assert world.tenants[0].is_personal
    assert world.people[0].is_personal
    assert world.applications[0].audience is Audience.PERSONAL


def test_a_certificate_is_read_from_a_file_beside_it_as_pem_or_der(tmp_path: Path) -> None:
    pem = x509.load_der_x509_certificate(CERTIFICATE).public_bytes(serialization.Encoding.PEM)
    (tmp_path / "daemon.pem").write_bytes(pem)
    (tmp_path / "daemon.cer").write_bytes(CERTIFICATE)
    file = tmp_path / "entra-double.toml"
    file.write_text(
        f'{TENANT}[[tenants.applications]]\nname = "A"\ncertificates = ["daemon.pem", {{ file = "daemon.cer" }}]'
    )
    first, second = read_directory(file).applications[0].certificates
    assert first == second
    assert first.der == CERTIFICATE
    assert first.ends_at == NOW + 365 * 86400


def test_clients_from_elsewhere_are_known_by_their_id_alone() -> None:
    azure_cli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
    world = read(
        f'{TENANT}[[tenants.applications]]\nname = "A"\nscopes = ["read"]\nknown_clients = ["{azure_cli}"]\n'
        f'pre_authorised = {{ "{azure_cli}" = ["read"] }}'
    )
    assert world.applications[0].known_clients == (azure_cli,)
    assert world.applications[0].pre_authorised == (PreAuthorised(client_id=azure_cli, scopes=frozenset({"read"})),)


@pytest.mark.parametrize(("tenant_id", "warned"), [('id = "c0470500-0000-4000-a000-000000000001"\n', 1), ("", 0)])
def test_a_tenant_that_looks_like_a_real_one_is_warned_of(
    tenant_id: str, warned: int, caplog: pytest.LogCaptureFixture
) -> None:
    read(f'[[tenants]]\nname = "Contoso"\ndomain = "contoso.onmicrosoft.com"\n{tenant_id}')
    assert len([record for record in caplog.records if "looks like a real one" in record.message]) == warned


def test_the_example_of_the_documentation_is_read() -> None:
    (example,) = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    world = read_directory("example.toml", text=example)
    contoso = world.tenants[0]
    roles = {person.username: world.all_roles_of(person) for person in world.people_of(contoso)}
    assert roles == {
        "ada@contoso.example": ("Writer",),
        "grace@contoso.example": ("Writer",),
        "katherine@fabrikam.example": ("Reader",),
    }
    assert read_directory("again.toml", text=write_directory(world)) == world


def test_every_key_is_documented() -> None:
    sections = PAGE.read_text().split("### `[[")[1:]
    documented = {f"[[{text.partition('`')[0]}": text for text in sections}
    assert set(documented) == {schema.name for schema in TABLES}
    for schema in TABLES:
        tables = {"people", "groups", "applications", "service_principals", "assignments", "grants"}
        tables |= {"conditional_access", "contexts"}
        for key in schema.keys.keys() - (tables if schema is TENANT_TABLE else set()):
            assert f"`{key}`" in documented[schema.name], f"{key} of {schema.name}"
        for key in schema.required:
            assert f"**`{key}`**" in documented[schema.name], f"{key} of {schema.name}"
