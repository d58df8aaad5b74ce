"""``entrance doctor`` compares the registrations with the settings, and names what mends each item."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django_entrance.entra.registration.examining import SCREENS, Comparison, compare, names
from django_entrance.entra.registration.found import read_for_comparison
from django_entrance.management.registering_credential import key_of
from doctor_runs import run_doctor
from empty_tenant import ACCESS, DIRECTORY, Approving, settings_for
from entra_double import RunningEntra
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Assignment
from entra_double._world.registration import Audience, GroupClaims, Platform, RedirectUri
from registrations import WHERE, answer, calls_of, certificate_file, graph_of, run, wanted_of
from scripted import K1
from token_watch import keep_secret

pytestmark = [pytest.mark.entra(directory=DIRECTORY), pytest.mark.django_db]

GROUP = "22220000-0000-4000-a000-000000000001"
READ_APPLICATIONS = "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30"
PORTAL = Path(__file__).parents[4] / "docs" / "howto" / "register-in-the-portal.md"


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any, empty_environment: None) -> RunningEntra:
    """A site with what the command made, whose API may read its own registration."""
    settings.DEBUG = True
    settings.ENTRANCE = settings_for(entra_server)
    outcome = run(entra_server)
    keep_secret(outcome.secret)
    assert outcome.found.api is not None
    assert outcome.found.spa is not None
    assert outcome.found.api_entry is not None
    tenant = entra_server.emulator.directory.tenants[0].id
    ids = {"TENANT_ID": tenant, "CLIENT_ID": outcome.found.api["appId"], "SPA_CLIENT_ID": outcome.found.spa["appId"]}
    settings.ENTRANCE = settings.ENTRANCE | ids | {"CLIENT_SECRET": outcome.secret}
    principal = outcome.found.api_entry["id"]
    entra_server.add(
        Assignment(principal_id=principal, tenant_id=tenant, client_id=GRAPH_CLIENT_ID, role_id=READ_APPLICATIONS)
    )
    for name in ("editors", "admins"):
        Group.objects.get_or_create(name=name)
    return entra_server


def change(entra: RunningEntra, settings: Any, key: str = "CLIENT_ID", **fields: Any) -> None:
    known = entra.emulator.directory.registration(settings.ENTRANCE[key])
    assert known
    entra.add(replace(known, **fields))


def found_by(entra: RunningEntra, problems: int) -> dict[str, tuple[str, str]]:
    """Return what the command finds wrong, by place, with the remedy of each."""
    lines = run_doctor(problems=problems).splitlines()
    wrong = [number for number, line in enumerate(lines) if line.startswith("wrong")]
    return {
        place: (seen, lines[number + 1].strip())
        for number in wrong
        for place, _, seen in [lines[number].removeprefix("wrong  ").partition(": ")]
    }


def test_what_the_command_made_is_as_the_settings_say(entra: RunningEntra, settings: Any) -> None:
    told = run_doctor()
    assert f"default, registrations: as the settings say: Logbook, {settings.ENTRANCE['CLIENT_ID']}" in told


def test_each_item_that_differs_has_a_remedy(entra: RunningEntra, settings: Any) -> None:
    change(
        entra,
        settings,
        access_token_version=1,
        app_roles=(),
        access_token_claims=(),
        redirect_uris=(RedirectUri(platform=Platform.WEB, uri="https://old.contoso.example/entrance/callback/"),),
        logout_uri="https://old.contoso.example/out",
        pre_authorised=(),
        app_id_uris=(),
    )
    change(entra, settings, "SPA_CLIENT_ID", redirect_uris=(), audience=Audience.MANY)
    found = found_by(entra, 9)
    assert found["default, api.requestedAccessTokenVersion"][0] == "1 instead of 2"
    assert found["default, appRoles"] == (
        "without Editor, Admin",
        "Run: manage.py entrance register, or change it in the portal: App roles.",
    )
    assert found["default, web.redirectUris"][0] == f"without {WHERE.callback}"
    assert found["default, front end, spa.redirectUris"][0] == f"without {WHERE.bridge}, {WHERE.signed_out}"
    assert "acct" in found["default, optionalClaims.accessToken"][0]
    assert found["default, identifierUris"][0].startswith("without api://")
    assert "api.preAuthorizedApplications" in " ".join(found)
    assert found["default, web.logoutUrl"][1].startswith("Change it in the portal: Authentication.")
    assert found["default, front end, signInAudience"][0] == "AzureADMultipleOrgs instead of AzureADMyOrg"


def test_a_missing_consent_and_entry_are_found(entra: RunningEntra, settings: Any) -> None:
    directory = entra.emulator.directory
    client = settings.ENTRANCE["SPA_CLIENT_ID"]
    entra.emulator.directory = directory.remove(*(each for each in directory.grants if each.client_id == client))
    told = graph_of(entra, calls_of(entra))
    found = read_for_comparison(wanted_of(credential=None), told)
    seen = [(each.what, each.seen) for each in compare(wanted_of(credential=None), found, ())]
    assert seen == [
        ("scope", "not granted: access_as_user"),
        ("scope", "not granted: openid, profile, offline_access"),
    ]
    alone = wanted_of(credential=None, has_front_end=False)
    assert [each.what for each in compare(alone, replace(found, spa=None, spa_entry=None), ())] == ["registrations"]
    gone = replace(found, spa_entry=None)
    assert "enterprise application" in [each.what for each in compare(wanted_of(credential=None), gone, ())]


def test_what_ends_soon_is_a_problem_and_what_has_ended_is_none(entra: RunningEntra, tmp_path: Path) -> None:
    run(entra, credential=key_of(str(certificate_file(tmp_path / "key.pem", K1))))
    found = read_for_comparison(wanted_of(credential=None), graph_of(entra, calls_of(entra)))
    assert found.api is not None
    ends = {"secret": "2027-03-01T00:00:00Z", "certificate": "2027-03-01T00:00:00.1234567Z"}
    api = {
        **found.api,
        "passwordCredentials": [{**found.api["passwordCredentials"][0], "endDateTime": ends["secret"]}],
        "keyCredentials": [{**found.api["keyCredentials"][0], "endDateTime": ends["certificate"]}],
    }
    end = datetime(2027, 3, 1, tzinfo=UTC)

    def seen(now: datetime) -> list[Comparison]:
        rows = compare(wanted_of(credential=None), replace(found, api=api), (), now)
        return [each for each in rows if each.what.startswith(("secret", "certificate"))]

    assert seen(end - timedelta(days=31)) == []
    secret, certificate = seen(end - timedelta(days=29))
    assert (secret.what, secret.seen) == ("secret django-entrance", "ends on 2027-03-01")
    assert "entrance register --new-secret" in secret.remedy
    assert "entrance register --certificate FILE" in certificate.remedy
    assert [(each.seen[:19], each.remedy) for each in seen(end + timedelta(days=1))] == [
        ("ended on 2027-03-01", "")
    ] * 2


def test_azure_ad_graph_has_ended(entra: RunningEntra) -> None:
    found = read_for_comparison(wanted_of(credential=None), graph_of(entra, calls_of(entra)))
    assert found.api is not None
    old = {"resourceAppId": "00000002-0000-0000-c000-000000000000", "resourceAccess": []}
    api = {**found.api, "requiredResourceAccess": [*found.api["requiredResourceAccess"], old]}
    rows = compare(wanted_of(credential=None), replace(found, api=api), ())
    assert "Azure AD Graph (graph.windows.net) has ended" in " ".join(each.remedy for each in rows)


def test_groups_that_are_not_assigned_are_not_in_tokens(entra: RunningEntra, settings: Any) -> None:
    groups = {entra.emulator.directory.groups[0].object_id: {"groups": ["editors"]}, GROUP: {"groups": ["editors"]}}
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": ACCESS | {"groups": groups}, "OVERAGE": "refuse"}
    run(entra, credential=None)
    tenant, api = settings.ENTRANCE["TENANT_ID"], settings.ENTRANCE["CLIENT_ID"]
    editor = run(entra, credential=None).found.api
    assert editor is not None
    role = editor["appRoles"][0]["id"]
    entra.add(Assignment(principal_id=next(iter(groups)), tenant_id=tenant, client_id=api, role_id=role))
    assert list(found_by(entra, 1)) == [f"default, group {GROUP}"]
    change(entra, settings, group_claims=frozenset({GroupClaims.SECURITY}))
    run_doctor()
    blind = calls_of(entra, before=lambda now, method, url: answer(403, "X") if "AssignedTo" in url else None)
    found = read_for_comparison(wanted_of(credential=None), graph_of(entra, blind))
    assert found.unread == frozenset({"assigned"})
    assigned_only = {**(found.api or {}), "groupMembershipClaims": "ApplicationGroup"}
    rows = compare(wanted_of(credential=None), replace(found, api=assigned_only), groups)
    assert not [each for each in rows if each.what.startswith("group")]


def test_a_role_without_a_django_group_gives_nothing(entra: RunningEntra) -> None:
    Group.objects.filter(name="editors").delete()
    assert found_by(entra, 1) == {
        "ACCESS, group editors": (
            "no Django group has this name",
            "Run: manage.py migrate. It makes the groups that ACCESS names.",
        )
    }


def test_without_the_permission_it_is_said(entra: RunningEntra) -> None:
    directory = entra.emulator.directory
    entra.emulator.directory = directory.remove(*(each for each in directory.assignments))
    assert "default, registrations: not read: grant the API the application permission" in run_doctor()


def test_ids_of_another_tenant_are_found(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"SPA_CLIENT_ID": "2b8a6f05-d3c1-47e9-9f34-5e1d7c0b5005"}
    ((seen, remedy),) = found_by(entra, 1).values()
    assert seen == "SPA_CLIENT_ID 2b8a6f05-d3c1-47e9-9f34-5e1d7c0b5005 is no application registration of this tenant."
    assert remedy == "Compare TENANT_ID and the client ids with the portal."


def test_without_a_credential_an_administrator_reads(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = {name: value for name, value in settings.ENTRANCE.items() if name != "CLIENT_SECRET"}
    assert "registrations:" not in run_doctor()
    output = StringIO()
    call_command("entrance", "doctor", "--sign-in", "device-code", stdout=output, stderr=Approving(entra))
    assert "default, registrations: as the settings say" in output.getvalue()
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": "organizations", "ALLOWED_TENANTS": "*"}
    call_command("entrance", "doctor", "--sign-in", "device-code", stdout=(output := StringIO()))
    assert "registrations" not in output.getvalue()


def test_a_wrong_credential_is_told_once(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "entra-local-not-a-secret-wrong"}
    assert list(found_by(entra, 1)) == ["default, credential"]


def test_the_findings_are_json_on_demand(entra: RunningEntra, settings: Any) -> None:
    told = json.loads(run_doctor("--json"))
    assert told["problems"] == 0
    assert {"where", "seen", "remedy", "is_ok"} == set(told["findings"][0])
    change(entra, settings, access_token_version=1)
    output = StringIO()
    with pytest.raises(CommandError, match="1 problem found"):
        call_command("entrance", "doctor", "--json", stdout=output)
    wrong = [each for each in json.loads(output.getvalue())["findings"] if not each["is_ok"]]
    assert [each["where"] for each in wrong] == ["default, api.requestedAccessTokenVersion"]


def test_the_site_may_be_named(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = {name: value for name, value in settings.ENTRANCE.items() if name != "PUBLIC_URL"}
    assert "as the settings say" in run_doctor()
    output = StringIO()
    with pytest.raises(CommandError):
        call_command("entrance", "doctor", "--site", "http://localhost:1/entrance/config.json", stdout=output)
    assert "default, web.redirectUris: without http://localhost:1/entrance/callback/" in output.getvalue()
    with pytest.raises(CommandError):
        call_command("entrance", "doctor", "--site", "http://[", stdout=(output := StringIO()))
    assert "as the settings say" in output.getvalue()


def test_a_project_without_our_urls_is_compared_without_addresses(entra: RunningEntra, settings: Any) -> None:
    settings.ROOT_URLCONF = "empty_urls"
    assert "as the settings say" in run_doctor()


def test_graph_that_does_not_answer_is_said(entra: RunningEntra, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = calls_of(entra, before=lambda now, method, url: answer(500, "X", "down"))
    monkeypatch.setattr(
        "django_entrance.management.registrations.graph_calls", lambda own, token: graph_of(entra, calls)
    )
    assert "default, registrations: GET /applications(appId=" in run_doctor()


def test_every_screen_is_on_the_page_of_the_portal() -> None:
    page = PORTAL.read_text()
    assert [screen for screen in (*SCREENS.values(), "Certificates & secrets") if screen not in page] == []


def test_names_of_whole_objects() -> None:
    assert names([{"resourceAppId": "a", "resourceAccess": [{"id": "b", "type": "Scope"}]}]) == ["a", "a: b"]
    assert names(2) == []
